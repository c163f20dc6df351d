"""What cannot help a question is not looked for, and what is found stays the same."""

import pytest

from catalog.search import spoken
from catalog.search.query import Query, Term, parse
from catalog.search.spoken import without_unspoken

NAME, LIKE_IT, ELSEWHERE = (
    Term(("mengal",)),
    Term(("mgl",), sound=True, weight=0.5),
    Term(("مینگل",), weight=0.8),
)


def kept(query: Query, turns: int, **said: int) -> list[Term]:
    spoken = without_unspoken(query, turns, lambda field, word: said.get(f"{field}_{word}", 0))
    return [term for group in spoken.groups for clause in group for term in clause]


def test_a_sound_that_everybody_makes_is_no_name_and_a_rare_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken, "LARGE", 100)
    query = Query((((NAME,), (LIKE_IT,), (ELSEWHERE,)),))
    assert kept(query, 2_000, body_mengal=5, sound_mgl=90) == [NAME, LIKE_IT]
    assert kept(query, 2_000, body_mengal=5, sound_mgl=900) == [NAME]
    assert kept(query, 100, sound_mgl=90) == [LIKE_IT]
    assert kept(query, 100) == [NAME]  # something must be looked for, or everything would be found


def test_all_that_must_occur_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    query = parse("road rail wor*")
    assert without_unspoken(query, 9, lambda field, word: 0) == query
