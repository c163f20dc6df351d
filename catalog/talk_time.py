"""Times within a talk as people write and read them: 12:30, 1:02:03, 0:14.25. Days and hours are `clock`'s."""

import re

from catalog.errors import InvalidQuery

_TIME = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d{1,3})?)", re.ASCII)


def write_time(ms: int) -> str:
    """A time to be read and written over; parts of a second only where there are any.

    >>> write_time(83_200), write_time(3_723_000), write_time(5)
    ('1:23.2', '1:02:03', '0:00.005')
    """
    minutes, rest = divmod(max(ms, 0), 60_000)
    hours, minutes = divmod(minutes, 60)
    whole, part = divmod(rest, 1000)
    seconds = f"{whole:02}" + (f".{part:03}".rstrip("0") if part else "")
    return f"{hours}:{minutes:02}:{seconds}" if hours else f"{minutes}:{seconds}"


def read_time(written: str) -> int:
    """Milliseconds from the beginning of the talk, or of a file; seconds alone may be many. Raises InvalidQuery.

    >>> read_time("1:23.2"), read_time(" 1:02:03 "), read_time("94,5")
    (83200, 3723000, 94500)
    """
    match = _TIME.fullmatch(written.strip())
    seconds = float(match[3].replace(",", ".")) if match else 0.0
    if match is None or (match[2] and seconds >= 60):
        raise InvalidQuery(
            f"“{written.strip()[:40]}” is no time. Write 12:30, 1:02:03 or seconds, such as 14.5."
        )
    minutes = int(match[1] or 0) * 60 + int(match[2] or 0)
    return minutes * 60_000 + round(seconds * 1000)
