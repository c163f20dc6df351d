"""RSS, Atom and WordPress exports (WXR) into articles; what no honest feed has is refused."""

import calendar
import io
import re
from datetime import UTC, datetime
from typing import Any

import feedparser

from catalog.errors import InvalidQuery
from catalog.written.asides import sort_lines
from catalog.written.decode import decode, mend
from catalog.written.found import Found, FoundArticle, addresses_in, canonical_url, together
from catalog.written.heads import take_head
from catalog.written.prose import plain, read_prose
from catalog.written.talks import candidate, is_talk

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_KEPT = ("publish", "trash", "")


def read_feed(data: bytes, address: str = "", show_titles: tuple[str, ...] = ()) -> Found:
    """The articles of a feed or an export, in its order; each item that cannot be read is a problem."""
    if re.search(rb"<!ENTITY", data.replace(b"\0", b""), re.IGNORECASE):
        return Found(
            problems=(f"{_named(address)} is built in a way that no honest feed is; it was not read.",)
        )
    # Our own reading of the bytes, because feeds declare encodings they are not in.
    text = _DECLARATION.sub('<?xml version="1.0" encoding="utf-8"?>', decode(data).lstrip("\ufeff \r\n\t"))
    try:
        feed = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")), response_headers=_headers(address)
        )
    except Exception:  # its parsers stumble over broken input in many ways
        return Found(problems=(f"{_named(address)} is no feed that can be read.",))
    if not feed.get("version") and not feed.entries:
        return Found(problems=(f"{_named(address)} is no feed that can be read.",))
    count = len(feed.entries)
    broken = (
        f"{_named(address)} is malformed ({feed.get('bozo_exception')}); {count} items were read from it."
    )
    found = Found(problems=(broken,) if feed.get("bozo") else ())
    language = str(feed.feed.get("language", ""))[:20].lower()
    return together(
        (
            found,
            *(
                _item(entry, f"{_named(address)}, item {number}", language, show_titles)
                for number, entry in enumerate(feed.entries, 1)
            ),
        )
    )


def _item(entry: Any, named: str, language: str, show_titles: tuple[str, ...]) -> Found:
    """What one item is: an article, a talk, a problem, or nothing: pages, pictures, drafts."""
    if entry.get("wp_post_type", "post") != "post" or entry.get("wp_status", "") not in _KEPT:
        return Found()
    title, html = plain(mend(str(entry.get("title", "")))), mend(_html(entry))
    try:
        lines = read_prose(html).paragraphs
    except InvalidQuery as problem:
        return Found(problems=(f"{named}: {problem.sentence}.",))
    if not title:
        return Found(problems=(f"{named}: it has no title.",))
    if is_talk(title, lines):
        return Found(candidates=(candidate(title, lines, show_titles, addresses_in(html)),))
    return Found((_article(entry, title, html, language),))


def article_of(
    title: str,
    html: str,
    *,
    url: str,
    author: str,
    date: datetime | None,
    language: str = "",
    gone: bool = False,
) -> FoundArticle:
    """An article from its title and the HTML of its body; a byline in the body comes before the author's account."""
    prose = read_prose(html)
    byline, day, rest = take_head(prose.paragraphs)
    body = sort_lines(rest)
    return FoundArticle(
        title=title,
        url=canonical_url(url),
        byline=byline.who or author,
        dateline=byline.dateline,
        language=language,
        published_at=date or day,
        text=body.text,
        captions=(*prose.captions, *body.captions),
        links=body.links,
        addresses=addresses_in(html),
        is_gone=gone,
    )


def _article(entry: Any, title: str, html: str, language: str) -> FoundArticle:
    return article_of(
        title,
        html,
        url=str(entry.get("link", "")),
        author=plain(mend(str(entry.get("author", "")))),
        date=_date(entry),
        language=str(entry.get("language", "")) or language,
        gone=entry.get("wp_status") == "trash",
    )


def _html(entry: Any) -> str:
    """The whole text where the feed has it, else the summary."""
    contents = [str(one.get("value", "")) for one in entry.get("content", [])]
    return max([*contents, str(entry.get("summary", ""))], key=len)


def _date(entry: Any) -> datetime | None:
    days = (entry[name] for name in ("published_parsed", "updated_parsed") if name in entry)
    told = next(filter(None, days), None)
    try:
        return datetime.fromtimestamp(calendar.timegm(told), UTC) if told else None
    except (ValueError, OverflowError, OSError):
        return None


def _headers(address: str) -> dict[str, str]:
    return {"content-type": "application/xml; charset=utf-8"} | (
        {"content-location": address} if address else {}
    )


def _named(address: str) -> str:
    return address or "The file"
