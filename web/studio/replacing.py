"""Find and replace over a whole talk: what would change, then one act. No row is changed here."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from catalog.episodes import find_episode
from catalog.errors import InvalidQuery
from catalog.pseudonyms import hides_somebody
from catalog.replacing import Hit, Wanted, find_words, replace_words
from web.forms import read_fields
from web.studio.named import ask_about_names
from web.studio.seat import Producer, Slug, go

MOST_BYTES, MOST_PICKED = 500_000, 10_000  # a box for each paragraph of a long talk

router = APIRouter(prefix="/e/{slug}", include_in_schema=False)


@router.api_route("/replace", methods=["GET", "HEAD"])
def look(
    seat: Producer, slug: Slug, find: str = "", instead: str = "", parts: str = "", case: str = ""
) -> Response:
    """Where the words stand and what would stand there; without words only the form."""
    wanted = Wanted(find, instead, whole_words=not parts, same_case=bool(case))
    hits = find_words(seat.session, slug, wanted) if find.strip() else []
    episode = find_episode(seat.session, slug)
    hides = hides_somebody(seat.session, episode.id or 0)
    return seat.show("replace.html", episode=episode, wanted=wanted, hits=hits, hides=hides)


async def read_picked(request: Request) -> dict[str, str]:
    return await read_fields(request, MOST_BYTES, MOST_PICKED)


@router.post("/replace")
def replace(seat: Producer, slug: Slug, sent: Annotated[dict[str, str], Depends(read_picked)]) -> Response:
    """Replace in the paragraphs whose boxes are ticked."""
    find_episode(seat.session, slug)
    wanted = wanted_in(sent)
    chosen = {
        int(name[5:]): stamp
        for name, stamp in sent.items()
        if name.startswith("pick-") and name[5:].isdecimal()
    }
    if not chosen:
        raise InvalidQuery("No paragraph is ticked.")
    with seat.acting() as session:
        hits = find_words(session, slug, wanted)
        changes = [(said_in(hit), f"{said_in(hit, wanted.instead)} {sent.get('note', '')}") for hit in hits]
        ask_about_names(session, find_episode(session, slug), sent, *changes)
        replace_words(session, slug, wanted, chosen, by=seat.visitor.name, public_note=sent.get("note", ""))
        episode_id = find_episode(session, slug).id or 0
    seat.follow(episode_id)
    return go(f"/e/{slug}/transcript", "replace")


def said_in(hit: Hit, instead: str | None = None) -> str:
    """The words of a paragraph, as they are or with others in place of those that were found."""
    return "".join(text if instead is None or not found else instead for found, text in hit.pieces)


def wanted_in(sent: dict[str, str]) -> Wanted:
    """
    >>> wanted_in({"find": "Gull", "instead": "Gul", "parts": "on"})
    Wanted(find='Gull', instead='Gul', whole_words=False, same_case=False)
    """
    return Wanted(
        sent.get("find", ""), sent.get("instead", ""), not sent.get("parts"), bool(sent.get("case"))
    )
