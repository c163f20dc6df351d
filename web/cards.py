"""The pictures other sites show beside a link: of a talk, a quote, the show. What stands on one is decided here; it
is drawn by `drawing`, once, and the record is asked each time whether it may still be shown."""

import re
from dataclasses import dataclass
from functools import partial
from threading import BoundedSemaphore, Lock

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from catalog.reading import EpisodePage, read_page
from web.answer import OPEN_TO_ALL, answer
from web.brand import ACCENT, accent_of, wordmark
from web.clips import QuoteId, read_open_quote
from web.deps import Published, Reader, Visit
from web.forms import Allowance, address_of
from web.language import ENGLISH
from web.quotes import UNLISTED
from web.strip import Row, draw_strip
from web.wording import clock, fit

WIDE, SQUARE = (1200, 630), (1400, 1400)  # as social sites and podcast directories want them
A_MINUTE = 60  # pictures drawn for a client address; those that are kept are files like others
MOST_KEPT = 128  # pictures of about 40 KB
MOST_IN_LINE = 4
MOST_WORDS = 1200  # signs of a quote; more could not be read

router = APIRouter(include_in_schema=False)
fetched = partial(router.api_route, methods=["GET", "HEAD"])
allowance = Allowance(A_MINUTE, "cards")


@dataclass(frozen=True)
class Bar:
    """A voice in the strip: when it spoke in thousandths of the talk, (start, width), and for how long in words."""

    name: str
    is_named: bool
    spans: tuple[tuple[int, int], ...]
    spoken: str


@dataclass(frozen=True)
class Card:
    """All that stands on a picture. `name` is whose words these are, with its doubt; without one they are a title."""

    size: tuple[int, int]
    house: str
    show: str
    words: str
    language: str
    accent: str = ACCENT
    facts: str = ""
    name: str = ""
    office: str = ""
    source: str = ""
    bars: tuple[Bar, ...] = ()


class CardShelf:
    """Keeps the pictures asked for last. One is drawn at a time and few may wait for it: whoever waits holds one of
    the threads that pages are made in."""

    def __init__(self, most: int = MOST_KEPT, in_line: int = MOST_IN_LINE) -> None:
        self._most, self._held, self._lock = most, dict[Card, bytes](), Lock()
        self._line = BoundedSemaphore(in_line)

    def find(self, card: Card) -> bytes | None:
        return self._held.get(card)

    def draw(self, card: Card) -> bytes:
        """The picture; 503 when too many are waiting for theirs."""
        if not self._line.acquire(blocking=False):
            raise HTTPException(503, headers={"Retry-After": "2"})
        try:
            with self._lock:
                held = self._held.get(card) or _draw(card)
                self._held[card] = held
                while len(self._held) > self._most:
                    del self._held[next(iter(self._held))]
        finally:
            self._line.release()
        return held


def _draw(card: Card) -> bytes:
    from web.drawing import draw_card  # here, for the site starts without Pillow

    return draw_card(card)


shelf = CardShelf()


@fetched("/card.png")
def card_of_show(visit: Reader) -> Response:
    return _send(visit, show_card(visit, WIDE))


@fetched("/cover.png")
def cover_of_show(visit: Reader) -> Response:
    return _send(visit, show_card(visit, SQUARE))


@fetched("/e/{slug}/card.png")
def card_of_talk(visit: Reader, published: Published) -> Response:
    return _send(visit, talk_card(visit, read_page(visit.session, published.slug), WIDE))


@fetched("/e/{slug}/cover.png")
def cover_of_talk(visit: Reader, published: Published) -> Response:
    return _send(visit, talk_card(visit, read_page(visit.session, published.slug), SQUARE))


@fetched("/q/{short_id}/card.png")
def card_of_quote(visit: Reader, short_id: QuoteId) -> Response:
    response = _send(visit, quote_card(visit, short_id))
    response.headers.update(UNLISTED)
    return response


def _send(visit: Visit, card: Card) -> Response:
    held = shelf.find(card)
    if held is None:
        allowance.take(address_of(visit.request))
        held = shelf.draw(card)
    return answer(visit.request, held, "image/png", headers=OPEN_TO_ALL)


# ---- what stands on them ----------------------------------------------------------------------------


def show_card(visit: Visit, size: tuple[int, int]) -> Card:
    settings = visit.site.newsroom.settings
    return Card(
        size,
        *_plate(visit),
        words="",
        language="",
        accent=accent_of(settings),
        source=fit(settings.tagline),
    )


def talk_card(visit: Visit, talk: EpisodePage, size: tuple[int, int]) -> Card:
    card = talk.card
    facts = (
        ENGLISH.day(card.published_at) if card.published_at else "",
        ENGLISH.minutes(card.duration_ms) if card.duration_ms else "",
    )
    return Card(
        size,
        *_plate(visit),
        words=fit(card.title),
        language=card.language,
        accent=accent_of(visit.site.newsroom.settings),
        facts=", ".join(filter(None, facts)),
        bars=tuple(_bar(row) for row in draw_strip(talk.turns, card.duration_ms).rows),
    )


def quote_card(visit: Visit, short_id: str) -> Card:
    """The words as the transcript has them now."""
    quote = read_open_quote(visit.session, short_id)
    names = [f"probably {one.name}" if one.certainty == "probable" else one.name for one in quote.speakers]
    first = quote.speakers[0]
    office = ", ".join(filter(None, (first.role.capitalize(), first.affiliation)))
    return Card(
        WIDE,
        *_plate(visit),
        words=fit(" ".join(f"{name}: {words}" for name, words in quote.voices) or quote.now)[:MOST_WORDS],
        language=quote.language,
        accent=accent_of(visit.site.newsroom.settings),
        facts=", ".join(
            filter(None, (ENGLISH.day(quote.spoken_at) if quote.spoken_at else "", clock(quote.start_ms)))
        ),
        name=fit(", ".join(names)),
        office=fit(office) if len(names) == 1 else "",
        source=fit(quote.talk.card.title),
    )


def _plate(visit: Visit) -> tuple[str, str]:
    settings = visit.site.newsroom.settings
    mark = wordmark(settings.publisher, settings.site_title)
    return fit(mark.house), fit(mark.title)


def _bar(row: Row) -> Bar:
    """The path of a row, read back: it is made of bars and of nothing else."""
    spans = tuple((int(start), int(width)) for start, width in re.findall(r"M(\d+) 0h(\d+)", row.path))
    speaker = row.speaker
    doubt = "probably " if speaker.certainty == "probable" else ""
    return Bar(doubt + fit(speaker.name), speaker.certainty != "unconfirmed", spans, clock(row.spoken_ms))
