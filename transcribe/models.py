"""The recogniser models a newsroom can choose from, and where they lie on this machine. Fetches and loads nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

# Written beside a fetched model: where it came from and the digest of every file.
RECORD = "presstalk-model.json"
# Any model folder may carry a line for people in its config.json, shown wherever the model is named.
NOTE_FIELD = "presstalk_note"
REQUIRED_FILES = ("config.json", "model.bin", "tokenizer.json")


@dataclass(frozen=True)
class HubModel:
    """A model by the name faster-whisper knows it: hub repository, size on disk and what it is good for; some write
    what is spoken whatever they are asked."""

    name: str
    repository: str
    megabytes: int
    multilingual: bool
    advice: str
    translates: bool = True


HUB_MODELS = (
    HubModel("tiny", "Systran/faster-whisper-tiny", 76, True, "trying things out; not for publishing"),
    HubModel("base", "Systran/faster-whisper-base", 145, True, "a draft in clear English on an old machine"),
    HubModel("small", "Systran/faster-whisper-small", 484, True, "CPU: usable English, weak Urdu"),
    HubModel("medium", "Systran/faster-whisper-medium", 1528, True, "CPU overnight: fair Urdu and Hindi"),
    HubModel("large-v2", "Systran/faster-whisper-large-v2", 3087, True, "GPU: when large-v3 invents text"),
    HubModel(
        "large-v3", "Systran/faster-whisper-large-v3", 3091, True, "GPU with 6 GB or more: the best Urdu"
    ),
    HubModel(
        "large-v3-turbo",
        "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
        1622,
        True,
        "the first choice on CPU and GPU: near large-v3, several times faster; does not translate",
        translates=False,  # https://github.com/openai/whisper#available-models-and-languages
    ),
    HubModel("tiny.en", "Systran/faster-whisper-tiny.en", 76, False, "trying things out, English only"),
    HubModel("base.en", "Systran/faster-whisper-base.en", 145, False, "English only"),
    HubModel("small.en", "Systran/faster-whisper-small.en", 484, False, "CPU: English only"),
    HubModel("medium.en", "Systran/faster-whisper-medium.en", 1528, False, "English only"),
    HubModel("distil-large-v3", "Systran/faster-distil-whisper-large-v3", 1514, False, "fast, English only"),
    HubModel("distil-large-v3.5", "distil-whisper/distil-large-v3.5-ct2", 1514, False, "fast, English only"),
    HubModel("distil-small.en", "Systran/faster-distil-whisper-small.en", 332, False, "fast, English only"),
)


def find_hub_model(name: str) -> HubModel | None:
    """A listed model by its name, None when it is not listed.

    >>> find_hub_model("large-v3").megabytes
    3091
    """
    return next((model for model in HUB_MODELS if model.name == name), None)


def repository_of(name: str) -> str | None:
    """The hub repository a name stands for: a listed name, or OWNER/NAME itself; None for anything else.

    >>> repository_of("tiny"), repository_of("someone/whisper-ur-ct2"), repository_of("enormous")
    ('Systran/faster-whisper-tiny', 'someone/whisper-ur-ct2', None)
    """
    if listed := find_hub_model(name):
        return listed.repository
    owner, slash, rest = name.partition("/")
    simple = owner and rest and "/" not in rest and not name.startswith((".", "~")) and "\\" not in name
    return name if slash and simple else None


def folder_of(name: str, models_folder: Path) -> Path:
    """Where a fetched hub model lies."""
    return models_folder / name.replace("/", "--")


def find_model(name: str, models_folder: Path | None) -> Path | None:
    """The folder of a model that can be loaded without a network, or None.

    A local folder wins; of fetched ones only those whose fetch was finished (their record is written last).
    """
    local = Path(name).expanduser()
    if local.is_dir():
        return local
    fetched = folder_of(name, models_folder) if models_folder and repository_of(name) else None
    return fetched if fetched and (fetched / RECORD).is_file() else None


def shown_name(model: str) -> str:
    """What a model is called where people read it: never a path of this machine.

    >>> shown_name("large-v3"), shown_name("/srv/models/whisper-ur/")
    ('large-v3', 'whisper-ur')
    """
    return Path(model).name if Path(model).is_absolute() or Path(model).is_dir() else model


def missing_files(folder: Path) -> list[str]:
    """Files a CTranslate2 Whisper model needs and this folder lacks or has empty."""
    return [
        name for name in REQUIRED_FILES if not (folder / name).is_file() or not (folder / name).stat().st_size
    ]


def read_note(folder: Path) -> str:
    """The line for people that a model carries, such as the demo model's warning; empty for most."""
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        return ""
    note = config.get(NOTE_FIELD, "") if isinstance(config, dict) else ""
    return note if isinstance(note, str) else ""
