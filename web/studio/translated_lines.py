"""One translation under the pen: each line a form of its own beside what was spoken, saved alone."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from catalog.db import reading
from catalog.editing import ChangedMeanwhile, stamp_of
from catalog.episodes import find_episode
from catalog.models import Utterance
from catalog.transcripts import read_turns
from catalog.translated_lines import SAVED, last_edit, lines_to_edit, write_line
from catalog.translated_undoing import redo_line, undo_line
from catalog.translations import find_translation
from web.studio.episode import show_drawn
from web.studio.named import ask_about_names
from web.studio.seat import Number, Producer, Seat, Sent, Slug, go
from web.studio.transcript import contest, wants_json

NOTES = {"saved": "Saved.", "checked": "Marked as checked.", "undo": "Undone.", "redo": "Done again."}
router = APIRouter(prefix="/e/{slug}/translations/{track_id}", include_in_schema=False)


@router.api_route("", methods=["GET", "HEAD"])
def translation_page(seat: Producer, slug: Slug, track_id: Number, note: str = "") -> Response:
    """One translation beside what was spoken, whether or not readers see it."""
    return _show(seat, slug, track_id, note=NOTES.get(note, ""))


def _show(
    seat: Seat,
    slug: str,
    track_id: int,
    *,
    status: int = 200,
    note: str = "",
    conflict: dict[str, Any] | None = None,
) -> Response:
    episode, track = find_translation(seat.session, slug, track_id)
    lines = lines_to_edit(seat.session, track, read_turns(seat.session, episode.id or 0))
    return show_drawn(
        seat,
        "translation.html",
        slug,
        status=status,
        episode=episode,
        track=track,
        lines=lines,
        checked=sum(bool(line.row.checked_by) for line in lines),
        version=last_edit(seat.session, track)[0],
        note=note,
        conflict=conflict,
    )


@router.api_route("/news", methods=["GET", "HEAD"])
def tell_news(seat: Producer, slug: Slug, track_id: Number) -> Response:
    """The number of the last act on translations and whose it was: an open page asks whether it is up to date."""
    version, by = last_edit(seat.session, find_translation(seat.session, slug, track_id)[1])
    return JSONResponse({"version": version, "by": by})


@router.post("/undo")
def undo(seat: Producer, slug: Slug, track_id: Number) -> Response:
    with seat.acting() as session:
        told = undo_line(session, slug, track_id)
    return _answer(seat, slug, track_id, told, "undo")


@router.post("/redo")
def redo(seat: Producer, slug: Slug, track_id: Number) -> Response:
    with seat.acting() as session:
        told = redo_line(session, slug, track_id)
    return _answer(seat, slug, track_id, told, "redo")


def _answer(seat: Seat, slug: str, track_id: int, told: str, note: str) -> Response:
    if not wants_json(seat):
        return go(f"/e/{slug}/translations/{track_id}", note)
    with reading(seat.site.newsroom.engine) as session:
        version, _ = last_edit(session, find_translation(session, slug, track_id)[1])
    return JSONResponse({"told": told, "act": note, "version": version})


@router.post("/{line_id}")
def change_line(seat: Producer, slug: Slug, track_id: Number, line_id: Number, sent: Sent) -> Response:
    """Write a line anew, or stand by it; if somebody else was quicker, both texts are shown."""
    text = sent.get("text", "")
    try:
        with seat.acting() as session:
            before = session.get(Utterance, line_id)
            ask_about_names(session, find_episode(session, slug), before.text if before else "", text, sent)
            line, told = write_line(session, slug, track_id, line_id, text, sent.get("seen", ""))
            state = {"stamp": stamp_of(line), "text": line.text}
    except ChangedMeanwhile as problem:
        conflict = contest(problem, line_id, text)
        return (
            JSONResponse(conflict, 409)
            if wants_json(seat)
            else _show(seat, slug, track_id, status=409, conflict=conflict)
        )
    with reading(seat.site.newsroom.engine) as session:
        version, _ = last_edit(session, find_translation(session, slug, track_id)[1])
    if wants_json(seat):
        return JSONResponse({"told": told, "act": "edit", "version": version, **state})
    note = "saved" if told == SAVED else "checked"
    return go(f"/e/{slug}/translations/{track_id}", note, f"u{line_id}")
