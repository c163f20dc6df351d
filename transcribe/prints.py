"""Voice prints of known people: made from a recording, compared with the voices of an episode. A print is biometric
data: where it is kept, who consented and how it is forgotten is the catalog's."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from transcribe.errors import TranscribeError
from transcribe.speech import find_speech, speech_probabilities
from transcribe.timeline import Span
from transcribe.tracks import gain_for, length_ms
from transcribe.turns import Diarization
from transcribe.voice_model import VOICE_MODEL
from transcribe.voices import VoiceEncoder, unit
from transcribe.windows import embed_speech

# log likelihood ratio = SLOPE * cosine + OFFSET, fitted on 106 voices that are in no test (calibration error 0.026).
SLOPE, OFFSET = 33.3, -21.65
MOST = 6.0
NARROW = 0.7  # a phone-like line makes voices alike: what it says counts for less
SHORTEST_MS = 3_000


class PrintRefused(TranscribeError):
    """A voice print that cannot be made, or cannot be compared with these voices."""

    code = "print_refused"


@dataclass(frozen=True)
class VoicePrint:
    """What a person sounds like over one channel ("studio", "phone"...): a vector of length one made by `model`."""

    person: str
    channel: str
    vector: tuple[float, ...]
    model: str = VOICE_MODEL


def make_print(
    wav: Path,
    person: str,
    channel: str,
    model: Path,
    *,
    spans: Collection[Span] | None = None,
    threads: int = 1,
) -> VoicePrint:
    """A print of the one person who speaks in a 16 kHz WAV, or in the given spans of it.

    Raises PrintRefused when there are less than 3 s of speech, AudioUnreadable.
    """
    gain = gain_for(wav)
    heard = find_speech(speech_probabilities(wav, gain), length_ms(wav))
    if spans is not None:
        heard = sorted(shared for span in spans for speech in heard if (shared := span & speech))
    if sum(span.duration_ms for span in heard) < SHORTEST_MS:
        raise PrintRefused(
            f"There are less than {SHORTEST_MS // 1000} s of speech to make a voice print of {person} from. "
            "Choose a longer recording in which nobody else speaks."
        )
    windows = embed_speech(wav, heard, VoiceEncoder(model, threads), gain=gain)
    vector = unit(windows.vectors[windows.are_clear].sum(0))
    return VoicePrint(person, channel, tuple(float(x) for x in vector))


def log_likelihood(cosine: float, *, narrow: bool = False) -> float:
    """How much likelier one person than two, as a natural logarithm, in [-6, 6].

    >>> log_likelihood(1.0), round(log_likelihood(0.7), 2), round(log_likelihood(0.7, narrow=True), 2)
    (6.0, 1.66, 1.16)
    """
    ratio = (NARROW if narrow else 1.0) * (SLOPE * cosine + OFFSET)
    return min(MOST, max(-MOST, ratio))


def score_voices(
    heard: Diarization, prints: Iterable[VoicePrint], narrow: Collection[str] = ()
) -> dict[tuple[str, str], float]:
    """Log likelihood of every (label, person), the best print of each person counting.

    `narrow`: labels heard over a phone-like line. Raises PrintRefused for a print made by another model.
    """
    scores: dict[tuple[str, str], float] = {}
    for known in prints:
        if known.model != heard.model:
            raise PrintRefused(
                f"The voice print of {known.person} was made by {known.model}, these voices by "
                f"{heard.model or 'no model'}: they cannot be compared. Enrol {known.person} again."
            )
        for label, voice in heard.voices.items():
            cosine = float(np.dot(voice, known.vector))
            score = log_likelihood(cosine, narrow=label in narrow or known.channel == "phone")
            pair = (label, known.person)
            scores[pair] = max(scores.get(pair, -MOST), score)
    return scores
