"""oEmbed 1.0: what other sites need to show a quote or a talk of ours. Frames and pictures are made elsewhere."""

import json
import re
from functools import partial
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from starlette.responses import Response

from catalog.episodes import find_episode
from catalog.models import EpisodeState
from catalog.quotes import WordsGone, read_quote
from catalog.reading import read_page
from web.answer import OPEN_TO_ALL, answer
from web.cards import WIDE
from web.deps import Reader, Visit, Withdrawn
from web.quotes import MOST_HEIGHT, UNLISTED, WIDTH, frame, frame_height, moment_here
from web.wording import fit

router = APIRouter(include_in_schema=False)
Pixels = Annotated[int, Query(ge=1, le=10_000)]


@partial(router.api_route, methods=["GET", "HEAD"])("/oembed")
def oembed(
    visit: Reader,
    url: Annotated[str, Query(max_length=500)],
    maxwidth: Pixels = 10_000,
    maxheight: Pixels = 10_000,
    style: Annotated[str, Query(alias="format", max_length=10)] = "json",
) -> Response:
    """A frame with the card of a quote, no script of ours; of a talk its link and picture."""
    if style != "json":
        raise HTTPException(501)
    host = re.escape(visit.base.partition("://")[2])
    found = re.fullmatch(rf"https?://{host}/(?:q/([a-z0-9]{{1,16}})|e/([a-z0-9-]{{1,120}}))", url)
    if found is None:
        raise HTTPException(404)
    told = _quote(visit, found[1], maxwidth, maxheight) if found[1] else _talk(visit, found[2])
    told |= {
        "version": "1.0",
        "provider_name": visit.site.newsroom.settings.site_title,
        "provider_url": visit.base,
    }
    told |= _picture(url, maxwidth, maxheight)
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    return answer(visit.request, body, "application/json", headers=OPEN_TO_ALL | UNLISTED)


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


def _talk(visit: Visit, slug: str) -> dict[str, object]:
    if find_episode(visit.session, slug).state is EpisodeState.WITHDRAWN:
        raise Withdrawn
    card = read_page(visit.session, slug).card
    names = ", ".join(fit(line.name) for line in card.cast)
    author: dict[str, object] = {"author_name": names} if names else {}
    return {"type": "link", "title": fit(card.title), **author}


def _picture(url: str, maxwidth: int, maxheight: int) -> dict[str, object]:
    """The card, where it is not larger than was asked for."""
    width, height = WIDE
    if width > maxwidth or height > maxheight:
        return {}
    return {"thumbnail_url": f"{url}/card.png", "thumbnail_width": width, "thumbnail_height": height}
