"""Who moderates, told from the shape of the talk alone: who begins, hands over, asks, is brief. Reads no names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from transcribe.cues.reading import QUESTIONS, Turn, sentences_of
from transcribe.spellings import plain
from transcribe.timeline import VoiceTurn

LEAST_QUESTIONS = 3
# A label with less speech than this is a cough or a laugh and leads nothing.
LEAST_MS = 2_500


@dataclass(frozen=True)
class Trait:
    """A voice that behaves as moderators do, in `precision` of talks; `text` says how."""

    label: str
    precision: float
    text: str


def read_traits(turns: Sequence[VoiceTurn], said: Sequence[Turn]) -> list[Trait]:
    """The moderator's habits, each for the one voice that shows it most; nothing of a talk of one voice."""
    spoken = Counter[str]()
    for turn in turns:
        spoken[turn.label] += turn.span.duration_ms
    heard = [turn for turn in sorted(turns) if spoken[turn.label] >= LEAST_MS]
    stays = [(label, list(group)) for label, group in groupby(heard, key=lambda turn: turn.label)]
    labels = {label for label, _ in stays}
    if len(labels) < 2:
        return []
    traits = [Trait(stays[0][0], 0.8, "speaks first")]
    if len(labels) > 2:
        handed = Counter(one for (one, _), _ in pairwise(stays))
        traits += _leader(handed, labels, 0.85, "hands over most often")
    lengths = {
        label: -sum(_length_ms(group) for other, group in stays if other == label)
        / sum(other == label for other, _ in stays)
        for label in labels
    }
    traits += _leader(lengths, labels, 0.7, "has the shortest turns")
    asked = Counter(
        turn.label
        for turn in said
        for sentence in sentences_of(turn)
        if is_question(w.text for w in sentence)
    )
    if sum(asked.values()) >= LEAST_QUESTIONS:
        traits += _leader(asked, labels, 0.85, "asks most questions")
    return traits


def is_question(words: Iterable[str]) -> bool:
    """Does a sentence ask? By its mark, or where recognisers write none by a question word at its head.

    >>> is_question(["Who", "wins."]), is_question(["The", "village."]), is_question(["آپ", "آئے؟"])
    (True, False, True)
    """
    listed = list(words)
    return bool(listed) and (listed[-1].rstrip('"”’»)').endswith(("?", "؟")) or plain(listed[0]) in QUESTIONS)


def _length_ms(group: Sequence[VoiceTurn]) -> int:
    return sum(turn.span.duration_ms for turn in group)


def _leader(figures: Mapping[str, float], labels: set[str], precision: float, text: str) -> list[Trait]:
    """The label with the highest figure, if it is alone there."""
    (most, first), (next_most, _) = sorted(
        ((figures.get(label, 0), label) for label in labels), reverse=True
    )[:2]
    return [Trait(first, precision, text)] if most > next_most else []
