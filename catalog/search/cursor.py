"""The cursor of a page of hits: a number that only fits the question it was given out for. Pure.

What the number means (a place in the order, or how many hits came before) is known to `index` alone.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b

from catalog.errors import InvalidQuery

_NUMBER, _SEAL = 8, 10  # bytes
_WRITTEN = (_NUMBER + _SEAL) * 4 // 3
NOT_OURS = "This page of the search does not exist (any more). Search again, from its first page."


def write_cursor(question: str, number: int) -> str:
    """A token safe in an address; `question` is all that must be the same when it comes back.

    >>> read_cursor("road, newest first", write_cursor("road, newest first", 2**63))
    9223372036854775808
    """
    written = number.to_bytes(_NUMBER, "big")
    return urlsafe_b64encode(written + _seal(question, written)).decode("ascii")


def read_cursor(question: str, cursor: str) -> int:
    """The number of a cursor; InvalidQuery when it is damaged, invented, or of another question."""
    if len(cursor) != _WRITTEN or not cursor.isascii():
        raise InvalidQuery(NOT_OURS)
    try:
        token = urlsafe_b64decode(cursor)
    except ValueError as problem:
        raise InvalidQuery(NOT_OURS) from problem
    written, seal = token[:_NUMBER], token[_NUMBER:]
    if seal != _seal(question, written):
        raise InvalidQuery(NOT_OURS)
    return int.from_bytes(written, "big")


def _seal(question: str, written: bytes) -> bytes:
    asked = blake2b(question.encode("utf-8", "backslashreplace"), digest_size=32).digest()
    return blake2b(written, key=asked, digest_size=_SEAL).digest()
