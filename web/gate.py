"""Whether this process may serve: it may not while the node it belongs to is fenced off. How that comes is `nodes`'."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from catalog.db import DatabaseUnusable
from catalog.nodes.following import Node
from catalog.nodes.standing import Standing, standing_of
from catalog.sequence import sequence_of

ALWAYS_OPEN = ("/healthz", "/readyz", "/metrics", "/static/")
CLOSED = "This node does not serve until it has cleaned its copies."


@dataclass
class Gate:
    """Open where there is no node: a mirror, an assistant, a test read the record in process."""

    node: Node | None = None

    @property
    def is_open(self) -> bool:
        return self.node is None or self.node.may_serve

    def standing(self, session: Session) -> Standing | None:
        if self.node is None:
            return None
        number = sequence_of(self.node.newsroom.engine).number()
        return standing_of(session, self.node.machine, number)


class Gated:
    """Answers 503 for `app` while the gate is closed."""

    def __init__(self, app: ASGIApp, gate: Gate, closed: Callable[[Request, Exception], Response]) -> None:
        self.app, self._gate, self._closed = app, gate, closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._gate.is_open or scope["path"].startswith(ALWAYS_OPEN):
            await self.app(scope, receive, send)
            return
        answer = self._closed(Request(scope), DatabaseUnusable(CLOSED))
        answer.headers.update({"Retry-After": "20", "Cache-Control": "no-store"})
        await answer(scope, receive, send)
