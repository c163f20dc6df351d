"""The first page of each kind, made before there is a reader: it reads tables, puts templates and questions together,
and takes ten times as long as the next."""

import asyncio
import logging
import threading

import httpx
from fastapi import FastAPI

from catalog.db import reading
from catalog.reading import published_cards
from web.deps import Site

PAGES = ("/", "/episodes", "/people", "/corrections", "/topics", "/search?q=a")
LONGEST_S = (
    10  # an index that has to be made anew takes longer; readers are let in meanwhile, and no more is asked
)
log = logging.getLogger(__name__)


def warm(application: FastAPI) -> None:
    """Asks the application for these pages and the newest talk; a site that cannot answer yet starts all the same."""
    is_late = threading.Event()
    asking = threading.Thread(target=_warm, args=(application, is_late), daemon=True)
    asking.start()
    asking.join(LONGEST_S)
    is_late.set()


def _warm(application: FastAPI, is_late: threading.Event) -> None:
    try:
        asyncio.run(_ask(application, _addresses(application.state.site), is_late))
    except Exception:  # whatever it is, readers are told by their own page
        log.info("the first pages could not be made before there was a reader", exc_info=True)


def _addresses(site: Site) -> list[str]:
    """The pages in each language, for each has templates of its own; told once the index is open."""
    _ = site.index
    with reading(site.newsroom.engine) as session:
        newest = [f"/e/{card.slug}" for card in published_cards(session, limit=1)]
    return [f"{language.root}{page}" for language in site.pages.languages for page in (*PAGES, *newest)]


async def _ask(application: FastAPI, addresses: list[str], is_late: threading.Event) -> None:
    """While nobody else does: readers come in another loop, and turns are taken in one."""
    line = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=line, base_url="http://localhost") as reader:
        for address in addresses:
            if is_late.is_set():
                return
            await reader.get(address)
