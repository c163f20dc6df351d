"""The five synthetic voices that the demo recogniser knows: a sentence in, sound and the time of every word out.

They are espeak-ng's, from the Debian package `libespeak-ng1` or the wheel `espeakng-loader`; only benches need it.
"""

import ctypes
import importlib
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

MISSING = (
    "The synthetic voices need espeak-ng: `pip install espeakng-loader`, or `apt install libespeak-ng1`. "
    "No test and no part of the product needs it."
)
_RETRIEVAL, _PHONEME_EVENTS, _UTF8 = 1, 1, 1
_WORD, _PHONEME = 1, 7
_RATE, _PITCH = 1, 3
_PAUSES = frozenset({"_:", "_", "_!", "_|", ""})
TAIL_S = 0.06


@dataclass(frozen=True)
class Voice:
    """An espeak-ng voice with its usual words a minute and pitch, as the demo recogniser was trained on."""

    name: str
    rate: int
    pitch: int


VOICES = (
    Voice("en-us+m3", 165, 45),
    Voice("en-gb-scotland+m7", 158, 30),
    Voice("en-gb-x-rp+m5", 168, 60),
    Voice("gmw/en+f2", 160, 60),
    Voice("en-us+f4", 172, 70),
)


@dataclass(frozen=True)
class Spoken:
    """Samples in [-1, 1) at `hertz`, and (word, start, end) in seconds; `end_s` is where the last sound ends."""

    samples: NDArray[np.float32]
    hertz: int
    words: tuple[tuple[str, float, float], ...]
    end_s: float


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("id", _Id),
    ]


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass
class _Synthesizer:
    """The library, and what its callback collected for the sentence in work."""

    library: Any
    hertz: int
    callback: Any = None
    sound: list[NDArray[np.int16]] = field(default_factory=list)
    words: list[tuple[int, float]] = field(default_factory=list)
    phones: list[tuple[str, float]] = field(default_factory=list)

    def collect(self, samples: Any, count: int, events: Any) -> int:
        if count > 0:
            self.sound.append(np.ctypeslib.as_array(samples, (count,)).copy())
        at = 0
        while events[at].type:
            event = events[at]
            if event.type == _WORD:
                self.words.append((event.text_position - 1, event.sample / self.hertz))
            elif event.type == _PHONEME:
                name = bytes(event.id.string).decode("utf-8", "replace")
                self.phones.append((name, event.sample / self.hertz))
            at += 1
        return 0


def _find_library() -> tuple[str, bytes | None]:
    """The library and its data: those of the wheel, else the system's."""
    try:
        wheel = importlib.import_module("espeakng_loader")
    except ImportError:
        return "libespeak-ng.so.1", None
    return wheel.get_library_path(), wheel.get_data_path().encode()


@cache
def _synthesizer() -> _Synthesizer:
    path, data = _find_library()
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise RuntimeError(MISSING) from error
    made = _Synthesizer(library, library.espeak_Initialize(_RETRIEVAL, 0, data, _PHONEME_EVENTS))
    made.callback = _CALLBACK(made.collect)
    library.espeak_SetSynthCallback(made.callback)
    return made


def say(text: str, voice: Voice) -> Spoken:
    """A sentence spoken. Raises RuntimeError, with what to install, where there is no espeak-ng."""
    made = _synthesizer()
    made.sound.clear(), made.words.clear(), made.phones.clear()
    if made.library.espeak_SetVoiceByName(voice.name.encode()):
        raise RuntimeError(f"this espeak-ng has no voice {voice.name}")
    made.library.espeak_SetParameter(_RATE, voice.rate, 0)
    made.library.espeak_SetParameter(_PITCH, voice.pitch, 0)
    written = text.encode() + b"\0"
    made.library.espeak_Synth(written, ctypes.c_size_t(len(written)), 0, 1, 0, _UTF8, None, None)
    made.library.espeak_Synchronize()
    samples = np.concatenate(made.sound).astype(np.float32) / 32_768
    end_s = _end_of_speech(made.phones, len(samples) / made.hertz)
    words = _timed(text, made.words, _pauses(made.phones, end_s), end_s)
    return Spoken(samples[: round((end_s + TAIL_S) * made.hertz)], made.hertz, words, end_s)


def _end_of_speech(phones: list[tuple[str, float]], length_s: float) -> float:
    last = max((at for name, at in phones if name not in _PAUSES), default=0.0)
    return min((at for name, at in phones if name in _PAUSES and at > last), default=length_s)


def _pauses(phones: list[tuple[str, float]], end_s: float) -> list[tuple[float, float]]:
    return [
        (at, after)
        for (name, at), (_, after) in pairwise([*phones, ("", end_s)])
        if name in _PAUSES and after - at > 0.03
    ]


def _timed(
    text: str, begun: list[tuple[int, float]], pauses: list[tuple[float, float]], end_s: float
) -> tuple[tuple[str, float, float], ...]:
    """The written words with their times; those that espeak-ng runs together share their time by letters."""
    written, at = text.split(), 0
    starts: list[float | None] = []
    for word in written:
        at = text.index(word, at)
        starts.append(next((s for place, s in begun if at <= place < at + len(word)), None))
        at += len(word)
    starts[0] = starts[0] or 0.0
    heads = [number for number, start in enumerate(starts) if start is not None]
    timed = []
    for head, following in zip(heads, [*heads[1:], len(written)], strict=True):
        start, end = (
            float(starts[head] or 0),
            float(starts[following] or 0) if following < len(written) else end_s,
        )
        end = next((a for a, b in pauses if start + 0.04 <= a < end and b >= end - 0.06), end)
        letters = [max(1, sum(letter.isalnum() for letter in word)) for word in written[head:following]]
        for word, share in zip(written[head:following], letters, strict=True):
            length = (end - start) * share / sum(letters)
            timed.append((word, start, start + length))
            start += length
    return tuple(timed)
