"""What machines fetch: captions and transcripts, word times, media with byte ranges, static files. No pages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from fastapi import Path as PathParameter
from starlette.responses import Response, StreamingResponse

from catalog.files import PUBLIC_KINDS, public_file
from catalog.models import MediaKind
from catalog.reading import EpisodePage
from web.answer import OPEN_TO_ALL, answer, is_known
from web.assets import A_WEEK, FOR_EVER
from web.copies import FORMS
from web.deps import Published, Reader, site_of
from web.ranges import Part, Unsatisfiable, part_wanted

PIECE_BYTES = 1 << 17
ENDINGS = {
    "application/json": "json",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "opus",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/webm": "webm",
}

router = APIRouter(include_in_schema=False)
fetched = partial(router.api_route, methods=["GET", "HEAD"])


@dataclass(frozen=True)
class MediaLink:
    """Where a reader gets a file of a talk, what it is and how large (bytes)."""

    kind: str
    address: str
    mime: str
    size: int


def media_links(talk: EpisodePage) -> dict[str, MediaLink]:
    """The public files of a talk by their kind."""
    return {
        line.kind: MediaLink(
            line.kind, media_address(talk.card.slug, line.kind, line.mime), line.mime, line.size
        )
        for line in talk.files
    }


def media_address(slug: str, kind: str, mime: str) -> str:
    """
    >>> media_address("tea", "web_audio_low", "audio/ogg; codecs=opus")
    '/media/tea/web_audio_low.opus'
    """
    return f"/media/{slug}/{kind}.{ending_of(mime)}"


def ending_of(mime: str) -> str:
    return ENDINGS.get(mime.partition(";")[0].strip().lower(), "bin")


@fetched("/e/{slug}.{ending}")
def text_copy(
    visit: Reader, published: Published, ending: Annotated[str, PathParameter(pattern="^[a-z]{1,8}$")]
) -> Response:
    """The transcript as a file, for any site and any player."""
    if ending not in FORMS:
        raise HTTPException(404)
    copies = visit.site.copies.copies_of(visit.session, published.id or 0, published.revision)
    name = {"Content-Disposition": f'inline; filename="{published.slug}.{ending}"'}
    return answer(visit.request, copies.forms[ending], FORMS[ending].media_type, headers=OPEN_TO_ALL | name)


@fetched("/e/{slug}/words.json")
def word_times(visit: Reader, published: Published) -> Response:
    """When each word is spoken and where it stands in the text; the page asks for it on the first press."""
    copies = visit.site.copies.copies_of(visit.session, published.id or 0, published.revision)
    return answer(visit.request, copies.words, "application/json")


@fetched("/media/{slug}/{kind}.{ending}")
def media(visit: Reader, published: Published, kind: MediaKind, ending: str) -> Response:
    """A public file of a published talk, whole or in part."""
    row = public_file(visit.session, published.slug, kind) if kind in PUBLIC_KINDS else None
    if row is None or ending_of(row.mime) != ending or not visit.site.newsroom.shelf.has(row.sha256):
        raise HTTPException(404)
    return send_file(visit.request, visit.site.newsroom.shelf.path(row.sha256), f'"{row.sha256}"', row.mime)


@fetched("/static/{name:path}")
def static(request: Request, name: str, v: str = "") -> Response:
    asset = site_of(request).assets.find(name)
    if asset is None:
        raise HTTPException(404)
    # A card in another site's sandbox asks for its fonts as a stranger.
    lent = OPEN_TO_ALL if name.startswith("fonts/") else {}
    cache = FOR_EVER if v == asset.version else A_WEEK
    return answer(request, asset.body, asset.media_type, cache=cache, headers=lent)


def send_file(
    request: Request, path: Path, etag: str, mime: str, *, to: Mapping[str, str] = OPEN_TO_ALL
) -> Response:
    """Stream a file that never changes under its tag: 200, 206 for one range, 304, or 416 (RFC 9110)."""
    size = path.stat().st_size
    headers = {**to, "Accept-Ranges": "bytes", "Cache-Control": "no-cache", "ETag": etag}
    if is_known(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    try:
        part = part_wanted(_range_of(request, etag), size)
    except Unsatisfiable:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    sent = part or Part(0, size)
    headers["Content-Length"] = str(sent.length)
    if part:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{size}"
    pieces = _read(path, sent) if request.method == "GET" else iter(())
    return StreamingResponse(pieces, 206 if part else 200, headers, media_type=mime)


def _range_of(request: Request, etag: str) -> str | None:
    """The range to honour: none for HEAD, none when it was asked for another version of the file."""
    wanted = request.headers.get("if-range", etag).strip()
    return request.headers.get("range") if request.method == "GET" and wanted == etag else None


def _read(path: Path, part: Part) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(part.start)
        left = part.length
        while left and (piece := file.read(min(left, PIECE_BYTES))):
            left -= len(piece)
            yield piece
