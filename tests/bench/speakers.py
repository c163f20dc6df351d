"""`make bench-speakers DIR=...`: how well voices are told apart and named, on a set with the truth, and what it costs.

DIR holds manifest.json, <episode>.opus, <episode>.rttm and the recordings to enrol from. Every figure with its bar is
left in bench/speakers.json, the calibration plot in docs/. On one thread as the bar has it:
`OPENBLAS_NUM_THREADS=1 python -m tests.bench.speakers DIR`. Idle threads of the linear algebra count as CPU time.
`--long` measures the memory of three hours too, which takes some minutes more.
"""

import json
import subprocess
import sys
import time
import wave
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from media.ffmpeg import ffmpeg_path
from tests.bench import open_set
from tests.bench.calibration_plot import draw
from tests.bench.figures import Figure
from tests.bench.word_turns import Misplaced, misplaced
from transcribe.diarize import diarize
from transcribe.guess import NAMED
from transcribe.names import Member
from transcribe.naming import name_voices
from transcribe.prints import compare_voices, make_print
from transcribe.rttm import read_rttm
from transcribe.timeline import VoiceTurn
from transcribe.tracks import length_ms
from transcribe.turn_score import NamedSpeech, TurnError, named_speech, turn_error
from transcribe.turns import Diarization
from transcribe.voice_model import fetch_voice_model
from transcribe.voice_print import VoicePrint

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "bench"
PLOT = ROOT / "docs" / "calibration.svg"
COLLAR_MS = 250
SEEDS = 5
LONG_S = 3 * 3600
HEAVY = ("torch", "librosa", "numba")
_HEARD = TypeAdapter(Diarization)


@dataclass(frozen=True)
class Talk:
    """An episode of the set, its truth, and what was heard in it: with the cast's number of people, and without."""

    episode: dict[str, Any]
    truth: tuple[VoiceTurn, ...]
    found: Diarization
    alone: Diarization
    cpu_s: float
    length_ms: int

    @property
    def people(self) -> list[str]:
        return [self.episode["moderator"], *self.episode["guests"]]


def as_wav(sound: Path, wav: Path) -> Path:
    """A sound as the voice encoder gets it, made once."""
    if not wav.exists():
        words = ["-v", "error", "-y", "-i", str(sound), "-ar", "16000", "-ac", "1", "-c:a", "pcm_s16le"]
        subprocess.run([ffmpeg_path(), *words, str(wav)], check=True)
    return wav


def hear(folder: Path, episode: dict[str, Any], work: Path, model: Path) -> Talk:
    wav = as_wav(folder / episode["audio"], work / f"{episode['id']}.wav")
    length = length_ms(wav)
    rows = read_rttm((folder / episode["rttm"]).read_text(), length)
    truth = tuple(replace(turn, label=turn.label.replace("_", " ")) for turn in rows)
    began = time.process_time()
    found = diarize(wav, model, speakers=1 + len(episode["guests"]))
    cpu_s = time.process_time() - began
    return Talk(episode, truth, found, diarize(wav, model), cpu_s, length)


def measure_turns(talks: Sequence[Talk]) -> Iterator[Figure]:
    errors = [turn_error(talk.truth, talk.found.turns, collar_ms=COLLAR_MS) for talk in talks]
    clear = [turn_error(t.truth, t.found.turns, collar_ms=COLLAR_MS, overlap=False) for t in talks]
    total = sum(errors, TurnError(0, 0, 0, 0))
    yield Figure("diarization error, with overlap", total.rate, "", 0.025, tuple(e.rate for e in errors))
    yield Figure("... of which missed", total.missed_ms / total.spoken_ms, "", None)
    yield Figure("... of which confused", total.confused_ms / total.spoken_ms, "", None)
    yield Figure("diarization error, without overlap", sum(clear, TurnError(0, 0, 0, 0)).rate, "", None)
    counted = [len(talk.found.labels) == len(talk.people) for talk in talks]
    alone = [len(talk.alone.labels) == len(talk.people) for talk in talks]
    yield Figure("speakers counted right, from the cast", sum(counted) / len(talks), "", None, least=1.0)
    yield Figure("speakers counted right, on its own", sum(alone) / len(talks), "", None, least=5 / 6)
    # Episodes of five minutes pay the clustering as dearly as an hour does: an hour costs less than this.
    cost = sum(talk.cpu_s for talk in talks) / sum(talk.length_ms for talk in talks)
    yield Figure("CPU for an hour of sound, one thread", 3_600_000 * cost, "s", 75)


def name_talk(talk: Talk, known: Sequence[VoicePrint]) -> NamedSpeech:
    """The talk's speech under the names that are printed without a doubt."""
    cast = [Member(who, (who,), "guest" if at else "moderator") for at, who in enumerate(talk.people)]
    scores = compare_voices(talk.found, known)
    ratios = {pair: score.log_likelihood for pair, score in scores.items()}
    guesses = name_voices(cast, talk.found.turns, voices=ratios)
    names = {guess.label: guess.person for guess in guesses if guess.person and guess.probability >= NAMED}
    return named_speech(talk.truth, talk.found.turns, names)


def measure_names(talks: Sequence[Talk], prints: Mapping[str, VoicePrint]) -> Iterator[Figure]:
    nothing = NamedSpeech(0, 0, 0, 0)
    every = sum((name_talk(talk, [prints[who] for who in talk.people]) for talk in talks), nothing)
    yield Figure("named speech right, all enrolled", every.accuracy, "", None, least=0.985)
    yield Figure("named speech recall, all enrolled", every.recall, "", None, least=0.95)
    pairs = [talk for talk in talks if len(talk.people) == 2]
    known = (name_talk(talk, [prints[talk.people[0]]]) for talk in pairs)
    yield Figure(
        "named speech right, one guest, the moderator enrolled",
        sum(known, nothing).accuracy,
        "",
        None,
        least=0.985,
    )


def measure_words(talks: Sequence[Talk]) -> Iterator[Figure]:
    for which in ("our turns", "true turns"):
        total = Misplaced()
        for talk in talks:
            turns = talk.found.turns if which == "our turns" else talk.truth
            total = sum((misplaced(talk.truth, turns, seed) for seed in range(SEEDS)), total)
        yield Figure(f"words to the wrong speaker, {which}", total.share, "", 0.006)
        yield Figure(f"... within 1 s of a change, {which}", total.share_near, "", 0.025)


def measure_imports() -> Figure:
    code = "import sys, transcribe.diarize, transcribe.print_files, transcribe.naming, transcribe.rttm"
    code += f"\nprint(len({{*{HEAVY!r}}} & {{*sys.modules}}))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return Figure(f"of {', '.join(HEAVY)} loaded", int(said.stdout), "", 0)


def measure_memory(work: Path, model: Path, talks: Sequence[Talk]) -> Figure:
    """The most memory of a process that diarizes three hours: the set again and again."""
    sound = work / "long.wav"
    if not sound.exists():
        with wave.open(str(sound), "wb") as long:
            long.setparams((1, 2, 16_000, 0, "NONE", ""))
            for talk in cycle(talks):
                with wave.open(str(work / f"{talk.episode['id']}.wav"), "rb") as one:
                    long.writeframes(one.readframes(one.getnframes()))
                if long.getnframes() >= LONG_S * 16_000:
                    break
    people = len({person for talk in talks for person in talk.people})
    code = (
        "import resource; from pathlib import Path; from transcribe.diarize import diarize\n"
        f"diarize(Path({str(sound)!r}), Path({str(model)!r}), speakers={people})\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    sound.unlink()
    return Figure("most memory of three hours", int(said.stdout) / 1000, "MB", 900)


def keep(talk: Talk, work: Path) -> None:
    """What was heard, for whoever measures more."""
    (work / f"{talk.episode['id']}.json").write_bytes(_HEARD.dump_json(talk.found))


def measure(folder: Path, long: bool) -> list[Figure]:
    work = FOLDER / "speakers"
    work.mkdir(parents=True, exist_ok=True)
    model = fetch_voice_model(work / "models", print)
    manifest = json.loads((folder / "manifest.json").read_text())
    talks = []
    for episode in manifest["episodes"]:
        talks.append(hear(folder, episode, work, model))
        keep(talks[-1], work)
        print(f"{episode['id']} heard", flush=True)
    prints = {
        one["name"]: make_print(
            as_wav(folder / one["enrol"], work / f"enrol-{key}.wav"), one["name"], "studio", model
        )
        for key, one in manifest["speakers"].items()
    }
    figures = [*measure_turns(talks), *measure_names(talks, prints), *measure_words(talks), measure_imports()]
    print("trials with absent people ...", flush=True)
    recordings = open_set.record(folder, manifest["episodes"], work, model)
    tried = open_set.trials(folder, manifest["episodes"], recordings, prints, work)
    answers = [answer for trial in tried for answer in trial]
    PLOT.write_text(draw(answers), encoding="utf-8")
    figures += open_set.figures(answers)
    return [*figures, measure_memory(work, model, talks)] if long else figures


def main(words: Sequence[str]) -> int:
    folders = [Path(word) for word in words if word != "--long"]
    if len(folders) != 1 or not folders[0].is_dir():
        print("Name the folder of a set: make bench-speakers DIR=...")
        return 2
    folder = folders[0] if (folders[0] / "manifest.json").exists() else folders[0] / "dev"
    figures = measure(folder, "--long" in words)
    (FOLDER / "speakers.json").write_text(json.dumps([one.as_json() for one in figures], indent=1) + "\n")
    for one in figures:
        bar = f"{one.bar}: {'holds' if one.holds else 'DOES NOT HOLD'}" if one.bar else ""
        print(f"{one.name:56s} {one.shown:>10s}   {bar}")
    return 0 if all(one.holds for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
