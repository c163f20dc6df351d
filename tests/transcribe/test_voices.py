import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.transcribe.conftest import write_wav
from tests.transcribe.panel import MODERATOR, alone, samples, truth, voice_model
from transcribe.diarize import diarize
from transcribe.prints import PrintRefused, VoicePrint, log_likelihood, make_print, score_voices
from transcribe.turns import Diarization
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


def test_the_best_of_several_prints_counts_and_a_phone_line_says_less() -> None:
    heard = Diarization((), {"S1": (0.8, 0.6)}, "m")
    studio, phone = VoicePrint("Ada", "studio", (1.0, 0.0), "m"), VoicePrint("Ada", "phone", (0.6, 0.8), "m")
    assert score_voices(heard, [studio])["S1", "Ada"] == pytest.approx(log_likelihood(0.8))
    assert score_voices(heard, [studio, phone])["S1", "Ada"] == pytest.approx(
        max(log_likelihood(0.8), log_likelihood(0.96, narrow=True))
    )
    assert log_likelihood(0.8, narrow=True) < log_likelihood(0.8)


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
