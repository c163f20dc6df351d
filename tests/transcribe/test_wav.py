import numpy as np
import pytest

from transcribe.errors import AudioUnreadable
from transcribe.timeline import Span
from transcribe.wav import duration_ms, read_blocks, read_span

from .conftest import write_wav


def test_a_span_is_read_where_it_lies_and_nowhere_else(tmp_path):
    ramp = np.arange(32_000, dtype=np.int16)
    wav = write_wav(tmp_path / "ramp.wav", ramp)
    part = read_span(wav, Span(500, 1000))
    assert part.dtype == np.float32
    assert np.array_equal(part * 32768, ramp[8_000:16_000].astype(np.float32))


def test_a_span_behind_the_end_of_the_file_is_silent_not_an_error(tmp_path):
    wav = write_wav(tmp_path / "short.wav", np.zeros(1600, np.int16))
    assert len(read_span(wav, Span(50, 1000))) == 800
    assert len(read_span(wav, Span(5000, 6000))) == 0


def test_a_part_of_a_millisecond_counts_as_one(tmp_path):
    assert duration_ms(write_wav(tmp_path / "odd.wav", np.zeros(16_001, np.int16))) == 1001


def test_blocks_joined_are_the_file(tmp_path):
    samples = np.arange(-5000, 5000, dtype=np.int16)
    wav = write_wav(tmp_path / "blocks.wav", samples)
    assert np.array_equal(np.concatenate(list(read_blocks(wav, 70))), samples)


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"not a wave file at all", b"RIFF\x00\x00\x00\x00WAVEdata"]
)
def test_what_is_no_wave_file_is_unreadable_with_a_sentence(tmp_path, content):
    path = tmp_path / "broken.wav"
    path.write_bytes(content)
    with pytest.raises(AudioUnreadable, match="Prepare the episode again"):
        duration_ms(path)


def test_a_missing_file_is_unreadable(tmp_path):
    with pytest.raises(AudioUnreadable):
        duration_ms(tmp_path / "none.wav")


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 1), (16_000, 2)])
def test_another_rate_or_stereo_is_refused_instead_of_heard_wrongly(tmp_path, rate, channels):
    path = write_wav(tmp_path / "other.wav", np.zeros(3200, np.int16), rate, channels)
    with pytest.raises(AudioUnreadable, match="16000 Hz, mono"):
        read_span(path, Span(0, 100))
