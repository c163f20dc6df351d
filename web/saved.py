"""Saved searches: a search as a feed that tells when somebody says it again. Finding is the catalog's work."""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from html import escape
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

import regex
from fastapi import APIRouter
from starlette.responses import Response

from catalog.search.answering import Sort
from catalog.search.export import permalink
from catalog.search.hits import search_turns
from catalog.search.moments import Hit
from web.answer import OPEN_TO_ALL, answer
from web.api.asking import base_of
from web.asked import Asked
from web.deps import Reader, Visit
from web.research import Search, address_of_search, counted, tables_for
from web.wording import UNFIT, clock, fit, tongue

NEWEST = 50
LONGEST_TITLE = 100
ATOM = "http://www.w3.org/2005/Atom"
NEVER = datetime(
    1970, 1, 1, tzinfo=UTC
)  # a feed must say when it changed; this one has not said anything yet

register_namespace("atom", ATOM)
router = APIRouter(include_in_schema=False)
page = partial(router.api_route, methods=["GET", "HEAD"])


@page("/search.rss", dependencies=counted)
def rss(visit: Reader, asked: Search) -> Response:
    """The newest turns that answer a search, as RSS 2.0."""
    return _send(visit, asked, "rss")


@page("/search.atom", dependencies=counted)
def atom(visit: Reader, asked: Search) -> Response:
    """The newest turns that answer a search, as Atom."""
    return _send(visit, asked, "atom")


def _send(visit: Reader, asked: Asked, kind: str) -> Response:
    site = visit.site
    base = base_of(visit.request, site.newsroom.settings)
    hits = search_turns(
        visit.session,
        site.index,
        asked.text,
        limit=NEWEST,
        episode=asked.within or None,
        sort=Sort.NEWEST,
        expand=asked.expand,
        tables=tables_for(visit, asked),
    ).hits
    feed = Feed(asked, base, site.newsroom.settings.site_title, site.newsroom.settings.publisher)
    return send_feed(visit, feed, hits, kind)


def send_feed(visit: Visit, feed: "Feed", hits: Iterable[Hit], kind: str) -> Response:
    """What was found as an `rss` or `atom` feed, each turn once."""
    root = (feed.as_rss if kind == "rss" else feed.as_atom)({hit.turn_id: hit for hit in hits}.values())
    body = tostring(root, encoding="utf-8", xml_declaration=True)
    unlisted = OPEN_TO_ALL | {"X-Robots-Tag": "noindex"}
    return answer(visit.request, body, f"application/{kind}+xml; charset=utf-8", headers=unlisted)


class Feed:
    """One search as a feed. It is the same bytes as long as nobody has said anything new. A `title`, a `page` and an
    address `here` are given where the search has a page of its own."""

    def __init__(
        self,
        asked: Asked,
        base: str,
        show: str,
        publisher: str,
        *,
        title: str = "",
        page: str = "",
        here: str = "",
    ) -> None:
        self._title = fit(title or (f"“{shorten(asked.text)}” in {show}" if asked.text else show))
        self._told = f"Each time somebody says it in a talk of {fit(publisher)}."
        self._page = base + (page or asked.address)
        self._asked, self._own = asked, here
        self._base = base
        self._publisher = fit(publisher)

    def as_rss(self, hits: Iterable[Hit]) -> Element:
        root = Element("rss", {"version": "2.0"})
        channel = SubElement(root, "channel")
        _add(channel, title=self._title, link=self._page, description=self._told)
        here = self._base + self._address("/search.rss")
        SubElement(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=here)
        for hit in hits:
            item = SubElement(channel, "item")
            _add(item, title=title_of(hit), link=self._link(hit), description=words_of(hit))
            SubElement(item, "guid", isPermaLink="false").text = hit.turn_id
            _add(item, pubDate=format_datetime(_told_at(hit), usegmt=True))
        return root

    def as_atom(self, hits: Iterable[Hit]) -> Element:
        hits = list(hits)
        root = Element(f"{{{ATOM}}}feed")
        here = self._base + self._address("/search.atom")
        self._begin(root, here, self._title, max((_told_at(hit) for hit in hits), default=NEVER))
        _add_atom(_add_atom(root, "author"), "name", self._publisher)
        _add_atom(root, "link", rel="self", type="application/atom+xml", href=here)
        _add_atom(root, "link", rel="alternate", type="text/html", href=self._page)
        for hit in hits:
            entry = _add_atom(root, "entry")
            self._begin(entry, f"urn:presstalk:turn:{hit.turn_id}", title_of(hit), _told_at(hit))
            _add_atom(_add_atom(entry, "author"), "name", name_of(hit))
            _add_atom(entry, "link", rel="alternate", type="text/html", href=self._link(hit))
            _add_atom(entry, "content", words_of(hit), type="html")
        return root

    def _begin(self, element: Element, name: str, title: str, changed: datetime) -> None:
        _add_atom(element, "id", name)
        _add_atom(element, "title", title)
        _add_atom(element, "updated", changed.isoformat(timespec="seconds"))

    def _address(self, path: str) -> str:
        return self._own or address_of_search(self._asked, path)

    def _link(self, hit: Hit) -> str:
        return permalink(hit.episode_slug, hit.start_ms, self._base)


def title_of(hit: Hit) -> str:
    return f"{name_of(hit)} in “{shorten(fit(hit.episode_title))}”, {clock(hit.start_ms)}"


def name_of(hit: Hit) -> str:
    doubt = "probably " if hit.certainty == "probable" else ""
    return doubt + shorten(fit(hit.speaker))


def words_of(hit: Hit) -> str:
    """What was said, as a paragraph of HTML with what was found in it marked."""
    way = "".join(
        f' {name}="{escape(value)}"'
        for name, value in tongue(hit.snippet_text, hit.language, page="").items()
    )
    pieces = ((escape(UNFIT.sub("", text)), found) for text, found in hit.snippet)
    return f"<p{way}>{''.join(f'<mark>{text}</mark>' if found else text for text, found in pieces)}</p>"


def shorten(text: str) -> str:
    """At most LONGEST_TITLE of what a reader sees as letters."""
    letters = regex.findall(r"\X", text)
    return text if len(letters) <= LONGEST_TITLE else "".join(letters[: LONGEST_TITLE - 1]) + "…"


def _told_at(hit: Hit) -> datetime:
    """When readers could first hear it."""
    moment = hit.published_at or hit.aired_at or NEVER
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _add(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text


def _add_atom(parent: Element, name: str, text: str | None = None, **attributes: Any) -> Element:
    child = SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    child.text = text
    return child
