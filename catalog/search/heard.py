"""What was said at the places the index names, read from the catalog as it is now, in few questions for many places.
What of it is shown, and how, is not decided here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from pydantic_core import from_json
from sqlmodel import Session, col

from catalog.models import Episode, EpisodeState, Track
from catalog.search.answering import Place
from catalog.sequence import keep_each
from catalog.transcripts import IS_READ, Speaker, read_all_speakers


class HeardPassage(NamedTuple):
    """A passage of the current transcript. `timing` holds its words as the catalog keeps them, in JSON; a
    person found it right if it is `checked`."""

    position: int
    start_ms: int
    end_ms: int
    speaker_label_id: int | None
    language: str
    text: str
    timing: str
    checked: bool = False

    @property
    def words(self) -> list[list[Any]]:
        """`[[start_ms, end_ms, text, probability], ...]`; read only where somebody asks: it is most of the work."""
        words: list[list[Any]] = from_json(self.timing)
        return words

    def start_at(self, position: int) -> int | None:
        """When the word at a place of the text is said; None unless the text is the timed words as they were heard,
        with blanks between them: then they need not be read, but for the one."""
        pieces = self.timing.split('"')
        heard = " ".join(pieces[1::2])
        if "\\" in heard:  # letters in JSON may stand there as numbers
            heard = "" if '\\"' in self.timing else from_json(f'"{heard}"')
        if heard != self.text or heard.count(" ") != len(pieces) // 2 - 1:
            return None
        begin = pieces[2 * heard.count(" ", 0, position)]
        return int(begin[begin.rindex("[") + 1 :].partition(",")[0])


class Talk(NamedTuple):
    """A published talk and its voices by label."""

    slug: str
    title: str
    published_at: datetime | None
    aired_at: datetime | None
    by_human: bool
    track_id: int
    speakers: Mapping[int, Speaker]


class HeardTalk(NamedTuple):
    """A talk with its passages that were asked for, by position."""

    talk: Talk
    passages: dict[int, HeardPassage]


def read_heard(session: Session, places: Iterable[Place]) -> dict[int, HeardTalk]:
    """By episode, what stands at these places, the passage each of their turns opens with, and the one before that.
    What is not published, or no longer there, is left out."""
    wanted = {(place.episode_id, number) for place in places for number in _numbers(place)}
    talks = keep_each(session, "talks heard", {episode_id for episode_id, _ in wanted}, _read_talks)
    heard = {episode_id: HeardTalk(talk, {}) for episode_id, talk in talks.items()}
    by_track = {one.talk.track_id: one.passages for one in heard.values()}
    pairs = [(talks[episode_id].track_id, number) for episode_id, number in wanted if episode_id in talks]
    for track_id, *columns in _read_passages(session, pairs) if pairs else ():
        by_track[track_id][columns[0]] = HeardPassage._make(columns)
    return heard


def _numbers(place: Place) -> Iterable[int]:
    return {place.opens - 1, place.opens, *range(place.first_passage, place.last_passage + 1)}


def _read_talks(session: Session, episode_ids: Collection[int]) -> dict[int, Talk]:
    rows = session.connection().execute(_TALKS, {"ids": list(episode_ids)}).all()
    speakers = read_all_speakers(session, [row.id for row in rows], with_evidence=False)
    return {row.id: Talk._make((*row[1:], speakers.get(row.id, {}))) for row in rows}


_TALKS = (
    sa.select(
        *(getattr(Episode, name) for name in ("id", "slug", "title", "published_at", "aired_at")),
        col(Track.by_human),
        col(Track.id),
    )
    .join(Track, col(Track.episode_id) == col(Episode.id))
    .where(
        col(Episode.id).in_(sa.bindparam("ids", expanding=True)),
        col(Episode.state) == EpisodeState.PUBLISHED,
        *IS_READ,
    )
)


def _read_passages(session: Session, pairs: Sequence[tuple[int, int]]) -> Iterable[Sequence[Any]]:
    """By joining with the pairs: SQLite looks through all passages when they are asked for with IN. Written out,
    for to put together so many of them, all numbers, takes longer than to answer."""
    wanted = ", ".join(f"({int(track_id)}, {int(position)})" for track_id, position in pairs)
    return (
        session.connection()
        .exec_driver_sql(
            f"WITH wanted (track_id, position) AS (VALUES {wanted}) "  # noqa: S608  numbers only
            "SELECT heard.track_id, heard.position, start_ms, end_ms, speaker_label_id, language, text, "
            "CAST(words AS TEXT), checked_by <> '' FROM wanted JOIN utterance AS heard "
            "ON heard.track_id = wanted.track_id AND heard.position = wanted.position"
        )
        .all()
    )
