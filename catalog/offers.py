"""Published talks as feeds and site maps tell of them: many at once, with files and chapters, without their words."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from catalog.authority.reading import talks_that_name
from catalog.files import PUBLIC_KINDS, FileLine
from catalog.models import (
    ArticleQuotation,
    Chapter,
    Edition,
    Episode,
    EpisodeState,
    MediaFile,
    MediaKind,
    Review,
)
from catalog.people import talks_naming
from catalog.reading import ChapterLine, EpisodeCard, cards_of


@dataclass(frozen=True)
class Offer:
    """A published talk as it is offered; `changed_at` is when readers last saw something new in it. `bites` are the
    moments, from one millisecond to another, that an editor confirmed to be quoted in an article."""

    card: EpisodeCard
    files: tuple[FileLine, ...]
    chapters: tuple[ChapterLine, ...]
    changed_at: datetime | None
    bites: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Offered:
    """Which talks: those with a file of one of these kinds (any, when there are none), those a person is named in,
    those that name an entity."""

    kinds: tuple[MediaKind, ...] = ()
    person_id: int | None = None
    entity_id: int | None = None


def count_offers(session: Session, wanted: Offered) -> int:
    return session.exec(select(func.count()).select_from(Episode).where(*_conditions(wanted))).one()


def has_any(session: Session, wanted: Offered) -> bool:
    return session.exec(select(Episode.id).where(*_conditions(wanted)).limit(1)).first() is not None


def read_offers(session: Session, wanted: Offered, *, limit: int, offset: int = 0) -> list[Offer]:
    """Published talks, the one that was put out last first."""
    day = func.coalesce(Episode.aired_at, Episode.published_at)
    rows = session.exec(
        select(Episode)
        .where(*_conditions(wanted))
        .order_by(day.desc(), col(Episode.id).desc())
        .limit(limit)
        .offset(offset)
    ).all()
    ids = [episode.id or 0 for episode in rows]
    files, chapters, changed = _files(session, ids), _chapters(session, ids), _changed(session, ids)
    bites = _bites(session, ids)
    return [
        Offer(
            card,
            tuple(files[card.id]),
            tuple(chapters[card.id]),
            changed.get(card.id, card.published_at),
            tuple(bites[card.id]),
        )
        for card in cards_of(session, rows)
    ]


def _conditions(wanted: Offered) -> list[Any]:
    such: list[Any] = [col(Episode.state) == EpisodeState.PUBLISHED]
    if wanted.kinds:
        held = select(MediaFile.episode_id).where(col(MediaFile.kind).in_(wanted.kinds))
        such.append(col(Episode.id).in_(held))
    if wanted.person_id is not None:
        such.append(col(Episode.id).in_(talks_naming(wanted.person_id)))
    if wanted.entity_id is not None:
        such.append(col(Episode.id).in_(talks_that_name(wanted.entity_id)))
    return such


def _files(session: Session, ids: Sequence[int]) -> dict[int, list[FileLine]]:
    found: dict[int, list[FileLine]] = defaultdict(list)
    rows = session.exec(
        select(MediaFile)
        .where(col(MediaFile.episode_id).in_(ids), col(MediaFile.kind).in_(PUBLIC_KINDS))
        .order_by(col(MediaFile.id))
    )
    for row in rows:
        line = FileLine(row.kind.value, row.sha256, row.mime, row.size, row.duration_ms)
        found[row.episode_id].append(line)
    return found


def _chapters(session: Session, ids: Sequence[int]) -> dict[int, list[ChapterLine]]:
    found: dict[int, list[ChapterLine]] = defaultdict(list)
    for row in session.exec(
        select(Chapter).where(col(Chapter.episode_id).in_(ids)).order_by(col(Chapter.start_ms))
    ):
        found[row.episode_id].append(ChapterLine(row.start_ms, row.title))
    return found


def _bites(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """What somebody chose and somebody checked. A quotation that was redacted has no words left, and is none."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = session.exec(
        select(ArticleQuotation.episode_id, ArticleQuotation.start_ms, ArticleQuotation.end_ms)
        .where(
            col(ArticleQuotation.episode_id).in_(ids),
            ArticleQuotation.review == Review.CONFIRMED,
            col(ArticleQuotation.utterance_id).is_not(None),
            ArticleQuotation.quote != "",
        )
        .distinct()
        .order_by(col(ArticleQuotation.start_ms))
    )
    for episode_id, start_ms, end_ms in rows:
        if start_ms < end_ms:
            found[episode_id].append((start_ms, end_ms))
    return found


def _changed(session: Session, ids: Collection[int]) -> dict[int, datetime]:
    rows = session.exec(
        select(Edition.episode_id, func.max(Edition.made_at))
        .where(col(Edition.episode_id).in_(ids))
        .group_by(col(Edition.episode_id))
    )
    return dict(rows.all())
