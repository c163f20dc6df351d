"""Lists that go on: the cursor and the length of a page. What a place in a list means, the list's own file says."""

from typing import Annotated

from fastapi import Query

from catalog.errors import InvalidQuery
from catalog.search.cursor import read_cursor

MOST = 100  # of anything on one page
LARGEST_PLACE = 2**63  # beyond it no database counts
NONE_OF_THIS_LIST = "This is no cursor of this list, or the list has changed since. Begin again without one."

Cursor = Annotated[
    str,
    Query(
        max_length=200,
        description="Where to go on: `next` of the answer before. Without it, the list from its beginning.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most on this page.", examples=[20])]


def place_of(question: str, cursor: str) -> int:
    """Where a cursor stands in the list that answers the question; 0 without one, for the beginning.

    Raises InvalidQuery for a cursor of another list, one made up, and one that is out of date.
    """
    try:
        place = read_cursor(question, cursor) if cursor else 0
    except InvalidQuery as problem:
        raise InvalidQuery(NONE_OF_THIS_LIST) from problem
    if place >= LARGEST_PLACE:
        raise InvalidQuery(NONE_OF_THIS_LIST)
    return place
