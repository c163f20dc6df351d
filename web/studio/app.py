"""The studio as one application: its routes, its refusals, what holds for every answer. Pages are its modules' work."""

from collections.abc import Callable
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalog.db import DatabaseUnusable
from catalog.errors import CatalogError, Conflict, InvalidQuery, NotAllowed, NotFound
from media.errors import MediaError
from web.deps import Site
from web.headers import ON_EVERYTHING
from web.studio import (
    account,
    arrivals,
    articles,
    board,
    bulk,
    cast,
    chapters,
    claims,
    directory,
    doubts,
    entities,
    entrance,
    episode,
    follow,
    glossary,
    history,
    machine,
    people,
    pleas,
    progress,
    proposals,
    publishing,
    redact,
    replacing,
    review,
    searches,
    transcript,
    translated_lines,
    translations,
    upload,
    voice_prints,
)
from web.studio.seat import OUT, SIGN_IN, Reception, SignInFirst, show

ROUTERS = (
    entrance.router,
    board.router,
    upload.router,
    arrivals.router,
    bulk.router,
    follow.router,
    directory.router,
    machine.router,
    progress.router,
    episode.router,
    voice_prints.router,
    publishing.router,
    cast.router,
    transcript.router,
    history.router,
    translated_lines.router,
    translations.router,
    review.router,
    replacing.router,
    chapters.router,
    glossary.router,
    redact.router,
    articles.router,
    claims.router,
    pleas.router,
    proposals.router,
    entities.router,
    doubts.router,
    searches.router,
    account.router,
    people.router,
)
STATUSES: dict[type[Exception], int] = {
    NotFound: 404,
    InvalidQuery: 400,
    NotAllowed: 403,
    Conflict: 409,
    MediaError: 400,
    CatalogError: 409,
    RequestValidationError: 404,
    DatabaseUnusable: 503,
    Exception: 500,
}
SENTENCES = {
    403: "This was not sent by a page of the studio, so it was not done. Open the page here and do it again.",
    404: "There is nothing at this address. It may be mistyped, or somebody took it away.",
    405: "This page cannot be used that way. Go back and use its buttons.",
    413: "More was sent than this form can hold.",
    429: "That was tried too often. Wait a little.",
    500: "Something broke on our side. What you did may not be done; look, then try again.",
}
SAFE = ("GET", "HEAD")


def create_studio(site: Site) -> FastAPI:
    """The pages of the newsroom of this site; to be mounted at `/studio`."""
    studio = FastAPI(title="Studio", openapi_url=None)
    studio.state.site = site
    studio.state.reception = Reception()
    for router in ROUTERS:
        studio.include_router(router)
    for cause, status in STATUSES.items():
        studio.add_exception_handler(cause, refusal(status))
    studio.add_exception_handler(HTTPException, _http_refusal)
    studio.add_exception_handler(SignInFirst, _sign_in_first)
    studio.add_middleware(OwnPagesOnly)
    return studio


def refusal(status: int) -> Callable[[Request, Exception], Response]:
    """A page that says what was not done and why, with the way back."""

    def answer(request: Request, error: Exception) -> Response:
        said = error.detail if isinstance(error, HTTPException) else getattr(error, "sentence", "")
        if isinstance(error, HTTPException) and said == HTTPException(error.status_code).detail:
            said = ""
        sentence = said or SENTENCES.get(status, "That could not be done.")
        response = show(request, "refused.html", status=status, sentence=sentence)
        response.headers.update(
            ON_EVERYTHING | OURS_ALONE
        )  # an unforeseen error is answered outside all else
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)
        return response

    return answer


def _http_refusal(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return refusal(status)(request, error)


def _sign_in_first(request: Request, _error: Exception) -> Response:
    if request.method not in SAFE:
        return refusal(401)(request, HTTPException(401, OUT))
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{SIGN_IN}?back={quote(back, safe='/')}", 303)


# ---- what holds for every answer ------------------------------------------------------------------------

OURS_ALONE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


class OwnPagesOnly:
    """Only our own pages may make the studio do something, and nobody keeps what it shows.

    What changes something must come from the studio by the browser's own word, `Sec-Fetch-Site` or else `Origin`; one
    that says neither is refused. This stands beside the cookie's SameSite, not in its place.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_unkept(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(OURS_ALONE)
            await send(message)

        request = Request(scope)
        if request.method not in SAFE and not came_from_here(request):
            await refusal(403)(request, HTTPException(403))(scope, receive, send_unkept)
            return
        await self.app(scope, receive, send_unkept)


def came_from_here(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    scheme, _, host = request.headers.get("origin", "").partition("://")
    return host == request.headers.get("host") and scheme == request.url.scheme
