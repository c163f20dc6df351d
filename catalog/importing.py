"""Bringing articles in from an address: fetched within limits, kept, and noted with the source. How a source is
read stands in `written`, how an article is kept in `articles`."""

import logging
from dataclasses import replace
from pathlib import Path
from threading import Thread

from catalog.articles import Kept, article_source, article_sources, keep_articles, remember_source
from catalog.db import reading, writing
from catalog.errors import CatalogError
from catalog.models import ArticleSource
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.written.found import Found
from catalog.written.gather import LARGEST_PAGE, Gatherer
from media.errors import MediaError
from media.fetch import fetch_bytes
from media.guard import Limits

log = logging.getLogger(__name__)
PAGE_TIMEOUT_S = 60
_running: dict[Path, Thread] = {}  # of each home, in this process


def import_source(newsroom: Newsroom, source: str, *, anew: bool = False) -> tuple[Found, Kept]:
    """Bring in what an address or a file has; of a site of WordPress only what changed since it was last looked at,
    unless all of it is wanted `anew`. Raises MediaError where nothing can be had."""
    with reading(newsroom.engine) as session:
        known = article_source(session, source)
    since = known.modified_at if known is not None and not (anew or _is_whole_due(known)) else None
    found = gatherer(newsroom).gather(source, since)
    with writing(newsroom.engine) as session:
        kept = keep_articles(session, found, source, now())
        if source.startswith(("http://", "https://")):
            noted = remember_source(session, source, now(), "\n".join(found.problems))
            noted.modified_at = max(filter(None, (noted.modified_at, found.newest)), default=None)
            session.add(noted)
    return found, kept


def _is_whole_due(source: ArticleSource) -> bool:
    """Once a week all of it is looked at: what was deleted there is told by nothing but its absence."""
    return source.polled_at is None or source.polled_at.isocalendar()[:2] != now().isocalendar()[:2]


def poll_sources(newsroom: Newsroom) -> list[tuple[str, Found | None, Kept | None, str]]:
    """Look again at every address articles came from: what it had and what became of it, or what went wrong."""
    with reading(newsroom.engine) as session:
        urls = [source.url for source in article_sources(session)]
    told: list[tuple[str, Found | None, Kept | None, str]] = []
    for url in urls:
        try:
            told.append((url, *import_source(newsroom, url), ""))
        except (MediaError, CatalogError) as problem:
            _note(newsroom, url, problem.sentence)
            told.append((url, None, None, problem.sentence))
    return told


def gatherer(newsroom: Newsroom) -> Gatherer:
    limits = Limits(**newsroom.settings.limits())
    page = replace(limits, timeout_s=min(PAGE_TIMEOUT_S, limits.timeout_s))
    show_titles = (newsroom.settings.site_title, newsroom.settings.publisher)
    return Gatherer(lambda url: fetch_bytes(url, page, LARGEST_PAGE), show_titles)


def start_import(newsroom: Newsroom, url: str) -> Thread:
    """The same beside whatever else goes on; what went wrong is noted with the source."""
    if is_importing(newsroom):
        return _running[newsroom.settings.home]
    _note(newsroom, url, "")
    thread = Thread(target=_import_quietly, args=(newsroom, url), daemon=True)
    _running[newsroom.settings.home] = thread
    thread.start()
    return thread


def is_importing(newsroom: Newsroom) -> bool:
    thread = _running.get(newsroom.settings.home)
    return thread is not None and thread.is_alive()


def _import_quietly(newsroom: Newsroom, url: str) -> None:
    try:
        import_source(newsroom, url)
    except (MediaError, CatalogError) as problem:
        _note(newsroom, url, problem.sentence)
    except Exception:
        log.exception("bringing in articles broke off")
        _note(newsroom, url, "It broke off; the log of the site says why.")


def _note(newsroom: Newsroom, url: str, problem: str) -> None:
    with writing(newsroom.engine) as session:
        remember_source(session, url, now(), problem)
