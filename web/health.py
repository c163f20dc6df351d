"""Whether the site is well and how busy it is: /healthz, /readyz for everybody, /metrics for the newsroom. Counts no
reader."""

import hmac
from functools import lru_cache
from time import perf_counter

from fastapi import APIRouter, HTTPException, Request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalog.meters import BackupMeter, RecordMeters
from catalog.newsroom import Newsroom
from catalog.reading import count_published
from web.deps import Reader, site_of

MOST_ROUTES = 1_024  # with their statuses

router = APIRouter(include_in_schema=False)


class Meters:
    """What is counted. A request is known by its route, never by address, reader or words searched for."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(RecordMeters(newsroom.engine))
        self.registry.register(BackupMeter(newsroom.settings))
        self.answers = Counter(
            "presstalk_http_answers_total", "Answers sent", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "presstalk_http_seconds", "Time until an answer was sent", ["route"], registry=self.registry
        )
        self.pages = Counter(
            "presstalk_pages_total", "Pages asked for: kept, or made", ["how"], registry=self.registry
        )

        self._answer = lru_cache(maxsize=MOST_ROUTES)(self.answers.labels)
        self._page = lru_cache(maxsize=MOST_ROUTES)(self.pages.labels)
        self._took = lru_cache(maxsize=MOST_ROUTES)(self.seconds.labels)

    def count_page(self, how: str) -> None:
        self._page(how).inc()

    def count_answer(self, route: str, status: int, took_s: float) -> None:
        self._answer(route, str(status)).inc()
        self._took(route).observe(took_s)


class Metered:
    """Times and counts the answers of `app`."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self.app, self.meters = app, meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, began = 500, perf_counter()

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note_status)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            self.meters.count_answer(route, status, perf_counter() - began)


@router.api_route("/healthz", methods=["GET", "HEAD"])
def healthz(visit: Reader) -> Response:
    """Answers `ok` when the record can be read; the lines below it tell how this node stands."""
    count_published(visit.session)  # so that it is a page's question that was answered
    standing = visit.site.gate.standing(visit.session)
    return _told(["ok", *(standing.lines() if standing else ())])


@router.api_route("/readyz", methods=["GET", "HEAD"])
def readyz(visit: Reader) -> Response:
    """Answers `ready` when readers may be sent here, else 503: fenced off, or the index was never in step."""
    gate = visit.site.gate
    standing = gate.standing(visit.session)
    if gate.is_open and (standing is None or standing.has_followed):
        return _told(["ready"])
    return _told(["not ready", *(standing.lines() if standing else ())], 503)


def _told(lines: list[str], status: int = 200) -> Response:
    return PlainTextResponse("\n".join([*lines, ""]), status, headers={"Cache-Control": "no-store"})


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """For who knows the token; to anybody else this page does not exist."""
    token = site_of(request).newsroom.settings.metrics_token
    shown = request.headers.get("authorization", "")
    if not token or not hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
        raise HTTPException(404)
    meters: Meters = request.app.state.meters
    return Response(generate_latest(meters.registry), media_type=CONTENT_TYPE_LATEST)
