"""A name contested, or somebody to be taken out: asked for without an account, answered by a day, read by nobody else.

What is done about it is done elsewhere: a voice withheld, words redacted, a talk withdrawn.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from catalog.audit import record_act
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.models import Episode, EpisodeState, Plea, PleaKind
from catalog.models.columns import now, storable
from catalog.passwords import digest_of, make_token

LONGEST_NAME, LONGEST_SAID, LONGEST_CONTACT, LONGEST_ANSWER = 200, 4000, 300, 4000
MOST_OPEN = 1000
FULL = "So many requests wait that no more can be taken in today. Please try again tomorrow."


@dataclass(frozen=True)
class PleaLine:
    """A request as editors see it; `days_left` is below zero when its day has passed."""

    id: int
    kind: str
    episode: str
    title: str
    name: str
    said: str
    contact: str
    made_at: datetime
    due_at: datetime
    answer: str
    settled_at: datetime | None
    settled_by: str
    days_left: int


@dataclass(frozen=True)
class Reply:
    """What whoever asked may know of it."""

    kind: str
    made_at: datetime
    due_at: datetime
    answer: str
    settled_at: datetime | None


def plead(
    session: Session, kind: str, slug: str, said: str, *, name: str = "", contact: str = "", days: int = 7
) -> str:
    """Take a request in; the token of the address where its answer will stand. Raises InvalidQuery."""
    if kind not in tuple(PleaKind):
        raise InvalidQuery("Choose what you ask for.")
    said = storable(said.strip())
    if not said:
        raise InvalidQuery("Say in a few words what you ask for.")
    if len(said) > LONGEST_SAID:
        raise InvalidQuery("That is too long: 4,000 characters are the most.")
    if (
        session.exec(select(func.count(col(Plea.id))).where(col(Plea.settled_at).is_(None))).one()
        >= MOST_OPEN
    ):
        raise Conflict(FULL)
    token = make_token()
    plea = Plea(
        token_hash=digest_of(token),
        kind=PleaKind(kind),
        episode_id=_talk(session, slug),
        name=storable(" ".join(name.split()), LONGEST_NAME),
        said=said,
        contact=storable(" ".join(contact.split()), LONGEST_CONTACT),
        due_at=now() + timedelta(days=days),
    )
    session.add(plea)
    session.flush()
    record_act(session, "plea", _subject(plea), {"plea": plea.id, "kind": kind}, who="somebody outside")
    return token


def _talk(session: Session, slug: str) -> int | None:
    """A talk that readers know of: whether there is another is not to be learnt by asking."""
    shown = (EpisodeState.PUBLISHED, EpisodeState.WITHDRAWN)
    query = select(Episode.id).where(Episode.slug == slug, col(Episode.state).in_(shown))
    return session.exec(query).first()


def read_reply(session: Session, token: str) -> Reply:
    """How a request stands, for whoever holds its token."""
    plea = session.exec(select(Plea).where(Plea.token_hash == digest_of(token))).first()
    if plea is None:
        raise NotFound("No request has this address.")
    return Reply(plea.kind.value, plea.made_at, plea.due_at, plea.answer, plea.settled_at)


def settle_plea(session: Session, plea_id: int, answer: str, by: str) -> None:
    """Answer a request; how to reach whoever asked is forgotten with it."""
    plea = session.get(Plea, plea_id)
    if plea is None:
        raise NotFound("There is no such request.")
    if plea.settled_at is not None:
        raise Conflict(f"It was answered already, by {plea.settled_by}.")
    answer = storable(answer.strip(), LONGEST_ANSWER)
    if not answer:
        raise InvalidQuery("Write the answer: whoever asked reads it at their own address.")
    plea.answer, plea.settled_at, plea.settled_by, plea.contact = answer, now(), by, ""
    session.add(plea)
    record_act(session, "settle plea", _subject(plea), {"plea": plea.id, "kind": plea.kind.value})


def list_pleas(session: Session, *, every: bool = False) -> list[PleaLine]:
    """What waits, the most pressing first; with `every`, also what was answered."""
    query = select(Plea, Episode.slug, Episode.title).outerjoin(Episode)
    if not every:
        query = query.where(col(Plea.settled_at).is_(None))
    rows = session.exec(query.order_by(col(Plea.settled_at).desc().nulls_first(), col(Plea.due_at))).all()
    return [
        PleaLine(
            id=plea.id or 0,
            kind=plea.kind.value,
            episode=slug or "",
            title=title or "",
            name=plea.name,
            said=plea.said,
            contact=plea.contact,
            made_at=plea.made_at,
            due_at=plea.due_at,
            answer=plea.answer,
            settled_at=plea.settled_at,
            settled_by=plea.settled_by,
            days_left=(plea.due_at - now()).days,
        )
        for plea, slug, title in rows
    ]


def count_pleas(session: Session) -> tuple[int, int]:
    """How many wait, and how many of these are late."""
    due = session.exec(select(Plea.due_at).where(col(Plea.settled_at).is_(None))).all()
    return len(due), sum(moment < now() for moment in due)


def _subject(plea: Plea) -> str:
    return f"episode/{plea.episode_id}/plea" if plea.episode_id else f"plea/{plea.id}"
