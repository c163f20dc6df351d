"""Keeping the index in step with the catalog: one episode, the differences, or everything."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, func, select

from catalog.authority.reading import mention_numbers, slugs_by_passage
from catalog.db import reading
from catalog.ledger import claimed_passages
from catalog.models import Episode, EpisodeState, MentionReading, Track
from catalog.newsroom import Newsroom
from catalog.search.documents import Entry, stamp_of
from catalog.search.index import TurnIndex
from catalog.transcripts import IS_READ, read_turns

if TYPE_CHECKING:
    from catalog.search.meaning import Meanings

EPISODES_A_COMMIT = 50


def open_index(folder: Path, engine: Engine) -> TurnIndex:
    """The index in a folder, in step with the catalog; made anew if it is missing, damaged or of another version."""
    index = TurnIndex(folder, partial(published_entries, engine))
    heal(engine, index)
    return index


def refresh_episode(session: Session, index: TurnIndex, episode_id: int) -> None:
    """Show the index how an episode is now: its words if it is published, nothing if not.

    Call it once the change is committed, with a session that has not looked yet: it must see the newest state.
    """
    index.update([episode_id], partial(read_entry, session))


def follow_episode(newsroom: Newsroom, episode_id: int) -> None:
    """The same from scratch, for whoever holds no index: it is in step with an act as soon as the act is done."""
    words = open_index(newsroom.settings.index_folder, newsroom.engine)
    with reading(newsroom.engine) as session:
        refresh_episode(session, words, episode_id)


def rebuild(engine: Engine, index: TurnIndex) -> int:
    """Make the whole index anew while the old one answers; how many episodes it holds."""
    count = index.rebuild()
    heal(engine, index)  # what was published or withdrawn meanwhile went to the old one
    return count


def heal(engine: Engine, index: TurnIndex) -> int:
    """Repair only what differs between index and catalog; how many episodes that were."""
    held, wanted = index.stamps(), published_stamps(engine)
    differing = sorted(
        episode_id
        for episode_id in held.keys() | wanted.keys()
        if held.get(episode_id) != wanted.get(episode_id)
    )
    for start in range(0, len(differing), EPISODES_A_COMMIT):
        index.update(differing[start : start + EPISODES_A_COMMIT], partial(_read_afresh, engine))
    return len(differing)


def follow_meanings(engine: Engine, meanings: "Meanings") -> int:
    """Bring the vectors in step with the catalog; how many talks were embedded."""
    return meanings.follow(published_revisions(engine), partial(_read_afresh, engine))


def published_revisions(engine: Engine) -> dict[int, int]:
    """The revision of every published episode."""
    with reading(engine) as session:
        rows = session.exec(
            select(Episode.id, Episode.revision).where(Episode.state == EpisodeState.PUBLISHED)
        )
        return {episode_id: revision for episode_id, revision in rows if episode_id is not None}


def published_stamps(engine: Engine) -> dict[int, int]:
    """The state of every published episode as the index stamps it: its revision, its mentions, its claims."""
    revisions = published_revisions(engine)
    with reading(engine) as session:
        numbers, claims = mention_numbers(session), claimed_passages(session)
    return {
        one: stamp_of(revision, numbers.get(one, 0), claims.get(one, ()))
        for one, revision in revisions.items()
    }


def published_entries(engine: Engine) -> Iterator[Entry]:
    """Everything the index should hold, one episode in memory at a time."""
    for episode_id in published_revisions(engine):
        entry = _read_afresh(engine, episode_id)
        if entry is not None:
            yield entry


def read_entry(session: Session, episode_id: int) -> Entry | None:
    """An episode for the index; None unless it is published."""
    row = session.execute(_ENTRY, {"episode_id": episode_id}).first()
    if row is None:
        return None
    return Entry(
        episode_id,
        row.revision,
        row.day,
        turns=read_turns(session, episode_id),
        corrected=bool(row.by_human),
        topics=slugs_by_passage(session, row.track_id) if row.track_id is not None else {},
        mentions=row.mentions or 0,
        claims=tuple(claimed_passages(session, episode_id).get(episode_id, ())),
    )


def _read_afresh(engine: Engine, episode_id: int) -> Entry | None:
    with reading(engine) as session:
        return read_entry(session, episode_id)


# Made once: to put a question together takes about as long as to answer it.
_ENTRY: Any = (
    sa.select(
        col(Episode.revision),
        func.coalesce(Episode.aired_at, Episode.published_at).label("day"),
        col(Track.id).label("track_id"),
        col(Track.by_human),
        col(MentionReading.number).label("mentions"),
    )
    .outerjoin(Track, sa.and_(col(Track.episode_id) == col(Episode.id), *IS_READ))
    .outerjoin(MentionReading, col(MentionReading.episode_id) == col(Episode.id))
    .where(col(Episode.id) == sa.bindparam("episode_id"), col(Episode.state) == EpisodeState.PUBLISHED)
)
