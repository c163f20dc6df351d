"""How times, sizes and directions are put into signs and attributes, in every language alike. No words here."""

import re
from datetime import datetime
from email.utils import format_datetime

import regex

from transcribe.languages import is_right_to_left, script_of

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


def size(count: int, *, about: bool = False, isolated: bool = False) -> str:
    """Bytes as a reader pays for them, in powers of 1000; `about` where they were reckoned and not counted, `isolated`
    where words around it run the other way.

    >>> size(840), size(9_140_000), size(212_400), size(840, isolated=True)
    ('1 KB', '9.1 MB', '212 KB', '\\u20661 KB\\u2069')
    >>> size(5_300, about=True)
    '≈\\xa05 KB'
    """
    value, unit = count / 1000, UNITS[0]
    for unit in UNITS:
        if value < 999.5 or unit == UNITS[-1]:
            break
        value /= 1000
    told = f"{value:.1f} {unit}" if unit != "KB" and value < 10 else f"{max(1, round(value))} {unit}"
    told = f"≈\xa0{told}" if about else told
    return f"\u2066{told}\u2069" if isolated else told


def mail_date(moment: datetime) -> str:
    """A moment as RSS writes it: Sat, 21 Nov 2026 12:00:00 GMT."""
    return format_datetime(moment, usegmt=True)


_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]+"
)
_NOT_LATIN = re.compile("[^\u0000-\u024f\u2000-\u206f]")


def direction(text: str) -> str:
    """The direction most of the letters are written in: a turn that opens with a foreign word keeps its own.

    >>> direction("BBC اردو پر یہ گفتگو"), direction("a word, لفظ"), direction("12:30")
    ('rtl', 'ltr', 'ltr')
    """
    if text.isascii() or not _RIGHT_TO_LEFT.search(text):
        return "ltr"
    leftward = sum(map(str.isalpha, "".join(_RIGHT_TO_LEFT.findall(text))))
    return "rtl" if 2 * leftward > sum(map(str.isalpha, text)) else "ltr"


def tongue(text: str, language: str, page: str = "en") -> dict[str, str]:
    """The attributes a piece of text needs on a page of another language: `lang` and `dir`, none when it fits.

    >>> tongue("گفتگو", "ur"), tongue("A talk", "en"), tongue("A talk", "ur"), tongue("ek baat", "ur", page="")
    ({'lang': 'ur', 'dir': 'rtl'}, {}, {}, {'lang': 'ur-Latn', 'dir': 'ltr'})
    >>> tongue("گفتگو", "ur", page="ur"), tongue("A talk", "ur", page="ur"), tongue("BBC", "", page="ur")
    ({}, {'lang': 'en', 'dir': 'ltr'}, {'lang': 'en', 'dir': 'ltr'})
    """
    way = direction(text)
    if way == "rtl":
        spoken = language if is_right_to_left(language) else "ur"
        return {} if spoken == page else {"lang": spoken, "dir": "rtl"}
    if is_right_to_left(page):
        return {"lang": "en" if not language or is_right_to_left(language) else language, "dir": "ltr"}
    if page and (is_right_to_left(language) or not _has_other_letters(text)):
        return {}  # Latin letters in a title are taken for the page's own language
    if not page and is_right_to_left(language):
        return {"lang": f"{language}-Latn", "dir": "ltr"}
    return {"lang": language, "dir": "ltr"}


def _has_other_letters(text: str) -> bool:
    return any(script_of(character) not in ("", "Latn") for character in _NOT_LATIN.findall(text))


def readable(text: str) -> str:
    """Text with its white space made plain, so that offsets counted here hold in a browser too."""
    return " ".join(text.split())


def fit(text: str) -> str:
    """Text on one line, without what XML cannot carry or what would turn the words beside it around.

    >>> fit("a\\x00b\\u202ec\\nd")
    'abc d'
    """
    return " ".join(UNFIT.sub("", text).split())
