"""How times, dates, sizes, languages and directions are put into words and attributes. No HTML is made here."""

import re
from collections import Counter
from datetime import datetime
from email.utils import format_datetime

import regex

from transcribe.languages import RIGHT_TO_LEFT, is_right_to_left, script_of
from transcribe.languages import language_name as english_name

# What XML cannot carry, and what turns the words beside it around.
UNFIT = regex.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]|[\u202a-\u202e\u2066-\u2069]")
UNITS = ("KB", "MB", "GB", "TB")


def clock(ms: int) -> str:
    """A moment as players print it.

    >>> clock(0), clock(83_200), clock(3_723_000)
    ('0:00', '1:23', '1:02:03')
    """
    minutes, seconds = divmod(max(ms, 0) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def seconds(ms: int) -> str:
    """A moment as a media fragment writes it, without trailing zeros.

    >>> seconds(83_200), seconds(0), seconds(1_834_005)
    ('83.2', '0', '1834.005')
    """
    return f"{ms / 1000:.3f}".rstrip("0").rstrip(".")


def minutes(ms: int) -> str:
    """A length in prose.

    >>> minutes(58 * 60_000), minutes(20_000), minutes(3_840_000)
    ('58 minutes', 'under a minute', '1 hour 4 minutes')
    """
    whole = round(ms / 60_000)
    if whole < 1:
        return "under a minute"
    hours, rest = divmod(whole, 60)
    parts = [
        f"{count} {word}{'s' * (count > 1)}" for count, word in ((hours, "hour"), (rest, "minute")) if count
    ]
    return " ".join(parts)


def size(count: int) -> str:
    """Bytes as a reader pays for them, in powers of 1000.

    >>> size(840), size(9_140_000), size(212_400)
    ('1 KB', '9.1 MB', '212 KB')
    """
    value, unit = count / 1000, UNITS[0]
    for unit in UNITS:
        if value < 999.5 or unit == UNITS[-1]:
            break
        value /= 1000
    return f"{value:.1f} {unit}" if unit != "KB" and value < 10 else f"{max(1, round(value))} {unit}"


def percent(share: float) -> str:
    """A share of one, rounded down, for 99.6 is not all; a trace is not nothing.

    >>> percent(0.974), percent(0.9999), percent(0.004), percent(1.0), percent(0.29)
    ('97\\xa0%', '99\\xa0%', 'under 1\\xa0%', '100\\xa0%', '29\\xa0%')
    """
    whole = int(share * 100 + 1e-9)
    return f"{whole}\u00a0%" if whole or not share else "under 1\u00a0%"


def day(moment: datetime) -> str:
    """A date in prose: 21 November 2026."""
    return f"{moment.day} {moment:%B %Y}"


def weekday(moment: datetime) -> str:
    return f"{moment:%A} {day(moment)}"


def mail_date(moment: datetime) -> str:
    """A moment as RSS writes it: Sat, 21 Nov 2026 12:00:00 GMT."""
    return format_datetime(moment, usegmt=True)


def language_name(code: str) -> str:
    """The English name of a language; empty when none is known of the talk."""
    return english_name(code) if code else ""


# Letters are asked about one by one only where there may be one of another script.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_NOT_LATIN = re.compile("[^\u0000-\u024f\u2000-\u206f]")


def direction(text: str) -> str:
    """The direction most of the letters are written in: a turn that opens with a foreign word keeps its own.

    >>> direction("BBC اردو پر یہ گفتگو"), direction("a word, لفظ"), direction("12:30")
    ('rtl', 'ltr', 'ltr')
    """
    if text.isascii() or not _RIGHT_TO_LEFT.search(text):
        return "ltr"
    letters = Counter(script_of(character) in RIGHT_TO_LEFT for character in text if character.isalpha())
    return "rtl" if letters[True] > letters[False] else "ltr"


def tongue(text: str, language: str, page: str = "en") -> dict[str, str]:
    """The attributes a piece of text needs on a page of another language: `lang` and `dir`, none when it fits.

    >>> tongue("گفتگو", "ur"), tongue("A talk", "en"), tongue("A talk", "ur"), tongue("ek baat", "ur", page="")
    ({'lang': 'ur', 'dir': 'rtl'}, {}, {}, {'lang': 'ur-Latn', 'dir': 'ltr'})
    """
    way = direction(text)
    if way == "rtl":
        return {"lang": language if is_right_to_left(language) else "ur", "dir": "rtl"}
    if page and (is_right_to_left(language) or not _has_other_letters(text)):
        return {}  # Latin letters in a title are taken for the page's own language
    if not page and is_right_to_left(language):
        return {"lang": f"{language}-Latn", "dir": "ltr"}
    return {"lang": language, "dir": "ltr"}


def _has_other_letters(text: str) -> bool:
    return bool(_NOT_LATIN.search(text)) and any(
        script_of(character) not in ("", "Latn") for character in text
    )


def readable(text: str) -> str:
    """Text with its white space made plain, so that offsets counted here hold in a browser too."""
    return " ".join(text.split())


def fit(text: str) -> str:
    """Text on one line, without what XML cannot carry or what would turn the words beside it around.

    >>> fit("a\\x00b\\u202ec\\nd")
    'abc d'
    """
    return " ".join(UNFIT.sub("", text).split())
