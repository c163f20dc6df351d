"""What a person has listened to and stands by, paragraph by paragraph. What to look at first is ranked in `doubts`."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from catalog.acts import Done, begin_act
from catalog.models import Utterance
from catalog.models.columns import now
from catalog.transcripts import current_track


def share_checked(session: Session, episode_id: int) -> float:
    """The part of the time in which somebody speaks that a person has checked, from 0 to 1."""
    track = current_track(session, episode_id)
    if track is None:
        return 0.0
    rows = session.exec(
        select(Utterance.start_ms, Utterance.end_ms, Utterance.checked_by).where(
            Utterance.track_id == track.id
        )
    ).all()
    whole_ms = sum(end_ms - start_ms for start_ms, end_ms, _ in rows)
    checked_ms = sum(end_ms - start_ms for start_ms, end_ms, checked_by in rows if checked_by)
    return checked_ms / whole_ms if whole_ms else 0.0


def mark_checked(
    session: Session, slug: str, utterance_ids: Collection[int], *, by: str, checked: bool = True
) -> Done:
    """Say that these paragraphs were looked at and are right as they stand, or take that back."""
    act = begin_act(session, slug, by)
    query = select(Utterance).where(
        Utterance.track_id == act.track.id, col(Utterance.id).in_(list(utterance_ids))
    )
    lines = [line for line in session.exec(query) if bool(line.checked_by) != checked]
    for line in lines:
        line.checked_by, line.checked_at = (act.by, now()) if checked else ("", None)
        session.add(line)
    if not lines:
        return Done("check", "That is so already.")
    told = "Marked as checked." if checked else "No longer marked as checked."
    return act.finish("check", told, new_to_readers=False)
