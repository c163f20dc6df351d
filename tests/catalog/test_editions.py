"""Editions: each published revision is kept as it was read, and tells nothing that was taken back since."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from catalog.db import reading, writing
from catalog.editions import (
    canonical,
    digest_of,
    edition_now,
    empty_words,
    find_edition,
    list_editions,
    read_content,
    record_missing,
)
from catalog.episodes import touch
from catalog.errors import NotFound
from catalog.models import Edition, Episode, EpisodeState, SpeakerLabel
from catalog.publishing import publish_episode, withdraw_episode
from catalog.speakers import name_label, open_label, withhold_label
from tests.catalog.conftest import MakeEpisode

LINES = [
    ("Zarin Test", "en", "We waited for the tea all morning"),
    ("Hamid Test", "en", "The road was closed at the bridge"),
    (None, "en", "I heard it was the snow"),
]


@pytest.fixture
def talk(record: Engine, make_episode: MakeEpisode) -> Engine:
    """A talk in review, published: its first edition is of revision 2."""
    with writing(record) as session:
        make_episode(session, slug="tea", state=EpisodeState.REVIEW, turns=LINES)
    with writing(record) as session:
        publish_episode(session, "tea")
    return record


def episode_in(session: Session) -> Episode:
    return session.exec(select(Episode).where(Episode.slug == "tea")).one()


def contents(engine: Engine) -> dict[int, dict[str, Any]]:
    with reading(engine) as session:
        return {row.number: json.loads(row.content) for row in session.exec(select(Edition))}


def names(content: dict[str, Any]) -> list[str]:
    return [turn["speaker"]["name"] for turn in content["turns"]]


def act(engine: Engine, what: Any, *given: Any) -> None:
    with writing(engine) as session:
        what(session, "tea", *given, by="an editor")


def test_an_edition_is_recorded_when_a_talk_is_published_and_with_every_change_a_reader_sees(
    talk: Engine,
) -> None:
    act(talk, open_label, "V0")
    kept = contents(talk)
    assert list(kept) == [2, 3]
    assert names(kept[2]) == ["Zarin Test", "Hamid Test", "Unconfirmed voice 3"]
    assert names(kept[3])[0] == "Unconfirmed voice 1"


def test_what_is_not_published_has_no_edition(record: Engine, make_episode: MakeEpisode) -> None:
    with writing(record) as session:
        episode = make_episode(session, slug="tea", state=EpisodeState.REVIEW, turns=LINES)
        touch(session, episode)
    assert contents(record) == {}
    with pytest.raises(NotFound):
        edition_now(record, episode.id or 0)
    assert record_missing(record) == 0


def test_an_edition_is_what_a_reader_sees_and_nothing_else(talk: Engine) -> None:
    with reading(talk) as session:
        episode = episode_in(session)
        kept = find_edition(session, episode.id or 0, episode.revision)
        assert kept is not None
        assert kept.content == canonical(read_content(session, episode))
        assert kept.digest == digest_of(kept.content)
    first = json.loads(kept.content)["turns"][0]
    assert set(first) == {"speaker", "start_ms", "end_ms", "passages"}
    assert set(first["speaker"]) == {"name", "certainty", "person", "role", "affiliation"}
    assert (first["passages"][0]["text"], first["passages"][0]["language"]) == (LINES[0][2], "en")


def test_a_talk_published_before_there_were_editions_has_one_when_it_is_asked_for_and_only_one(
    record: Engine, make_episode: MakeEpisode
) -> None:
    with writing(record) as session:
        episode_id = make_episode(session, slug="tea", turns=LINES).id or 0
    assert edition_now(record, episode_id).made_at == edition_now(record, episode_id).made_at
    assert record_missing(record) == 0
    with reading(record) as session:
        assert [line.number for line in list_editions(session, episode_id)] == [1]


def test_a_name_that_is_withheld_leaves_every_earlier_edition_and_they_say_so(talk: Engine) -> None:
    with reading(talk) as session:
        before = {line.number: line.digest for line in list_editions(session, episode_in(session).id or 0)}
    act(talk, withhold_label, "V1")
    assert all("Hamid" not in canonical(content) for content in contents(talk).values())
    assert all("hamid-test" not in canonical(content) for content in contents(talk).values())
    assert names(contents(talk)[2]) == ["Zarin Test", "Name withheld", "Unconfirmed voice 3"]
    with reading(talk) as session:
        lines = list_editions(session, episode_in(session).id or 0)
        assert [(line.number, line.edited_for_safety) for line in lines] == [(2, True), (3, False)]
        kept = find_edition(session, episode_in(session).id or 0, 2)
        assert kept is not None and kept.digest == digest_of(kept.content) != before[2]


def test_another_name_that_the_withheld_voice_had_before_is_taken_out_too(talk: Engine) -> None:
    with writing(talk) as session:
        name_label(session, "tea", "V1", by="an editor", shown_as="A teacher from the valley")
    act(talk, withhold_label, "V1")
    told = {number: names(content)[1] for number, content in contents(talk).items()}
    assert set(told.values()) == {"Name withheld"}


def test_a_name_withheld_while_the_talk_was_withdrawn_is_in_no_edition_when_it_comes_back(
    talk: Engine,
) -> None:
    with writing(talk) as session:
        withdraw_episode(session, "tea")
    act(talk, withhold_label, "V1")
    with writing(talk) as session:
        publish_episode(session, "tea")
    assert len(contents(talk)) == 2
    assert all("Hamid" not in canonical(content) for content in contents(talk).values())


def test_an_edition_without_the_withheld_name_stays_as_it_was(talk: Engine) -> None:
    with reading(talk) as session:
        before = find_edition(session, episode_in(session).id or 0, 2)
    act(talk, withhold_label, "V2")
    with reading(talk) as session:
        after = find_edition(session, episode_in(session).id or 0, 2)
    assert before is not None and after is not None
    assert (after.digest, after.edited_at) == (before.digest, None)


def test_words_taken_out_are_gone_from_every_edition(talk: Engine) -> None:
    act(talk, open_label, "V0")
    with writing(talk) as session:
        episode_id = episode_in(session).id or 0
        assert empty_words(session, episode_id, 12_000, 13_000) == 2
        assert empty_words(session, episode_id, 12_000, 13_000) == 0
        assert empty_words(session, episode_id, 900_000, 900_001) == 0
    for content in contents(talk).values():
        texts = [passage["text"] for turn in content["turns"] for passage in turn["passages"]]
        assert texts == [LINES[0][2], "", LINES[2][2]]


def test_editions_go_with_their_talk(talk: Engine) -> None:
    with writing(talk) as session:  # its voices first: a confirmed one may not be left without a name
        session.exec(sa.delete(SpeakerLabel))
        session.delete(episode_in(session))
    assert contents(talk) == {}
