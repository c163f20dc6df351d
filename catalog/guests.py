"""Links by which a guest checks a talk before everybody sees it: made, found, answered, revoked.

A link opens one talk for reading and nothing else. It is kept as a digest: who reads the record cannot use it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from catalog.audit import actor_of, record_act
from catalog.clock import is_from_the_future
from catalog.episodes import episode_by_id, find_episode, unfinished_redaction
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.models import Episode, EpisodeState, GuestAnswer, GuestLink
from catalog.models.columns import now, storable
from catalog.passwords import digest_of, make_token

DAYS = (1, 3, 7, 14, 30)
LONGEST_NOTE, LONGEST_SAID = 200, 4000
MOST_OPEN = 50
NO_LINK = (
    "This link opens nothing: it was taken back, is too old or never was. Ask the newsroom for a new one."
)


@dataclass(frozen=True)
class GuestLine:
    """A link as the newsroom sees it; `is_open` while it opens the talk. What is wrong, by its guest, stands until it
    `is_taken_back`."""

    id: int
    meant_for: str
    made_at: datetime
    expires_at: datetime
    is_open: bool
    answer: str
    said: str
    answered_at: datetime | None
    is_taken_back: bool = False

    @property
    def objects(self) -> bool:
        return self.answer == GuestAnswer.OBJECTED and not self.is_taken_back


def make_guest_link(session: Session, slug: str, meant_for: str, days: int = 7) -> str:
    """The token of a new link to an episode that is not public; it is shown once and kept nowhere."""
    episode = find_episode(session, slug)
    if days not in DAYS:
        raise InvalidQuery(f"A link holds for {', '.join(map(str, DAYS[:-1]))} or {DAYS[-1]} days.")
    if not may_be_checked(session, episode):
        raise Conflict(
            f"There is nothing for a guest to check in '{slug}': it is {episode.state.value}, or words are being "
            "taken out of it."
        )
    if sum(line.is_open for line in list_guest_links(session, slug)) >= MOST_OPEN:
        raise Conflict(f"'{slug}' has {MOST_OPEN} open links already. Take some back first.")
    token = make_token()
    link = GuestLink(
        episode_id=episode.id or 0,
        token_hash=digest_of(token),
        meant_for=storable(" ".join(meant_for.split()), LONGEST_NOTE),
        made_by_id=actor_of(session).user_id,
        expires_at=now() + timedelta(days=days),
    )
    session.add(link)
    session.flush()
    words = {"for": link.meant_for} if link.meant_for else None
    record_act(session, "make guest link", _subject(link), {"link": link.id, "days": days}, words=words)
    return token


def may_be_checked(session: Session, episode: Episode) -> bool:
    """Whether there is something to read that is meant to be seen: heard, and nothing is being taken out of it."""
    is_heard = episode.state in (EpisodeState.REVIEW, EpisodeState.PUBLISHED)
    return is_heard and unfinished_redaction(session, episode.id or 0) is None


def open_guest_link(session: Session, token: str) -> tuple[GuestLink, Episode]:
    """The link of a token and its talk. Raises NotFound in the same words for all that opens nothing."""
    link = session.exec(select(GuestLink).where(GuestLink.token_hash == digest_of(token))).first()
    if link is None or not _is_open(link):
        raise NotFound(NO_LINK)
    episode = episode_by_id(session, link.episode_id)
    if not may_be_checked(session, episode):
        raise NotFound(NO_LINK)
    return link, episode


def answer_guest_link(session: Session, token: str, answer: str, said: str) -> GuestLink:
    """What the guest says of the talk: that it is right so, or that something is wrong, and what."""
    link, _ = open_guest_link(session, token)
    if answer not in (GuestAnswer.AGREED, GuestAnswer.OBJECTED):
        raise InvalidQuery("Say whether it may be published as it is.")
    said = storable(said.strip(), LONGEST_SAID)
    if answer == GuestAnswer.OBJECTED and not said:
        raise InvalidQuery("Say what is wrong, in a few words.")
    link.answer, link.said, link.answered_at = GuestAnswer(answer), said, now()
    session.add(link)
    words = {"said": said} if said else None
    record_act(session, "guest answers", _subject(link), {"link": link.id, "answer": answer}, words=words)
    return link


def revoke_guest_link(session: Session, slug: str, link_id: int) -> None:
    """Let a link open nothing any more."""
    episode = find_episode(session, slug)
    link = session.get(GuestLink, link_id)
    if link is None or link.episode_id != episode.id:
        raise NotFound("There is no such link to this talk.")
    if link.revoked_at is None:
        link.revoked_at = now()
        session.add(link)
        record_act(session, "revoke guest link", _subject(link), {"link": link.id})


def list_guest_links(session: Session, slug: str) -> list[GuestLine]:
    """Every link ever made to an episode, the newest first."""
    episode = find_episode(session, slug)
    query = select(GuestLink).where(GuestLink.episode_id == episode.id).order_by(col(GuestLink.id).desc())
    return [
        GuestLine(
            id=link.id or 0,
            meant_for=link.meant_for,
            made_at=link.made_at,
            expires_at=link.expires_at,
            is_open=_is_open(link),
            answer=link.answer.value,
            said=link.said,
            answered_at=link.answered_at,
            is_taken_back=link.revoked_at is not None,
        )
        for link in session.exec(query)
    ]


def who_objects(session: Session, slug: str) -> list[str]:
    """The guests who say that something is wrong with an episode, as the newsroom calls them. Taking the link back
    says that it is settled: nobody publishes over a guest's head unawares."""
    return [line.meant_for or "a guest" for line in list_guest_links(session, slug) if line.objects]


def _is_open(link: GuestLink) -> bool:
    lasts = link.expires_at > now() and not is_from_the_future(link.made_at)
    return link.revoked_at is None and lasts


def _subject(link: GuestLink) -> str:
    return f"episode/{link.episode_id}"
