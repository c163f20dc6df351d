from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transcribe.conftest import write_wav
from transcribe.rttm import Imported, TurnsUnreadable, read_rttm, to_rttm
from transcribe.timeline import VoiceTurn

LINE = "SPEAKER talk 1 {} {} <NA> <NA> {} <NA> <NA>\n"


def line(start: float, length: float, label: str) -> str:
    return LINE.format(start, length, label)


spans = st.tuples(st.integers(0, 9_000), st.integers(1, 3_000), st.sampled_from("abc"))


@given(st.lists(spans, max_size=12))
@settings(max_examples=100, derandomize=True)
def test_what_is_written_is_read_back_with_every_moment_under_the_same_labels(rows: list) -> None:
    turns = [VoiceTurn(start, start + length, label) for start, length, label in rows]
    read = read_rttm(to_rttm(turns, "talk"), 20_000)

    def speaking(among: list | tuple, moment: int) -> set[str]:
        return {turn.label for turn in among if moment in turn.span}

    edges = {edge for turn in (*turns, *read) for edge in (turn.start_ms, turn.end_ms)}
    assert all(speaking(read, edge) == speaking(turns, edge) for edge in edges)
    assert all(turn.overlap == (len(speaking(read, turn.start_ms)) > 1) for turn in read)


def test_turns_of_one_label_that_overlap_become_one() -> None:
    assert read_rttm(line(0, 2, "a") + line(1, 3, "a"), 5_000) == (VoiceTurn(0, 4_000, "a"),)


def test_a_turn_that_ends_a_little_behind_the_sound_is_cut_there() -> None:
    assert read_rttm(line(1, 4.5, "a"), 5_000) == (VoiceTurn(1_000, 5_000, "a"),)


def test_an_rttm_of_another_recording_is_refused() -> None:
    with pytest.raises(TurnsUnreadable, match="another recording"):
        read_rttm(line(1, 60, "a"), 5_000)


def test_an_rttm_of_several_recordings_is_refused() -> None:
    with pytest.raises(TurnsUnreadable, match="several recordings"):
        read_rttm(line(0, 1, "a") + line(0, 1, "b").replace("talk", "other"), 5_000)


@pytest.mark.parametrize(
    "wrong",
    ["SPEAKER talk 1 0.5", line("x", 1, "a"), line(-1, 2, "a"), line("nan", 1, "a"), line(1, -1, "a")],
)
def test_a_line_that_is_no_turn_is_named_with_its_number(wrong: str) -> None:
    with pytest.raises(TurnsUnreadable, match="Line 2 "):
        read_rttm(line(0, 1, "a") + wrong, 5_000)


def test_turns_of_another_tool_keep_their_labels_and_have_no_voices(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "sound.wav", np.zeros(16_000 * 5, np.int16))
    file = tmp_path / "turns.rttm"
    file.write_text(line(0, 2, "SPEAKER_01") + ";; a remark\n" + line(2, 1, "SPEAKER_00"))
    found = Imported(file).separate(wav, 2, False, lambda _ms: None)
    assert found.labels == ("SPEAKER_01", "SPEAKER_00")
    assert not found.voices


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "sound.wav", np.zeros(16_000, np.int16))
    (tmp_path / "turns.rttm").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(TurnsUnreadable):
        Imported(tmp_path / "turns.rttm").separate(wav, None, False, lambda _ms: None)
