"""oEmbed 1.0: what other sites need to show a quote or a talk of ours. Frames and pictures are made elsewhere."""

import json
import re
from functools import partial
from html import escape
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from starlette.responses import Response

from catalog.episodes import find_episode, is_told_withdrawn
from catalog.quotes import WordsGone, read_quote
from catalog.reading import EpisodePage, read_page
from web.answer import OPEN_TO_ALL, answer
from web.cards import WIDE
from web.deps import Reader, Slug, Visit, Withdrawn
from web.feeds import media_links
from web.quotes import MOST_HEIGHT, UNLISTED, WIDTH, frame, frame_height, framed, moment_here
from web.wording import fit

AROUND_PLAYER = 230  # pixels: title, sound and who is heard

router = APIRouter(include_in_schema=False)
fetched = partial(router.api_route, methods=["GET", "HEAD"])
Pixels = Annotated[int, Query(ge=1, le=10_000)]


@fetched("/oembed")
def oembed(
    visit: Reader,
    url: Annotated[str, Query(max_length=500)],
    maxwidth: Pixels = 10_000,
    maxheight: Pixels = 10_000,
    style: Annotated[str, Query(alias="format", max_length=10)] = "json",
) -> Response:
    """A frame with the card of a quote or with a talk, and a picture of it; no script of ours."""
    if style != "json":
        raise HTTPException(501)
    host = re.escape(visit.base.partition("://")[2])
    found = re.fullmatch(rf"https?://{host}/(?:q/([a-z0-9]{{1,16}})|e/([a-z0-9-]{{1,120}}))", url)
    if found is None:
        raise HTTPException(404)
    told = (
        _quote(visit, found[1], maxwidth, maxheight)
        if found[1]
        else _talk(visit, found[2], maxwidth, maxheight)
    )
    told |= {
        "version": "1.0",
        "provider_name": visit.site.newsroom.settings.site_title,
        "provider_url": visit.base,
    }
    told |= _picture(url, maxwidth, maxheight)
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    return answer(visit.request, body, "application/json", headers=OPEN_TO_ALL | UNLISTED)


@fetched("/embed/e/{slug}")
def talk_in_frame(visit: Reader, slug: Slug) -> Response:
    """A talk for a frame on any site: it plays and needs no script."""
    try:
        talk = _read_talk(visit, slug)
    except Withdrawn:
        return framed(visit, "embed-talk.html", status=410, card=None)
    return framed(visit, "embed-talk.html", card=talk.card, media=media_links(talk))


def _quote(visit: Visit, short_id: str, maxwidth: int, maxheight: int) -> dict[str, object]:
    try:
        card = read_quote(visit.session, short_id)
    except WordsGone as problem:
        raise Withdrawn from problem
    moment = moment_here(visit, card)
    width = min(WIDTH, maxwidth)
    height = min(frame_height(moment, width), MOST_HEIGHT, maxheight)
    return {
        "type": "rich",
        "title": f"{', '.join(moment.speakers)} in {moment.title}",
        "html": frame(moment, visit.base, width, height),
        "width": width,
        "height": height,
    }


def _talk(visit: Visit, slug: str, maxwidth: int, maxheight: int) -> dict[str, object]:
    talk = _read_talk(visit, slug)
    card = talk.card
    names = ", ".join(fit(line.name) for line in card.cast)
    author: dict[str, object] = {"author_name": names} if names else {}
    width = min(WIDTH, maxwidth)
    height = min(AROUND_PLAYER + (width * 9 // 16 if card.has_video else 0), maxheight)
    title = escape(fit(card.title))
    html = (
        f'<iframe src="{escape(visit.base)}/embed/e/{slug}" title="{title}" width="{width}" height="{height}" '
        f'loading="lazy" style="border:0;max-width:100%"><a href="{escape(visit.base)}/e/{slug}">{title}</a></iframe>'
    )
    told = {"type": "rich", "title": fit(card.title), "html": html, "width": width, "height": height}
    return told | author


def _read_talk(visit: Visit, slug: str) -> EpisodePage:
    episode = find_episode(visit.session, slug)
    if is_told_withdrawn(episode):
        raise Withdrawn(episode.withdrawn_note)
    return read_page(visit.session, slug)


def _picture(url: str, maxwidth: int, maxheight: int) -> dict[str, object]:
    """The card, where it is not larger than was asked for."""
    width, height = WIDE
    if width > maxwidth or height > maxheight:
        return {}
    return {"thumbnail_url": f"{url}/card.png", "thumbnail_width": width, "thumbnail_height": height}
