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
LONGEST_S = 10  # an index that has to be built anew takes longer; then readers are let in meanwhile
log = logging.getLogger(__name__)


def warm(application: FastAPI) -> None:
    """Asks the application for these pages and the newest talk; a site that cannot answer yet starts all the same."""
    asking = threading.Thread(target=_warm, args=(application,), daemon=True)
    asking.start()
    asking.join(LONGEST_S)


def _warm(application: FastAPI) -> None:
    try:
        asyncio.run(_ask(application, [*PAGES, *_newest(application.state.site)]))
    except Exception:  # whatever it is, readers are told by their own page
        log.info("the first pages could not be made before there was a reader", exc_info=True)


def _newest(site: Site) -> list[str]:
    with reading(site.newsroom.engine) as session:
        return [f"/e/{card.slug}" for card in published_cards(session, limit=1)]


async def _ask(application: FastAPI, addresses: list[str]) -> None:
    line = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=line, base_url="http://localhost") as reader:
        for address in addresses:
            await reader.get(address)
