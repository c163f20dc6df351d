"""A talk as a book: EPUB 3.3, for reading with no connection on any device. What it says is what the page says."""

import zipfile
from functools import partial
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter
from starlette.responses import Response

from catalog.labels import list_voices as list_labels
from catalog.reading import EpisodePage, read_page
from web.answer import OPEN_TO_ALL, answer
from web.deps import Published, Reader, Visit
from web.strip import draw_strip
from web.transcript import Block, lay_out
from web.voices import list_voices

MIME = "application/epub+zip"
LONGEST_PART = 40  # blocks; readers on old devices open a book part by part
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the same bytes for the same words
CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
STYLE = """body { line-height: 1.5; margin: 5%; }
h1, h2, h3 { line-height: 1.2; text-align: start; }
h3 { font-size: 1em; margin: 1.2em 0 0; }
p { margin: 0.3em 0; }
.t, .role, .meta { font-size: 0.85em; }
.t { text-decoration: none; }
:lang(ur), :lang(ps), :lang(bal) { line-height: 2; }
"""

router = APIRouter(include_in_schema=False)


@partial(router.api_route, methods=["GET", "HEAD"])("/e/{slug}.epub")
def book(visit: Reader, published: Published) -> Response:
    name = {"Content-Disposition": f'attachment; filename="{published.slug}.epub"'}
    return answer(visit.request, bind_book(visit, published.slug), MIME, headers=OPEN_TO_ALL | name)


def bind_book(visit: Visit, slug: str) -> bytes:
    """The book of a published talk."""
    talk = visit.spell(read_page(visit.session, slug))
    strip = draw_strip(talk.turns, talk.card.duration_ms)
    voices = list_voices(talk, strip, list_labels(visit.session, slug), visit.language)
    blocks = lay_out(talk, voices)
    parts = [blocks[at : at + LONGEST_PART] for at in range(0, len(blocks), LONGEST_PART)] or [[]]
    values = {
        "talk": talk,
        "card": talk.card,
        "voices": voices,
        "parts": [(f"part-{number}.xhtml", part) for number, part in enumerate(parts, start=1)],
        "contents": contents_of(parts),
        "identifier": f"urn:uuid:{uuid5(NAMESPACE_URL, f'{visit.base}/e/{slug}')}",
        "modified": modified(talk),
    }
    return _bind(visit, values)


def contents_of(parts: list[list[Block]]) -> list[tuple[str, str]]:
    """The table of contents: every chapter, by where it stands."""
    return [
        (f"part-{number}.xhtml#c{head.chapter.start_ms}", head.chapter.title)
        for number, part in enumerate(parts, start=1)
        for block in part
        for head in block.heads
    ]


def modified(talk: EpisodePage) -> str:
    """When the talk was published, as EPUB wants it: in UTC, to the second."""
    at = talk.card.published_at
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else "1970-01-01T00:00:00Z"


def _bind(visit: Visit, values: dict[str, Any]) -> bytes:
    write = partial(visit.site.pages.write, visit.request)
    files = {
        "META-INF/container.xml": CONTAINER.encode(),
        "EPUB/package.opf": write("epub-package.xml", **values),
        "EPUB/nav.xhtml": write("epub-nav.xml", **values),
        "EPUB/front.xhtml": write("epub-front.xml", **values),
        "EPUB/style.css": STYLE.encode(),
    }
    for name, blocks in values["parts"]:
        files[f"EPUB/{name}"] = write("epub-part.xml", **values, blocks=blocks)
    bound = BytesIO()
    with zipfile.ZipFile(bound, "w") as book:
        _put(book, "mimetype", MIME.encode(), zipfile.ZIP_STORED)  # first, and not packed: so readers know it
        for name, content in files.items():
            _put(book, name, content, zipfile.ZIP_DEFLATED)
    return bound.getvalue()


def _put(book: zipfile.ZipFile, name: str, content: bytes, how: int) -> None:
    entry = zipfile.ZipInfo(name, FIRST_DAY)
    entry.compress_type = how
    book.writestr(entry, content)
