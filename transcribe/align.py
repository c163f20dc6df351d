"""Whose words: recognised words laid over a diarizer's turns, and the overlap rule. Names nobody."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from transcribe.sentences import to_utterances
from transcribe.timeline import Flag, Segment, Span, Utterance, VoiceTurn, Word

OVERLAP = "overlap"
# A recogniser stretches words over silence, and a stretched word reaches into the next person's turn.
LONGEST_WORD_MS = 1_000
# A short word's length is mostly jitter: with less than this, chance would decide whose it is (tests/bench/cues.py).
SHORTEST_WORD_MS = 250
# A diarizer trims and drops short answers; a word farther from every turn is given to nobody.
NEAR_MS = 2_000


def align(segments: Sequence[Segment], turns: Sequence[VoiceTurn]) -> tuple[Utterance, ...]:
    """Paragraph-sized utterances, each of one label; every word lands in exactly one, in the order heard.

    A word belongs to the label it shares most time with, on a tie or without any to the nearest turn; with no
    turn within 2 s its label is "". Segments are cut where the label changes, then made into paragraphs by the
    rules of `sentences`. An utterance with words spoken while two voices were heard is flagged `overlap`.
    """
    floor = _Floor(turns)
    pieces = [piece for segment in segments for piece in _cut(segment, floor)]
    return tuple(
        _flagged(replace(utterance, label=label), floor)
        for label, group in groupby(pieces, key=lambda piece: piece.label)
        for utterance in to_utterances([piece.segment for piece in group])
    )


@dataclass(frozen=True)
class _Piece:
    """A segment, or the part of one, that one label said."""

    label: str
    segment: Segment


def _cut(segment: Segment, floor: _Floor) -> Iterator[_Piece]:
    if not segment.words:
        yield _Piece(floor.holder(segment.span), segment)
        return
    for label, group in groupby(segment.words, key=lambda word: floor.holder(_spoken(word))):
        words = tuple(group)
        yield _Piece(
            label,
            replace(
                segment,
                start_ms=words[0].start_ms,
                end_ms=max(word.end_ms for word in words),
                text=" ".join(word.text for word in words),
                words=words,
            ),
        )


def _spoken(word: Word) -> Span:
    length_ms = min(max(word.end_ms - word.start_ms, SHORTEST_WORD_MS), LONGEST_WORD_MS)
    return Span(word.start_ms, word.start_ms + length_ms)


def _flagged(utterance: Utterance, floor: _Floor) -> Utterance:
    """The utterance, with the words in it that were spoken by two at once named in a flag."""
    both = [word.text for word in utterance.words if floor.is_shared(_spoken(word))]
    if not both:
        return utterance
    flag = Flag(OVERLAP, f"two voices at once: “{' '.join(both)}”")
    return replace(utterance, flags=(*utterance.flags, flag))


class _Floor:
    """Who has the floor when: turns sorted, so that the few near a moment are found at once."""

    def __init__(self, turns: Sequence[VoiceTurn]) -> None:
        self._turns = sorted(turns)
        self._starts = [turn.start_ms for turn in self._turns]
        self._latest_ends = list(accumulate((turn.end_ms for turn in self._turns), max))

    def holder(self, span: Span) -> str:
        """The label that shares most time with a span, else the nearest; of two alike, the one who spoke first."""
        shared: dict[str, int] = defaultdict(int)
        distance: dict[str, int] = {}
        for turn in self._near(span, NEAR_MS):
            shared[turn.label] += _overlap_ms(turn, span)
            away = _distance_ms(turn, span)
            distance[turn.label] = min(away, distance.get(turn.label, away))
        return max(shared, key=lambda label: (shared[label], -distance[label]), default="")

    def is_shared(self, span: Span) -> bool:
        """Were two voices heard for at least half of a span?"""
        near = [turn for turn in self._near(span, 0) if _overlap_ms(turn, span)]
        marked = max((_overlap_ms(turn, span) for turn in near if turn.overlap), default=0)
        crossed = max(
            (
                min(one.end_ms, other.end_ms, span.end_ms) - max(one.start_ms, other.start_ms, span.start_ms)
                for at, one in enumerate(near)
                for other in near[at + 1 :]
                if one.label != other.label
            ),
            default=0,
        )
        return max(marked, crossed) * 2 >= max(1, span.duration_ms)

    def _near(self, span: Span, within_ms: int) -> list[VoiceTurn]:
        first = bisect_left(self._latest_ends, span.start_ms - within_ms)
        last = bisect_right(self._starts, span.end_ms + within_ms)
        return self._turns[first:last]


def _overlap_ms(turn: VoiceTurn, span: Span) -> int:
    return max(0, min(turn.end_ms, span.end_ms) - max(turn.start_ms, span.start_ms))


def _distance_ms(turn: VoiceTurn, span: Span) -> int:
    """How far the middle of a span lies outside a turn."""
    middle = (span.start_ms + span.end_ms) // 2
    return max(turn.start_ms - middle, middle - turn.end_ms, 0)
