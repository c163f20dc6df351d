"""Opening a Whisper model on the device and in the number format that really work here. Hears nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ctranslate2
import faster_whisper
import numpy as np

from transcribe.device import choose_compute_types
from transcribe.errors import DeviceUnusable, ModelMissing, OutOfMemory
from transcribe.model_hub import missing_sentence


def start_model(folder: Path, device: str, compute_type: str, threads: int) -> tuple[Any, str]:
    """A loaded WhisperModel, and a line saying why it runs on the CPU when the device was left to us."""
    if device == "cpu":
        return _open(folder, "cpu", compute_type, threads), ""
    if device == "auto" and not ctranslate2.get_cuda_device_count():
        return _open(folder, "cpu", compute_type, threads), "on the CPU: no CUDA device found"
    try:
        return _open(folder, "cuda", compute_type, threads), ""
    except DeviceUnusable as error:
        if device != "auto":
            raise
        return _open(folder, "cpu", compute_type, threads), f"on the CPU: {error.sentence}"


def _open(folder: Path, device: str, compute_type: str, threads: int) -> Any:
    """Open the model in the best number format that fits, and prove on a GPU that it really computes."""
    supported = ctranslate2.get_supported_compute_types(device) if _has(device) else ()
    for kind in (kinds := choose_compute_types(device, compute_type, supported)):
        try:
            whisper = faster_whisper.WhisperModel(
                str(folder), device=device, compute_type=kind, cpu_threads=threads
            )
            if device == "cuda":
                # A driver without cuBLAS or cuDNN loads the model and fails at the first sound.
                whisper.encode(np.zeros((whisper.model.n_mels, 3000), np.float32))
        except (RuntimeError, ValueError, MemoryError) as error:
            if is_out_of_memory(error) and kind != kinds[-1]:
                continue
            raise _translate(error, folder, device) from error
        return whisper
    raise AssertionError("there is always one number format to try")


def _has(device: str) -> bool:
    return device == "cpu" or bool(ctranslate2.get_cuda_device_count())


def is_out_of_memory(error: BaseException) -> bool:
    words = str(error).lower()
    return isinstance(error, MemoryError) or any(
        sign in words for sign in ("out of memory", "bad_alloc", "alloc_failed")
    )


def _translate(error: Exception, folder: Path, device: str) -> Exception:
    first = (str(error).strip() or type(error).__name__).splitlines()[0]
    if is_out_of_memory(error):
        return out_of_memory(device)
    if device == "cuda":
        return DeviceUnusable(f"CUDA does not work here ({first})")
    return ModelMissing(missing_sentence(folder.name, f"the folder {folder} cannot be loaded: {first}"))


def out_of_memory(device: str) -> OutOfMemory:
    """The sentence for a model that is too big for its device."""
    where = "GPU" if device == "cuda" else "machine"
    return OutOfMemory(
        f"The recogniser model needs more memory than this {where} has. "
        "Choose a smaller one with PRESSTALK_MODEL, or free memory and try again."
    )
