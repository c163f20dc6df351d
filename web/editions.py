"""The same page in each language, at an address of its own: /ur/about beside /about. Translates nothing itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from web.language import Language

# What machines fetch has one address: a file, or anything in one of these folders.
FOR_MACHINES = (
    "/api/",
    "/embed/",
    "/media/",
    "/static/",
    "/studio",
    "/mcp",
    "/oembed",
    "/healthz",
    "/readyz",
    "/metrics",
    "/look",
)


@dataclass(frozen=True)
class Version:
    """This page in a language: `path` with what was asked, `address` in full and without."""

    language: Language
    path: str
    address: str


class InLanguages:
    """Reads the language off the front of an address and hands the rest on, as if that were where the site is."""

    def __init__(self, app: ASGIApp, languages: Sequence[Language]) -> None:
        self.app = app
        self._first = languages[0]
        self._others = {language.root: language for language in languages[1:]}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            before = scope.get("root_path", "")
            path = scope["path"].removeprefix(before)
            root = "/" + path[1:].partition("/")[0]
            scope["language"] = self._others.get(root, self._first)
            if root in self._others and is_a_page(path.removeprefix(root)):
                scope["app_root_path"], scope["root_path"] = before, before + root
        await self.app(scope, receive, send)


def is_a_page(path: str) -> bool:
    """Is this read by people, and so in each language?

    >>> is_a_page("/e/tea"), is_a_page("/e/tea.vtt"), is_a_page("/api"), is_a_page("/api/v1/search")
    (True, False, True, False)
    """
    return "." not in path.rpartition("/")[2] and not path.startswith(FOR_MACHINES)


def language_of(request: Request) -> Language | None:
    """The language this page was asked for in; none for what came another way than through the door."""
    language: Language | None = request.scope.get("language")
    return language


def versions_of(
    request: Request, languages: Sequence[Language], language: Language, base: str
) -> tuple[Version, ...]:
    path = request.url.path
    if language.root and f"{path}/".startswith(f"{language.root}/"):
        path = path[len(language.root) :]
    query = f"?{request.url.query}" if request.url.query else ""
    return tuple(Version(one, f"{one.root}{path}{query}", f"{base}{one.root}{path}") for one in languages)


def fronts(languages: Sequence[Language], base: str) -> tuple[Version, ...]:
    """The front page in each language, from where there is no page: of a file, of what was sent."""
    return tuple(Version(one, f"{one.root}/", f"{base}{one.root}/") for one in languages)


def addresses_of(languages: Sequence[Language], base: str, path: str) -> list[tuple[str, str]]:
    """A page in every language for `hreflang`, by its path without one; nothing where there is but one language.

    >>> addresses_of([Language("en")], "https://talks.example", "/people")
    []
    """
    if len(languages) < 2:
        return []
    found = [(one.code, f"{base}{one.root}{path}") for one in languages]
    return [*found, ("x-default", found[0][1])]


def preferred(accept_language: str, languages: Sequence[Language]) -> Language | None:
    """Which of our languages a browser would rather read; none when it names none of them.

    >>> [preferred(told, (Language("en"), Language("ur"))) for told in ("", "fr", "*")]
    [None, None, None]
    >>> preferred("ur-PK,en;q=0.5", (Language("en"), Language("ur"))).code
    'ur'
    >>> preferred("en-GB, ur;q=0.8", (Language("en"), Language("ur"))).code
    'en'
    """
    wanted: list[tuple[float, Language]] = []
    for part in accept_language.lower().split(",")[:20]:
        found = re.fullmatch(
            r"\s*([a-z]{2,3})(?:-[a-z0-9-]+)?\s*(?:;\s*q=(0?\.\d{1,3}|[01](?:\.0{0,3})?))?\s*", part
        )
        if found and (language := next((one for one in languages if one.code == found[1]), None)):
            wanted.append((float(found[2] or 1), language))
    return (
        max(wanted, key=lambda one: one[0])[1] if wanted and max(wanted, key=lambda one: one[0])[0] else None
    )
