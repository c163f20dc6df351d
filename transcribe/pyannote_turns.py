"""Turns by pyannote.audio, for those who installed it: heavier, better where people talk over each other."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transcribe.errors import ModelMissing
from transcribe.timeline import VoiceTurn
from transcribe.tracks import length_ms
from transcribe.turns import Diarization, in_order, mark_overlaps

PIPELINE = "pyannote/speaker-diarization-community-1"


@dataclass(frozen=True)
class Pyannote:
    """pyannote's pipeline as a diarizer; see `turns.Diarizer`. `token`: its hub gives the model to known people only.

    Its voices cannot be compared with our prints, so it gives turns alone. Raises ModelMissing.
    """

    token: str = ""
    pipeline: str = PIPELINE

    def separate(
        self, wav: Path, speakers: int | None, at_most: int | None, report: Callable[[int], None]
    ) -> Diarization:
        wanted = {"max_speakers": at_most} if at_most else {"num_speakers": speakers} if speakers else {}
        heard = self._load()(str(wav), **wanted)
        # Version 4 gives an object that carries the annotation, version 3 the annotation itself.
        tracks = getattr(heard, "speaker_diarization", heard).itertracks(yield_label=True)
        total = length_ms(wav)
        report(total)
        return Diarization(in_order(mark_overlaps(_turns(tracks, total))))

    def _load(self) -> Any:
        try:
            audio = importlib.import_module("pyannote.audio")
        except ImportError as error:
            raise ModelMissing(
                "pyannote.audio is not installed here. Install it with `pip install pyannote.audio`, or let the "
                "diarizer of the house do it."
            ) from error
        try:
            loaded = audio.Pipeline.from_pretrained(self.pipeline, token=self.token or None)
        except Exception as error:  # what its hub client raises differs from version to version
            raise ModelMissing(f"The model {self.pipeline} cannot be loaded: {error}") from error
        if loaded is None:
            raise ModelMissing(
                f"The hub does not give {self.pipeline} without a token. Accept its terms there and set the token."
            )
        return loaded


def _turns(tracks: Any, total_ms: int) -> list[VoiceTurn]:
    spans = [
        (round(segment.start * 1000), min(round(segment.end * 1000), total_ms), str(label))
        for segment, _track, label in tracks
    ]
    return [VoiceTurn(max(0, start), end, label) for start, end, label in spans if end > max(0, start)]
