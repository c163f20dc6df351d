"""HTML into paragraphs and captions; scripts and styles never come through. Which page it is from is not asked."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3
import regex

_KEPT = {
    "p",
    "br",
    "li",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "figure",
    "figcaption",
    "div",
    "td",
    "tr",
    "a",
}
_CAPTIONS = {"figcaption"}
_INLINE = {"a", "br"}
_BLANKS = regex.compile(r"[\s\u00a0]+")


@dataclass
class Prose:
    """What a reader of the HTML reads."""

    paragraphs: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


def read_prose(html: str) -> Prose:
    """The words of a piece of HTML.

    >>> read_prose("<p>One<br>two</p><script>x()</script><figure><figcaption>A dam</figcaption></figure>")
    Prose(paragraphs=['One', 'two'], captions=['A dam'])
    """
    reader = _Reader()
    reader.feed(nh3.clean(html, tags=_KEPT, attributes={}, link_rel=None))
    reader.close()
    reader.end_block()
    return reader.prose


def plain(html: str) -> str:
    """A title or a name, without markup and in one line.

    >>> plain("Rain &amp; <em>rivers</em>&nbsp;")
    'Rain & rivers'
    """
    return " ".join(read_prose(html).paragraphs)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.prose = Prose()
        self._words: list[str] = []
        self._captions = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag not in _INLINE or tag == "br":
            self.end_block()
        self._captions += tag in _CAPTIONS

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self.end_block()
        self._captions -= tag in _CAPTIONS

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def end_block(self) -> None:
        block = _BLANKS.sub(" ", "".join(self._words)).strip()
        self._words.clear()
        if block:
            (self.prose.captions if self._captions > 0 else self.prose.paragraphs).append(block)
