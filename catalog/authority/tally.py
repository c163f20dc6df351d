"""How often published talks name each entity, counted talk by talk: after a change only the talks that changed are
counted again. Which of them readers may see, and under which name, is said in `reading`."""

import threading
from array import array
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, distinct, func, select

from catalog.authority.entries import authority_number
from catalog.models import (
    Entity,
    EntityState,
    Episode,
    EpisodeState,
    Mention,
    MentionReading,
    Track,
    Utterance,
)
from catalog.transcripts import IS_READ

TALKS_AT_ONCE = 500
Stamp = tuple[int, int]


class Tally:
    """For any number of threads, each of which asks with a session that sees nothing but what was kept for good.

    What is held of a talk is an array of numbers, entity and turns by turns: of 20,000 talks a few megabytes.
    """

    def __init__(self) -> None:
        self._counting = threading.Lock()
        self._stamps: dict[int, Stamp] = {}
        self._talks: dict[int, array[int]] = {}
        self._turns, self._named_in = Counter[int](), Counter[int]()
        self._authority = 0

    def count(self, session: Session) -> dict[int, tuple[int, int]]:
        """By the entity's id, the turns of published talks that name it, and in how many talks these are."""
        with self._counting:
            self._leave_retired(session)
            wanted = _read_stamps(session)
            for episode_id in self._stamps.keys() - wanted.keys():
                self._leave(episode_id)
            differing = [one for one, stamp in wanted.items() if self._stamps.get(one) != stamp]
            for start in range(0, len(differing), TALKS_AT_ONCE):
                self._count_again(session, differing[start : start + TALKS_AT_ONCE], wanted)
            return {entity: (turns, self._named_in[entity]) for entity, turns in self._turns.items() if turns}

    def _count_again(self, session: Session, episode_ids: Collection[int], stamps: dict[int, Stamp]) -> None:
        for episode_id in episode_ids:
            self._leave(episode_id)
            self._stamps[episode_id], self._talks[episode_id] = stamps[episode_id], array("q")
        for episode_id, entity, turns in _count_turns(session, episode_ids):
            self._talks[episode_id].extend((entity, turns))
            self._turns[entity] += turns
            self._named_in[entity] += 1

    def _leave(self, episode_id: int) -> None:
        self._stamps.pop(episode_id, None)
        counted = self._talks.pop(episode_id, array("q"))
        for entity, turns in zip(counted[::2], counted[1::2], strict=True):
            self._turns[entity] -= turns
            self._named_in[entity] -= 1

    def _leave_retired(self, session: Session) -> None:
        """Who merges or retires an entry moves what was found of it, without a look at the talks: those that named it
        are counted again."""
        number = authority_number(session)
        if number != self._authority:
            retired = set(session.exec(select(Entity.id).where(Entity.state == EntityState.RETIRED)))
            for episode_id in [
                one for one, counted in self._talks.items() if retired.intersection(counted[::2])
            ]:
                self._leave(episode_id)
            self._authority = number


@lru_cache(maxsize=8)
def tally_of(_engine: Engine) -> Tally:
    """The one tally of a record, brought in step by whoever asks it."""
    return Tally()


def _read_stamps(session: Session) -> dict[int, Stamp]:
    """Of each published talk, what rises with its words and with what is found in them."""
    rows = session.execute(_STAMPS)
    return {episode_id: (revision, number or 0) for episode_id, revision, number in rows}


def _count_turns(session: Session, episode_ids: Collection[int]) -> Iterable[tuple[int, int, int]]:
    """(talk, entity, turns) of these talks."""
    return ((row[0], row[1], row[2]) for row in session.execute(_TURNS, {"ids": list(episode_ids)}))


_STAMPS = (
    sa.select(col(Episode.id), col(Episode.revision), col(MentionReading.number))
    .outerjoin(MentionReading, col(MentionReading.episode_id) == col(Episode.id))
    .where(col(Episode.state) == EpisodeState.PUBLISHED)
)
_TURNS = (
    sa.select(col(Track.episode_id), col(Mention.entity_id), func.count(distinct(col(Mention.utterance_id))))
    .join(Utterance, col(Utterance.track_id) == col(Track.id))
    .join(Mention, col(Mention.utterance_id) == col(Utterance.id))
    .where(col(Track.episode_id).in_(sa.bindparam("ids", expanding=True)), *IS_READ)
    .group_by(col(Track.episode_id), col(Mention.entity_id))
)
