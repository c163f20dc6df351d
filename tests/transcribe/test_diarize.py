import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.transcribe.conftest import write_wav
from tests.transcribe.panel import MODERATOR, alone, samples, truth, voice_model
from transcribe.clustering import average_linkage, count_voices, sort_voices
from transcribe.diarize import diarize
from transcribe.errors import AudioUnreadable, ModelMissing
from transcribe.pyannote_turns import Pyannote
from transcribe.resegment import likeliest_path, path_posteriors
from transcribe.turn_score import turn_error
from transcribe.turns import Diarization
from transcribe.voices import unit
from transcribe.wav import RATE


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wav(tmp_path_factory.mktemp("panel") / "panel.wav", samples("panel"))


@pytest.fixture(scope="module")
def found(panel: Path) -> Diarization:
    return diarize(panel, voice_model(), speakers=3)


def error(found: Diarization) -> float:
    return turn_error(truth(), found.turns, collar_ms=250).rate


def test_a_panel_of_three_is_separated(found: Diarization) -> None:
    assert found.labels == ("S1", "S2", "S3")
    assert error(found) < 0.025


def test_the_number_of_voices_is_found_without_a_cast(panel: Path) -> None:
    free = diarize(panel, voice_model())
    assert len(free.labels) == 3
    assert error(free) < 0.025


def test_a_cast_of_twelve_at_most_gives_those_who_speak(panel: Path) -> None:
    assert len(diarize(panel, voice_model(), at_most=12).labels) == 3


def test_a_guest_who_never_speaks_is_not_made_of_half_of_somebody_else(panel: Path) -> None:
    assert len(diarize(panel, voice_model(), speakers=4).labels) == 3
    assert len(diarize(panel, voice_model(), speakers=4, at_most=5).labels) == 3


def test_a_cast_of_twelve_gives_at_most_twelve_labels_inside_the_sound(panel: Path) -> None:
    twelve = diarize(panel, voice_model(), speakers=12)
    assert 3 <= len(twelve.labels) <= 12
    assert all(0 <= turn.start_ms < turn.end_ms <= 120_000 for turn in twelve.turns)


def test_the_same_sound_gives_the_same_turns(panel: Path, found: Diarization) -> None:
    assert diarize(panel, voice_model(), speakers=3) == found


def test_turns_are_ordered_and_two_labels_share_time_only_where_it_is_marked(found: Diarization) -> None:
    assert list(found.turns) == sorted(found.turns)
    plain = [turn for turn in found.turns if not turn.overlap]
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(plain))
    assert all(0 <= turn.posterior <= 1 for turn in found.turns)
    assert found.voices.keys() == set(found.labels)


def test_one_person_is_one_voice(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "one.wav", alone(MODERATOR))
    assert len(diarize(wav, voice_model()).labels) == 1
    assert len(diarize(wav, voice_model(), speakers=1).labels) == 1


def test_three_seconds_are_one_turn_however_many_take_part(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "short.wav", samples("moderator")[: 3 * RATE])
    assert len(diarize(wav, voice_model(), speakers=4).labels) == 1


@pytest.mark.parametrize("sound", ["nothing", "silence", "hiss"])
def test_without_speech_there_are_no_turns(tmp_path: Path, sound: str) -> None:
    dice = np.random.default_rng(1)
    wave_of = {"nothing": np.zeros(0), "silence": np.zeros(RATE * 5), "hiss": dice.normal(0, 0.01, RATE * 5)}
    wav = write_wav(tmp_path / "sound.wav", wave_of[sound])
    assert diarize(wav, voice_model(), speakers=2).turns == ()


def test_music_throughout_ends_without_an_error(tmp_path: Path) -> None:
    seconds = np.arange(RATE * 20) / RATE
    chords = sum(np.sin(2 * np.pi * hz * seconds * (1 + seconds.astype(int) % 3)) for hz in (220, 277, 330))
    found = diarize(write_wav(tmp_path / "music.wav", chords / 8), voice_model(), speakers=3)
    assert all(turn.end_ms <= 20_000 for turn in found.turns)


def stereo(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.stack([left, right], axis=1).astype(np.int16)


def test_two_channels_with_a_person_each_are_used_as_such(tmp_path: Path) -> None:
    sound = samples("panel").astype(float)
    left, right = np.zeros((2, len(sound)))
    guest = next(turn.label for turn in truth() if turn.label != MODERATOR)
    kept = [turn for turn in truth() if turn.label in (MODERATOR, guest)]
    for turn in kept:
        own, other = (left, right) if turn.label == MODERATOR else (right, left)
        part = slice(turn.start_ms * 16, turn.end_ms * 16)
        own[part] = sound[part]
        other[part] += 0.05 * sound[part]  # the microphones hear each other a little
    wav = write_wav(tmp_path / "tracks.wav", stereo(left, right), channels=2)
    found = diarize(wav, voice_model(), speakers=2)
    alone_in_time = [turn for turn in kept if not turn.overlap]
    assert len(found.labels) == 2
    assert turn_error(alone_in_time, found.turns, collar_ms=250, overlap=False).rate < 0.05


def test_mono_copied_to_stereo_is_separated_by_voice(tmp_path: Path, found: Diarization) -> None:
    both = stereo(samples("panel"), samples("panel"))
    assert diarize(write_wav(tmp_path / "both.wav", both, channels=2), voice_model()).turns == found.turns


def test_samples_that_are_no_numbers_are_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "float.wav"
    write_wav(path, np.zeros(RATE, np.int16))
    head = bytearray(path.read_bytes())
    head[20:22] = (3).to_bytes(2, "little")  # 3: samples are floats, which can be NaN
    path.write_bytes(head)
    with pytest.raises(AudioUnreadable):
        diarize(path, voice_model())


def test_a_wav_of_another_rate_is_a_clear_error(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "cd.wav", np.zeros(44_100, np.int16), rate=44_100)
    with pytest.raises(AudioUnreadable, match="44100 Hz"):
        diarize(wav, voice_model())


def test_a_number_of_people_below_one_is_refused(panel: Path) -> None:
    with pytest.raises(ValueError, match="cannot take part"):
        diarize(panel, voice_model(), speakers=0)


def test_without_pyannote_its_absence_is_said_with_what_to_do(panel: Path) -> None:
    with pytest.raises(ModelMissing, match="pip install pyannote"):
        Pyannote().separate(panel, 2, False, lambda _ms: None)


def scattered(people: int, each: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    dice = np.random.default_rng(5)
    middles = unit(np.abs(dice.normal(0, 1, (people, 64))).astype(np.float32) ** 3)
    truth = np.repeat(np.arange(people), each)
    return unit(middles[truth] + dice.normal(0, spread, (len(truth), 64)).astype(np.float32)), truth


def test_people_are_sorted_and_counted_whatever_way_they_came_apart() -> None:
    vectors, truth = scattered(4, 60, 0.05)
    spoken = np.full(len(vectors), 250)
    labels = sort_voices(vectors, spoken, 4)
    assert len({(a, b) for a, b in zip(truth, labels, strict=True)}) == 4
    assert count_voices(vectors, spoken, 8) == 4


def test_laughter_does_not_become_a_person_while_people_are_put_together() -> None:
    vectors, truth = scattered(3, 80, 0.05)
    laughter = np.zeros((6, 64), np.float32)
    laughter[:, 63] = 1.0
    spoken = np.full(len(vectors) + 6, 250)
    labels = sort_voices(np.concatenate([vectors, laughter]), spoken, 3)
    assert len({(a, b) for a, b in zip(truth, labels, strict=False)}) == 3


def test_the_tree_joins_the_nearest_first() -> None:
    vectors = unit(np.array([[1, 0], [0, 1], [0.99, 0.1], [0.7, 0.7]], np.float32))
    assert {*average_linkage(vectors)[0]} == {0, 2}


def test_a_path_does_not_change_for_a_single_doubtful_window_but_says_that_it_doubts() -> None:
    likeness = np.array([[0.9, 0.5]] * 4 + [[0.68, 0.7]] + [[0.9, 0.5]] * 4, np.float32)
    costs = np.full(len(likeness), 1.5)
    assert likeliest_path(likeness, costs).tolist() == [0] * 9
    doubt = path_posteriors(likeness, costs)[:, 0]
    assert doubt[4] == doubt.min()
    assert likeliest_path(likeness[:, ::-1], costs).tolist() == [1] * 9


def test_the_command_writes_rttm_and_json(
    panel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog.commands.speakers import app

    monkeypatch.setenv("PRESSTALK_HOME", str(tmp_path / "home"))
    models = tmp_path / "home" / "models" / voice_model().parent.name
    models.parent.mkdir(parents=True)
    models.symlink_to(voice_model().parent)
    out = tmp_path / "out.rttm"
    words = ["diarize", str(panel), "--rttm", str(out), "--speakers", "3", "--json"]
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["turns"]) == len(out.read_text().splitlines())
