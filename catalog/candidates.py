"""Talks that stand among the articles of a source: kept, offered, added or put aside. How they are known among articles
is in `written.talks`."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from catalog.adding import LONGEST_URL, Added, Given, add_link
from catalog.audit import Actor, acting
from catalog.cast import CastMember, read_cast
from catalog.db import reading
from catalog.errors import InvalidQuery, NotFound
from catalog.models import Episode, EpisodeSource, Review, TalkCandidate
from catalog.models.columns import now, storable
from catalog.newsroom import Newsroom
from catalog.normalize import fold
from catalog.written.found import EpisodeCandidate
from media.errors import MediaError
from media.sources import recognise

LONGEST_TITLE, LONGEST_TOLD = 500, 10_000  # characters
TOLD_APART_BY = 200  # characters of a description, for a talk without an address


@dataclass(frozen=True)
class Candidate:
    """A talk that can be added, with the cast its description names."""

    id: int
    title: str
    description: str
    address: str
    source: str
    cast: tuple[CastMember, ...]


def keep_candidates(session: Session, found: Sequence[EpisodeCandidate], source: str, at: datetime) -> None:
    """Remember the talks an import met; one that is known stays as it is, and what was decided of it."""
    for one in found:
        title, description = storable(one.title, LONGEST_TITLE), storable(one.description, LONGEST_TOLD)
        address = one.address if len(one.address) <= LONGEST_URL else ""
        mark = _mark(title, address or description[:TOLD_APART_BY])
        if session.exec(select(TalkCandidate.id).where(TalkCandidate.mark == mark)).first() is None:
            session.add(
                TalkCandidate(
                    mark=mark,
                    title=title,
                    description=description,
                    address=address,
                    source=source[:LONGEST_URL],
                    found_at=at,
                )
            )
            session.flush()


def open_candidates(session: Session, show_titles: Sequence[str] = ()) -> list[Candidate]:
    """Those nobody decided on and that are not in the catalog yet, as they were found."""
    query = select(TalkCandidate).where(TalkCandidate.review == Review.SUGGESTED)
    rows = session.exec(query.order_by(col(TalkCandidate.id))).all()
    if not rows:
        return []
    titles = {fold(title) for title in session.exec(select(Episode.title))}
    sources = set(session.exec(select(EpisodeSource.provider, EpisodeSource.external_id)).all())
    return [
        Candidate(
            id=row.id or 0,
            title=row.title,
            description=row.description,
            address=row.address,
            source=row.source,
            cast=read_cast(row.title, row.description, show_titles=show_titles),
        )
        for row in rows
        if fold(row.title) not in titles and _source_of(row.address) not in sources
    ]


def add_candidate(newsroom: Newsroom, number: int, address: str, by: Actor) -> Added:
    """Make an episode of it, with the title and the description it was found with. Raises InvalidQuery where nothing
    tells where it can be heard, Refused for what is no web address."""
    with reading(newsroom.engine) as session:
        row = find_candidate(session, number)
        address, given = address.strip() or row.address, Given(title=row.title, summary=row.description)
    if not address:
        raise InvalidQuery("Give the address at which this talk can be heard.")
    added = add_link(newsroom, address, given, by)
    with acting(newsroom.engine, by) as session:
        _decide(session, number, Review.CONFIRMED, by)
    return added


def dismiss_candidate(newsroom: Newsroom, number: int, by: Actor) -> None:
    """It is no talk of ours: it is not offered again, however often it is met."""
    with acting(newsroom.engine, by) as session:
        _decide(session, number, Review.REJECTED, by)


def restore_candidate(newsroom: Newsroom, number: int, by: Actor) -> None:
    """Offer one again that was put aside."""
    with acting(newsroom.engine, by) as session:
        _decide(session, number, Review.SUGGESTED, by)


def _decide(session: Session, number: int, review: Review, by: Actor) -> None:
    row = find_candidate(session, number)
    row.review, row.decided_by, row.decided_at = review, by.name, now()
    session.add(row)


def find_candidate(session: Session, number: int) -> TalkCandidate:
    """Raises NotFound."""
    row = session.get(TalkCandidate, number)
    if row is None:
        raise NotFound("This talk is no longer offered. Load the page again.")
    return row


def _mark(title: str, told: str) -> str:
    return hashlib.sha256(f"{fold(title)}\n{fold(told)}".encode()).hexdigest()


def _source_of(address: str) -> tuple[str, str] | None:
    try:
        source = recognise(address)
    except MediaError:
        return None
    return source.provider, source.external_id
