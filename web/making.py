"""Routes whose pages are made one after the other, in the order they were asked for. Python runs one thread at a time:
six pages made at once would all be there when the last one is, and hold up whoever asks for a thing that is at hand.

Files and feeds for machines have no turn: some tell of everything there is, and nobody looks at an empty screen then.
"""

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from web.deps import Visit

Make = Callable[..., Response]


def pages_of(router: APIRouter, *, search: bool = False) -> Callable[[str], Callable[[Make], Make]]:
    """What stands above a function that makes a page of its `visit`, to say at which address; `search` where some of
    them ask the index. The function itself asks the record for what is to be there: no dependency may do so before."""

    def page(path: str) -> Callable[[Make], Make]:
        def taken(make: Make) -> Make:
            router.api_route(path, methods=["GET", "HEAD"])(_in_turn(make, search))
            return make

        return taken

    return page


def _in_turn(make: Make, search: bool) -> Callable[..., Awaitable[Response]]:
    @wraps(make)
    async def made(visit: Visit, **values: Any) -> Response:
        wait = visit.site.search_in_turn if search else visit.site.in_turn
        return await wait(partial(make, visit, **values))

    return made
