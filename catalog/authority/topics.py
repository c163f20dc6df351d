"""One entity as readers see it: what it is, every published paragraph that names it, who and what is named beside it,
and the articles. Which entities readers know at all is in `reading`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, distinct, func, select

from catalog.authority.entries import entry_of, find_entity
from catalog.authority.reading import LISTED, SPOKEN, Named, name_in, names_of, public_topics
from catalog.errors import NotFound
from catalog.models import Article, Entity, EntityKind, Episode, Mention, Person, Track, TrackKind, Utterance
from catalog.people import public_name
from catalog.search.finding import Match
from catalog.search.moments import moment_in
from catalog.search.said import Said, said_in
from catalog.search.snippet import Pieces, cut_snippet
from catalog.transcripts import NOBODY, Speaker, read_all_speakers


@dataclass(frozen=True)
class Topic:
    """An entity with a page. `also` are its other names, in every script; `person` is the slug of somebody who is heard
    here; `namesakes` are those it must not be confused with, whether they have a page or not."""

    id: int
    slug: str
    kind: EntityKind
    name: str
    also: tuple[str, ...]
    description: str
    turns: int
    talks: int
    person: str = ""
    namesakes: tuple[Named, ...] = ()


@dataclass(frozen=True)
class Spoken:
    """A paragraph that names it: `pieces` of the text around, the name marked; it is said at `at_ms`."""

    episode_slug: str
    episode_title: str
    day: datetime | None
    speaker: Speaker
    language: str
    at_ms: int
    pieces: Pieces


@dataclass(frozen=True)
class Beside:
    """An entity named in the same paragraphs."""

    topic: Named
    together: int


@dataclass(frozen=True)
class Written:
    """An article that names it, by its number and its address; `times` in all."""

    id: int
    title: str
    url: str
    byline: str
    language: str
    published_at: datetime | None
    is_gone: bool
    times: int


def read_topic(session: Session, slug: str, language: str = "en") -> Topic:
    """Raises NotFound for what no published talk names, in the same words as for nothing at all. One that was merged
    into another is the other."""
    missing = NotFound(f"Nothing that a published talk names is called '{slug}'.")
    try:
        entity = find_entity(session, slug)
    except NotFound as problem:
        raise missing from problem
    known = public_topics(session).get(entity.slug)
    if known is None:
        raise missing
    _, entry = entry_of(session, entity.slug)
    name = name_in(entry.full_names, language)
    return Topic(
        id=entity.id or 0,
        slug=entity.slug,
        kind=entity.kind,
        name=name,
        also=tuple(one for one in entry.full_names if one != name),
        description=entity.description,
        turns=known.turns,
        talks=known.talks,
        person=entry.person if entry.person and public_name(session, entry.person) else "",
        namesakes=_namesakes(session, entry.namesakes, language),
    )


def topics_of_kind(
    session: Session, kind: EntityKind, language: str, *, limit: int, offset: int = 0
) -> list[Named]:
    """Those of one kind, the ones named most first."""
    listed = [one for one in public_topics(session).values() if one.kind is kind]
    return in_language(session, listed[offset : offset + limit], language)


def leading_topics(session: Session, language: str, limit: int) -> list[Named]:
    """What the talks are about rather than where: often named, and not in each of them. People have their own list."""
    topics = [one for one in public_topics(session).values() if one.kind is not EntityKind.PERSON]
    talks = max((one.talks for one in topics), default=0)

    def weight(one: Named) -> float:
        return -one.turns * log(1 + talks / one.talks) * (2 if one.kind is EntityKind.TOPIC else 1)

    return in_language(session, sorted(topics, key=lambda one: (weight(one), one.slug))[:limit], language)


def topics_in_talk(session: Session, episode_id: int, language: str) -> list[tuple[Named, int]]:
    """What the transcript of a talk names, what it names most first, each with when that begins."""
    turns = func.count(distinct(col(Utterance.id)))
    rows = session.execute(
        sa.select(
            col(Entity.slug), col(Entity.kind), col(Entity.name), turns, func.min(col(Utterance.start_ms))
        )
        .join(Mention, col(Mention.entity_id) == col(Entity.id))
        .join(Utterance, col(Utterance.id) == col(Mention.utterance_id))
        .join(Track, col(Track.id) == col(Utterance.track_id))
        .where(col(Track.episode_id) == episode_id, col(Track.current).is_(True), LISTED)
        .where(col(Track.kind) == TrackKind.ORIGINAL)
        .group_by(col(Entity.slug), col(Entity.kind), col(Entity.name))
        .order_by(turns.desc(), func.min(col(Utterance.start_ms)), col(Entity.slug))
    ).all()
    named = in_language(
        session, [Named(slug, kind, name, count) for slug, kind, name, count, _ in rows], language
    )
    return [(one, row[4]) for one, row in zip(named, rows, strict=True)]


def spoken_of(session: Session, topic: Topic, *, limit: int, offset: int = 0) -> list[Spoken]:
    """The paragraphs that name it: the newest talk first, each from its beginning."""
    day = func.coalesce(Episode.aired_at, Episode.published_at)
    naming = select(Mention.utterance_id).where(Mention.entity_id == topic.id)
    rows = session.exec(
        select(Utterance, Episode)
        .join(Track, col(Track.id) == col(Utterance.track_id))
        .join(Episode, col(Episode.id) == col(Track.episode_id))
        .where(col(Utterance.id).in_(naming), *SPOKEN)
        .order_by(day.desc(), col(Episode.id).desc(), col(Utterance.position))
        .limit(limit)
        .offset(offset)
    ).all()
    spots = _spots(session, topic.id, [line.id or 0 for line, _ in rows])
    speakers = read_all_speakers(session, sorted({episode.id or 0 for _, episode in rows}))
    return [
        _spoken(line, episode, speakers.get(episode.id or 0, {}), spots[line.id or 0])
        for line, episode in rows
    ]


def named_beside(session: Session, topic: Topic, language: str, limit: int = 12) -> list[Beside]:
    """Who and what is named in the same paragraphs, what oftenest first."""
    here = aliased(Mention)
    together = func.count(distinct(col(Mention.utterance_id)))
    rows = session.execute(
        sa.select(col(Entity.slug), col(Entity.kind), col(Entity.name), together)
        .join(Mention, col(Mention.entity_id) == col(Entity.id))
        .join(here, col(here.utterance_id) == col(Mention.utterance_id))
        .join(Utterance, col(Utterance.id) == col(Mention.utterance_id))
        .join(Track, col(Track.id) == col(Utterance.track_id))
        .join(Episode, col(Episode.id) == col(Track.episode_id))
        .where(col(here.entity_id) == topic.id, col(Entity.id) != topic.id, LISTED, *SPOKEN)
        .group_by(col(Entity.slug), col(Entity.kind), col(Entity.name))
        .order_by(together.desc(), col(Entity.slug))
        .limit(limit)
    ).all()
    named = in_language(session, [Named(slug, kind, name) for slug, kind, name, _ in rows], language)
    return [Beside(one, row[3]) for one, row in zip(named, rows, strict=True)]


def written_of(session: Session, topic: Topic, limit: int = 12) -> list[Written]:
    """Articles that name it, the newest first."""
    times = func.count(col(Mention.id))
    rows = session.execute(
        sa.select(Article, times)
        .join(Mention, col(Mention.article_id) == col(Article.id))
        .where(col(Mention.entity_id) == topic.id, col(Article.url).startswith("http"))
        .group_by(col(Article.id))
        .order_by(col(Article.published_at).desc().nulls_last(), col(Article.id))
        .limit(limit)
    ).all()
    return [
        Written(
            one.id or 0,
            one.title,
            one.url,
            one.byline,
            one.language,
            one.published_at,
            one.gone_at is not None,
            count,
        )
        for one, count in rows
    ]


def in_language(session: Session, topics: Sequence[Named], language: str) -> list[Named]:
    """The same under the names that a language has for them."""
    names = names_of(session, [one.slug for one in topics], language)
    return [Named(one.slug, one.kind, names.get(one.slug, one.name), one.turns, one.talks) for one in topics]


def topics_of_people(session: Session, slugs: Collection[str]) -> dict[str, str]:
    """The entities with a page that people of the record are, by the person's slug."""
    rows = session.execute(
        sa.select(col(Person.slug), col(Entity.slug))
        .join(Entity, col(Entity.person_id) == col(Person.id))
        .where(col(Person.slug).in_(slugs))
    )
    known = public_topics(session)
    return {person: topic for person, topic in rows if topic in known}


def _namesakes(session: Session, slugs: Sequence[str], language: str) -> tuple[Named, ...]:
    """Listed ones only; `turns` is 0 for those without a page."""
    known = public_topics(session)
    rows = session.exec(select(Entity).where(col(Entity.slug).in_(slugs), LISTED).order_by(col(Entity.name)))
    named = [known.get(one.slug) or Named(one.slug, one.kind, one.name) for one in rows]
    return tuple(in_language(session, named, language))


def _spots(session: Session, entity_id: int, lines: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    rows = session.exec(
        select(Mention.utterance_id, Mention.start, Mention.end)
        .where(Mention.entity_id == entity_id, col(Mention.utterance_id).in_(lines))
        .order_by(col(Mention.start))
    )
    spots: dict[int, list[tuple[int, int]]] = {}
    for line, start, end in rows:
        spots.setdefault(line or 0, []).append((start, end))
    return spots


def _spoken(
    line: Utterance, episode: Episode, speakers: Mapping[int, Speaker], spots: Sequence[tuple[int, int]]
) -> Spoken:
    said = said_in(line.text)
    matches = [Match(start, end, _word_at(said, start), (0, 0)) for start, end in spots]
    return Spoken(
        episode.slug,
        episode.title,
        episode.aired_at or episode.published_at,
        speakers.get(line.speaker_label_id or 0, NOBODY),
        line.language,
        moment_in(line, matches[0].folded, matches[0].start),
        cut_snippet(said, matches, matches[0]),
    )


def _word_at(said: Said, start: int) -> str:
    return said.words[said.starts.index(start)] if start in said.starts else ""
