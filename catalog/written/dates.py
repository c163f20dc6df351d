"""Date lines of articles, as blogs of South Asia write them, into days. Pure."""

from datetime import UTC, datetime

import regex

LONGEST_DATE = 90

# Each month by its number, in the languages of the newsroom.
_MONTHS = tuple(
    row.split()
    for row in (
        "jan جنوری جنوري जनवरी জানুয়ারি জানুয়ারী",
        "feb فروری فبروري फ़रवरी फरवरी ফেব্রুয়ারি ফেব্রুয়ারী",
        "mar مارچ مارچ मार्च মার্চ",
        "apr اپریل اپریل अप्रैल এপ্রিল",
        "may مئی مئ मई মে",
        "jun جون جون जून জুন",
        "jul جولائی جولای जुलाई জুলাই",
        "aug اگست اګست अगस्त আগস্ট",
        "sep ستمبر سپتمبر सितंबर सितम्बर সেপ্টেম্বর",
        "oct اکتوبر اکتوبر अक्टूबर अक्तूबर অক্টোবর",
        "nov نومبر نومبر नवंबर नवम्बर নভেম্বর",
        "dec دسمبر ډسمبر दिसंबर दिसम्बर ডিসেম্বর",
    )
)
_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_MONTH = rf"(?:(?P<month>{'|'.join(_NUMBER)})\p{{L}}*\.?)"
_LEAD = (
    r"(?:(?:first |last )?(?:published|posted|updated|modified|date|dated|تاریخ|شائع)(?: on| at)?\s*:?\s*)?"
)
_WEEKDAY = (
    r"(?:(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?|[\p{Arabic}\p{Devanagari}\p{Bengali}\p{M}]+)[,،]?\s+)?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_TIME = (
    r"(?:,?\s*(?:at\s+|@\s*|[-–T]\s*)?\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?"
    r"\s*(?:UTC|GMT|PKT|IST|CET|CEST|Z|[+-]\d{2}:?\d{2})?)?\s*\.?"
)
_DATES = tuple(
    regex.compile(rf"\s*{_LEAD}{_WEEKDAY}{form}{_TIME}\s*", regex.IGNORECASE)
    for form in (
        rf"{_DAY}\s*(?:of\s+|-)?\s*{_MONTH}[,،]?[\s-]*{_YEAR}",
        rf"{_MONTH}\s*{_DAY}[,،]?\s+{_YEAR}",
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})",
        r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})",
    )
)


def read_date(line: str) -> datetime | None:
    """The day of a date line: "Fri 25 Dec, 2020", "December 25, 2020", "2020-12-25", "25/12/2020". Of two numbers
    the first is the day, as South Asia writes it, unless it cannot be.

    >>> read_date("Fri 25 Dec, 2020").date().isoformat(), read_date("25 dogs, 2020")
    ('2020-12-25', None)
    """
    if len(line) > LONGEST_DATE:
        return None
    for form in _DATES:
        if found := form.fullmatch(line):
            return _day(found["year"], found["month"].casefold(), found["day"])
    return None


def _day(year: str, month: str, day: str) -> datetime | None:
    numbers = (_NUMBER.get(month) or int(month), int(day))
    for number, of_month in (numbers, numbers[::-1]):
        try:
            return datetime(int(year), number, of_month, tzinfo=UTC)
        except ValueError:
            if not month.isdigit():
                return None
    return None
