"""What a voice sounds like as a vector: embeddings of spans, prints of known people and how far a score can be
trusted. Who speaks when is `diarize`'s, which name a voice gets is `naming`'s."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from transcribe.voice_print import VECTOR
from transcribe.wav import RATE

Floats = NDArray[np.float32]

# The front end the encoder was trained with (Wan et al. 2018): 25 ms windows every 10 ms, 40 mel bands, no logarithm.
WINDOW = 400
HOP = 160
MELS = 40
FRAME_MS = 10
BATCH = 64


@cache
def mel_filters() -> Floats:
    """Slaney's mel filter bank (201 bins, 40 bands), each filter of area one, as librosa makes it."""
    points = _mel_to_hz(np.linspace(0.0, _hz_to_mel(RATE / 2), MELS + 2))
    bins = np.linspace(0, RATE / 2, WINDOW // 2 + 1)
    ramps = points[:, None] - bins
    widths = np.diff(points)[:, None]
    bank = np.maximum(0, np.minimum(-ramps[:-2] / widths[:-1], ramps[2:] / widths[1:]))
    bank *= (2 / (points[2:] - points[:-2]))[:, None]
    return np.ascontiguousarray(bank.T, np.float32)


def _hz_to_mel(hz: float) -> float:
    return hz * 3 / 200 if hz < 1000 else 15 + 27 * float(np.log(hz / 1000) / np.log(6.4))


def _mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (mel - 15)))


def mel_frames(samples: Floats) -> Floats:
    """Mel power spectrum, one row per 10 ms; row n is centred on sample 160 n."""
    padded = np.pad(samples, WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    hann = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    spectrum = np.fft.rfft(frames * hann, axis=1)
    return np.asarray((spectrum.real**2 + spectrum.imag**2).astype(np.float32) @ mel_filters())


def unit(vectors: Floats) -> Floats:
    """The same directions with length one; a zero vector stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def open_session(model: Path, threads: int = 1, *, arena: bool = False) -> onnxruntime.InferenceSession:
    """A model ready to run on the CPU. An `arena` keeps the memory of the largest batch for ever: wanted where all
    batches are alike, for without one the heap may crumble (one run in ten took 600 MB more)."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = arena
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


class VoiceEncoder:
    """The encoder, loaded: mel windows in, vectors of length one out."""

    def __init__(self, model: Path, threads: int = 1) -> None:
        self._session = open_session(model, threads)

    def embed(self, mels: Floats, starts: Sequence[int], length: int) -> Floats:
        """One vector (256) for every window of `length` frames that begins at `starts`; silence follows the end."""
        padded = np.concatenate([mels, np.zeros((length, MELS), np.float32)])
        batches = [starts[i : i + BATCH] for i in range(0, len(starts), BATCH)]
        rows = [
            self._session.run(None, {"mels": np.stack([padded[a : a + length] for a in batch])})[0]
            for batch in batches
        ]
        return np.concatenate(rows) if rows else np.zeros((0, VECTOR), np.float32)
