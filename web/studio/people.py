"""The newsroom's accounts and what was done by whom, for admins. One's own account is in `account`."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from catalog.audit import acting, recent_acts, record_act, verify_log
from catalog.errors import InvalidQuery
from catalog.factors import drop_factor
from catalog.mailing import MailFailed, check_address, send_letter, server_of, write_letter
from catalog.models import Purpose, User, UserRole
from catalog.users import (
    add_user,
    disable_user,
    enable_user,
    list_users,
    make_link,
    set_role,
    user_by_id,
)
from web.api.asking import base_of
from web.studio.plainly import tell_words
from web.studio.seat import STUDIO, Admin, Number, Seat, Sent, go

NOTES = {"done": "Done, and on record."}
LASTS = {1: "a day", 7: "7 days"}
LETTER = """\
{publisher} lets you into its studio. Open this link and choose a password:

{link}

It works once, for {lasts}. If you did not expect this letter, throw it away.
"""
ON_A_PAGE = 100
router = APIRouter(include_in_schema=False)


@router.api_route("/people", methods=["GET", "HEAD"])
def people_page(seat: Admin, note: str = "") -> Response:
    return _page(seat, note=NOTES.get(note, ""))


def _page(seat: Seat, note: str = "") -> Response:
    return seat.show(
        "people.html",
        people=list_users(seat.session),
        roles=list(UserRole),
        has_mail=server_of(seat.site.newsroom.settings) is not None,
        note=note,
    )


@router.post("/people")
def invite(seat: Admin, sent: Sent) -> Response:
    """A new account, and the link by which its owner chooses a password: shown this once."""
    to = address_in(sent)
    with seat.acting() as session:
        user = add_user(session, sent.get("name", ""), role_in(sent))
        token = make_link(session, user, Purpose.INVITATION)
    return _show_link(seat, user, token, 7, to)


def address_in(sent: dict[str, str]) -> str:
    """Where the link is to be mailed; "" if it is given by hand. Raises InvalidQuery before anything is done."""
    return check_address(sent["mail"]) if sent.get("mail", "").strip() else ""


def role_in(sent: dict[str, str]) -> UserRole:
    try:
        return UserRole(sent.get("role", ""))
    except ValueError as unknown:
        raise InvalidQuery("Choose a role: researcher, producer, editor or admin.") from unknown


def _show_link(seat: Seat, user: User, token: str, days: int, to: str) -> Response:
    """The link, this once, and whether it was mailed: it holds whether or not a letter went out."""
    settings = seat.site.newsroom.settings
    link = f"{base_of(seat.request, settings)}{STUDIO}/link/{token}"
    problem = ""
    if to:
        seat.session.close()  # one moment of the record is not held open while a mail server thinks
        problem = _mail_link(seat, user.id or 0, to, link, days)
    return seat.show(
        "invited.html", name=user.name, link=link, lasts=LASTS[days], is_mailed=bool(to), problem=problem
    )


def _mail_link(seat: Seat, user_id: int, to: str, link: str, days: int) -> str:
    """Why it did not go out; "" if it did. The address is written down nowhere."""
    settings = seat.site.newsroom.settings
    text = LETTER.format(publisher=settings.publisher, link=link, lasts=LASTS[days])
    try:
        send_letter(settings, write_letter(settings, to, f"The studio of {settings.publisher}", text))
    except MailFailed as failed:
        return failed.sentence
    with acting(seat.site.newsroom.engine, seat.visitor.actor) as session:
        record_act(session, "mail link", f"user/{user_id}")
    return ""


@router.post("/people/{user_id}/role")
def change_role(seat: Admin, user_id: Number, sent: Sent) -> Response:
    with seat.acting() as session:
        set_role(session, user_by_id(session, user_id), role_in(sent))
    return go("/people", "done")


@router.post("/people/{user_id}/disable")
def disable(seat: Admin, user_id: Number) -> Response:
    with seat.acting() as session:
        disable_user(session, user_by_id(session, user_id))
    return go("/people", "done")


@router.post("/people/{user_id}/enable")
def enable(seat: Admin, user_id: Number) -> Response:
    with seat.acting() as session:
        enable_user(session, user_by_id(session, user_id))
    return go("/people", "done")


@router.post("/people/{user_id}/link")
def new_link(seat: Admin, user_id: Number, sent: Sent) -> Response:
    """For who lost the password. The old one holds until the new one is chosen."""
    to = address_in(sent)
    with seat.acting() as session:
        user = user_by_id(session, user_id)
        token = make_link(session, user, Purpose.RESET)
    return _show_link(seat, user, token, 1, to)


@router.post("/people/{user_id}/factor-off")
def take_factor_off(seat: Admin, user_id: Number) -> Response:
    """For who lost the phone and the recovery codes."""
    with seat.acting() as session:
        drop_factor(session, user_by_id(session, user_id))
    return go("/people", "done")


@router.api_route("/log", methods=["GET", "HEAD"])
def log_page(seat: Admin, before: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0) -> Response:
    """Who did what, the last first."""
    acts = recent_acts(seat.session, before, ON_A_PAGE)
    older = acts[-1].id if len(acts) == ON_A_PAGE else 0
    words = {act.id: tell_words(act.words or {}) for act in acts}
    return seat.show("log.html", acts=acts, words=words, older=older, verdict=verify_log(seat.session))
