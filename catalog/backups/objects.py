"""Backups in an object store (S3 and what speaks like it): a place whose keys appear whole or not at all.

How to get there is told by the environment (`AWS_...`), as for the store of media.
"""

import io
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from threading import Event, Thread
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import S3Store

from catalog.backups.failures import BackupFailed, telling
from catalog.backups.places import LOCK, Write
from media.objects import PART_BYTES, TRIES
from media.store import PIECE_BYTES

STILL_HERE_S = 20.0  # how often who is at work there shows it
GONE_S = 60.0  # and how long it may be silent


class ObjectPlace:
    """`Place` in a bucket, below a prefix."""

    def __init__(self, url: str, *, still_here_s: float = STILL_HERE_S, gone_s: float = GONE_S) -> None:
        self.name = url
        self._still_here_s, self._gone_s = still_here_s, gone_s
        self._store = S3Store.from_url(url, config={"checksum_algorithm": "SHA256"}, retry_config=TRIES)

    def sizes(self, folder: str) -> dict[str, int]:
        with self._telling(folder):
            pages = [list(page) for page in obstore.list(self._store, prefix=folder or None)]
        return {str(one["path"]): int(one["size"]) for page in pages for one in page}

    def put(self, key: str, write: Write) -> None:
        """The bytes lie on this machine first: what breaks off half way leaves nothing there."""
        with telling("temporary files"), tempfile.TemporaryFile() as file:
            write(file)
            file.seek(0)
            with self._telling(key):
                obstore.put(self._store, key, file, chunk_size=PART_BYTES)

    def open(self, key: str) -> BufferedReader:
        with self._telling(key):
            pieces = obstore.get(self._store, key).stream(min_chunk_size=PIECE_BYTES)
        return io.BufferedReader(_Stream(iter(pieces), lambda: self._telling(key)), PIECE_BYTES)

    def drop(self, key: str) -> None:
        with self._telling(key):
            obstore.delete(self._store, key)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A key that nobody may make twice; who died with it is told from who works by its silence."""
        self._take()
        done = Event()
        beating = Thread(target=self._beat, args=(done,), daemon=True)
        beating.start()
        try:
            yield
        finally:
            done.set()
            beating.join()
            self.drop(LOCK)

    def _take(self) -> None:
        last, until_s = self._mark(), time.monotonic() + self._gone_s
        while not self._make():
            now = self._mark()
            if now != last and "" not in (now, last):
                raise BackupFailed(
                    "busy", f"Another backup is at work in {self.name}. Wait until it is done."
                )
            if time.monotonic() > until_s:
                self.drop(LOCK)  # whoever held it has been silent for too long
            time.sleep(min(1.0, self._gone_s / 10))
            last = now or last

    def _make(self) -> bool:
        try:
            with self._telling(LOCK):
                obstore.put(self._store, LOCK, secrets.token_bytes(16), mode="create", use_multipart=False)
        except _Taken:
            return False
        return True

    def _mark(self) -> str:
        """Another one each time the lock was written; empty: there is none."""
        try:
            with self._telling(LOCK):
                return str(obstore.head(self._store, LOCK)["e_tag"])
        except BackupFailed as problem:
            if problem.code == "missing":
                return ""
            raise

    def _beat(self, done: Event) -> None:
        while not done.wait(self._still_here_s):
            try:
                obstore.put(self._store, LOCK, secrets.token_bytes(16), use_multipart=False)
            except BaseError:
                continue  # the work itself will tell what is wrong there

    @contextmanager
    def _telling(self, key: str) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, NotFoundError) as problem:
            raise BackupFailed("missing", f"{key} is missing in {self.name}.") from problem
        except AlreadyExistsError as problem:
            raise _Taken from problem
        except BaseError as problem:
            first = str(problem).splitlines()[0][:200]
            raise BackupFailed(
                "store", f"{self.name} does not answer as it should: {first}. Check its AWS_* settings."
            ) from problem


class _Taken(Exception):
    """The key is there already."""


class _Stream(io.RawIOBase):
    """The bytes of an object as they come, once."""

    def __init__(self, pieces: Iterator[Any], telling: Callable[[], Any]) -> None:
        self._pieces, self._telling, self._left = pieces, telling, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            with self._telling():
                piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(bytes(piece))
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count
