"""Counting what was found by speaker, topic, role, year and so on, in the terms of the index. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

# The facet as a reader knows it, the column it is counted on, and how many values are told.
_COLUMNS = {
    "speaker": ("person", 10),
    "topic": ("topic", 12),
    "role": ("role", 5),
    "year": ("year", 30),
    "language": ("language", 10),
    "episode": ("episode", 10),
}
# Above so many turns, a part of them is counted and the rest is taken to be like it: a smaller part of more of them.
COUNTED_ALL, MANY = 50_000, 200_000
MOST_PEOPLE = 50
MOST_MONTHS = 1_000


class Count(NamedTuple):
    """So many turns have this value; `label` is what a reader is shown of it."""

    value: str
    label: str
    turns: int


@dataclass(frozen=True)
class Facet:
    """The values that most turns have, most first (years: newest first); `about` when they come from a sample."""

    field: str
    counts: tuple[Count, ...]
    about: bool = False


def counting() -> dict[str, Any]:
    """What the index is to count."""
    return {field: {"terms": {"field": column, "size": size}} for field, (column, size) in _COLUMNS.items()}


def part_counted(turns: int, parts: int) -> int:
    """Of so many turns in so many parts, how many parts are counted.

    >>> part_counted(50_000, 64), part_counted(60_000, 64), part_counted(900_000, 64)
    (64, 4, 1)
    """
    return parts if turns <= COUNTED_ALL else max(1, parts // 16) if turns <= MANY else 1


def read_counts(answer: Mapping[str, Any], times: int) -> tuple[Facet, ...]:
    """The index's answer as facets; one in so many of the turns was counted.

    >>> read_counts({"role": {"buckets": [{"key": "guest", "doc_count": 3}]}}, 16)
    (Facet(field='role', counts=(Count(value='guest', label='guest', turns=48),), about=True),)
    """
    return tuple(
        Facet(field, _counts(field, answer[field]["buckets"], times), about=times > 1)
        for field in _COLUMNS
        if field in answer and answer[field]["buckets"]
    )


def _counts(field: str, buckets: list[dict[str, Any]], times: int) -> tuple[Count, ...]:
    counts = [Count(str(one["key"]), str(one["key"]), one["doc_count"] * times) for one in buckets]
    return tuple(sorted(counts, key=lambda one: one.value, reverse=True) if field == "year" else counts)


def counting_months() -> dict[str, Any]:
    """What the index is to count for a course of time: by month, of everybody and of each of MOST_PEOPLE."""
    months = {"terms": {"field": "month", "size": MOST_MONTHS}}
    return {
        "months": months,
        "people": {"terms": {"field": "person", "size": MOST_PEOPLE}, "aggs": {"months": months}},
    }


def read_months(answer: Mapping[str, Any]) -> dict[tuple[str, int], int]:
    """The index's answer as turns by person ("" for everybody) and month.

    >>> read_months({"months": {"buckets": [{"key": 202105, "doc_count": 3}]}, "people": {"buckets": []}})
    {('', 202105): 3}
    """
    people = [("", answer), *((str(one["key"]), one) for one in answer["people"]["buckets"])]
    return {
        (person, int(month["key"])): month["doc_count"]
        for person, counted in people
        for month in counted["months"]["buckets"]
    }
