"""A file sent by a form in one go, written to disk as it comes. In pieces it comes by `arrivals`."""

import shutil
import time
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, BinaryIO

from fastapi import APIRouter, HTTPException, Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from catalog.adding import Added, add_file
from catalog.errors import InvalidQuery
from catalog.newsroom import Newsroom
from catalog.settings import GIBIBYTE
from web.studio.board import given_in
from web.studio.seat import LARGEST, Producer, Seat, go

FOLDER = "uploads"
STALE_S = 24 * 3600
LONGEST_FIELD_NAME = 100
router = APIRouter(include_in_schema=False)


@router.post("/upload")
async def upload(seat: Producer, request: Request) -> Response:
    """Bring in a file: a sound or video recording, whatever it is called."""
    newsroom = seat.site.newsroom
    seat.session.close()  # one moment of the record is not held open while a file comes in
    folder = await run_in_threadpool(make_room, newsroom)
    try:
        arrival = Arrival(folder, int(newsroom.settings.max_gigabytes * GIBIBYTE))
        await receive(request, arrival)
        added = await run_in_threadpool(_add, seat, arrival)
    finally:
        await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)
    return go(f"/e/{added.slug}", "added" if added.is_new else "known")


def _add(seat: Seat, arrival: "Arrival") -> Added:
    if arrival.path is None:
        raise InvalidQuery("No file arrived. Choose one, then send it.")
    return add_file(seat.site.newsroom, arrival.path, given_in(arrival.fields), seat.visitor.actor)


def make_room(newsroom: Newsroom) -> Path:
    """A private folder for one arrival; those of a day ago, which nobody came back for, are thrown away."""
    uploads = newsroom.settings.home / FOLDER
    uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in uploads.iterdir():
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - STALE_S:
                shutil.rmtree(left, ignore_errors=True)
    free = shutil.disk_usage(uploads).free - newsroom.settings.min_free_gigabytes * GIBIBYTE
    if free <= 0:
        raise HTTPException(
            507, "The disk is nearly full, so nothing can be sent now. Tell whoever looks after it."
        )
    return Path(mkdtemp(dir=uploads))


async def receive(request: Request, arrival: "Arrival") -> None:
    """Write the parts of a form to disk as they come. Raises HTTPException 400 or 413."""
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
        raise HTTPException(400, "That was no file from the studio's own form.")
    if int(request.headers.get("content-length") or 0) > arrival.largest + LARGEST:
        raise arrival.too_large()
    parser = MultipartParser(boundary, arrival.callbacks())
    try:
        async for piece in request.stream():
            await run_in_threadpool(parser.write, piece)
        parser.finalize()
    except (FormParserError, ClientDisconnect, ValueError) as broken:
        raise HTTPException(400, "The file did not arrive whole. Send it again.") from broken
    finally:
        arrival.close()
    if not arrival.is_whole:
        raise HTTPException(400, "The file did not arrive whole. Send it again.")


class Arrival:
    """One form on its way in: small fields are kept in memory, the one file goes to `path`."""

    def __init__(self, folder: Path, largest: int) -> None:
        self.folder, self.largest = folder, largest
        self.fields: dict[str, str] = {}
        self.path: Path | None = None
        self.is_whole = False
        self._header, self._value, self._headers = b"", b"", dict[bytes, bytes]()
        self._name, self._text = "", bytearray()
        self._file: BinaryIO | None = None
        self._bytes = 0

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._add_header,
            "on_header_value": self._add_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._open,
            "on_part_data": self._take,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def too_large(self) -> HTTPException:
        return HTTPException(
            413,
            f"The file is larger than {self.largest / GIBIBYTE:g} GB, the most that is taken. Shorten it first.",
        )

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin(self) -> None:
        self._headers, self._name, self._text = {}, "", bytearray()

    def _add_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._header.lower()] = self._value
        self._header = self._value = b""

    def _open(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")[:LONGEST_FIELD_NAME]
        called = options.get(b"filename", b"").decode("utf-8", "replace")
        if called and self.path is None:
            self.path = self.folder / file_name(called)
            self._file = self.path.open("xb")

    def _take(self, data: bytes, start: int, end: int) -> None:
        self._bytes += end - start
        if self._file is not None:
            if self._bytes > self.largest:
                raise self.too_large()
            self._file.write(data[start:end])
        else:
            self._text += data[start:end]
            if len(self._text) > LARGEST:
                raise HTTPException(413)

    def _end(self) -> None:
        if self._file is None and self._name:
            self.fields[self._name] = self._text.decode("utf-8", "replace")
        self.close()

    def _finish(self) -> None:
        self.is_whole = True


def file_name(called: str) -> str:
    """The name a file was sent under, as a name in our own folder.

    >>> file_name("../../etc/passwd"), file_name("C:\\\\talk.mp4"), file_name("..")
    ('passwd', 'talk.mp4', 'recording')
    """
    bare = called.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in bare if letter.isprintable()).strip(" .")
    return kept.encode()[-180:].decode("utf-8", "ignore").strip(" .") or "recording"
