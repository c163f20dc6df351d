"""`make bench-speakers DIR=...`: how well voices are separated, on a set with the truth, and what it costs.

DIR holds manifest.json, <episode>.opus and <episode>.rttm. Turns and the voice of each label are left under
bench/speakers/ as <episode>.json, for whoever measures names. To run it alone, on one thread as the bar has it:
`OPENBLAS_NUM_THREADS=1 python -m tests.bench.speakers DIR`. Idle threads of the linear algebra count as CPU time.
"""

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from media.ffmpeg import ffmpeg_path
from transcribe.diarize import diarize
from transcribe.rttm import read_rttm
from transcribe.timeline import VoiceTurn
from transcribe.turn_score import TurnError, turn_error
from transcribe.turns import Diarization
from transcribe.voice_model import fetch_voice_model

FOLDER = Path(__file__).parents[2] / "bench"
COLLAR_MS = 250
NOTHING = TurnError(0, 0, 0, 0)
# What is promised (figure, most or least).
MOST = {"der": 0.025, "cpu_s_per_hour": 75.0}
LEAST = {"counted_with_cast": 1.0, "counted_alone": 5 / 6}


@dataclass(frozen=True)
class Scored:
    """One episode: the error with overlap and without, whether the count was right, CPU seconds."""

    episode: str
    with_overlap: TurnError
    without_overlap: TurnError
    counted_with_cast: bool
    counted_alone: bool
    cpu_s: float
    length_s: float


def sound(folder: Path, episode: dict[str, Any], work: Path) -> Path:
    """The episode as the recogniser gets it, made once."""
    wav = work / f"{episode['id']}.wav"
    if not wav.exists():
        words = ["-v", "error", "-y", "-i", str(folder / episode["audio"]), "-ar", "16000", "-ac", "1"]
        subprocess.run([ffmpeg_path(), *words, "-c:a", "pcm_s16le", str(wav)], check=True)
    return wav


def score_episode(folder: Path, episode: dict[str, Any], work: Path, model: Path) -> Scored:
    wav = sound(folder, episode, work)
    length_s = wav.stat().st_size / 32_000
    truth = read_rttm((folder / episode["rttm"]).read_text(), int(length_s * 1000))
    people = 1 + len(episode["guests"])
    began = time.process_time()
    found = diarize(wav, model, speakers=people)
    cpu_s = time.process_time() - began
    alone = diarize(wav, model)
    keep(found, episode["id"], work)
    return Scored(
        episode["id"],
        turn_error(truth, found.turns, collar_ms=COLLAR_MS),
        turn_error(truth, found.turns, collar_ms=COLLAR_MS, overlap=False),
        len(found.labels) == people,
        len(alone.labels) == people,
        cpu_s,
        length_s,
    )


def keep(found: Diarization, episode: str, work: Path) -> None:
    """What measuring names needs: turns, the voice of each label and the model that made it."""
    kept = {"turns": [asdict(turn) for turn in found.turns], "voices": found.voices, "model": found.model}
    (work / f"{episode}.json").write_text(json.dumps({"episode": episode, **kept}) + "\n")


def kept(episode: str, work: Path = FOLDER / "speakers") -> Diarization:
    """What `keep` left."""
    read = json.loads((work / f"{episode}.json").read_text())
    turns = tuple(VoiceTurn(**turn) for turn in read["turns"])
    return Diarization(turns, {label: tuple(v) for label, v in read["voices"].items()}, read["model"])


def measure(folder: Path) -> dict[str, float]:
    """The figures over all episodes, each also printed; the hypotheses are kept."""
    work = FOLDER / "speakers"
    work.mkdir(parents=True, exist_ok=True)
    model = fetch_voice_model(work / "models", print)
    scored = []
    for episode in json.loads((folder / "manifest.json").read_text())["episodes"]:
        scored.append(score_episode(folder, episode, work, model))
        print(f"{episode['id']}: {100 * scored[-1].with_overlap.rate:.2f} %", flush=True)
    total = sum((one.with_overlap for one in scored), NOTHING)
    return {
        "der": total.rate,
        "der_missed": total.missed_ms / total.spoken_ms,
        "der_invented": total.invented_ms / total.spoken_ms,
        "der_confused": total.confused_ms / total.spoken_ms,
        "der_without_overlap": sum((one.without_overlap for one in scored), NOTHING).rate,
        "counted_with_cast": sum(one.counted_with_cast for one in scored) / len(scored),
        "counted_alone": sum(one.counted_alone for one in scored) / len(scored),
        # Episodes of five minutes pay the clustering as dearly as an hour does: an hour costs less than this.
        "cpu_s_per_hour": 3600 * sum(one.cpu_s for one in scored) / sum(one.length_s for one in scored),
    }


def main(folder: Path) -> int:
    figures = measure(folder)
    holds = all(figures[name] <= most for name, most in MOST.items())
    holds &= all(figures[name] >= least for name, least in LEAST.items())
    (FOLDER / "speakers.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures, indent=1))
    print("every bar holds" if holds else "A BAR DOES NOT HOLD")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
