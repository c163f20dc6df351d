"""Names in an open set of real voices: every guest of a talk is absent in turn and the enrolled voice most like
theirs is listed instead, over every line. Whose voice is whose comes from the truth, not from a diarizer."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from media.ffmpeg import ffmpeg_path
from tests.bench.figures import Figure
from tests.bench.naming import Answer, calibration_error
from transcribe.names import Member
from transcribe.naming import name_voices
from transcribe.prints import compare_voices
from transcribe.rttm import read_rttm
from transcribe.timeline import VoiceTurn
from transcribe.tracks import gain_for, length_ms
from transcribe.turns import Diarization
from transcribe.voice_print import VOICE_MODEL, VoicePrint
from transcribe.voices import Floats, VoiceEncoder, unit
from transcribe.windows import HOP_MS, embed_speech

REPEATS = 13  # of every absent guest over every line: 624 trials on the development set
PIECE_S = (8, 60)  # how much of a label a trial hears
MOST_SPANS_MS = 60_000
# What the lines of the set were made with is not known. These are made another way than `transcribe.lines`: real
# codecs, reflections instead of a tail. A voice that the set itself has over a line is taken as it is there.
OPUS = ("-ac", "1", "-c:a", "libopus", "-b:a")
LINES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "zoom": ("highpass=f=90,aecho=0.8:0.8:9|23|41|67:0.5|0.35|0.25|0.15", (*OPUS, "16k"), "ogg"),
    "laptop": (
        "highpass=f=170,lowpass=f=6200,aecho=0.8:0.8:6|17|31|53|89:0.6|0.45|0.35|0.25|0.15",
        (*OPUS, "24k"),
        "ogg",
    ),
    "phone": ("highpass=f=300,lowpass=f=3400", ("-ar", "8000", "-ac", "1", "-c:a", "pcm_mulaw"), "wav"),
}
CHANNELS = ("studio", *LINES)


@dataclass(frozen=True)
class Recording:
    """The windows of one person in one talk, over one line."""

    person: str
    channel: str
    vectors: Floats


def record(folder: Path, episodes: Sequence[dict[str, Any]], work: Path, model: Path) -> list[Recording]:
    """Everybody in every talk over the line of the set, and who is in the studio over the other lines too."""
    encoder = VoiceEncoder(model)
    found = []
    for episode in episodes:
        wav = work / f"{episode['id']}.wav"
        truth = read_rttm((folder / episode["rttm"]).read_text(), length_ms(wav))
        sounds = {"": wav} | {line: _over(line, wav, work) for line in LINES}
        for person, channel in episode["channels"].items():
            turns = [turn for turn in truth if turn.label == _key(person) and not turn.overlap]
            for line in sounds if channel == "studio" else [""]:
                vectors = _listen(sounds[line], turns, encoder)
                found.append(Recording(person, line or channel, vectors))
    return found


def _key(person: str) -> str:
    return person.replace(" ", "_")


def _over(line: str, wav: Path, work: Path) -> Path:
    target = work / f"{wav.stem}-{line}.wav"
    if not target.exists():
        filters, words, kind = LINES[line]
        heard = work / f"{wav.stem}-{line}-heard.{kind}"
        quiet = [ffmpeg_path(), "-v", "error", "-y", "-i"]
        subprocess.run([*quiet, str(wav), "-af", filters, *words, str(heard)], check=True)
        subprocess.run(
            [*quiet, str(heard), "-ar", "16000", "-ac", "1", "-c:a", "pcm_s16le", str(target)], check=True
        )
    return target


def _listen(wav: Path, turns: Sequence[VoiceTurn], encoder: VoiceEncoder) -> Floats:
    spans, total = [], 0
    for turn in turns:
        if total < MOST_SPANS_MS:
            spans.append(turn.span)
            total += turn.span.duration_ms
    windows = embed_speech(wav, spans, encoder, gain=gain_for(wav))
    return windows.vectors.read()[windows.are_clear]


def trials(
    folder: Path,
    episodes: Sequence[dict[str, Any]],
    recordings: Sequence[Recording],
    prints: Mapping[str, VoicePrint],
    work: Path,
) -> Iterator[list[Answer]]:
    """The answers of every trial, in an order that is always the same."""
    seed = 0
    for episode in episodes:
        total = length_ms(work / f"{episode['id']}.wav")
        truth = read_rttm((folder / episode["rttm"]).read_text(), total)
        for absent in episode["guests"]:
            for channel in CHANNELS:
                for _repeat in range(REPEATS):
                    seed += 1
                    yield _trial(episode, truth, absent, channel, recordings, prints, seed)


def _trial(
    episode: dict[str, Any],
    truth: Sequence[VoiceTurn],
    absent: str,
    channel: str,
    recordings: Sequence[Recording],
    prints: Mapping[str, VoicePrint],
    seed: int,
) -> list[Answer]:
    chance = np.random.default_rng(seed)
    people = [episode["moderator"], *episode["guests"]]
    strangers = [person for person in prints if person not in people]
    stand_in = max(strangers, key=lambda one: float(np.dot(prints[one].vector, prints[absent].vector)))
    listed = [stand_in if person == absent else person for person in people]
    voices = {
        _key(person): _piece(recordings, person, channel if at else "studio", chance)
        for at, person in enumerate(people)
    }
    heard = Diarization(tuple(truth), voices, VOICE_MODEL)
    scores = compare_voices(heard, [prints[person] for person in listed])
    cast = [Member(person, (person,), "guest" if at else "moderator") for at, person in enumerate(listed)]
    ratios = {pair: score.log_likelihood for pair, score in scores.items()}
    guesses = name_voices(cast, truth, voices=ratios)
    truths = {_key(person): None if person == absent else person for person in people}
    return [Answer(guess, truths[guess.label]) for guess in guesses]


def _piece(
    recordings: Sequence[Recording], person: str, channel: str, chance: np.random.Generator
) -> tuple[float, ...]:
    own = [one for one in recordings if (one.person, one.channel) == (person, channel)]
    vectors = own[int(chance.integers(len(own)))].vectors
    count = min(len(vectors), int(chance.uniform(*PIECE_S) * 1000 / HOP_MS))
    first = int(chance.integers(len(vectors) - count + 1))
    return tuple(float(x) for x in unit(vectors[first : first + count].sum(0)))


def figures(answers: Sequence[Answer]) -> list[Figure]:
    absent = [answer for answer in answers if answer.truth is None]
    present = [answer for answer in answers if answer.truth is not None]
    named = [answer for answer in answers if answer.guess.person]
    printed = [answer for answer in answers if answer.printed]
    return [
        Figure("open set: absent guests printed as a look-alike", _share(absent, "printed"), "", 0.03),
        Figure("open set: present people printed by name", _share(present, "told"), "", None, least=0.85),
        Figure("open set: names printed that are wrong", 1 - _share(printed, "right"), "", 0.03),
        Figure("open set: calibration error", calibration_error(list(named)), "", 0.04),
        Figure("open set: Brier score over a constant guess's", brier(answers), "", 1),
    ]


def brier(answers: Sequence[Answer]) -> float:
    """The Brier score of all answers, "nobody of the cast" being one, over that of their share of right ones."""
    right = [answer.right if answer.guess.person else answer.truth is None for answer in answers]
    score = np.mean([(a.guess.probability - r) ** 2 for a, r in zip(answers, right, strict=True)])
    return float(score / max(1e-9, np.mean(right) * (1 - np.mean(right))))


def _share(answers: Sequence[Answer], what: str) -> float:
    return sum(getattr(answer, what) for answer in answers) / len(answers)
