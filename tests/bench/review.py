"""How much of what is wrong goes when the passages are listened to that the review queue puts first.

Synthetic voices with the truth, noise laid over parts of them, heard by our own recogniser. The weights of
`transcribe.doubts` are fitted on the talks of one half (`fit`), the figures are those of the other, which has other
wordings. Beside them stands what a random order would do. Needs espeak-ng: see `synthetic`.
"""

import random
import sys
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.bench.cue_talks import WORDINGS, write_talk
from tests.bench.cues import record
from tests.bench.figures import Figure
from tests.bench.naming import MODEL
from transcribe.doubts import Heard, evidence_of, rank_stretches
from transcribe.engine import Engine, Hints, load
from transcribe.guards import judge
from transcribe.score import plain_words
from transcribe.sentences import to_utterances
from transcribe.speech import find_speech, speech_probabilities
from transcribe.timeline import Span, Word
from transcribe.wav import duration_ms

FITTED, HELD_OUT = "looked at", "kept aside"
LEAST_MS, LEAST_ERRORS = 30 * 60_000, 200
BUDGET = 0.10
NOISY_SHARE, BURST_S, LEAST_DB, MOST_DB = 0.06, (2.0, 8.0), 5.0, 20.0
ORDERS = 200


@dataclass(frozen=True)
class Reviewed:
    """A talk as it was heard, how long it is, and the moment of every error in it."""

    passages: tuple[Heard, ...]
    spoken: tuple[Span, ...]
    length_ms: int
    errors: tuple[int, ...]


def add_noise(wav: Path, seed: str) -> None:
    """Lay noise over parts of a sound, as loud as a street, a fan or a bad line would be."""
    with wave.open(str(wav)) as file:
        about, samples = file.getparams(), np.frombuffer(file.readframes(-1), "<i2").astype(np.float32)
    chance, noise = random.Random(seed), np.random.default_rng(random.Random(seed).randrange(2**32))
    level = float(np.sqrt(np.mean(samples[np.abs(samples) > 300] ** 2)))
    at, hertz = 0, about.framerate
    while at < len(samples):
        length = round(chance.uniform(*BURST_S) * hertz)
        if chance.random() < NOISY_SHARE:
            gain = level / 10 ** (chance.uniform(LEAST_DB, MOST_DB) / 20)
            piece = samples[at : at + length]
            piece += _coloured(noise, len(piece)) * gain
        at += length
    with wave.open(str(wav), "wb") as file:
        file.setparams(about)
        file.writeframes(np.clip(samples, -32_768, 32_767).astype("<i2").tobytes())


def _coloured(noise: np.random.Generator, length: int) -> np.ndarray:
    """Noise that is louder below, as rooms and streets are; of loudness one."""
    spectrum = np.fft.rfft(noise.standard_normal(length))
    spectrum /= np.sqrt(np.maximum(1, np.arange(len(spectrum)) / 50))
    sound = np.fft.irfft(spectrum, length)
    return (sound / max(1e-9, float(np.sqrt(np.mean(sound**2))))).astype(np.float32)


def hear(wording: str, seed: int, engine: Engine, work: Path) -> Reviewed:
    """A talk of one wording, spoken, made noisy, heard, and compared with what was said."""
    recorded = record(write_talk(WORDINGS[wording], seed), f"review {wording} {seed}", work)
    add_noise(recorded.wav, f"noise {wording} {seed}")
    span = Span(0, duration_ms(recorded.wav))
    names = tuple(name for name, _ in recorded.talk.cast)
    heard = engine.hear(recorded.wav, span, Hints("en", names), lambda _ms: None)
    utterances = to_utterances(judge(heard.segments).kept)
    passages = tuple(Heard(one.words, one.flags) for one in utterances)
    truth = [word for _, word in recorded.words]
    errors = moments_of_errors(truth, [word for one in passages for word in one.words])
    spoken = find_speech(speech_probabilities(recorded.wav), span.end_ms)
    return Reviewed(passages, tuple(spoken), span.end_ms, errors)


def moments_of_errors(truth: Sequence[Word], heard: Sequence[Word]) -> tuple[int, ...]:
    """When each word was missed, invented or taken for another: the fewest edits from one to the other."""
    wanted, got = _spelt(truth), _spelt(heard)
    rows = [list(range(len(got) + 1))]
    for i, (word, _) in enumerate(wanted, 1):
        row = [i]
        for j, (other, _) in enumerate(got, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (word != other)))
        rows.append(row)
    moments, i, j = [], len(wanted), len(got)
    while i or j:
        if i and j and rows[i][j] == rows[i - 1][j - 1] + (wanted[i - 1][0] != got[j - 1][0]):
            i, j = i - 1, j - 1
            if wanted[i][0] != got[j][0]:
                moments.append(got[j][1])
        elif i and rows[i][j] == rows[i - 1][j] + 1:
            i -= 1
            moments.append(wanted[i][1])
        else:
            j -= 1
            moments.append(got[j][1])
    return tuple(reversed(moments))


def _spelt(words: Sequence[Word]) -> list[tuple[str, int]]:
    return [(one, (word.start_ms + word.end_ms) // 2) for word in words for one in plain_words(word.text)]


# ---- what reviewing removes -------------------------------------------------------------------------------


def removed(talks: Sequence[Reviewed], budget: float, order: random.Random | None = None) -> float:
    """The share of all errors that lie in the stretches listened to, as many as fit in that share of the time."""
    stretches = [
        (stretch.density, talk, stretch.span)
        for talk in talks
        for stretch in rank_stretches(talk.passages, talk.spoken)
    ]
    stretches.sort(key=lambda one: -one[0])
    if order is not None:
        order.shuffle(stretches)
    left_ms = budget * sum(talk.length_ms for talk in talks)
    gone: set[tuple[int, int]] = set()
    for _, talk, span in stretches:
        if span.duration_ms > left_ms:
            continue
        left_ms -= span.duration_ms
        gone |= {(id(talk), n) for n, at in enumerate(talk.errors) if span.start_ms <= at < span.end_ms}
    return len(gone) / max(1, sum(len(talk.errors) for talk in talks))


def fit(talks: Sequence[Reviewed]) -> list[float]:
    """The weights that make the errors of these talks likeliest (logistic regression, Newton's steps)."""
    rows, wrong = [], []
    for talk in talks:
        for passage in talk.passages:
            for word, row in zip(passage.words, evidence_of(passage.words), strict=True):
                rows.append(row)
                wrong.append(any(word.start_ms - 150 <= at < word.end_ms + 150 for at in talk.errors))
    x, y = np.array(rows), np.array(wrong, dtype=float)
    weights = np.zeros(x.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-x @ weights))
        weights += np.linalg.solve(
            x.T @ (x * (p * (1 - p))[:, None]) + 0.5 * np.eye(len(weights)), x.T @ (y - p) - 0.5 * weights
        )
    return [round(float(weight), 2) for weight in weights]


def talks_of(wording: str, work: Path, least_ms: int = LEAST_MS) -> list[Reviewed]:
    engine, talks = load(str(MODEL)), list[Reviewed]()
    while sum(talk.length_ms for talk in talks) < least_ms:
        talks.append(hear(wording, 100 + len(talks), engine, work / "review"))
        print(
            f"  {wording}: {sum(t.length_ms for t in talks) / 60_000:.1f} minutes, "
            f"{sum(len(t.errors) for t in talks)} errors",
            flush=True,
        )
    return talks


def measure(work: Path) -> list[Figure]:
    """The figures of `python -m tests.bench review`, on wordings that nothing was fitted on."""
    talks = talks_of(HELD_OUT, work)
    chance = [removed(talks, BUDGET, random.Random(seed)) for seed in range(ORDERS)]
    minutes, errors = sum(t.length_ms for t in talks) / 60_000, sum(len(t.errors) for t in talks)
    first, mean = 100 * removed(talks, BUDGET), 100 * float(np.mean(chance))
    return [
        Figure("errors gone when the first 10 % of the time is reviewed", first, "%", None, least=40),
        Figure("... in random order", mean, "%", None, tuple(100 * one for one in chance[:5])),
        Figure("... minutes of talk", minutes, "min", None, least=30),
        Figure("... errors in it", errors, "", None, least=LEAST_ERRORS),
    ]


if __name__ == "__main__":
    found = talks_of(FITTED, Path(sys.argv[1]))
    print("weights", fit(found))
    print("on the same talks", removed(found, BUDGET), "random", removed(found, BUDGET, random.Random(1)))
