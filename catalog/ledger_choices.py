"""What the claims of the ledger can be chosen by, with how many there are of each. Reading them is in `ledger`."""

from collections import defaultdict
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlmodel import Session, col, func

from catalog.authority.entries import find_entity
from catalog.ledger import PUBLIC_CLAIMS, SPOKEN, Wanted, only_wanted, public_claims
from catalog.models import Claim, ClaimEntity, Entity, EntityState, Person


@dataclass(frozen=True)
class Choice:
    """One value that claims may be chosen by, and how many there are."""

    value: str
    name: str
    kind: str
    count: int


def ledger_choices(session: Session, wanted: Wanted = Wanted()) -> dict[str, list[Choice]]:
    """By "person", "about", "year" and "status": what the claims that are asked for have, and how many of each."""
    return {
        "person": _people(session, wanted),
        "about": _about(session, wanted),
        "year": _years(session, wanted),
        "status": _statuses(session, wanted),
    }


def _people(session: Session, wanted: Wanted) -> list[Choice]:
    count = func.count(col(Claim.id))
    query = only_wanted(public_claims(col(Person.slug), col(Person.name), count), replace(wanted, person=""))
    query = query.where(col(Person.id).is_not(None)).group_by(col(Person.slug), col(Person.name))
    rows = session.execute(query.order_by(col(Person.name)))
    return [Choice(slug, name, "person", number) for slug, name, number in rows]


def _about(session: Session, wanted: Wanted) -> list[Choice]:
    chosen = only_wanted(public_claims(col(Claim.id)), replace(wanted, about=""))
    query = sa.select(col(ClaimEntity.claim_id), Entity).join(
        Entity, col(ClaimEntity.entity_id) == col(Entity.id)
    )
    entities: dict[str, Entity] = {}
    claims: dict[str, set[int]] = defaultdict(set)
    for claim_id, named in session.execute(query.where(col(ClaimEntity.claim_id).in_(chosen))):
        entity = find_entity(session, named.slug) if named.merged_into_id else named
        entities[entity.slug] = entity
        claims[entity.slug].add(claim_id)
    listed = sorted(entities.values(), key=lambda one: one.name)
    return [
        Choice(one.slug, one.name, one.kind.value, len(claims[one.slug]))
        for one in listed
        if one.state is EntityState.LISTED
    ]


def _years(session: Session, wanted: Wanted) -> list[Choice]:
    found: dict[int, int] = defaultdict(int)
    for (moment,) in session.execute(only_wanted(public_claims(SPOKEN), replace(wanted, year=0))):
        if moment is not None:
            found[int(str(moment)[:4])] += 1
    return [
        Choice(str(year), str(year), "year", number) for year, number in sorted(found.items(), reverse=True)
    ]


def _statuses(session: Session, wanted: Wanted) -> list[Choice]:
    count = func.count(col(Claim.id))
    query = only_wanted(public_claims(col(Claim.status), count), replace(wanted, status="")).group_by(
        col(Claim.status)
    )
    found = {status.value: number for status, number in session.execute(query)}
    return [
        Choice(one.value, one.value, "status", found[one.value])
        for one in PUBLIC_CLAIMS
        if one.value in found
    ]
