"""The site as one application: routers, pages for what goes wrong, headers on everything. Routes live elsewhere."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from catalog.db import DatabaseUnusable
from catalog.errors import InvalidQuery, NotFound
from catalog.newsroom import Newsroom
from catalog.settings import Settings
from web import (
    articles,
    cards,
    choices,
    claim,
    clips,
    corrections,
    data,
    epub,
    exports,
    feeds,
    guests,
    health,
    ledger,
    oembed,
    offline,
    pleas,
    podcast,
    proposals,
    quotes,
    research,
    saved,
    searching,
    site,
    sitemap,
    topics,
    translated,
)
from web.assets import Assets
from web.brand import dress
from web.deps import Site, Withdrawn, site_of
from web.editions import InLanguages, fronts, is_a_page
from web.gate import Gated
from web.headers import ON_EVERYTHING, SafeHeaders
from web.health import Metered, Meters
from web.kept import KeptPages
from web.programs import join_programs
from web.render import Pages, variant_of
from web.sending import origin_of_links
from web.studio.app import create_studio
from web.studio.seat import STUDIO

PAGES_FOR: dict[type[Exception], int] = {
    NotFound: 404,
    InvalidQuery: 400,
    RequestValidationError: 404,
    Withdrawn: 410,
    DatabaseUnusable: 503,
    Exception: 500,
}


UNTOLD: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
}  # we count for ourselves, in `health`

# In order: of two addresses that fit, the first answers. Searches come first, for each takes the longest as it is.
ROUTERS = (
    searching.router,
    health.router,
    data.router,
    podcast.router,
    sitemap.router,
    corrections.router,
    ledger.router,
    claim.router,
    cards.router,
    oembed.router,
    epub.router,
    translated.router,
    feeds.router,
    clips.router,
    quotes.router,
    proposals.router,
    saved.router,
    exports.router,
    guests.router,
    pleas.router,
    research.router,
    articles.router,
    choices.router,
    offline.router,
    topics.router,
    site.router,
)


def create_app(settings: Settings) -> FastAPI:
    """The public site of the newsroom these settings describe; its schema must be current."""
    app = FastAPI(title=settings.site_title, openapi_url=None, telemetry=UNTOLD)
    assets = Assets()
    dress(assets, settings)
    app.state.site = Site(Newsroom(settings), Pages(settings, assets), assets)
    app.state.meters = meters = Meters(app.state.site.newsroom)
    for router in ROUTERS:
        app.include_router(router)
    join_programs(app, app.state.site)
    app.mount(STUDIO, create_studio(app.state.site))
    for cause, status in PAGES_FOR.items():
        app.add_exception_handler(cause, error_page(status))
    app.add_exception_handler(HTTPException, _http_error_page)
    app.add_middleware(Gated, gate=app.state.site.gate, closed=error_page(503))
    app.add_middleware(InLanguages, languages=app.state.site.pages.languages)
    app.add_middleware(SafeHeaders, media_from=origin_of_links(app.state.site.newsroom))
    app.add_middleware(KeptPages, stamp=app.state.site.stamp, variant=variant_of, counted=meters.count_page)
    app.add_middleware(Metered, meters=meters)
    return app


def error_page(status: int) -> Callable[[Request, Exception], Response]:
    """A page that says what happened and offers ways on. It asks nothing of the database: that may be what broke."""

    def show(request: Request, error: Exception) -> Response:
        response = site_of(request).pages.show(
            request,
            "error.html",
            status=status,
            code=status,
            sentence=sentence_of(error),
            note=error.note if isinstance(error, Withdrawn) else "",
            **_other_languages(request),
        )
        response.headers.update(ON_EVERYTHING)  # an unforeseen error is answered outside the middleware
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)
        return response

    return show


def _other_languages(request: Request) -> dict[str, Any]:
    """At a page's address each language tells what went wrong; from any other, its front page leads on."""
    pages = site_of(request).pages
    path = request.url.path.removeprefix(pages.language_of(request).root)
    if request.method in ("GET", "HEAD") and is_a_page(path):
        return {}
    return {"versions": fronts(pages.languages, pages.base_of(request))}


def _http_error_page(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return error_page(status)(request, error)


def sentence_of(error: Exception) -> str:
    """What a route said of the failure in its own words; "" where it named the status only."""
    if isinstance(error, InvalidQuery):
        return error.sentence
    if not isinstance(error, HTTPException) or error.detail == HTTPStatus(error.status_code).phrase:
        return ""
    return str(error.detail)
