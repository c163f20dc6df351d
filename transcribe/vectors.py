"""Voice vectors of a long recording in a file without a name, read block by block: ten hours take the memory of one."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from transcribe.voice_print import VECTOR
from transcribe.voices import Floats, unit

BLOCK = 8_192
ROW_BYTES = VECTOR * 4


class Vectors:
    """Rows of VECTOR float32, appended once and then only read; the file is gone with the object."""

    def __init__(self) -> None:
        file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with the object
        weakref.finalize(self, file.close)
        self._at, self._count = file.fileno(), 0

    def __len__(self) -> int:
        return self._count

    def append(self, rows: Floats) -> None:
        content = memoryview(rows.astype(np.float32).tobytes())
        while content:
            content = content[os.write(self._at, content) :]
        self._count += len(rows)

    def read(self, first: int = 0, last: int | None = None) -> Floats:
        """Rows [first, last); all of them at once only where they are known to be few."""
        first, last = max(0, first), min(self._count, self._count if last is None else last)
        content = os.pread(self._at, max(0, last - first) * ROW_BYTES, first * ROW_BYTES)
        return np.frombuffer(content, np.float32).reshape(-1, VECTOR)

    def blocks(self) -> Iterator[tuple[slice, Floats]]:
        """All rows, a block at a time, with the places they have."""
        for first in range(0, self._count, BLOCK):
            place = slice(first, min(self._count, first + BLOCK))
            yield place, self.read(place.start, place.stop)

    def likeness(self, middles: Floats) -> Floats:
        """The cosine of every row with every middle."""
        found = np.empty((self._count, len(middles)), np.float32)
        for place, rows in self.blocks():
            found[place] = rows @ middles.T
        return found

    def sums(self, groups: NDArray[np.int64], weights: NDArray[np.float32], count: int) -> Floats:
        """The weighted sum of the rows of each group in [0, count); rows of group -1 count nowhere."""
        found = np.zeros((count, VECTOR), np.float32)
        for place, rows in self.blocks():
            chosen = groups[place] >= 0
            np.add.at(found, groups[place][chosen], rows[chosen] * weights[place][chosen, None])
        return found

    def smoothed(self, wanted: NDArray[np.int64], stretch: NDArray[np.int64], around: int) -> Floats:
        """The `wanted` rows, in rising order, each averaged with `around` neighbours of its own stretch."""
        found = []
        for first in range(0, self._count, BLOCK):
            mine = wanted[(wanted >= first) & (wanted < first + BLOCK)]
            begin = max(0, first - around)
            rows = self.read(begin, first + BLOCK + around)
            found.append(_average(rows, stretch[begin : begin + len(rows)], around)[mine - begin])
        return np.concatenate(found) if found else np.zeros((0, VECTOR), np.float32)


def _average(rows: Floats, stretch: NDArray[np.int64], around: int) -> Floats:
    sums = rows.copy()
    for step in range(1, around + 1):
        together = (stretch[step:] == stretch[:-step])[:, None]
        sums[step:] += np.where(together, rows[:-step], 0)
        sums[:-step] += np.where(together, rows[step:], 0)
    return unit(sums)
