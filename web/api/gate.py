"""What every request of a program passes: so many a minute, no large bodies, HEAD as GET. Knows no route."""

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.answer import OPEN_TO_ALL
from web.api.problems import problem, problem_answer
from web.forms import LARGEST, Allowance, address_of

TOLD_TO_SCRIPTS = "ETag, RateLimit, RateLimit-Policy, Retry-After"
PREFLIGHT = {
    **OPEN_TO_ALL,
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class Gate:
    """Lets requests through to `app` and says on every answer how many more are allowed; `largest` is the most bytes
    a body may have."""

    def __init__(self, app: ASGIApp, allowance: Allowance, largest: int = LARGEST) -> None:
        self.app, self.allowance, self.largest = app, allowance, largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        standing = self.allowance.count(address_of(Request(scope)))
        answer: ASGIApp = self.app
        if not standing.allowed:
            answer = problem_answer(problem(429), {"Retry-After": str(standing.reset_s)})
        elif _declared_size(scope) > self.largest:
            answer = problem_answer(problem(413))
        elif scope["method"] == "OPTIONS":
            answer = Response(status_code=204, headers=PREFLIGHT)
        bare = scope["method"] == "HEAD"

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in standing.headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Access-Control-Expose-Headers", TOLD_TO_SCRIPTS)
            elif bare:
                message = {**message, "body": b""}
            await send(message)

        inner = {**scope, "method": "GET"} if bare else dict(scope)
        await answer(inner, _limited(receive, self.largest), send_on)


def _declared_size(scope: Scope) -> int:
    told = Headers(scope=scope).get("content-length", "")
    return int(told) if told.isdecimal() and len(told) < 20 else 0


def _limited(receive: Receive, most: int) -> Receive:
    """The same body, broken off when it grows larger than it said."""
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413)
        return message

    return receive_some
