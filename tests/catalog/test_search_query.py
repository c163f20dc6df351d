import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.normalize import fold
from catalog.search.query import LONGEST_QUERY, MOST_WORDS, Note, Query, Term, parse

TYPED = st.text(st.characters()) | st.lists(
    st.sampled_from(
        ["OR", "-", '"', "*", "“", "word", "کتاب", "हिन्दी", "a*b", "−x", "\x00", "\ud800", "(", " "]
    )
).map("".join)


def words_of(query: Query) -> list[str]:
    terms = [*(term for group in query.groups for term in group), *query.excluded]
    return [word for term in terms for word in term.words]


@settings(max_examples=100, derandomize=True)
@given(TYPED)
def test_any_text_is_a_query_of_folded_words_and_notes_inside_the_text(text: str) -> None:
    query = parse(text)
    assert all(query.groups)
    assert len(words_of(query)) <= MOST_WORDS
    for word in words_of(query):
        assert word
        assert word == fold(word)
    for note in query.notes:
        assert 0 <= note.position <= len(text)
        note.text.encode()


@settings(max_examples=100, derandomize=True)
@given(TYPED)
def test_a_query_without_words_says_why_unless_nothing_was_typed(text: str) -> None:
    query = parse(text)
    assert query.groups or query.notes or not text.strip()


@pytest.mark.parametrize(
    ("typed", "groups", "excluded"),
    [
        ("missing persons", [["missing"], ["persons"]], []),
        ('"missing persons"', [["missing persons"]], []),
        ("“missing persons”", [["missing persons"]], []),
        ("coup-d'état", [["coup d etat"]], []),
        ("cat OR dog OR 'cow' milk", [["cat", "dog", "cow"], ["milk"]], []),
        ("or cat", [["or"], ["cat"]], []),
        ('road -rail −"old bridge"', [["road"]], ["rail", "old bridge"]),
        ("well-known", [["well known"]], []),
        ("Balochi*", [["balochi*"]], []),
        ("-Balochi* x", [["x"]], ["balochi*"]),
        ("لاپته افراد", [["لاپتہ"], ["افراد"]], []),
        ("(cat OR dog)", [["cat", "dog"]], []),
    ],
)
def test_the_language_means_what_the_help_says(
    typed: str, groups: list[list[str]], excluded: list[str]
) -> None:
    def show(term: Term) -> str:
        return " ".join(term.words) + "*" * term.prefix

    query = parse(typed)
    assert [[show(term) for term in group] for group in query.groups] == groups
    assert [show(term) for term in query.excluded] == excluded
    assert query.notes == ()


@pytest.mark.parametrize(
    ("typed", "position", "said", "still_searched"),
    [
        ('road "old bridge', 5, "not closed", ["road", "old", "bridge"]),
        ("OR road", 0, "OR needs a word", ["road"]),
        ("road OR", 5, "OR needs a word", ["road"]),
        ("road OR OR rail", 8, "OR needs a word", ["road", "rail"]),
        ("road OR -rail", 5, "OR needs a word", ["road", "rail"]),
        ("road ?!", 5, "no letter", ["road"]),
        ('road ""', 5, "no letter", ["road"]),
        ("road a*b", 5, "* works at the end", ["road", "a", "b"]),
        ("road x*", 5, "* works at the end", ["road", "x"]),
        ('"old bri*"', 0, "* works at the end", ["old", "bri"]),
        ("-road", 0, "needs a word to look for", ["road"]),
    ],
)
def test_what_is_not_understood_is_said_with_its_place_and_the_rest_is_searched(
    typed: str, position: int, said: str, still_searched: list[str]
) -> None:
    query = parse(typed)
    assert [note.position for note in query.notes if said in note.text] == [position]
    assert words_of(query) == still_searched


def test_more_words_than_fit_are_left_out_with_a_note() -> None:
    many = parse(" ".join(f"w{number}" for number in range(MOST_WORDS + 10)))
    assert words_of(many) == [f"w{number}" for number in range(MOST_WORDS)]
    assert "Only the first 64 words" in many.notes[0].text
    phrase = parse('"' + "a " * (MOST_WORDS + 1) + '"')
    assert words_of(phrase) == ["a"] * MOST_WORDS


def test_a_long_query_is_cut_with_a_note() -> None:
    query = parse("a" * 10_000)
    assert query.notes == (Note(LONGEST_QUERY, "Only the first 1,000 characters were searched."),)
    assert query.groups


def test_a_thing_that_is_wrong_many_times_is_said_once() -> None:
    assert len(parse("? " * 400).notes) == 1
