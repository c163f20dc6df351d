import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tantivy import Document, Index

from catalog.search.asking import turns_query
from catalog.search.documents import schema
from catalog.search.finding import Finder, Match
from catalog.search.matching import find_term, is_within
from catalog.search.query import Query, Term
from catalog.search.said import Said
from catalog.search.snippet import best_match, cut_snippet

WORDS = st.sampled_from(["ab", "abc", "acb", "abd", "bab", "کتاب", "کتب", "کتابا"])
TEXTS = st.lists(WORDS, min_size=1, max_size=8)
TERMS = st.one_of(
    st.builds(Term, st.tuples(WORDS)),
    st.builds(Term, st.tuples(WORDS), prefix=st.just(True)),
    st.builds(Term, st.tuples(WORDS), edits=st.integers(1, 2)),
    st.builds(Term, st.tuples(WORDS, WORDS), slop=st.just(0)),
)
NEAR = st.builds(Term, st.tuples(WORDS, WORDS), slop=st.integers(1, 4))


def find(query: Query, text: str) -> list[Match]:
    return Finder(query).find(Said(text))


def is_found(term: Term, text: list[str]) -> bool:
    """Whether the index itself finds the text."""
    index = Index(schema())
    writer = index.writer(15_000_000, 1)
    document = Document()
    document.add_text("body", " ".join(text))
    writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    wanted = turns_query(schema(), Query(groups=(((term,),),)), None)
    return bool(index.searcher().search(wanted, 1).hits)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(TERMS, TEXTS)
def test_what_is_marked_is_what_the_index_finds(term: Term, text: list[str]) -> None:
    assert bool(list(find_term(term, text))) == is_found(term, text)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(NEAR, TEXTS)
def test_what_the_index_finds_near_each_other_is_marked(term: Term, text: list[str]) -> None:
    assert list(find_term(term, text)) or not is_found(term, text)


@pytest.mark.parametrize(
    ("asked", "word", "edits", "within"),
    [
        ("siddiqui", "siddiqi", 1, True),
        ("baloch", "balcoh", 1, True),
        ("baloch", "blaohc", 1, False),
        ("baloch", "blaohc", 2, True),
        ("ab", "abcde", 2, False),
    ],
)
def test_letters_that_may_differ_are_counted(asked: str, word: str, edits: int, within: bool) -> None:
    assert is_within(asked, word, edits) is within


def test_every_spelling_that_an_expansion_added_is_marked() -> None:
    either = ((Term(("lapata",)), Term(("afrad",))), (Term(("missing", "persons"), weight=0.5),))
    query = Query(groups=(either,))

    def marked(text: str) -> list[str]:
        matches = find(query, text)
        return [piece for piece, found in cut_snippet(Said(text), matches, best_match(matches)) if found]

    assert marked("the missing persons of today") == ["missing", "persons"]
    assert marked("afrad jo lapata hain") == ["afrad", "lapata"]
    assert find(query, "lapata and missing") == []
