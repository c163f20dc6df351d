"""One's own account: password, second factor, the sessions one is signed in with. Other people's are in `people`."""

from math import ceil

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from catalog.errors import CatalogError, InvalidQuery, NotAllowed
from catalog.factors import begin_factor, codes_left, confirm_factor, drop_factor
from catalog.models import User
from catalog.passwords import matches
from catalog.sign_in import end_other_sessions, end_session, list_sessions
from catalog.tokens import Scope, add_token, list_tokens, revoke_token
from catalog.totp import address_of
from catalog.users import set_password, user_by_id
from web.studio.entrance import typed_twice
from web.studio.plainly import name_browser
from web.studio.seat import Anyone, Number, Producer, Seat, Sent, go

NOTES = {
    "password": "The new password holds. Everybody else who was signed in to this account is out.",
    "ended": "That session has ended.",
    "off": "The second factor is off.",
    "revoked": "That token opens nothing any more.",
}
router = APIRouter(prefix="/account", include_in_schema=False)


@router.api_route("", methods=["GET", "HEAD"])
def account_page(seat: Anyone, note: str = "") -> Response:
    return _page(seat, note=NOTES.get(note, ""))


def _page(seat: Seat, *, status: int = 200, note: str = "", problem: str = "") -> Response:
    user = user_by_id(seat.session, seat.visitor.user_id)
    sessions = list_sessions(seat.session, seat.visitor)
    return seat.show(
        "account.html",
        status=status,
        user=user,
        sessions=sessions,
        browsers={one.id: name_browser(one.told) for one in sessions},
        codes_left=codes_left(seat.session, user),
        tokens=list_tokens(seat.session, user.id),
        scopes=[scope.value for scope in Scope if user.role.may(scope.role)],
        note=note,
        problem=problem,
    )


def _own(seat: Seat, session: Session, sent: dict[str, str]) -> User:
    """One's own account, for a change that a borrowed browser must not make: the password is asked again.

    Guesses count as they do at the door.
    """
    user = user_by_id(session, seat.visitor.user_id)
    door, browser = seat.request.app.state.reception.door, f"session {seat.visitor.session_id}"
    wait_s = ceil(door.let_in(user.name, "", browser))
    if wait_s:
        raise NotAllowed(f"Too many tries went wrong. Wait {wait_s} seconds, then try again.")
    if not matches(sent.get("old", ""), user.password_hash):
        raise NotAllowed("Your present password was not right, so nothing was changed.")
    door.welcome(user.name, "", browser)
    return user


@router.post("/password")
def change_password(seat: Anyone, sent: Sent) -> Response:
    """A new password, which signs out everybody but this browser."""
    try:
        with seat.acting() as session:
            user = _own(seat, session, sent)
            set_password(session, user, typed_twice(sent), keep_session=seat.visitor.session_id)
    except (InvalidQuery, NotAllowed) as refused:
        return _page(seat, status=400, problem=refused.sentence)
    return go("/account", "password")


@router.post("/factor")
def begin_second_factor(seat: Anyone, sent: Sent) -> Response:
    """Show the secret to type into an app; a code of it switches the second factor on."""
    try:
        with seat.acting() as session:
            user = _own(seat, session, sent)
            secret = begin_factor(session, user)
    except CatalogError as refused:
        return _page(seat, status=400, problem=refused.sentence)
    return _secret_page(seat, secret)


def _secret_page(seat: Seat, secret: str, problem: str = "") -> Response:
    return seat.show(
        "factor.html",
        status=400 if problem else 200,
        secret=secret,
        link=address_of(secret, seat.visitor.name, seat.site.newsroom.settings.site_title),
        problem=problem,
    )


@router.post("/factor/confirm")
def confirm_second_factor(seat: Anyone, sent: Sent) -> Response:
    user = user_by_id(seat.session, seat.visitor.user_id)
    try:
        with seat.acting() as session:
            codes = confirm_factor(session, user_by_id(session, seat.visitor.user_id), sent.get("code", ""))
    except InvalidQuery as refused:
        return _secret_page(seat, user.totp_secret, refused.sentence)
    return seat.show("recovery.html", codes=codes)


@router.post("/factor/off")
def drop_second_factor(seat: Anyone, sent: Sent) -> Response:
    try:
        with seat.acting() as session:
            drop_factor(session, _own(seat, session, sent))
    except CatalogError as refused:
        return _page(seat, status=400, problem=refused.sentence)
    return go("/account", "off")


@router.post("/sessions/{session_id}/end")
def end_one_session(seat: Anyone, session_id: Number) -> Response:
    with seat.acting() as session:
        end_session(session, seat.visitor, session_id)
    return go("/account", "ended")


@router.post("/sessions/end-others")
def end_others(seat: Anyone) -> Response:
    with seat.acting() as session:
        end_other_sessions(session, seat.visitor)
    return go("/account", "ended")


@router.post("/tokens")
def make_a_token(seat: Producer, sent: Sent) -> Response:
    """A token for a program that acts for oneself: shown this once."""
    days = sent.get("days", "90")
    scopes = [
        name.removeprefix("scope-") for name, value in sent.items() if name.startswith("scope-") and value
    ]
    with seat.acting() as session:
        user = user_by_id(session, seat.visitor.user_id)
        held = int(days) if days.isascii() and days.isdecimal() and len(days) < 4 else 0
        secret = add_token(session, user, sent.get("name", ""), scopes, held)
    return seat.show("token.html", secret=secret, name=sent.get("name", ""))


@router.post("/tokens/{token_id}/revoke")
def revoke_a_token(seat: Producer, token_id: Number) -> Response:
    with seat.acting() as session:
        revoke_token(session, token_id, seat.visitor.user_id)
    return go("/account", "revoked")
