"""Routes whose pages are made one after the other, in the order they were asked for. Python runs one thread at a time:
six pages made at once would all be there when the last one is, and hold up whoever asks for a thing that is at hand."""

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from web.deps import Visit

Make = Callable[..., Response]


def pages_of(router: APIRouter) -> Callable[[str], Callable[[Make], Make]]:
    """What stands above a function that makes a page of its `visit`, to say at which address."""

    def page(path: str) -> Callable[[Make], Make]:
        def taken(make: Make) -> Make:
            router.api_route(path, methods=["GET", "HEAD"])(_in_turn(make))
            return make

        return taken

    return page


def _in_turn(make: Make) -> Callable[..., Awaitable[Response]]:
    @wraps(make)
    async def made(visit: Visit, **values: Any) -> Response:
        return await visit.site.in_turn(partial(make, visit, **values))

    return made
