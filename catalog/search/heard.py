"""What was said at the places the index names, read from the catalog as it is now, in few questions for many places.
What of it is shown, and how, is not decided here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json
from sqlmodel import Session, col

from catalog.models import Episode, EpisodeState, Track, TrackKind
from catalog.search.index import Place
from catalog.transcripts import Speaker, read_all_speakers


@dataclass(frozen=True)
class HeardPassage:
    """A passage of the current transcript. `timing` holds its words as the catalog keeps them, in JSON."""

    position: int
    start_ms: int
    end_ms: int
    speaker_label_id: int | None
    language: str
    text: str
    timing: str

    @cached_property
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


@dataclass(frozen=True)
class HeardTalk:
    """A published talk: its passages that were asked for by position, and its voices by label."""

    slug: str
    title: str
    published_at: datetime | None
    aired_at: datetime | None
    by_human: bool
    passages: Mapping[int, HeardPassage]
    speakers: Mapping[int, Speaker]


def read_heard(session: Session, places: Iterable[Place]) -> dict[int, HeardTalk]:
    """By episode, what stands at these places, the passage each of their turns opens with, and the one before that.
    What is not published, or no longer there, is left out."""
    wanted = {(place.episode_id, number) for place in places for number in _numbers(place)}
    talks = _talks(session, {episode_id for episode_id, _ in wanted})
    passages: dict[int, dict[int, HeardPassage]] = {row.track_id: {} for row in talks.values()}
    pairs = [(talks[episode_id].track_id, number) for episode_id, number in wanted if episode_id in talks]
    for track_id, *columns in session.execute(_passages(pairs)) if pairs else ():
        passages[track_id][columns[0]] = HeardPassage(*columns)
    speakers = read_all_speakers(session, list(talks), with_evidence=False)
    return {
        episode_id: HeardTalk(
            row.slug,
            row.title,
            row.published_at,
            row.aired_at,
            row.by_human,
            passages[row.track_id],
            speakers.get(episode_id, {}),
        )
        for episode_id, row in talks.items()
    }


def _numbers(place: Place) -> Iterable[int]:
    return {place.opens - 1, place.opens, *range(place.first_passage, place.last_passage + 1)}


def _talks(session: Session, episode_ids: set[int]) -> dict[int, sa.Row[Any]]:
    rows = session.execute(_TALKS, {"ids": list(episode_ids)})
    return {row.id: row for row in rows}


_TALKS = (
    sa.select(
        *(getattr(Episode, name) for name in ("id", "slug", "title", "published_at", "aired_at")),
        col(Track.id).label("track_id"),
        col(Track.by_human),
    )
    .join(Track, col(Track.episode_id) == col(Episode.id))
    .where(
        col(Episode.id).in_(sa.bindparam("ids", expanding=True)),
        col(Episode.state) == EpisodeState.PUBLISHED,
        col(Track.kind) == TrackKind.ORIGINAL,
        col(Track.current).is_(True),
    )
)


def _passages(pairs: Sequence[tuple[int, int]]) -> sa.TextClause:
    """By joining with the pairs: SQLite looks through all passages when they are asked for with IN. Written out,
    for to put together so many of them, all numbers, takes longer than to answer."""
    wanted = ", ".join(f"({int(track_id)}, {int(position)})" for track_id, position in pairs)
    return sa.text(
        f"WITH wanted (track_id, position) AS (VALUES {wanted}) "  # noqa: S608  numbers only
        "SELECT heard.track_id, heard.position, start_ms, end_ms, speaker_label_id, language, text, "
        "CAST(words AS TEXT) FROM wanted JOIN utterance AS heard "
        "ON heard.track_id = wanted.track_id AND heard.position = wanted.position"
    )
