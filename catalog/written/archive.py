"""A plain-text scrape of a blog's archive page, where article follows article, read back into its entries. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import regex

from catalog.written.asides import is_caption, is_cross_link, is_embed, is_section, sort_lines
from catalog.written.bylines import is_place, read_dateline
from catalog.written.found import Found, FoundArticle, addresses_in
from catalog.written.heads import Head, join_bylines, read_head, take_head
from catalog.written.talks import candidate, describes_talk, is_talk_title, tells_of_talk

LONGEST_TITLE, LONGEST_SENTENCE = 200, 120  # characters; of a title that ends like a sentence
LINES_OF_TALK = 6  # within which its description shows what it is

_ENDS_LINE = regex.compile(r"[;,:]\s*$")
_ENDS_SENTENCE = regex.compile(r"[.۔।]['\"”’)]*\s*$")


def read_archive(text: str, show_titles: tuple[str, ...] = ()) -> Found:
    """The articles of a scrape, in its order, and the talks between them as candidates with their cast.

    >>> found = read_archive("A Dry Year\\n\\nBy Sana Misaal AND Gul Nakli\\n\\nThe wells are low.")
    >>> found.articles[0].title, found.articles[0].byline, found.articles[0].text
    ('A Dry Year', 'Sana Misaal AND Gul Nakli', 'The wells are low.')
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    scrape = _Scrape(join_bylines([line for line in lines if line]))
    entries = scrape.entries()
    if not entries:
        return Found(
            problems=("No article was found in this text: none has a title with a byline or a date.",)
        )
    ends = [entry.begins for entry in entries[1:]] + [len(scrape.lines)]
    articles, candidates = [], []
    for entry, end in zip(entries, ends, strict=True):
        title, below = scrape.lines[entry.title], scrape.lines[entry.title + 1 : end]
        if entry.is_talk:
            candidates.append(candidate(title, below, show_titles, addresses_in(" ".join(below))))
        else:
            articles.append(_article(title, below, entry))
    lost = _lost(scrape.lines[: entries[0].begins])
    return Found(tuple(articles), tuple(candidates), lost)


@dataclass(frozen=True)
class _Entry:
    """Lines from `begins` on, with the title in line `title`: a talk, or an article. `day` stood above the title,
    `deck` is how many lines stand between the title and who wrote it."""

    title: int
    begins: int
    is_talk: bool
    day: datetime | None = None
    deck: int = 0


class _Scrape:
    """The lines of one scrape, and where entries begin in them."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = list(lines)
        self.heads = [read_head(line) for line in lines]

    def entries(self) -> list[_Entry]:
        found: dict[int, _Entry] = {}
        at = 0
        while at < len(self.lines):
            if self.heads[at]:
                end = self._head_ends(at)
                title = self._title_above(at, end, set(found))
                if title is not None:
                    found[title] = self._entry(title, at, end)
                at = end
            at += 1
        taken = {line for one in found.values() for line in range(one.begins, one.title + one.deck + 1)}
        for title in range(len(self.lines) - 1):
            if title not in taken and self._begins_talk(title, taken):
                found[title] = _Entry(title, title, is_talk=True)
        return [found[title] for title in sorted(found)]

    def _head_ends(self, at: int) -> int:
        """The last line of a head that begins here."""
        while at + 1 < len(self.lines) and (self.heads[at + 1] or read_dateline(self.lines[at + 1])):
            at += 1
        return at

    def _entry(self, title: int, first: int, last: int) -> _Entry:
        head = sum(self.heads[first : last + 1], Head())
        deck = first - title - 1
        day = self.heads[title - 1].day if title and not head.day else None
        begins = title - 1 if day and not self.heads[title - 1].who else title
        return _Entry(
            title, begins, not head.who and self._is_talk(title, last), day if begins < title else None, deck
        )

    def _is_talk(self, title: int, last: int) -> bool:
        below = self.lines[last + 1 : last + 1 + LINES_OF_TALK]
        if is_talk_title(self.lines[title]):
            return tells_of_talk(" ".join(below)) or len(below) < LINES_OF_TALK
        return any(describes_talk(line) for line in below[:2])

    # ---- what is written by somebody, or on some day ----------------------------------------------

    def _title_above(self, at: int, end: int, taken: set[int]) -> int | None:
        """The title of the byline or date in this line: what stands above it, pictures and sections skipped."""
        is_signed = any(head.who for head in self.heads[at : end + 1])
        above = at - 1
        while above >= 0 and self._is_between(above):
            above -= 1
        if above < 0 or above in taken or self.heads[above]:
            return None
        if above == at - 1 and is_signed and self._is_called_aside(above):
            return above
        if self._may_be_title(above):
            return above
        return self._above_deck(above, taken) if is_signed and not self._closes(end) else None

    def _is_between(self, at: int) -> bool:
        line = self.lines[at]
        return is_caption(line) or is_embed(line) or is_section(line)

    def _closes(self, end: int) -> bool:
        """Whether a byline that ends here stands below its article: the next one begins behind it."""
        below = end + 1
        while below < len(self.lines) and self._is_between(below):
            below += 1
        return below + 1 < len(self.lines) and self._may_be_title(below) and bool(self.heads[below + 1])

    def _is_called_aside(self, at: int) -> bool:
        """Whether a line that reads like a link to another article is the title of one: "Watch: the dam breaks"."""
        return (
            is_cross_link(self.lines[at])
            and not _ENDS_LINE.search(self.lines[at])
            and not is_cross_link(self.lines[at - 1])
        )

    def _above_deck(self, at: int, taken: set[int]) -> int | None:
        """The title above a sentence that tells what the article is about; else that sentence, if it is short."""
        line = self.lines[at]
        if len(line) > 2 * LONGEST_TITLE or not _ENDS_SENTENCE.search(line):
            return None
        if at and at - 1 not in taken and self._may_be_title(at - 1):
            return at - 1
        return at if len(line) <= LONGEST_SENTENCE and line[0] not in "\"“‘'«" else None

    def _may_be_title(self, at: int) -> bool:
        line = self.lines[at]
        is_prose = len(line) > LONGEST_TITLE or _ENDS_LINE.search(line) or _ENDS_SENTENCE.search(line)
        return not (
            is_prose or self.heads[at] or self._is_between(at) or is_cross_link(line) or is_place(line)
        )

    # ---- what only calls itself a talk ------------------------------------------------------------

    def _begins_talk(self, at: int, taken: set[int]) -> bool:
        line = self.lines[at]
        if not self._may_be_title(at) or at + 1 in taken:
            return False
        if is_talk_title(line):
            return not describes_talk(line) or self._is_told_below(at, taken)
        return not describes_talk(line) and len(line.split()) > 2 and self._is_told_below(at, taken)

    def _is_told_below(self, at: int, taken: set[int]) -> bool:
        """Whether the lines below describe a talk, before anything that may be a title of its own."""
        for below in range(at + 1, min(at + 1 + LINES_OF_TALK, len(self.lines))):
            if below in taken or is_cross_link(self.lines[below]):
                return False
            if describes_talk(self.lines[below]):
                return below == at + 1 or not self._is_text(at + 1, below)
            if self._may_be_title(below):
                return False
        return False

    def _is_text(self, first: int, last: int) -> bool:
        return sum(len(line) for line in self.lines[first:last]) > 3 * LONGEST_TITLE


def _lost(lines: Sequence[str]) -> tuple[str, ...]:
    long = [line for line in lines if len(line) > LONGEST_TITLE]
    return (f"{len(long)} paragraphs before the first title belong to no article.",) if long else ()


def _article(title: str, lines: Sequence[str], entry: _Entry) -> FoundArticle:
    byline, day, rest = take_head(lines[entry.deck :])
    body = sort_lines([*lines[: entry.deck], *rest])
    return FoundArticle(
        title=title,
        byline=byline.who,
        dateline=byline.dateline,
        published_at=day or entry.day,
        text=body.text,
        captions=body.captions,
        links=body.links,
        addresses=addresses_in(" ".join(lines)),
    )
