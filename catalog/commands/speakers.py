"""The command that separates the voices of a file, without a catalog."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from catalog import settings
from catalog.commands.output import AsJson, clock, print_json, print_table, say
from media.audio import to_wav
from transcribe.diarize import diarize as separate
from transcribe.rttm import to_rttm
from transcribe.voice_model import find_voice_model

app = typer.Typer()


@app.command()
def diarize(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A sound or video file.")],
    rttm: Annotated[Path | None, typer.Option(help="Where the turns are written, as RTTM.")] = None,
    speakers: Annotated[
        int | None, typer.Option(min=1, help="How many people take part; otherwise it is found out.")
    ] = None,
    at_most: Annotated[bool, typer.Option("--at-most", help="Fewer than --speakers may be heard.")] = False,
    as_json: AsJson = False,
) -> None:
    """Separate the voices of a file: who speaks when, under labels."""
    model = find_voice_model(settings.current().models_folder)
    with TemporaryDirectory() as folder:
        wav = Path(folder) / "sound.wav"
        to_wav(file, wav, lambda _done: None)
        found = separate(wav, model, speakers=speakers, at_most=at_most)
    if rttm is not None:
        rttm.write_text(to_rttm(found.turns, file.stem), encoding="utf-8")
    if as_json:
        print_json(
            {"turns": [vars(turn) for turn in found.turns], "voices": found.voices, "model": found.model}
        )
    elif rttm is not None:
        say(f"{len(found.labels)} voices in {len(found.turns)} turns, written to {rttm}.")
    else:
        rows = ((clock(t.start_ms), clock(t.end_ms), t.label, f"{t.posterior:.2f}") for t in found.turns)
        print_table(("from", "to", "voice", "sure"), rows, empty="Nobody speaks in this file.")
