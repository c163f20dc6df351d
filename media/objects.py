"""A shelf whose files stand in an object store (S3 and what speaks like it); a folder holds copies of those in use.

Keys are as in a folder, `aa/bb/<sha256>`. Bytes are streamed both ways, large ones in parts, and what comes back is
believed only when its hash is its name. Where the store is and who may use it is told by whoever opens it.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from media.errors import Unreachable, Unreadable
from media.store import PIECE_BYTES, SHA256, Shelf

if TYPE_CHECKING:
    from obstore.store import RetryConfig

PART_BYTES = 16 << 20  # what is larger goes up in parts
TRIES: "RetryConfig" = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}


class ObjectShelf(Shelf):
    """`Shelf` on an object store; `root` is the folder of copies, benches and half-written files of this machine."""

    def __init__(self, root: Path, url: str) -> None:
        super().__init__(root)
        self._store = S3Store.from_url(url, config={"checksum_algorithm": "SHA256"}, retry_config=TRIES)

    def put(self, path: Path, *, move: bool = False) -> str:
        sha256 = super().put(path, move=move)
        if self._remote_size(sha256) is None:
            with self._slot(sha256).open("rb") as file, _telling():
                obstore.put(self._store, _key(sha256), file, chunk_size=PART_BYTES)
        return sha256

    def path(self, sha256: str) -> Path:
        """Where a copy stands on this machine; it is fetched when there is none. Raises Unreadable."""
        slot = self._slot(sha256)
        if not slot.is_file():
            self._fetch(sha256)
        return slot

    def place_of(self, sha256: str) -> Path:
        try:
            return self.path(sha256)
        except Unreadable:
            return self._slot(sha256)

    def has(self, sha256: str) -> bool:
        return super().has(sha256) or self._remote_size(sha256) is not None

    def size(self, sha256: str) -> int:
        if super().has(sha256):
            return super().size(sha256)
        size = self._remote_size(sha256)
        return super().size(sha256) if size is None else size

    def verify(self, sha256: str) -> bool:
        """Do the bytes in the store have this name? Reads them all; a copy here counts for nothing."""
        digest = hashlib.sha256()
        try:
            for piece in self._stream(sha256):
                digest.update(piece)
        except Unreadable:
            return False
        return digest.hexdigest() == sha256

    def read(self, sha256: str, start: int, length: int) -> Iterator[bytes]:
        if super().has(sha256):
            yield from super().read(sha256, start, length)
            return
        for at in range(start, start + length, PIECE_BYTES):
            with _telling():
                piece = obstore.get_range(
                    self._store, _key(sha256), start=at, length=min(PIECE_BYTES, start + length - at)
                )
            yield bytes(piece)

    def link_to(self, sha256: str, lasting: timedelta) -> str:
        """A signed address of the store itself, good for a while; ranges are asked of it like of any file."""
        return str(obstore.sign(self._store, "GET", _key(sha256), lasting))

    def drop(self, sha256: str) -> None:
        super().drop(sha256)
        with _telling():
            obstore.delete(self._store, _key(sha256))

    def wipe(self, sha256: str) -> None:
        """The copy here is overwritten; what a store keeps of deleted objects is its operator's to say."""
        super().wipe(sha256)
        self.drop(sha256)

    def replace(self, sha256: str, whole: Path) -> None:
        """Put right bytes in place of damaged or missing ones."""
        with whole.open("rb") as file, _telling():
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise Unreadable("damaged", "These bytes are not those of the file they should replace.")
            file.seek(0)
            obstore.put(self._store, _key(sha256), file, chunk_size=PART_BYTES)

    def all(self) -> Iterator[str]:
        with _telling():
            pages = [[str(one["path"]) for one in page] for page in obstore.list(self._store)]
        names = (path.rpartition("/")[2] for page in pages for path in page)
        return iter(sorted(name for name in names if SHA256.fullmatch(name)))

    def copies(self) -> Iterator[Path]:
        found = (path for path in self._root.glob("??/??/*") if SHA256.fullmatch(path.name))
        return iter(sorted(found, key=lambda path: path.stat().st_atime))

    def trim(self, most_bytes: int) -> int:
        held = [(path, path.stat().st_size) for path in self.copies()]
        over, gone = sum(size for _, size in held) - most_bytes, 0
        for path, size in held:
            if over <= 0:
                break
            path.unlink(missing_ok=True)
            over, gone = over - size, gone + 1
        return gone

    def _remote_size(self, sha256: str) -> int | None:
        self._slot(sha256)  # refuses what is no name
        try:
            with _telling():
                return int(obstore.head(self._store, _key(sha256))["size"])
        except Unreadable:
            return None

    def _stream(self, sha256: str) -> Iterator[bytes]:
        with _telling():
            for piece in obstore.get(self._store, _key(sha256)).stream(min_chunk_size=PIECE_BYTES):
                yield bytes(piece)

    def _fetch(self, sha256: str) -> None:
        with self._part() as part:
            digest = hashlib.sha256()
            for piece in self._stream(sha256):
                digest.update(piece)
                part.write(piece)
            part.flush()
            if digest.hexdigest() != sha256:
                raise Unreadable(
                    "damaged",
                    "A file of this episode is damaged in the store. `presstalk store repair` looks for a whole one.",
                )
            self._place(Path(part.name), sha256)


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


@contextmanager
def _telling() -> Iterator[None]:
    """A store that is away or refuses is told in a sentence; what is not there is Unreadable("missing")."""
    try:
        yield
    except (FileNotFoundError, NotFoundError) as problem:
        raise Unreadable(
            "missing",
            "A file of this episode is no longer in the store. Restore it from a backup or add it again.",
        ) from problem
    except BaseError as problem:
        first = str(problem).splitlines()[0][:200]
        raise Unreachable("store", f"The store of media does not answer as it should: {first}") from problem
