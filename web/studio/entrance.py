"""Signing in and out, and the link by which somebody chooses a password. Who may is decided in the catalog."""

import re
from math import ceil
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog.audit import Actor, acting
from catalog.db import reading, writing
from catalog.errors import InvalidQuery, NotAllowed
from catalog.models import UserRole
from catalog.sign_in import LASTS, Opened, SignedIn, end_session_of, knows_browser, sign_in
from catalog.users import link_owner, use_link
from web.deps import site_of
from web.forms import address_of
from web.studio.seat import SIGN_IN, STUDIO, Reception, Sent, cookie_name, go, show, visitor_of

A_YEAR_S = 365 * 24 * 3600
LONGEST_BACK = 20_000  # a search of a thousand letters of any script, as an address has it
router = APIRouter(include_in_schema=False)


@router.api_route("/sign-in", methods=["GET", "HEAD"])
def sign_in_page(
    request: Request, back: Annotated[str, Query(max_length=LONGEST_BACK)] = "", note: str = ""
) -> Response:
    with reading(site_of(request).newsroom.engine) as session:
        visitor = visitor_of(request, session)
    if visitor is not None:
        return RedirectResponse(first_page(visitor, back), 303)
    return show(request, "sign-in.html", back=own_page(back), name="", problem="", is_chosen=note == "chosen")


@router.post("/sign-in")
def enter(request: Request, sent: Sent) -> Response:
    """Sign in: a new session, whatever the browser held before."""
    name, back = sent.get("name", ""), own_page(sent.get("back", ""))
    try:
        opened = _let_in(request, sent)
    except NotAllowed as refused:
        page = {"back": back, "name": name, "problem": refused.sentence, "is_chosen": False}
        return show(request, "sign-in.html", status=403, **page)
    response = RedirectResponse(first_page(opened.visitor, back), 303)
    _set_cookie(request, response, "session", opened.token, int(LASTS.total_seconds()))
    _set_cookie(request, response, "browser", opened.browser, A_YEAR_S)
    return response


def _let_in(request: Request, sent: dict[str, str]) -> Opened:
    engine = site_of(request).newsroom.engine
    reception: Reception = request.app.state.reception
    name, browser = sent.get("name", ""), request.cookies.get(cookie_name(request, "browser"), "")
    with reading(engine) as session:
        known = browser if knows_browser(session, name, browser) else ""
    wait_s = reception.door.let_in(name, address_of(request), known)
    if wait_s > 0:
        told = {"Retry-After": str(ceil(wait_s))}
        raise HTTPException(
            429, f"Too many tries went wrong. Wait {ceil(wait_s)} seconds, then try again.", told
        )
    opened = sign_in(
        engine,
        name,
        sent.get("password", ""),
        sent.get("code", ""),
        told=request.headers.get("user-agent", ""),
        browser=known,
        old=request.cookies.get(cookie_name(request, "session"), ""),
    )
    reception.door.welcome(name, address_of(request), known)
    return opened


def _set_cookie(request: Request, response: Response, kind: str, value: str, max_age: int) -> None:
    response.set_cookie(
        cookie_name(request, kind),
        value,
        max_age=max_age,
        path="/" if request.url.scheme == "https" else STUDIO,  # the name with __Host- asks for "/"
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


@router.post("/sign-out")
def leave(request: Request) -> Response:
    token = request.cookies.get(cookie_name(request, "session"), "")
    with writing(site_of(request).newsroom.engine, unseen=True) as session:
        end_session_of(session, token)
    response = RedirectResponse(SIGN_IN, 303)
    _set_cookie(request, response, "session", "", 0)
    return response


@router.api_route("/link/{token}", methods=["GET", "HEAD"])
def link_page(request: Request, token: str) -> Response:
    """Choose a password: by an invitation, or after the old one was lost."""
    with reading(site_of(request).newsroom.engine) as session:
        return show(request, "link.html", token=token, owner=link_owner(session, token), problem="")


@router.post("/link/{token}")
def choose_password(request: Request, token: str, sent: Sent) -> Response:
    engine = site_of(request).newsroom.engine
    with reading(engine) as session:
        owner = link_owner(session, token)
    try:
        password = typed_twice(sent)
        with acting(engine, Actor(owner.name, owner.id)) as session:
            use_link(session, token, password)
    except InvalidQuery as refused:
        page = {"token": token, "owner": owner, "problem": refused.sentence}
        return show(request, "link.html", status=400, **page)
    return go("/sign-in", "chosen")


def typed_twice(sent: dict[str, str]) -> str:
    """The new password, if it was typed the same way twice."""
    password = sent.get("password", "")
    if password != sent.get("again", ""):
        raise InvalidQuery("The two passwords differ. Type the same one twice.")
    return password


def first_page(visitor: SignedIn, back: str) -> str:
    """Where somebody who signed in goes on: a researcher has no board of talks."""
    there = own_page(back)
    is_board = there == f"{STUDIO}/" and visitor.role is UserRole.RESEARCHER
    return f"{STUDIO}/searches" if is_board else there


def own_page(back: str) -> str:
    """Where to go on: a page of the studio, never another site.

    >>> own_page("/studio/searches?q=old+road"), own_page("/studio/e/tea"), own_page("/studio/sign-in")
    ('/studio/searches?q=old+road', '/studio/e/tea', '/studio/')
    >>> own_page("//evil.example"), own_page("/studio/..//evil")
    ('/studio/', '/studio/')
    """
    is_own = re.fullmatch(r"/studio/[a-z0-9/-]*(\?[A-Za-z0-9%+&=_.~-]*)?", back) and not back.startswith(
        SIGN_IN
    )
    return back if is_own else f"{STUDIO}/"
