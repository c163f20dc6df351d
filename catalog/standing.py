"""How far people have gone over a transcript, in the one word that every answer, file and edition has for it."""

from collections.abc import Sequence
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, func

from catalog.models import Correction, Track, TrackKind, Utterance


class Standing(StrEnum):
    """MACHINE: nobody has gone over it. CORRECTED: a person has mended it in places. REVIEWED: every paragraph was
    written by a person, or found right as it stands."""

    MACHINE = "machine"
    CORRECTED = "corrected"
    REVIEWED = "reviewed"


def standing_of(*, by_human: bool, paragraphs: int, checked: int) -> Standing:
    """
    >>> [standing_of(by_human=True, paragraphs=3, checked=n).value for n in (2, 3)]
    ['corrected', 'reviewed']
    >>> standing_of(by_human=False, paragraphs=0, checked=0).value
    'machine'
    """
    if paragraphs and checked >= paragraphs:
        return Standing.REVIEWED
    return Standing.CORRECTED if by_human else Standing.MACHINE


def read_by_people(session: Session, track_id: int) -> tuple[int, int]:
    """How many paragraphs a track has, and how many of them a person wrote or found right as they stand."""
    counted = session.execute(_COUNTS.where(col(Utterance.track_id) == track_id)).one()
    return counted[0], counted[1] or 0


def standings(session: Session, episode_ids: Sequence[int]) -> dict[int, Standing]:
    """That of the transcript that is read of each of these talks, of those that have one."""
    rows = session.execute(
        _COUNTS.add_columns(col(Track.episode_id), col(Track.by_human))
        .join(Track, col(Track.id) == col(Utterance.track_id))
        .where(
            col(Track.episode_id).in_(episode_ids),
            col(Track.kind) == TrackKind.ORIGINAL,
            col(Track.current).is_(True),
        )
        .group_by(col(Track.episode_id), col(Track.by_human))
    )
    return {
        episode_id: standing_of(by_human=by_human, paragraphs=paragraphs, checked=checked or 0)
        for paragraphs, checked, episode_id, by_human in rows
    }


_WRITTEN = sa.or_(
    col(Utterance.id).in_(sa.select(col(Correction.utterance_id))), col(Utterance.checked_by) != ""
)
_COUNTS = sa.select(func.count(), func.sum(sa.case((_WRITTEN, 1), else_=0))).select_from(Utterance)
