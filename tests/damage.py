"""Bytes and values as they look after a bad line, a bad disk or bad will: what parsers are tried with."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

Edit = tuple[int, int, bytes]
Place = tuple[str | int, ...]
_letters = st.text(st.characters(), max_size=8)  # halves of letters too, which JSON can carry
_plain = st.none() | st.booleans() | st.integers() | st.floats() | _letters
values = st.recursive(
    _plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_letters, inner, max_size=3),
    max_leaves=4,
)


def damaged(whole: bytes) -> st.SearchStrategy[bytes]:
    """`whole` with a few places overwritten, left out or filled with something else, and perhaps cut off."""
    edits = st.lists(
        st.tuples(st.integers(0, len(whole)), st.integers(0, 20), st.binary(max_size=8)), max_size=4
    )
    return st.builds(_edited, st.just(whole), edits, st.none() | st.integers(0, len(whole)))


def _edited(whole: bytes, edits: list[Edit], end: int | None) -> bytes:
    for place, gone, came in edits:
        whole = whole[:place] + came + whole[place + gone :]
    return whole[:end]


def replaced(whole: Any) -> st.SearchStrategy[Any]:
    """`whole`, as JSON has it, with anything in one place of it, wherever that is."""
    return st.builds(_with, st.just(whole), st.sampled_from([*_places(whole)]), values)


def _places(whole: Any) -> Iterator[Place]:
    yield ()
    inside = whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list) else ()
    for name, value in inside:
        yield from ((name, *place) for place in _places(value))


def _with(whole: Any, place: Place, value: Any) -> Any:
    if not place:
        return value
    changed = deepcopy(whole)
    changed[place[0]] = _with(whole[place[0]], place[1:], value)
    return changed
