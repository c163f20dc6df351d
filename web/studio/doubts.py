"""Names that may mean several people, waiting for somebody of the newsroom to say which."""

from fastapi import APIRouter
from starlette.responses import Response

from catalog.authority.queue import Place, decide, decided_names, take_back, waiting_names
from catalog.episodes import find_episode
from catalog.errors import InvalidQuery
from web.studio.seat import Number, Producer, Seat, Sent, go

SHOWN = 50
NOTES = {"kept": "Kept. The name is read so from now on.", "back": "Taken back: the name waits again."}
router = APIRouter(prefix="/doubts", include_in_schema=False)


@router.api_route("", methods=["GET", "HEAD"])
def doubts_page(seat: Producer, note: str = "") -> Response:
    waiting = waiting_names(seat.session)
    return seat.show(
        "doubts.html",
        waiting=waiting[:SHOWN],
        count=len(waiting),
        decided=decided_names(seat.session),
        note=NOTES.get(note, ""),
    )


@router.post("")
def say(seat: Producer, sent: Sent) -> Response:
    """`means` is the entity it means; without one, it means none of those that `not` names."""
    article = sent.get("article", "")
    place = Place(
        "", sent.get("episode", ""), int(article) if article.isascii() and article.isdecimal() else 0
    )
    means = sent.get("means", "").strip()
    none = [slug for slug in sent.get("not", "").split() if slug]
    if not means and not none:
        raise InvalidQuery("Say whom the name means, or that it means none of them.")
    with seat.acting() as session:
        decide(session, place, sent.get("words", ""), [means] if means else none, accepted=bool(means))
    _follow(seat, place)
    return go("/doubts", "kept")


@router.post("/{verdict_id}/back")
def forget(seat: Producer, verdict_id: Number) -> Response:
    with seat.acting() as session:
        place = take_back(session, verdict_id)
    _follow(seat, place)
    return go("/doubts", "back")


def _follow(seat: Seat, place: Place) -> None:
    if place.episode:
        seat.session.rollback()
        seat.follow(find_episode(seat.session, place.episode).id or 0)
