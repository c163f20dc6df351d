"""All ways to give each voice a different person or nobody, weighed at once: the best way and every pair's share.

Pure arithmetic on a table of scores; it knows neither sound nor words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# The sum runs over subsets of the fewer side: 2^16 of them are a few megabytes and a second.
MOST = 16


@dataclass(frozen=True)
class Posterior:
    """`best[row]` is a column or None in the likeliest assignment; `shares[row][column]` the probability of each
    pair over all assignments, its last column that of nobody."""

    best: tuple[int | None, ...]
    shares: tuple[tuple[float, ...], ...]


def weigh(scores: Sequence[Sequence[float]], columns: int, unknown: float) -> Posterior:
    """The posterior over all assignments of rows to columns or nobody, each column used at most once.

    `scores[row][column]` is a log likelihood ratio, nobody's is 0. A priori a row is nobody with probability
    `unknown`, and otherwise every choice of different columns is equally likely. Exact, by summing over subsets of
    the fewer of rows and columns instead of over assignments; beyond 16 by 16 the rows with the weakest evidence
    are nobody.

    >>> weigh([[6.0, 0.0], [0.0, 0.0]], columns=2, unknown=0.05).best
    (0, 1)
    """
    rows = len(scores)
    table = (
        np.asarray(scores, dtype=np.float64).reshape(rows, columns)
        if rows and columns
        else np.zeros((rows, columns))
    )
    chosen = _strongest(table)
    odds = np.exp(table[chosen]) * ((1 - unknown) / unknown)
    counts = np.array([math.lgamma(columns - used + 1) for used in range(min(len(chosen), columns) + 1)])
    ways = np.exp(counts - counts.max())
    if len(chosen) <= columns:
        pairs, shares = _sum_over(odds.T, ways)
        best = {row: column for column, row in pairs}
        shares = shares.T
    else:
        pairs, shares = _sum_over(odds, ways)
        best = dict(pairs)
    every = np.zeros((rows, columns))
    every[chosen] = shares
    nobody = np.clip(1 - every.sum(axis=1, keepdims=True), 0, 1)
    by_row = {chosen[row]: column for row, column in best.items()}
    return Posterior(
        tuple(by_row.get(row) for row in range(rows)),
        tuple(tuple(float(share) for share in row) for row in np.hstack([every, nobody])),
    )


def _strongest(table: Floats) -> list[int]:
    rows, columns = table.shape
    if min(rows, columns) <= MOST:
        return list(range(rows))
    return sorted(np.argsort(-table.max(axis=1), kind="stable")[:MOST].tolist())


def _sum_over(odds: Floats, ways: Floats) -> tuple[list[tuple[int, int]], Floats]:
    """(item, place) pairs of the best matching, and the share of each pair, for `odds[item][place]`.

    Items are taken one after another; what is kept is, for every set of places already taken, the sum and the
    best of all ways to come there. `ways[k]` weighs matchings of k pairs.
    """
    items, places = odds.shape
    sets = np.arange(2**places)
    taken = np.array([number.bit_count() for number in sets.tolist()])
    ending = ways[np.minimum(taken, len(ways) - 1)]
    forward = [_alone(sets)]
    best = [_alone(sets)]
    for item in range(items):
        forward.append(_scaled(_step(forward[-1], odds[item], sets, np.add)))
        best.append(_scaled(_step(best[-1], odds[item], sets, np.maximum)))
    backward = ending
    shares = np.zeros_like(odds)
    for item in reversed(range(items)):
        whole = float(forward[item] @ backward)
        for place in range(places):
            without = sets[(sets >> place) & 1 == 0]
            pair = odds[item, place] * forward[item][without] @ backward[without | (1 << place)]
            shares[item, place] = pair
            whole += float(pair)
        shares[item] /= whole
        backward = _scaled(_step_back(backward, odds[item], sets))
    return _trace(best, odds, ending), shares


def _alone(sets: NDArray[np.int64]) -> Floats:
    return np.asarray(sets == 0, np.float64)


def _scaled(weights: Floats) -> Floats:
    """Only ratios matter; without this, many sure voices would leave the range of numbers."""
    return np.asarray(weights / weights.max(), np.float64)


def _step(weights: Floats, odds: Floats, sets: NDArray[np.int64], join: np.ufunc) -> Floats:
    """After one more item: left out, or put in any free place."""
    after = weights.copy()
    for place, odd in enumerate(odds):
        without = sets[(sets >> place) & 1 == 0]
        within = without | (1 << place)
        after[within] = join(after[within], odd * weights[without])
    return after


def _step_back(weights: Floats, odds: Floats, sets: NDArray[np.int64]) -> Floats:
    before = weights.copy()
    for place, odd in enumerate(odds):
        without = sets[(sets >> place) & 1 == 0]
        before[without] += odd * weights[without | (1 << place)]
    return before


def _trace(best: list[Floats], odds: Floats, ending: Floats) -> list[tuple[int, int]]:
    """Walk back from the best end: at every item, the place it took, if any."""
    at = int(np.argmax(best[-1] * ending))
    pairs: list[tuple[int, int]] = []
    for item in reversed(range(len(odds))):
        stay = best[item][at]
        moves = [
            (odds[item, place] * best[item][at ^ (1 << place)], place)
            for place in range(odds.shape[1])
            if at >> place & 1
        ]
        value, place = max(moves, default=(-1.0, -1))
        if value > stay:
            pairs.append((item, place))
            at ^= 1 << place
    return pairs
