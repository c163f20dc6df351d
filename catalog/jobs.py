"""Jobs: asking for work on an episode, watching it, stopping it. A job is a row; the worker does what rows ask for.

Whoever wants something done writes it here, in the same transaction as the reason for it, and never speaks to the
queue: a job that is committed is picked up by a worker, one that is not never existed.
"""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from catalog.audit import record_act
from catalog.episodes import episode_by_id, find_episode
from catalog.errors import Conflict, StepFailed
from catalog.fairness import Asked
from catalog.models import Begin, Episode, EpisodeState, Job, JobState, Redaction, RedactionStage, Track
from catalog.models.columns import now

OPEN = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class JobLine:
    """How far one job is. `speed` is in times real time where that has a meaning; `seconds_left` is a guess."""

    id: int
    episode: str
    state: str
    stage: str
    percent: float
    speed: float | None
    seconds_left: float | None
    worker: str
    problem: str
    created_at: datetime
    updated_at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
        }


def queue_job(
    session: Session,
    episode: Episode,
    begins: Begin = Begin.OPEN,
    *,
    waited_for: bool = True,
    source: str = "",
) -> Job:
    """Ask for the episode to be brought in; the job that is already open, if there is one."""
    assert episode.id is not None  # noqa: S101  it was stored
    running = open_job(session, episode.id)
    if running is not None:
        return running
    job = Job(
        episode_id=episode.id,
        workflow_id=new_workflow_id(),
        begins=begins,
        waited_for=waited_for,
        source=source,
    )
    session.add(job)
    session.flush()
    return job


def new_workflow_id() -> str:
    return f"bring-in-{uuid.uuid4().hex}"


def is_open(job: Job) -> bool:
    return job.state in OPEN


def open_job(session: Session, episode_id: int) -> Job | None:
    return session.exec(select(Job).where(Job.episode_id == episode_id, col(Job.state).in_(OPEN))).first()


def cancel_job(session: Session, slug: str) -> Job:
    """Stop the work on an episode; what was finished stays, so that a retry goes on from there."""
    episode = find_episode(session, slug)
    job = open_job(session, episode.id or 0)
    if job is None:
        raise Conflict(f"No work is going on for '{slug}', so there is nothing to cancel.")
    finish_job(session, job, JobState.CANCELLED, "Cancelled by a producer.")
    record_act(session, "cancel", f"episode/{episode.id}", {"job": job.id})
    if episode.state is EpisodeState.WORKING:
        episode.state = EpisodeState.NEW
    set_problem(
        episode, "cancelled", f"Cancelled. `presstalk retry {slug}` goes on from where it stopped.", True
    )
    session.add(episode)
    return job


def retry_job(session: Session, slug: str, begins: Begin = Begin.OPEN) -> Job:
    """Go on with an episode that failed or was cancelled; finished steps are not done again.

    With `begins`, tell the voices of a heard episode apart anew, or only name them anew: what people decided stays.
    """
    episode = find_episode(session, slug)
    given_turns = ""
    if begins is Begin.OPEN:
        begins, given_turns = _left_off(session, episode.id or 0)
    else:
        _must_be_free_and_heard(session, episode)
    set_problem(episode, "", "", False)
    session.add(episode)
    record_act(session, "retry", f"episode/{episode.id}", {"from": begins.value})
    job = queue_job(session, episode, begins)
    job.given_turns = given_turns
    return job


def _left_off(session: Session, episode_id: int) -> tuple[Begin, str]:
    """Where the last job began and with which turns, if it did not come to its end: that is what is gone on with."""
    last = session.exec(
        select(Job).where(Job.episode_id == episode_id).order_by(col(Job.id).desc()).limit(1)
    ).first()
    if last is None or last.state is JobState.DONE:
        return Begin.OPEN, ""
    return last.begins, last.given_turns


def _must_be_free_and_heard(session: Session, episode: Episode) -> None:
    if open_job(session, episode.id or 0) is not None:
        raise Conflict(
            f"'{episode.slug}' is being worked on. Wait for it, or `presstalk cancel {episode.slug}`."
        )
    heard = select(Track.id).where(Track.episode_id == episode.id, col(Track.current).is_(True))
    if session.exec(heard.limit(1)).first() is None:
        raise Conflict(
            f"'{episode.slug}' has not been heard yet: `presstalk retry {episode.slug}` does that."
        )


def set_problem(episode: Episode, code: str, sentence: str, retry: bool) -> None:
    episode.problem_code, episode.problem, episode.problem_retry = code, sentence, retry


def finish_job(session: Session, job: Job, state: JobState, problem: str = "") -> None:
    """Close the job; what it says of stage and percent stays as it was, unless all is done."""
    job.state, job.problem, job.updated_at = state, problem, now()
    job.speed = job.seconds_left = None
    if state is JobState.DONE:
        job.stage, job.percent, job.given_turns = "done", 100.0, ""
    session.add(job)


def is_all_done(session: Session) -> bool:
    return session.exec(select(Job.id).where(col(Job.state).in_(OPEN)).limit(1)).first() is None


def handed_jobs(session: Session) -> list[Job]:
    """What lies in the queue or is worked on, oldest first."""
    query = select(Job).where(col(Job.state).in_(OPEN), col(Job.handed).is_(True))
    return list(session.exec(query.order_by(col(Job.id))).all())


def waiting_jobs(session: Session, *, only_people: bool) -> list[Asked]:
    """What is not in the queue yet; only what people wait for, where there is no room for anything else."""
    query = select(Job.id, Job.waited_for, Job.source).where(
        col(Job.state).in_(OPEN), col(Job.handed).is_(False)
    )
    if only_people:
        query = query.where(col(Job.waited_for).is_(True))
    return [Asked(number or 0, waited_for, source) for number, waited_for, source in session.exec(query)]


def asked(job: Job) -> Asked:
    return Asked(job.id or 0, job.waited_for, job.source)


def unfinished_episodes(session: Session) -> set[int]:
    """Episodes somebody works on, or may go on with: what lies on their benches is still wanted."""
    worked_on = select(Job.episode_id).where(col(Job.state).in_(OPEN))
    to_go_on = select(Episode.id).where(
        col(Episode.problem_retry).is_(True), col(Episode.state).in_((EpisodeState.NEW, EpisodeState.WORKING))
    )
    redacted = select(Redaction.episode_id).where(Redaction.stage != RedactionStage.DONE)
    known = {*session.exec(worked_on).all(), *session.exec(redacted).all()}
    return {*known, *(found or 0 for found in session.exec(to_go_on).all())}


def job_of(session: Session, workflow_id: str) -> Job | None:
    return session.exec(select(Job).where(Job.workflow_id == workflow_id)).first()


def fail_job(session: Session, job: Job, failure: StepFailed) -> None:
    """Close the job and leave its episode readable, with the sentence."""
    finish_job(session, job, JobState.FAILED, failure.sentence)
    episode = episode_by_id(session, job.episode_id)
    if episode.state is EpisodeState.WORKING:
        episode.state = EpisodeState.NEW
    set_problem(episode, failure.code, failure.sentence, failure.retry)
    session.add(episode)


def job_lines(session: Session, *, only_open: bool = False, limit: int = 100) -> list[JobLine]:
    """Jobs with how far they are, newest first."""
    query = select(Job, Episode.slug).join(Episode).order_by(col(Job.id).desc()).limit(limit)
    if only_open:
        query = query.where(col(Job.state).in_(OPEN))
    return [_line(job, slug) for job, slug in session.exec(query).all()]


def job_line(session: Session, job_id: int) -> JobLine | None:
    row = session.exec(select(Job, Episode.slug).join(Episode).where(Job.id == job_id)).first()
    return _line(*row) if row else None


def _line(job: Job, slug: str) -> JobLine:
    return JobLine(
        id=job.id or 0,
        episode=slug,
        state=job.state.value,
        stage=job.stage,
        percent=round(job.percent, 1),
        speed=job.speed,
        seconds_left=job.seconds_left,
        worker=job.worker,
        problem=job.problem,
        created_at=job.created_at,
        updated_at=job.updated_at,
    )
