"""Where a long recording is cut into chunks that are heard one by one: at its quietest moments. Hears nothing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transcribe.timeline import Span
from transcribe.wav import PER_MS, duration_ms, read_blocks

FRAME_MS = 50
# A pause between sentences lasts about half a second; one quiet frame alone may be a stop consonant.
PAUSE_MS = 500
WINDOW_MS = 60_000
BLOCK_MS = 60_000


def cut_at_silences(wav: Path, target_ms: int = 600_000) -> list[Span]:
    """Spans of about `target_ms` that cover the file exactly, cut where it is quietest near each target.

    Reads in blocks of a minute; keeps one loudness figure per 50 ms (3 MB for ten hours).
    Raises AudioUnreadable.
    """
    total = duration_ms(wav)
    if total == 0:
        return []
    edges = [0, *choose_cuts(measure_loudness(wav), total, target_ms), total]
    return [Span(start, end) for start, end in pairwise(edges)]


def measure_loudness(wav: Path) -> NDArray[np.float32]:
    """Mean square of the samples, one figure per FRAME_MS; a rest shorter than a frame is left out."""
    size = FRAME_MS * PER_MS
    figures = []
    for block in read_blocks(wav, BLOCK_MS):
        frames = block[: len(block) // size * size].reshape(-1, size).astype(np.float32)
        figures.append(np.einsum("ij,ij->i", frames, frames) / size)
    return np.concatenate(figures) if figures else np.zeros(0, np.float32)


def choose_cuts(loudness: NDArray[np.float32], total_ms: int, target_ms: int) -> list[int]:
    """Moments to cut at, strictly rising inside (0, total_ms): one near each equal share of the whole.

    Equal shares, so that no last chunk is a snippet without context. The search goes at most a minute, and
    at most a quarter of a share, to each side; the quietest half second wins, the nearest of equally quiet.
    """
    shares = max(1, round(total_ms / target_ms))
    share = total_ms / shares
    reach = min(WINDOW_MS, share / 4)
    quiet = _smooth(loudness, PAUSE_MS // FRAME_MS)
    return [_quietest(quiet, k * share, reach) for k in range(1, shares)] if len(quiet) else []


def _smooth(loudness: NDArray[np.float32], width: int) -> NDArray[np.float64]:
    """Mean over `width` frames; entry i is centred on the middle of frames i .. i + width - 1."""
    sums = np.concatenate([[0.0], np.cumsum(loudness, dtype=np.float64)])
    means: NDArray[np.float64] = np.round((sums[width:] - sums[:-width]) / width, 3)
    return np.maximum(means, 0.0)


def _quietest(quiet: NDArray[np.float64], near_ms: float, reach_ms: float) -> int:
    half = PAUSE_MS // 2
    first = max(0, int((near_ms - reach_ms - half) // FRAME_MS) + 1)
    last = min(len(quiet), int((near_ms + reach_ms - half) // FRAME_MS) + 1)
    moments = np.arange(first, last) * FRAME_MS + half
    if not len(moments):
        return int(near_ms)
    best = np.lexsort((np.abs(moments - near_ms), quiet[first:last]))[0]
    return int(moments[best])
