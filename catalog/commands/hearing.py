"""The command that hears a file without the catalog."""

import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from catalog import settings
from catalog.commands.output import AsJson, err, print_json
from media.audio import probe, to_wav
from transcribe.captions import to_podcast_json, to_srt, to_text, to_vtt
from transcribe.chunks import cut_at_silences
from transcribe.engine import Hints, load
from transcribe.guards import judge
from transcribe.sentences import to_utterances
from transcribe.timeline import Utterance

app = typer.Typer()


@app.command()
def transcribe(
    file: Annotated[Path, typer.Argument(help="A sound or video file.")],
    language: Annotated[str, typer.Option(help="Language spoken; otherwise it is heard.")] = "",
    names: Annotated[str, typer.Option(help="Names to expect, with commas.")] = "",
    as_vtt: Annotated[bool, typer.Option("--vtt", help="Print WebVTT captions.")] = False,
    as_srt: Annotated[bool, typer.Option("--srt", help="Print SRT captions.")] = False,
    as_podcast: Annotated[
        bool, typer.Option("--podcast-json", help="Print a Podcasting 2.0 transcript.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Hear one file and print its words; the catalog is not touched."""
    hints = Hints(language or None, tuple(name.strip() for name in names.split(",") if name.strip()))
    heard = _hear(file, hints)
    utterances: tuple[Utterance, ...] = heard.pop("spoken")
    if as_json:
        print_json({**heard, "utterances": [_utterance_json(one) for one in utterances]})
    elif as_vtt:
        sys.stdout.write(to_vtt(utterances))
    elif as_srt:
        sys.stdout.write(to_srt(utterances))
    elif as_podcast:
        sys.stdout.write(to_podcast_json(utterances))
    else:
        sys.stdout.write(to_text(utterances))


def _hear(file: Path, hints: Hints) -> dict[str, Any]:
    chosen = settings.current()
    length = probe(file).duration_ms
    engine = load(
        chosen.model,
        device=chosen.device,
        compute_type=chosen.compute_type,
        threads=chosen.threads,
        models_folder=chosen.models_folder,
    )
    if engine.info.note:
        err.print(engine.info.note, markup=False)
    spoken: list[Utterance] = []
    dropped = []
    languages = set()
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), console=err
    )
    with tempfile.TemporaryDirectory(prefix="presstalk-") as folder, bar:
        task = bar.add_task("preparing the sound", total=length)
        wav = Path(folder) / "sound.wav"
        to_wav(file, wav, lambda progress: bar.update(task, completed=progress.done))
        bar.update(task, description="hearing", completed=0)
        for span in cut_at_silences(wav, chosen.chunk_ms):
            heard = engine.hear(wav, span, hints, partial(_advance, bar, task, span.start_ms))
            judgement = judge(heard.segments)
            languages.add(heard.language)
            spoken += to_utterances(judgement.kept)
            dropped += [
                {"start_ms": one.segment.start_ms, "end_ms": one.segment.end_ms, "reason": one.flag.reason}
                for one in judgement.dropped
            ]
    return {
        "file": file.name,
        "duration_ms": length,
        "languages": sorted(languages),
        "engine": vars(engine.info),
        "dropped": dropped,
        "spoken": tuple(spoken),
    }


def _advance(bar: Progress, task: TaskID, before_ms: int, heard_ms: int) -> None:
    bar.update(task, completed=before_ms + heard_ms)


def _utterance_json(one: Utterance) -> dict[str, Any]:
    return {
        "start_ms": one.start_ms,
        "end_ms": one.end_ms,
        "language": one.language,
        "text": one.text,
        "words": [[word.start_ms, word.end_ms, word.text, round(word.probability, 3)] for word in one.words],
        "flags": [vars(flag) for flag in one.flags],
    }
