"""Turns another tool made, given to an episode: checked, and laid on its bench until the job takes them. Telling
voices apart ourselves is `separating`'s."""

from pathlib import Path

from catalog.db import reading, writing
from catalog.desk import benches_of
from catalog.episodes import find_episode
from catalog.errors import InvalidQuery
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
        episode = find_episode(session, slug)
        bench = newsroom.shelf.workbench(benches_of(episode.id or 0)["separate"])
        length_ms = episode.duration_ms or 0
    text = _checked(rttm, length_ms) if rttm is not None else None
    with writing(newsroom.engine) as session:
        job = retry_job(session, slug, Begin.SEPARATE)
        if text is None:
            given_file(bench).unlink(missing_ok=True)
        else:
            given_file(bench).write_text(text, encoding="utf-8")
        return job


def given_file(bench: Path) -> Path:
    """Where given turns lie while the job that uses them runs, and no longer."""
    return bench / "given.rttm"


def _checked(rttm: Path, length_ms: int) -> str:
    text, turns = read_rttm_file(rttm, length_ms)
    if not turns:
        raise InvalidQuery(f"{rttm.name} has no turns (lines that begin with SPEAKER): nothing was changed.")
    return text
