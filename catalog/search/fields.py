"""The fields of the query language: which there are, and what a value of each may be. Pure."""

from datetime import date

import regex

from catalog.models import Role
from transcribe.languages import NAMES

# What a reader may write, and the filter it stands for. Any case will do.
FIELDS = {
    "speaker": "speaker",
    "role": "role",
    "episode": "episode",
    "lang": "language",
    "language": "language",
    "after": "after",
    "before": "before",
    "is": "is",
    "in": "in",
    "topic": "topic",
    "article": "article",
}
ROLES = tuple(role.value for role in Role)

_TAGS = {name.casefold(): tag for tag, (name, _) in NAMES.items()}
_TAG = regex.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")
_DAY = regex.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


def read_field(name: str, value: str) -> tuple[str, str, str]:
    """The filter a field stands for, its value as the index knows it ("" for none), and what to note ("" for nothing).

    >>> read_field("after", "2020-12")
    ('after', '2020-12-01', '')
    >>> read_field("is", "claim")
    ('is', 'claim', '')
    """
    field = FIELDS[name]
    value = "".join(letter for letter in value if letter.isprintable())  # no database takes the others
    if field in ("after", "before"):
        return field, *_read_day(value)
    if field == "role":
        return field, *_read_choice(name, value, ROLES)
    if field == "is":
        return field, *_read_choice(name, value, ("corrected", "claim"))
    if field == "in":
        return field, *_read_place(value)
    if not any(letter.isalnum() for letter in value):
        return field, "", f"“{name}:” needs a value; it was left out."
    if field == "language":
        return field, *_read_language(value)
    return field, value.casefold() if field == "episode" else value, ""


def _read_choice(name: str, value: str, choices: tuple[str, ...]) -> tuple[str, str]:
    chosen = value.casefold()
    if chosen in choices:
        return chosen, ""
    return "", f"“{name}:” may be {' or '.join(choices)}; it was left out."


def _read_place(value: str) -> tuple[str, str]:
    place = value.casefold()
    if place in ("episodes", "articles", "both"):
        return place.removeprefix("episodes"), ""
    return "", "“in:” may be episodes, articles or both; talks were searched."


def _read_language(value: str) -> tuple[str, str]:
    """The tag of a language, written as such or as its English name.

    >>> _read_language("UR"), _read_language("Urdu")
    (('ur', ''), ('ur', ''))
    """
    asked = value.casefold()
    tag = _TAGS.get(asked, asked)
    if _TAG.fullmatch(tag):
        return tag, ""
    return "", f"“{value[:40]}” is no language; write its name or its two letters, lang:ur. It was left out."


def _read_day(value: str) -> tuple[str, str]:
    """The first day of a year, month or day.

    >>> _read_day("2021"), _read_day("2021-3-4")
    (('2021-01-01', ''), ('2021-03-04', ''))
    """
    match = _DAY.fullmatch(value)
    try:
        if match:
            return date(int(match[1]), int(match[2] or 1), int(match[3] or 1)).isoformat(), ""
    except ValueError:
        pass  # a day that does not exist, said like any other
    return "", f"“{value[:40]}” is no date; write 2020, 2020-12 or 2020-12-31. It was left out."
