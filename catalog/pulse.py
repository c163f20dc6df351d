"""Who is at work for a newsroom: the pulse each worker leaves in the record. What workers do is not known here."""

from datetime import timedelta

from sqlmodel import Session, select

from catalog.db import reading
from catalog.models import Worker
from catalog.models.columns import now
from catalog.newsroom import Newsroom

DEAD_AFTER = timedelta(seconds=30)


def has_worker(newsroom: Newsroom) -> bool:
    """Is a worker at work for this newsroom, here or elsewhere?"""
    with reading(newsroom.engine) as session:
        return is_manned(session)


def is_manned(session: Session) -> bool:
    seen = select(Worker.id).where(Worker.seen_at > now() - DEAD_AFTER)
    return session.exec(seen.limit(1)).first() is not None
