"""One correction by what stands there: for whoever has no page before them. The editor's own acts are in `editing`."""

from sqlmodel import Session, col, select

from catalog.acts import Done
from catalog.editing import edit_paragraph, stamp_of
from catalog.episodes import find_episode
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.models import Utterance
from catalog.transcripts import current_track


def correct_words(
    session: Session, slug: str, at_ms: int, before: str, after: str, *, by: str, public_note: str = ""
) -> Done:
    """Put `after` in place of `before`, which must stand exactly once in the paragraph spoken at that moment."""
    episode = find_episode(session, slug)
    track = current_track(session, episode.id or 0)
    query = select(Utterance).where(
        Utterance.track_id == (track.id if track else 0),
        col(Utterance.start_ms) <= at_ms,
        col(Utterance.end_ms) > at_ms,
    )
    lines = session.exec(query.order_by(col(Utterance.position))).all()
    if not lines:
        raise NotFound(f"Nothing is said in '{slug}' at {at_ms} ms.")
    line = next((one for one in lines if before in one.text), None)
    if line is None or not before.strip():
        raise Conflict(f"“{before[:80]}” does not stand there. It says: {lines[0].text[:300]}")
    if line.text.count(before) > 1:
        raise InvalidQuery("That stands there more than once. Give more of the words around it.")
    text = line.text.replace(before, after)
    return edit_paragraph(session, slug, line.id or 0, text, stamp_of(line), by=by, public_note=public_note)
