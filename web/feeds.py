"""What machines fetch: captions and transcripts, word times, media with byte ranges, static files. No pages."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from fastapi import Path as PathParameter
from starlette.responses import Response

from catalog.files import PUBLIC_KINDS, public_file
from catalog.models import MediaFile, MediaKind
from catalog.reading import EpisodePage
from media.errors import Unreadable
from web.answer import OPEN_TO_ALL, answer
from web.assets import A_WEEK, FOR_EVER
from web.copies import FORMS
from web.deps import Published, Reader, Visit, site_of
from web.sending import send_kept

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
    if row is None or ending_of(row.mime) != ending or not is_whole(visit, row):
        raise HTTPException(404)
    return send_kept(visit.request, row.sha256, row.mime)


def is_whole(visit: Visit, row: MediaFile) -> bool:
    """Does the file stand there in its size? What a failing disk cut off is not served for the whole."""
    try:
        return visit.site.newsroom.shelf.size(row.sha256) == row.size
    except Unreadable:
        return False


@fetched("/static/{name:path}")
def static(request: Request, name: str, v: str = "") -> Response:
    asset = site_of(request).assets.find(name)
    if asset is None:
        raise HTTPException(404)
    # A card in another site's sandbox asks for its fonts as a stranger.
    lent = OPEN_TO_ALL if name.startswith("fonts/") else {}
    cache = FOR_EVER if v == asset.version else A_WEEK
    return answer(request, asset.body, asset.media_type, cache=cache, headers=lent)
