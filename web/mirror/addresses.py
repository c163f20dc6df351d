"""Which addresses of the site stand in a mirror, under which file names, and how one file names another. Pure."""

import re
from posixpath import dirname, relpath
from urllib.parse import parse_qsl, quote, unquote, urlsplit

HOME = "index.html"
NOWHERE = "http://mirror.invalid"  # where the site is asked at when it has no address of its own
SEARCH = "search.html"
# Answers that need somebody at the other end, or are about this site's server alone.
_LEFT_OUT = re.compile(
    r"/(api|mcp|embed|oembed|q|look|forget|reading|saved|studio|metrics|healthz|static/fonts/.*\.txt|opensearch\.xml|robots\.txt|data/.+)"
    r"(/.*|\.[a-z]+)?|/search(\..*|/concordance|/timeline)|/e/[^/]+/(cite|propose|r/.*)|/.*manifest\.webmanifest"
)
_FILE = re.compile(r".*\.[a-z0-9]{1,12}", re.IGNORECASE)
_SEARCH = "/search"
_LANGUAGE = re.compile(r"^/[a-z]{2}(?=/)")  # before the path of a page in another language than the first
_TONGUE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
_IN_ONE_LANGUAGE = re.compile(r"/[a-z]{2}/words/.*")


def is_mirrored(path: str) -> bool:
    """Whether what stands at this path of the site can stand in a mirror.

    >>> is_mirrored("/e/tea"), is_mirrored("/e/tea.vtt"), is_mirrored("/q/abc"), is_mirrored("/search/timeline")
    (True, True, False, False)
    """
    return not _LEFT_OUT.fullmatch(_LANGUAGE.sub("", path)) and not _IN_ONE_LANGUAGE.fullmatch(path)


def file_of(address: str) -> str:
    """The file an address of the site stands in, relative to the mirror; "" for what is not mirrored.

    >>> file_of("/"), file_of("/e/tea"), file_of("/e/tea.vtt"), file_of("/episodes?page=2"), file_of("/search?q=road")
    ('index.html', 'e/tea/index.html', 'e/tea.vtt', 'episodes-page-2/index.html', 'search.html')
    >>> file_of("/static/site.css?v=12"), file_of("/data/"), file_of("/q/abc")
    ('static/site.css', 'data/index.html', '')
    >>> file_of("/e/tea?with=ur"), file_of("/e/tea?with=../x"), file_of("/e/tea?only=v1")
    ('e/tea-with-ur/index.html', 'e/tea/index.html', 'e/tea/index.html')
    """
    parts = urlsplit(address)
    path = unquote(parts.path)
    if _LANGUAGE.sub("", path) == _SEARCH:
        return SEARCH
    if not is_mirrored(path) or "\\" in path or ".." in path.split("/") or "//" in path:
        return ""
    if path.endswith("/"):
        return f"{path.lstrip('/')}{HOME}"
    if _FILE.fullmatch(path):
        return path.lstrip("/")
    query = "".join(f"-{name}-{value}" for name, value in parse_qsl(parts.query) if _is_a_page(name, value))
    return f"{path.lstrip('/')}{query}/{HOME}"


def _is_a_page(name: str, value: str) -> bool:
    """Whether what was asked makes another page of the mirror: further down a list, a translation beside a talk."""
    return name == "page" or (name == "with" and bool(_TONGUE.fullmatch(value)))


def link_between(here: str, there: str, fragment: str = "") -> str:
    """How one file of the mirror links to another.

    >>> link_between("e/tea.vtt", "static/site.css"), link_between("index.html", "e/tea/index.html", "t=3")
    ('../static/site.css', 'e/tea/index.html#t=3')
    >>> link_between("e/tea/index.html", "e/tea/index.html", "t=3")
    '#t=3'
    """
    tail = f"#{fragment}" if fragment else ""
    if here == there and fragment:
        return tail
    return quote(relpath(there, dirname(here) or "."), safe="/.-_~") + tail
