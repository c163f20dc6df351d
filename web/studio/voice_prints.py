"""Voice prints: one made of a voice that somebody confirmed, with the consent it needs; all of a person's forgotten."""

from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.responses import Response

from catalog.db import reading
from catalog.enrolling import Channel, Consent, enrol_voice
from catalog.errors import InvalidQuery
from catalog.models.columns import now
from catalog.people import find_person
from catalog.samples import person_confirmed_as, sample_episode
from catalog.voices import forget_voice
from web.studio.seat import Editor, Label, Sent, Slug, go

NOTES = {
    "enrolled": "A print of this voice is kept. It goes for good on the person’s page.",
    "known": "A print of this very sound is kept already; nothing was changed.",
}
FORGOTTEN = {
    "forgotten": "Every print of this voice is gone, files and rows. Backups made before keep what they keep."
}
router = APIRouter(include_in_schema=False)


@router.post("/e/{slug}/voices/{label}/enrol")
def enrol(seat: Editor, slug: Slug, label: Label, sent: Sent) -> Response:
    """Make a print of the cleanest half minute of this voice, so that it is known again elsewhere."""
    newsroom, channel = seat.site.newsroom, sent.get("channel", "")
    with reading(newsroom.engine) as session:
        person = person_confirmed_as(session, slug, label)
    consent = Consent(sent.get("by", ""), sent.get("how", ""), day_in(sent.get("day", "")))
    with reading(newsroom.engine) as session:
        sample = sample_episode(newsroom, session, person, slug, label)
    over = Channel(channel) if channel in tuple(Channel) else None
    _, is_new = enrol_voice(newsroom, person, sample, over, consent, seat.visitor.actor)
    return go(f"/e/{slug}", "enrolled" if is_new else "known", f"voice-{label}")


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


@router.post("/directory/{person}/voice/forget")
def forget(seat: Editor, person: Slug) -> Response:
    """Remove every print of a person for good."""
    person_id = find_person(seat.session, person).id or 0
    seat.session.close()  # what is erased must be held by no open look at the record
    forget_voice(seat.site.newsroom, person_id, seat.visitor.actor)
    return go(f"/directory/{person}", "forgotten")
