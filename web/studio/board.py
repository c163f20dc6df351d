"""The first page of the studio: what needs somebody, the box that takes a link, the work that goes on."""

from fastapi import APIRouter
from starlette.responses import Response

from catalog.adding import Given, add_link
from catalog.board import Group, read_board
from catalog.errors import InvalidQuery
from catalog.jobs import cancel_job
from catalog.models import Begin
from catalog.todo import list_todo
from catalog.translating import work_again
from web.studio.progress import shown_job
from web.studio.seat import Producer, Sent, Slug, go

# What may be done to many talks at once; `bulk` does it.
ACTS = {
    "publish": "Publish",
    "withdraw": "Withdraw",
    "language": "Say which language it is in",
    "name": "Name the voices again",
    "separate": "Tell voices apart again",
    "translate": "Translate into English",
}
NOTES = {
    "known": "That talk is in the catalog already: this is it.",
    "added": "Added. A worker brings it in; you may close this page.",
    "queued": "Queued again. What was finished is not done twice.",
    "cancelled": "Cancelled. What was finished stays.",
}
HEADS = {
    Group.FAILED: "Went wrong",
    Group.REVIEW: "To review",
    Group.WORKING: "Being worked on",
    Group.PUBLISHED: "Published",
    Group.WITHDRAWN: "Withdrawn",
}
router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"])
def board_page(seat: Producer, note: str = "") -> Response:
    board = read_board(seat.session)
    return seat.show(
        "board.html",
        board=board,
        heads=HEADS,
        todo=list_todo(seat.session, seat.visitor.role, seat.site.newsroom.settings.timezone),
        acts=ACTS,
        note=NOTES.get(note, ""),
        shown_job=shown_job,
    )


@router.post("/add")
def add(seat: Producer, sent: Sent) -> Response:
    """Bring in the talk behind a pasted link."""
    link = sent.get("link", "").strip()
    if not link:
        raise InvalidQuery("Paste the address of a talk, or choose a file.")
    added = add_link(seat.site.newsroom, link, given_in(sent), seat.visitor.actor)
    return go(f"/e/{added.slug}", "added" if added.is_new else "known")


def given_in(sent: dict[str, str]) -> Given:
    """What the person who adds a talk says of it."""
    return Given(sent.get("title", "").strip(), sent.get("summary", "").strip(), sent.get("language") or None)


@router.post("/e/{slug}/cancel")
def cancel(seat: Producer, slug: Slug) -> Response:
    with seat.acting() as session:
        cancel_job(session, slug)
    return go(f"/e/{slug}", "cancelled")


@router.post("/e/{slug}/retry")
def retry(seat: Producer, slug: Slug, sent: Sent) -> Response:
    """Go on with what failed, or do voices or names again."""
    try:
        begins = Begin(sent.get("from", Begin.OPEN.value))
    except ValueError as unknown:
        raise InvalidQuery(
            "Say where to begin: with what is not done, the voices, or the names."
        ) from unknown
    with seat.acting() as session:
        work_again(session, slug, begins)
    return go(f"/e/{slug}", "queued")
