"""What the newsroom follows: feeds, channels and playlists, what is new in them, and bringing one of it in."""

from fastapi import APIRouter
from starlette.responses import Response

from catalog.errors import InvalidQuery
from catalog.followed import bring_in_item, list_new, subscribe, subscriptions, unsubscribe_by_id
from web.studio.seat import Number, Producer, Sent, go

NOTES = {
    "followed": "Followed. A worker looks at it within half an hour.",
    "stopped": "Followed no longer. The talks that came of it stay.",
}
LISTED = 60
router = APIRouter(prefix="/follow", include_in_schema=False)


@router.api_route("", methods=["GET", "HEAD"])
def follow_page(seat: Producer, note: str = "") -> Response:
    return seat.show(
        "follow.html",
        subscriptions=subscriptions(seat.session),
        items=list_new(seat.session, LISTED),
        note=NOTES.get(note, ""),
    )


@router.post("")
def follow(seat: Producer, sent: Sent) -> Response:
    link = sent.get("link", "").strip()
    if not link:
        raise InvalidQuery("Paste the address of a feed, a channel or a playlist.")
    automatic = sent.get("how") == "all"
    with seat.acting() as session:
        subscribe(session, link, automatic=automatic, newest=3 if automatic else 0)
    return go("/follow", "followed")


@router.post("/{subscription_id}/stop")
def stop(seat: Producer, subscription_id: Number) -> Response:
    with seat.acting() as session:
        unsubscribe_by_id(session, subscription_id)
    return go("/follow", "stopped")


@router.post("/items/{item_id}")
def bring_in(seat: Producer, item_id: Number) -> Response:
    """One talk of what is new becomes an episode."""
    with seat.acting() as session:
        added = bring_in_item(session, item_id)
    return go(f"/e/{added.slug}", "added" if added.is_new else "known")
