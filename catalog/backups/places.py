"""Where backups lie: bytes under keys, whole or not at all. What the bytes mean is not known here.

Another kind of place is another class with these methods: `objects` has the one for object stores.
"""

import fcntl
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Protocol

from catalog.backups.failures import BackupFailed, telling

Write = Callable[[BinaryIO], None]
PARTS, LOCK = ".part", ".lock"


class Place(Protocol):
    """Keys are relative paths with `/`. A key is there only once its bytes are whole and safe."""

    name: str

    def sizes(self, folder: str) -> dict[str, int]:
        """Every key that begins with `folder/`, with its size in bytes."""

    def put(self, key: str, write: Write) -> None:
        """Let `write` write the bytes, in place of what was there."""

    def open(self, key: str) -> BufferedReader:
        """Raises BackupFailed("missing")."""

    def drop(self, key: str) -> None: ...

    def alone(self) -> AbstractContextManager[None]:
        """Raises BackupFailed("busy") while somebody else makes or thins out backups there."""


class FolderPlace:
    """A folder, such as one on another disk. Only its owner may read what is written there."""

    def __init__(self, root: Path) -> None:
        self._root, self.name = root, str(root)

    def sizes(self, folder: str) -> dict[str, int]:
        top = self._root / folder
        with telling(self.name):
            return {
                path.relative_to(self._root).as_posix(): path.stat().st_size
                for path in sorted(top.rglob("*"))
                if path.is_file()
            }

    def put(self, key: str, write: Write) -> None:
        with telling(self.name):
            part = self._root / PARTS / uuid.uuid4().hex
            part.parent.mkdir(parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                    write(file)
                    file.flush()
                    os.fsync(file.fileno())
                self._place(part, key)
            finally:
                part.unlink(missing_ok=True)

    def _place(self, part: Path, key: str) -> None:
        target = self._root / key
        target.parent.mkdir(parents=True, exist_ok=True)
        part.replace(target)
        handle = os.open(target.parent, os.O_RDONLY)  # the name, too, survives a power cut
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def open(self, key: str) -> BufferedReader:
        path = self._root / key
        if not path.is_file():
            raise BackupFailed("missing", f"{key} is missing in {self.name}.")
        with telling(self.name):
            return path.open("rb")

    def drop(self, key: str) -> None:
        with telling(self.name):
            (self._root / key).unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        with telling(self.name):
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (self._root / LOCK).open("w")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as problem:
                raise BackupFailed(
                    "busy", f"Another backup is at work in {self.name}. Wait until it is done."
                ) from problem
            shutil.rmtree(self._root / PARTS, ignore_errors=True)  # of a run that was cut off
            yield
