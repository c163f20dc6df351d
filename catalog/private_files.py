"""Files that nobody but the newsroom may read, under random names: they appear whole, and are overwritten before they
are removed. What is in them, and whether it may be kept, is decided elsewhere."""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.errors import NotFound

NAME = re.compile(r"[0-9a-f]{32}\.json")
LOCK = ".lock"
ONLY_US, ONLY_US_FOLDER = 0o600, 0o700


class PrivateFolder:
    """A folder only its owner may enter. It is made when the first file is put there."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def exists(self) -> bool:
        return self._root.is_dir()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder while files *and* the rows that name them change: nobody sweeps in between."""
        self._root.mkdir(mode=ONLY_US_FOLDER, parents=True, exist_ok=True)
        self._root.chmod(ONLY_US_FOLDER)
        with os.fdopen(os.open(self._root / LOCK, os.O_CREAT | os.O_RDWR, ONLY_US), "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def put(self, content: bytes) -> str:
        """Keep a file and return its name, which says nothing. To be called `alone`."""
        name = f"{secrets.token_hex(16)}.json"
        part = self._root / f"{name}.part"
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, ONLY_US), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._root / name)
        self._sync()
        return name

    def path(self, name: str) -> Path:
        return self._root / name

    def read(self, name: str) -> bytes:
        """Raises NotFound when there is no such file, OSError when it cannot be read."""
        path = self._root / name
        if not NAME.fullmatch(name) or not path.is_file():
            raise NotFound("The private file is gone.")
        return path.read_bytes()

    def wipe(self, name: str) -> None:
        """Overwrite a file and remove it; one that is not there is already gone.

        A disk that writes changed blocks elsewhere (btrfs, ZFS, APFS, most flash memory), its snapshots and
        backups may keep the bytes from before: only encrypting the disk helps against who takes it away.
        """
        path = self._root / Path(name).name
        if path.is_symlink() or not path.exists():
            path.unlink(missing_ok=True)
            return
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        self._sync()

    def names(self) -> set[str]:
        """Everything that lies there, half-written files too."""
        return {path.name for path in self._root.iterdir() if path.name != LOCK and not path.is_dir()}

    def _sync(self) -> None:
        """Make what changed in the folder survive a power cut."""
        handle = os.open(self._root, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
