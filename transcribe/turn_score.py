"""How far turns are from the truth: the diarization error rate, and how much speech bears the right name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcribe.timeline import VoiceTurn

STEP_MS = 10


@dataclass(frozen=True)
class TurnError:
    """Time in ms: speech in all, speech missed, voices found where none speaks, speech under the wrong label."""

    spoken_ms: int
    missed_ms: int
    invented_ms: int
    confused_ms: int

    @property
    def rate(self) -> float:
        return (self.missed_ms + self.invented_ms + self.confused_ms) / max(1, self.spoken_ms)

    def __add__(self, other: TurnError) -> TurnError:
        return TurnError(
            self.spoken_ms + other.spoken_ms,
            self.missed_ms + other.missed_ms,
            self.invented_ms + other.invented_ms,
            self.confused_ms + other.confused_ms,
        )


def turn_error(
    truth: Sequence[VoiceTurn],
    found: Sequence[VoiceTurn],
    *,
    collar_ms: int = 0,
    overlap: bool = True,
) -> TurnError:
    """The error of `found`, labels matched to people as well as can be; in steps of 10 ms.

    `collar_ms` on each side of a true boundary is left out; without `overlap` so is where people talk together.

    >>> truth = [VoiceTurn(0, 600, "ada"), VoiceTurn(600, 1000, "bo")]
    >>> turn_error(truth, [VoiceTurn(0, 500, "S1"), VoiceTurn(500, 1000, "S2")]).rate
    0.1
    """
    steps = max([turn.end_ms for turn in (*truth, *found)], default=0) // STEP_MS + 1
    people, labels = _on_grid(truth, steps), _on_grid(found, steps)
    counted = np.ones(steps, bool)
    for edge in (moment for turn in truth for moment in (turn.start_ms, turn.end_ms)):
        counted[max(0, round((edge - collar_ms) / STEP_MS)) : round((edge + collar_ms) / STEP_MS)] = False
    if not overlap:
        counted &= people.sum(0) <= 1
    people, labels = people[:, counted], labels[:, counted]
    speaking, heard = people.sum(0), labels.sum(0)
    right = best_matching(people.astype(np.int64) @ labels.T.astype(np.int64))
    both = int(np.minimum(speaking, heard).sum())
    return TurnError(
        spoken_ms=int(speaking.sum()) * STEP_MS,
        missed_ms=int(np.maximum(speaking - heard, 0).sum()) * STEP_MS,
        invented_ms=int(np.maximum(heard - speaking, 0).sum()) * STEP_MS,
        confused_ms=(both - right) * STEP_MS,
    )


def _on_grid(turns: Sequence[VoiceTurn], steps: int) -> NDArray[np.bool_]:
    labels = sorted({turn.label for turn in turns})
    grid = np.zeros((len(labels), steps), bool)
    for turn in turns:
        grid[labels.index(turn.label), round(turn.start_ms / STEP_MS) : round(turn.end_ms / STEP_MS)] = True
    return grid


def best_matching(shared: NDArray[np.int64]) -> int:
    """The largest sum of entries of which no two share a row or a column; up to a dozen of the shorter side.

    >>> best_matching(np.array([[3, 2], [5, 1]]))
    7
    """
    table = shared if shared.shape[0] >= shared.shape[1] else shared.T
    best = {0: 0}  # columns taken, as bits -> the best sum with the rows so far
    for row in table:
        after = dict(best)
        for taken, total in best.items():
            for column, gain in enumerate(row):
                if gain and not taken >> column & 1:
                    key = taken | 1 << column
                    after[key] = max(after.get(key, 0), total + int(gain))
        best = after
    return max(best.values())


@dataclass(frozen=True)
class NamedSpeech:
    """Speech of one person at a time, in ms: under the right name, a wrong one, a label without name, no label.

    The error rate of `turn_error` matches labels to people as well as can be and so does not see swapped names.
    """

    right_ms: int
    wrong_ms: int
    unnamed_ms: int
    unlabelled_ms: int

    @property
    def accuracy(self) -> float:
        """The share of labelled speech under the right name."""
        return self.right_ms / max(1, self.right_ms + self.wrong_ms + self.unnamed_ms)

    @property
    def recall(self) -> float:
        """The share of all speech under the right name."""
        return self.right_ms / max(1, self.right_ms + self.wrong_ms + self.unnamed_ms + self.unlabelled_ms)

    def __add__(self, other: NamedSpeech) -> NamedSpeech:
        return NamedSpeech(
            self.right_ms + other.right_ms,
            self.wrong_ms + other.wrong_ms,
            self.unnamed_ms + other.unnamed_ms,
            self.unlabelled_ms + other.unlabelled_ms,
        )


def named_speech(
    truth: Sequence[VoiceTurn], found: Sequence[VoiceTurn], names: Mapping[str, str]
) -> NamedSpeech:
    """How much speech has the right name: `truth` is labelled with people, `names` says who a found label is.

    In steps of 10 ms; where several people speak nothing is counted, of two labels the later turn's counts.

    >>> truth = [VoiceTurn(0, 600, "ada"), VoiceTurn(600, 1000, "bo")]
    >>> swapped = [VoiceTurn(0, 600, "bo"), VoiceTurn(600, 1000, "ada")]
    >>> turn_error(truth, swapped).rate, named_speech(truth, swapped, {"ada": "ada", "bo": "bo"}).accuracy
    (0.0, 0.0)
    """
    steps = max([turn.end_ms for turn in (*truth, *found)], default=0) // STEP_MS + 1
    people = sorted({turn.label for turn in truth})
    grid = _on_grid(truth, steps)
    alone = grid.sum(0) == 1
    speaking = np.where(alone, grid.argmax(0) if people else 0, -1)
    named = np.full(steps, -1)
    for turn in sorted(found):
        who = names.get(turn.label)
        code = -2 if who is None else people.index(who) if who in people else -3
        named[round(turn.start_ms / STEP_MS) : round(turn.end_ms / STEP_MS)] = code
    right, unnamed, unlabelled = named == speaking, named == -2, named == -1
    counts = (alone & right, alone & ~right & ~unnamed & ~unlabelled, alone & unnamed, alone & unlabelled)
    return NamedSpeech(*(int(count.sum()) * STEP_MS for count in counts))
