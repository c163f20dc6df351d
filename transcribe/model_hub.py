"""Fetching recogniser models from a hub and checking what was fetched. Which models there are is in `models`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import huggingface_hub
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
from tqdm.auto import tqdm

from transcribe.engine import load
from transcribe.errors import ModelMissing, TranscribeError
from transcribe.models import RECORD, find_model, folder_of, missing_files, repository_of

# The files faster-whisper takes from a repository.
WANTED = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*")


@dataclass(frozen=True)
class Check:
    """What was found when a model was verified: `problems` is empty when all is well."""

    folder: Path
    problems: tuple[str, ...] = ()
    note: str = ""

    @property
    def ok(self) -> bool:
        return not self.problems


def fetch(
    name: str,
    models_folder: Path,
    report: Callable[[int, int | None], None] = lambda _done, _total: None,
    endpoint: str | None = None,
) -> Path:
    """Fetch a model from the hub (or a mirror at `endpoint`) and give its folder; a cut fetch goes on where it stopped.

    `report` gets bytes done and bytes in all. Digests of all files are recorded last, which marks the model
    as complete. Raises ModelMissing.
    """
    repository = repository_of(name)
    if repository is None:
        raise ModelMissing(missing_sentence(name, "it is neither a folder nor a model name"))
    folder = folder_of(name, models_folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        huggingface_hub.snapshot_download(
            repository,
            local_dir=folder,
            allow_patterns=list(WANTED),
            tqdm_class=_reporting_to(report),
            endpoint=endpoint,
        )
    except (HfHubHTTPError, LocalEntryNotFoundError, httpx.HTTPError, OSError, ValueError) as error:
        raise ModelMissing(missing_sentence(name, _first_line(error))) from error
    if missing := missing_files(folder):
        raise ModelMissing(missing_sentence(name, f"{repository} has no {', '.join(missing)}"))
    _write_record(folder, name, repository)
    return folder


def obtain(name: str, models_folder: Path | None) -> Path:
    """The folder of a model, fetched first when it is only on the hub. Raises ModelMissing."""
    if found := find_model(name, models_folder):
        return found
    if models_folder is None:
        raise ModelMissing(missing_sentence(name, "there is no such folder"))
    return fetch(name, models_folder)


def verify(name: str, models_folder: Path | None) -> Check:
    """Check a model: files present, digests as recorded when fetched, and it loads. Raises ModelMissing."""
    folder = find_model(name, models_folder)
    if folder is None:
        raise ModelMissing(missing_sentence(name, "it has not been fetched"))
    problems = [f"{file} is missing" for file in missing_files(folder)] or _changed_files(folder)
    if problems:
        return Check(folder, tuple(problems))
    try:
        return Check(folder, note=load(str(folder), device="cpu").info.note)
    except TranscribeError as error:
        return Check(folder, (error.sentence,))


def missing_sentence(name: str, why: str) -> str:
    """What a producer reads when a model is not there."""
    return (
        f"The recogniser model “{name}” is not on this machine ({why}). Fetch it with `presstalk models fetch "
        f"{name}` where the model hub can be reached, or set PRESSTALK_MODEL to the folder of a model."
    )


def _write_record(folder: Path, name: str, repository: str) -> None:
    files = {
        path.name: _digest(path)
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != RECORD
    }
    text = json.dumps({"name": name, "repository": repository, "sha256": files}, indent=1)
    half = folder / f"{RECORD}.part"
    half.write_text(text + "\n", encoding="utf-8")
    half.replace(folder / RECORD)


def _changed_files(folder: Path) -> list[str]:
    """Files that are not what the record says; a folder that was never fetched has no record to break."""
    record = folder / RECORD
    if not record.is_file():
        return []
    try:
        digests = dict(json.loads(record.read_bytes())["sha256"])
    except (ValueError, KeyError, TypeError):
        return [f"{RECORD} cannot be read"]
    return [
        f"{name} is not the file that was fetched"
        for name, digest in digests.items()
        if not (folder / name).is_file() or _digest(folder / name) != digest
    ]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200].rstrip(". ")


def _reporting_to(report: Callable[[int, int | None], None]) -> type[Any]:
    """A progress bar that draws nothing and hands its bytes on; the hub library accepts no plain callback."""

    class Reporter(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{**kwargs, "disable": True})
            self.bytes = kwargs.get("unit") == "B"
            self.done = int(kwargs.get("initial") or 0)

        def update(self, n: float | None = 1) -> bool | None:
            self.done += int(n or 0)
            if self.bytes:
                report(self.done, int(self.total) if self.total else None)
            return None

    return Reporter
