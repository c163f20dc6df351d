"""The index alone, on made-up turns: pages, walks, counts by month, words near a word, bounded work."""

import string
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import InvalidQuery
from catalog.search import answering
from catalog.search import index as searching
from catalog.search.answering import Found, Place, Sort
from catalog.search.asking import turns_query
from catalog.search.cursor import read_cursor, write_cursor
from catalog.search.documents import Entry, schema
from catalog.search.expand import MOST_ADDED_IN_ALL, expand
from catalog.search.index import TurnIndex
from catalog.search.query import MOST_WILD, MOST_WORDS, parse
from catalog.search.tables import starter_tables
from catalog.transcripts import Passage, Speaker, SpokenTurn

FIRST = datetime(2020, 11, 29, tzinfo=UTC)
TALKS, TURNS = 9, 7
VOICES = [
    Speaker("S0", "Zarin Test", "confirmed", "zarin-test", "moderator"),
    Speaker("S1", "Kamal Probe", "named", "kamal-probe", "guest"),
    Speaker("S2", "Unconfirmed voice 3", "unconfirmed"),
]
LANTERN = parse("lantern")


def talk(number: int, *, word: str = "lantern", turns: int = TURNS) -> Entry:
    """Every second talk is of the same day; the last has no date. All turns but the first begin with the word."""
    said = ["good evening", *(f"{word} number {turn}" for turn in range(1, turns))]
    return Entry(
        number,
        1,
        None if number == TALKS else FIRST + timedelta(days=number // 2),
        [
            SpokenTurn(VOICES[n % 3], (Passage(n, n * 1_000, n * 1_000 + 900, text, "en"),))
            for n, text in enumerate(said)
        ],
    )


@pytest.fixture
def index(tmp_path: Path) -> TurnIndex:
    return TurnIndex(tmp_path / "index", lambda: map(talk, range(1, TALKS + 1)))


def pages(index: TurnIndex, sort: Sort, *, between: Callable[[], object] = lambda: None) -> list[Place]:
    """All hits, page by page."""
    places: list[Place] = []
    after = ""
    while True:
        page = index.search(LANTERN, limit=5, after=after, sort=sort)
        places += page.places
        if not page.next:
            return places
        after = page.next
        between()


# ---- pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", Sort)
def test_pages_by_cursor_show_every_hit_once_in_one_order(index: TurnIndex, sort: Sort) -> None:
    whole = index.search(LANTERN, limit=100, sort=sort)
    assert whole.total == len(whole.places) == TALKS * (TURNS - 1)
    assert whole.next == ""
    assert pages(index, sort) == list(whole.places)


@pytest.mark.parametrize("sort", Sort)
def test_every_page_tells_the_same_total(index: TurnIndex, sort: Sort) -> None:
    first = index.search(LANTERN, limit=5, sort=sort)
    second = index.search(LANTERN, limit=5, sort=sort, after=first.next)
    assert first.total == second.total == TALKS * (TURNS - 1)


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST, Sort.POSITION])
def test_what_is_published_or_withdrawn_between_pages_moves_no_other_hit(
    index: TurnIndex, sort: Sort
) -> None:
    before = pages(index, sort)
    changes: Iterator[tuple[int, Entry | None]] = iter([(5, None), (20, talk(20)), (2, talk(2, turns=3))])

    def change() -> None:
        number, entry = next(changes, (0, None))
        index.update([number], lambda _: entry)

    seen = pages(index, sort, between=change)
    assert len(seen) == len(set(seen))
    assert [place for place in seen if place.episode_id not in (2, 5, 20)] == [
        place for place in before if place.episode_id not in (2, 5, 20)
    ]


def test_talks_of_a_day_stay_together_and_those_without_a_date_come_last(index: TurnIndex) -> None:
    newest = dict.fromkeys(place.episode_id for place in pages(index, Sort.NEWEST))
    oldest = dict.fromkeys(place.episode_id for place in pages(index, Sort.OLDEST))
    assert list(newest) == [8, 6, 7, 4, 5, 2, 3, 1, 9]
    assert list(oldest) == [1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_a_cursor_fits_only_the_question_it_was_given_for(index: TurnIndex) -> None:
    cursor = index.search(LANTERN, limit=5, sort=Sort.NEWEST).next
    assert cursor
    for act in (
        lambda: index.search(parse("number"), after=cursor, sort=Sort.NEWEST),
        lambda: index.search(LANTERN, after=cursor, sort=Sort.OLDEST),
        lambda: index.search(LANTERN, after=cursor, sort=Sort.NEWEST, only=[1]),
    ):
        with pytest.raises(InvalidQuery, match="from its first page"):
            act()
    assert index.search(
        LANTERN, after=cursor, sort=Sort.NEWEST, without=[3]
    ).places  # hidden since: the same question


def test_a_page_by_relevance_is_gone_after_a_rebuild_and_others_are_not(index: TurnIndex) -> None:
    cursors = {sort: index.search(LANTERN, limit=5, sort=sort).next for sort in Sort}
    index.rebuild()
    with pytest.raises(InvalidQuery):
        index.search(LANTERN, after=cursors.pop(Sort.RELEVANCE))
    for sort, cursor in cursors.items():
        assert index.search(LANTERN, after=cursor, sort=sort).places


def test_hits_by_relevance_end_where_to_sort_them_would_cost_too_much(
    index: TurnIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "FARTHEST", 12)
    assert len(pages(index, Sort.RELEVANCE)) == 15  # the page that reaches it is the last
    assert len(pages(index, Sort.POSITION)) == TALKS * (TURNS - 1)


@settings(max_examples=100, derandomize=True)
@given(
    st.one_of(
        st.text(max_size=40),
        st.text(string.ascii_letters + string.digits + "-_=", min_size=24, max_size=24),
        st.just("A" * 10_000),
        st.sampled_from(["\ud800" * 24, "0", "-1", "9" * 24, "/" * 24, "=" * 24]),
    )
)
def test_no_invented_cursor_is_taken(cursor: str) -> None:
    with pytest.raises(InvalidQuery):
        read_cursor("lantern", cursor)


@settings(max_examples=50, derandomize=True)
@given(
    st.integers(0, 2**64 - 1), st.integers(0, 23), st.sampled_from(string.ascii_letters), st.text(max_size=9)
)
def test_a_cursor_comes_back_as_it_was_or_not_at_all(
    number: int, at: int, letter: str, question: str
) -> None:
    cursor = write_cursor(question, number)
    assert read_cursor(question, cursor) == number
    spoilt = cursor[:at] + letter + cursor[at + 1 :]
    if spoilt != cursor:
        with pytest.raises(InvalidQuery):
            read_cursor(question, spoilt)
    with pytest.raises(InvalidQuery):
        read_cursor(question + "!", cursor)


# ---- walks ----------------------------------------------------------------------------------------


def walked(index: TurnIndex, **options: int) -> list[Place]:
    return [place for batch in index.walk(LANTERN, **options) for place in batch]  # type: ignore[arg-type]


def test_a_walk_meets_every_hit_once_as_it_was_spoken_in_batches(
    index: TurnIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "STRIDE", 10)
    whole = index.search(LANTERN, limit=100, sort=Sort.POSITION).places
    assert walked(index) == list(whole)
    assert {len(batch) for batch in index.walk(LANTERN, batch=4)} <= {1, 2, 3, 4}
    assert walked(index, batch=3) == list(whole)


def test_a_walk_goes_on_while_the_index_changes_and_meets_nothing_twice(
    index: TurnIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "STRIDE", 5)
    walk = index.walk(LANTERN)
    met = list(next(walk))
    index.update([1, 2, 30], lambda number: None if number == 2 else talk(number))
    index.rebuild()  # without talk 30, which is in no catalog
    met += [place for batch in walk for place in batch]
    assert len(met) == len(set(met))
    assert {place.episode_id for place in met} == set(range(1, TALKS + 1))


def test_a_walk_finds_what_is_asked_for_only(index: TurnIndex) -> None:
    assert {
        place.episode_id for batch in index.walk(LANTERN, only=[2, 3], without=[3]) for place in batch
    } == {2}
    assert list(index.walk(parse("nowhere"))) == []
    assert list(index.walk(parse(""))) == []


# ---- counts by month, words near a word -------------------------------------------------------------


def test_turns_are_counted_by_month_for_everybody_and_for_each_person(index: TurnIndex) -> None:
    counted = index.count_by_month(LANTERN)
    assert counted == {
        ("", 202011): 3 * 6,
        ("", 202012): 5 * 6,  # the ninth talk has no date
        ("zarin-test", 202011): 3 * 2,
        ("zarin-test", 202012): 5 * 2,
        ("kamal-probe", 202011): 3 * 2,
        ("kamal-probe", 202012): 5 * 2,
    }
    assert index.count_by_month(parse("nowhere")) == {}
    assert index.count_by_month(parse("lantern speaker:Zarin"), without=[1]) == {
        ("", 202011): 2 * 2,
        ("", 202012): 5 * 2,
        ("zarin-test", 202011): 2 * 2,
        ("zarin-test", 202012): 5 * 2,
    }


def test_a_query_that_asks_nothing_counts_every_turn_by_month(index: TurnIndex) -> None:
    everybody = {
        month: turns for (person, month), turns in index.count_by_month(parse("")).items() if not person
    }
    assert everybody == {202011: 3 * TURNS, 202012: 5 * TURNS}


def test_words_near_a_word_are_told_nearest_first_and_follow_every_update(index: TurnIndex) -> None:
    assert index.near("lantrn") == (("lantern", TALKS * (TURNS - 1)),)
    assert index.near("lantern")[0] == ("lantern", TALKS * (TURNS - 1))
    index.update([40], lambda number: talk(number, word="lanterns", turns=2))
    assert index.near("lantern") == (("lantern", TALKS * (TURNS - 1)), ("lanterns", 1))
    index.update([40], lambda _: None)
    assert index.near("lanterns", edits=1) == (("lantern", TALKS * (TURNS - 1)),)
    assert index.near("zzzz") == index.near("") == ()
    assert index.near("good", limit=0) == ()


# ---- days -------------------------------------------------------------------------------------------

DAYS = st.dates(FIRST.date() - timedelta(days=70), FIRST.date() + timedelta(days=70))


@pytest.fixture(scope="module")
def diary(tmp_path_factory: pytest.TempPathFactory) -> TurnIndex:
    """A talk on every day of ten weeks, all about a lantern."""

    def aired(number: int) -> Entry:
        return replace(talk(number, turns=2), aired_at=FIRST + timedelta(days=number - 36))

    return TurnIndex(tmp_path_factory.mktemp("diary"), lambda: map(aired, range(1, 71)))


@settings(max_examples=100, derandomize=True)
@given(DAYS, DAYS)
def test_talks_are_found_by_their_days_as_the_calendar_has_them(
    diary: TurnIndex, first: date, end: date
) -> None:
    aired = [FIRST.date() + timedelta(days=number - 36) for number in range(1, 71)]
    found = diary.search(parse(f"lantern after:{first} before:{end}"), limit=100)
    assert found.total == sum(first <= day < end for day in aired)
    assert diary.search(parse(f"lantern -after:{first}"), limit=1).total == sum(day < first for day in aired)
    assert diary.search(parse(f"lantern before:{end}"), limit=1).total == sum(day < end for day in aired)


# ---- bounded work -----------------------------------------------------------------------------------

GREEDY = [
    "a* " * 3_000,
    " OR ".join(f"word{n}*" for n in range(3_000)),
    "((((" * 2_500,
    '"' + "the " * 2_500 + '"',
    "~2 " * 3_000 + "lantern~2 " * 1_000,
    "-" * 5_000 + "lantern " * 500,
    "speaker:a " * 1_000 + "lantern",
    "(.*)+$" * 1_500,
    "siddiqui balochistan " * 400,
    "*" * 10_000,
    "\ud800" * 10_000,
]


def terms(query: object) -> int:
    """How many terms of the index a query asks for, at any depth."""
    return sum(repr(query).count(kind) for kind in ("TermQuery(", "RegexQuery", "Fuzzy", "PhraseQuery"))


@pytest.mark.parametrize("typed", GREEDY, ids=lambda typed: typed[:12].encode("ascii", "replace").decode())
def test_no_text_however_long_asks_more_than_a_bounded_number_of_terms(index: TurnIndex, typed: str) -> None:
    plain = parse(typed)
    wide = expand(plain, starter_tables())
    wild = [
        term for group in plain.groups for clause in group for term in clause if term.prefix or term.edits
    ]
    assert sum(len(term.words) for group in plain.groups for clause in group for term in clause) <= MOST_WORDS
    assert len(wild) <= MOST_WILD
    assert all(len(term.words[0]) > 1 for term in wild)
    assert terms(turns_query(schema(), wide, None)) <= 2 * (MOST_WORDS + MOST_ADDED_IN_ALL)
    assert isinstance(index.search(wide, limit=1), Found)
    assert len(plain.filters) <= MOST_WORDS
