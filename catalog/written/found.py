"""What an import finds, as values: articles, talks that may become episodes, and what could not be read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from itertools import islice
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from catalog.cast import CastMember

LONGEST_TEXT = 300_000  # characters of an article: fifty thousand words
LONGEST_ADDRESS, MOST_ADDRESSES = 500, 200
_ADDRESS = re.compile(r"""https?://[^\s"'<>\[\]]+""")
_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "igshid", "share", "amp")


@dataclass(frozen=True)
class FoundArticle:
    """An article as its source has it. `url` is empty where the source tells none; `captions` and `links` are kept
    apart from the `text`; `addresses` are what it links to or embeds; `is_gone` says that the source took it back."""

    title: str
    url: str = ""
    byline: str = ""
    dateline: str = ""
    language: str = ""
    published_at: datetime | None = None
    text: str = ""
    captions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    is_gone: bool = False


@dataclass(frozen=True)
class EpisodeCandidate:
    """A talk that stood among articles; `cast` are those who take part, by the words of its description, `address` is
    where it can be heard, if that is told."""

    title: str
    description: str
    cast: tuple[CastMember, ...] = ()
    address: str = ""


@dataclass(frozen=True)
class Found:
    """Everything one source gave. `is_whole` says that what it does not list is not there any more,
    `newest` is when the source last changed, if it tells."""

    articles: tuple[FoundArticle, ...] = ()
    candidates: tuple[EpisodeCandidate, ...] = ()
    problems: tuple[str, ...] = ()
    is_whole: bool = False
    newest: datetime | None = None

    def __add__(self, other: "Found") -> "Found":
        return Found(
            self.articles + other.articles,
            self.candidates + other.candidates,
            self.problems + other.problems,
            self.is_whole and other.is_whole,
            max(filter(None, (self.newest, other.newest)), default=None),
        )


def each_once(found: Found) -> Found:
    """The same with one article an address: the last one told wins, in the place of the first."""
    by_url = {one.url or f"{one.title}\n{one.text[:200]}": one for one in found.articles}
    return replace(found, articles=tuple(by_url.values()))


def in_bounds(found: Found) -> Found:
    """The same with no text longer than an article can be; of what is, the rest is left out and told."""
    long = [one for one in found.articles if len(one.text) > LONGEST_TEXT]
    if not long:
        return found
    told = tuple(
        f"{one.url or one.title}: it is longer than {LONGEST_TEXT:,} characters; the rest was left out."
        for one in long
    )
    cut = tuple(replace(one, text=one.text[:LONGEST_TEXT]) for one in found.articles)
    return replace(found, articles=cut, problems=found.problems + told)


def canonical_url(url: str) -> str:
    """One address for one page: without fragment, tracking and trailing slash.

    >>> canonical_url("HTTPS://Example.org:443/a/?utm_source=x&p=1#top")
    'https://example.org/a?p=1'
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return ""
    usual = {"http": 80, "https": 443}[parts.scheme.lower()]
    host = parts.hostname.lower() if port in (None, usual) else f"{parts.hostname.lower()}:{port}"
    told = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _is_tracking(pair[0])]
    return urlunsplit((parts.scheme.lower(), host, parts.path.rstrip("/"), urlencode(told), ""))


def addresses_in(text: str) -> tuple[str, ...]:
    """The addresses a text or a piece of HTML links to or embeds, each once.

    >>> addresses_in('<a href="https://example.org/a?x=1&amp;y=2">a</a> https://example.org/b.')
    ('https://example.org/a?x=1&y=2', 'https://example.org/b')
    """
    found = (unescape(one).rstrip(".,;:)") for one in _ADDRESS.findall(text))
    return tuple(islice(dict.fromkeys(one for one in found if len(one) <= LONGEST_ADDRESS), MOST_ADDRESSES))


def _is_tracking(name: str) -> bool:
    return name.lower().startswith(_TRACKING)


def together(parts: Iterable[Found]) -> Found:
    """All of it as one."""
    every = list(parts)
    return Found(
        tuple(one for part in every for one in part.articles),
        tuple(one for part in every for one in part.candidates),
        tuple(one for part in every for one in part.problems),
        all(part.is_whole for part in every),
        max(filter(None, (part.newest for part in every)), default=None),
    )
