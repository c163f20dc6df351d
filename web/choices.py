"""Where readers choose how pages look, and have everything forgotten: posted forms, so that no script is needed.

A choice that is not the usual one is kept in a cookie, one each. What there is to choose is in `look`.
"""

from functools import partial
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from web.deps import Reader
from web.forms import Sent
from web.look import CHOICES

A_YEAR_S = 365 * 24 * 3600
# What a browser drops of ours when it is told to; the list of pages it visited is not ours to take.
EVERYTHING = '"cache", "cookies", "storage"'

router = APIRouter(include_in_schema=False)
page = partial(router.api_route, methods=["GET", "HEAD"])


@page("/reading")
def reading_page(visit: Reader, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Everything that can be chosen, what is kept for it, and the way to have it forgotten."""
    return visit.show("reading.html", forgotten=done == "forgotten")


@router.post("/look")
def choose(sent: Sent) -> Response:
    """Keep what was chosen, leave the rest as it is, and go back to where the reader was."""
    response = RedirectResponse(same_site(sent.get("back", "/")), status_code=303)
    for choice in CHOICES:
        value = choice.read(sent.get(choice.name))
        if choice.name not in sent:
            continue
        if value == choice.standard:
            response.delete_cookie(choice.name, samesite="lax", httponly=True)
        else:
            response.set_cookie(choice.name, value, max_age=A_YEAR_S, samesite="lax", httponly=True)
    return response


@router.post("/forget")
def forget(visit: Reader, _: Sent) -> Response:
    """Have the browser drop all it keeps of these pages: cookies by their names, the rest by one header; the page's
    script has done the same where a browser does not know that header."""
    response = RedirectResponse(f"{visit.language.root}/reading?done=forgotten", status_code=303)
    response.headers["Clear-Site-Data"] = EVERYTHING
    for choice in CHOICES:
        response.delete_cookie(choice.name, samesite="lax", httponly=True)
    return response


def same_site(address: str) -> str:
    """A path on this site; the front page for anything that could lead elsewhere.

    >>> same_site("/e/tea?t=3"), same_site("//evil.example"), same_site("https://evil.example/")
    ('/e/tea?t=3', '/', '/')
    >>> same_site("/\\\\evil.example"), same_site("/\\t/evil.example")
    ('/', '/')
    """
    parts = urlsplit(address)
    plain = address.isascii() and address.isprintable() and "\\" not in address
    is_here = (
        not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith("//")
    )
    return address if plain and is_here else "/"
