"""Publishing at a time, by two people, by two tabs at once; withdrawing with a word and without one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import select

from catalog.audit import Actor, acting, verify_log
from catalog.checklist import check_episode
from catalog.db import reading, writing
from catalog.episodes import find_episode, touch
from catalog.errands import Errands
from catalog.errors import Conflict, InvalidQuery, NotAllowed
from catalog.guests import answer_guest_link, list_guest_links, make_guest_link, revoke_guest_link
from catalog.models import AuditEvent, Edition, Episode, EpisodeState, Redaction, UserRole
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.publishing import (
    publish_due,
    publish_episode,
    schedule_episode,
    unschedule_episode,
    withdraw_episode,
)
from catalog.users import add_user, disable_user
from tests.catalog.conftest import MakeEpisode
from tests.catalog.newsrooms import at_work, newsroom_at, work_until

SOON = timedelta(hours=2)
Talk = Callable[..., None]


@pytest.fixture
def talk(house: Newsroom, make_episode: MakeEpisode) -> Talk:
    def make(slug: str = "talk", state: EpisodeState = EpisodeState.REVIEW) -> None:
        with writing(house.engine) as session:
            make_episode(session, slug=slug, state=state, turns=[("Zarin Test", "en", "Good evening")])

    return make


def at(house: Newsroom, slug: str = "talk") -> Episode:
    with reading(house.engine) as session:
        return find_episode(session, slug)


def schedule(house: Newsroom, slug: str = "talk", **values: object) -> None:
    with writing(house.engine) as session:
        schedule_episode(session, slug, now() + SOON, **values)


def editor(engine: Engine, name: str) -> Actor:
    with writing(engine) as session:
        return Actor(name, add_user(session, name, UserRole.EDITOR).id)


# ---- at a time ------------------------------------------------------------------------------------------


def test_a_talk_is_published_when_its_moment_has_come_and_not_before(house: Newsroom, talk: Talk) -> None:
    talk()
    schedule(house)
    assert publish_due(house, now() + SOON - timedelta(minutes=1)) == []
    assert at(house).state is EpisodeState.REVIEW
    assert publish_due(house, now() + SOON) == ["talk"]
    episode = at(house)
    assert (episode.state, episode.publish_at, episode.publish_problem) == (EpisodeState.PUBLISHED, None, "")
    assert publish_due(house, now() + 2 * SOON) == []
    with reading(house.engine) as session:
        acts = session.exec(select(AuditEvent.act, AuditEvent.who).order_by(AuditEvent.id)).all()
        assert acts == [("schedule", ""), ("publish", "the schedule")]
        assert len(session.exec(select(Edition)).all()) == 1


def test_a_worker_that_starts_later_publishes_what_was_due_meanwhile(
    tmp_path, make_episode: MakeEpisode
) -> None:
    house = newsroom_at(tmp_path / "home", voices=False)
    with writing(house.engine) as session:
        make_episode(
            session, slug="talk", state=EpisodeState.REVIEW, turns=[("Zarin Test", "en", "Good evening")]
        )
    schedule(house)
    with writing(house.engine) as session:
        find_episode(session, "talk").publish_at = now() - timedelta(days=1)
    with at_work(house) as working:
        work_until(working, lambda: at(house).state is EpisodeState.PUBLISHED)


def test_a_worker_whose_clock_has_leapt_publishes_nothing(tmp_path, make_episode: MakeEpisode) -> None:
    house = newsroom_at(tmp_path / "home", voices=False)
    with writing(house.engine) as session:
        make_episode(
            session, slug="talk", state=EpisodeState.REVIEW, turns=[("Zarin Test", "en", "Good evening")]
        )
        find_episode(session, "talk").publish_at = now() - timedelta(days=1)
    errands = Errands(house)
    errands._watch.may_be_believed(0.0, 0.0)  # the clock was fifty years behind when it was last looked at
    errands._publish_due()
    assert at(house).state is EpisodeState.REVIEW


def test_what_cannot_be_published_then_says_why_and_waits(house: Newsroom, talk: Talk) -> None:
    for slug in ("first", "second"):
        talk(slug)
        schedule(house, slug)
    with writing(house.engine) as session:
        find_episode(session, "first").embargo_until = now() + timedelta(days=9)
    assert publish_due(house, now() + SOON) == ["second"]
    episode = at(house, "first")
    assert (episode.state, episode.publish_at) == (EpisodeState.REVIEW, None)
    assert "was not" in episode.publish_problem and "under embargo" in episode.publish_problem


def test_nobody_publishes_over_a_guests_head_unawares(house: Newsroom, talk: Talk) -> None:
    talk()
    schedule(house)
    with writing(house.engine) as session:
        answer_guest_link(session, make_guest_link(session, "talk", "Hamid"), "objected", "Not my town.")
    with pytest.raises(Conflict, match=r"says Hamid.*take the link back"), writing(house.engine) as session:
        publish_episode(session, "talk")
    assert publish_due(house, now() + SOON) == []
    assert "says Hamid" in at(house).publish_problem
    with writing(house.engine) as session:
        [line] = list_guest_links(session, "talk")
        revoke_guest_link(session, "talk", line.id)
        told = {check.name: check.sentence for check in check_episode(session, "talk")}
        assert told["Consent"] == "Nobody noted what the guests agreed to."
    with writing(house.engine) as session:
        assert publish_episode(session, "talk").state is EpisodeState.PUBLISHED


def test_words_that_are_being_taken_out_make_it_late_not_lost(house: Newsroom, talk: Talk) -> None:
    talk()
    schedule(house)
    with writing(house.engine) as session:
        session.add(Redaction(episode_id=1, start_ms=0, end_ms=1, reason="safety", stage="words"))
    assert publish_due(house, now() + SOON) == []
    assert at(house).publish_at is not None
    with writing(house.engine) as session:
        session.exec(select(Redaction)).one().stage = "done"
    assert publish_due(house, now() + SOON) == ["talk"]


def test_a_moment_that_has_passed_or_is_too_far_or_under_embargo_is_refused(
    house: Newsroom, talk: Talk
) -> None:
    talk()
    with writing(house.engine) as session:
        for wrong in (now() - timedelta(seconds=1), now() + timedelta(days=2000)):
            with pytest.raises(InvalidQuery):
                schedule_episode(session, "talk", wrong)
        find_episode(session, "talk").embargo_until = now() + timedelta(days=9)
        with pytest.raises(Conflict, match="embargo"):
            schedule_episode(session, "talk", now() + timedelta(days=8))
        schedule_episode(session, "talk", now() + timedelta(days=10))
        unschedule_episode(session, "talk")
        with pytest.raises(Conflict, match="waits for no moment"):
            unschedule_episode(session, "talk")
    assert publish_due(house, now() + timedelta(days=99)) == []


def test_two_tabs_that_publish_at_once_publish_once(house: Newsroom, talk: Talk) -> None:
    talk()

    def publish(_: int) -> EpisodeState:
        with writing(house.engine) as session:
            return publish_episode(session, "talk").state

    with ThreadPoolExecutor(8) as tabs:
        assert set(tabs.map(publish, range(8))) == {EpisodeState.PUBLISHED}
    with reading(house.engine) as session:
        assert [one.act for one in session.exec(select(AuditEvent))] == ["publish"]
        assert verify_log(session).broken is None
        assert len(session.exec(select(Edition)).all()) == 1
    assert at(house).revision == 2


# ---- two people -----------------------------------------------------------------------------------------


def test_two_people_must_agree_to_the_same_words(house: Newsroom, talk: Talk) -> None:
    talk()
    mina, zarin = editor(house.engine, "Mina"), editor(house.engine, "Zarin")

    def publish(who: Actor) -> EpisodeState:
        with acting(house.engine, who) as session:
            return publish_episode(session, "talk", two_people=True).state

    assert publish(mina) is EpisodeState.REVIEW
    with pytest.raises(Conflict, match="You have agreed"):
        publish(mina)
    with writing(house.engine) as session:
        touch(session, find_episode(session, "talk"))  # a word was corrected
    assert publish(zarin) is EpisodeState.REVIEW, "nobody agreed to what it says now"
    assert publish(mina) is EpisodeState.PUBLISHED


def test_who_has_no_account_or_no_longer_one_is_nobody_of_the_two(house: Newsroom, talk: Talk) -> None:
    talk()
    mina, zarin, root = (editor(house.engine, name) for name in ("Mina", "Zarin", "Root"))
    with pytest.raises(NotAllowed, match="account"), acting(house.engine, Actor("login")) as session:
        publish_episode(session, "talk", two_people=True)
    with acting(house.engine, mina) as session:
        publish_episode(session, "talk", two_people=True)
    with writing(house.engine) as session:
        disable_user(session, session.get_one(type(add_user(session, "x", UserRole.ADMIN)), mina.user_id))
    with acting(house.engine, zarin) as session:
        assert publish_episode(session, "talk", two_people=True).state is EpisodeState.REVIEW
    with acting(house.engine, root) as session:
        assert publish_episode(session, "talk", two_people=True).state is EpisodeState.PUBLISHED


def test_what_was_changed_after_two_agreed_to_a_time_is_not_published_then(
    house: Newsroom, talk: Talk
) -> None:
    strict = Newsroom(house.settings.model_copy(update={"two_people": True}))
    for slug in ("kept", "changed"):
        talk(slug)
        for name in ("Mina", "Zarin"):
            with acting(house.engine, editor(house.engine, f"{name} {slug}")) as session:
                schedule_episode(session, slug, now() + SOON, two_people=True)
    with writing(house.engine) as session:
        touch(session, find_episode(session, "changed"))
    assert publish_due(strict, now() + SOON) == ["kept"]
    assert "changed since two people agreed" in at(house, "changed").publish_problem


# ---- withdrawing ----------------------------------------------------------------------------------------


def test_what_readers_are_told_holds_until_it_is_published_again(house: Newsroom, talk: Talk) -> None:
    talk(state=EpisodeState.PUBLISHED)
    with writing(house.engine) as session:
        withdraw_episode(session, "talk", "a threat", note="At the guest's wish.")
    assert at(house).withdrawn_note == "At the guest's wish."
    with writing(house.engine) as session:
        withdraw_episode(session, "talk", silently=True)
    assert (at(house).withdrawn_note, at(house).withdrawn_silently) == ("", True)
    with writing(house.engine) as session:
        publish_episode(session, "talk")
    assert (at(house).withdrawn_note, at(house).withdrawn_silently) == ("", False)
    with pytest.raises(InvalidQuery), writing(house.engine) as session:
        withdraw_episode(session, "talk", note="Why", silently=True)
    assert at(house).state is EpisodeState.PUBLISHED
