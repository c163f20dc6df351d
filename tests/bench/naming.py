"""How often names are right: an open set of simulated voices, and the demo talks named by their words alone.

The voices are simulated: cosines are drawn about the means that the dev set of real voices shows in each channel,
spread so that each channel has its published equal error rate. Real voices are `speakers`' business, not this file's.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

import numpy as np

from media.audio import to_wav
from tests.bench.figures import Figure
from tests.bench.sound import TALKS
from transcribe.align import align
from transcribe.engine import Hints, load
from transcribe.guess import NAMED, Guess
from transcribe.names import Member
from transcribe.naming import name_voices
from transcribe.timeline import Span, VoiceTurn
from transcribe.wav import duration_ms

MODEL = TALKS.parent / "five-synthetic-voices"
TRIALS, ENROLLED = 800, 6
# Mean cosine of a voice to its own print and to another's; other voices spread by 0.08 of it, more or less.
STUDIO = 0.93
OTHERS, OTHERS_SPREAD = 0.60, 0.08


@dataclass(frozen=True)
class Channel:
    """How a voice comes through: the mean cosine to its own print and the equal error rate of one score."""

    name: str
    own: float
    equal_error: float

    @property
    def others(self) -> NormalDist:
        return NormalDist(OTHERS * (0.4 + 0.6 * self.own / STUDIO), OTHERS_SPREAD * self.own / STUDIO)

    @property
    def same(self) -> NormalDist:
        apart = -NormalDist().inv_cdf(self.equal_error)
        return NormalDist(self.own, (self.own - self.others.mean) / apart - self.others.stdev)

    def ratio(self, cosine: float) -> float:
        """The log likelihood ratio of a cosine in this channel; beyond the means it grows no further."""
        within = min(max(cosine, self.others.mean), self.own)
        return math.log(self.same.pdf(within) / self.others.pdf(within))


CHANNELS = (
    Channel("studio", 0.93, 0.005),
    Channel("zoom", 0.76, 0.038),
    Channel("laptop", 0.745, 0.077),
    Channel("phone", 0.735, 0.08),
)


@dataclass(frozen=True)
class Answer:
    """One guess of a trial and the truth: `truth` is None for the voice whose person was not listed."""

    guess: Guess
    truth: str | None

    @property
    def right(self) -> bool:
        return self.guess.person is not None and self.guess.person == self.truth

    @property
    def printed(self) -> bool:
        return self.guess.person is not None and self.guess.probability >= NAMED

    @property
    def told(self) -> bool:
        return self.right and self.printed


def measure(work: Path) -> list[Figure]:
    answers = [answer for trial in range(TRIALS) for answer in open_set_trial(trial)]
    absent = [answer for answer in answers if answer.truth is None]
    present = [answer for answer in answers if answer.truth is not None]
    named = [answer for answer in answers if answer.guess.person]
    wrong = 100 * sum(answer.printed for answer in absent) / len(absent)
    missed = 100 * sum(not answer.told for answer in present) / len(present)
    right = sum(answer.right for answer in named) / len(named)
    brier = sum((answer.guess.probability - answer.right) ** 2 for answer in named) / len(named)
    wrong_words = 100 * misnamed_by_words(work)
    return [
        Figure("absent guests printed as a look-alike", wrong, "%", 3),
        Figure("present people not printed by name", missed, "%", 15),
        Figure("calibration error of names", calibration_error(named), "", 0.04),
        Figure("Brier score over a constant guess's", brier / (right * (1 - right)), "x", 1),
        Figure("demo speech not named right by words alone", wrong_words, "%", 10),
    ]


def open_set_trial(seed: int) -> Iterator[Answer]:
    """A talk of two to four, all enrolled, where the most alike enrolled voice is listed in one guest's place."""
    chance = np.random.default_rng(seed)
    size, channel = int(chance.integers(2, 5)), CHANNELS[seed % len(CHANNELS)]
    absent = 1 + seed // len(CHANNELS) % (size - 1)
    alike = chance.normal(OTHERS, OTHERS_SPREAD, (size, size + ENROLLED))
    listed = list(range(size))
    listed[absent] = size + int(np.argmax(alike[absent, size:]))
    voices = {}
    for voice in range(size):
        through = CHANNELS[0] if voice == 0 else channel
        for person in listed:
            cosine = (
                chance.normal(through.own, through.same.stdev)
                if person == voice
                else through.others.mean + (alike[voice, person] - OTHERS) * through.own / STUDIO
            )
            voices[f"S{voice}", str(person)] = through.ratio(float(cosine))
    cast = [Member(str(p), (f"Person {p}",), "guest" if p else "moderator") for p in listed]
    for guess in name_voices(cast, _in_turns(size), voices=voices):
        voice = int(guess.label[1:])
        yield Answer(guess, None if voice == absent else str(voice))


def _in_turns(size: int) -> list[VoiceTurn]:
    """The moderator between every two guests."""
    order = [voice for guest in range(1, size) for voice in (0, guest)] * 3
    return [VoiceTurn(at * 9_000, at * 9_000 + 8_500, f"S{voice}") for at, voice in enumerate(order)]


def calibration_error(named: list[Answer]) -> float:
    """Expected calibration error in ten bins, as the speakers' scorer counts it."""
    bins: dict[int, list[Answer]] = {}
    for answer in named:
        bins.setdefault(min(int(answer.guess.probability * 10), 9), []).append(answer)
    return sum(
        abs(sum(answer.guess.probability - answer.right for answer in bin_)) for bin_ in bins.values()
    ) / len(named)


def misnamed_by_words(work: Path) -> float:
    """The share of the demo talks' speech not printed under the right name: true turns, machine words, no voices."""
    work.mkdir(parents=True, exist_ok=True)
    engine = load(str(MODEL))
    spoken = right = 0
    for sound in sorted(TALKS.glob("*.opus")):
        truth = json.loads(sound.with_suffix(".json").read_text(encoding="utf-8"))
        wav = work / f"{sound.stem}.wav"
        to_wav(sound, wav, lambda _progress: None)
        heard = engine.hear(wav, Span(0, duration_ms(wav)), Hints("en"), lambda _ms: None)
        labels = {person["name"]: f"S{number}" for number, person in enumerate(truth["cast"])}
        turns = [
            VoiceTurn(round(s["start"] * 1000), round(s["end"] * 1000), labels[s["speaker"]])
            for s in truth["sentences"]
        ]
        cast = [Member(person["name"], (person["name"],), person["role"]) for person in truth["cast"]]
        guesses = name_voices(cast, turns, align(heard.segments, turns))
        named = {
            guess.label
            for guess in guesses
            if guess.probability >= NAMED and labels.get(guess.person or "") == guess.label
        }
        spoken += sum(turn.span.duration_ms for turn in turns)
        right += sum(turn.span.duration_ms for turn in turns if turn.label in named)
    return 1 - right / spoken
