"""Keyword in context: each occurrence of what was asked for, with the words around it, as lines that can be sorted."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

import regex
import sqlalchemy as sa
from sqlmodel import Session, col, select

from catalog.models import Episode, EpisodeState, Track, TrackKind, Utterance
from catalog.normalize import fold, words
from catalog.search.hits import read_question, walk_hits
from catalog.search.index import TurnIndex
from catalog.search.matching import find_term
from catalog.search.moments import Hit, moment_in
from catalog.search.query import Query, Term
from catalog.search.sound import sound_of
from catalog.search.tables import Tables

MOST_LINES = 2_000
WORDS_AROUND = 10
_SORTED_BY = 6  # words: lines that agree in so many stay as they were spoken

Spans = Sequence[tuple[int, int, str]]


class Order(StrEnum):
    """How lines are sorted: by the words before the keyword or after it, outward from it; by day; by speaker."""

    LEFT = "left"
    RIGHT = "right"
    DATE = "date"
    SPEAKER = "speaker"


@dataclass(frozen=True)
class Line:
    """One occurrence in a turn: the words before it, itself, the words after it; `place` counts characters of the
    turn's text. `leftward` and `rightward` are the folded words on either side, outward from it."""

    hit: Hit
    before: str
    keyword: str
    after: str
    place: int
    leftward: tuple[str, ...]
    rightward: tuple[str, ...]


@dataclass(frozen=True)
class Concordance:
    """Lines in the order spoken; `is_cut` when there are more than are shown."""

    lines: tuple[Line, ...]
    is_cut: bool = False


def read_concordance(
    session: Session,
    index: TurnIndex,
    text: str,
    *,
    episode: str | None = None,
    expand: bool = True,
    tables: Tables | None = None,
) -> Concordance:
    """The lines of a reader's search, asked as `hits.search_turns` is asked; none when it asks for no words."""
    query = read_question(session, text, episode=episode, expand=expand, tables=tables).query
    if not query.groups:
        return Concordance(())
    hits = walk_hits(session, index, text, episode=episode, expand=expand, tables=tables)
    return find_lines(query, hits)


def find_lines(query: Query, hits: Iterable[Hit], most: int = MOST_LINES) -> Concordance:
    """Every occurrence of what `query` (with the spellings it was widened by) asks for in these hits, to a limit."""
    every = (line for hit in hits for line in lines_of(query, hit))
    lines = tuple(islice(every, most))
    return Concordance(lines, is_cut=len(lines) == most and next(every, None) is not None)


def lines_of(query: Query, hit: Hit) -> Iterator[Line]:
    """The occurrences in one turn, in order. A phrase is one, from its first word to its last."""
    spans = words(hit.text)
    letters = [match.start() for match in regex.finditer(r"\X", hit.text)] + [len(hit.text)]
    for first, last in occurrences(query, spans):
        start, end = _whole(letters, spans[first][0], spans[last][1])
        begin, _ = _whole(letters, *spans[max(first - WORDS_AROUND, 0)][:2])
        _, stop = _whole(letters, *spans[min(last + WORDS_AROUND, len(spans) - 1)][:2])
        if last + WORDS_AROUND >= len(spans):
            stop = len(hit.text)
        yield Line(
            hit,
            before=hit.text[min(begin, start) : start].strip(),
            keyword=hit.text[start:end],
            after=hit.text[end : max(stop, end)].strip(),
            place=start,
            leftward=tuple(word for *_, word in reversed(spans[max(first - _SORTED_BY, 0) : first])),
            rightward=tuple(word for *_, word in spans[last + 1 : last + 1 + _SORTED_BY]),
        )


def occurrences(query: Query, spans: Spans) -> list[tuple[int, int]]:
    """The first and the last word of each occurrence, in order; of two that begin alike, the longer one."""
    longest: dict[int, int] = {}
    for term in {term for group in query.groups for clause in group for term in clause}:
        for first, last in _find(term, spans):
            longest[first] = max(last, longest.get(first, last))
    return sorted(longest.items())


def _find(term: Term, spans: Spans) -> Iterator[tuple[int, int]]:
    said = [sound_of(word) if term.sound else word for *_, word in spans]
    numbers = iter(find_term(term, said))
    while found := list(islice(numbers, len(term.words))):  # as many as a term has words are one occurrence
        yield min(found), max(found)


def _whole(letters: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """The span with what readers see as one letter left whole on both sides."""
    return letters[bisect_right(letters, start) - 1], letters[bisect_left(letters, end)]


def sort_lines(lines: Iterable[Line], order: Order) -> list[Line]:
    """The lines in an order; those it does not tell apart stay as they were."""
    return sorted(lines, key=_KEYS[order])


def _by_day(line: Line) -> tuple[Any, ...]:
    day = line.hit.aired_at.isoformat() if line.hit.aired_at else ""
    return day, line.hit.episode_slug, line.hit.turn_start_ms


_KEYS = {
    Order.LEFT: lambda line: (line.leftward, line.rightward),
    Order.RIGHT: lambda line: (line.rightward, line.leftward),
    Order.DATE: _by_day,
    Order.SPEAKER: lambda line: (fold(line.hit.speaker), *_by_day(line)),
}


def times_of(session: Session, lines: Sequence[Line]) -> list[int]:
    """When the keyword of each line is said, ms."""
    heard = _heard(session, lines)
    return [_said_at(line, heard.get(line.hit.episode_slug, ())) for line in lines]


def _heard(session: Session, lines: Iterable[Line]) -> dict[str, list[Utterance]]:
    """The passages in which these turns stand, by talk, in order."""
    spans = {(line.hit.episode_slug, line.hit.turn_start_ms, line.hit.end_ms) for line in lines}
    here = [
        sa.and_(col(Episode.slug) == slug, col(Utterance.start_ms).between(start_ms, end_ms))
        for slug, start_ms, end_ms in spans
    ]
    rows = session.exec(
        select(Episode.slug, Utterance)
        .join(Track, col(Track.episode_id) == col(Episode.id))
        .join(Utterance, col(Utterance.track_id) == col(Track.id))
        .where(
            Episode.state == EpisodeState.PUBLISHED,
            Track.kind == TrackKind.ORIGINAL,
            col(Track.current).is_(True),
            sa.or_(sa.false(), *here),
        )
        .order_by(col(Utterance.position))
    )
    heard: dict[str, list[Utterance]] = {}
    for slug, passage in rows:
        heard.setdefault(slug, []).append(passage)
    return heard


def _said_at(line: Line, passages: Iterable[Utterance]) -> int:
    """The moment in the passage where the keyword stands; that of the hit when it stands in none of them.

    The text of a turn is its passages with a blank between them: those of others who speak at once do not fit.
    """
    begin = 0
    for passage in passages:
        inside = line.hit.turn_start_ms <= passage.start_ms <= line.hit.end_ms
        if inside and line.hit.text.startswith(passage.text, begin):
            if line.place < begin + len(passage.text):
                spoken = words(line.keyword)
                return moment_in(passage, spoken[0][2], line.place - begin + spoken[0][0])
            begin += len(passage.text) + 1
    return line.hit.start_ms
