"""Voice prints of known people: made from a recording, compared with the voices of an episode. A print is biometric
data: where it is kept, who consented and how it is forgotten is the catalog's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from transcribe.errors import TranscribeError
from transcribe.lines import CLEAR, LINES
from transcribe.speech import find_speech, speech_probabilities
from transcribe.timeline import Span
from transcribe.tracks import gain_for, length_ms
from transcribe.turns import Diarization
from transcribe.voice_print import VoicePrint
from transcribe.voices import VoiceEncoder
from transcribe.windows import embed_speech

# log likelihood ratio = SLOPE * cosine + OFFSET, over the line that fits best. Fitted on 102 voices that are in no
# test, over four lines: 29 of them met again, against the likest of ten others (docs/speakers.md).
SLOPE, OFFSET = 85.0, -69.5
MOST = 6.0
SHORTEST_MS = 3_000
STUDIO = "studio"


class PrintRefused(TranscribeError):
    """A voice print that cannot be made, or cannot be compared with these voices."""

    code = "print_refused"


@dataclass(frozen=True)
class Score:
    """How alike a label's voice and a person's are: the cosine with the best of `prints` prints, over the `line` that
    fits best, and what it says as a log likelihood ratio in [-6, 6]."""

    log_likelihood: float
    cosine: float
    line: str
    prints: int = 1

    @property
    def note(self) -> str:
        """What it rests on, for whoever checks; names nobody.

        >>> Score(4.2, 0.934, "phone", 3).note
        'voice 0.93 like 3 earlier recordings, over a phone'
        """
        like = "like" if self.log_likelihood > 0 else "unlike"
        recordings = "an earlier recording" if self.prints == 1 else f"{self.prints} earlier recordings"
        return f"voice {self.cosine:.2f} {like} {recordings}" + (
            "" if self.line == CLEAR else f", over a {self.line}"
        )


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
    encoder = VoiceEncoder(model, threads)
    vectors = {}
    for name, line in {CLEAR: lambda samples: samples, **LINES}.items():
        windows = embed_speech(wav, heard, encoder, gain=gain, line=line)
        vectors[name] = tuple(float(x) for x in windows.middle(windows.are_clear))
    return VoicePrint(person, channel, vectors.pop(CLEAR), over=vectors)


def log_likelihood(cosine: float) -> float:
    """How much likelier one person than two, as a natural logarithm, in [-6, 6].

    >>> log_likelihood(1.0), round(log_likelihood(0.85), 2), log_likelihood(0.7)
    (6.0, 2.75, -6.0)
    """
    return min(MOST, max(-MOST, SLOPE * cosine + OFFSET))


def compare_voices(heard: Diarization, prints: Iterable[VoicePrint]) -> dict[tuple[str, str], Score]:
    """The score of every (label, person), the best print of each person counting.

    A line only takes away: a print that was made over a poorer line than a studio's cannot tell how its person sounds
    over a better one, so being unlike it says nothing and gives no score. Raises PrintRefused for a print made by
    another model.
    """
    known = list(prints)
    for one in known:
        _must_be_comparable(one, heard.model)
    count = Counter(one.person for one in known)
    scores: dict[tuple[str, str], Score] = {}
    for label, voice in heard.voices.items():
        for one in known:
            cosine, line = _best_line(voice, one)
            score = Score(log_likelihood(cosine), cosine, line, count[one.person])
            if score.log_likelihood < 0 and one.channel != STUDIO:
                continue
            pair = (label, one.person)
            if pair not in scores or scores[pair].cosine < cosine:
                scores[pair] = score
    return scores


def score_voices(heard: Diarization, prints: Iterable[VoicePrint]) -> dict[tuple[str, str], float]:
    """The log likelihood ratios of `compare_voices` alone."""
    return {pair: score.log_likelihood for pair, score in compare_voices(heard, prints).items()}


def _best_line(voice: tuple[float, ...], known: VoicePrint) -> tuple[float, str]:
    over = {CLEAR: known.vector, **known.over}
    return max((float(np.dot(voice, vector)), line) for line, vector in over.items())


def _must_be_comparable(known: VoicePrint, model: str) -> None:
    if known.model != model:
        raise PrintRefused(
            f"The voice print of {known.person} was made by {known.model}, these voices by "
            f"{model or 'no model'}: they cannot be compared. Enrol {known.person} again."
        )
