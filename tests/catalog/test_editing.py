"""Word times survive what people write: those that stay keep theirs, all stay in order inside the paragraph."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.editing import retime

WORD = st.sampled_from(["tea", "Tea,", "rain", "کرکٹ", "of", "the", "—", "1997"])


def spoken(steps: list[tuple[int, int, str]]) -> list[list[Any]]:
    rows: list[list[Any]] = []
    at = 100
    for wait, length, text in steps:
        at += wait
        rows.append([at, at + length, text, 0.5])
        at += length
    return rows


HEARD = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300), WORD), min_size=1, max_size=25).map(
    spoken
)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(HEARD, st.lists(WORD, min_size=1, max_size=25))
def test_times_stay_in_order_inside_the_paragraph(heard: list[list[Any]], written: list[str]) -> None:
    end_ms = heard[-1][1] + 50
    timed = retime(heard, " ".join(written), 50, end_ms)
    assert [row[2] for row in timed] == written
    edges = [edge for row in timed for edge in row[:2]]
    assert edges == sorted(edges)
    assert not timed or (timed[0][0] >= 50 and timed[-1][1] <= end_ms)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(HEARD, st.integers(0, 24), st.lists(st.just("new"), max_size=3))
def test_words_beside_one_edit_keep_their_times(heard: list[list[Any]], place: int, new: list[str]) -> None:
    place %= len(heard)
    before, after = heard[:place], heard[place + 1 :]
    text = " ".join([*(row[2] for row in before), *new, *(row[2] for row in after)])
    timed = retime(heard, text, 0, heard[-1][1])
    kept = [row for row in timed if row[2] != "new"]
    assert len(kept) == len(heard) - 1
    assert sum(row in heard for row in kept) >= len(kept) - 1 or len({row[2] for row in heard}) < len(heard)


def test_the_same_text_gives_the_same_words() -> None:
    heard = [[0, 400, "Gul", 0.4], [500, 900, "is", 0.9]]
    assert retime(heard, "Gul is", 0, 900) == heard
