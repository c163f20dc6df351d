"""A talk on its way to readers and back: publish, at a time, preview, links for guests, withdraw. Each act is one of
the catalog's."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from catalog.clock import read_moment, tell_moment, zone_of
from catalog.episodes import find_episode
from catalog.errors import InvalidQuery
from catalog.facts import Facts, set_facts
from catalog.guests import DAYS, list_guest_links, make_guest_link, revoke_guest_link
from catalog.models import Episode, EpisodeState, MediaKind, UserRole
from catalog.pseudonyms import hides_somebody
from catalog.publishing import (
    agreed_by,
    publish_episode,
    schedule_episode,
    unschedule_episode,
    withdraw_episode,
)
from catalog.reading import page_as_readers_will_see_it
from web.api.asking import base_of
from web.deps import Visit
from web.guests import preview_values, send_unpublished
from web.studio.named import ask_about_names
from web.studio.seat import STUDIO, Editor, Number, Producer, Seat, Sent, Slug, go

NOTES = {
    "published": "Published: page, captions, search and feeds show it.",
    "agreed": "You have agreed to it as it is now. Somebody else must look at it and publish it.",
    "scheduled": "It will be published then, by whichever worker is at work.",
    "unscheduled": "It waits until somebody publishes it.",
    "withdrawn": "Withdrawn: page, captions, media, search and feeds no longer have it.",
    "revoked": "That link opens nothing any more.",
    "described": "Kept.",
}
TELL = {
    "that": "that it was withdrawn",
    "why": "that, and why:",
    "nothing": "nothing: as if it never was here",
}
router = APIRouter(prefix="/e/{slug}", include_in_schema=False)


def publishing_values(seat: Seat, episode: Episode) -> dict[str, Any]:
    """What the talk's page shows of all this."""
    zone = zone_of(seat.site.newsroom.settings.timezone)
    first = agreed_by(seat.session, episode)
    return {
        "publish_at": tell_moment(episode.publish_at, zone) if episode.publish_at else "",
        "agreed": first.name if first else "",
        "agreed_is_me": first is not None and first.id == seat.visitor.user_id,
        "zone": zone.key,
        "guest_links": list_guest_links(seat.session, episode.slug),
        "guest_days": DAYS,
        "tell": TELL,
    }


@router.post("/publish")
def publish(seat: Editor, slug: Slug) -> Response:
    """Make it public; where two people must agree, the first of them only agrees."""
    with seat.acting() as session:
        episode = publish_episode(session, slug, two_people=seat.site.newsroom.settings.two_people)
    if episode.state is not EpisodeState.PUBLISHED:
        return go(f"/e/{slug}", "agreed")
    seat.follow(episode.id or 0)
    return go(f"/e/{slug}", "published")


@router.post("/schedule")
def schedule(seat: Editor, slug: Slug, sent: Sent) -> Response:
    settings = seat.site.newsroom.settings
    find_episode(seat.session, slug)
    at = read_moment(sent.get("at", ""), zone_of(settings.timezone))
    with seat.acting() as session:
        episode = schedule_episode(session, slug, at, two_people=settings.two_people)
    return go(f"/e/{slug}", "scheduled" if episode.publish_at == at else "agreed")


@router.post("/unschedule")
def unschedule(seat: Editor, slug: Slug) -> Response:
    with seat.acting() as session:
        unschedule_episode(session, slug)
    return go(f"/e/{slug}", "unscheduled")


@router.post("/withdraw")
def withdraw(seat: Editor, slug: Slug, sent: Sent) -> Response:
    """Take the talk from readers; why stays in the house, unless they are told."""
    reason, tell = sent.get("reason", "").strip(), sent.get("tell", "that")
    note = sent.get("note", "").strip() if tell == "why" else ""
    if not reason:
        raise InvalidQuery("Say why it is withdrawn, for the newsroom's record.")
    if tell == "why" and not note:
        raise InvalidQuery("Write what readers are told, or choose that they are not told why.")
    with seat.acting() as session:
        episode = withdraw_episode(session, slug, reason, note=note, silently=tell == "nothing")
    seat.follow(episode.id or 0)
    return go(f"/e/{slug}", "withdrawn")


# ---- what it says of itself -----------------------------------------------------------------------------


@router.api_route("/facts", methods=["GET", "HEAD"])
def facts_page(seat: Producer, slug: Slug) -> Response:
    zone = zone_of(seat.site.newsroom.settings.timezone)
    episode = find_episode(seat.session, slug)

    def local(moment: datetime | None) -> str:
        return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}" if moment else ""

    hides = hides_somebody(seat.session, episode.id or 0)
    return seat.show("facts.html", episode=episode, local=local, zone=zone.key, hides=hides)


@router.post("/facts")
def describe(seat: Producer, slug: Slug, sent: Sent) -> Response:
    """Title, description, language, days. What a promise of waiting says is an editor's to change."""
    zone = zone_of(seat.site.newsroom.settings.timezone)

    def moment(name: str) -> datetime | None:
        return read_moment(sent[name], zone) if sent.get(name, "").strip() else None

    with seat.acting() as session:
        episode = find_episode(session, slug)
        may = seat.visitor.role.may(UserRole.EDITOR)
        facts = Facts(
            sent.get("title", ""),
            sent.get("summary", ""),
            sent.get("language", "").strip() or None,
            moment("recorded_at"),
            moment("aired_at"),
            moment("embargo_until") if may else episode.embargo_until,
            sent.get("consent", ""),
        )
        before, after = f"{episode.title} {episode.summary}", f"{facts.title} {facts.summary}"
        ask_about_names(session, episode, before, after, sent)
        set_facts(session, slug, facts)
    seat.follow(episode.id or 0)
    return go(f"/e/{slug}", "described")


# ---- before everybody sees it ---------------------------------------------------------------------------


@router.api_route("/preview", methods=["GET", "HEAD"])
def preview(
    seat: Producer, slug: Slug, beside: Annotated[str, Query(alias="with", max_length=20)] = ""
) -> Response:
    """The page as readers will see it."""
    visit = Visit(seat.request, seat.site, seat.session)
    talk = visit.spell(page_as_readers_will_see_it(seat.session, slug))
    values = preview_values(visit, talk, f"{STUDIO}/e/{slug}/media", beside)
    is_public = find_episode(seat.session, slug).state is EpisodeState.PUBLISHED
    return visit.show("preview.html", kept=False, guest=None, **{**values, "is_public": is_public})


@router.api_route("/media/{kind}.{ending}", methods=["GET", "HEAD"])
def media(seat: Producer, slug: Slug, kind: MediaKind, ending: str) -> Response:
    visit = Visit(seat.request, seat.site, seat.session)
    return send_unpublished(visit, find_episode(seat.session, slug), kind, ending)


@router.post("/guests")
def invite_guest(seat: Editor, slug: Slug, sent: Sent) -> Response:
    """A link for a guest to check the talk: shown this once."""
    days = sent.get("days", "7")
    if not days.isascii() or not days.isdecimal() or len(days) > 2:
        raise InvalidQuery("Choose for how many days the link holds.")
    with seat.acting() as session:
        token = make_guest_link(session, slug, sent.get("for", ""), int(days))
        episode = find_episode(session, slug)
    link = f"{base_of(seat.request, seat.site.newsroom.settings)}/check/{token}"
    return seat.show("guest-link.html", episode=episode, link=link, days=int(days), name=sent.get("for", ""))


@router.post("/guests/{link_id}/revoke")
def revoke(seat: Editor, slug: Slug, link_id: Number) -> Response:
    with seat.acting() as session:
        revoke_guest_link(session, slug, link_id)
    return go(f"/e/{slug}", "revoked")
