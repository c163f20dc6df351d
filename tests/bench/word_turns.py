"""How many words land with the wrong speaker: words of the usual length laid over the truth, timed as badly as a
recogniser does, then aligned with turns. The words are made up; the turns and the changes between them are real."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from transcribe.align import align
from transcribe.timeline import Segment, VoiceTurn, Word

JITTER_MS = 120
WORD_MS, WORD_SPREAD = 290, 0.45  # median, and spread of the logarithm: English read aloud
LAST_MS = 120  # a rest of a turn shorter than this belongs to the word before
NEAR_MS = 1_000


@dataclass(frozen=True)
class Misplaced:
    """Words outside overlap, and of those near a change of speaker: how many, and how many went wrong."""

    clear: int = 0
    clear_wrong: int = 0
    near: int = 0
    near_wrong: int = 0

    def __add__(self, other: "Misplaced") -> "Misplaced":
        return Misplaced(
            self.clear + other.clear,
            self.clear_wrong + other.clear_wrong,
            self.near + other.near,
            self.near_wrong + other.near_wrong,
        )

    @property
    def share(self) -> float:
        return self.clear_wrong / max(1, self.clear)

    @property
    def share_near(self) -> float:
        return self.near_wrong / max(1, self.near)


def misplaced(truth: Sequence[VoiceTurn], found: Sequence[VoiceTurn], seed: int) -> Misplaced:
    """Words of `truth` aligned with `found`; a found label is whoever speaks most under it."""
    chance = np.random.default_rng(seed)
    said = list(_said(truth, chance))
    heard = sorted(_jittered(word, str(number), chance) for number, (word, _turn) in enumerate(said))
    segments = [Segment(start, end, text, "en", (Word(start, end, text),)) for start, end, text in heard]
    placed = {int(word.text): one.label for one in align(segments, found) for word in one.words}
    people = _people(truth, found)
    total = Misplaced()
    for number, ((start, end), turn) in enumerate(said):
        others = [one for one in truth if one.label != turn.label]
        if any(one.start_ms < end and one.end_ms > start for one in others):
            continue
        wrong = people.get(placed[number]) != turn.label
        middle = (start + end) // 2
        near = any(abs(edge - middle) < NEAR_MS for one in others for edge in (one.start_ms, one.end_ms))
        total += Misplaced(1, int(wrong), int(near), int(near and wrong))
    return total


def _said(
    truth: Sequence[VoiceTurn], chance: np.random.Generator
) -> Iterator[tuple[tuple[int, int], VoiceTurn]]:
    """When each word was said, and in which turn."""
    for turn in sorted(truth):
        at = turn.start_ms
        while at < turn.end_ms:
            end = at + max(80, round(float(chance.lognormal(np.log(WORD_MS), WORD_SPREAD))))
            if turn.end_ms - end < LAST_MS:
                end = turn.end_ms
            yield (at, end), turn
            at = end


def _jittered(word: tuple[int, int], text: str, chance: np.random.Generator) -> tuple[int, int, str]:
    start, end = (max(0, round(edge + float(chance.normal(0, JITTER_MS)))) for edge in word)
    return (start, max(end, start + 20), text)


def _people(truth: Sequence[VoiceTurn], found: Sequence[VoiceTurn]) -> dict[str, str]:
    shared: dict[str, Counter[str]] = {}
    for one in found:
        for turn in truth:
            if both := one.span & turn.span:
                shared.setdefault(one.label, Counter())[turn.label] += both.duration_ms
    return {label: count.most_common(1)[0][0] for label, count in shared.items()}
