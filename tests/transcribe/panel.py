"""A panel of three real voices with the truth, and the voice encoder, made once and kept where pytest keeps things."""

import subprocess
from functools import cache
from pathlib import Path

import numpy as np

from media.ffmpeg import ffmpeg_path
from transcribe.rttm import read_rttm
from transcribe.timeline import VoiceTurn
from transcribe.voice_model import fetch_voice_model

ROOT = Path(__file__).parents[2]
VOICES = ROOT / "tests" / "data" / "voices"
MODERATOR = "Bashir_Khan"


@cache
def voice_model() -> Path:
    return fetch_voice_model(ROOT / ".pytest_cache" / "voices")


@cache
def samples(name: str) -> np.ndarray:
    """A recording of tests/data/voices as int16, 16 kHz, mono."""
    words = [ffmpeg_path(), "-v", "error", "-i", str(VOICES / f"{name}.opus"), "-ar", "16000", "-ac", "1"]
    out = subprocess.run([*words, "-f", "s16le", "-"], check=True, capture_output=True).stdout
    return np.frombuffer(out, "<i2")


def truth() -> tuple[VoiceTurn, ...]:
    return read_rttm((VOICES / "panel.rttm").read_text(), 120_000)


def alone(person: str) -> np.ndarray:
    """What one person says in the panel while nobody else speaks, one piece after the other."""
    sound = samples("panel")
    spans = [turn for turn in truth() if turn.label == person and not turn.overlap]
    return np.concatenate([sound[turn.start_ms * 16 : turn.end_ms * 16] for turn in spans])
