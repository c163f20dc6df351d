"""What stands beside claims: what they are about, the pages put there, the moment their speaker corrected them at. For
many claims at once; which claims are public `ledger` says, what changes them is in `claim_acts` and its neighbours."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from catalog.authority.entries import find_entity
from catalog.models import (
    Appearance,
    Article,
    Claim,
    ClaimCorrection,
    ClaimEntity,
    ClaimEvidence,
    ClaimStatus,
    Entity,
    EntityState,
    Episode,
    EpisodeState,
    LabelState,
    SpeakerLabel,
    Track,
    Utterance,
)


@dataclass(frozen=True)
class Subject:
    """What a claim is about: a topic, person, place, organisation or outlet."""

    slug: str
    name: str
    kind: str


@dataclass(frozen=True)
class Ground:
    """A page beside a claim. `article_gone`: one of ours, deleted at its source."""

    url: str
    title: str
    stance: str
    note: str
    published_at: datetime | None = None
    article_gone: bool = False


@dataclass(frozen=True)
class Later:
    """The moment at which a claim was corrected."""

    slug: str
    title: str
    language: str
    at_ms: int


def subjects_of_claims(session: Session, ids: Sequence[int]) -> dict[int, list[Subject]]:
    """What editors say they are about, as far as it is listed."""
    found: dict[int, dict[int, Subject]] = defaultdict(dict)
    query = sa.select(col(ClaimEntity.claim_id), Entity).join(
        Entity, col(ClaimEntity.entity_id) == col(Entity.id)
    )
    for claim_id, named in session.execute(query.where(col(ClaimEntity.claim_id).in_(ids))):
        entity = find_entity(session, named.slug) if named.merged_into_id else named
        if entity.state is EntityState.LISTED:
            found[claim_id][entity.id or 0] = Subject(entity.slug, entity.name, entity.kind.value)
    order = {
        claim_id: sorted(several.values(), key=lambda one: (one.kind, one.name))
        for claim_id, several in found.items()
    }
    return defaultdict(list, order)


def grounds_of_claims(session: Session, ids: Sequence[int]) -> dict[int, list[Ground]]:
    """The pages beside them, in the order they were put there."""
    found: dict[int, list[Ground]] = defaultdict(list)
    query = (
        sa.select(ClaimEvidence, col(Article.published_at), col(Article.gone_at))
        .outerjoin(Article, col(ClaimEvidence.article_id) == col(Article.id))
        .where(col(ClaimEvidence.claim_id).in_(ids))
        .order_by(col(ClaimEvidence.id))
    )
    for row, published_at, gone_at in session.execute(query):
        ground = Ground(row.url, row.title, row.stance.value, row.note, published_at, gone_at is not None)
        found[row.claim_id].append(ground)
    return found


def later_of_claims(session: Session, ids: Sequence[int]) -> dict[int, Later]:
    """Where they were corrected, for readers: while they stand as corrected, in a talk that is published, and the voice
    there still has the name of who said them."""
    query = (
        sa.select(Claim, ClaimCorrection, Episode)
        .join(ClaimCorrection, col(ClaimCorrection.claim_id) == col(Claim.id))
        .join(Episode, col(Episode.id) == col(ClaimCorrection.episode_id))
        .where(
            col(Claim.id).in_(ids),
            col(Claim.status) == ClaimStatus.CORRECTED,
            col(Episode.state) == EpisodeState.PUBLISHED,
        )
    )
    return {
        claim.id: Later(episode.slug, episode.title, episode.language or "", row.at_ms)
        for claim, row, episode in session.execute(query)
        if _person_of(session, claim.speaker_label_id) == _person_at(session, row) is not None
    }


def _person_at(session: Session, correction: ClaimCorrection) -> int | None:
    """Who is confirmed to say what stands at that moment, or behind it."""
    query = (
        select(Utterance.speaker_label_id)
        .join(Track)
        .where(
            col(Track.current),
            Track.episode_id == correction.episode_id,
            Utterance.end_ms > correction.at_ms,
        )
        .order_by(col(Utterance.position))
    )
    return _person_of(session, session.exec(query.limit(1)).first())


def _person_of(session: Session, label_id: int | None) -> int | None:
    label = session.get(SpeakerLabel, label_id) if label_id is not None else None
    while label is not None and label.merged_into_id is not None:
        label = session.get(SpeakerLabel, label.merged_into_id)
    if label is None or label.state is not LabelState.CONFIRMED or label.appearance_id is None:
        return None
    appearance = session.get(Appearance, label.appearance_id)
    return appearance.person_id if appearance else None
