"""Sound and the real recogniser for the tests of `transcribe`: our own demo model and its invented talks."""

import json
import wave
from dataclasses import dataclass
from pathlib import Path

import faster_whisper
import numpy as np
import pytest

from transcribe.chunks import cut_at_silences
from transcribe.engine import Engine, Heard, Hints, load
from transcribe.timeline import Span
from transcribe.wav import duration_ms

DEMO = Path(__file__).parent.parent / "data" / "demo"
TALKS = sorted(path.stem for path in (DEMO / "talks").glob("*.opus"))


def write_wav(path: Path, samples: np.ndarray, rate: int = 16_000, channels: int = 1) -> Path:
    """Write int16 samples, or floats in [-1, 1), as a WAV file."""
    if samples.dtype != np.int16:
        samples = np.clip(np.round(samples * 32768), -32768, 32767).astype(np.int16)
    with wave.open(str(path), "wb") as wav:
        wav.setnchannels(channels)
        wav.setsampwidth(2)
        wav.setframerate(rate)
        wav.writeframes(samples.tobytes())
    return path


@dataclass(frozen=True)
class Talk:
    """A demo talk: the sound as the recogniser gets it, and the truth."""

    wav: Path
    text: str
    words: tuple[tuple[str, int, int], ...]
    names: tuple[str, ...]

    @property
    def span(self) -> Span:
        return Span(0, duration_ms(self.wav))


@pytest.fixture(scope="session")
def model_folder() -> Path:
    return DEMO / "five-synthetic-voices"


@pytest.fixture(scope="session")
def engine(model_folder: Path) -> Engine:
    return load(str(model_folder))


@pytest.fixture(scope="session")
def talks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Talk]:
    folder = tmp_path_factory.mktemp("talks")
    found = {}
    for name in TALKS:
        truth = json.loads((DEMO / "talks" / f"{name}.json").read_text(encoding="utf-8"))
        sound = faster_whisper.decode_audio(str(DEMO / "talks" / f"{name}.opus"))
        sentences = truth["sentences"]
        found[name] = Talk(
            wav=write_wav(folder / f"{name}.wav", sound),
            text=" ".join(sentence["text"] for sentence in sentences),
            words=tuple(
                (word, round(start * 1000), round(end * 1000))
                for sentence in sentences
                for word, start, end in sentence["words"]
            ),
            names=tuple(person["name"] for person in truth["cast"]),
        )
    return found


@pytest.fixture(scope="session")
def heard(engine: Engine, talks: dict[str, Talk]) -> dict[str, Heard]:
    """Each talk heard in one go, as a 10-minute chunk would be."""
    return {
        name: engine.hear(talk.wav, talk.span, Hints("en"), lambda _ms: None) for name, talk in talks.items()
    }


@pytest.fixture(scope="session")
def heard_in_chunks(engine: Engine, talks: dict[str, Talk]) -> dict[str, list[tuple[Span, Heard]]]:
    """Each talk cut at silences into chunks of about 30 s, each heard on its own."""
    return {
        name: [
            (span, engine.hear(talk.wav, span, Hints("en"), lambda _ms: None))
            for span in cut_at_silences(talk.wav, 30_000)
        ]
        for name, talk in talks.items()
    }
