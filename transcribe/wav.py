"""Reading the recogniser's food: 16 kHz mono 16-bit WAV, span by span. Decoding other formats is `media.audio`'s."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transcribe.errors import AudioUnreadable
from transcribe.timeline import Span

RATE = 16_000
PER_MS = RATE // 1000


@contextmanager
def open_wav(path: Path) -> Iterator[wave.Wave_read]:
    """Open a 16 kHz mono 16-bit WAV; anything else is AudioUnreadable with the reason."""
    try:
        with wave.open(str(path), "rb") as wav:
            shape = (wav.getframerate(), wav.getnchannels(), wav.getsampwidth())
            if shape != (RATE, 1, 2):
                raise AudioUnreadable(
                    f"The sound prepared for the recogniser is {shape[0]} Hz, {shape[1]} channel(s), "
                    f"{8 * shape[2]} bit; it must be 16000 Hz, mono, 16 bit. Prepare the episode again."
                )
            yield wav
    except (OSError, EOFError, wave.Error) as error:
        raise AudioUnreadable(
            f"The sound prepared for the recogniser cannot be read ({error}). Prepare the episode again."
        ) from error


def duration_ms(path: Path) -> int:
    """The length of the file; a last part of a millisecond counts as one, so that no sample is left out."""
    with open_wav(path) as wav:
        return -(-wav.getnframes() // PER_MS)


def read_span(path: Path, span: Span) -> NDArray[np.float32]:
    """The samples of one span as float32 in [-1, 1); what lies behind the end of the file is left out."""
    with open_wav(path) as wav:
        first = min(span.start_ms * PER_MS, wav.getnframes())
        wav.setpos(first)
        samples = np.frombuffer(wav.readframes(span.duration_ms * PER_MS), dtype="<i2")
    return samples.astype(np.float32) / np.float32(32768)


def read_blocks(path: Path, block_ms: int) -> Iterator[NDArray[np.int16]]:
    """The whole file, block by block, so that memory does not grow with its length."""
    with open_wav(path) as wav:
        while frames := wav.readframes(block_ms * PER_MS):
            yield np.frombuffer(frames, dtype="<i2")
