"""Recordings with one person a channel: reading a 16 kHz WAV of one or two channels, and telling whether its
channels are people. Separates no voices inside a channel."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transcribe.errors import AudioUnreadable
from transcribe.timeline import Span
from transcribe.wav import PER_MS, RATE

Floats = NDArray[np.float32]

FRAME_MS = 50
LOUDNESS_DB = -30.0  # quieter recordings are raised to this, as the voice encoder was trained
LOUDER_DB = (
    10.0  # a person is so much louder on the own channel than on the other's, with the voice leaking in
)
ONE_SIDED = 0.8  # share of loud moments that belong to one channel alone
EACH_SPEAKS = 0.03  # share that each channel has at least; less is a channel left empty
QUIET_DB = -50.0


@contextmanager
def open_tracks(path: Path) -> Iterator[wave.Wave_read]:
    """Open a 16 kHz 16-bit WAV of one or two channels. Raises AudioUnreadable."""
    try:
        with wave.open(str(path), "rb") as wav:
            if (wav.getframerate(), wav.getsampwidth()) != (RATE, 2) or wav.getnchannels() not in (1, 2):
                raise AudioUnreadable(
                    f"The sound is {wav.getframerate()} Hz, {wav.getnchannels()} channel(s), "
                    f"{8 * wav.getsampwidth()} bit; to separate voices it must be 16000 Hz, 16 bit, one or two "
                    "channels. Prepare the episode again."
                )
            yield wav
    except (OSError, EOFError, wave.Error) as error:
        raise AudioUnreadable(f"The sound cannot be read ({error}). Prepare the episode again.") from error


def track_count(path: Path) -> int:
    with open_tracks(path) as wav:
        return wav.getnchannels()


def length_ms(path: Path) -> int:
    """The length of the file; a last part of a millisecond counts as one."""
    with open_tracks(path) as wav:
        return -(-wav.getnframes() // PER_MS)


def read_track(path: Path, span: Span, channel: int | None = None) -> Floats:
    """Samples of one channel, or of all mixed, as float32 in [-1, 1); what lies behind the end is left out."""
    with open_tracks(path) as wav:
        wav.setpos(min(span.start_ms * PER_MS, wav.getnframes()))
        return _channel(wav.readframes(span.duration_ms * PER_MS), wav.getnchannels(), channel)


def read_track_blocks(path: Path, block_ms: int, channel: int | None = None) -> Iterator[Floats]:
    """One channel, or all mixed, block by block."""
    with open_tracks(path) as wav:
        while frames := wav.readframes(block_ms * PER_MS):
            yield _channel(frames, wav.getnchannels(), channel)


def _channel(frames: bytes, channels: int, channel: int | None) -> Floats:
    samples = np.frombuffer(frames, "<i2").reshape(-1, channels)
    chosen = samples.astype(np.float32).mean(1) if channel is None else samples[:, channel].astype(np.float32)
    return np.asarray(chosen / np.float32(32768))


def gain_for(path: Path, channel: int | None = None) -> float:
    """What to multiply samples with so that a quiet recording reaches LOUDNESS_DB on the whole; never below 1."""
    power, count = 0.0, 0
    for block in read_track_blocks(path, 60_000, channel):
        power += float(np.dot(block, block))
        count += len(block)
    level_db = 10 * float(np.log10(max(power / max(count, 1), 1e-12)))
    return float(10 ** (max(0.0, LOUDNESS_DB - level_db) / 20))


def frame_levels_db(path: Path, channel: int | None = None) -> Floats:
    """Loudness of one channel, or of all mixed, one figure per 50 ms."""
    size = FRAME_MS * PER_MS
    levels = [np.zeros(0, np.float32)]
    for block in read_track_blocks(path, 60_000, channel):
        frames = np.pad(block, (0, -len(block) % size)).reshape(-1, size)
        levels.append(10 * np.log10(np.maximum((frames**2).mean(1), 1e-12)))
    return np.concatenate(levels)


def are_people(left_db: Floats, right_db: Floats) -> bool:
    """Whether two channels hold a person each: loud moments belong to one channel or the other, and both have some.

    A mono recording copied to both is never one-sided; one with an empty channel is one-sided to one side only.

    >>> talk, rest = np.full(50, -20.0, np.float32), np.full(50, -45.0, np.float32)
    >>> are_people(np.concatenate([talk, rest]), np.concatenate([rest, talk])), are_people(talk, talk)
    (True, False)
    """
    loud = np.maximum(left_db, right_db) > QUIET_DB
    if not loud.any():
        return False
    difference = (left_db - right_db)[loud]
    left, right = float((difference > LOUDER_DB).mean()), float((difference < -LOUDER_DB).mean())
    return left + right >= ONE_SIDED and min(left, right) >= EACH_SPEAKS


def own_spans(spans: list[Span], own_db: Floats, other_db: Floats) -> list[Span]:
    """Spans of speech on a channel without those that leaked in from the other: on the whole less loud here."""
    return [span for span in spans if _is_louder(span, own_db, other_db)]


def _is_louder(span: Span, own_db: Floats, other_db: Floats) -> bool:
    frames = slice(span.start_ms // FRAME_MS, -(-span.end_ms // FRAME_MS))
    # The loudest tenth is speech; what lies between the words says nothing.
    return float(np.percentile(own_db[frames] - other_db[frames], 90)) > LOUDER_DB / 2
