"""Jobs as rows: asking, cancelling, asking again. The worker that does them is tested beside."""

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from catalog.db import connect, reading, writing
from catalog.errors import Conflict, NotFound, StepFailed
from catalog.fairness import Asked
from catalog.jobs import (
    cancel_job,
    fail_job,
    finish_job,
    handed_jobs,
    is_all_done,
    job_lines,
    queue_job,
    retry_job,
    unfinished_episodes,
    waiting_jobs,
)
from catalog.models import Episode, EpisodeState, Job, JobState

LATER = StepFailed("server_error", "The site failed.", True)
NEVER = StepFailed("not_found", "There is nothing.", False)


@pytest.fixture
def catalog(database_url: str) -> Engine:
    """A catalog with one episode that is being worked on."""
    engine = connect(database_url)
    with writing(engine) as session:
        episode = Episode(slug="talk", title="Talk", state=EpisodeState.WORKING)
        session.add(episode)
        session.flush()
        queue_job(session, episode)
    return engine


def the_episode(session: Session) -> Episode:
    return session.exec(select(Episode)).one()


def the_job(session: Session) -> Job:
    return session.exec(select(Job).order_by(Job.id.desc())).first()  # type: ignore[union-attr, return-value]


def test_asking_twice_is_asking_once(catalog: Engine) -> None:
    with writing(catalog) as session:
        assert queue_job(session, the_episode(session)).id == the_job(session).id
    with reading(catalog) as session:
        (line,) = job_lines(session, only_open=True)
    assert (line.episode, line.state, line.percent) == ("talk", "queued", 0.0)
    assert line.as_json()["created_at"].endswith("+00:00")


def test_a_job_waits_is_handed_out_and_is_over(catalog: Engine) -> None:
    with writing(catalog) as session:
        job = the_job(session)
        assert waiting_jobs(session, only_people=True) == [Asked(job.id or 0, True, "")]
        assert (handed_jobs(session), is_all_done(session)) == ([], False)
        job.handed = True
        session.add(job)
        session.flush()
        assert waiting_jobs(session, only_people=False) == []
        assert handed_jobs(session) == [job]
        finish_job(session, job, JobState.DONE)
        assert (handed_jobs(session), is_all_done(session)) == ([], True)


def test_back_catalogue_is_not_looked_at_where_only_people_have_room(catalog: Engine) -> None:
    with writing(catalog) as session:
        episode = Episode(slug="old", title="Old")
        session.add(episode)
        session.flush()
        queue_job(session, episode, waited_for=False, source="subscription-1")
        assert [asked.source for asked in waiting_jobs(session, only_people=True)] == [""]
        assert [asked.source for asked in waiting_jobs(session, only_people=False)] == ["", "subscription-1"]


def test_cancelling_says_how_to_go_on_and_retrying_asks_anew(catalog: Engine) -> None:
    with writing(catalog) as session:
        cancelled = cancel_job(session, "talk").workflow_id
        episode = the_episode(session)
        assert (episode.state, episode.problem_code) == (EpisodeState.NEW, "cancelled")
        assert "presstalk retry talk" in episode.problem
        with pytest.raises(Conflict):
            cancel_job(session, "talk")
        assert retry_job(session, "talk").workflow_id != cancelled
        assert the_episode(session).problem == ""


def test_an_episode_that_is_not_there_cannot_be_cancelled(catalog: Engine) -> None:
    with writing(catalog) as session, pytest.raises(NotFound):
        cancel_job(session, "another")


def test_a_failure_stands_on_job_and_episode(catalog: Engine) -> None:
    with writing(catalog) as session:
        fail_job(session, the_job(session), NEVER)
    with reading(catalog) as session:
        job, episode = the_job(session), the_episode(session)
    assert (job.state, job.problem) == (JobState.FAILED, "There is nothing.")
    assert (episode.state, episode.problem_code, episode.problem_retry) == (
        EpisodeState.NEW,
        "not_found",
        False,
    )


@pytest.mark.parametrize("state", [EpisodeState.REVIEW, EpisodeState.PUBLISHED, EpisodeState.WITHDRAWN])
def test_an_episode_that_is_further_keeps_its_state_when_a_new_run_fails(
    catalog: Engine, state: EpisodeState
) -> None:
    with writing(catalog) as session:
        the_episode(session).state = state
        fail_job(session, the_job(session), LATER)
    with reading(catalog) as session:
        assert the_episode(session).state is state


def test_benches_are_kept_for_what_is_worked_on_or_may_go_on(catalog: Engine) -> None:
    with writing(catalog) as session:
        episode_id = the_episode(session).id
        assert unfinished_episodes(session) == {episode_id}
        fail_job(session, the_job(session), LATER)
        assert unfinished_episodes(session) == {episode_id}
        fail_job(session, the_job(session), NEVER)
        assert unfinished_episodes(session) == set()
