"""Names that may mean several, waiting for a person to say which; and what people said, which can be taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from catalog.audit import actor_of, record_act
from catalog.authority.changing import Changed
from catalog.authority.entries import find_entity
from catalog.authority.finding import find_in_article, find_in_episode
from catalog.authority.reading import Named
from catalog.errors import InvalidQuery, NotFound
from catalog.models import (
    Article,
    Entity,
    Episode,
    EpisodeState,
    MentionDoubt,
    MentionVerdict,
    Track,
    Utterance,
)
from catalog.models.columns import now
from catalog.normalize import fold
from catalog.search.finding import Match
from catalog.search.said import said_in
from catalog.search.snippet import Pieces, cut_snippet

MOST_READ = 3_000  # doubts looked at for one page
MOST_EXAMPLES = 3


@dataclass(frozen=True)
class Place:
    """Where a name stands: a talk by its slug, or an article by the number of its row."""

    title: str
    episode: str = ""
    article: int = 0


@dataclass(frozen=True)
class Example:
    """The words around it; where a talk says them, when."""

    pieces: Pieces
    language: str
    at_ms: int | None


@dataclass
class Waiting:
    """A name in one place, every time it stands there, and whom it may mean."""

    place: Place
    words: str
    folded: str
    candidates: list[Named] = field(default_factory=list)
    times: int = 0
    examples: list[Example] = field(default_factory=list)


@dataclass(frozen=True)
class Decided:
    """What somebody said a name means, or does not mean, in one place."""

    id: int
    place: Place
    folded: str
    entity: Named
    accepted: bool
    by: str
    at: datetime


def waiting_names(session: Session) -> list[Waiting]:
    """Every name that waits, the newest talk first, then articles: as far as MOST_READ of them reach."""
    groups: dict[tuple[str, int, str], Waiting] = {}
    seen: set[tuple[int, int, int]] = set()
    for doubt, entity, place, text, language, at_ms in (*_in_talks(session), *_in_articles(session)):
        words = text[doubt.start : doubt.end]
        key = (place.episode, place.article, fold(words))
        group = groups.setdefault(key, Waiting(place, words, key[2]))
        candidate = Named(entity.slug, entity.kind, entity.name)
        if candidate not in group.candidates:
            group.candidates.append(candidate)
        spot = (doubt.utterance_id or 0, doubt.article_id or 0, doubt.start)
        if spot not in seen:
            seen.add(spot)
            group.times += 1
            if len(group.examples) < MOST_EXAMPLES:
                match = Match(doubt.start, doubt.end, key[2], (0, 0))
                group.examples.append(Example(cut_snippet(said_in(text), [match], match), language, at_ms))
    return list(groups.values())


def decide(session: Session, place: Place, words: str, slugs: Sequence[str], *, accepted: bool) -> Changed:
    """Say that a name means this entity in a place, or that it means none of these. It is kept, and obeyed whenever
    the text is read again."""
    folded = fold(words)[:200]
    if not any(map(str.isalnum, folded)) or not slugs or (accepted and len(slugs) > 1):
        raise InvalidQuery("Say which name it is, and whom it means.")
    where = _where(session, place)
    before = _verdicts(session, where, folded)
    for verdict in before if accepted else ():
        session.delete(verdict)
    told = {(one.entity_id, one.accepted) for one in before}
    for slug in slugs:
        entity = find_entity(session, slug)
        if accepted or (entity.id, False) not in told:
            session.add(
                MentionVerdict(
                    **where,
                    entity_id=entity.id or 0,
                    folded=folded,
                    accepted=accepted,
                    by=actor_of(session).name,
                    at=now(),
                )
            )
    _record(session, where, "say who is named" if accepted else "say who is not named", folded, slugs)
    _read_again(session, where)
    return Changed(place.episode, "Kept, and obeyed from now on.")


def take_back(session: Session, verdict_id: int) -> Place:
    """Forget what somebody said of a name: it is read as if nobody had."""
    verdict = session.get(MentionVerdict, verdict_id)
    if verdict is None:
        raise NotFound("That was taken back already.")
    where = {"episode_id": verdict.episode_id, "article_id": verdict.article_id}
    session.delete(verdict)
    session.flush()
    _record(session, where, "take back who is named", verdict.folded, [])
    _read_again(session, where)
    return _place_of(session, verdict)


def decided_names(session: Session, limit: int = 50) -> list[Decided]:
    """What was said last, the last first."""
    rows = session.exec(
        select(MentionVerdict, Entity)
        .join(Entity, col(Entity.id) == col(MentionVerdict.entity_id))
        .order_by(col(MentionVerdict.id).desc())
        .limit(limit)
    ).all()
    return [
        Decided(
            row.id or 0,
            _place_of(session, row),
            row.folded,
            Named(entity.slug, entity.kind, entity.name),
            row.accepted,
            row.by,
            row.at,
        )
        for row, entity in rows
    ]


def _in_talks(session: Session) -> Iterable[tuple[MentionDoubt, Entity, Place, str, str, int | None]]:
    rows = session.exec(
        select(MentionDoubt, Entity, Utterance, Episode)
        .join(Entity, col(Entity.id) == col(MentionDoubt.entity_id))
        .join(Utterance, col(Utterance.id) == col(MentionDoubt.utterance_id))
        .join(Track, col(Track.id) == col(Utterance.track_id))
        .join(Episode, col(Episode.id) == col(Track.episode_id))
        .where(col(Track.current).is_(True), Episode.state != EpisodeState.WITHDRAWN)
        .order_by(col(Episode.id).desc(), col(Utterance.position), col(MentionDoubt.start))
        .limit(MOST_READ)
    )
    for doubt, entity, line, episode in rows:
        place = Place(episode.title, episode=episode.slug)
        yield doubt, entity, place, line.text, line.language, line.start_ms


def _in_articles(session: Session) -> Iterable[tuple[MentionDoubt, Entity, Place, str, str, int | None]]:
    rows = session.exec(
        select(MentionDoubt, Entity, Article)
        .join(Entity, col(Entity.id) == col(MentionDoubt.entity_id))
        .join(Article, col(Article.id) == col(MentionDoubt.article_id))
        .order_by(col(Article.id).desc(), col(MentionDoubt.start))
        .limit(MOST_READ)
    )
    for doubt, entity, article in rows:
        place = Place(article.title, article=article.id or 0)
        yield doubt, entity, place, article.text, article.language, None


def _where(session: Session, place: Place) -> dict[str, int | None]:
    if place.article:
        if session.get(Article, place.article) is None:
            raise NotFound("This article is no longer in the record.")
        return {"episode_id": None, "article_id": place.article}
    episode = session.exec(select(Episode.id).where(Episode.slug == place.episode)).first()
    if episode is None:
        raise NotFound(f"No episode is called '{place.episode}'.")
    return {"episode_id": episode, "article_id": None}


def _place_of(session: Session, verdict: MentionVerdict) -> Place:
    if verdict.article_id is not None:
        return Place(session.get_one(Article, verdict.article_id).title, article=verdict.article_id)
    episode = session.get_one(Episode, verdict.episode_id)
    return Place(episode.title, episode=episode.slug)


def _verdicts(session: Session, where: dict[str, int | None], folded: str) -> Sequence[MentionVerdict]:
    return session.exec(select(MentionVerdict).filter_by(**where, folded=folded)).all()


def _read_again(session: Session, where: dict[str, int | None]) -> None:
    session.flush()
    if where["article_id"] is not None:
        find_in_article(session, session.get_one(Article, where["article_id"]))
    else:
        find_in_episode(session, session.get_one(Episode, where["episode_id"]))


def _record(
    session: Session, where: dict[str, int | None], act: str, folded: str, slugs: Sequence[str]
) -> None:
    """The name is words of the talk: it is kept where redaction reaches it."""
    kind, number = next((kind, number) for kind, number in where.items() if number is not None)
    words: dict[str, Any] = {"name": folded, "entities": list(slugs)}
    record_act(session, act, f"{kind.removesuffix('_id')}/{number}/names", words=words)
