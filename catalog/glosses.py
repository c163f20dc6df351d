"""Translations of a talk as readers see them: beside the words they translate. How one comes into the record is not
decided here; a translation has paragraphs of its own, and stands beside the speech it shares most time with."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlmodel import Session, col, select

from catalog.models import Track, TrackKind, Utterance
from catalog.transcripts import Passage, SpokenTurn, current_track

ACROSS = 8  # paragraphs that may share the time of a line: people interrupt


class Timed(Protocol):
    """Whatever has its place in the talk."""

    @property
    def start_ms(self) -> int: ...
    @property
    def end_ms(self) -> int: ...


@dataclass(frozen=True)
class Line:
    """A paragraph of a translation."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True)
class Translation:
    """What a talk can be read in beside what was spoken; `by_human`: a person wrote or checked it, `in_places`: some
    lines of it."""

    language: str
    by_human: bool
    engine: str
    model: str
    note: str
    in_places: bool = False


def list_translations(session: Session, episode_id: int) -> list[Translation]:
    """The translations that are read now, each language once."""
    tracks = _tracks(session, episode_id)
    touched = select(Utterance.track_id).where(
        col(Utterance.track_id).in_([track.id for track in tracks]), Utterance.checked_by != ""
    )
    checked = set(session.exec(touched.distinct())) if tracks else set()
    return [
        Translation(
            track.language, track.by_human, track.engine, track.model, track.note, track.id in checked
        )
        for track in tracks
    ]


def read_translation(session: Session, episode_id: int, language: str) -> list[Line]:
    """The lines of a talk in a language; none where there is no such translation."""
    track = next((one for one in _tracks(session, episode_id) if one.language == language), None)
    return lines_of(session, track) if track is not None else []


def lines_of(session: Session, track: Track) -> list[Line]:
    """The lines of a translation in the order of time, whether or not readers see it."""
    rows = select(Utterance).where(Utterance.track_id == track.id).order_by(col(Utterance.position))
    return [Line(row.start_ms, row.end_ms, row.text) for row in session.exec(rows) if row.text]


def _tracks(session: Session, episode_id: int) -> list[Track]:
    """A translation of another run of the talk may not fit what is read now, and stays out."""
    source = current_track(session, episode_id)
    if source is None:
        return []
    query = select(Track).where(
        Track.episode_id == episode_id,
        Track.kind == TrackKind.TRANSLATION,
        Track.source_track_id == source.id,
        col(Track.current).is_(True),
    )
    return list(session.exec(query.order_by(Track.language, col(Track.id))))


def lay_beside(passages: Sequence[Passage], lines: Iterable[Line]) -> dict[int, str]:
    """The translation of each paragraph, by its number. A line is of the paragraph it shares most time with, or else of
    the nearest.

    >>> said = [Passage(0, 0, 4_000, "a", "ur"), Passage(1, 4_000, 9_000, "b", "ur")]
    >>> lay_beside(said, [Line(0, 1_000, "A"), Line(1_000, 4_500, "still A"), Line(9_500, 9_900, "B")])
    {0: 'A still A', 1: 'B'}
    """
    found: dict[int, list[str]] = defaultdict(list)
    lines = list(lines)
    for line, place in zip(lines, _places(passages, lines), strict=bool(passages)):
        found[passages[place].number].append(line.text)
    return {number: " ".join(texts) for number, texts in found.items()}


def spoken_beside(passages: Sequence[Passage], lines: Sequence[Timed]) -> list[list[int]]:
    """For each line the places of the paragraphs to be read beside it: the one it is of, after those before it that no
    line is of; behind the last line, all that is left. None stands beside two.

    >>> said = [Passage(n, n * 1000, n * 1000 + 900, "a", "ur") for n in range(4)]
    >>> spoken_beside(said, [Line(1_000, 1_500, "B"), Line(1_500, 1_900, "still B"), Line(2_000, 2_900, "C")])
    [[0, 1], [], [2, 3]]
    """
    beside: list[list[int]] = []
    shown = 0
    for place in _places(passages, lines):
        beside.append(list(range(shown, place + 1)))
        shown = max(shown, place + 1)
    if beside:
        beside[-1].extend(range(shown, len(passages)))
    return beside or [[] for _ in lines]


def who_says(turns: Sequence[SpokenTurn], lines: Sequence[Timed]) -> list[SpokenTurn]:
    """The turn each line of a translation is of; none where nothing was said."""
    said = [(passage, turn) for turn in turns for passage in turn.passages]
    return [said[place][1] for place in _places([passage for passage, _ in said], lines)]


def _places(passages: Sequence[Passage], lines: Iterable[Timed]) -> list[int]:
    """For each line the place of the paragraph it is of. Both are in the order of time, so that a few are looked at."""
    starts = [passage.start_ms for passage in passages]
    places = []
    for line in lines if passages else ():
        after = bisect_right(starts, line.end_ms)
        near = range(max(0, after - ACROSS), min(len(passages), after + 1))
        places.append(max(near, key=lambda place: _shared(passages[place], line)))
    return places


def _shared(passage: Passage, line: Timed) -> int:
    """Milliseconds in common; how far they are apart, below zero, when they have none."""
    return min(passage.end_ms, line.end_ms) - max(passage.start_ms, line.start_ms)
