"""Where one voice gives way to another: the likeliest path through windows scored against every voice, how sure it
is, and where two speak at once. Knows scores and moments, nothing of sound."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from transcribe.speech import STEP_MS
from transcribe.timeline import VoiceTurn
from transcribe.tracks import FRAME_MS
from transcribe.voices import Floats

Cells = NDArray[np.int64]  # rows of start_ms, end_ms: the moments a window speaks for, apart and in order
Costs = NDArray[np.float64]

SHARPNESS = 12.0  # log odds for a difference of one in cosine
CHANGE = 2.0  # log odds against a change of voice in the middle of speech
PAUSE_MS = 500  # after a pause of so long a change costs nothing
DIP_STEPS = 3  # how far around a moment the voice activity is looked at for a dip
# Windows are longer than their cells, so neighbours share sound: their evidence counts less often than they come.
SHARED = 5.0

RESUMED_MS = 300  # one voice that pauses shorter than this has one turn
# Voices that change without a dip of the voice activity talk into each other, for about so long on either side.
NO_DIP = 0.8
NO_DIP_STEPS = 6
TOGETHER_MS = 250
# How far from where the windows saw a change it may really be, and the least that it leaves of a turn.
QUIET_MS = 200
SHORTEST_TURN_MS = 100


def change_costs(cells: Cells, activity: Floats) -> Costs:
    """What a change of voice costs at the start of each cell: less where the speech dips, nothing after a pause."""
    gaps = np.concatenate([[0], cells[1:, 0] - cells[:-1, 1]])
    dips = np.array([_lowest(activity, start, DIP_STEPS) for start in cells[:, 0]])
    in_speech = CHANGE * (0.4 + 0.6 * dips)
    in_pause = CHANGE * np.maximum(0.0, 0.9 * (1 - gaps / PAUSE_MS))
    return np.where(gaps > 0, in_pause, in_speech)


def _lowest(activity: Floats, moment_ms: int, steps: int) -> float:
    at = moment_ms // STEP_MS
    around = activity[max(0, at - steps) : at + steps + 1]
    return float(around.min()) if len(around) else 0.0


def likeliest_path(likeness: Floats, costs: Costs) -> NDArray[np.int64]:
    """The voice of every cell: the best sum of likeness and changes (Viterbi). `likeness`: cosines, cells x voices."""
    scores = SHARPNESS * likeness.astype(np.float64)
    count, voices = scores.shape
    before = np.zeros((count, voices), np.int64)
    best = scores[0]
    stays = np.arange(voices)
    for t in range(1, count):
        leader = int(best.argmax())
        changed = best[leader] - costs[t]
        stay = best >= changed
        before[t] = np.where(stay, stays, leader)
        best = np.where(stay, best, changed) + scores[t]
    path = np.zeros(count, np.int64)
    path[-1] = best.argmax()
    for t in range(count - 1, 0, -1):
        path[t - 1] = before[t, path[t]]
    return path


def path_posteriors(likeness: Floats, costs: Costs) -> NDArray[np.float64]:
    """How sure each voice is in each cell, rows sum to one (forward-backward over the same model)."""
    scores = SHARPNESS / SHARED * likeness.astype(np.float64)
    heard = np.exp(scores - scores.max(1, keepdims=True))
    change = np.exp(-costs / SHARED) / max(1, likeness.shape[1])
    forward = _sweep(heard, change)
    backward = _sweep(heard[::-1], np.concatenate([[1.0], change[:0:-1]]))[::-1]
    both = forward * backward / np.maximum(heard, 1e-300)
    return np.asarray(both / both.sum(1, keepdims=True))


def _sweep(heard: NDArray[np.float64], change: Costs) -> NDArray[np.float64]:
    rows = np.empty_like(heard)
    rows[0] = heard[0] / heard[0].sum()
    for t in range(1, len(heard)):
        row = (rows[t - 1] + change[t]) * heard[t]  # the row before sums to one
        rows[t] = row / row.sum()
    return rows


def to_turns(
    cells: Cells,
    path: NDArray[np.int64],
    posteriors: NDArray[np.float64],
    activity: Floats,
    levels_db: Floats,
) -> list[VoiceTurn]:
    """Turns of cells in a row with one voice, with the stretches in which the next voice already speaks.

    `levels_db`: loudness in steps of `tracks.FRAME_MS`.
    """
    runs = _runs(cells, path)
    sure = posteriors[np.arange(len(path)), path]
    turns = []
    for first, last in runs:
        lengths = cells[first:last, 1] - cells[first:last, 0]
        posterior = round(float(np.average(sure[first:last], weights=lengths)), 4)
        turns.append(VoiceTurn(int(cells[first, 0]), int(cells[last - 1, 1]), str(path[first]), posterior))
    interruptions = _interruptions(turns, activity)
    return _changed_in_quiet(turns, activity, levels_db) + interruptions


def _changed_in_quiet(turns: list[VoiceTurn], activity: Floats, levels_db: Floats) -> list[VoiceTurn]:
    """The turns with every change that has a dip moved to the quietest moment near it: windows see it only roughly."""
    moved = list(turns)
    for at in range(1, len(moved)):
        left, right = moved[at - 1], moved[at]
        if left.end_ms != right.start_ms or _lowest(activity, left.end_ms, NO_DIP_STEPS) > NO_DIP:
            continue
        first = max(left.start_ms + SHORTEST_TURN_MS, left.end_ms - QUIET_MS) // FRAME_MS
        last = min(right.end_ms - SHORTEST_TURN_MS, left.end_ms + QUIET_MS) // FRAME_MS
        near = levels_db[first : last + 1]
        moment = (first + int(near.argmin())) * FRAME_MS + FRAME_MS // 2 if len(near) else left.end_ms
        if left.start_ms < moment < right.end_ms:
            moved[at - 1 : at + 1] = [replace(left, end_ms=moment), replace(right, start_ms=moment)]
    return moved


def _runs(cells: Cells, path: NDArray[np.int64]) -> list[tuple[int, int]]:
    """First and last + 1 of cells that make one turn."""
    goes_on = (path[1:] == path[:-1]) & (cells[1:, 0] - cells[:-1, 1] <= RESUMED_MS)
    edges = [0, *(np.flatnonzero(~goes_on) + 1).tolist(), len(path)]
    return list(pairwise(edges))


def _interruptions(turns: list[VoiceTurn], activity: Floats) -> list[VoiceTurn]:
    """Short turns of both voices around every change without a dip, marked as overlap."""
    found = []
    for left, right in pairwise(turns):
        moment = right.start_ms
        if left.end_ms == moment and _lowest(activity, moment, NO_DIP_STEPS) > NO_DIP:
            until = min(moment + TOGETHER_MS, right.end_ms)
            since = max(moment - TOGETHER_MS, left.start_ms)
            found.append(VoiceTurn(moment, until, left.label, left.posterior, overlap=True))
            found.append(VoiceTurn(since, moment, right.label, right.posterior, overlap=True))
    return found
