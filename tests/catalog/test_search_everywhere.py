"""Words that everybody says are ranked and counted on a sample of a large archive, and nothing else is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.search import everywhere
from catalog.search.answering import Sort
from catalog.search.asking import sample_query, turns_query
from catalog.search.documents import FEW, Entry, schema
from catalog.search.expand import expand
from catalog.search.index import TurnIndex
from catalog.search.query import Query, Term, parse
from catalog.search.tables import starter_tables
from tests.catalog.test_search_index import talk


def test_words_that_everybody_says_are_counted_on_a_sample_and_a_rare_one_beside_them_still_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everywhere, "LARGE", 1_000)
    monkeypatch.setattr(everywhere, "LEAST", 100)

    def entries() -> Iterator[Entry]:
        yield talk(1_000, word="parapet", turns=2)
        yield from (talk(number, turns=9) for number in range(1, 301))

    index = TurnIndex(tmp_path / "index", entries)
    both = index.search(parse("lantern number"), limit=50, facets=True)
    assert both.about and len(both.places) == 50
    assert 0.7 * 300 * 8 < both.total < 1.3 * 300 * 8
    assert all(facet.about for facet in both.facets)
    phrase = index.search(parse('"lantern number"'), facets=True)
    assert phrase.about and 0.7 * 300 * 8 < phrase.total < 1.3 * 300 * 8
    alone = index.search(parse("lantern"), limit=20)
    assert alone.about and len({place.episode_id for place in alone.places}) > 5
    either = index.search(parse("lantern OR parapet"), limit=20)
    assert either.about and either.places[0].episode_id == 1_000
    exact = [
        index.search(parse("lantern number"), sort=Sort.POSITION),
        index.search(parse("lantern number"), only=[5]),
        index.search(parse("lantern number role:guest")),
        index.search(parse("parapet number")),
        index.search(parse("lantern role:guest")),
        index.search(parse('"lantern parapet"')),
    ]
    assert [(found.about, found.total) for found in exact] == [
        (False, 2400),
        (False, 8),
        (False, 900),
        (False, 1),
        (False, 900),
        (False, 0),
    ]


def test_a_phrase_of_common_words_that_few_say_is_looked_for_in_every_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everywhere, "LARGE", 10)
    index = TurnIndex(tmp_path / "index", lambda: map(talk, range(1, 60)))
    found = index.search(parse('"lantern number"'))
    assert not found.about and found.total == 59 * 6


def test_what_everybody_says_is_left_out_of_talks_that_are_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everywhere, "LARGE", 10)
    monkeypatch.setattr(everywhere, "LEAST", 0)
    index = TurnIndex(tmp_path / "index", lambda: map(talk, range(1, 60)))
    hidden = list(range(1, 59))
    for asked in ("lantern number", "lantern OR number"):
        found = index.search(parse(asked), without=hidden, limit=50)
        assert found.about and {place.episode_id for place in found.places} <= {59}


@pytest.mark.parametrize(
    "text",
    [
        "lantern",
        "lant*",
        "lantrn~",
        "lantern OR evening",
        "lantern number",
        '"lantern number"',
        "number -7",
        'lantern speaker:"Kamal Probe"',
        "role:guest",
    ],
)
def test_the_few_are_the_same_turns_however_they_are_found(tmp_path: Path, text: str) -> None:
    index = TurnIndex(tmp_path / "index", lambda: map(talk, range(1, 60)))
    query = expand(parse(text), starter_tables())
    index.stamps()
    with index.generations.searching() as (_, searcher):
        apart = searcher.search(turns_query(schema(), query, None, among_few=True), 1)
        from_all = searcher.search(sample_query(schema(), turns_query(schema(), query, None), FEW), 1)
    assert apart.count == from_all.count > 0


def test_what_two_words_share_is_enough_for_both_and_looked_for_once(tmp_path: Path) -> None:
    """As each of them asked for by itself, and no turn is found or lost by it."""
    said = ("alpha beta", "alpha gamma", "beta", "gamma delta", "delta", "alpha", "gamma")

    def entries() -> Iterator[Entry]:
        yield from (talk(number, word=words, turns=3) for number, words in enumerate(said, start=1))

    index = TurnIndex(tmp_path / "index", entries)
    either = [
        [(Term((word,)),) for word in words] for words in (("alpha", "gamma"), ("beta", "gamma", "delta"))
    ]
    asked = Query(groups=(tuple(either[0]), tuple(either[1])))
    found = {place.episode_id for place in index.search(asked, limit=50).places}
    each = [
        {place.episode_id for place in index.search(Query(groups=(tuple(group),)), limit=50).places}
        for group in either
    ]
    assert found == each[0] & each[1] == {1, 2, 4, 7}
    thrice = replace(asked, groups=(*asked.groups, tuple(either[0])))
    assert {place.episode_id for place in index.search(thrice, limit=50).places} == found
