"""The one box: a pasted link or a file becomes an episode and a job. Fetching and hearing come later, in `steps`."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, select

from catalog.audit import NOBODY, Actor, acting, record_act
from catalog.episodes import add_episode
from catalog.errors import InvalidQuery
from catalog.files import name_file, owner_of, shelving
from catalog.jobs import queue_job
from catalog.looking import length_of
from catalog.models import Episode, MediaKind
from catalog.newsroom import Newsroom
from media.errors import Refused, Unreadable
from media.sources import Source, readable_title, recognise, recognise_file

LONGEST_URL = 2000  # characters; what the record keeps


@dataclass(frozen=True)
class Given:
    """What a person says of a talk while adding it; what is left empty is asked of the source."""

    title: str = ""
    summary: str = ""
    language: str | None = None
    aired_at: datetime | None = None
    later: bool = False  # when nobody waits for anything else


@dataclass(frozen=True)
class Added:
    """The episode a link or file became; `is_new` is False when the catalog had it already."""

    slug: str
    is_new: bool
    job_id: int | None


NOTHING_GIVEN = Given()


def add_link(newsroom: Newsroom, pasted: str, given: Given = NOTHING_GIVEN, by: Actor = NOBODY) -> Added:
    """Add the talk behind a pasted link. Raises Refused for what is no web address."""
    source = recognise(pasted)
    with acting(newsroom.engine, by) as session:
        return add_source(session, source, given)


def add_source(session: Session, source: Source, given: Given, name: str = "", asked_by: str = "") -> Added:
    """Add a recognised source; `name` is the file's own name, when it is one; `asked_by` is what offered it."""
    title = given.title or readable_title(name or source.url)
    episode, is_new = add_episode(
        session,
        check_length(source),
        title=title,
        summary=given.summary,
        language=check_language(given.language),
        aired_at=given.aired_at,
        provisional=not given.title,
    )
    if not is_new:
        return Added(episode.slug, False, None)
    record_act(session, "add", f"episode/{episode.id}", words={"address": source.url})
    job = queue_job(session, episode, waited_for=not given.later, source=asked_by)
    return Added(episode.slug, True, job.id)


def check_length(source: Source) -> Source:
    """The source, if the record can keep its address."""
    if len(source.url) > LONGEST_URL:
        raise Refused(
            "too_long", f"The address is longer than {LONGEST_URL} characters. Is it the right one?"
        )
    return source


def check_language(tag: str | None) -> str | None:
    """The language tag, if it is one: en, ur, pa-Arab. Raises InvalidQuery."""
    if tag and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}", tag):
        raise InvalidQuery(f"'{tag}' is no language. Write it as a short tag, such as en, ur or pa-Arab.")
    return tag or None


def add_file(
    newsroom: Newsroom, path: Path, given: Given = NOTHING_GIVEN, by: Actor = NOBODY, asked_by: str = ""
) -> Added:
    """Add a file from this machine: its bytes go on the shelf now. Raises Unreadable for what holds no sound."""
    if not path.is_file():
        raise Unreadable("not_a_file", f"There is no file at {path}.")
    duration_ms = length_of(path)
    with shelving(newsroom):
        sha256 = newsroom.shelf.put(path)
        source = recognise_file(sha256, path.name)
        with acting(newsroom.engine, by) as session:
            known = owner_of(session, sha256)
            if known is not None:
                return Added(known.slug, False, None)
            added = add_source(session, source, given, path.name, asked_by)
            episode = session.exec(select(Episode).where(Episode.slug == added.slug)).one()
            name_file(
                session, newsroom.shelf, episode.id or 0, MediaKind.ORIGINAL, sha256, duration_ms=duration_ms
            )
    return added
