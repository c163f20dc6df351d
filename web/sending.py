"""Sending a file that never changes under its tag: by ourselves, whole or a range, or by the server in front of us.
Which file may be sent is decided by whoever calls."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import RedirectResponse, Response, StreamingResponse

from catalog.newsroom import Newsroom
from catalog.setting_values import OBJECTS, FrontServer
from catalog.settings import Settings
from web.answer import OPEN_TO_ALL, is_known
from web.deps import site_of
from web.ranges import Part, Unsatisfiable, part_wanted

PIECE_BYTES = 1 << 18
MOST_A_SECOND = 50_000_000  # bytes of files from one process: the rest of its time is for pages
HANDED_OVER = "/presstalk-files/"  # the place nginx knows the newsroom's home by, see docs/deploy/nginx.conf


def send_file(
    request: Request, path: Path, etag: str, mime: str, *, to: Mapping[str, str] = OPEN_TO_ALL
) -> Response:
    """200, 206 for one range, 304, or 416 (RFC 9110); or, without a byte, the name of the file for the front server."""
    headers = {**to, "Cache-Control": "no-cache", "ETag": etag}
    if is_known(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    if told := _handed_over(site_of(request).newsroom.settings, path):
        return Response(headers={**headers, **told}, media_type=mime)
    return _send(request, path.stat().st_size, lambda part: _read(path, part), headers, etag, mime)


def send_kept(
    request: Request, sha256: str, mime: str, *, to: Mapping[str, str] = OPEN_TO_ALL, is_public: bool = True
) -> Response:
    """The same for a file of the shelf, wherever that is: read here, or from an object store by the reader. Who has a
    link into the store could pass it on, so that of what is not public none is given."""
    newsroom = site_of(request).newsroom
    shelf, etag, minutes = newsroom.shelf, f'"{sha256}"', newsroom.settings.store_links
    if not newsroom.settings.store.startswith(OBJECTS):
        return send_file(request, shelf.path(sha256), etag, mime, to=to)
    headers = {**to, "Cache-Control": "no-cache", "ETag": etag}
    if is_known(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    if minutes and is_public and mime.startswith(("audio/", "video/")):
        lasting = timedelta(minutes=minutes)
        return RedirectResponse(shelf.link_to(sha256, lasting), 307, {**to, "Cache-Control": "no-store"})
    return _send(
        request,
        shelf.size(sha256),
        lambda part: _pass_on(shelf.read(sha256, part.start, part.length)),
        headers,
        etag,
        mime,
    )


def origin_of_links(newsroom: Newsroom) -> str:
    """The origin readers are sent to for sound and film; empty: they are sent nowhere."""
    settings = newsroom.settings
    if not settings.store_links or not settings.store.startswith(OBJECTS):
        return ""
    parts = urlsplit(newsroom.shelf.link_to("0" * 64, timedelta(minutes=1)))
    return f"{parts.scheme}://{parts.netloc}"


def _handed_over(settings: Settings, path: Path) -> dict[str, str]:
    """How the server in front is told to send it; nothing where there is none, or it does not see the file: nginx knows
    the home alone, and media may lie on another disk."""
    file, home = path.resolve(), settings.home.resolve()
    if settings.front_server is FrontServer.SENDFILE:
        return {"X-Sendfile": quote(str(file))}
    if settings.front_server is FrontServer.NGINX and file.is_relative_to(home):
        return {"X-Accel-Redirect": HANDED_OVER + quote(file.relative_to(home).as_posix())}
    return {}


def _send(
    request: Request,
    size: int,
    read: Callable[[Part], AsyncIterator[bytes]],
    headers: dict[str, str],
    etag: str,
    mime: str,
) -> Response:
    headers["Accept-Ranges"] = "bytes"
    try:
        part = part_wanted(_range_of(request, etag), size)
    except Unsatisfiable:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    sent = part or Part(0, size)
    headers["Content-Length"] = str(sent.length)
    if part:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{size}"
    pieces = read(sent) if request.method == "GET" else _nothing()
    return StreamingResponse(pieces, 206 if part else 200, headers, media_type=mime)


def _range_of(request: Request, etag: str) -> str | None:
    """The range to honour: none for HEAD, none when it was asked for another version of the file."""
    wanted = request.headers.get("if-range", etag).strip()
    return request.headers.get("range") if request.method == "GET" and wanted == etag else None


class Pace:
    """Whose turn it is to send: so many bytes a second for all files of this process together, in the order asked."""

    def __init__(self, bytes_a_second: int) -> None:
        self._bytes_a_second = bytes_a_second
        self._free_at = 0.0

    def wait_s(self, count: int, now: float) -> float:
        """How long whoever wants to send `count` bytes waits for those before them.

        >>> pace = Pace(1000)
        >>> pace.wait_s(500, 10.0), pace.wait_s(500, 10.0), pace.wait_s(500, 10.25), pace.wait_s(500, 99.0)
        (0.0, 0.5, 0.75, 0.0)
        """
        begins = max(now, self._free_at)
        self._free_at = begins + count / self._bytes_a_second
        return begins - now


pace = Pace(MOST_A_SECOND)


async def _read(path: Path, part: Part) -> AsyncIterator[bytes]:
    clock = asyncio.get_running_loop().time
    with await run_in_threadpool(path.open, "rb") as file:
        file.seek(part.start)
        left = part.length
        while left and (piece := await run_in_threadpool(file.read, min(left, PIECE_BYTES))):
            left -= len(piece)
            await asyncio.sleep(pace.wait_s(len(piece), clock()))
            yield piece


async def _pass_on(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """What an object store sends, at the same pace."""
    clock = asyncio.get_running_loop().time
    async for piece in iterate_in_threadpool(pieces):
        await asyncio.sleep(pace.wait_s(len(piece), clock()))
        yield piece


async def _nothing() -> AsyncIterator[bytes]:
    pieces: tuple[bytes, ...] = ()
    for piece in pieces:
        yield piece
