import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from typer.testing import CliRunner

from catalog.commands.speakers import app
from catalog.errors import InvalidQuery
from tests.transcribe.conftest import write_wav
from tests.transcribe.panel import MODERATOR, VOICES, alone, samples, truth, voice_model
from transcribe.print_files import write_print
from transcribe.prints import PrintRefused, make_print
from transcribe.rttm import TurnsUnreadable
from transcribe.voice_print import VoicePrint

NAMES = {label: label.replace("_", " ") for label in sorted({turn.label for turn in truth()})}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESSTALK_HOME", str(tmp_path / "home"))
    models = tmp_path / "home" / "models" / voice_model().parent.name
    models.parent.mkdir(parents=True)
    models.symlink_to(voice_model().parent)


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wav(tmp_path_factory.mktemp("panel") / "panel.wav", samples("panel"))


@pytest.fixture(scope="module")
def prints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of the moderator, print files of the others, and something that is neither."""
    folder = tmp_path_factory.mktemp("prints")
    shutil.copy(VOICES / "moderator.opus", folder / f"{MODERATOR}.opus")
    for label, name in NAMES.items():
        if label != MODERATOR:
            wav = write_wav(folder.parent / "one.wav", alone(label)[: 20 * 16_000])
            write_print(folder / f"{name}.json", make_print(wav, name, "studio", voice_model()))
    (folder / "README.md").write_text("whose recordings these are")
    return folder


def run(panel: Path, folder: Path, cast: Any = None, *words: str) -> tuple[Result, Path]:
    people = [
        {"name": name, "role": "moderator" if label == MODERATOR else "guest"}
        for label, name in NAMES.items()
    ]
    (folder / "cast.json").write_text(json.dumps(people if cast is None else cast))
    out = folder / "out.json"
    call = ["name", str(panel), "--cast", str(folder / "cast.json"), "--json", str(out), *words]
    return CliRunner().invoke(app, call, catch_exceptions=True), out


def test_a_panel_is_named_from_recordings_and_print_files(panel: Path, prints: Path, tmp_path: Path) -> None:
    result, out = run(panel, tmp_path, None, "--prints", str(prints))
    assert result.exit_code == 0, result.output
    written = json.loads(out.read_text())
    assert written["episode"] == "panel"
    for segment in written["segments"]:
        middle = 500 * (segment["start"] + segment["end"])
        said = {NAMES[turn.label] for turn in truth() if turn.start_ms <= middle < turn.end_ms}
        assert not said or segment["speaker"] in said
        assert segment["confidence"] >= 0.9
    assert {reason["kind"] for reasons in written["evidence"].values() for reason in reasons} >= {"voice"}


def test_turns_of_another_tool_are_named_by_voice_too_and_words_get_their_speaker(
    panel: Path, prints: Path, tmp_path: Path
) -> None:
    spoken = [
        {"start_ms": turn.start_ms, "end_ms": turn.end_ms, "text": "word", "language": "en"}
        | {"words": [[turn.start_ms, turn.end_ms, "word", 0.9]]}
        for turn in truth()
        if not turn.overlap
    ]
    (tmp_path / "said.json").write_text(json.dumps({"utterances": spoken}))
    words = ["--prints", str(prints), "--rttm", str(VOICES / "panel.rttm")]
    result, out = run(panel, tmp_path, None, *words, "--transcript", str(tmp_path / "said.json"))
    assert result.exit_code == 0, result.output
    written = json.loads(out.read_text())
    assert {one["cluster"]: one["speaker"] for one in written["segments"]} == NAMES
    plain = [turn for turn in truth() if not turn.overlap]
    assert [word["speaker"] for word in written["words"]] == [NAMES[turn.label] for turn in plain]


def test_without_prints_and_words_no_guest_gets_a_name(panel: Path, tmp_path: Path) -> None:
    result, out = run(panel, tmp_path)
    assert result.exit_code == 0, result.output
    named = {one["speaker"] for one in json.loads(out.read_text())["segments"]}
    assert named <= {None, NAMES[MODERATOR]}


def test_silence_has_nobody(prints: Path, tmp_path: Path) -> None:
    silent = write_wav(tmp_path / "silent.wav", np.zeros(16_000, np.int16))
    result, out = run(silent, tmp_path, None, "--prints", str(prints))
    assert (result.exit_code, json.loads(out.read_text())["segments"]) == (0, [])


@pytest.mark.parametrize("cast", [[], {}, [{"role": "guest"}], [3], "none"])
def test_a_cast_that_lists_nobody_is_refused(panel: Path, tmp_path: Path, cast: Any) -> None:
    result, out = run(panel, tmp_path, cast)
    assert isinstance(result.exception, InvalidQuery)
    assert not out.exists()


def test_turns_that_point_outside_the_file_and_a_torn_print_are_refused(panel: Path, tmp_path: Path) -> None:
    (tmp_path / "far.rttm").write_text("SPEAKER panel 1 900.0 5.0 <NA> <NA> S1 <NA> <NA>\n")
    result, out = run(panel, tmp_path, None, "--rttm", str(tmp_path / "far.rttm"))
    assert isinstance(result.exception, TurnsUnreadable)
    (tmp_path / "prints").mkdir()
    torn = VoicePrint(NAMES[MODERATOR], "studio", (float("nan"),) * 256)
    write_print(tmp_path / "prints" / f"{MODERATOR}.json", torn)
    result, out = run(panel, tmp_path, None, "--prints", str(tmp_path / "prints"))
    assert isinstance(result.exception, PrintRefused)
    assert not out.exists()
