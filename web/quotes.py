"""Citable moments for readers: making a link to words, its card, its citations. The catalog finds words."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request
from starlette.responses import RedirectResponse, Response

from catalog.anchors import Landing
from catalog.cite import STYLES, Moment, fragment
from catalog.clips import plan_clips
from catalog.db import writing
from catalog.errors import InvalidQuery
from catalog.quotes import (
    QuoteCard,
    WordsGone,
    moment_of,
    print_name,
    quote_moment,
    quote_paragraph,
    read_quote,
)
from web.answer import OPEN_TO_ALL, answer
from web.clips import TYPES, QuoteId
from web.deps import Reader, Slug, Visit, Withdrawn, site_of
from web.feeds import media_links
from web.forms import Allowance, Sent, whole_number
from web.headers import in_frames
from web.making import pages_of
from web.wording import clock, tongue

A_MINUTE = 20  # quotes a client address may make
UNLISTED = {"X-Robots-Tag": "noindex"}
WIDTH, LEAST_HEIGHT, MOST_HEIGHT, LINE = 600, 240, 560, 28  # of an embedded card and a line in it, pixels

QuoteName = Annotated[str, Path(pattern=r"^[a-z0-9]{1,16}(\.[a-z.]{2,20})?$")]
ENDINGS = {style.ending: style for style in STYLES.values()}

router = APIRouter(include_in_schema=False)
page = pages_of(router)
allowance = Allowance(A_MINUTE)


@dataclass(frozen=True)
class Copy:
    """A citation as the card offers it."""

    name: str
    address: str
    text: str


@router.post("/e/{slug}/cite")
def cite(request: Request, slug: Slug, sent: Sent) -> Response:
    """Make the link to a paragraph or to a span of words, and go there."""
    allowance.take(request.client.host if request.client else "")
    with writing(site_of(request).newsroom.engine) as session:
        try:
            if "paragraph" in sent:
                short_id = quote_paragraph(session, slug, whole_number(sent["paragraph"]))
            else:
                span = (whole_number(sent.get(name, "")) for name in ("start_ms", "end_ms"))
                short_id = quote_moment(session, slug, *span)
        except WordsGone as problem:
            raise Withdrawn from problem
        except InvalidQuery as problem:
            raise HTTPException(400, problem.sentence) from problem
    root = site_of(request).pages.language_of(request).root
    return RedirectResponse(f"{root}/q/{short_id}", status_code=303)


@page("/q/{name}")
def quote(visit: Reader, name: QuoteName) -> Response:
    """The card of a quote or, with an ending, the quote as data or as a citation."""
    short_id, _, ending = name.partition(".")
    try:
        card = read_quote(visit.session, short_id)
    except WordsGone as problem:
        if not problem.episode_slug:
            raise Withdrawn from problem
        return _unlisted(visit.show("quote_gone.html", status=410, slug=problem.episode_slug))
    moment = moment_here(visit, card)
    if ending == "json":
        return _as_data(visit, json.dumps(quote_json(card, moment), ensure_ascii=False), "application/json")
    if ending in ENDINGS:
        style = ENDINGS[ending]
        return _as_data(visit, style.write(moment, _today()), style.media_type)
    if ending:
        raise HTTPException(404)
    return _unlisted(_show(visit, card, moment))


@page("/embed/q/{short_id}")
def card_in_frame(visit: Reader, short_id: QuoteId) -> Response:
    """The card of a quote for a frame on any site: it plays just the passage and needs no script."""
    try:
        card = read_quote(visit.session, short_id)
    except WordsGone:
        return framed(visit, "embed.html", status=410, quote=None)
    moment = moment_here(visit, card)
    return framed(
        visit,
        "embed.html",
        quote=card,
        card=card.talk.card,
        changed=card.landing is Landing.CHANGED,
        moment=moment,
        media=media_links(card.talk),
        clips=plan_clips(card, moment),
        types=TYPES,
    )


def framed(visit: Visit, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page that stands in frames of other sites, with its style in it: a frame in a sandbox loads none."""
    style = visit.site.assets.body("embed.css").decode()
    response = visit.show(template, status=status, style=style, **values)
    response.headers.update(in_frames(style) | UNLISTED)
    return response


def frame_height(moment: Moment, width: int) -> int:
    """How high the card is, in pixels, without scrolling for all but long quotes; letters are about 9 wide."""
    lines = -(-len(moment.now) * 9 // max(width - 32, 1))
    film = width * 9 // 16 - 60 if moment.filmed else 0
    return min(MOST_HEIGHT, max(LEAST_HEIGHT, 170 + lines * LINE + film))


def frame(moment: Moment, base_url: str, width: int = WIDTH, height: int = 0) -> str:
    """The code that shows the card on another site; what keeps no frames keeps the words inside it."""
    title = escape(f"{', '.join(moment.speakers)} in {moment.title}")
    return (
        f'<iframe src="{escape(base_url)}/embed/q/{moment.short_id}" title="{title}" width="{width}" '
        f'height="{height or frame_height(moment, width)}" loading="lazy" style="border:0;max-width:100%">'
        f"{embed(moment)}</iframe>"
    )


def embed(moment: Moment) -> str:
    """A quote as a piece of HTML, for where no frame is."""
    way = "".join(f' {name}="{escape(value)}"' for name, value in tongue(moment.now, moment.language).items())
    words = "".join(
        f"<p{way}>{f'<b><bdi>{escape(name)}</bdi>:</b> ' if name else ''}{escape(said)}</p>"
        for name, said in moment.voices or (("", moment.now),)
    )
    corrected = " (corrected since it was first quoted)" if moment.is_corrected else ""
    return (
        f'<blockquote cite="{escape(moment.url)}">{words}<footer>'
        f"<bdi>{escape(', '.join(moment.speakers))}</bdi>, "
        f'<a href="{escape(moment.url)}"><bdi>{escape(moment.title)}</bdi>, {clock(moment.start_ms)}</a>{corrected}'
        "</footer></blockquote>"
    )


def quote_json(card: QuoteCard, moment: Moment) -> dict[str, object]:
    """A quote for programs; times in milliseconds."""
    return {
        "id": card.short_id,
        "url": moment.url,
        "state": card.landing.value,
        "quoted": card.quoted or None,
        "now": card.now,
        "speakers": [
            {
                "name": speaker.name,
                "certainty": speaker.certainty,
                "role": speaker.role or None,
                "affiliation": speaker.affiliation or None,
                "person": speaker.person_slug or None,
            }
            for speaker in card.speakers
        ],
        "turns": [{"speaker": print_name(speaker), "text": words} for speaker, words in card.turns],
        "episode": {"slug": card.talk.card.slug, "title": card.talk.card.title, "url": moment.talk_url},
        "date": moment.spoken_on.isoformat() if moment.spoken_on else None,
        "language": card.language,
        "start_ms": card.start_ms,
        "end_ms": card.end_ms,
        "quoted_revision": card.revision,
        "revision": card.talk.card.revision,
        "clips": {form: f"{moment.url}.{form}" for form in plan_clips(card, moment)},
        "corrected_by_human": bool(card.talk.trust and card.talk.trust.corrected_by_human),
    }


def _show(visit: Visit, card: QuoteCard, moment: Moment) -> Response:
    clips = plan_clips(card, moment)
    copies = [
        Copy(style.name, f"/q/{card.short_id}.{style.ending}", style.write(moment, _today()))
        for style in STYLES.values()
    ]
    return visit.show(
        "quote.html",
        quote=card,
        card=card.talk.card,
        changed=card.landing is Landing.CHANGED,
        moment=moment,
        span=fragment(card.start_ms, card.end_ms),
        media=media_links(card.talk),
        copies=copies,
        clips=[(form, visit.site.clips.size(clip)) for form, clip in clips.items()],
        code=frame(moment, visit.base),
    )


def moment_here(visit: Visit, card: QuoteCard) -> Moment:
    settings = visit.site.newsroom.settings
    return moment_of(card, base_url=visit.base, show=settings.site_title, publisher=settings.publisher)


def _today() -> date:
    return datetime.now(UTC).date()


def _as_data(visit: Visit, text: str, media_type: str) -> Response:
    return answer(visit.request, text.encode("utf-8", "replace"), media_type, headers=OPEN_TO_ALL | UNLISTED)


def _unlisted(response: Response) -> Response:
    response.headers.update(UNLISTED)
    return response
