"""What needs somebody of the newsroom, the most pressing first. What is done about it is each thing's own."""

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from catalog.amber import stale_talks
from catalog.checklist import count
from catalog.clock import tell_moment, zone_of
from catalog.models import (
    Episode,
    EpisodeState,
    GuestAnswer,
    GuestLink,
    Proposal,
    ProposalState,
    UserRole,
)
from catalog.models.columns import now
from catalog.pleas import count_pleas

NEXT = 5


@dataclass(frozen=True)
class Todo:
    """One thing, where it is done in the studio, and whether it is late or went wrong."""

    sentence: str
    address: str
    is_pressing: bool = False


def list_todo(session: Session, role: UserRole, timezone: str) -> list[Todo]:
    """What waits for somebody of this role."""
    todo = [*_missed(session), *_objections(session), *_corrected(session)]
    if role.may(UserRole.EDITOR):
        todo = [*_pleas(session), *todo, *_proposals(session)]
    return [*todo, *_scheduled(session, timezone)]


def _pleas(session: Session) -> list[Todo]:
    waiting, late = count_pleas(session)
    if not waiting:
        return []
    told = f"{count(waiting, 'request')} of people about themselves"
    return [Todo(f"{told}, {late} of them late." if late else f"{told}.", "/pleas", late > 0)]


def _missed(session: Session) -> list[Todo]:
    query = select(Episode).where(Episode.publish_problem != "", Episode.state != EpisodeState.PUBLISHED)
    return [
        Todo(f"“{row.title}”: {row.publish_problem}", f"/e/{row.slug}", True) for row in session.exec(query)
    ]


def _objections(session: Session) -> list[Todo]:
    query = (
        select(Episode.slug, Episode.title)
        .join(GuestLink, col(GuestLink.episode_id) == col(Episode.id))
        .where(
            GuestLink.answer == GuestAnswer.OBJECTED,
            col(GuestLink.revoked_at).is_(None),
            Episode.state == EpisodeState.REVIEW,
        )
        .distinct()
    )
    return [
        Todo(f"A guest says something is wrong in “{title}”.", f"/e/{slug}", True)
        for slug, title in session.exec(query)
    ]


def _corrected(session: Session) -> list[Todo]:
    """Articles quote what the transcript does not say any more."""
    return [
        Todo(
            f"The transcript of “{one.title}” was corrected under {count(one.quotations, 'quotation')} of an article.",
            f"/e/{one.slug}/articles",
            True,
        )
        for one in stale_talks(session)
    ]


def _proposals(session: Session) -> list[Todo]:
    query = select(func.count(col(Proposal.id))).where(Proposal.state == ProposalState.OPEN)
    waiting = session.exec(query).one()
    return [Todo(f"{count(waiting, 'correction')} proposed by readers.", "/proposals")] if waiting else []


def _scheduled(session: Session, timezone: str) -> list[Todo]:
    zone = zone_of(timezone)
    query = (
        select(Episode)
        .where(col(Episode.publish_at).is_not(None))
        .order_by(col(Episode.publish_at))
        .limit(NEXT)
    )
    return [
        Todo(
            f"“{row.title}” is to be published on {tell_moment(row.publish_at, zone)}.",
            f"/e/{row.slug}",
            row.publish_at < now(),  # no worker is at work
        )
        for row in session.exec(query)
        if row.publish_at is not None
    ]
