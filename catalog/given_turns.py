"""Turns another tool made, given to an episode: checked, and kept for the job until it is done. Telling voices apart
ourselves is `separating`'s."""

import uuid
from pathlib import Path

from catalog.db import reading, writing
from catalog.episodes import find_episode
from catalog.errors import InvalidQuery, StepFailed
from catalog.files import hashes_in_use, shelving
from catalog.jobs import retry_job
from catalog.models import Begin, Job
from catalog.newsroom import Newsroom
from transcribe.rttm import read_rttm_file


def separate_again(newsroom: Newsroom, slug: str, rttm: Path | None = None) -> Job:
    """Queue a heard episode to have its voices told apart anew: by us, or as the RTTM file has it.

    Nothing is queued and the earlier run stays when the file is unreadable, empty or of another recording
    (TurnsUnreadable, InvalidQuery), or the episode is not ready for it (NotFound, Conflict).
    """
    with reading(newsroom.engine) as session:
        length_ms = find_episode(session, slug).duration_ms or 0
    text = _checked(rttm, length_ms) if rttm is not None else None
    with shelving(newsroom):
        given = _put(newsroom, text) if text is not None else ""
        with writing(newsroom.engine) as session:
            job = retry_job(session, slug, Begin.SEPARATE)
            job.given_turns = given
            session.add(job)
            return job


def _put(newsroom: Newsroom, text: str) -> str:
    bench = newsroom.shelf.workbench(f"given-{uuid.uuid4().hex}")
    file = bench / "given.rttm"
    file.write_text(text, encoding="utf-8")
    given = newsroom.shelf.put(file, move=True)
    newsroom.shelf.clear(bench.name)
    return given


def drop_given(newsroom: Newsroom, given: str) -> None:
    """The job is done with them."""
    with shelving(newsroom, alone=True), reading(newsroom.engine) as session:
        if given not in hashes_in_use(session):
            newsroom.shelf.drop(given)


def given_to(newsroom: Newsroom, job: Job) -> Path | None:
    """The turns that were given for this job; None: we tell voices apart. Raises StepFailed("turns_lost")."""
    if not job.given_turns:
        return None
    if not newsroom.shelf.has(job.given_turns):
        raise StepFailed(
            "turns_lost", "The turns that were given are no longer in the store. Give them again.", False
        )
    return newsroom.shelf.path(job.given_turns)


def _checked(rttm: Path, length_ms: int) -> str:
    text, turns = read_rttm_file(rttm, length_ms)
    if not turns:
        raise InvalidQuery(f"{rttm.name} has no turns (lines that begin with SPEAKER): nothing was changed.")
    return text
