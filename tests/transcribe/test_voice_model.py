import zipfile
from pathlib import Path

import pytest

from tests.transcribe.panel import voice_model
from transcribe.voice_model import (
    VoiceModelMissing,
    convert,
    download_wheel,
    fetch_voice_model,
    find_voice_model,
    voice_model_path,
)


def test_the_encoder_is_made_of_the_locked_wheel_with_the_known_digest() -> None:
    folder = voice_model().parents[1]
    assert find_voice_model(folder) == fetch_voice_model(folder) == voice_model()


def test_an_encoder_that_was_not_fetched_says_how_to_fetch_it(tmp_path: Path) -> None:
    with pytest.raises(VoiceModelMissing, match="presstalk models fetch voices"):
        find_voice_model(tmp_path)


def test_a_changed_encoder_is_not_used(tmp_path: Path) -> None:
    path = voice_model_path(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_bytes(voice_model().read_bytes()[:-1] + b"\0")
    with pytest.raises(VoiceModelMissing, match="not the file"):
        find_voice_model(tmp_path)


def test_a_package_with_another_hash_is_not_fetched(tmp_path: Path) -> None:
    lock = tmp_path / "voices.lock"
    lock.write_text(f"resemblyzer==0.1.4 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(VoiceModelMissing):
        download_wheel(lock, tmp_path)


@pytest.mark.parametrize("content", [b"", b"\x80\x02]q\x00.", b"\x80\x02cos\nsystem\nq\x00."])
def test_weights_that_are_something_else_are_refused_and_run_nothing(tmp_path: Path, content: bytes) -> None:
    wheel = tmp_path / "some.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("resemblyzer/pretrained.pt", content)
    with pytest.raises(VoiceModelMissing):
        convert(wheel)


def test_a_wheel_without_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "some.whl").write_bytes(b"no archive")
    with pytest.raises(VoiceModelMissing):
        convert(tmp_path / "some.whl")
