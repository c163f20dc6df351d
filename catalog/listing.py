"""Published talks as one long list that programs read piece by piece. One talk is read by `reading`."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from catalog.episodes import episode_by_id
from catalog.models import Episode, EpisodeState
from catalog.reading import EpisodeCard, cards_of
from catalog.standing import Standing, standings


@dataclass(frozen=True)
class Wanted:
    """Which talks: in a language, of a day from `after` on and before `before`, with `text` in the title."""

    language: str = ""
    after: date | None = None
    before: date | None = None
    text: str = ""


@dataclass(frozen=True)
class Line:
    """A talk in the list: `day` is when it was put out, as far as we know, and what the list is sorted by."""

    card: EpisodeCard
    day: datetime
    standing: Standing = Standing.MACHINE


def list_episodes(session: Session, wanted: Wanted, *, limit: int, beyond: int = 0) -> list[Line]:
    """Published talks, the newest first; with `beyond`, those that come after the episode with this id."""
    day = func.coalesce(Episode.aired_at, Episode.published_at, Episode.created_at)
    query = select(Episode, day).where(Episode.state == EpisodeState.PUBLISHED, *_conditions(wanted, day))
    if beyond:
        last = episode_by_id(session, beyond)
        then = last.aired_at or last.published_at or last.created_at
        query = query.where(sa.or_(day < then, sa.and_(day == then, col(Episode.id) < beyond)))
    rows = session.exec(query.order_by(day.desc(), col(Episode.id).desc()).limit(limit)).all()
    cards = cards_of(session, [episode for episode, _ in rows])
    known = standings(session, [card.id for card in cards])
    return [
        Line(card, day, known.get(card.id, Standing.MACHINE))
        for card, (_, day) in zip(cards, rows, strict=True)
    ]


def _conditions(wanted: Wanted, day: sa.ColumnElement[datetime]) -> list[sa.ColumnElement[bool]]:
    such = []
    if wanted.language:
        such.append(col(Episode.language) == wanted.language)
    if wanted.after:
        such.append(day >= _midnight(wanted.after))
    if wanted.before:
        such.append(day < _midnight(wanted.before))
    if wanted.text:
        such.append(col(Episode.title).icontains(wanted.text, autoescape=True))
    return such


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
