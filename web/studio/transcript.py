"""The transcript under the pen: each paragraph a form of its own, saved alone, undone in order."""

from difflib import SequenceMatcher
from typing import Any

from fastapi import APIRouter
from sqlmodel import col, select
from starlette.responses import Response

from catalog.editing import ChangedMeanwhile, edit_paragraph, stamp_of
from catalog.episodes import find_episode
from catalog.models import Utterance
from catalog.transcripts import NOBODY, current_track, read_speakers
from web.studio.episode import sound_row
from web.studio.seat import Number, Producer, Seat, Sent, Slug, go

DOUBTFUL = 0.5  # how sure the recogniser was of a word that is marked for a look
router = APIRouter(prefix="/e/{slug}", include_in_schema=False)


@router.api_route("/transcript", methods=["GET", "HEAD"])
def transcript_page(seat: Producer, slug: Slug, note: str = "") -> Response:
    return show_transcript(seat, slug, note={"undone": "Undone.", "saved": "Saved."}.get(note, ""))


def show_transcript(
    seat: Seat, slug: str, *, status: int = 200, note: str = "", conflict: dict[str, Any] | None = None
) -> Response:
    episode = find_episode(seat.session, slug)
    return seat.show(
        "transcript.html",
        status=status,
        episode=episode,
        lines=_lines(seat, episode.id or 0),
        has_sound=sound_row(seat, slug) is not None,
        note=note,
        conflict=conflict,
    )


def _lines(seat: Seat, episode_id: int) -> list[dict[str, Any]]:
    track = current_track(seat.session, episode_id)
    speakers = read_speakers(seat.session, episode_id)
    query = (
        select(Utterance)
        .where(Utterance.track_id == (track.id if track else 0))
        .order_by(col(Utterance.position))
    )
    return [
        {
            "row": line,
            "stamp": stamp_of(line),
            "speaker": speakers.get(line.speaker_label_id or 0, NOBODY),
            "doubtful": [word[2] for word in line.words if word[3] < DOUBTFUL],
        }
        for line in seat.session.exec(query)
    ]


@router.post("/transcript/{utterance_id}")
def save_paragraph(seat: Producer, slug: Slug, utterance_id: Number, sent: Sent) -> Response:
    """Keep what was written; if somebody else was quicker, show both and keep neither from being lost."""
    text = sent.get("text", "")
    try:
        with seat.acting() as session:
            edit_paragraph(
                session,
                slug,
                utterance_id,
                text,
                sent.get("seen", ""),
                by=seat.visitor.name,
                public_note=sent.get("note", ""),
            )
            episode_id = find_episode(session, slug).id or 0
    except ChangedMeanwhile as problem:
        conflict = {
            "utterance": utterance_id,
            "text": text,
            "stamp": problem.stamp,
            "diff": compare(problem.text, text),
        }
        return show_transcript(seat, slug, status=409, conflict=conflict)
    seat.follow(episode_id)
    return go(f"/e/{slug}/transcript", "saved")


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
