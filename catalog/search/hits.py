"""Searching as readers do: text in, hits out, with counts and what was not understood."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from catalog.authority.reading import names_of, topics_like, topics_meant
from catalog.models import Episode, EpisodeState, Person, PersonAlias
from catalog.normalize import fold
from catalog.search.answering import Sort
from catalog.search.expand import expand as other_spellings
from catalog.search.expand import other_names
from catalog.search.facets import Count, Facet
from catalog.search.index import TurnIndex
from catalog.search.moments import Hit, read_hits
from catalog.search.nowhere import meant_no_talk, nobody_called, public_names
from catalog.search.query import Filter, Note, Query, parse
from catalog.search.suggest import MOST_SUGGESTED, suggest
from catalog.search.tables import Tables, starter_tables
from catalog.search.written import articles_meant, asks_for_talks, talks_of_articles
from catalog.sequence import keep, keep_each

MOST_HITS = 200
LONGEST_NAME = 60  # of a longer question no name is guessed
WALKED_AT_ONCE = 200


@dataclass(frozen=True)
class Results:
    """`total` counts all hits, of which `hits` are those asked for; `notes` say what was not understood, `also`
    which other spellings were looked for, `facets` how many hits each speaker, role, year... has, `next` is the cursor
    of the next page ("" after the last), `suggestions` what may have been meant where nothing was found. `about`: the
    total is estimated, for everybody says these words."""

    total: int
    hits: tuple[Hit, ...]
    notes: tuple[Note, ...]
    also: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
    next: str = ""
    suggestions: tuple[str, ...] = ()
    about: bool = False


def search_turns(
    session: Session,
    index: TurnIndex,
    text: str,
    *,
    limit: int = 20,
    after: str = "",
    episode: str | None = None,
    sort: Sort = Sort.RELEVANCE,
    expand: bool = True,
    tables: Tables | None = None,
    since: datetime | None = None,
) -> Results:
    """Find turns of published episodes, in order; `episode` is the slug of the only one to look in. With `since`, only
    what was published after that moment.

    The index is believed about where to look, never about what may be shown: an episode withdrawn, words taken
    out, or a name taken back since it was last refreshed are not found. At most MOST_HITS come at a time;
    `after` is the `next` of the page before, and InvalidQuery is raised for any other. `expand` looks for
    the other spellings that the tables know too (without any: the starter tables).
    """
    asked = read_question(session, text, episode=episode, expand=expand, tables=tables)
    if since is not None:
        asked = replace(asked, only=_published_since(session, since, asked.only))
    query = asked.query
    if not query.asks_something or asked.only == []:
        nowhere = meant_no_talk(query) if asked.only == [] and since is None and episode is None else ()
        return Results(0, (), (*query.notes, *nowhere), query.also)
    found = index.search(
        query,
        limit=min(max(limit, 1), MOST_HITS),
        after=after,
        only=asked.only,
        without=asked.without,
        sort=sort,
        facets=True,
    )
    hits = read_hits(session, query, found.places)
    total = found.total - len(found.places) + len(hits)
    facets = tuple(_labelled(session, facet) for facet in found.facets) if total else ()
    suggestions = () if total else _may_be_meant(session, index, text, query)
    notes = query.notes if total else (*query.notes, *nobody_called(session, text, query))
    return Results(total, tuple(hits), notes, query.also, facets, found.next, suggestions, found.about)


def _may_be_meant(session: Session, index: TurnIndex, text: str, query: Query) -> tuple[str, ...]:
    """Names of the authority file that published talks have and plain words come near to, then words said nearby."""
    is_plain = not query.filters and not query.excluded and len(text) <= LONGEST_NAME
    named = topics_like(session, text) if is_plain else []
    near = (f'topic:"{name}"' for name in named if '"' not in name)
    return (*near, *suggest(index, text, query))[:MOST_SUGGESTED]


def walk_hits(
    session: Session,
    index: TurnIndex,
    text: str,
    *,
    episode: str | None = None,
    expand: bool = True,
    tables: Tables | None = None,
) -> Iterator[Hit]:
    """Every turn that answers, talk by talk as spoken, believed as in `search_turns`; few are in memory at a time."""
    asked = read_question(session, text, episode=episode, expand=expand, tables=tables)
    if asked.query.asks_something and asked.only != []:
        for places in index.walk(asked.query, only=asked.only, without=asked.without, batch=WALKED_AT_ONCE):
            yield from read_hits(session, asked.query, places)


@dataclass(frozen=True)
class Question:
    """A reader's text as the index is asked: in the episodes `only`, if given, and in none of `without`."""

    query: Query
    only: list[int] | None
    without: list[int]


def read_question(
    session: Session,
    text: str,
    *,
    episode: str | None = None,
    expand: bool = True,
    tables: Tables | None = None,
) -> Question:
    """What a text asks for, with its other spellings unless they are not wanted, among what may be shown."""
    asked = parse(text)
    known = (tables or starter_tables()) if expand else None
    spelled = other_spellings(asked, known) if known else asked
    query = _know_topics(session, _know_people(session, spelled, known))
    without = keep(session, "hidden episodes", _hidden_ids) + _unwanted_ids(session, query)
    return Question(query, _talks_meant(session, query, _published_ids(session, query, episode)), without)


def _talks_meant(session: Session, query: Query, only: list[int] | None) -> list[int] | None:
    """The episodes to look in, when a query asks for articles, or for the talks that belong to some."""
    if not asks_for_talks(query):
        return []
    named = articles_meant(session, query)
    if named is None:
        return only
    talks = talks_of_articles(session, named)
    return talks if only is None else [one for one in only if one in talks]


def _know_people(session: Session, query: Query, tables: Tables | None) -> Query:
    """The query with each speaker's name that is a slug, or another spelling of somebody's, taken as that person; one
    that is nobody's whole name is looked for in the spellings that the tables have, too, and these are told."""
    filters: list[Filter] = []
    also = list(query.also)
    for one in query.filters:
        slugs = _slugs_of(session, one.value) if one.field == "speaker" else []
        filters += [Filter("person", slug, one.unwanted) for slug in slugs]
        if one.value not in slugs:
            filters.append(one)
        if one.field == "speaker" and tables and not slugs:
            others = other_names(one.value, tables)
            filters += [Filter("speaker", name, one.unwanted) for name in others]
            also += others
    return replace(query, filters=tuple(filters), also=tuple(dict.fromkeys(also)))


def _know_topics(session: Session, query: Query) -> Query:
    """The query with each topic as the slugs of those so called. One that nobody knows finds nothing, and is told."""
    filters: list[Filter] = []
    notes = list(query.notes)
    for one in query.filters:
        if one.field != "topic":
            filters.append(one)
            continue
        slugs = topics_meant(session, one.value)
        filters += [Filter("topic", slug, one.unwanted) for slug in slugs or [one.value]]
        if not slugs:
            near = " or ".join(f"“{name}”" for name in topics_like(session, one.value))
            meant = f" Perhaps {near}?" if near else ""
            notes.append(Note(0, f"No topic, person or place here is called “{one.value[:40]}”.{meant}"))
    return replace(query, filters=tuple(filters), notes=tuple(notes))


def _slugs_of(session: Session, name: str) -> Sequence[str]:
    """Who in public is so called."""
    known = session.scalars(_BY_SLUG, {"slug": name.casefold()}).all()
    known = known or session.scalars(_BY_ALIAS, {"folded": fold(name)}).all()
    return [slug for slug in known if slug in public_names(session)] if known else ()


def _published_ids(session: Session, query: Query, episode: str | None) -> list[int] | None:
    """The episodes to look in; None for all, an empty list when what was asked for is not published."""
    asked = [one.value for one in query.filters if one.field == "episode" and not one.unwanted]
    slugs = {episode} & set(asked or [episode]) if episode is not None else set(asked)
    if not slugs:
        return [] if episode is not None else None
    return _ids(session, Episode.state == EpisodeState.PUBLISHED, col(Episode.slug).in_(slugs))


def _published_since(session: Session, since: datetime, only: list[int] | None) -> list[int]:
    new = _ids(session, Episode.state == EpisodeState.PUBLISHED, col(Episode.published_at) > since)
    return new if only is None else [one for one in new if one in only]


def _unwanted_ids(session: Session, query: Query) -> list[int]:
    slugs = [one.value for one in query.filters if one.field == "episode" and one.unwanted]
    return _ids(session, col(Episode.slug).in_(slugs)) if slugs else []


def _hidden_ids(session: Session) -> list[int]:
    return _ids(session, Episode.state != EpisodeState.PUBLISHED)


def _ids(session: Session, *such: bool | ColumnElement[bool]) -> list[int]:
    rows = session.exec(select(Episode.id).where(*such))
    return [episode_id for episode_id in rows if episode_id is not None]


def _labelled(session: Session, facet: Facet) -> Facet:
    """A facet with what readers know its values by: people by name, episodes by slug and title."""
    if facet.field == "speaker":
        people = keep(session, "names of people", _names)
        counts = [Count(value, people.get(value, value), turns) for value, _, turns in facet.counts]
    elif facet.field == "topic":
        names = names_of(session, [one.value for one in facet.counts])
        counts = [Count(one.value, names[one.value], one.turns) for one in facet.counts if one.value in names]
    elif facet.field == "episode":
        talks = keep_each(session, "titles", [int(one.value) for one in facet.counts], _read_titles)
        counts = [Count(*talks[int(one.value)], one.turns) for one in facet.counts if int(one.value) in talks]
    else:
        return facet
    return replace(facet, counts=tuple(counts))


def _read_titles(session: Session, episode_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """By number, slug and title of those that are published. Written out, as in `heard`."""
    wanted = ", ".join(str(int(one)) for one in episode_ids)
    rows = session.connection().exec_driver_sql(
        "SELECT id, slug, title FROM episode "  # noqa: S608  numbers only
        f"WHERE id IN ({wanted}) AND state = '{EpisodeState.PUBLISHED}'"
    )
    return {episode_id: (slug, title) for episode_id, slug, title in rows}


def _names(session: Session) -> dict[str, str]:
    return dict(session.exec(select(Person.slug, Person.name)).all())


# Made once: to put a question together takes longer than to answer it.
_BY_SLUG = select(Person.slug).where(col(Person.slug) == sa.bindparam("slug"))
_BY_ALIAS = (
    select(Person.slug)
    .join(PersonAlias, col(PersonAlias.person_id) == col(Person.id))
    .where(col(PersonAlias.folded) == sa.bindparam("folded"))
    .distinct()
    .order_by(Person.slug)
)
