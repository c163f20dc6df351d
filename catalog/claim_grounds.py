"""What editors put beside a claim: pages that speak for or against it, and what it is about. The act is on record."""

from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

import sqlalchemy as sa
from sqlmodel import Session, col, select

from catalog.audit import actor_of
from catalog.authority.changing import add_entity
from catalog.authority.entries import find_entity
from catalog.claim_acts import RECORDED, find_claim, record_claim_act
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.models import (
    Article,
    Claim,
    ClaimEntity,
    ClaimEvidence,
    Entity,
    EntityAlias,
    EntityKind,
    EntityState,
    Stance,
)
from catalog.models.columns import storable
from catalog.normalize import fold

LONGEST_URL, LONGEST_TITLE, LONGEST_NOTE, LONGEST_NAME = 2000, 300, 1000, 200
MOST_EVIDENCE, MOST_SUBJECTS = 30, 12


def add_evidence(
    session: Session, short_id: str, url: str, stance: str, *, title: str = "", note: str = ""
) -> ClaimEvidence:
    """Put a page beside a recorded claim; the same page again takes the place of what was said of it before."""
    claim = find_claim(session, short_id)
    if claim.status not in RECORDED:
        raise Conflict("This claim is not recorded. Record it first.")
    if stance not in tuple(Stance):
        raise InvalidQuery("Evidence supports a claim, disputes it or gives context.")
    address = check_address(url)
    known = session.exec(select(ClaimEvidence).where(ClaimEvidence.claim_id == claim.id)).all()
    row = next((one for one in known if one.url == address), None)
    if row is None and len(known) >= MOST_EVIDENCE:
        raise Conflict(f"{MOST_EVIDENCE} pages are beside this claim already. Take one away first.")
    article = session.exec(select(Article).where(Article.url == address)).first()
    row = row or ClaimEvidence(claim_id=claim.id or 0, url=address, stance=Stance(stance))
    row.stance, row.article_id = Stance(stance), article.id if article else None
    row.title = storable(title.strip(), LONGEST_TITLE) or (article.title[:LONGEST_TITLE] if article else "")
    row.note, row.added_by = storable(note.strip(), LONGEST_NOTE), storable(actor_of(session).name, 200)
    session.add(row)
    session.flush()
    words = {"url": address, "title": row.title, "note": row.note}
    record_claim_act(session, claim, "evidence", words=words, stance=row.stance.value)
    return row


def check_address(url: str) -> str:
    """An address readers may be sent to.

    >>> check_address(" https://example.org/a ")
    'https://example.org/a'
    """
    address = url.strip()
    parts = _split(address)
    if (
        parts is None
        or parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.username is not None
        or not address.isprintable()
        or any(sign in address for sign in ' \\<>"')
    ):
        raise InvalidQuery("Give the whole address of the page: https://…")
    if len(address) > LONGEST_URL:
        raise InvalidQuery(f"An address has at most {LONGEST_URL} characters.")
    return address


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None


def drop_evidence(session: Session, short_id: str, evidence_id: int) -> None:
    claim = find_claim(session, short_id)
    row = session.get(ClaimEvidence, evidence_id)
    if row is None or row.claim_id != claim.id:
        raise NotFound("This page is not beside the claim.")
    session.delete(row)
    record_claim_act(session, claim, "evidence-off", words={"url": row.url})


# ---- what it is about -----------------------------------------------------------------------------------


def set_subjects(session: Session, short_id: str, names: Sequence[str]) -> list[Entity]:
    """What a claim is about, by any spelling known; a name nobody knows becomes a topic."""
    claim = find_claim(session, short_id)
    wanted = {one.id: one for name in names if (one := _entity_named(session, name))}
    if len(wanted) > MOST_SUBJECTS:
        raise InvalidQuery(f"A claim is about at most {MOST_SUBJECTS} things.")
    before = set(session.exec(select(ClaimEntity.entity_id).where(ClaimEntity.claim_id == claim.id)))
    if before != set(wanted):
        session.execute(sa.delete(ClaimEntity).where(col(ClaimEntity.claim_id) == claim.id))
        session.add_all(ClaimEntity(claim_id=claim.id or 0, entity_id=one or 0) for one in wanted)
        record_claim_act(session, claim, "about", entities=sorted(one or 0 for one in wanted))
    return list(wanted.values())


def _entity_named(session: Session, name: str) -> Entity | None:
    said = storable(" ".join(name.split()), LONGEST_NAME)
    if not fold(said).strip():
        return None
    known = session.exec(
        select(Entity.slug)
        .join(EntityAlias)
        .where(
            EntityAlias.folded == fold(said)[:LONGEST_NAME],
            col(EntityAlias.short).is_(False),
            Entity.state != EntityState.RETIRED,
        )
        .order_by(col(Entity.id))
    ).first()
    return find_entity(session, known or add_entity(session, EntityKind.TOPIC, said).slug)


def subjects_of(session: Session, claim: Claim) -> list[Entity]:
    """What a claim is about; what was merged since is read as what it became part of."""
    query = select(Entity).join(ClaimEntity).where(ClaimEntity.claim_id == claim.id)
    found = (find_entity(session, one.slug) for one in session.exec(query))
    return sorted({one.id: one for one in found}.values(), key=lambda one: (one.kind, one.name))


def evidence_of(session: Session, claim: Claim) -> list[ClaimEvidence]:
    query = select(ClaimEvidence).where(ClaimEvidence.claim_id == claim.id)
    return list(session.exec(query.order_by(col(ClaimEvidence.id))).all())
