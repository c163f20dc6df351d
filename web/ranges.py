"""Byte ranges, RFC 9110 section 14: which part of a file a header asks for. Pure; reading the file is `feeds`' work."""

import re
from dataclasses import dataclass

ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """Bytes [start, end) of a file."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


class Unsatisfiable(Exception):
    """The range begins behind the end of the file: 416."""


def part_wanted(header: str | None, size: int) -> Part | None:
    """The one part that is asked for, or None for the whole: no header, one not understood, several ranges.

    A server may answer any range with the whole file; several at once are asked for by nobody who plays sound.

    >>> part_wanted("bytes=0-99", 1000), part_wanted("bytes=-1", 1000), part_wanted("bytes=990-", 1000)
    (Part(start=0, end=100), Part(start=999, end=1000), Part(start=990, end=1000))
    >>> part_wanted("bytes=5-2", 1000), part_wanted("lines=1-2", 1000), part_wanted("bytes=0-1,4-5", 1000)
    (None, None, None)
    """
    found = ONE_RANGE.fullmatch(header or "")
    if not found or found.groups() == ("", "") or max(map(len, found.groups())) > 18:
        return None
    first, last = found.groups()
    if not first:
        return _last_bytes(int(last), size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Unsatisfiable
    return Part(int(first), min(int(last) + 1, size) if last else size)


def _last_bytes(count: int, size: int) -> Part | None:
    if count == 0:
        raise Unsatisfiable
    return Part(max(size - count, 0), size) if size else None
