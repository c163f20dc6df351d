"""Who takes part in a talk: what was read with the words that prove it; somebody added, changed, given another name."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from catalog.episodes import find_episode
from catalog.errors import InvalidQuery
from catalog.members import WhichOne, add_member, change_member, suggest_people
from catalog.models import Role
from catalog.people import cast_of, find_person
from catalog.pseudonyms import preview_pseudonym
from catalog.redaction.carrying_out import start_finishing
from catalog.redaction.hiding import hide_guest
from web.studio.seat import Editor, Producer, Seat, Sent, Slug, go

NOTES = {
    "added": "Added to the cast.",
    "kept": "Kept.",
    "out": "Taken out of the cast.",
    "hidden": "The real name is leaving the talk. It is not served until the last copy is clean.",
}
ROLES = {Role.GUEST: "Guest", Role.MODERATOR: "Moderator", Role.HOST: "Host"}
router = APIRouter(include_in_schema=False)


@router.api_route("/names", methods=["GET", "HEAD"])
def names(seat: Producer, q: str = "") -> Response:
    """Who may be meant by what is typed so far."""
    found = suggest_people(seat.session, q[:200])
    return JSONResponse([vars(line) for line in found])


@router.api_route("/e/{slug}/cast", methods=["GET", "HEAD"])
def cast_page(seat: Producer, slug: Slug, note: str = "") -> Response:
    return _page(seat, slug, note=NOTES.get(note, ""))


def _page(seat: Seat, slug: str, *, status: int = 200, **values: Any) -> Response:
    episode = find_episode(seat.session, slug)
    cast = cast_of(seat.session, [episode.id or 0]).get(episode.id or 0, [])
    shown = {"note": "", "which": None, "sent": {}, **values}
    return seat.show("cast.html", status=status, episode=episode, cast=cast, roles=ROLES, **shown)


@router.post("/e/{slug}/cast")
def add(seat: Producer, slug: Slug, sent: Sent) -> Response:
    """Put somebody into the cast; who has namesakes is asked about."""
    find_episode(seat.session, slug)
    try:
        with seat.acting() as session:
            add_member(
                session,
                slug,
                sent.get("name", ""),
                _role(sent),
                sent.get("affiliation", ""),
                who=sent.get("who", ""),
            )
    except WhichOne as doubt:
        return _page(seat, slug, status=409, which=doubt.people, sent=sent)
    _follow(seat, slug)
    return go(f"/e/{slug}/cast", "added")


@router.post("/e/{slug}/cast/{person}")
def change(seat: Producer, slug: Slug, person: Slug, sent: Sent) -> Response:
    """What somebody is in this talk; or that they are not in it."""
    takes_part = sent.get("act") != "out"
    find_episode(seat.session, slug)
    find_person(seat.session, person)
    with seat.acting() as session:
        change_member(session, slug, person, _role(sent), sent.get("affiliation", ""), takes_part=takes_part)
    _follow(seat, slug)
    return go(f"/e/{slug}/cast", "kept" if takes_part else "out")


def _role(sent: dict[str, str]) -> Role:
    try:
        return Role(sent.get("role", Role.GUEST.value))
    except ValueError as unknown:
        raise InvalidQuery("Choose a role: guest, moderator or host.") from unknown


def _follow(seat: Seat, slug: str) -> None:
    seat.follow(find_episode(seat.session, slug).id or 0)


@router.api_route("/e/{slug}/cast/{person}/hide", methods=["GET", "HEAD"])
def hide_page(seat: Editor, slug: Slug, person: Slug) -> Response:
    """What would go if somebody appeared under another name."""
    episode = find_episode(seat.session, slug)
    seen = preview_pseudonym(seat.session, slug, person)
    cast = cast_of(seat.session, [episode.id or 0]).get(episode.id or 0, [])
    name = next((line.name for line in cast if line.person_slug == person), "")
    return seat.show("hide.html", episode=episode, person=person, name=name, seen=seen)


@router.post("/e/{slug}/cast/{person}/hide")
def hide(seat: Editor, slug: Slug, person: Slug, sent: Sent) -> Response:
    """Let somebody appear under another name, for good."""
    newsroom = seat.site.newsroom
    seat.session.rollback()
    where = hide_guest(newsroom, seat.visitor.actor, slug, person, sent.get("other", ""))
    with seat.acting() as session:
        episode_id = find_episode(session, where).id or 0
    seat.follow(episode_id)
    start_finishing(newsroom)
    return go(f"/e/{where}/cast", "hidden")
