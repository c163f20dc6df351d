"""HTML into paragraphs and captions; scripts and styles never come through. Which page it is from is not asked."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3
import regex

from catalog.errors import InvalidQuery
from catalog.normalize import folded_words

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
DEEPEST = 1_000  # elements within each other: a page of an honest editor has a few dozen
_TAG = regex.compile(r"<(/?)([a-zA-Z][\w:-]*+)[^<>]*+>")
# What closes by itself, and is often left open.
_OPEN = frozenset(
    folded_words("""
    p li br img hr td th tr dt dd tbody thead option meta link input source wbr embed area base col param track
    """)
)
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
    """The words of a piece of HTML. Raises InvalidQuery for one that is made to keep its readers busy.

    >>> read_prose("<p>One<br>two</p><script>x()</script><figure><figcaption>A dam</figcaption></figure>")
    Prose(paragraphs=['One', 'two'], captions=['A dam'])
    """
    if _is_deeper(html, DEEPEST):
        raise InvalidQuery("it is built in a way that no honest page is")
    reader = _Reader()
    reader.feed(nh3.clean(html, tags=_KEPT, attributes={}, link_rel=None))
    reader.close()
    reader.end_block()
    return reader.prose


def _is_deeper(html: str, most: int) -> bool:
    """Cleaning takes the square of how deep elements stand within each other."""
    if html.count("<") <= most:
        return False
    depth = 0
    for closes, name in _TAG.findall(html):
        if name.lower() not in _OPEN:
            depth = max(0, depth + (-1 if closes else 1))
            if depth > most:
                return True
    return False


def plain(html: str) -> str:
    """A title or a name, without markup and in one line; nothing of one that is made to keep its readers busy.

    >>> plain("Rain &amp; <em>rivers</em>&nbsp;")
    'Rain & rivers'
    """
    return "" if _is_deeper(html, DEEPEST) else " ".join(read_prose(html).paragraphs)


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
