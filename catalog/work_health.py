"""How the work stands: what waits in the queue, and when the newsroom was last copied away. Looks only."""

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from catalog.db import DatabaseUnusable, connect, reading
from catalog.models import Job, JobState
from catalog.models.columns import now
from catalog.record_health import Finding
from catalog.settings import Settings

log = logging.getLogger(__name__)
BACKED_UP = "last-backup"  # in the home folder: when a backup of it was finished
OLD = timedelta(days=7)
LONG = timedelta(hours=6)


def look_at_queue(settings: Settings) -> Finding:
    """What waits and what is worked on; how long the first has waited."""
    try:
        with reading(connect(settings.catalog_url)) as session:
            waiting, working = _count(session, JobState.QUEUED), _count(session, JobState.RUNNING)
            first = session.exec(select(func.min(Job.created_at)).where(Job.state == JobState.QUEUED)).one()
    except (DatabaseUnusable, sa.exc.SQLAlchemyError):
        return Finding("queue", "warning", "the record cannot be asked what waits")
    detail = f"{waiting} waiting, {working} being worked on"
    waited = now() - first if waiting and first else timedelta()
    if waited > LONG:
        advice = (
            "See whether a worker is at work and gets on: `presstalk jobs`. More workers share what waits."
        )
        return Finding("queue", "warning", f"{detail}; the first has waited {_long(waited)}", advice)
    return Finding("queue", "ok", detail)


def _count(session: Session, state: JobState) -> int:
    return session.exec(select(func.count()).select_from(Job).where(col(Job.state) == state)).one()


def look_at_backup(settings: Settings) -> Finding:
    """How old the newest backup is that was made from this home."""
    advice = "`presstalk backup DEST` makes one; let the machine do it each night (docs/deploy)."
    at = last_backup(settings)
    if at is None:
        return Finding("backup", "warning", "no backup was ever made from here", advice)
    age = now() - at
    if age > OLD:
        return Finding("backup", "warning", f"the newest was made {_long(age)} ago", advice)
    return Finding("backup", "ok", f"the newest was made {_long(age)} ago")


def note_backup(settings: Settings) -> None:
    """Remember that a backup was finished now; a home that takes no writing makes it no less finished."""
    try:
        (settings.home / BACKED_UP).write_text(now().isoformat(timespec="seconds"), encoding="ascii")
    except OSError as problem:
        log.warning("The backup is whole, but when it was made could not be noted: %s", problem)


def last_backup(settings: Settings) -> datetime | None:
    try:
        told = datetime.fromisoformat((settings.home / BACKED_UP).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None
    return told if told.tzinfo else None


def _long(time: timedelta) -> str:
    """
    >>> _long(timedelta(days=2, hours=5)), _long(timedelta(minutes=61)), _long(timedelta(seconds=9))
    ('2 days', '1 hour', 'less than an hour')
    """
    for unit, seconds in (("day", 86_400), ("hour", 3_600)):
        count = int(time.total_seconds() // seconds)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than an hour"
