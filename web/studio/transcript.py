"""The transcript under the pen: each paragraph a form of its own, saved alone, undone in order."""

from difflib import SequenceMatcher
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session, col, select
from starlette.responses import JSONResponse, Response

from catalog.acts import Done, last_act
from catalog.db import reading
from catalog.editing import ChangedMeanwhile, edit_paragraph, stamp_of
from catalog.episodes import find_episode
from catalog.errors import InvalidQuery
from catalog.fixups import accept_fixup, reject_fixup
from catalog.labels import list_voices
from catalog.models import Fixup, FixupState, Utterance
from catalog.reviewing import mark_checked, share_checked
from catalog.shaping import NEW_VOICE, assign_paragraph, join_next, split_paragraph
from catalog.transcripts import NOBODY, current_track, read_speakers
from catalog.undoing import redo_last, undo_last
from web.studio.episode import show_drawn
from web.studio.named import ask_about_names
from web.studio.seat import Number, Producer, Seat, Sent, Slug, go

DOUBTFUL = 0.5  # how sure the recogniser was of a word that is marked for a look
NOTES = {
    "edit": "Saved.",
    "cut": "Cut in two.",
    "join": "Joined with the next paragraph.",
    "assign": "Given to that voice.",
    "check": "Marked.",
    "accept": "The proposed words stand there now.",
    "reject": "The words stay as they are.",
    "replace": "Replaced. “Undo” takes all of it back.",
    "undo": "Undone.",
    "redo": "Done again.",
}
router = APIRouter(prefix="/e/{slug}", include_in_schema=False)


@router.api_route("/transcript", methods=["GET", "HEAD"])
def transcript_page(seat: Producer, slug: Slug, note: str = "") -> Response:
    return show_transcript(seat, slug, note=NOTES.get(note, ""))


def show_transcript(
    seat: Seat, slug: str, *, status: int = 200, note: str = "", conflict: dict[str, Any] | None = None
) -> Response:
    episode = find_episode(seat.session, slug)
    voices = [voice for voice in list_voices(seat.session, slug) if not voice.merged_into]
    return show_drawn(
        seat,
        "transcript.html",
        slug,
        status=status,
        episode=episode,
        lines=lines_of(seat.session, episode.id or 0),
        voices=voices,
        new_voice=NEW_VOICE,
        share=share_checked(seat.session, episode.id or 0),
        version=last_act(seat.session, episode.id or 0)[0],
        note=note,
        conflict=conflict,
    )


def lines_of(session: Session, episode_id: int) -> list[dict[str, Any]]:
    """Every paragraph of the transcript that is read, with what its form shows."""
    track = current_track(session, episode_id)
    speakers = read_speakers(session, episode_id)
    here = Utterance.track_id == (track.id if track else 0)
    proposed: dict[int, list[Fixup]] = {}
    for fixup in session.exec(select(Fixup).join(Utterance).where(here, Fixup.state == FixupState.OPEN)):
        proposed.setdefault(fixup.utterance_id, []).append(fixup)
    rows = session.exec(select(Utterance).where(here).order_by(col(Utterance.position)))
    return [
        {
            "row": line,
            "stamp": stamp_of(line),
            "speaker": speakers.get(line.speaker_label_id or 0, NOBODY),
            "doubtful": [] if line.checked_by else [word for word in line.words if word[3] < DOUBTFUL],
            "proposed": proposed.get(line.id or 0, []),
            "times": " ".join(str(word[0]) for word in line.words),
        }
        for line in rows
    ]


@router.api_route("/transcript/news", methods=["GET", "HEAD"])
def tell_news(seat: Producer, slug: Slug) -> Response:
    """The number of the last act on this transcript, and whose it was: an open page asks whether it is up to date."""
    version, by = last_act(seat.session, find_episode(seat.session, slug).id or 0)
    return JSONResponse({"version": version, "by": by})


@router.post("/transcript/undo")
def undo(seat: Producer, slug: Slug) -> Response:
    with seat.acting() as session:
        done = undo_last(session, slug, by=seat.visitor.name)
    return _answer(seat, slug, done, "undo")


@router.post("/transcript/redo")
def redo(seat: Producer, slug: Slug) -> Response:
    with seat.acting() as session:
        done = redo_last(session, slug, by=seat.visitor.name)
    return _answer(seat, slug, done, "redo")


@router.post("/transcript/{utterance_id}")
def change_paragraph(seat: Producer, slug: Slug, utterance_id: Number, sent: Sent) -> Response:
    """Do what its button says; if somebody else was quicker, show both and keep neither from being lost."""
    try:
        with seat.acting() as session:
            done = do_to_paragraph(session, slug, utterance_id, sent, seat.visitor.name)
    except ChangedMeanwhile as problem:
        text = sent.get("text", "")
        conflict = contest(problem, utterance_id, text)
        if wants_json(seat):
            return JSONResponse(conflict, 409)
        return show_transcript(seat, slug, status=409, conflict=conflict)
    return _answer(seat, slug, done, done.act, utterance_id, sent.get("back", ""))


def contest(problem: ChangedMeanwhile, utterance_id: int, text: str) -> dict[str, Any]:
    """Two texts of one paragraph, theirs and ours, word by word, and what to save ours over theirs with."""
    return {
        "told": problem.sentence,
        "theirs": problem.text,
        "utterance": utterance_id,
        "text": text,
        "stamp": problem.stamp,
        "diff": compare(problem.text, text),
    }


def do_to_paragraph(session: Session, slug: str, utterance_id: int, sent: dict[str, str], by: str) -> Done:
    """What a paragraph's form asks for, by the button that was pressed. What was written beside it is kept first."""
    verb, _, which = sent.get("act", "save").partition("-")
    if verb in ("accept", "reject") and which.isdecimal():
        decide = accept_fixup if verb == "accept" else reject_fixup
        return decide(session, slug, int(which), by=by)
    text, seen = sent.get("text", ""), sent.get("seen", "")
    line = session.get(Utterance, utterance_id)
    ask_about_names(session, find_episode(session, slug), line.text if line else "", text, sent)
    done = edit_paragraph(session, slug, utterance_id, text, seen, by=by, public_note=sent.get("note", ""))
    seen = stamp_of(session.get_one(Utterance, utterance_id))
    match verb:
        case "done" | "unsure":
            return mark_checked(session, slug, [utterance_id], by=by, checked=verb == "done")
        case "split":
            return split_paragraph(session, slug, utterance_id, place_in(sent), seen, by=by)
        case "join":
            return join_next(session, slug, utterance_id, seen, by=by)
        case "assign":
            return assign_paragraph(session, slug, utterance_id, sent.get("label", ""), seen, by=by)
        case "save":
            return done
    raise InvalidQuery("Say what to do with this paragraph.")


def place_in(sent: dict[str, str]) -> int:
    """Before which word to cut: as given, or where the text has its first new line.

    >>> place_in({"text": "Good evening.\\nAnd you?"}), place_in({"text": "Good evening.", "place": "1"})
    (2, 1)
    >>> place_in({"text": "Good evening."})
    0
    """
    if sent.get("place", "").isdecimal():
        return int(sent["place"])
    first, new_line, _ = sent.get("text", "").strip().partition("\n")
    return len(first.split()) if new_line else 0


def _answer(seat: Seat, slug: str, done: Done, note: str, utterance_id: int = 0, back: str = "") -> Response:
    """On to the page, or for the editor's script what was done and how the paragraph stands now."""
    with reading(seat.site.newsroom.engine) as session:
        episode_id = find_episode(session, slug).id or 0
        version, _ = last_act(session, episode_id)
        line = session.get(Utterance, utterance_id)
        told = {"told": done.sentence, "act": done.act, "version": version}
        told |= {"stamp": stamp_of(line), "text": line.text} if line else {}
    if done.act != "check":
        seat.follow(episode_id)
    if wants_json(seat):
        return JSONResponse(told)
    return go(f"/e/{slug}/{'review' if back == 'review' else 'transcript'}", note, f"u{utterance_id}")


def wants_json(seat: Seat) -> bool:
    return seat.request.headers.get("accept") == "application/json"


def compare(theirs: str, ours: str) -> list[tuple[str, str]]:
    """Two texts word by word, as (kind, words): "same", "theirs" (what they say, we do not) or "ours".

    >>> compare("tea and rain", "tea or rain")
    [('same', 'tea'), ('theirs', 'and'), ('ours', 'or'), ('same', 'rain')]
    """
    one, other = theirs.split(), ours.split()
    parts: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("same", " ".join(one[a:b])))
            continue
        if b > a:
            parts.append(("theirs", " ".join(one[a:b])))
        if d > c:
            parts.append(("ours", " ".join(other[c:d])))
    return parts
