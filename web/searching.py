"""The page of results, and the one that tells how to search. What is found and how it is gathered is in `find`."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from catalog.errors import InvalidQuery
from catalog.search.answering import Sort
from catalog.search.fusion import Mode
from catalog.search.query import LONGEST_QUERY, MOST_WILD, MOST_WORDS
from web.asked import ON_LONG_PAGE, ON_PAGE, SORTS, Asked
from web.deps import Reader
from web.find import find_turns

router = APIRouter(include_in_schema=False)
page = partial(router.api_route, methods=["GET", "HEAD"])


@page("/search")
async def search(
    visit: Reader,
    q: Annotated[str, Query(max_length=20_000)] = "",
    inside: Annotated[str, Query(alias="in", max_length=200)] = "",
    sort: Annotated[str, Query(max_length=20)] = "",
    expand: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[str, Query(max_length=200)] = "",
    mode: Annotated[str, Query(max_length=20)] = "",
    group: Annotated[str, Query(max_length=20)] = "",
    show: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    order = Sort(sort) if sort in SORTS else Sort.RELEVANCE
    how = Mode(mode) if mode in tuple(Mode) else Mode.WORDS
    asked = Asked(q, inside, order, expand != "no", after, how, group != "no", show == str(ON_LONG_PAGE))
    return await visit.site.search_in_turn(partial(_show_found, visit, asked))


def _show_found(visit: Reader, asked: Asked) -> Response:
    """A page that is no longer there is the first one again, and says so: a reader wants to go on."""
    try:
        return visit.show("search.html", found=find_turns(visit, asked), is_begun_again=False)
    except InvalidQuery:
        if not asked.after:
            raise
        return visit.show("search.html", found=find_turns(visit, asked.first_page), is_begun_again=True)


@page("/search/help")
def search_help(visit: Reader) -> Response:
    return visit.show(
        "search-help.html",
        most_words=MOST_WORDS,
        longest=LONGEST_QUERY,
        most_wild=MOST_WILD,
        on_page=ON_PAGE,
        on_long_page=ON_LONG_PAGE,
    )
