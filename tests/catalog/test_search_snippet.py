import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.search.finding import Finder, Match
from catalog.search.query import Query, parse
from catalog.search.said import Said
from catalog.search.snippet import SNIPPET_CHARS, Pieces, best_match, cut_snippet


def find(query: Query, text: str) -> list[Match]:
    return Finder(query).find(Said(text))


def snippet(text: str, typed: str) -> Pieces:
    matches = find(parse(typed), text)
    return cut_snippet(Said(text), matches, best_match(matches))


def marked(pieces: Pieces) -> list[str]:
    return [text for text, found in pieces if found]


def test_a_short_text_is_shown_whole_with_every_found_word_marked() -> None:
    assert snippet("The river rose; rivers rise.", "rive* rose") == (
        ("The ", False),
        ("river", True),
        (" ", False),
        ("rose", True),
        ("; ", False),
        ("rivers", True),
        (" rise.", False),
    )


def test_words_of_a_phrase_are_marked_only_where_it_stands() -> None:
    assert marked(snippet("old road, old bridge, new bridge", '"old bridge"')) == ["old", "bridge"]
    assert snippet("old road, old bridge", '"old bridge"')[0] == ("old road, ", False)


def test_a_word_is_marked_as_it_is_written_not_as_it_is_folded() -> None:
    assert marked(snippet("یہ كِتاب ہے", "کتاب")) == ["كِتاب"]


def test_the_snippet_shows_the_place_where_most_of_the_words_stand_together() -> None:
    text = "the road " + "and so on " * 60 + "the road over the bridge" + " and so forth" * 60
    pieces = snippet(text, "bridge road")
    assert marked(pieces) == ["road", "bridge"]
    assert pieces[0][0].startswith("… ")
    assert pieces[-1][0].endswith(" …")


def test_text_that_lacks_one_of_the_words_matches_nothing() -> None:
    assert find(parse("road bridge"), "the road") == []
    assert find(parse("road OR bridge"), "the road") != []


LETTERS = st.sampled_from(
    [*"abنص", "कि", "ত্র", "é", "e\u0301", "👩\u200d🌾", " ", " ", "\n", "\u0600", "\u200d", "。"]
)


@settings(max_examples=100, derandomize=True)
@given(st.lists(LETTERS, max_size=300).map("".join), st.lists(LETTERS, max_size=300).map("".join))
def test_no_snippet_cuts_a_letter_in_two_or_is_much_too_long(before: str, after: str) -> None:
    text = f"{before} target {after}"
    pieces = snippet(text, "target")
    shown = "".join(piece for piece, _ in pieces).removeprefix("… ").removesuffix(" …")
    assert marked(pieces)
    assert shown in text
    assert len(shown) < SNIPPET_CHARS + 60
    letters = regex.findall(r"\X", text)
    assert any(
        "".join(letters[first : first + len(regex.findall(r"\X", shown))]) == shown
        for first in range(len(letters))
    )
