"""Pages kept as they were sent, until anything in the record, the index or the day's date changes. Which pages may be
kept is said where they are made; nothing about a reader is part of one but the look they chose."""

import asyncio
import logging
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalog.errors import CatalogError
from web.answer import is_known, takes_gzip

KEEPING = (
    "presstalk.keeping"  # in the scope of a request: whoever makes a page says there that it "may be" kept
)
MOST_BYTES = 32 * 1024 * 1024
MOST_ASKED_BYTES = (
    4 * 1024 * 1024
)  # of pages that answer a question: there is no end of those, and few are asked twice
WORTH_PACKING = 64 * 1024
LARGEST_PAGE = 2 * 1024 * 1024
RawHeaders = list[tuple[bytes, bytes]]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeptPage:
    """An answer, and what the record was when it was made. `body` is packed if it is large and was not compressed."""

    stamp: Hashable
    route: object
    headers: RawHeaders
    body: bytes
    packed: bool

    @property
    def sent(self) -> bytes:
        return zlib.decompress(self.body) if self.packed else self.body

    @cached_property
    def etag(self) -> str:
        return dict(self.headers).get(b"etag", b"").decode("latin-1")


class Shelf:
    """Pages of one moment of the record, up to so many bytes; what was not asked for longest makes room. Those of
    another moment are never asked for again, and let go at once."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._stamp: Hashable = None
        self._pages: OrderedDict[Hashable, KeptPage] = OrderedDict()
        self._bytes = 0

    def find(self, key: Hashable, stamp: Hashable) -> KeptPage | None:
        kept = self._pages.get(key)
        if kept is None or kept.stamp != stamp:
            return None
        self._pages.move_to_end(key)
        return kept

    def keep(self, key: Hashable, page: KeptPage) -> None:
        if page.stamp != self._stamp:
            self._pages.clear()
            self._bytes, self._stamp = 0, page.stamp
        replaced = self._pages.pop(key, None)
        self._bytes += len(page.body) - (len(replaced.body) if replaced else 0)
        self._pages[key] = page
        while self._bytes > self._most_bytes:
            _, oldest = self._pages.popitem(last=False)
            self._bytes -= len(oldest.body)


class KeptPages:
    """Answers for `app` with what it answered before, while `stamp` gives the same."""

    def __init__(
        self,
        app: ASGIApp,
        stamp: Callable[[], Hashable],
        variant: Callable[[Request], Hashable],
        counted: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`counted` is told of each page whether it was "kept" or had to be "made"."""
        self.app, self._stamp, self._variant, self._counted = app, stamp, variant, counted
        self._pages, self._answers = Shelf(MOST_BYTES), Shelf(MOST_ASKED_BYTES)
        self._being_made: dict[Hashable, asyncio.Event] = {}
        self._now: Hashable = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        try:
            stamp = self._asked_once()  # before the page is made: what is kept is never older than it says
        except (CatalogError, OSError) as problem:
            log.debug("nothing is kept: %s", problem)
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        zipped = takes_gzip(request.headers.get("accept-encoding", ""))
        key = (scope["path"], scope["query_string"], zipped, self._variant(request))
        if kept := self._shelf(scope).find(key, stamp):
            scope["route"] = kept.route
            self._counted("kept")
            await _send_kept(kept, request.headers, send)
        else:
            self._counted("made")
            await self._make_once(key, stamp, scope, receive, send)

    def _asked_once(self) -> Hashable:
        """The stamp, asked once for all whose request was there when this round of the loop began: what is done before
        a reader asks is seen by that reader."""
        if self._now is None:
            self._now = self._stamp()
            asyncio.get_running_loop().call_soon(self._forget)
        return self._now

    def _forget(self) -> None:
        self._now = None

    async def _make_once(
        self, key: Hashable, stamp: Hashable, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Who asks for a page that is being made waits for it: a hundred readers are not a hundred times the work."""
        if (being_made := self._being_made.get(key)) is not None:
            await being_made.wait()
            if kept := self._shelf(scope).find(key, stamp):
                scope["route"] = kept.route
                await _send_kept(kept, Headers(scope=scope), send)
                return
        made = self._being_made[key] = asyncio.Event()
        try:
            await self._make(key, stamp, scope, receive, send, made)
        finally:
            self._end(key, made)

    async def _make(
        self, key: Hashable, stamp: Hashable, scope: Scope, receive: Receive, send: Send, made: asyncio.Event
    ) -> None:
        headers: RawHeaders = []
        body = bytearray()
        scope[KEEPING] = {}

        async def listen(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers.extend(message["headers"] if message["status"] == 200 else ())
                if not headers or not scope[KEEPING].get("may be"):
                    self._end(key, made)  # nobody waits for what is not kept, however slowly it is read
            elif message["type"] == "http.response.body" and headers and scope[KEEPING].get("may be"):
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    if len(body) <= LARGEST_PAGE:
                        self._shelf(scope).keep(key, _page(stamp, scope, headers, bytes(body)))
                    self._end(key, made)
            await send(message)

        await self.app(scope, receive, listen)

    def _end(self, key: Hashable, made: asyncio.Event) -> None:
        made.set()
        if self._being_made.get(key) is made:
            del self._being_made[key]

    def _shelf(self, scope: Scope) -> Shelf:
        return self._answers if scope["query_string"] else self._pages


def _page(stamp: Hashable, scope: Scope, headers: RawHeaders, body: bytes) -> KeptPage:
    packed = len(body) > WORTH_PACKING and not any(name == b"content-encoding" for name, _ in headers)
    return KeptPage(stamp, scope.get("route"), headers, zlib.compress(body, 1) if packed else body, packed)


async def _send_kept(page: KeptPage, asked: Headers, send: Send) -> None:
    held = asked.get("if-none-match")
    if held is not None and page.etag and is_known(held, page.etag):
        unsent = (b"content-length", b"content-type", b"content-encoding")
        headers = [pair for pair in page.headers if pair[0] not in unsent]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": page.headers})
    await send({"type": "http.response.body", "body": page.sent})
