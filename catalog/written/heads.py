"""What stands between the title of an article and its text: byline, date, dateline, one a line or several. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import regex

from catalog.written.asides import is_caption, is_embed, is_section
from catalog.written.bylines import Byline, goes_on, read_byline, read_dateline, take_dateline
from catalog.written.dates import LONGEST_DATE, read_date

MOST_LINES = 8  # that may stand there
LONGEST_HEAD = 250

_PARTS = regex.compile(r"\s*[|•·]\s*|\s+[–—-]\s+|\s+/\s+")
_DATE_BEHIND = regex.compile(
    r"(?i)[,;]?\s+(?:on|updated|published|modified|last updated)?:?\s*"
    r"(?=\S*\d|\p{L}{3,9}\.?,? \d|\w{3,9},? \w{3,9}\.? \d)"
)
_BY_BEHIND = regex.compile(r"(?i)[,;]?\s+(?=by\s+\S)")
_ONLY_BY = regex.compile(r"(?i)\s*(?:by|written by|authors?|reported by)\s*:?\s*")


@dataclass(frozen=True)
class Head:
    """Who wrote it, where and when, as far as it is told."""

    who: str = ""
    dateline: str = ""
    day: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.who or self.day)

    def __add__(self, other: "Head") -> "Head":
        return Head(self.who or other.who, self.dateline or other.dateline, self.day or other.day)


def read_head(line: str) -> Head:
    """What a line tells that holds nothing else; an empty one when it is something else.

    >>> read_head("Fri 25 Dec, 2020 | By Sana Misaal | 3 Comments").who, bool(read_head("By noon it rained."))
    ('Sana Misaal', False)
    """
    if len(line) > LONGEST_HEAD:
        return Head()
    return _whole(line) or _in_parts(_PARTS.split(line)) or _two_in_one(line)


def _whole(part: str) -> Head:
    if len(part) <= LONGEST_DATE and (day := read_date(part)):
        return Head(day=day)
    byline = read_byline(part)
    return Head(byline.who, byline.dateline) if byline else Head()


def _in_parts(parts: Sequence[str]) -> Head:
    """Several facts beside each other, if there is nothing but facts."""
    head = Head()
    for part in filter(None, parts):
        told = _whole(part) or _two_in_one(part) or Head(dateline=read_dateline(part))
        if not (told or told.dateline or is_embed(part) or is_section(part)):
            return Head()
        head += told
    return head if len(parts) > 1 else Head()


def _two_in_one(part: str) -> Head:
    """ "By Sana Misaal on 25 December 2020", "25 December 2020 by Sana Misaal"."""
    for cut in (*_DATE_BEHIND.finditer(part), *_BY_BEHIND.finditer(part)):
        one, other = _whole(part[: cut.start()]), _whole(part[cut.end() :])
        if one and other and (one.day is None) != (other.day is None):
            return one + other
        if one.day and other.day:  # published, updated
            return one
    return Head()


def join_bylines(lines: Sequence[str]) -> list[str]:
    """The same lines, with a byline that is broken into several put together.

    >>> join_bylines(["By", "Sana Misaal", "AND Gul Nakli", "It rained."])
    ['By Sana Misaal AND Gul Nakli', 'It rained.']
    """
    joined: list[str] = []
    for line in lines:
        above = joined[-1] if joined else ""
        if _ONLY_BY.fullmatch(above) and read_byline(f"By {line}"):
            joined[-1] = f"By {line}"
        elif above and goes_on(line) and (told := read_byline(above)) and not told.dateline:
            joined[-1] = f"{above} AND {goes_on(line)}"
        elif (
            regex.search(r"(?:\bAND|\band|&|,)\s*$", above)
            and read_byline(f"By {line}")
            and _begins_byline(above)
        ):
            joined[-1] = f"{above} {line}"
        else:
            joined.append(line)
    return joined


def _begins_byline(line: str) -> bool:
    return bool(read_byline(regex.sub(r"\s*(?:AND|and|&|,)\s*$", "", line)))


def take_head(lines: Sequence[str]) -> tuple[Byline, datetime | None, list[str]]:
    """Byline, date and dateline from the first lines of a text, and the lines behind them; pictures between them go
    with the text."""
    lines = join_bylines(lines)
    head, behind = Head(), 0
    for at, line in enumerate(lines[:MOST_LINES], 1):
        told = read_head(line)
        place = "" if told or not head else read_dateline(line)
        if told or (place and not head.dateline):
            head, behind = head + told + Head(dateline=place), at
        elif not (is_section(line) or is_caption(line) or is_embed(line)):
            break
    rest = [line for line in lines[:behind] if is_caption(line) or is_embed(line)] + lines[behind:]
    if head and not head.dateline and rest:
        place, rest[0] = take_dateline(rest[0])
        head += Head(dateline=place)
    return Byline(head.who, head.dateline), head.day, rest
