"""Voice prints: one made of a voice that somebody confirmed, with the consent it needs; one or all of a person's
forgotten for good."""

from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.responses import Response

from catalog.db import reading
from catalog.enrolling import Channel, Consent, enrol_voice
from catalog.errors import InvalidQuery
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.people import find_person
from catalog.samples import person_behind, sample_episode
from catalog.voices import forget_print, forget_voice
from web.studio.seat import Editor, Label, Number, Seat, Sent, Slug, go

PLACE = "h-prints"
NOTES = {
    "enrolled": "A print of this voice is kept. It is under “Prints made from this talk”, where it can be forgotten.",
    "known": "A print of this very sound is kept already; nothing was changed.",
    "forgotten": "The print is gone, its file and its row. Backups made before keep what they keep.",
}
ALL_FORGOTTEN = "Every print of this voice is gone, files and rows. Backups made before keep what they keep."
router = APIRouter(include_in_schema=False)


@router.post("/e/{slug}/voices/{label}/enrol")
def enrol(seat: Editor, slug: Slug, label: Label, sent: Sent) -> Response:
    """Make a print of the cleanest half minute of this voice, so that it is known again elsewhere."""
    newsroom, channel = _let_go(seat), sent.get("channel", "")
    with reading(newsroom.engine) as session:
        person = person_behind(session, slug, label)
    consent = Consent(sent.get("by", ""), sent.get("how", ""), day_in(sent.get("day", "")))
    with reading(newsroom.engine) as session:
        sample = sample_episode(newsroom, session, person, slug, label)
    over = Channel(channel) if channel in tuple(Channel) else None
    _, is_new = enrol_voice(newsroom, person, sample, over, consent, seat.visitor.actor)
    return go(f"/e/{slug}", "enrolled" if is_new else "known", PLACE)


def day_in(written: str) -> datetime:
    """The day somebody agreed; today if none is said. Raises InvalidQuery.

    >>> day_in("2026-03-02").isoformat()
    '2026-03-02T00:00:00+00:00'
    """
    if not written.strip():
        return now()
    try:
        return datetime.strptime(written.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as problem:
        raise InvalidQuery(f"“{written.strip()[:40]}” is no day. Write it as 2026-03-02.") from problem


@router.post("/e/{slug}/prints/{print_id}/forget")
def forget_one(seat: Editor, slug: Slug, print_id: Number) -> Response:
    """Take an enrolment back: the print goes for good."""
    forget_print(_let_go(seat), print_id, seat.visitor.actor)
    return go(f"/e/{slug}", "forgotten", "h-v")


@router.post("/directory/{person}/voice/forget")
def forget_all(seat: Editor, person: Slug) -> Response:
    """Remove every print of a person for good."""
    person_id = find_person(seat.session, person).id or 0
    forget_voice(_let_go(seat), person_id, seat.visitor.actor)
    return go(f"/directory/{person}", "forgotten")


def _let_go(seat: Seat) -> Newsroom:
    """The newsroom, with this visitor's look at the record ended: what is erased must be held by no open look, and
    none is held for as long as a print takes."""
    seat.session.close()
    return seat.site.newsroom
