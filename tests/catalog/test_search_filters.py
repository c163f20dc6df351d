from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import col, select

from catalog.authority.changing import add_entity, edit_entity
from catalog.authority.entries import entry_of
from catalog.authority.joining import join_cast
from catalog.db import reading, writing
from catalog.episodes import find_episode
from catalog.models import (
    EntityKind,
    EntityState,
    Episode,
    EpisodeState,
    LabelState,
    Person,
    PersonAlias,
    SpeakerLabel,
    Track,
)
from catalog.normalize import fold
from catalog.search import facets
from catalog.search.answering import Sort
from catalog.search.documents import Entry, documents
from catalog.search.hits import Results, search_turns
from catalog.search.index import TurnIndex
from catalog.search.refresh import open_index
from catalog.search.spellings import known_tables
from catalog.search.tables import read_tables
from catalog.transcripts import read_turns

OLD = [
    ("Zarin Test", "en", "Who built the bridge over the river?"),
    ("Kamal Probe", "ur", "The bridge was built by the village, پل گاؤں نے بنایا"),
    (None, "en", "The bridge fell."),
]
NEW = [
    ("Zarin Probe", "en", "A bridge again."),
    ("Kamal Probe", "hi", "The bridge पुल stands, bridge by bridge."),
]


@pytest.fixture
def index(engine: Engine, tmp_path: Path, make_episode: Callable[..., Episode]) -> TurnIndex:
    with writing(engine) as session:
        old = make_episode(session, slug="old", title="The old bridge", turns=OLD)
        old.aired_at = datetime(2020, 12, 31, 23, tzinfo=UTC)
        make_episode(session, slug="new", title="The new bridge", turns=NEW)
        session.exec(select(Track).where(Track.episode_id == old.id)).one().by_human = True
        kamal = session.exec(select(Person).where(Person.slug == "kamal-probe")).one()
        session.add(PersonAlias(person_id=kamal.id or 0, name="کمال", folded=fold("کمال")))
    return open_index(tmp_path / "index", engine)


def search(engine: Engine, index: TurnIndex, text: str, **options: object) -> Results:
    with reading(engine) as session:
        return search_turns(session, index, text, **options)  # type: ignore[arg-type]


def set_state(engine: Engine, slug: str, state: EpisodeState) -> None:
    with writing(engine) as session:
        find_episode(session, slug).state = state


def places(results: Results) -> list[str]:
    return sorted(f"{hit.episode_slug} {hit.end_ms // 10_000}" for hit in results.hits)


@pytest.mark.parametrize(
    ("typed", "found_at"),
    [
        ("bridge", ["new 1", "new 2", "old 1", "old 2", "old 3"]),
        ('bridge speaker:"Kamal Probe"', ["new 2", "old 2"]),
        ("bridge speaker:kamal-probe", ["new 2", "old 2"]),
        ("bridge speaker:kamal", ["new 2", "old 2"]),
        ("bridge speaker:کمال", ["new 2", "old 2"]),
        ("bridge speaker:Zarin", ["new 1", "old 1"]),
        ("bridge speaker:zarin-test", ["old 1"]),  # her namesake stays apart
        ("bridge speaker:zarin-test speaker:zarin-probe", ["new 1", "old 1"]),
        ("bridge -speaker:Zarin", ["new 2", "old 2", "old 3"]),
        ("bridge speaker:Unconfirmed", []),
        ("bridge role:guest", ["new 1", "new 2", "old 1", "old 2"]),
        ("bridge role:host", []),
        ("bridge lang:ur", ["old 2"]),
        ("bridge lang:ur lang:HI", ["new 2", "old 2"]),
        ("bridge -lang:en", ["new 2", "old 2"]),
        ("bridge episode:old", ["old 1", "old 2", "old 3"]),
        ("bridge -episode:old", ["new 1", "new 2"]),
        ("bridge episode:nowhere", []),
        ("bridge after:2021", ["new 1", "new 2"]),
        ("bridge before:2021", ["old 1", "old 2", "old 3"]),
        ("bridge after:2020-12-31 before:2021-01-01 lang:ur", ["old 2"]),
        ("bridge is:corrected lang:ur", ["old 2"]),
        ("bridge -is:corrected", ["new 1", "new 2"]),
        ("speaker:zarin", ["new 1", "old 1"]),
        ("-speaker:zarin", []),
        ("brigde~", ["new 1", "new 2", "old 1", "old 2", "old 3"]),
        ('"built bridge"~1', ["old 1"]),
        ('"built bridge"~4', ["old 1", "old 2"]),  # the other way round is farther apart
        ('"bridge built"~1', ["old 2"]),
    ],
)
def test_filters_keep_the_turns_they_name(
    engine: Engine, index: TurnIndex, typed: str, found_at: list[str]
) -> None:
    assert places(search(engine, index, typed)) == found_at


def test_hits_come_in_the_order_that_was_asked_for(engine: Engine, index: TurnIndex) -> None:
    def order(sort: Sort) -> list[tuple[str, int]]:
        hits = search(engine, index, "bridge", sort=sort).hits
        return [(hit.episode_slug, hit.end_ms // 10_000) for hit in hits]

    assert order(Sort.POSITION) == [("old", 1), ("old", 2), ("old", 3), ("new", 1), ("new", 2)]
    assert [slug for slug, _ in order(Sort.NEWEST)] == ["new", "new", "old", "old", "old"]
    assert [slug for slug, _ in order(Sort.OLDEST)] == ["old", "old", "old", "new", "new"]


def test_a_search_counts_its_hits_by_speaker_role_year_language_and_talk(
    engine: Engine, index: TurnIndex
) -> None:
    counted = {
        facet.field: {one.value: (one.label, one.turns) for one in facet.counts}
        for facet in search(engine, index, "bridge", limit=1).facets
    }
    assert counted == {
        "speaker": {
            "kamal-probe": ("Kamal Probe", 2),
            "zarin-probe": ("Zarin Probe", 1),
            "zarin-test": ("Zarin Test", 1),
        },
        "role": {"guest": ("guest", 4)},
        "year": {"2024": ("2024", 2), "2020": ("2020", 3)},
        "language": {"en": ("en", 3), "ur": ("ur", 1), "hi": ("hi", 1)},
        "episode": {"old": ("The old bridge", 3), "new": ("The new bridge", 2)},
    }


def test_very_many_hits_are_counted_on_a_sample_and_said_to_be_about(
    engine: Engine, index: TurnIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert facets.COUNTED_ALL == 50_000
    monkeypatch.setattr(facets, "COUNTED_ALL", 4)
    found = search(engine, index, "bridge").facets
    assert all(facet.about and one.turns % 16 == 0 for facet in found for one in facet.counts)


def test_a_hit_says_what_another_speaker_asked_before(engine: Engine, index: TurnIndex) -> None:
    answer, question = search(engine, index, "village").hits[0], search(engine, index, "river").hits[0]
    assert answer.prompt and (answer.prompt.speaker, answer.prompt.text) == ("Zarin Test", OLD[0][2])
    assert question.prompt is None
    assert answer.aired_at and answer.aired_at.year == 2020


@pytest.mark.parametrize("typed", ["bridge speaker:Kamal", "speaker:kamal-probe", "speaker:کمال"])
def test_a_name_taken_back_since_the_index_was_made_finds_nobody(
    engine: Engine, index: TurnIndex, typed: str
) -> None:
    with writing(engine) as session:
        for label in session.exec(select(SpeakerLabel).where(col(SpeakerLabel.appearance_id).is_not(None))):
            label.state = LabelState.WITHHELD
    found = search(engine, index, typed, expand=False)
    assert replace(found, notes=()) == Results(0, (), ())
    assert [note.text for note in found.notes] == [
        f"Nobody who is heard here is called “{typed.partition('speaker:')[2]}”."
    ]


def test_each_word_has_its_sound_at_its_own_place(engine: Engine, index: TurnIndex) -> None:
    with reading(engine) as session:
        episode = session.exec(select(Episode).where(Episode.slug == "old")).one()
        entry = Entry(episode.id or 0, 1, None, read_turns(session, episode.id or 0))
        told = [one for one in documents(entry) if one.get_first("kind") == "turn"]
    assert len(told) == len(OLD)
    for document in told:
        body, sound = document.get_first("body"), document.get_first("sound")
        assert body and sound and len(body.split(" ")) == len(sound.split())


@pytest.mark.parametrize(
    "typed",
    [
        'speaker:"\ud800x\x00"',
        "speaker:' OR 1=1 --",
        "after:9999-12-31 before:0000",
        "after:99999999999999999999",
        "episode:" + "x" * 990,
        "aaa~2 " * 200,
        "bb* " * 200,
        '"a b"~20 ' * 40,
        "speaker:x " * 200,
        "-is:corrected",
        "before:0001-01-01",
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_a_hostile_field_is_answered(engine: Engine, index: TurnIndex, typed: str) -> None:
    results = search(engine, index, typed)
    assert results.total == len(results.hits)


def test_what_was_searched_beside_the_words_is_told_and_can_be_left_out(
    engine: Engine, index: TurnIndex
) -> None:
    tables = read_tables("bridge | پل | पुल")
    found = search(engine, index, "پل", tables=tables)
    assert places(found) == ["new 1", "new 2", "old 1", "old 2", "old 3"]
    assert set(found.also) >= {"bridge", "पुल"}
    assert any(text == "bridge" and marked for hit in found.hits for text, marked in hit.snippet)
    for alone in (search(engine, index, "پل", tables=tables, expand=False), search(engine, index, "=پل")):
        assert (places(alone), alone.also) == (["old 2"], ())


def test_people_are_known_by_the_spellings_the_catalog_has_now(
    engine: Engine, index: TurnIndex, tmp_path: Path
) -> None:
    def spellings() -> set[tuple[str, ...]]:
        with reading(engine) as session:
            return set(known_tables(session, tmp_path).concepts)

    assert ("kamal", "probe") in spellings() and ("kemal", "proobe") not in spellings()
    with writing(engine) as session:
        kamal = session.exec(select(Person).where(Person.slug == "kamal-probe")).one()
        session.add(PersonAlias(person_id=kamal.id or 0, name="Kemal Proobe", folded="kemal proobe"))
    assert ("kemal", "proobe") in spellings()


def test_a_speaker_is_found_by_other_spellings_of_a_part_of_the_name(
    engine: Engine, index: TurnIndex
) -> None:
    tables = read_tables("[name]\nZarin | Zareen | زرین\nKamal | کمال")
    found = search(engine, index, "bridge speaker:زرین", tables=tables)
    assert (places(found), found.notes) == (["new 1", "old 1"], ())
    assert {"Zarin", "Zareen"} <= set(found.also)
    assert places(search(engine, index, "bridge -speaker:زرین", tables=tables)) == ["new 2", "old 2", "old 3"]
    assert places(search(engine, index, "bridge speaker:زرین", tables=tables, expand=False)) == []


def test_whom_nobody_is_called_is_told_with_who_may_be_meant(
    engine: Engine, index: TurnIndex, make_episode: Callable[..., Episode]
) -> None:
    def said(typed: str) -> list[str]:
        return [note.text for note in search(engine, index, typed, expand=False).notes]

    with writing(engine) as session:
        lines = [("Kemal Secret", "en", "Nobody may know.")]
        make_episode(session, slug="secret", state=EpisodeState.REVIEW, turns=lines)
    assert said('bridge speaker:"Kamal Prob"') == [
        "Nobody who is heard here is called “Kamal Prob”. Perhaps “Kamal Probe”?"
    ]
    assert said("speaker:kemal") == ["Nobody who is heard here is called “kemal”. Perhaps “Kamal Probe”?"]
    assert said('speaker:"Kemal Secret"') == [
        "Nobody who is heard here is called “Kemal Secret”."
    ]  # as if unknown
    assert said("speaker:xyzzy") == ["Nobody who is heard here is called “xyzzy”."]
    assert said("nothing speaker:kamal") == said("nothing speaker:zarin-test") == []


def test_a_field_that_leads_to_no_talk_is_told(engine: Engine, index: TurnIndex) -> None:
    def said(typed: str) -> list[str]:
        return [note.text for note in search(engine, index, typed).notes]

    assert said("bridge episode:nowhere") == ["No published talk has the address “nowhere”."]
    assert said("bridge article:xyzzy") == ["No published talk belongs to an article called “xyzzy”."]
    assert said("nothing episode:old") == said("bridge episode:nowhere in:articles") == []
    set_state(engine, "old", EpisodeState.WITHDRAWN)
    assert said("bridge episode:old") == ["No published talk has the address “old”."]


def test_nobody_is_told_of_whom_no_published_talk_names(
    engine: Engine, index: TurnIndex, tmp_path: Path, make_episode: Callable[..., Episode]
) -> None:
    """Who misspells a name would read on the page that the newsroom has somebody of that name."""

    def told() -> tuple[str, ...]:
        with reading(engine) as session:
            tables = known_tables(session, tmp_path)
            return search_turns(session, index, "Zubeidah Quarystone", tables=tables).also

    with writing(engine) as session:
        lines = [("Zubaida Quarrystone", "en", "Nobody may know.")]
        make_episode(session, slug="secret", state=EpisodeState.REVIEW, turns=lines)
    assert "Zubaida" not in " ".join(told())
    set_state(engine, "secret", EpisodeState.PUBLISHED)
    assert "Zubaida Quarrystone" in told()
    with writing(engine) as session:
        join_cast(session, find_episode(session, "secret").id or 0)  # as publishing does
    set_state(engine, "secret", EpisodeState.WITHDRAWN)
    assert "Zubaida" not in " ".join(told())


def test_a_spelling_of_what_is_shown_to_no_reader_is_not_told(engine: Engine, tmp_path: Path) -> None:
    def is_known() -> bool:
        with reading(engine) as session:
            return ("teapur",) in known_tables(session, tmp_path).concepts

    with writing(engine) as session:
        add_entity(session, EntityKind.PLACE, "Teapur")
    assert is_known()
    with writing(engine) as session:
        edit_entity(session, "teapur", replace(entry_of(session, "teapur")[1], state=EntityState.UNLISTED))
    assert not is_known()
