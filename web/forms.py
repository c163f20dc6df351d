"""What readers send: small plain forms, from our own pages, not too many. What is done with one is its route's."""

import re
import time
from dataclasses import dataclass
from math import ceil
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, HTTPException, Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

LARGEST = 8000  # bytes
MINUTE_S = 60
MOST_ADDRESSES = 10_000


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a plain form, the last value of each; 403 for one that a foreign page sent, 413 for a large one."""
    if not is_from_here(request):
        raise HTTPException(403)
    return await read_fields(request, LARGEST)


async def read_fields(request: Request, largest: int, most: int = 20) -> dict[str, str]:
    """The fields of a plain form of at most so many bytes, whoever sent it."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > largest:
            raise HTTPException(413)
    try:
        fields = parse_qs(body.decode("ascii", "replace"), max_num_fields=most)
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


def address_of(request: Request) -> str:
    """Who asks, for counting only: nobody's address is written down. Behind a proxy it is the one the server was
    told to trust."""
    return request.client.host if request.client else ""


@dataclass(frozen=True)
class Standing:
    """How an address stands with an allowance after one more act: `left` more within `reset_s` seconds."""

    name: str
    per_minute: int
    allowed: bool
    left: int
    reset_s: int

    @property
    def headers(self) -> dict[str, str]:
        """As the IETF draft on RateLimit header fields writes it.

        >>> Standing("reads", 300, True, 299, 60).headers
        {'RateLimit-Policy': '"reads";q=300;w=60', 'RateLimit': '"reads";r=299;t=60'}
        """
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.per_minute};w={MINUTE_S}',
            "RateLimit": f'"{self.name}";r={self.left};t={self.reset_s}',
        }


class Allowance:
    """So many acts a minute for each client address, counted in this process.

    Addresses beyond the first ten thousand of a minute share one allowance, so that memory is bounded.
    """

    def __init__(self, per_minute: int, name: str = "acts") -> None:
        self._limit = RateLimitItemPerMinute(per_minute)
        self._name = name
        self._counts = MemoryStorage()
        self._window = FixedWindowRateLimiter(self._counts)

    def count(self, address: str) -> Standing:
        """Count one act, whether or not it is still allowed."""
        if self._limit.key_for(address) not in self._counts.storage and (
            len(self._counts.storage) >= MOST_ADDRESSES
        ):
            address = ""
        allowed = self._window.hit(self._limit, address)
        window = self._window.get_window_stats(self._limit, address)
        reset_s = min(max(1, ceil(window.reset_time - time.time())), MINUTE_S)
        return Standing(self._name, self._limit.amount, allowed, window.remaining, reset_s)

    def take(self, address: str) -> None:
        """Count one act; 429 when there were enough."""
        standing = self.count(address)
        if not standing.allowed:
            raise HTTPException(429, headers={**standing.headers, "Retry-After": str(standing.reset_s)})
