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
from catalog.transcripts import Passage, Speaker
from web.answer import OPEN_TO_ALL, answer
from web.cards import WIDE
from web.deps import Reader, Slug, Visit, Withdrawn
from web.feeds import media_links
from web.quotes import MOST_HEIGHT, UNLISTED, WIDTH, frame, frame_height, framed, moment_here
from web.wording import fit

AROUND_PLAYER, AROUND_WORDS = 230, 130  # pixels: title, sound and who is heard; what is said at a moment

# The page of a quote or of a talk as readers copy its address: in their language, at a moment, with what others add.
_PAGE = re.compile(
    r"(?P<host>[^/?#]+)(?:/[a-z]{2,3})?/(?P<page>q/(?P<quote>[a-z0-9]{1,16})|e/(?P<talk>[a-z0-9-]{1,120}))"
    r"/?(?:\?(?:t=(?P<t>\d{1,6}(?:\.\d{1,3})?)(?![\d.]))?[^#]*)?(?:\#.*)?"
)

router = APIRouter(include_in_schema=False)
fetched = partial(router.api_route, methods=["GET", "HEAD"])
Pixels = Annotated[int, Query(ge=1, le=10_000)]
Seconds = Annotated[float | None, Query(ge=0, le=999_999, allow_inf_nan=False)]


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
    found = _PAGE.fullmatch(url.removeprefix("http://").removeprefix("https://"))
    if found is None or found["host"] != visit.base.partition("://")[2]:
        raise HTTPException(404)
    page = f"{visit.base}/{found['page']}"
    told = (
        _quote(visit, found["quote"], maxwidth, maxheight)
        if found["quote"]
        else _talk(visit, found["talk"], found["t"], maxwidth, maxheight)
    )
    told |= {
        "version": "1.0",
        "provider_name": visit.site.newsroom.settings.site_title,
        "provider_url": visit.base,
    }
    told |= _picture(page, maxwidth, maxheight)
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    return answer(visit.request, body, "application/json", headers=OPEN_TO_ALL | UNLISTED)


@fetched("/embed/e/{slug}")
def talk_in_frame(visit: Reader, slug: Slug, t: Seconds = None) -> Response:
    """A talk for a frame on any site, from its beginning or from a moment: it plays and needs no script."""
    try:
        talk = _read_talk(visit, slug)
    except Withdrawn:
        return framed(visit, "embed-talk.html", status=410, card=None)
    at_ms = round(t * 1000) if t else 0
    said = _said_at(talk, at_ms) if at_ms else None
    return framed(visit, "embed-talk.html", card=talk.card, media=media_links(talk), at_ms=at_ms, said=said)


def _said_at(talk: EpisodePage, at_ms: int) -> tuple[Speaker, Passage] | None:
    """Who says what at a moment, or next."""
    spoken = ((turn.speaker, passage) for turn in talk.turns for passage in turn.passages)
    return next((one for one in spoken if one[1].end_ms > at_ms), None)


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


def _talk(visit: Visit, slug: str, t: str | None, maxwidth: int, maxheight: int) -> dict[str, object]:
    talk = _read_talk(visit, slug)
    card = talk.card
    names = ", ".join(fit(line.name) for line in card.cast)
    author: dict[str, object] = {"author_name": names} if names else {}
    width = min(WIDTH, maxwidth)
    around = AROUND_PLAYER + (AROUND_WORDS if t else 0)
    height = min(around + (width * 9 // 16 if card.has_video else 0), maxheight)
    title = escape(fit(card.title))
    frame, page = (
        f"{escape(visit.base)}/{place}{slug}{f'?t={t}' if t else ''}" for place in ("embed/e/", "e/")
    )
    html = (
        f'<iframe src="{frame}" title="{title}" width="{width}" height="{height}" '
        f'loading="lazy" style="border:0;max-width:100%"><a href="{page}">{title}</a></iframe>'
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
