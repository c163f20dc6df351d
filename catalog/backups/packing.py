"""Bytes on their way into a place and out of it: compressed, sealed, named, and left alone where they lie already."""

import gzip
import hashlib
import hmac
import io
import os
import secrets
import tempfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from catalog.backups.failures import BackupFailed
from catalog.backups.inventory import BLOBS, Blob, Inventory, key_of
from catalog.backups.places import Place
from catalog.sealing import SealFailed, check_recipients, seal, unseal

NAMES_KEY = "backup.key"
PIECE_BYTES = 1 << 20
FAST = 1  # gzip level: three quarters of what the best would save, at a tenth of its time


class Changed(Exception):
    """A file is not the bytes it is named after, or is not there."""


class Packer:
    """Puts bytes into a place once. Sealed bytes are named by a keyed digest: whoever finds the disk cannot look up by
    its hash whether a file they know is in it. For other recipients the same bytes are other bytes."""

    def __init__(
        self, place: Place, home: Path, recipients: Sequence[str], earlier: Iterable[Inventory]
    ) -> None:
        if recipients:
            check_recipients(recipients)
        self._place, self._recipients = place, sorted(recipients)
        self._key = names_key(home) if recipients else b""
        there = place.sizes(BLOBS)
        self._known = {
            blob.name: blob
            for inventory in earlier
            for blob in inventory.blobs
            if there.get(blob.key) == blob.size
        }
        self._there = there
        self.blobs: dict[str, Blob] = {}
        self.new_blobs = self.new_bytes = 0

    def add_bytes(self, content: bytes) -> str:
        """Keep bytes, compressed; the name they are found by."""
        name = self._name("gz", hashlib.sha256(content).hexdigest())
        self._keep(name, lambda: io.BytesIO(gzip.compress(content, FAST, mtime=0)))
        return name

    def add_file(self, path: Path, sha256: str) -> str:
        """Keep a file as it is. Raises Changed when it is not what its hash says."""
        name = self._name("", sha256)
        self._keep(name, lambda: _Hashed(path, sha256))
        return name

    def _name(self, kind: str, sha256: str) -> str:
        if not self._recipients:
            return f"{sha256}{kind and '.' + kind}"
        said = "\n".join((kind, sha256, *self._recipients))
        return f"{hmac.digest(self._key, said.encode(), 'sha256').hex()}.age"

    def _keep(self, name: str, source: Callable[[], BinaryIO]) -> None:
        if name in self.blobs:
            return
        known = self._known.get(name) or self._found(name)
        if known is None:
            known = self._put(name, source)
            self.new_blobs += 1
            self.new_bytes += known.size
        self.blobs[name] = known

    def _found(self, name: str) -> Blob | None:
        """Bytes of a run that was cut off before it was whole: they need not be written again."""
        if key_of(name) not in self._there or name in self._known:
            return None
        with self._place.open(key_of(name)) as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if not self._recipients and "." not in name and name != sha256:
            return None  # damaged since
        return Blob(name, self._there[key_of(name)], sha256)

    def _put(self, name: str, source: Callable[[], BinaryIO]) -> Blob:
        counted = _Counted()

        def write(out: BinaryIO) -> None:
            counted.out = out
            with source() as plain:
                if self._recipients:
                    seal(plain, counted, self._recipients)  # type: ignore[arg-type]
                else:
                    while piece := plain.read(PIECE_BYTES):
                        counted.write(piece)

        self._place.put(key_of(name), write)
        return Blob(name, counted.size, counted.digest.hexdigest())


class _Counted:
    """Passes bytes on, and knows their size and hash."""

    def __init__(self) -> None:
        self.out: BinaryIO = io.BytesIO()
        self.size, self.digest = 0, hashlib.sha256()

    def write(self, piece: bytes) -> int:
        self.out.write(piece)
        self.size += len(piece)
        self.digest.update(piece)
        return len(piece)

    def flush(self) -> None:
        self.out.flush()


class _Hashed(io.RawIOBase, BinaryIO):
    """A file that ends with Changed, not with its end, when its bytes are not what its name says."""

    def __init__(self, path: Path, sha256: str) -> None:
        try:
            self._file = path.open("rb")
        except FileNotFoundError as problem:
            raise Changed(path.name) from problem
        self._sha256, self._digest = sha256, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._digest.update(piece)
        if not piece and self._digest.hexdigest() != self._sha256:
            raise Changed(self._file.name)
        return piece

    def close(self) -> None:
        self._file.close()
        super().close()


def names_key(home: Path) -> bytes:
    """The key sealed bytes are named with; made once. When it is lost, the next backup copies everything anew."""
    path = home / NAMES_KEY
    if not path.exists():
        part = home / f".{NAMES_KEY}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        part.replace(path)
    return path.read_bytes()


class Unpacker:
    """Takes bytes out of a place again, and takes none for whole that are not."""

    def __init__(self, place: Place, inventory: Inventory, identity: str) -> None:
        if inventory.sealed and not identity:
            raise BackupFailed(
                "sealed",
                f"Backup {inventory.id} is sealed. Give the file with the secret key: --identity FILE.",
            )
        self._place, self._sealed, self._identity = place, inventory.sealed, identity
        self._blobs = {blob.name: blob for blob in inventory.blobs}

    def bytes_of(self, name: str) -> bytes:
        """Raises BackupFailed("damaged"), ("missing"), SealFailed."""
        out = io.BytesIO()
        with self._place.open(key_of(name)) as stored:
            content = stored.read()
        if name not in self._blobs or hashlib.sha256(content).hexdigest() != self._blobs[name].sha256:
            raise _damaged(name)
        self._unpack(name, io.BytesIO(content), out)
        try:
            return gzip.decompress(out.getvalue())
        except (OSError, EOFError, zlib.error) as problem:
            raise _damaged(name) from problem

    def file_of(self, name: str, sha256: str, folder: Path) -> Path:
        """A file in `folder` with these bytes. Raises BackupFailed("damaged"), ("missing"), SealFailed."""
        handle, path = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w+b") as file, self._place.open(key_of(name)) as stored:
            self._unpack(name, stored, file)
            file.seek(0)
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise _damaged(name)
        return Path(path)

    def _unpack(self, name: str, stored: BinaryIO, out: BinaryIO) -> None:
        if self._sealed:
            self._unseal(name, stored, out)
            return
        while piece := stored.read(PIECE_BYTES):
            out.write(piece)

    def _unseal(self, name: str, stored: BinaryIO, out: BinaryIO) -> None:
        try:
            unseal(stored, out, self._identity)
        except SealFailed as problem:
            if problem.code == "damaged":
                raise _damaged(name) from problem
            raise


def _damaged(name: str) -> BackupFailed:
    return BackupFailed("damaged", f"{key_of(name)} is damaged: it is not what was written.")
