"""A page or a style sheet of the site made one of the mirror: links become relative, what needs a server goes. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

from web.mirror.addresses import NOWHERE, SEARCH, file_of, link_between

_LINKS = {"href", "src", "poster", "action"}
_LOCAL = re.compile(r"/(?!/)")
_URL = re.compile(r"url\(\s*['\"]?(?!data:)([^'\")]+)['\"]?\s*\)")
_TOLD_OF_NOWHERE = re.compile(
    rf'<script type="application/ld\+json">[^<]*{re.escape(NOWHERE)}[^<]*</script>\n?'
)
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_NOT_HERE = {"search", "manifest"}  # relations of <link> that only a server can answer for
_ONLY_SERVED = {"cite.js", "comfort.js", "offline.js"}  # scripts that ask the site for something


FileOf = Callable[[str], str]


@dataclass(frozen=True)
class Rewritten:
    """The page as it stands in the mirror, and the addresses of the site it needs."""

    text: str
    needs: tuple[str, ...]


def rewrite_page(html: str, here: str, file_of: FileOf, note: str = "") -> Rewritten:
    """A page for the file `here`; `file_of` gives the file of an address, "" for none. `note` is put on top."""
    page = _Page(here, file_of, note)
    page.feed(html)
    page.close()
    return Rewritten(_TOLD_OF_NOWHERE.sub("", "".join(page.written)), tuple(dict.fromkeys(page.needs)))


def rewrite_style(css: str, address: str) -> Rewritten:
    """A style sheet, by its address: what it names lies beside it in a mirror as it does on the site."""
    needs = tuple(dict.fromkeys(urljoin(address, link) for link in _URL.findall(css)))

    def local(found: re.Match[str]) -> str:
        return f'url("{link_between(file_of(address), file_of(urljoin(address, found[1])))}")'

    return Rewritten(_URL.sub(local, css), needs)


@dataclass
class _Page(HTMLParser):
    """Writes what it reads, but for links and for forms that nobody would answer."""

    here: str
    file_of: FileOf
    note: str
    written: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    _left_out: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=False)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if self._left_out or self._needs_a_server(tag, values):
            if tag not in _VOID and (not self._left_out or tag == self._left_out[-1]):
                self._left_out.append(tag)
            return
        self.written.append(self._tag(tag, attrs))
        if tag == "body" and self.note:
            self.written.append(f'\n<aside class="demo-note">{escape(self.note)}</aside>')

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._left_out:
            self.written.append(self._tag(tag, attrs, "/"))

    def handle_endtag(self, tag: str) -> None:
        if not self._left_out:
            self.written.append(f"</{tag}>")
        elif self._left_out[-1] == tag:
            self._left_out.pop()

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._keep(f"<!{decl}>")

    def _keep(self, text: str) -> None:
        if not self._left_out:
            self.written.append(text)

    def _needs_a_server(self, tag: str, values: dict[str, str | None]) -> bool:
        """Or tells of the day it was made: a page that says the same is the same file, and not written again."""
        if values.keys() & {"data-today", "data-served"} or (tag == "button" and "form" in values):
            return True
        if tag == "form":
            action = values.get("action") or ""
            return not action.startswith("#") and self.file_of(action) != SEARCH
        if tag in ("link", "meta") and any(NOWHERE in (value or "") for value in values.values()):
            return True
        if tag == "link":
            relations = set((values.get("rel") or "").split())
            return bool(relations & _NOT_HERE) or "oembed" in (values.get("type") or "")
        if tag == "script":
            return (values.get("src") or "").partition("?")[0].rpartition("/")[2] in _ONLY_SERVED
        return tag == "input" and values.get("type") == "hidden" and values.get("name") in ("in", "expand")

    def _tag(self, tag: str, attrs: list[tuple[str, str | None]], end: str = "") -> str:
        parts = [tag]
        if tag == "form" and (dict(attrs).get("action") or "").startswith("#"):
            return (
                f'<form id="{escape(dict(attrs).get("id") or "")}" hidden>'  # a script shows and answers it
            )
        for name, value in attrs:
            if name == "type" and tag == "script" and value == "module":
                parts.append("defer")  # browsers refuse modules from a disk
            elif name in _LINKS and value is not None:
                linked = self._link(name, value)
                parts += [] if linked is None else [f'{name}="{escape(linked)}"']
            elif name == "data-words":
                continue  # is fetched, which browsers refuse from a disk
            elif name != "crossorigin":
                parts.append(name if value is None else f'{name}="{escape(value)}"')
        return f"<{' '.join(parts)}{end}>"

    def _link(self, name: str, value: str) -> str | None:
        """Where a link leads in the mirror; None when what it leads to is not there."""
        if name == "action":
            return link_between(self.here, SEARCH)
        if not _LOCAL.match(value):
            return value
        address, fragment = urldefrag(value)
        there = self.file_of(address)
        if not there:
            return None
        if there != SEARCH:
            self.needs.append(address)
        return link_between(self.here, there, fragment)
