"""A talk in other languages, for the newsroom: bring a translation in, have one made, show it to readers. Its
lines are `translated_lines`."""

import shutil
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from catalog.episodes import find_episode
from catalog.errors import InvalidQuery
from catalog.jobs import job_line, open_job
from catalog.translating import INTO, ask_for_translation
from catalog.translations import (
    check_translation,
    find_translation,
    hide_translation,
    import_translation,
    list_translation_lines,
    show_translation,
)
from transcribe.captions_read import MOST_BYTES
from transcribe.languages import NAMES
from web.studio.progress import shown_job
from web.studio.seat import Number, Producer, Seat, Sent, Slug, go
from web.studio.upload import Arrival, make_room, receive

ACTS = {"show": show_translation, "hide": hide_translation, "check": check_translation}
NOTES = {
    "asked": "Asked for. A worker makes it; you may close this page.",
    "show": "Readers see it beside the words, and as captions.",
    "hide": "Readers no longer see it.",
    "check": "Marked as checked by a person.",
}
router = APIRouter(prefix="/e/{slug}/translations", include_in_schema=False)


@router.api_route("", methods=["GET", "HEAD"])
def translations_page(seat: Producer, slug: Slug, note: str = "") -> Response:
    return _show(seat, slug, NOTES.get(note, ""))


def _show(seat: Seat, slug: str, note: str = "", **values: Any) -> Response:
    episode = find_episode(seat.session, slug)
    lines = list_translation_lines(seat.session, slug)
    spoken = episode.language or ""
    job = open_job(seat.session, episode.id or 0)
    line = job_line(seat.session, job.id or 0) if job else None
    tongues = [(code, name) for code, (name, _) in NAMES.items() if code != spoken]
    return seat.show(
        "translations.html",
        episode=episode,
        lines=lines,
        tongues=tongues,
        job=shown_job(line) if line else None,
        can_translate=spoken != INTO,
        note=note,
        **values,
    )


@router.post("")
async def bring(seat: Producer, slug: Slug, request: Request) -> Response:
    """A caption file in another language."""
    await run_in_threadpool(find_episode, seat.session, slug)
    seat.session.close()
    folder = await run_in_threadpool(make_room, seat.site.newsroom)
    try:
        arrival = Arrival(folder, MOST_BYTES)
        await receive(request, arrival)
        if arrival.path is None:
            raise InvalidQuery("No file arrived. Choose a caption file, then bring it in.")
        data, name = await run_in_threadpool(arrival.path.read_bytes), arrival.path.name
    finally:
        await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)
    return await run_in_threadpool(_bring, seat, slug, data, name, arrival.fields)


def _bring(seat: Seat, slug: str, data: bytes, name: str, sent: dict[str, str]) -> Response:
    by_machine = sent.get("made") == "machine"
    with seat.acting() as session:
        brought = import_translation(
            session, slug, data, name, sent.get("language", ""), by_machine=by_machine
        )
    return _show(seat, slug, brought.sentence)


@router.post("/machine")
def translate(seat: Producer, slug: Slug) -> Response:
    """Whisper's own translation into English; a worker makes it."""
    with seat.acting() as session:
        ask_for_translation(session, slug)
    return go(f"/e/{slug}/translations", "asked")


@router.post("/{track_id}")
def decide(seat: Producer, slug: Slug, track_id: Number, sent: Sent) -> Response:
    act = sent.get("act", "")
    find_translation(seat.session, slug, track_id)
    if act not in ACTS:
        raise InvalidQuery("Say what to do with this translation.")
    with seat.acting() as session:
        ACTS[act](session, slug, track_id)
    return go(f"/e/{slug}/translations", act)
