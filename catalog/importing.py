"""Bringing articles in from an address: fetched within limits, kept, and noted with the source. How a source is
read stands in `written`, how an article is kept in `articles`."""

from dataclasses import replace

from catalog.articles import (
    Kept,
    article_source,
    article_sources,
    keep_articles,
    leave_out,
    remember_source,
)
from catalog.candidates import keep_candidates
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

PAGE_TIMEOUT_S = 60
AT_ONCE = (
    250  # articles that are kept in one act: whoever else writes waits that long, and not for an archive
)


def import_source(newsroom: Newsroom, source: str, *, anew: bool = False) -> tuple[Found, Kept]:
    """Bring in what an address or a file has; of a site of WordPress only what changed since it was last looked at,
    unless all of it is wanted `anew`. Raises MediaError where nothing can be had."""
    with reading(newsroom.engine) as session:
        known = article_source(session, source)
    since = known.modified_at if known is not None and not (anew or _is_whole_due(known)) else None
    found = gatherer(newsroom).gather(source, since)
    at, kept = now(), Kept()
    for first in range(0, len(found.articles), AT_ONCE):
        some = Found(found.articles[first : first + AT_ONCE])
        with writing(newsroom.engine) as session:
            kept.changes += keep_articles(session, some, source, at).changes
    with writing(newsroom.engine) as session:
        if found.is_whole:
            leave_out(session, kept, source, at)
        keep_candidates(session, found.candidates, source, at)
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


def import_asked(newsroom: Newsroom) -> None:
    """Bring in from addresses that somebody gave and nobody has looked at; what goes wrong is noted with them."""
    with reading(newsroom.engine) as session:
        urls = [source.url for source in article_sources(session) if source.polled_at is None]
    for url in urls:
        try:
            import_source(newsroom, url)
        except (MediaError, CatalogError) as problem:
            _note(newsroom, url, problem.sentence)


def _note(newsroom: Newsroom, url: str, problem: str) -> None:
    with writing(newsroom.engine) as session:
        remember_source(session, url, now(), problem)
