"""What the newsroom says of a talk."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from catalog.audit import Actor, acting
from catalog.db import reading, writing
from catalog.episodes import find_episode
from catalog.errors import Conflict, InvalidQuery
from catalog.facts import Facts, facts_of, set_facts
from catalog.models import AuditWords, EpisodeState
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from tests.catalog.conftest import MakeEpisode


@pytest.fixture
def talk(house: Newsroom, make_episode: MakeEpisode) -> Newsroom:
    with writing(house.engine) as session:
        make_episode(session, slug="talk", turns=[("Zarin Test", "en", "Good evening")])
    return house


def test_what_is_said_is_kept_and_on_record_and_the_same_again_is_no_act(talk: Newsroom) -> None:
    facts = Facts(
        "  Rain\nand tea ", "Two guests.", "ur", datetime(2026, 1, 1, tzinfo=UTC), consent="Both agreed."
    )
    for _ in range(2):
        with acting(talk.engine, Actor("Mina")) as session:
            set_facts(session, "talk", facts)
    with reading(talk.engine) as session:
        episode = find_episode(session, "talk")
        assert facts_of(episode) == Facts(
            "Rain and tea", "Two guests.", "ur", datetime(2026, 1, 1, tzinfo=UTC), consent="Both agreed."
        )
        assert episode.revision == 2
        words = session.exec(select(AuditWords)).one().words
        assert words and words["title"] == ["A talk", "Rain and tea"]


def test_what_only_the_newsroom_reads_makes_no_new_edition(talk: Newsroom) -> None:
    with writing(talk.engine) as session:
        facts = facts_of(find_episode(session, "talk"))
        set_facts(session, "talk", Facts(**{**vars(facts), "consent": "By letter."}))
    with reading(talk.engine) as session:
        assert find_episode(session, "talk").revision == 1


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (Facts(" \n"), "needs a title"),
        (Facts("t" * 10_000), "10,000 characters; 500"),
        (Facts("t", "s" * 20_001), "description"),
        (Facts("t", language="Urdu, mostly"), "no language"),
        (Facts("t", consent="c" * 2001), "agreed"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_changed(
    talk: Newsroom, facts: Facts, told: str
) -> None:
    with pytest.raises(InvalidQuery, match=told), writing(talk.engine) as session:
        set_facts(session, "talk", facts)
    with reading(talk.engine) as session:
        assert find_episode(session, "talk").title == "A talk"


def test_what_is_public_cannot_be_put_under_embargo(talk: Newsroom) -> None:
    with pytest.raises(Conflict, match="Withdraw it first"), writing(talk.engine) as session:
        set_facts(session, "talk", Facts("A talk", embargo_until=now() + timedelta(days=1)))
    with reading(talk.engine) as session:
        assert find_episode(session, "talk").state is EpisodeState.PUBLISHED
