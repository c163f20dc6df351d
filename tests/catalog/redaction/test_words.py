"""What is left of a passage: every word of the span is gone, every other word stands, in the order of time."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.redaction.words import MARK, take_out, thin_captions, touches
from transcribe.timeline import Span

WORDS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from(["tea", "زعفران", "Zephyrine,", "of"])), max_size=30
)


def spoken(steps: list[tuple[int, str]]) -> list[list[Any]]:
    rows: list[list[Any]] = []
    at = 0
    for number, (length, text) in enumerate(steps):
        rows.append([at, at + length, f"{text}{number}", 0.9])
        at += length
    return rows


@settings(max_examples=100, derandomize=True, deadline=None)
@given(WORDS, st.integers(0, 3000), st.integers(1, 3000))
def test_every_word_of_the_span_goes_and_no_other(
    steps: list[tuple[int, str]], start: int, length: int
) -> None:
    rows, span = spoken(steps), Span(start, start + length)
    end_ms = rows[-1][1] if rows else 100
    rest = take_out(" ".join(row[2] for row in rows), rows, 0, end_ms, [span])
    left = [row[2] for row in rows if not touches(row[0], row[1], [span])]
    if rest is None:
        assert len(left) == len(rows) or not touches(0, end_ms, [span])
        return
    assert [word for word in rest.text.split() if word != MARK] == left
    assert [word[2] for word in rest.words if word[2] != MARK] == left
    assert [word[0] for word in rest.words] == sorted(word[0] for word in rest.words)


def test_a_passage_that_a_person_wrote_anew_loses_the_words_at_their_time() -> None:
    heard = [[0, 100, "the", 1.0], [100, 200, "xilofone", 1.0], [200, 300, "plays", 1.0]]
    rest = take_out("the xylophone plays", heard, 0, 300, [Span(110, 190)])
    assert rest is not None
    assert rest.text == f"the {MARK} plays"
    assert {"xylophone", "xilofone"} <= rest.taken


def test_a_translation_without_times_goes_whole() -> None:
    rest = take_out("all of it", [], 0, 1000, [Span(900, 1000)])
    assert rest is not None
    assert rest.text == MARK


def test_captions_whose_times_cannot_be_read_are_not_kept() -> None:
    assert thin_captions(b'{"events": [{"segs": [{"utf8": "secret"}]}]}', [Span(0, 10)]) is None
    assert thin_captions(b"\xff\xfe\x00", [Span(0, 10)]) is None
