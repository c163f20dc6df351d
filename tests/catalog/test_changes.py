"""What was changed after publication is told with the words before and after, and never what was taken back."""

import json
from typing import Any

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from catalog.changes import ChangeList, read_changes
from catalog.db import reading, writing
from catalog.editions import empty_words, rename_in_editions
from catalog.episodes import touch
from catalog.models import Correction, Episode, EpisodeState, PersonAlias, Redaction, Utterance
from catalog.people import find_person
from catalog.publishing import publish_episode, withdraw_episode
from catalog.speakers import name_label, open_label, withhold_label
from tests.catalog.conftest import MakeEpisode

LINES = [
    ("Zarin Test", "en", "We waited for the tee all morning"),
    ("Hamid Test", "en", "The road was closed at the bridge"),
    ("Zarin Test", "en", "Then ask Hamid about the snow"),
    (None, "en", "I heard it was the snow"),
]


@pytest.fixture
def talk(record: Engine, make_episode: MakeEpisode) -> Engine:
    """A talk that has just been published."""
    with writing(record) as session:
        make_episode(session, slug="tea", state=EpisodeState.REVIEW, turns=LINES)
    with writing(record) as session:
        publish_episode(session, "tea")
    return record


def episode_in(session: Session) -> Episode:
    return session.exec(select(Episode).where(Episode.slug == "tea")).one()


def rewrite(engine: Engine, before: str, after: str, note: str = "") -> None:
    """An editor changes the words of a paragraph."""
    with writing(engine) as session:
        line = session.exec(select(Utterance).where(Utterance.text == before)).one()
        line.text = after
        correction = Correction(
            utterance_id=line.id or 0, field="text", before=before, after=after, public_note=note
        )
        session.add_all([line, correction])
        touch(session, episode_in(session))


def act(engine: Engine, what: Any, *given: Any, **named: Any) -> None:
    with writing(engine) as session:
        what(session, "tea", *given, by="an editor", **named)


def told(engine: Engine, **asked: Any) -> ChangeList:
    with reading(engine) as session:
        return read_changes(session, **{"limit": 25, "most_read": 100} | asked)


def pairs(engine: Engine) -> list[tuple[str, str, str]]:
    """What is told, the latest first."""
    return [(one.kind, one.before, one.after) for talk in told(engine).talks for one in talk.changes]


def test_a_talk_as_it_was_published_has_no_corrections(talk: Engine) -> None:
    assert told(talk) == ChangeList((), 0)


def test_words_a_title_and_a_name_are_told_before_and_after(talk: Engine) -> None:
    rewrite(talk, LINES[0][2], "We waited for the tea all morning", "The drink, not the peg.")
    with writing(talk) as session:
        episode = episode_in(session)
        before, episode.title = episode.title, "The bridge"
        touch(session, episode)
    act(talk, name_label, "V1", "Karima Field", add_as="guest")
    assert pairs(talk) == [
        ("name", "Hamid Test", "Karima Field"),
        ("title", before, "The bridge"),
        ("words", LINES[0][2], "We waited for the tea all morning"),
    ]
    last = told(talk).talks[-1]
    assert (last.slug, last.title, last.number, last.anew) == ("tea", "The bridge", 3, False)
    assert last.changes[0].note == "The drink, not the peg." and last.changes[0].start_ms == 0


def test_a_name_that_is_taken_back_is_not_told_again(talk: Engine) -> None:
    act(talk, open_label, "V1")
    assert pairs(talk) == [("name", "", "")]


def test_nothing_tells_of_a_voice_whose_name_is_withheld(talk: Engine) -> None:
    rewrite(talk, LINES[2][2], "Then ask our guest about the snow", "Hamid asked us to.")
    assert pairs(talk) == [("words", LINES[2][2], "Then ask our guest about the snow")]
    act(talk, withhold_label, "V1")
    assert pairs(talk) == []
    act(talk, open_label, "V1")
    assert all("withheld" not in " ".join(pair).lower() for pair in pairs(talk))


def test_another_spelling_of_a_withheld_name_is_not_told_either(talk: Engine) -> None:
    with writing(talk) as session:
        person = find_person(session, "hamid-test")
        session.add(PersonAlias(person_id=person.id or 0, name="حامد", folded="حامد"))
    rewrite(talk, LINES[2][2], "پھر حامد سے پوچھو")
    act(talk, withhold_label, "V1")
    assert pairs(talk) == []


def test_nothing_tells_of_words_that_must_not_be_heard(talk: Engine) -> None:
    rewrite(talk, LINES[1][2], "The road was open at the bridge")
    with writing(talk) as session:
        episode = episode_in(session)
        line = session.exec(select(Utterance).where(Utterance.position == 1)).one()
        span = {"start_ms": line.start_ms, "end_ms": line.end_ms}
        session.add(Redaction(episode_id=episode.id or 0, reason="safety", **span))
    assert pairs(talk) == []
    with writing(talk) as session:
        empty_words(session, episode_in(session).id or 0, **span)
    assert pairs(talk) == []


def test_what_was_told_before_is_told_without_words_taken_out_since(talk: Engine) -> None:
    rewrite(talk, LINES[0][2], "We waited for the tea all morning")
    assert pairs(talk) == [("words", LINES[0][2], "We waited for the tea all morning")]
    with writing(talk) as session:
        episode = episode_in(session)
        rename_in_editions(session, episode.id or 0, lambda said: _replaced(said, "tee", "cup"))
    assert pairs(talk) == [
        ("words", "We waited for the cup all morning", "We waited for the tea all morning")
    ]


def _replaced(said: Any, before: str, after: str) -> Any:
    return json.loads(json.dumps(said).replace(before, after))


def test_a_talk_that_is_not_public_is_told_of_again_only_when_it_is(talk: Engine) -> None:
    rewrite(talk, LINES[0][2], "We waited for the tea all morning")
    with writing(talk) as session:
        withdraw_episode(session, "tea")
    assert told(talk).talks == ()
    with writing(talk) as session:
        publish_episode(session, "tea")
    assert len(told(talk).talks) == 1, "that it was away is no correction"


def test_words_that_were_cut_anew_are_said_to_be_so(talk: Engine) -> None:
    with writing(talk) as session:
        line = session.exec(select(Utterance).where(Utterance.position == 0)).one()
        line.end_ms -= 100
        session.add(line)
        touch(session, episode_in(session))
    [one] = told(talk).talks
    assert one.anew and one.changes == ()


def test_a_long_list_goes_on_where_it_stopped(talk: Engine) -> None:
    text = LINES[0][2]
    for number in range(5):
        rewrite(talk, text, text := f"We waited {number} mornings")
    seen, beyond = [], 0
    while True:
        part = told(talk, limit=2, beyond=beyond)
        seen += [one.number for one in part.talks]
        beyond = part.beyond
        if not beyond:
            break
    assert seen == [7, 6, 5, 4, 3]
    few = told(talk, most_read=1)
    assert [one.number for one in few.talks] == [7] and few.beyond
