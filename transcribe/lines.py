"""How a voice sounds over other lines than the one it was recorded over: simulated, so that a print made in a studio
is compared with a caller as the studio's voice would call. Knows samples, no people and no files."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from transcribe.voices import Floats
from transcribe.wav import RATE

CLEAR = "clear"
# A small room picked up from a distance, as laptops and calls carry it: noise that dies away, against the direct sound.
ECHO_MS, ECHO_SHARE = 400, 0.6
DECAY_60_DB = 6.9  # natural logarithm of a thousandth


def over_call(samples: Floats) -> Floats:
    """As a call with a good microphone at some distance carries it."""
    return _as_loud(_echoing(_passed(samples, 100, None, 4)), samples)


def over_laptop(samples: Floats) -> Floats:
    """As a laptop's own microphone carries it: the room, no bass, no highest tones."""
    return _as_loud(_echoing(_passed(samples, 200, 6_500, 2)), samples)


def over_phone(samples: Floats) -> Floats:
    """As a telephone carries it: 300 to 3400 Hz (ITU-T G.712)."""
    return _as_loud(_passed(samples, 300, 3_400, 3), samples)


# Few and far apart: what matters is that one of them is near, not that it is the very line.
LINES: dict[str, Callable[[Floats], Floats]] = {
    "call": over_call,
    "laptop": over_laptop,
    "phone": over_phone,
}


def _as_loud(heard: Floats, samples: Floats) -> Floats:
    """The encoder hears loudness too; whoever calls is raised to the level of the others."""
    return np.asarray(heard * np.sqrt((samples**2).sum() / max(1e-12, float((heard**2).sum()))), np.float32)


def _passed(samples: Floats, low_hz: int, high_hz: int | None, order: int) -> Floats:
    """A Butterworth band as a gain on the spectrum, without its phase, which the voice encoder does not hear."""
    spectrum = np.fft.rfft(samples)
    hz = np.maximum(np.fft.rfftfreq(len(samples), 1 / RATE), 1e-6)
    gain = 1 / np.sqrt(1 + (low_hz / hz) ** (2 * order))
    if high_hz is not None:
        gain /= np.sqrt(1 + (hz / high_hz) ** (2 * order))
    return np.fft.irfft(spectrum * gain, len(samples)).astype(np.float32)


def _echoing(samples: Floats) -> Floats:
    room = _room()
    length = len(samples) + len(room)
    heard = np.fft.irfft(np.fft.rfft(samples, length) * np.fft.rfft(room, length), length)
    return np.asarray(heard[: len(samples)], np.float32)


@cache
def _room() -> Floats:
    count = ECHO_MS * RATE // 1000
    # The old generator on purpose: its numbers are promised to stay the same, and so do prints.
    noise = np.random.RandomState(1).standard_normal(count)
    tail = noise * np.exp(-DECAY_60_DB * np.arange(count) / count)
    tail *= ECHO_SHARE / np.sqrt((tail**2).sum())
    tail[0] += 1
    return tail.astype(np.float32)
