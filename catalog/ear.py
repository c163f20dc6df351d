"""Hearing one chunk into a file: the task of the child process that keeps the model loaded between chunks."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from catalog.settings import Settings
from transcribe.engine import Engine, EngineInfo, Heard, Hints, load
from transcribe.timeline import Span


@dataclass(frozen=True)
class EarSettings:
    """Which recogniser to load and how; see `transcribe.engine.load`."""

    model: str
    device: str
    compute_type: str
    threads: int
    models_folder: str


def ear_settings(settings: Settings, *, translates: bool = False) -> EarSettings:
    """The recogniser of a newsroom, or the one that translates for it."""
    return EarSettings(
        model=(translates and settings.translator) or settings.model,
        device=settings.device,
        compute_type=settings.compute_type,
        threads=settings.threads,
        models_folder=str(settings.models_folder),
    )


@dataclass(frozen=True)
class HeardChunk:
    """What one chunk's file holds: the engine's own result and who made it."""

    info: EngineInfo
    heard: Heard


@dataclass(frozen=True)
class HeardCount:
    """How much was heard, without a word of it: this is what the queue may write down."""

    segments: int
    language: str


_FILE = TypeAdapter(HeardChunk)


def hear_to_file(
    ear: EarSettings, wav: Path, span: Span, hints: Hints, target: Path, report: Callable[[int], None]
) -> HeardCount:
    """Hear `span` of the sound and write the result to `target`, whole or not at all."""
    engine = _loaded(ear)
    heard = engine.hear(wav, span, hints, report)
    partial = target.with_suffix(".part")
    partial.write_bytes(write_chunk(HeardChunk(engine.info, heard)))
    partial.replace(target)
    return HeardCount(len(heard.segments), heard.language)


def read_chunk(data: bytes) -> HeardChunk:
    """The chunk a file written by `hear_to_file` holds."""
    return _FILE.validate_python(json.loads(data))


def write_chunk(chunk: HeardChunk) -> bytes:
    """The bytes `read_chunk` reads."""
    return _FILE.dump_json(chunk)


@lru_cache(maxsize=1)
def _loaded(ear: EarSettings) -> Engine:
    return load(
        ear.model,
        device=ear.device,
        compute_type=ear.compute_type,
        threads=ear.threads,
        models_folder=Path(ear.models_folder),
    )
