"""Where talks and articles name entities: in step with words, cast and file; what is unsure waits for people."""

from dataclasses import replace

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from catalog.articles import keep_articles
from catalog.authority.bringing import bring_in
from catalog.authority.changing import edit_entity, merge_entities, retire_entity, undo_entity
from catalog.authority.entries import entry_of
from catalog.authority.finding import find_in_episode, follow_authority, is_behind
from catalog.authority.following import follow
from catalog.authority.sheet import read_sheet
from catalog.db import reading, writing
from catalog.editing import edit_paragraph, stamp_of
from catalog.episodes import find_episode, touch
from catalog.models import (
    Article,
    Entity,
    EntityState,
    Episode,
    EpisodeState,
    Mention,
    MentionDoubt,
    MentionVerdict,
    Utterance,
)
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.publishing import publish_episode, withdraw_episode
from catalog.redaction.rows import take_out_words
from catalog.search.hits import Results, search_turns
from catalog.search.index import TurnIndex
from catalog.search.refresh import open_index, refresh_episode
from catalog.written.found import Found, FoundArticle
from tests.catalog.conftest import MakeEpisode
from transcribe.timeline import Span

SHEET = """id,kind,name,aliases,short_forms,description,not
zarin-chai,person,Zarin Chai,زرین چائے,,Pours tea,kamal-chai
kamal-chai,person,Kamal Chai,,,Drinks it,zarin-chai
teapur,place,Teapur,ٹیپور,,A town,
kettles,topic,Kettles,kettle | کیتلی,,,
hidden,organisation,House of Cups,,,,
"""
TURNS = [
    ("Asma Green", "en", "We talk about Teapur. Zarin Chai lives there."),
    ("Zarin Chai", "en", "Chai is my name. Every kettle in Teapur is mine, says the House of Cups."),
    ("Asma Green", "ur", "ٹیپور میں کیتلی ہے"),
]


def bring(engine: Engine, text: str = SHEET) -> None:
    with writing(engine) as session:
        bring_in(session, read_sheet(text))


@pytest.fixture
def talk(record: Engine, make_episode: MakeEpisode) -> int:
    """A talk in review, with the file taken in."""
    bring(record)
    with writing(record) as session:
        episode = make_episode(session, slug="tea", state=EpisodeState.REVIEW, turns=TURNS)
        touch(session, episode)
        return episode.id or 0


def named(engine: Engine, table: type = Mention) -> list[tuple[str, str]]:
    """Each mention as the words and whom they mean."""
    with reading(engine) as session:
        rows = session.exec(
            select(Utterance.text, table.start, table.end, Entity.slug)
            .join(Utterance, table.utterance_id == Utterance.id)
            .join(Entity, table.entity_id == Entity.id)
            .order_by(Utterance.position, table.start, Entity.slug)
        ).all()
    return [(text[start:end], slug) for text, start, end, slug in rows]


ALL = [
    ("Teapur", "teapur"),
    ("Zarin Chai", "zarin-chai"),
    ("Chai", "zarin-chai"),
    ("kettle", "kettles"),
    ("Teapur", "teapur"),
    ("House of Cups", "hidden"),
    ("ٹیپور", "teapur"),
    ("کیتلی", "kettles"),
]


def test_every_paragraph_of_a_talk_is_read_for_names(record: Engine, talk: int) -> None:
    assert named(record) == ALL


def test_an_edit_is_followed_in_the_same_act(record: Engine, talk: int) -> None:
    with writing(record) as session:
        line = session.exec(select(Utterance).where(Utterance.position == 0)).one()
        edit_paragraph(session, "tea", line.id or 0, "We talk of a Kettle.", stamp_of(line), by="Sana")
    assert named(record)[:2] == [("Kettle", "kettles"), ("kettle", "kettles")]
    with reading(record) as session:
        number = session.exec(select(Episode.revision)).one()
    with writing(record) as session:
        assert not find_in_episode(session, session.get_one(Episode, talk))
    with reading(record) as session:
        assert session.exec(select(Episode.revision)).one() == number


def test_a_talk_taken_back_is_linked_to_nothing_until_it_is_out_again(record: Engine, talk: int) -> None:
    with writing(record) as session:
        publish_episode(session, "tea")
    with writing(record) as session:
        withdraw_episode(session, "tea")
    assert named(record) == [] == named(record, MentionDoubt)
    with writing(record) as session:
        publish_episode(session, "tea")
    assert named(record) == ALL


def test_redacted_words_are_linked_to_nothing_and_what_was_said_of_them_is_forgotten(
    record: Engine, talk: int
) -> None:
    with writing(record) as session:
        zarin = session.exec(select(Entity.id).where(Entity.slug == "zarin-chai")).one()
        for folded in ("zarin chai", "house of cups"):
            session.add(MentionVerdict(entity_id=zarin or 0, episode_id=talk, folded=folded, accepted=True))
    with writing(record) as session:
        take_out_words(session, talk, [Span(0, 20_000)])
        assert session.exec(select(MentionVerdict)).all() == []
        touch(session, session.get_one(Episode, talk))
    assert named(record) == ALL[-2:]


# ---- who is meant -----------------------------------------------------------------------------------


def test_a_family_name_alone_waits_for_a_person_to_say_who_it_is(
    record: Engine, make_episode: MakeEpisode
) -> None:
    bring(record)
    with writing(record) as session:
        episode = make_episode(session, slug="who", turns=[(None, "en", "Then Chai came in.")])
        touch(session, episode)
    assert named(record) == []
    assert named(record, MentionDoubt) == [("Chai", "kamal-chai"), ("Chai", "zarin-chai")]


def test_the_cast_is_known_by_the_family_name(record: Engine, make_episode: MakeEpisode) -> None:
    with writing(record) as session:
        make_episode(
            session,
            slug="cast",
            state=EpisodeState.REVIEW,
            turns=[("Zarin Chai", "en", "Good evening."), (None, "en", "Then Chai came in.")],
        )
    bring(record)
    with writing(record) as session:
        publish_episode(session, "cast")
    assert named(record) == [("Chai", "zarin-chai")]


def test_who_is_in_the_cast_has_an_entry_and_namesakes_are_left_to_people(
    record: Engine, make_episode: MakeEpisode
) -> None:
    bring(record, SHEET + "other-chai,person,Zarin Chai,,,,\n")
    with writing(record) as session:
        make_episode(session, slug="tea", state=EpisodeState.REVIEW, turns=TURNS)
        publish_episode(session, "tea")
        people = {
            one.slug: one.person_id for one in session.exec(select(Entity).where(Entity.kind == "person"))
        }
    assert people["asma-green"] is not None
    assert people["zarin-chai"] is people["other-chai"] is None
    assert ("Zarin Chai", "zarin-chai") in named(record, MentionDoubt)


def test_peoples_word_stands_above_the_machines(record: Engine, talk: int) -> None:
    with writing(record) as session:
        ids = dict(session.exec(select(Entity.slug, Entity.id)).all())
        for slug, folded, accepted in (
            ("kamal-chai", "chai", True),
            ("teapur", "teapur", False),
        ):
            session.add(
                MentionVerdict(entity_id=ids[slug] or 0, episode_id=talk, folded=folded, accepted=accepted)
            )
        session.flush()
        touch(session, session.get_one(Episode, talk))
    assert ("Chai", "kamal-chai") in named(record)
    assert [slug for words, slug in named(record) if words == "Teapur"] == []
    assert ("ٹیپور", "teapur") in named(record)
    with writing(record) as session:
        retire_entity(session, "kamal-chai")
    follow_authority(record)
    assert ("Chai", "zarin-chai") in named(record)  # nobody is linked to what is out of use


# ---- the file changes -------------------------------------------------------------------------------


def test_when_the_file_changes_every_text_is_read_again(record: Engine, talk: int) -> None:
    assert not is_behind(record)
    with writing(record) as session:
        _, before = entry_of(session, "teapur")
        edit_entity(session, "teapur", replace(before, aliases=()))
    assert is_behind(record)
    assert follow_authority(record) == 1
    assert named(record) == [one for one in ALL if one[0] != "ٹیپور"]
    assert not is_behind(record) and follow_authority(record) == 0
    with writing(record) as session:
        undo_entity(session, "teapur")
    assert follow_authority(record) == 1
    assert named(record) == ALL


def test_a_change_that_was_rolled_back_is_not_remembered(record: Engine, talk: int) -> None:
    with pytest.raises(ZeroDivisionError), writing(record) as session:
        _, before = entry_of(session, "teapur")
        edit_entity(session, "teapur", replace(before, name="House"))
        find_in_episode(session, session.get_one(Episode, talk))
        raise ZeroDivisionError
    with writing(record) as session:
        _, before = entry_of(session, "kettles")
        edit_entity(session, "kettles", replace(before, description="For tea"))
    follow_authority(record)
    assert named(record) == ALL


def test_mentions_follow_a_merge_at_once_and_come_back(record: Engine, talk: int) -> None:
    with writing(record) as session:
        merge_entities(session, "kettles", "teapur")
    assert ("kettle", "teapur") in named(record)
    follow_authority(record)
    assert ("kettle", "teapur") in named(record)
    with writing(record) as session:
        undo_entity(session, "teapur")
    follow_authority(record)
    assert named(record) == ALL


def test_articles_are_read_when_they_come_and_when_they_change(record: Engine) -> None:
    bring(record)

    def keep(text: str) -> list[str]:
        found = FoundArticle(title="All about tea", url="https://example.org/tea", text=text)
        with writing(record) as session:
            keep_articles(session, Found(articles=[found]), "x", now())
        with reading(record) as session:
            return list(session.exec(select(Entity.slug).join(Mention).join(Article).order_by(Mention.start)))

    assert keep("Teapur has a kettle. " + "Words. " * 20) == ["teapur", "kettles"]
    assert keep("A kettle stands in the house of Zarin Chai, and Chai sings. " + "Words. " * 20) == [
        "kettles",
        "zarin-chai",
        "zarin-chai",
    ]


def test_an_empty_file_reads_nothing(record: Engine, make_episode: MakeEpisode) -> None:
    with writing(record) as session:
        touch(session, make_episode(session, slug="tea", turns=TURNS))
    assert named(record) == [] and not is_behind(record)


# ---- the search -------------------------------------------------------------------------------------


@pytest.fixture
def index(house: Newsroom, record: Engine, talk: int) -> TurnIndex:
    index = open_index(house.settings.index_folder, record)
    with writing(record) as session:
        _, before = entry_of(session, "hidden")
        edit_entity(session, "hidden", replace(before, state=EntityState.UNLISTED))
        publish_episode(session, "tea")
    with Session(record) as session:
        refresh_episode(session, index, talk)
    return index


def ask(record: Engine, index: TurnIndex, text: str) -> Results:
    with reading(record) as session:
        return search_turns(session, index, text)


def times(results: Results) -> list[int]:
    return sorted(hit.start_ms // 1000 for hit in results.hits)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("topic:teapur", [0, 10, 20]),
        ('topic:"ٹیپور"', [0, 10, 20]),
        ("topic:Kettle", [10, 20]),
        ("topic:kettles -topic:zarin-chai", [20]),
        ("topic:kettles lang:ur", [20]),
        ("mine topic:teapur", [15]),
        ("topic:hidden", []),
        ('topic:"House of Cups"', []),
    ],
)
def test_turns_are_found_by_what_they_name(
    record: Engine, index: TurnIndex, query: str, found: list[int]
) -> None:
    assert times(ask(record, index, query)) == found


def test_topics_are_counted_under_their_names(record: Engine, index: TurnIndex) -> None:
    results = ask(record, index, "topic:teapur")
    counts = {
        one.label: one.turns for facet in results.facets if facet.field == "topic" for one in facet.counts
    }
    assert counts == {"Teapur": 3, "Kettles": 2, "Zarin Chai": 2}


def test_an_unknown_topic_is_told_with_what_may_be_meant(record: Engine, index: TurnIndex) -> None:
    (note,) = ask(record, index, "topic:teapor").notes
    assert note.text == "No topic, person or place here is called “teapor”. Perhaps “Teapur”?"
    (note,) = ask(record, index, "topic:xyzzy").notes
    assert note.text.endswith("“xyzzy”.")


def test_the_index_follows_the_file(record: Engine, house: Newsroom, index: TurnIndex, talk: int) -> None:
    with writing(record) as session:
        _, before = entry_of(session, "kettles")
        edit_entity(session, "kettles", replace(before, aliases=("House",)))
    follow(house)
    assert times(ask(record, index, "topic:kettles")) == []
    with writing(record) as session:
        merge_entities(session, "zarin-chai", "teapur")
    follow(house)
    assert times(ask(record, index, 'topic:"Zarin Chai"')) == [0, 10, 20]
    with writing(record) as session:
        withdraw_episode(session, find_episode(session, "tea").slug)
    assert times(ask(record, index, "topic:teapur")) == []
