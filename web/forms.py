"""What readers send: small plain forms, from our own pages, not too many. What is done with one is its route's."""

import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, HTTPException, Request

LARGEST = 8000  # bytes
MINUTE_S = 60
MOST_ADDRESSES = 10_000


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a plain form, the last value of each; 403 for one that a foreign page sent, 413 for a large one."""
    if not is_from_here(request):
        raise HTTPException(403)
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise HTTPException(413)
    try:
        fields = parse_qs(body.decode("ascii", "replace"), max_num_fields=20)
    except ValueError as problem:
        raise HTTPException(400) from problem
    return {name: values[-1] for name, values in fields.items()}


Sent = Annotated[dict[str, str], Depends(read_form)]


def is_from_here(request: Request) -> bool:
    """Whether one of our own pages sent this, by what the browser says of itself; a program says nothing.

    `Origin` alone is asked only of browsers too old for `Sec-Fetch-Site`.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def whole_number(text: str) -> int:
    """A number from a form; 400 for anything else, and for more digits than any talk needs."""
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise HTTPException(400)
    return int(text)


class Allowance:
    """So many acts a minute for each client address, counted in this process.

    Behind a proxy the address is the one the server was told to trust. Addresses beyond the first ten thousand of a
    minute share one allowance, so that memory is bounded.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def take(self, address: str) -> None:
        """Count one act; 429 when there were enough."""
        now = self._clock()
        if int(now // MINUTE_S) != self._minute:
            self._minute = int(now // MINUTE_S)
            self._counts = Counter()
        if address not in self._counts and len(self._counts) >= MOST_ADDRESSES:
            address = ""
        self._counts[address] += 1
        if self._counts[address] > self._per_minute:
            left = MINUTE_S - int(now % MINUTE_S)
            raise HTTPException(429, headers={"Retry-After": str(left)})
