import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.normalize import fold
from catalog.search.query import (
    LONGEST_QUERY,
    MOST_SLOP,
    MOST_WILD,
    MOST_WORDS,
    Filter,
    Note,
    Query,
    Term,
    parse,
)

PIECES = ["OR", "-", '"', "*", "“", "word", "کتاب", "हिन्दी", "a*b", "−x", "\x00", "\ud800", "(", " "]
PIECES += ["~", "~2", "=", "speaker:", "AFTER:", "2021-02-31", "is:", "foo:", "role:guest", "lang:", "word~2"]
TYPED = st.text(st.characters()) | st.lists(st.sampled_from(PIECES)).map("".join)


def terms_of(query: Query) -> list[Term]:
    return [*(term for group in query.groups for clause in group for term in clause), *query.excluded]


def words_of(query: Query) -> list[str]:
    return [word for term in terms_of(query) for word in term.words]


@settings(max_examples=100, derandomize=True)
@given(TYPED)
def test_any_text_is_a_query_of_folded_words_and_notes_inside_the_text(text: str) -> None:
    query = parse(text)
    assert all(query.groups)
    assert len(words_of(query)) + len(query.filters) <= MOST_WORDS
    assert len([term for term in terms_of(query) if term.prefix or term.edits]) <= MOST_WILD
    assert all(term.slop <= MOST_SLOP and term.edits <= 2 for term in terms_of(query))
    for one in query.filters:
        assert one.value.encode() and one.value.isprintable()
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
    assert query.groups or query.filters or query.notes or not text.strip()


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
    assert [[" ".join(map(show, clause)) for clause in group] for group in query.groups] == groups
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
        ("road NOT rail", 5, "NOT was searched", ["road", "not", "rail"]),
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


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("kitab~", Term(("kitab",), edits=1)),
        ("kitab~2", Term(("kitab",), edits=2)),
        ("kitab~9", Term(("kitab",), edits=2)),
        ('"old bridge"~5', Term(("old", "bridge"), slop=5)),
        ('"old bridge"~', Term(("old", "bridge"), slop=1)),
        ('"old bridge"~9999', Term(("old", "bridge"), slop=MOST_SLOP)),
        ("=Siddiqui", Term(("siddiqui",), exact=True)),
        ('="old bridge"', Term(("old", "bridge"), exact=True)),
        ("foo:bar", Term(("foo", "bar"))),
        ("teh~2", Term(("teh",), edits=1)),
        ("te~", Term(("te",))),
    ],
)
def test_a_term_may_depart_from_the_text_as_far_as_was_written(typed: str, term: Term) -> None:
    assert parse(typed).groups == (((term,),),)


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ('speaker:"Hamid River"', [Filter("speaker", "Hamid River")]),
        ("Speaker:hamid-river", [Filter("speaker", "hamid-river")]),
        ("-ROLE:Guest", [Filter("role", "guest", unwanted=True)]),
        ("lang:UR language:hi", [Filter("language", "ur"), Filter("language", "hi")]),
        ("lang:Urdu", [Filter("language", "ur")]),
        (
            'lang:"Western Balochi" -lang:pa-Guru',
            [Filter("language", "bgn"), Filter("language", "pa-guru", True)],
        ),
        ("episode:tea", [Filter("episode", "tea")]),
        (
            "after:2020-12 before:2021-3-4",
            [Filter("after", "2020-12-01"), Filter("before", "2021-03-04")],
        ),
        ("is:corrected", [Filter("is", "corrected")]),
        ("in:episodes", []),
    ],
)
def test_fields_become_filters(typed: str, filters: list[Filter]) -> None:
    query = parse(f"road {typed}")
    assert list(query.filters) == filters
    assert (len(query.groups), query.notes) == (1, ())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("road before:2021-02-31", "“2021-02-31” is no date"),
        ("road after:soon", "“soon” is no date"),
        ("road role:king", "may be moderator or host or guest"),
        ("road lang:klingon", "“klingon” is no language"),
        ("road article:-", "“article:” needs a value"),
        ("road in:space", "may be episodes, articles or both"),
        ("road speaker:?!", "needs a value"),
        ("road foo:bar", "no field"),
        ("road te~", "~ works at the end of one word of 3"),
        ("road teh~2", "~2 needs 5 letters"),
        ('road "a b"~99', "At most 20 words"),
    ],
)
def test_a_field_or_mark_that_cannot_be_used_is_said_at_its_place(typed: str, said: str) -> None:
    query = parse(typed)
    assert [(note.position, said in note.text) for note in query.notes] == [(5, True)]
    assert query.groups[0] == ((Term(("road",)),),)
    assert query.filters == ()


def test_wild_words_are_few_however_many_were_written() -> None:
    query = parse(" ".join(f"word{number}*" for number in range(40)))
    assert sum(term.prefix for term in terms_of(query)) == MOST_WILD
    assert "at most 8 words" in query.notes[0].text
