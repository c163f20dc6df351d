from hypothesis import given, settings
from hypothesis import strategies as st

from transcribe.timeline import Word
from web.words import place_words

LETTERS = st.text(st.sampled_from("abنہ🙂é "), min_size=1, max_size=6)


def cut(text: str, begin: int, end: int) -> str:
    """A slice as a browser cuts it, in UTF-16 units."""
    return text.encode("utf-16-le")[2 * begin : 2 * end].decode("utf-16-le")


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(LETTERS, max_size=12))
def test_a_browser_cuts_out_exactly_the_words_that_were_spoken(parts: list[str]) -> None:
    spoken = [part.strip() for part in parts if part.strip()]
    text = " ".join(spoken)
    words = [Word(at * 10, at * 10 + 9, f" {part}") for at, part in enumerate(spoken)]
    placed = place_words(text, words)
    found = [cut(text, *placed[at : at + 2]) for at in range(0, len(placed), 4)]
    assert found == spoken
    assert placed[2::4] == [word.start_ms for word in words]


def test_a_corrected_word_has_no_time_and_its_neighbours_keep_theirs() -> None:
    words = [Word(0, 1, "fifteen"), Word(1, 2, "old"), Word(2, 3, "letters")]
    assert place_words("fifty old letters", words) == [6, 9, 1, 2, 10, 17, 2, 3]
