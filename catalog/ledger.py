"""The ledger as readers see it: recorded claims with speaker, day and grounds. Nothing is changed here.

A claim is public while an editor records it, its talk is published, its words stand unchanged at the talk's present
revision, and the voice that says them has a name a person confirmed. Whoever asks for claims asks with `public_claims`.
Which editor confirmed one is the house's to know.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from catalog.claim_context import (
    Ground,
    Later,
    Subject,
    grounds_of_claims,
    later_of_claims,
    subjects_of_claims,
)
from catalog.errors import NotFound
from catalog.ledger_words import say
from catalog.models import (
    Appearance,
    Claim,
    ClaimEntity,
    ClaimStatus,
    Entity,
    EntityState,
    Episode,
    EpisodeState,
    LabelState,
    Person,
    Review,
    SpeakerLabel,
)
from catalog.questions import Question, question_before

PUBLIC_CLAIMS = (ClaimStatus.RECORDED, ClaimStatus.SUPPORTED, ClaimStatus.DISPUTED, ClaimStatus.CORRECTED)
ON_PAGE = 20


@dataclass(frozen=True)
class LedgerLine:
    """A recorded claim. Role and affiliation are those of that day; the name is confirmed: there is no doubt to print.

    `question` is read for a claim's own page only.
    """

    short_id: str
    text: str
    language: str
    status: str
    start_ms: int
    end_ms: int
    speaker: str
    person_slug: str
    role: str
    affiliation: str
    episode_id: int
    episode_slug: str
    episode_title: str
    episode_language: str
    revision: int
    spoken_at: datetime | None
    note: str
    reply: str
    review: str
    rating: str
    reviewed_at: datetime | None
    confirmed_at: datetime | None
    position: int
    subjects: tuple[Subject, ...] = ()
    grounds: tuple[Ground, ...] = ()
    later: Later | None = None
    question: Question | None = None

    certainty = "confirmed"

    @property
    def name(self) -> str:
        return self.speaker


@dataclass(frozen=True)
class Wanted:
    """Which claims are asked for; what is empty is not asked. `person`, `about` and `talk` are slugs, `q` are words."""

    person: str = ""
    about: str = ""
    talk: str = ""
    status: str = ""
    year: int = 0
    q: str = ""

    @property
    def asks_something(self) -> bool:
        return self != Wanted()


SPOKEN = func.coalesce(Episode.recorded_at, Episode.aired_at, Episode.published_at)
_WHOLE = (Claim, Episode, SpeakerLabel, Appearance, Person)
_PUBLIC: tuple[Any, ...] = (
    Episode.state == EpisodeState.PUBLISHED,
    col(Claim.status).in_(PUBLIC_CLAIMS),
    col(Claim.stands).is_(True),
    Claim.checked == Episode.revision,
    Claim.exact != "",
    SpeakerLabel.state == LabelState.CONFIRMED,
    col(SpeakerLabel.merged_into_id).is_(None),
    sa.or_(col(Appearance.id).is_(None), col(Appearance.review) != Review.REJECTED),
)


def public_claims(*columns: Any) -> Any:
    """A query for these columns of claims that readers may see."""
    return (
        sa.select(*columns)
        .select_from(Claim)
        .join(Episode, col(Claim.episode_id) == col(Episode.id))
        .join(SpeakerLabel, col(Claim.speaker_label_id) == col(SpeakerLabel.id))
        .outerjoin(Appearance, col(SpeakerLabel.appearance_id) == col(Appearance.id))
        .outerjoin(Person, col(Appearance.person_id) == col(Person.id))
        .where(*_PUBLIC)
    )


def only_wanted(query: Any, wanted: Wanted) -> Any:
    """The query without claims that are not asked for."""
    if wanted.person:
        query = query.where(Person.slug == wanted.person)
    if wanted.talk:
        query = query.where(Episode.slug == wanted.talk)
    if wanted.status:
        query = query.where(Claim.status == wanted.status)
    if wanted.year:
        first = datetime(wanted.year, 1, 1, tzinfo=UTC)
        last = datetime(wanted.year, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
        query = query.where(SPOKEN.between(first, last))
    if wanted.about:
        query = query.where(col(Claim.id).in_(_about(wanted.about)))
    return query.where(*say(wanted.q))


def _about(slug: str) -> Any:
    """The claims about a listed entity, or about one that was merged into it."""
    listed = sa.select(col(Entity.id)).where(
        col(Entity.slug) == slug, col(Entity.state) == EntityState.LISTED
    )
    whole = listed.cte("whole", recursive=True)
    whole = whole.union(sa.select(col(Entity.id)).join(whole, col(Entity.merged_into_id) == whole.c.id))
    return sa.select(col(ClaimEntity.claim_id)).where(col(ClaimEntity.entity_id).in_(sa.select(whole.c.id)))


# ---- reading --------------------------------------------------------------------------------------------


def count_claims(session: Session, wanted: Wanted = Wanted()) -> int:
    return int(session.execute(only_wanted(public_claims(func.count(col(Claim.id))), wanted)).scalar_one())


def read_claims(
    session: Session,
    wanted: Wanted = Wanted(),
    *,
    limit: int | None = ON_PAGE,
    offset: int = 0,
    as_spoken: bool = False,
    newest_decided: bool = False,
) -> list[LedgerLine]:
    """Public claims: those said last first, or as they were spoken from the first on, or those decided last first."""
    order: tuple[Any, ...] = (SPOKEN.desc(), col(Episode.id).desc(), col(Claim.start_ms), col(Claim.id))
    if as_spoken:
        order = (SPOKEN, col(Episode.id), col(Claim.start_ms), col(Claim.id))
    if newest_decided:
        order = (col(Claim.decided_at).desc(), col(Claim.id).desc())
    query = only_wanted(public_claims(*_WHOLE), wanted).order_by(*order)
    return _lines(session, session.execute(query.limit(limit).offset(offset)).all())


def read_claim(session: Session, short_id: str) -> LedgerLine:
    """One public claim with the question that prompted it; NotFound for any other, whatever the reason."""
    query = public_claims(*_WHOLE).where(Claim.short_id == short_id[:16])
    row = session.execute(query).first()
    if row is None:
        raise NotFound("No claim that readers may see has this address.")
    [line] = _lines(session, [row])
    return replace(line, question=question_before(session, line.episode_id, line.position))


def was_recorded(session: Session, short_id: str) -> bool:
    """Whether a claim that readers cannot see once had a place in the ledger: its address is gone, not unknown. Of a
    talk that was withdrawn silently readers are told nothing."""
    query = (
        select(Claim.id)
        .join(Episode)
        .where(
            Claim.short_id == short_id[:16],
            col(Claim.status).in_((*PUBLIC_CLAIMS, ClaimStatus.WITHDRAWN)),
            col(Claim.decided_at).is_not(None),
            col(Episode.withdrawn_silently).is_(False),
        )
    )
    return session.exec(query).first() is not None


def claimed_passages(session: Session, episode_id: int | None = None) -> dict[int, list[tuple[int, int]]]:
    """The paragraphs, from one to another, in which public claims stand, by episode; of one episode, or of all."""
    rows = (
        session.execute(_CLAIMED)
        if episode_id is None
        else session.execute(_CLAIMED_IN, {"episode_id": episode_id})
    )
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for talk, first, last in rows:
        found[talk].append((first, last))
    return found


# Made once: the index asks for each talk.
_CLAIMED = public_claims(col(Claim.episode_id), Claim.position, Claim.last_position).order_by(
    col(Claim.position)
)
_CLAIMED_IN = _CLAIMED.where(col(Claim.episode_id) == sa.bindparam("episode_id"))


def _lines(session: Session, rows: Sequence[Any]) -> list[LedgerLine]:
    ids = [row[0].id or 0 for row in rows]
    subjects, grounds = subjects_of_claims(session, ids), grounds_of_claims(session, ids)
    later = later_of_claims(session, ids)
    return [
        _line(row, subjects[one], grounds[one], later.get(one)) for one, row in zip(ids, rows, strict=True)
    ]


def _line(
    row: Any, subjects: Sequence[Subject], grounds: Sequence[Ground], later: Later | None
) -> LedgerLine:
    claim, episode, label, appearance, person = row
    return LedgerLine(
        short_id=claim.short_id,
        text=claim.exact,
        language=claim.language,
        status=claim.status.value,
        start_ms=claim.start_ms,
        end_ms=claim.end_ms,
        speaker=label.shown_as or (person.name if person else ""),
        person_slug=person.slug if person else "",
        role=appearance.role.value if appearance else "",
        affiliation=appearance.affiliation if appearance else "",
        episode_id=episode.id or 0,
        episode_slug=episode.slug,
        episode_title=episode.title,
        episode_language=episode.language or "",
        revision=episode.revision,
        spoken_at=episode.recorded_at or episode.aired_at or episode.published_at,
        note=claim.note,
        reply=claim.reply,
        review=claim.review,
        rating=claim.rating,
        reviewed_at=claim.reviewed_at,
        confirmed_at=claim.decided_at,
        position=claim.position,
        subjects=tuple(subjects),
        grounds=tuple(grounds),
        later=later,
    )
