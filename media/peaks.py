"""The waveform drawn under a player: the loudest moment of each slice of time, gathered while the sound streams by."""

import json
import math
from array import array

import numpy as np

RATE = 8_000
FINEST_MS = 10
MOST = 36_000  # ten a second for an hour: fine enough to see a word
_SLICE_BYTES = 2 * RATE * FINEST_MS // 1000


class Peaks:
    """Gathers peaks from 8 kHz mono 16-bit little-endian PCM, cut anywhere; 0.7 MB of memory an hour.

    >>> peaks = Peaks(); peaks.hear(np.full(160, 16384, "<i2").tobytes()); peaks.to_json(gain=1.5)
    '{"version":1,"ms_per_peak":10,"peaks":[75,75]}'
    """

    def __init__(self) -> None:
        self._peaks = array("H")
        self._rest = b""

    @property
    def heard_ms(self) -> int:
        return len(self._peaks) * FINEST_MS + len(self._rest) * 1000 // (2 * RATE)

    def hear(self, pcm: bytes) -> None:
        """Take the next bytes."""
        pcm = self._rest + pcm
        whole = len(pcm) - len(pcm) % _SLICE_BYTES
        self._rest = pcm[whole:]
        slices = np.frombuffer(pcm[:whole], "<i2").astype(np.int32).reshape(-1, _SLICE_BYTES // 2)
        self._peaks.frombytes(np.abs(slices).max(axis=1).astype(np.uint16).tobytes())

    def share_above(self, level: float) -> float:
        """The share of slices whose peak is above a level (1.0 is full scale)."""
        return float(np.mean(np.frombuffer(self._peaks, np.uint16) > level * 32768)) if self._peaks else 0.0

    def to_json(self, gain: float) -> str:
        """At most 36,000 peaks in percent of full scale, as loud as the published sound (`gain` is a factor)."""
        merged = max(1, math.ceil(len(self._peaks) / MOST))
        loudest = [max(self._peaks[at : at + merged]) for at in range(0, len(self._peaks), merged)]
        shown = [min(100, round(peak * gain * 100 / 32768)) for peak in loudest]
        return json.dumps(
            {"version": 1, "ms_per_peak": merged * FINEST_MS, "peaks": shown}, separators=(",", ":")
        )
