"""The files every page stands on (style, fonts, script), held in memory and addressed by their bytes."""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
A_WEEK = "public, max-age=604800"
FOR_EVER = "public, max-age=31536000, immutable"
TYPES = {".woff2": "font/woff2", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True)
class Asset:
    body: bytes
    media_type: str
    version: str


class Assets:
    """All of `static/`, read once when the site starts."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._held = {
            path.relative_to(folder).as_posix(): _read(path) for path in folder.rglob("*") if path.is_file()
        }

    def add(self, name: str, body: bytes) -> None:
        """A file of this newsroom's own, or ours as it wants it."""
        self._held[name] = _asset(name, body)

    def body(self, name: str) -> bytes:
        return self._held[name].body

    def find(self, name: str) -> Asset | None:
        return self._held.get(name)

    def address(self, name: str) -> str:
        """Where a page finds the file; the address changes with the bytes, so it may be kept for ever."""
        return f"/static/{name}?v={self._held[name].version}"


def _read(path: Path) -> Asset:
    return _asset(path.name, path.read_bytes())


def _asset(name: str, body: bytes) -> Asset:
    guess = TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(body, guess, hashlib.sha256(body).hexdigest()[:12])
