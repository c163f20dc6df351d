"""Where a name stands in a text, however it is bent or spelled, and the text with another in its place. Pure."""

import re
from collections.abc import Iterable
from typing import Any

from catalog.normalize import folded_words

SHORTEST = 3  # letters of a part of a name that gives somebody away

Parts = frozenset[str]


def parts_of(names: Iterable[str]) -> Parts:
    """What of these names gives somebody away, as it is compared.

    >>> sorted(parts_of(["Dr Hamid al-River"]))
    ['hamid', 'river']
    """
    return frozenset(part for name in names for part in _pieces(name) if len(part) >= SHORTEST)


def holds_name(text: str, parts: Parts) -> bool:
    """
    >>> holds_name("as Hamid’s brother said", parts_of(["Hamid River"])), holds_name("a riverbank", parts_of(["River"]))
    (True, False)
    """
    return not parts.isdisjoint(_pieces(text))


def _pieces(text: str) -> list[str]:
    return folded_words(text)


def put_name(text: str, parts: Parts, other: str) -> str:
    """The text with `other` wherever one of the parts stood; parts in a row are one name.

    >>> put_name("Today Hamid River, then Hamid’s son.", parts_of(["Hamid River"]), "Guest A")
    'Today Guest A, then Guest A son.'
    """
    if not holds_name(text, parts):
        return text
    left: list[str] = []
    was_name = False
    for piece in re.split(r"(\s+)", text):
        is_name = holds_name(piece, parts)
        if is_name and was_name:
            left.pop()  # the space between them
            left[-1] = other + _stops_after(piece)
        elif is_name:
            left.append(other + _stops_after(piece))
        else:
            left.append(piece)
        was_name = is_name or (was_name and not piece.strip())
    return "".join(left)


def _stops_after(word: str) -> str:
    found = re.search(r"[.,;:!?)\]»”۔،؟।]+$", word)
    return found.group() if found else ""


def put_name_in(value: Any, parts: Parts, other: str) -> Any:
    """The same in whatever texts a JSON value holds; addresses that hold the name are emptied.

    >>> put_name_in({"text": ["thanked by Hamid"], "at_ms": 7}, parts_of(["Hamid"]), "A")
    {'text': ['thanked by A'], 'at_ms': 7}
    """
    if isinstance(value, str):
        is_address = "://" in value and holds_name(value, parts)
        return "" if is_address else put_name(value, parts, other)
    if isinstance(value, dict):
        return {put_name(key, parts, other): put_name_in(one, parts, other) for key, one in value.items()}
    if isinstance(value, list):
        return [put_name_in(one, parts, other) for one in value]
    return value
