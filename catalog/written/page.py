"""One web page into an article: its main text, who wrote it, when, under which address."""

import html as markup
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import regex
from trafilatura import bare_extraction

from catalog.errors import InvalidQuery
from catalog.written.asides import sort_lines
from catalog.written.bylines import authors_of
from catalog.written.decode import decode
from catalog.written.found import FoundArticle, canonical_url
from catalog.written.heads import take_head
from catalog.written.prose import plain, read_prose

_TAG = r"<{}\b[^>]*>(.*?)</{}\s*>"
_TITLES = tuple(
    regex.compile(_TAG.format(tag, tag), regex.IGNORECASE | regex.DOTALL) for tag in ("h1", "title")
)
_LINK = regex.compile(r"<link\b[^>]*>", regex.IGNORECASE)
_HREF = regex.compile(r"""\bhref\s*=\s*["']?([^"'\s>]+)""", regex.IGNORECASE)
_LANGUAGE = regex.compile(r"""<html\b[^>]*?\blang\s*=\s*["']?([\w-]{2,20})""", regex.IGNORECASE)


def read_page(data: bytes, address: str = "") -> FoundArticle:
    """The article of a page fetched from `address`, or of a saved one. InvalidQuery where there is none."""
    html = decode(data)
    captions = tuple(read_prose(html).captions)
    try:
        document = bare_extraction(html, url=address or None, with_metadata=True, include_comments=False)
    except Exception as error:  # it stumbles over broken pages in many ways
        raise InvalidQuery("the page could not be taken apart") from error
    told = document if document is not None and not isinstance(document, dict) else None
    title = _title(html) or (told.title if told else "") or ""
    lines = [line.strip() for line in ((told.text if told else "") or "").splitlines() if line.strip()]
    byline, day, rest = take_head([line for line in lines if line not in {title, *captions}])
    body = sort_lines(rest)
    if not title or not body.text:
        raise InvalidQuery("there is no article in this page")
    return FoundArticle(
        title=title,
        url=_address(html, address),
        byline=byline.who or " AND ".join(authors_of((told.author or "").replace(";", ",") if told else "")),
        dateline=byline.dateline,
        language=_language(html),
        published_at=day or _day(told.date if told else None),
        text=body.text,
        captions=tuple(dict.fromkeys(captions + body.captions)),
        links=body.links,
    )


def links_of(html: str, rel: str, address: str = "") -> list[str]:
    """The addresses of a page's `<link rel=...>`."""
    wanted = regex.compile(rf"""\brel\s*=\s*["']?{regex.escape(rel)}["'\s>]""", regex.IGNORECASE)
    found = [_HREF.search(link) for link in _LINK.findall(html) if wanted.search(link)]
    return [urljoin(address, markup.unescape(href[1])) for href in found if href]


def _title(html: str) -> str:
    for form in _TITLES:
        found = form.findall(html[:2_000_000])
        if len(found) == 1 and plain(found[0]):
            return plain(found[0])
    return ""


def _address(html: str, address: str) -> str:
    """The canonical address a page names, if it is of the same site; a saved page is believed."""
    named = next(iter(links_of(html, "canonical", address)), "")
    if named and (not address or urlsplit(named).netloc == urlsplit(address).netloc):
        return canonical_url(named)
    return canonical_url(address)


def _language(html: str) -> str:
    found = _LANGUAGE.search(html[:10_000])
    return found[1].lower() if found else ""


def _day(told: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(told).replace(tzinfo=UTC) if told else None
    except ValueError:
        return None
