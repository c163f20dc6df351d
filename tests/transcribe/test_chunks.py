from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from transcribe.chunks import FRAME_MS, choose_cuts, cut_at_silences

from .conftest import write_wav


@settings(max_examples=100, derandomize=True, deadline=None)
@given(total=st.integers(1, 4_000_000), target=st.integers(1_000, 900_000), seed=st.integers(0, 99))
def test_cuts_rise_strictly_inside_the_file_and_no_chunk_is_a_snippet(total, target, seed):
    loudness = np.random.default_rng(seed).random(total // FRAME_MS).astype(np.float32)
    edges = [0, *choose_cuts(loudness, total, target), total]
    lengths = [end - start for start, end in pairwise(edges)]
    assert sum(lengths) == total
    assert min(lengths) > 0
    if total > target:
        assert min(lengths) >= target // 4
        assert max(lengths) <= 2 * target


def test_the_cut_goes_into_the_silence_near_the_target(tmp_path):
    noise = np.random.default_rng(1).normal(0, 0.1, 60 * 16_000)
    noise[33 * 16_000 : 34 * 16_000] = 0  # the pause; a click of silence elsewhere is too short to count
    noise[30 * 16_000 : 30 * 16_000 + 800] = 0
    first, second = cut_at_silences(write_wav(tmp_path / "noise.wav", noise), 30_000)
    assert first.start_ms == 0
    assert first.end_ms == second.start_ms
    assert 33_200 <= first.end_ms <= 33_800
    assert second.end_ms == 60_000


def test_of_equally_quiet_moments_the_nearest_to_the_target_is_taken(tmp_path):
    wav = write_wav(tmp_path / "silence.wav", np.zeros(40 * 16_000, np.int16))
    assert [span.end_ms for span in cut_at_silences(wav, 20_000)] == [20_000, 40_000]


def test_a_short_file_is_one_chunk_and_an_empty_one_none(tmp_path):
    wav = write_wav(tmp_path / "short.wav", np.zeros(16_007, np.int16))
    assert [(span.start_ms, span.end_ms) for span in cut_at_silences(wav)] == [(0, 1001)]
    assert cut_at_silences(write_wav(tmp_path / "empty.wav", np.zeros(0, np.int16))) == []


def test_no_cut_of_the_demo_talks_goes_through_a_word(talks):
    for talk in talks.values():
        for span in cut_at_silences(talk.wav, 30_000)[1:]:
            assert not [word for word, start, end in talk.words if start + 60 < span.start_ms < end - 60]
