"""The lines around an article that are not its text: byline, dateline, date, captions, cross-links, embeds.
Pure; where an article begins and ends is decided in `archive`."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import regex

LONGEST_BYLINE = 160
LONGEST_CAPTION = 400

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_LEAD = r"\s*(?:(?:published|posted|updated|date)(?: on)?:?\s+)?"
_DAY_FIRST = (
    rf"{_LEAD}{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})"
)
_MONTH_FIRST = rf"{_LEAD}{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"
_NUMERIC = rf"{_LEAD}(?P<year>\d{{4}})-(?P<month>\d{{2}})-(?P<day>\d{{2}})(?:[T ][\d:.]+(?:Z|[+-][\d:]+)?)?"
_TAIL = r"(?:,?\s+(?:at\s+)?\d{1,2}:\d{2}(?:\s*[ap]\.?m\.?)?)?\s*\.?\s*"
_DATES = tuple(regex.compile(f"(?i){form}{_TAIL}") for form in (_DAY_FIRST, _MONTH_FIRST, _NUMERIC))

_BY = regex.compile(r"\s*(?:By|BY|Written by|Reported by|Text by|Story by)[:\s]\s*(?P<who>\S.*)")
_OTHER_BY = regex.compile(r"\s*(?:تحریر|از قلم|रिपोर्ट|লিখেছেন)\s*[:：]?\s+(?P<who>\S.*)")
_AND = regex.compile(r"\s+(?:AND|And|and|&)\s+|\s*,\s*(?:and\s+)?|\s+اور\s+|\s+और\s+")
# PARIS, France; NEW YORK, USA; KARACHI: a place shouted at the end of the byline or in a line of its own.
_CITY = r"(?!AND\b)\p{Lu}[\p{Lu}.'’-]{2,}(?:[ -]\p{Lu}[\p{Lu}.'’-]+){0,2}"
_PLACE = rf"{_CITY}(?:\s*[,/]\s*\p{{Lu}}[\p{{L}}.]+(?: \p{{Lu}}[\p{{L}}.]+){{0,2}})?"
_DATELINE = regex.compile(rf"\s*(?P<place>{_PLACE})\s*[:—–-]?\s*")
_PLACE_BEHIND = regex.compile(rf"(?<=[\p{{Ll}}.)])[\s,|–—-]+(?P<place>{_PLACE})\s*[:—–-]?\s*$")
_SAYS = regex.compile(r"\b(?:is|was|were|are|has|have|had|will|said|says)\b")

_CAPTION = regex.compile(
    r"(?i)^\s*(?:photo|image|picture|caption|photograph|file photo|illustration)s?\b.{0,20}:|"
    r"\b(?:photo )?(?:source|credits?|courtesy)\s*:\s*\S"
)
_CROSS_LINK = regex.compile(
    r"(?i)^\s*(?:read|watch|see|also read|also watch|listen)\b[^:]{0,80}:\s*\S|"
    r"^\s*(?:also read|related|read next)\b"
)
_ADDRESS = regex.compile(r"^\s*<?(?:https?://|www\.)\S+>?\s*$")
_EMBED = regex.compile(
    r"(?i)\s*(?:\[/?(?:embed|video|caption|gallery|youtube)\b.*|embedded (?:video|tweet|post).*|"
    r"(?:video|tweet|advertisement|loading)(?:\.{3}|…)?|share this:?|like this:?|(?:click to )?share on \w+.*|"
    r"leave a (?:comment|reply)|continue reading.*|posted in .*|tagged .*|facebook|twitter|whatsapp|pinterest|"
    r"linkedin|pic\.twitter\.com/\S+|— .{1,80}\(@\w+\).*)\s*"
)


@dataclass(frozen=True)
class Byline:
    """Who wrote it, in the words of the source without "By", and the place in front of the text."""

    who: str
    dateline: str = ""


def read_byline(line: str) -> Byline | None:
    """A byline in a line of its own; None when it is something else.

    >>> read_byline("By Taha Siddiqui PARIS, France")
    Byline(who='Taha Siddiqui', dateline='PARIS, France')
    >>> read_byline("By a Baloch Reporter AND Taha Siddiqui").who, read_byline("By noon the river was high.")
    ('a Baloch Reporter AND Taha Siddiqui', None)
    """
    found = _BY.fullmatch(line) or _OTHER_BY.fullmatch(line)
    if found is None or len(line) > LONGEST_BYLINE:
        return None
    who = found["who"].strip()
    behind = _PLACE_BEHIND.search(who)
    if behind:
        who = who[: behind.start()]
    who = who.strip(" ,|–—-")
    is_name = (
        bool(regex.search(r"\p{Lu}|\p{Lo}", who))
        and not _SAYS.search(who)
        and not who.endswith((".", "?", "!"))
    )
    if not who or not is_name or len(who.split()) > 16:
        return None
    return Byline(who, behind["place"] if behind else "")


def authors_of(byline: str) -> tuple[str, ...]:
    """The people of a byline.

    >>> authors_of("a Baloch Reporter AND Taha Siddiqui")
    ('a Baloch Reporter', 'Taha Siddiqui')
    """
    return tuple(name for name in (part.strip() for part in _AND.split(byline)) if name)


def read_dateline(line: str) -> str:
    """The place of a dateline that has a line of its own; empty when it is something else."""
    found = _DATELINE.fullmatch(line)
    return found["place"] if found and len(line) < 60 else ""


def read_date(line: str) -> datetime | None:
    """The day of a date line: "Fri 25 Dec, 2020", "December 25, 2020", "2020-12-25".

    >>> read_date("Fri 25 Dec, 2020").date().isoformat(), read_date("25 dogs, 2020")
    ('2020-12-25', None)
    """
    if len(line) > 60:
        return None
    for form in _DATES:
        found = form.fullmatch(line)
        if found:
            month = found["month"].lower()
            number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
            try:
                return datetime(int(found["year"]), number, int(found["day"]), tzinfo=UTC)
            except ValueError:
                return None
    return None


def is_caption(line: str) -> bool:
    return len(line) <= LONGEST_CAPTION and bool(_CAPTION.search(line))


def is_cross_link(line: str) -> bool:
    return len(line) <= LONGEST_CAPTION and bool(_CROSS_LINK.search(line))


def is_embed(line: str) -> bool:
    """Whether the line stands for a video or a post, or for the furniture of the page."""
    return bool(_ADDRESS.fullmatch(line) or _EMBED.fullmatch(line))


@dataclass(frozen=True)
class Body:
    """The lines of an article, sorted."""

    paragraphs: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


def sort_lines(lines: list[str]) -> Body:
    """Paragraphs, captions and cross-links; embeds are left out."""
    captions = tuple(line for line in lines if is_caption(line) and not is_cross_link(line))
    links = tuple(line for line in lines if is_cross_link(line))
    apart = {*captions, *links}
    return Body(tuple(line for line in lines if line not in apart and not is_embed(line)), captions, links)


def take_head(lines: list[str]) -> tuple[Byline, datetime | None, list[str]]:
    """Byline, date and dateline from the first lines of a text, and the lines behind them."""
    byline, date, at = Byline(""), None, 0
    for line in lines[:5]:
        told = read_byline(line) if not byline.who else None
        day = read_date(line) if date is None else None
        place = read_dateline(line) if byline.who and not byline.dateline else ""
        if not (told or day or place):
            break
        byline = told or (replace(byline, dateline=place) if place else byline)
        date = date or day
        at += 1
    return byline, date, lines[at:]
