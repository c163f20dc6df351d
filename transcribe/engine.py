"""What every recogniser offers the pipeline, and how one is loaded. The recognisers themselves live beside this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from transcribe.timeline import Segment, Span


@dataclass(frozen=True)
class Hints:
    """What is known before listening.

    `language` is a BCP 47 tag, None to detect it; `other_languages` may be spoken too, passage by passage;
    `names` (the cast) and `glossary` are offered to the recogniser as likely words, the first ones first.
    With `translate` English is written, whatever is spoken; its segments then have no words of their own times.
    """

    language: str | None = None
    names: tuple[str, ...] = ()
    glossary: tuple[str, ...] = ()
    other_languages: tuple[str, ...] = ()
    translate: bool = False


@dataclass(frozen=True)
class EngineInfo:
    """Who heard it and how; recorded on the track. `note` is a line for people: why CPU, what a model is for."""

    engine: str
    model: str
    version: str
    device: str
    compute_type: str
    note: str = ""
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    """What an engine heard in one span.

    Times in `segments` count from the start of the recording. `raw` is the engine's own result, JSON-able and
    never edited. `language_probability` is None when the language was given.
    """

    segments: tuple[Segment, ...]
    language: str
    language_probability: float | None
    raw: dict[str, Any]


class Engine(Protocol):
    """A recogniser, loaded and ready."""

    @property
    def info(self) -> EngineInfo: ...

    def hear(self, wav: Path, span: Span, hints: Hints, report: Callable[[int], None]) -> Heard:
        """Write down the speech in `span` of a 16 kHz mono WAV; `report` gets the milliseconds heard so far.

        Raises AudioUnreadable, OutOfMemory, CannotTranslate.
        """
        ...


def load(
    model: str,
    *,
    device: str = "auto",
    compute_type: str = "auto",
    threads: int = 0,
    models_folder: Path | None = None,
) -> Engine:
    """Load a model by local folder or hub name, from `models_folder` or, when it is not there yet, from the hub.

    `device` is auto, cpu or cuda; `compute_type` auto or CTranslate2's name for one; 0 `threads` means one
    per core that this process may use. Raises ModelMissing, DeviceUnusable, OutOfMemory.
    """
    # Heavy: CTranslate2, onnxruntime and PyAV. Only a process that really listens pays for them.
    from transcribe.whisper import load_whisper

    return load_whisper(
        model, device=device, compute_type=compute_type, threads=threads, models_folder=models_folder
    )
