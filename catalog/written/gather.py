"""A source into what it has: a site of WordPress, a feed, an export, a page, a scrape, a sitemap, a list of addresses.
How each is read stands in its own module; what is kept of it is decided in `catalog.articles`."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import regex

from catalog.errors import CatalogError, NotFound
from catalog.written.archive import read_archive
from catalog.written.decode import decode
from catalog.written.feed import read_feed
from catalog.written.found import Found, FoundArticle, canonical_url, each_once, in_bounds, together
from catalog.written.page import links_of, read_page
from catalog.written.wordpress import read_posts
from media.errors import Gone, MediaError

LARGEST_PAGE = 8 * 1024 * 1024
LARGEST_FILE = 512 * 1024 * 1024  # an export of a whole site
MOST_PAGES = 2_000  # of posts, 100 each; and of sitemaps
MOST_ADDRESSES = 20_000
POSTS = "wp-json/wp/v2/posts"

_ADDRESS = regex.compile(r"https?://\S+")
_LOCATION = regex.compile(r"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]+)", regex.IGNORECASE)
_BEGINNINGS = {
    "sitemap": regex.compile(r"<(?:\w+:)?(?:urlset|sitemapindex)\b", regex.IGNORECASE),
    "feed": regex.compile(r"<(?:rss|feed|rdf:rdf)\b", regex.IGNORECASE),
    "page": regex.compile(r"<!doctype html|<(?:html|head|body|article|div|p|h1)\b", regex.IGNORECASE),
}

_JSON = regex.compile(r"\[\s*[{\]]|\{\s*\"")

Fetch = Callable[[str], bytes]


@dataclass(frozen=True)
class Gatherer:
    """Reads sources; `fetch` gets what is behind an address, and raises MediaError. `show_titles` are no people."""

    fetch: Fetch
    show_titles: tuple[str, ...] = ()
    since: datetime | None = None

    def gather(self, source: str, since: datetime | None = None) -> Found:
        """Everything the source has; of a site of WordPress only what changed `since` then. What cannot be had at all
        raises; what cannot be read is a problem in it."""
        if since is not None:
            return replace(self, since=since).gather(source)
        if _ADDRESS.fullmatch(source):
            return in_bounds(each_once(self._behind(source)))
        path = Path(source)
        if not path.is_file():
            raise NotFound(f"{source} is neither an address (https://...) nor a file here.")
        if path.stat().st_size > LARGEST_FILE:
            return Found(problems=(f"{source} is larger than {LARGEST_FILE >> 20} MB; it was not read.",))
        return in_bounds(each_once(self._read(path.read_bytes(), source, "")))

    # ---- behind an address ----------------------------------------------------------------------

    def _behind(self, address: str) -> Found:
        data, gone = self._fetched(address)
        if gone is not None:
            posts = self._posts(f"{address.rstrip('/')}/{POSTS}") if "wp-json" not in address else None
            if posts is None:
                raise gone
            return posts
        if _kind(data) == "page":
            posts = self._site(decode(data), address)
            if posts is not None:
                return posts
        if _kind(data) == "json" and address.rstrip("/").endswith("/posts"):
            return self._posts(address) or Found()
        return self._read(data, address, address)

    def _fetched(self, address: str) -> tuple[bytes, Gone | None]:
        """The bytes, or that there are none. Handed back, not handled: what fails while an error is handled is
        told as a consequence of it, and a site that fails would look like one that is gone."""
        try:
            return self.fetch(address), None
        except Gone as gone:
            return b"", gone

    def _site(self, html: str, address: str) -> Found | None:
        """The posts of the site this page says it belongs to, if it is the site's own front page."""
        if canonical_url(address).count("/") > 2 and not links_of(html, "https://api.w.org/", address):
            return None
        is_article = bool(regex.search(r"""property=["']og:type["'] content=["']article["']""", html))
        roots = links_of(html, "https://api.w.org/", address) or [f"{address.rstrip('/')}/wp-json/"]
        return None if is_article else self._posts(f"{roots[0].rstrip('/')}/wp/v2/posts")

    def _posts(self, address: str) -> Found | None:
        """Every page of posts; None when there is no such interface."""
        parts, seen = list[Found](), set[str]()
        joint = "&" if "?" in address else "?"
        for number in range(1, MOST_PAGES + 1):
            page = f"{address}{joint}per_page=100&page={number}&_embed=author{self._changed()}"
            try:
                posts = json.loads(decode(self.fetch(page)))
            except (MediaError, ValueError, RecursionError) as problem:
                if number == 1:
                    return None
                # WordPress answers 400 behind the last page; anything else is a page that is missing.
                missing = () if _is_behind_last(problem) else (f"{page}: {_sentence(problem)}",)
                parts.append(Found(problems=missing))
                break
            if not isinstance(posts, list):
                return None if number == 1 else together(parts)
            fresh = [post for post in posts if _id(post) not in seen]
            if not fresh:
                break
            seen |= {_id(post) for post in fresh}
            parts.append(read_posts(fresh, page, self.show_titles))
        found = together(parts)
        return replace(found, is_whole=not found.problems and self.since is None)

    def _changed(self) -> str:
        """What WordPress is asked, to tell only of posts that changed since."""
        return f"&orderby=modified&modified_after={self.since:%Y-%m-%dT%H:%M:%S}" if self.since else ""

    # ---- by what it is --------------------------------------------------------------------------

    def _read(self, data: bytes, named: str, address: str) -> Found:
        kind = _kind(data)
        if kind == "feed":
            return read_feed(data, address, self.show_titles)
        if kind == "sitemap":
            return self._pages(self._sitemap(decode(data))) + _none_named(named, data)
        if kind == "json":
            return self._saved_posts(data, named)
        if len(data) > LARGEST_PAGE:
            return Found(problems=(f"{named}: it is larger than {LARGEST_PAGE >> 20} MB; it was not read.",))
        if kind == "page":
            return _page(data, named, address)
        text = decode(data)
        addresses = [line.strip() for line in text.splitlines() if line.strip()]
        if addresses and all(_ADDRESS.fullmatch(one) for one in addresses):
            return self._pages(addresses)
        return read_archive(text, self.show_titles)

    def _saved_posts(self, data: bytes, named: str) -> Found:
        try:
            posts = json.loads(decode(data))
        except (ValueError, RecursionError):
            posts = None
        if not isinstance(posts, list):
            return Found(problems=(f"{named}: this is no list of WordPress posts.",))
        return read_posts(posts, named, self.show_titles)

    def _sitemap(self, text: str, depth: int = 0) -> Iterator[str]:
        """The pages of a sitemap, and of those it is an index of."""
        is_index = bool(regex.search(r"<(?:\w+:)?sitemapindex\b", text, regex.IGNORECASE))
        for location in _LOCATION.findall(text)[:MOST_ADDRESSES]:
            address = location.replace("&amp;", "&")
            if not is_index:
                yield address
            elif depth < 2:
                try:
                    yield from self._sitemap(decode(self.fetch(address)), depth + 1)
                except MediaError:
                    yield address  # tried again as a page, and told of there

    def _pages(self, addresses: Any) -> Found:
        once = list(dict.fromkeys(addresses))
        found = together(self._one(address) for address in once[:MOST_ADDRESSES])
        left = len(once) - MOST_ADDRESSES
        problems = (f"{left} addresses more than {MOST_ADDRESSES} were not looked at.",) if left > 0 else ()
        return replace(found, is_whole=False) + Found(problems=problems)

    def _one(self, address: str) -> Found:
        try:
            return _page(self.fetch(address), address, address)
        except Gone as problem:
            gone = FoundArticle("", url=canonical_url(address), is_gone=True)
            return Found((gone,), problems=(f"{address}: {problem.sentence}",))
        except MediaError as problem:
            return Found(problems=(f"{address}: {_sentence(problem)}",))


def _none_named(named: str, data: bytes) -> Found:
    is_empty = not _LOCATION.search(decode(data))
    return Found(problems=(f"{named}: this site map names no page.",) if is_empty else ())


def _page(data: bytes, named: str, address: str) -> Found:
    try:
        return Found((read_page(data, address),))
    except CatalogError as problem:
        return Found(problems=(f"{named}: {problem.sentence}.",))


def _kind(data: bytes) -> str:
    """What the bytes are, by how they begin: sitemap, feed, page, json, or text."""
    head = decode(data[:4096]).lstrip("\ufeff \r\n\t")
    if _JSON.match(head):
        return "json"
    if not head.startswith("<"):
        return "text"
    first = {kind: found.start() for kind, form in _BEGINNINGS.items() if (found := form.search(head))}
    return (
        min(first, key=lambda kind: first[kind]) if first else "feed" if head.startswith("<?xml") else "page"
    )


def _id(post: Any) -> str:
    return str(post.get("id") or post.get("link")) if isinstance(post, dict) else repr(post)


def _is_behind_last(problem: BaseException) -> bool:
    return (
        isinstance(problem, MediaError) and problem.code == "http_error"
    )  # a site that lost its pages says 404


def _sentence(problem: BaseException) -> str:
    if getattr(problem, "code", "") == "too_large":
        return f"The page is larger than the {LARGEST_PAGE >> 20} MB that one page may be."
    return getattr(problem, "sentence", "What came is no list of posts.")
