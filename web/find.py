"""A reader's search as the page shows it: hits gathered by talk, counts, links that narrow it. The index searches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from catalog.authority.reading import Named, names_of, public_topics, topics_meant
from catalog.authority.topics import in_language
from catalog.search.facets import Count, Facet
from catalog.search.fusion import Mode, search_in_mode
from catalog.search.hits import Results
from catalog.search.moments import Hit
from catalog.search.query import LONGEST_QUERY, piece_at
from catalog.search.spellings import known_tables
from catalog.search.tables import Tables
from catalog.search.written import (
    FoundArticles,
    asks_for_articles,
    search_articles,
)
from web.asked import Asked
from web.deps import Visit
from web.spelling import names_for, spell_hit

LONGEST_NAMED, MOST_PAGES = 100, 3
ABOVE_TALKS = 5  # articles
NO_ARTICLES = FoundArticles()


@dataclass(frozen=True)
class Found:
    """`talks` are the hits of this page, by talk, the best talk first; `notes` each with what they are about; `more` is
    the next page; `about`: the total is estimated; `pages` are of what is called just as was asked."""

    asked: Asked
    within_title: str = ""
    total: int = 0
    talks: tuple[tuple[Hit, ...], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    also: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
    suggestions: tuple[Asked, ...] = ()
    more: Asked | None = None
    about: bool = False
    articles: FoundArticles = NO_ARTICLES
    pages: tuple[Named, ...] = ()


def find_turns(visit: Visit, asked: Asked) -> Found:
    """Search the published talks; what was not understood comes back as notes."""
    asked = replace(asked, text=" ".join(asked.text.replace("\0", " ").split()))
    if not asked.text:
        return Found(asked, asked.within)
    tables = known_tables(visit.session, visit.site.newsroom.settings.home) if asked.expand else None
    written = _written_about(visit, asked, tables)
    results = search_in_mode(
        visit.session,
        visit.site.index,
        asked.text,
        mode=asked.mode,
        meanings=None if asked.mode is Mode.WORDS else visit.site.read_meanings(),
        limit=asked.on_page,
        after="" if asked.articles_only else asked.after,
        episode=asked.within or None,
        sort=asked.sort,
        expand=asked.expand,
        tables=tables,
    )
    results = replace(results, facets=tuple(_in_language(visit, facet) for facet in results.facets))
    people = ((hit.speaker_slug, hit.speaker) for hit in results.hits)
    names = names_for(visit.session, visit.language, people)
    results = replace(results, notes=(*results.notes, *written.notes))
    if asked.articles_only:
        results = replace(results, next=written.next, facets=written.facets)
    found = _found(replace(asked, text=asked.text[:LONGEST_QUERY]), results, names)
    return replace(found, pages=_pages(visit, asked), articles=written)


def _written_about(visit: Visit, asked: Asked, tables: Tables | None) -> FoundArticles:
    """Articles, if they are asked for: a page of them, or the first few above the talks."""
    if not asks_for_articles(asked.text) or (asked.after and not asked.articles_only):
        return NO_ARTICLES
    return search_articles(
        visit.session,
        visit.site.read_articles(),
        asked.text,
        limit=asked.on_page if asked.articles_only else ABOVE_TALKS,
        after=asked.after if asked.articles_only else "",
        sort=asked.sort,
        expand=asked.expand,
        tables=tables,
    )


def _pages(visit: Visit, asked: Asked) -> tuple[Named, ...]:
    """The pages of whoever or whatever is called just as the reader wrote, in any spelling."""
    if asked.after or asked.within or len(asked.text) > LONGEST_NAMED:
        return ()
    known = public_topics(visit.session)
    meant = [known[slug] for slug in topics_meant(visit.session, asked.text)][:MOST_PAGES]
    return tuple(in_language(visit.session, meant, visit.language.code))


def _in_language(visit: Visit, facet: Facet) -> Facet:
    """Topics under the names the reader's language has for them."""
    if facet.field != "topic":
        return facet
    names = names_of(visit.session, [one.value for one in facet.counts], visit.language.code)
    return replace(facet, counts=tuple(Count(one.value, names[one.value], one.turns) for one in facet.counts))


def _found(asked: Asked, results: Results, names: Mapping[str, str]) -> Found:
    return Found(
        asked,
        results.hits[0].episode_title if asked.within and results.hits else asked.within,
        results.total,
        (by_talk if asked.grouped else one_by_one)(spell_hit(hit, names) for hit in results.hits),
        tuple((note.text, piece_at(asked.text, note)) for note in results.notes),
        results.also,
        tuple(facet for facet in results.facets if len(facet.counts) > 1),
        tuple(replace(asked, text=one) for one in results.suggestions),
        replace(asked, after=results.next) if results.next else None,
        results.about,
    )


def one_by_one(hits: Iterable[Hit]) -> tuple[tuple[Hit, ...], ...]:
    """Each hit for itself, in the order they were found."""
    return tuple((hit,) for hit in hits)


def by_talk(hits: Iterable[Hit]) -> tuple[tuple[Hit, ...], ...]:
    """Hits of one talk together, talks in the order of their best hit, moments in the order they were spoken."""
    talks: dict[str, list[Hit]] = {}
    for hit in hits:
        talks.setdefault(hit.episode_slug, []).append(hit)
    return tuple(tuple(sorted(talk, key=lambda hit: hit.start_ms)) for talk in talks.values())
