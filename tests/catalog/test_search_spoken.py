"""What cannot help a question is not looked for, and what is found stays the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.search import answering, spoken
from catalog.search.documents import Entry
from catalog.search.index import TurnIndex
from catalog.search.query import Query, Term, parse
from catalog.search.spoken import without_unspoken
from tests.catalog.test_search_index import talk

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


@pytest.mark.parametrize("together", [1, 4_096])
def test_the_hits_of_a_phrase_are_counted_as_if_they_were_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    def entries() -> Iterator[Entry]:
        yield from (talk(number, turns=9) for number in range(1, 30))

    index = TurnIndex(tmp_path / "index", entries)
    monkeypatch.setattr(answering, "MOST_TOGETHER", together)
    first = index.search(parse('"lantern number"'), limit=7, facets=True)
    assert (first.total, len(first.places), first.about) == (29 * 8, 7, False)
    assert sum(one.turns for one in next(f for f in first.facets if f.field == "language").counts) == 29 * 8
    rest, after = list(first.places), first.next
    while after:
        page = index.search(parse('"lantern number"'), limit=7, after=after, facets=True)
        assert page.total == first.total and page.facets == first.facets
        rest, after = [*rest, *page.places], page.next
    assert len(set(rest)) == len(rest) == 29 * 8
