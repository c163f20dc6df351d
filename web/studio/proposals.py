"""What readers propose, in the studio: the line, its sound, what would change; accepted, mended or rejected."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from catalog.editing import ChangedMeanwhile
from catalog.episodes import find_episode
from catalog.errors import InvalidQuery
from catalog.proposals import (
    ProposalLine,
    accept_proposal,
    list_proposals,
    mark_of,
    read_proposal,
    reject_proposal,
)
from catalog.pseudonyms import hides_somebody
from web.studio.episode import sound_row
from web.studio.named import ask_about_names
from web.studio.seat import Editor, Number, Seat, Sent, go
from web.studio.transcript import compare

NOTES = {"accepted": "Accepted: readers see it now.", "rejected": "Rejected. The words stay as they are."}
router = APIRouter(prefix="/proposals", include_in_schema=False)


@router.api_route("", methods=["GET", "HEAD"])
def proposals_page(seat: Editor, note: str = "", every: bool = False) -> Response:
    lines = [_shown(seat, line) for line in list_proposals(seat.session, every=every)]
    return seat.show("proposals.html", lines=lines, every=every, note=NOTES.get(note, ""))


def _shown(seat: Seat, line: ProposalLine) -> dict[str, Any]:
    return {
        "row": line,
        "seen": mark_of(line.now),
        "diff": compare(line.now, line.text),
        "has_sound": sound_row(seat, line.episode) is not None,
        "hides": hides_somebody(seat.session, find_episode(seat.session, line.episode).id or 0),
    }


@router.post("/{proposal_id}")
def decide(seat: Editor, proposal_id: Number, sent: Sent) -> Response:
    """Accept what was proposed, or what the editor made of it; or reject it."""
    act = sent.get("act")
    read_proposal(seat.session, proposal_id)
    if act not in ("accept", "reject"):
        raise InvalidQuery("Accept it or reject it.")
    try:
        with seat.acting() as session:
            if act == "accept":
                line, text = read_proposal(session, proposal_id), sent.get("text", "")
                told = f"{text or line.text} {sent.get('note', '')}"
                ask_about_names(session, find_episode(session, line.episode), sent, (line.now, told))
                slug = accept_proposal(
                    session,
                    proposal_id,
                    by=seat.visitor.name,
                    text=text,
                    public_note=sent.get("note", ""),
                    seen=sent.get("seen", ""),
                )
            else:
                slug = reject_proposal(session, proposal_id, by=seat.visitor.name)
            episode_id = find_episode(session, slug).id or 0
    except ChangedMeanwhile as problem:
        raise InvalidQuery(
            "This paragraph was changed since you opened the page. Load it again: it shows what it says now."
        ) from problem
    seat.follow(episode_id)
    return go("/proposals", f"{act}ed")
