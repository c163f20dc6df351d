"""The chapters of a talk, written one a line or dragged on the sound; what a machine proposes is kept only by a
person."""

from fastapi import APIRouter
from starlette.responses import Response

from catalog.chaptering import marks_in, propose, read_chapters, set_chapters
from catalog.episodes import find_episode
from catalog.errors import InvalidQuery
from catalog.talk_time import write_time
from web.studio.episode import show_drawn
from web.studio.named import ask_about_names
from web.studio.seat import Producer, Sent, Slug, go

router = APIRouter(prefix="/e/{slug}", include_in_schema=False)


@router.api_route("/chapters", methods=["GET", "HEAD"])
def chapters_page(seat: Producer, slug: Slug, proposed: str = "", note: str = "") -> Response:
    marks = propose(seat.session, slug) if proposed else read_chapters(seat.session, slug)
    return show_drawn(
        seat,
        "chapters.html",
        slug,
        episode=find_episode(seat.session, slug),
        text="\n".join(f"{write_time(start_ms)} {title}" for start_ms, title in marks),
        proposed=bool(proposed),
        note="Saved." if note == "saved" else "",
    )


@router.post("/chapters")
def save(seat: Producer, slug: Slug, sent: Sent) -> Response:
    """Keep them as written; readers see them at once. None is an answer too, so that the last field of the form has to
    say that all of it is here."""
    with seat.acting() as session:
        episode, marks = find_episode(session, slug), marks_in(sent.get("text", ""))
        if sent.get("whole") != "yes":
            raise InvalidQuery(
                "The chapters did not arrive whole, and nothing was changed. Go back and save again."
            )
        before, after = (
            " ".join(title for _, title in some) for some in (read_chapters(session, slug), marks)
        )
        ask_about_names(session, episode, sent, (before, after))
        set_chapters(session, slug, marks)
    seat.follow(episode.id or 0)
    return go(f"/e/{slug}/chapters", "saved")
