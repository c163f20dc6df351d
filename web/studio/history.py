"""What was done to a transcript, and to what is said of the talk, and any earlier state of either put back. Undoing the
last act is the editor's."""

from fastapi import APIRouter
from starlette.responses import Response

from catalog.episodes import find_episode
from catalog.errors import InvalidQuery
from catalog.history import read_history, restore_after
from catalog.past_facts import read_past_facts, restore_facts
from web.studio.seat import Producer, Sent, Slug, go
from web.studio.transcript import compare

NOTES = {
    "restored": "Put back as it was then. Undo, on the page of the words, brings the newer words again.",
    "told": "Put back as it was then. What stood there is in the list, and can be put back too.",
}
ACTS = {
    "edit": "wrote a paragraph anew",
    "replace": "found and replaced",
    "restore": "put an earlier state back",
    "split": "cut a paragraph, or a voice",
    "join": "joined two paragraphs",
    "assign": "gave a paragraph to another voice",
    "check": "marked as checked",
    "accept": "used what was proposed",
    "reject": "left what was proposed",
}
NAMES = {
    "title": "title",
    "summary": "description",
    "language": "language",
    "recorded_at": "day of the recording",
    "aired_at": "day it was aired",
    "chapters": "chapters",
}
router = APIRouter(prefix="/e/{slug}/history", include_in_schema=False)


@router.api_route("", methods=["GET", "HEAD"])
def history_page(seat: Producer, slug: Slug, note: str = "") -> Response:
    return seat.show(
        "history.html",
        episode=find_episode(seat.session, slug),
        history=read_history(seat.session, slug),
        facts=read_past_facts(seat.session, slug),
        acts=ACTS,
        names=NAMES,
        compare=compare,
        note=NOTES.get(note, ""),
    )


@router.post("")
def restore(seat: Producer, slug: Slug, sent: Sent) -> Response:
    """Put back how the words, or what is said of the talk, were after an act; 0: before the first."""
    find_episode(seat.session, slug)
    is_words = "after" in sent
    number = sent.get("after" if is_words else "facts", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise InvalidQuery("Say which state shall come back.")
    with seat.acting() as session:
        if is_words:
            restore_after(session, slug, int(number), by=seat.visitor.name)
        else:
            restore_facts(session, slug, int(number))
        episode_id = find_episode(session, slug).id or 0
    seat.follow(episode_id)
    return go(f"/e/{slug}/history", "restored" if is_words else "told", "" if is_words else "facts")
