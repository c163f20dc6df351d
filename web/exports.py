"""Whole result sets as files, sent as they are read. How a file is written is in `catalog.search.export`."""

from collections.abc import Generator, Iterator
from functools import partial
from itertools import chain

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from catalog.db import reading
from catalog.search.export import FORMATS, Source, export_hits
from catalog.search.hits import walk_hits
from catalog.search.query import parse
from catalog.search.spellings import known_tables
from web.api.asking import base_of
from web.asked import Asked
from web.deps import Site, site_of
from web.forms import Allowance, address_of
from web.research import Search, as_file

A_MINUTE = 10  # files for a client address

router = APIRouter(include_in_schema=False)
allowance = Allowance(A_MINUTE, "files")


@partial(router.api_route, methods=["GET", "HEAD"])("/search.{ending}")
def export(request: Request, asked: Search, ending: str) -> Response:
    """Every turn that answers a search, not a page of them."""
    if ending not in FORMATS:
        raise HTTPException(404)
    allowance.take(address_of(request))
    if not parse(asked.text).asks_something:
        raise HTTPException(400, "A file needs a search: words to look for, or a speaker, a day, a language.")
    site = site_of(request)
    source = Source(base_of(request, site.newsroom.settings), site.newsroom.settings.site_title)
    pieces = write_pieces(site, asked, ending, source) if request.method == "GET" else iter(())
    return FileInPieces(pieces, headers=as_file(f"search.{ending}"), media_type=FORMATS[ending].media_type)


def write_pieces(site: Site, asked: Asked, ending: str, source: Source) -> Generator[bytes]:
    """The file as it is written. Between pieces no moment of the record is held, however slow the reader is: what
    is taken out meanwhile is not sent, and nobody waits."""
    with reading(site.newsroom.engine) as session:
        tables = known_tables(session, site.newsroom.settings.home) if asked.expand else None
        within = asked.within or None
        hits = walk_hits(session, site.index, asked.text, episode=within, expand=asked.expand, tables=tables)
        for piece in export_hits(hits, ending, source):
            session.rollback()
            yield piece


class FileInPieces(StreamingResponse):
    """Sends pieces as they are made, the first before anything is said: a failure there is still told by its status.
    The work ends with the reader's interest, not when somebody sweeps up."""

    def __init__(self, pieces: Iterator[bytes], **how: object) -> None:
        self._pieces = pieces
        first = next(pieces, b"")
        super().__init__(chain([first], pieces), **how)  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if isinstance(self._pieces, Generator):
                self._pieces.close()
