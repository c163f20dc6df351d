"""Where somebody speaks, whoever it is: voice activity by the Silero model inside faster-whisper. Names nobody."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np

from transcribe.errors import ModelMissing
from transcribe.timeline import Span
from transcribe.tracks import read_track_blocks
from transcribe.voices import Floats, open_session
from transcribe.wav import RATE

# The model hears 512 samples at a time and the 64 before them.
STEP = 512
STEP_MS = STEP * 1000 // RATE
CONTEXT = 64
# A whole number of steps. With blocks of a minute the memory the model frees comes back in pieces.
BLOCK_MS = 16_000

# Lower than the usual 0.5 and 0.35: they lose quiet ends of sentences, which cost most of all faults measured.
ON = 0.25
OFF = 0.15
SHORTEST_SPEECH_MS = 100
SHORTEST_PAUSE_MS = 300
MARGIN_MS = 80


def speech_probabilities(wav: Path, gain: float = 1.0, channel: int | None = None) -> Floats:
    """How likely somebody speaks, one figure per 32 ms. Reads the file block by block."""
    session = open_session(_silero(), arena=True)
    state = {name: np.zeros((1, 1, 128), np.float32) for name in ("h", "c")}
    before = np.zeros(CONTEXT, np.float32)
    figures = []
    for block in read_track_blocks(wav, BLOCK_MS, channel):
        samples = np.pad(block * np.float32(gain), (0, -len(block) % STEP))
        heard = np.concatenate([before, samples])
        windows = np.lib.stride_tricks.sliding_window_view(heard, CONTEXT + STEP)[::STEP]
        out, state["h"], state["c"] = session.run(None, {"input": np.ascontiguousarray(windows), **state})
        figures.append(np.asarray(out, np.float32).reshape(-1))
        before = samples[-CONTEXT:]
    return np.concatenate(figures) if figures else np.zeros(0, np.float32)


def _silero() -> Path:
    """The model's file inside faster-whisper, found without importing it: that would load a recogniser."""
    spec = find_spec("faster_whisper")
    folders = spec.submodule_search_locations if spec else None
    models = sorted((Path(next(iter(folders or ["."]))) / "assets").glob("silero_vad*.onnx"))
    if not models:
        raise ModelMissing(
            "faster-whisper carries no voice activity model any more. Install the locked version."
        )
    return models[-1]


def find_speech(probabilities: Floats, total_ms: int) -> list[Span]:
    """Spans of speech in order, apart from each other, inside [0, total_ms).

    >>> find_speech(np.array([0, 1, 1, 1, 1, 0, 0, 0] * 4, np.float32), 2_000)
    [Span(start_ms=0, end_ms=1008)]
    """
    raw = _above(probabilities)
    joined: list[list[int]] = []
    for start, end in raw:
        if joined and start - joined[-1][1] < SHORTEST_PAUSE_MS:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    long_enough = [(a, b) for a, b in joined if b - a >= SHORTEST_SPEECH_MS]
    # Pauses are longer than two margins, so that widened spans never meet.
    spans = [(max(0, a - MARGIN_MS), min(total_ms, b + MARGIN_MS)) for a, b in long_enough]
    return [Span(a, b) for a, b in spans if a < b]


def _above(probabilities: Floats) -> list[tuple[int, int]]:
    """Stretches in ms that rise over ON and last until they fall under OFF."""
    # +1 where it rises over ON, -1 where it falls under OFF; between them the last of the two holds.
    marks = np.where(probabilities >= ON, 1, np.where(probabilities < OFF, -1, 0))
    last = np.maximum.accumulate(np.where(marks != 0, np.arange(len(marks)), -1))
    on = np.concatenate([[False], (last >= 0) & (marks[np.maximum(last, 0)] == 1), [False]])
    edges = np.flatnonzero(on[1:] != on[:-1]) * STEP_MS
    return [(int(a), int(b)) for a, b in list(pairwise(edges))[::2]]
