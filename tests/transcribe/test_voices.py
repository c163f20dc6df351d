import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.transcribe.conftest import write_wav
from tests.transcribe.panel import MODERATOR, alone, samples, truth, voice_model
from transcribe.diarize import diarize, voices_of
from transcribe.lines import LINES
from transcribe.print_files import read_print, write_print
from transcribe.prints import PrintRefused, compare_voices, make_print, score_voices
from transcribe.timeline import VoiceTurn
from transcribe.turns import Diarization
from transcribe.voice_print import VECTOR, VoicePrint
from transcribe.voices import VoiceEncoder, mel_frames
from transcribe.wav import RATE


def test_embeddings_have_length_one_and_do_not_depend_on_their_batch() -> None:
    mels = mel_frames(samples("moderator").astype(np.float32) / 32768)
    encoder = VoiceEncoder(voice_model())
    together = encoder.embed(mels, list(range(0, 800, 40)), 120)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together[7], encoder.embed(mels, [280], 120)[0], atol=1e-5)


def test_a_tone_lands_in_the_mel_band_of_its_frequency() -> None:
    seconds = np.arange(RATE) / RATE
    loudest = [
        int(mel_frames(np.sin(2 * np.pi * hz * seconds).astype(np.float32)).sum(0).argmax())
        for hz in (200, 1_000, 4_000)
    ]
    assert loudest == [2, 13, 31]  # 40 bands evenly spaced in mels to 8 kHz


def test_a_print_is_like_its_person_and_unlike_the_others(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "moderator.wav", samples("moderator"))
    moderator = make_print(wav, MODERATOR, "studio", voice_model())
    people = sorted({turn.label for turn in truth()})
    prints = {
        person: make_print(write_wav(tmp_path / "one.wav", alone(person)), person, "studio", voice_model())
        for person in people
    }
    heard = Diarization((), {person: known.vector for person, known in prints.items()}, moderator.model)
    scores = score_voices(heard, [moderator])
    assert scores[MODERATOR, MODERATOR] > 3
    assert all(scores[person, MODERATOR] < 1 for person in people if person != MODERATOR)


def test_a_print_is_found_again_among_the_voices_of_a_panel(tmp_path: Path) -> None:
    panel = write_wav(tmp_path / "panel.wav", samples("panel"))
    moderator = make_print(
        write_wav(tmp_path / "moderator.wav", samples("moderator")), MODERATOR, "studio", voice_model()
    )
    found = diarize(panel, voice_model(), speakers=3)
    scores = score_voices(found, [moderator])
    opening = found.turns[0].label  # the moderator opens
    assert max(scores, key=lambda pair: scores[pair]) == (opening, MODERATOR)


def test_a_print_made_by_another_model_is_refused() -> None:
    heard = Diarization((), {"S1": (1.0, 0.0)}, "this-model")
    with pytest.raises(PrintRefused, match="Enrol Ada again"):
        score_voices(heard, [VoicePrint("Ada", "studio", (1.0, 0.0), "that-model")])


def test_the_best_of_several_prints_counts() -> None:
    heard = Diarization((), {"S1": (0.8, 0.6)}, "m")
    prints = [VoicePrint("Ada", "studio", (1.0, 0.0), "m"), VoicePrint("Ada", "phone", (0.6, 0.8), "m")]
    score = compare_voices(heard, prints)["S1", "Ada"]
    assert score.cosine == pytest.approx(0.96)
    assert score.note == "voice 0.96 like 2 earlier recordings"


def test_a_print_is_compared_as_the_line_would_carry_it_and_the_note_says_which() -> None:
    heard = Diarization((), {"S1": (0.0, 1.0)}, "m")
    known = VoicePrint("Ada", "studio", (1.0, 0.0), "m", {"phone": (0.1, 0.99)})
    score = compare_voices(heard, [known])["S1", "Ada"]
    assert (score.line, score.log_likelihood) == ("phone", 6.0)
    assert score.note == "voice 0.99 like an earlier recording, over a phone"


def test_a_print_made_over_a_poor_line_never_speaks_against_its_person() -> None:
    heard = Diarization((), {"S1": (0.0, 1.0)}, "m")
    assert compare_voices(heard, [VoicePrint("Ada", "phone", (1.0, 0.0), "m")]) == {}
    assert score_voices(heard, [VoicePrint("Ada", "studio", (1.0, 0.0), "m")]) == {("S1", "Ada"): -6.0}


@pytest.mark.parametrize("line", LINES)
def test_a_voice_over_another_line_is_known_again_and_nobody_else_is(tmp_path: Path, line: str) -> None:
    people = sorted({turn.label for turn in truth()})
    moderator = make_print(
        write_wav(tmp_path / "moderator.wav", samples("moderator")), MODERATOR, "studio", voice_model()
    )
    for person in people:
        called = LINES[line](alone(person)[: 30 * RATE].astype(np.float32) / 32768)
        wav = write_wav(tmp_path / "called.wav", called)
        heard = voices_of(wav, [VoiceTurn(0, len(called) // 16, "S1")], voice_model())
        score = compare_voices(heard, [moderator])["S1", MODERATOR]
        assert (score.log_likelihood > 3) == (person == MODERATOR)


def test_a_line_keeps_the_level_and_takes_what_it_does_not_carry() -> None:
    seconds = np.arange(RATE) / RATE
    bass, voice = (np.sin(2 * np.pi * hz * seconds).astype(np.float32) for hz in (60, 1_000))
    for name, line in LINES.items():
        heard = np.abs(np.fft.rfft(line(bass + voice)))
        assert heard[60] < 0.2 * heard[1_000], name
        assert (line(voice) ** 2).sum() == pytest.approx((voice**2).sum(), rel=0.01)
        assert not line(np.zeros(RATE, np.float32)).any()


# ---- turns that exist already ------------------------------------------------------------------------


def test_voices_of_turns_that_exist_are_those_that_separating_finds(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "panel.wav", samples("panel"))
    found = diarize(wav, voice_model(), speakers=3)
    again = voices_of(wav, found.turns, voice_model())
    assert again.turns == found.turns
    assert again.voices.keys() == found.voices.keys()
    for label, voice in found.voices.items():
        assert float(np.dot(voice, again.voices[label])) > 0.98


def test_turns_outside_the_sound_and_labels_never_alone_have_no_voice(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "short.wav", samples("moderator")[: 3 * RATE])
    turns = [
        VoiceTurn(0, 2_900, "S1"),
        VoiceTurn(1_000, 1_900, "S2", overlap=True),
        VoiceTurn(2_950, 3_050, "S3"),
        VoiceTurn(60_000, 70_000, "S4"),
    ]
    heard = voices_of(wav, turns, voice_model())
    assert (heard.labels, list(heard.voices)) == (("S1", "S2", "S3", "S4"), ["S1"])
    assert voices_of(wav, [], voice_model()).voices == {}
    silent = write_wav(tmp_path / "none.wav", np.zeros(0, np.int16))
    assert voices_of(silent, turns, voice_model()).voices == {}


# ---- prints as files ----------------------------------------------------------------------------------


def vector(*changed: float) -> list[float]:
    return [*changed, *([0.0] * (VECTOR - len(changed)))]


def test_a_print_comes_back_from_its_file_and_is_private(tmp_path: Path) -> None:
    known = VoicePrint("Ada", "studio", tuple(vector(1.0)), over={"phone": tuple(vector(0.6, 0.8))})
    write_print(tmp_path / "ada.json", known)
    assert read_print(tmp_path / "ada.json") == known
    assert (tmp_path / "ada.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("vector", vector(math.nan), "numbers of length one"),
        ("vector", vector(math.inf), "numbers of length one"),
        ("vector", [1.0, 0.0], "numbers of length one"),
        ("vector", vector(0.5), "numbers of length one"),
        ("vector", "none", "numbers of length one"),
        ("over", {"phone": vector(2.0)}, "numbers of length one"),
        ("over", {"tin can": vector(1.0)}, "lines that are not known"),
        ("model", "another-1", "made by another-1"),
        ("person", "", "whose voice"),
        ("extra", 1, "no voice print"),
    ],
)
def test_a_file_that_is_no_good_print_is_refused_with_the_reason(
    tmp_path: Path, field: str, value: object, why: str
) -> None:
    path = tmp_path / "ada.json"
    write_print(path, VoicePrint("Ada", "studio", tuple(vector(1.0))))
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))
    with pytest.raises(PrintRefused, match=why):
        read_print(path)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe"])
def test_a_file_that_is_no_json_of_a_print_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ada.json").write_bytes(content)
    with pytest.raises(PrintRefused, match=r"ada\.json cannot be used"):
        read_print(tmp_path / "ada.json")


def test_too_little_speech_makes_no_print(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "short.wav", samples("moderator")[: 2 * RATE])
    with pytest.raises(PrintRefused, match="less than 3 s"):
        make_print(wav, "Ada", "studio", voice_model())


def test_telling_voices_apart_loads_no_torch_and_no_recogniser() -> None:
    code = (
        "import sys, transcribe.diarize, transcribe.prints, transcribe.pyannote_turns, transcribe.rttm\n"
        "print({'torch', 'librosa', 'numba', 'ctranslate2', 'faster_whisper'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"
