"""The shelf: files kept under the SHA-256 of their bytes, and scratch benches on the same disk. Knows no episode."""

import errno
import fcntl
import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from media.errors import Unreadable

PIECE_BYTES = 1 << 20
OWNED = "--"  # in the name of a bench: before it whose work lies there, behind it who does it
SHA256 = re.compile(r"[0-9a-f]{64}")


class Shelf:
    """Content-addressed files under `root/aa/bb/<sha256>`, read-only once they stand there.

    A name appears only when its bytes are whole and on the disk, whoever is killed in between. Several processes may
    use one shelf. Half-written files live in `root/.part`, locked by their writer, scratch folders in `root/.bench`.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._parts, self._benches = root / ".part", root / ".bench"
        for folder in (root, self._parts, self._benches):
            folder.mkdir(parents=True, exist_ok=True)

    def put(self, path: Path, *, move: bool = False) -> str:
        """Keep a file's bytes and return their SHA-256; doing it twice is doing it once.

        `move=True` gives the file itself to the shelf, without a copy where the disk is the same: only for files
        that nobody else writes, such as those on a bench.
        """
        if move:
            return self._take(path)
        with self._part() as part:
            with path.open("rb") as source:
                sha256 = _copy(source, part)
            self._place(Path(part.name), sha256)
        return sha256

    def path(self, sha256: str) -> Path:
        """Where the file stands; raises Unreadable("missing")."""
        path = self._slot(sha256)
        if not path.is_file():
            raise Unreadable(
                "missing",
                "A file of this episode is no longer in the store. Restore it from a backup or add it again.",
            )
        return path

    def place_of(self, sha256: str) -> Path:
        """Where the file would stand, whether it does or not."""
        return self._slot(sha256)

    def has(self, sha256: str) -> bool:
        return self._slot(sha256).is_file()

    def size(self, sha256: str) -> int:
        """In bytes; raises Unreadable("missing")."""
        return self.path(sha256).stat().st_size

    def read(self, sha256: str, start: int, length: int) -> Iterator[bytes]:
        """A stretch of a file, in pieces."""
        with self.path(sha256).open("rb") as file:
            file.seek(start)
            left = length
            while left and (piece := file.read(min(left, PIECE_BYTES))):
                left -= len(piece)
                yield piece

    def link_to(self, sha256: str, lasting: timedelta) -> str:  # noqa: ARG002
        """An address where readers may fetch it themselves; a folder has none."""
        return ""

    def replace(self, sha256: str, whole: Path) -> None:
        """Put right bytes in place of damaged or missing ones."""
        self._slot(sha256).unlink(missing_ok=True)
        if self.put(whole) != sha256:
            raise Unreadable("damaged", "These bytes are not those of the file they should replace.")

    def copies(self) -> Iterator[Path]:
        """Of files that stand elsewhere, what has a copy on this machine, the longest unused first."""
        return iter(())

    def trim(self, most_bytes: int) -> int:  # noqa: ARG002
        """Give up copies until the rest takes no more than that; how many went."""
        return 0

    def verify(self, sha256: str) -> bool:
        """Do the bytes that stand there still have this name? Reads the whole file; False when it is missing."""
        try:
            with self._slot(sha256).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False

    def drop(self, sha256: str) -> None:
        """Forget a file; one that is not there is already forgotten."""
        self._slot(sha256).unlink(missing_ok=True)

    def wipe(self, sha256: str) -> None:
        """Overwrite a file, then forget it. What a disk keeps elsewhere of changed blocks is out of reach."""
        path = self._slot(sha256)
        if not path.is_file():
            return
        path.chmod(0o600)
        with path.open("r+b") as file:
            for _ in range(0, path.stat().st_size, PIECE_BYTES):
                file.write(bytes(PIECE_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()

    def all(self) -> Iterator[str]:
        """The names of everything kept, in order."""
        return (path.name for path in sorted(self._root.glob("??/??/*")) if SHA256.fullmatch(path.name))

    def workbench(self, name: str) -> Path:
        """The scratch folder of this name, made when it is not there yet."""
        bench = self._benches / bench_name(name)
        bench.mkdir(exist_ok=True)
        return bench

    def clear(self, name: str) -> None:
        """Throw a scratch folder away with all that lies in it, and all that others have for the same work."""
        for bench in (self._benches / bench_name(name), *self._benches.glob(f"{bench_name(name)}{OWNED}*")):
            shutil.rmtree(bench, ignore_errors=True)

    def sweep(self, keep: set[str]) -> None:
        """Throw away the benches not named in `keep`, and half-written files whose writer is gone."""
        kept = {bench_name(name) for name in keep}
        for bench in self._benches.iterdir():
            if bench.name.partition(OWNED)[0] not in kept:
                shutil.rmtree(bench, ignore_errors=True)
        for part in self._parts.iterdir():
            _remove_if_abandoned(part)

    def _slot(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise Unreadable("missing", "That is not the name of a stored file.")
        return self._root / sha256[:2] / sha256[2:4] / sha256

    @contextmanager
    def _part(self) -> Iterator[BinaryIO]:
        """A new locked file to write into; gone afterwards, unless it was put in its place."""
        while True:
            path = self._parts / uuid.uuid4().hex
            with path.open("xb") as part:
                fcntl.flock(part, fcntl.LOCK_EX)
                if not os.fstat(part.fileno()).st_nlink:
                    continue  # a sweep came between open and lock
                try:
                    yield part
                finally:
                    path.unlink(missing_ok=True)
                return

    def _take(self, path: Path) -> str:
        path = path.resolve()
        with path.open("rb") as source:
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
            os.fsync(source.fileno())
        try:
            self._place(path, sha256)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            sha256 = self.put(path)
        if path.exists() and not path.samefile(self._slot(sha256)):
            path.unlink()
        return sha256

    def _place(self, whole: Path, sha256: str) -> None:
        slot = self._slot(sha256)
        if slot.exists():
            return
        for folder in (slot.parent.parent, slot.parent):
            if not folder.is_dir():
                folder.mkdir(exist_ok=True)
                _sync(folder.parent)
        whole.chmod(0o444)
        whole.replace(slot)
        _sync(slot.parent)


def open_shelf(folder: Path, url: str = "") -> Shelf:
    """The shelf in a folder, or the one in the object store at `url`, with its copies in that folder."""
    if not url:
        return Shelf(folder)
    from media.objects import ObjectShelf

    return ObjectShelf(folder, url)


def bench_name(name: str) -> str:
    """A folder name for any name; two names never share one.

    >>> bench_name("talk-12"), bench_name("../secret")
    ('talk-12', 'secret.a6b09678')
    """
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        return name
    safe = re.sub(r"[^A-Za-z0-9_-]+", "", name)[:48]
    return f"{safe}.{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _copy(source: BinaryIO, target: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := source.read(PIECE_BYTES):
        digest.update(piece)
        target.write(piece)
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest()


def _sync(folder: Path) -> None:
    """Make names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_if_abandoned(part: Path) -> None:
    """A writer holds a lock while it lives; the kernel lets go of it however the writer died."""
    try:
        with part.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink(missing_ok=True)
    except (BlockingIOError, FileNotFoundError):
        return
