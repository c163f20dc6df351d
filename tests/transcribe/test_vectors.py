"""Vectors on disk say what the same vectors in memory say, across the borders of blocks."""

import numpy as np
import pytest

from transcribe import vectors as module
from transcribe.vectors import Vectors
from transcribe.voice_print import VECTOR
from transcribe.voices import unit

ROWS = 50


@pytest.fixture
def rows() -> np.ndarray:
    return unit(np.random.default_rng(7).normal(size=(ROWS, VECTOR)).astype(np.float32))


@pytest.fixture
def stored(rows: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> Vectors:
    monkeypatch.setattr(module, "BLOCK", 7)
    made = Vectors()
    made.append(rows[:20])
    made.append(rows[20:])
    return made


def test_rows_are_read_as_they_were_written(stored: Vectors, rows: np.ndarray) -> None:
    assert len(stored) == ROWS
    assert np.array_equal(stored.read(), rows)
    assert np.array_equal(stored.read(18, 23), rows[18:23])
    assert stored.read(ROWS, ROWS + 5).shape == (0, VECTOR)


def test_likeness_and_sums_are_those_of_all_rows_at_once(stored: Vectors, rows: np.ndarray) -> None:
    assert np.allclose(stored.likeness(rows[:3]), rows @ rows[:3].T, atol=1e-6)
    groups = np.arange(ROWS) % 4 - 1  # the first of every four belongs to no group
    weights = np.linspace(0.5, 2, ROWS).astype(np.float32)
    expected = [(rows * weights[:, None])[groups == group].sum(0) for group in range(3)]
    assert np.allclose(stored.sums(groups, weights, 3), expected, atol=1e-5)


def test_neighbours_count_inside_one_stretch_only(stored: Vectors, rows: np.ndarray) -> None:
    stretch = (np.arange(ROWS) >= 13).astype(np.int64)
    wanted = np.array([0, 6, 7, 12, 13, 49])
    found = stored.smoothed(wanted, stretch, 2)
    for place, row in zip(wanted, found, strict=True):
        near = [at for at in range(place - 2, place + 3) if 0 <= at < ROWS and stretch[at] == stretch[place]]
        assert np.allclose(row, unit(rows[near].sum(0)), atol=1e-5)


def test_nothing_stored_is_nothing_found() -> None:
    empty = Vectors()
    assert empty.read().shape == (0, VECTOR)
    assert empty.likeness(np.zeros((2, VECTOR), np.float32)).shape == (0, 2)
