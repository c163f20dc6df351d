"""Signing in: the password and code looked at, sessions opened, found, listed, ended. Accounts are made in `users`,
and how often a stranger may try is counted in `door`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from catalog.audit import Actor, act_as, record_act
from catalog.clock import is_from_the_future
from catalog.db import reading, writing
from catalog.errors import NotAllowed, NotFound
from catalog.factors import takes_code
from catalog.models import KnownBrowser, User, UserRole, UserSession
from catalog.models.columns import now, storable
from catalog.passwords import digest_of, make_token, matches

LASTS = timedelta(days=14)
RESTS = timedelta(days=3)  # a session nobody used for so long has ended
NOTE_SEEN = timedelta(minutes=5)
WRONG = "The name, the password or the code is not right."


@dataclass(frozen=True)
class SignedIn:
    """Somebody who is signed in: what they may do, and in which session."""

    user_id: int
    name: str
    role: UserRole
    session_id: int

    @property
    def actor(self) -> Actor:
        return Actor(self.name, self.user_id, self.session_id)


@dataclass(frozen=True)
class Opened:
    """What the browser keeps after signing in: the session's token and one by which it is known again."""

    token: str
    browser: str
    visitor: SignedIn


def sign_in(
    engine: Engine, name: str, password: str, code: str, *, told: str = "", browser: str = "", old: str = ""
) -> Opened:
    """Open a new session; the one whose token was `old` ends. Raises NotAllowed, the same for whatever is wrong.

    The password is looked at outside any transaction: it takes a while, and others wait for writers.
    """
    wanted = " ".join(name.split()).casefold()
    with reading(engine) as session:
        user = next((user for user in session.exec(select(User)) if user.name.casefold() == wanted), None)
        user_id, password_hash = (user.id, user.password_hash) if user else (None, "")
    if not matches(password, password_hash):
        raise NotAllowed(WRONG)
    with writing(engine, unseen=True) as session:
        user = session.get_one(User, user_id)
        if (
            user.disabled_at is not None
            or user.password_hash != password_hash
            or not takes_code(session, user, code)
        ):
            raise NotAllowed(WRONG)
        end_session_of(session, old)
        return _open(session, user, told, browser)


def _open(session: Session, user: User, told: str, browser: str) -> Opened:
    token = make_token()
    row = UserSession(
        user_id=user.id or 0,
        token_hash=digest_of(token),
        expires_at=now() + LASTS,
        told=storable(" ".join(told.split()), 300),
    )
    session.add(row)
    session.flush()
    _forget_old(session)
    if not knows_browser(session, user.name, browser):
        browser = make_token()
        session.add(KnownBrowser(user_id=user.id or 0, token_hash=digest_of(browser)))
    visitor = SignedIn(user.id or 0, user.name, user.role, row.id or 0)
    act_as(session, visitor.actor)
    record_act(session, "sign in", f"user/{user.id}")
    return Opened(token, browser, visitor)


def _forget_old(session: Session) -> None:
    over = sa.or_(col(UserSession.expires_at) <= now(), col(UserSession.seen_at) <= now() - RESTS)
    session.execute(sa.delete(UserSession).where(over))
    session.execute(
        sa.delete(KnownBrowser).where(col(KnownBrowser.created_at) <= now() - timedelta(days=365))
    )


def knows_browser(session: Session, name: str, browser: str) -> bool:
    """Whether the account was signed in to from this browser before."""
    if not browser:
        return False
    query = select(User.name).join(KnownBrowser).where(KnownBrowser.token_hash == digest_of(browser))
    found = session.exec(query).first()
    return found is not None and found.casefold() == " ".join(name.split()).casefold()


def find_session(session: Session, token: str, told: str) -> tuple[SignedIn, bool] | None:
    """Who is signed in by this token from this browser, and whether it is time to note that they were seen.

    A session is bound to the browser it was opened in: a token that turns up in another one opens nothing.
    """
    if not token:
        return None
    query = select(UserSession, User).join(User).where(UserSession.token_hash == digest_of(token))
    found = session.exec(query).first()
    if found is None:
        return None
    row, user = found
    if (
        is_from_the_future(row.created_at)
        or row.expires_at <= now()
        or row.seen_at <= now() - RESTS
        or user.disabled_at is not None
    ):
        return None
    if _kind(row.told) != _kind(told):
        return None
    return SignedIn(user.id or 0, user.name, user.role, row.id or 0), row.seen_at <= now() - NOTE_SEEN


def _kind(told: str) -> str:
    """What a browser calls itself, without its version, which changes by itself.

    >>> _kind("Mozilla/5.0 (X11; rv:140.0) Firefox/140.0") == _kind("Mozilla/5.0 (X11; rv:141.0) Firefox/141.0")
    True
    """
    return re.sub(r"[\d._]+", "", " ".join(told.split())[:300])


def note_seen(session: Session, session_id: int) -> None:
    row = session.get(UserSession, session_id)
    if row is not None:
        row.seen_at = now()
        session.add(row)


@dataclass(frozen=True)
class SessionLine:
    """One session of an account, as its owner sees it."""

    id: int
    told: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


def list_sessions(session: Session, visitor: SignedIn) -> Sequence[SessionLine]:
    query = select(UserSession).where(UserSession.user_id == visitor.user_id, UserSession.expires_at > now())
    return [
        SessionLine(row.id or 0, row.told, row.created_at, row.seen_at, row.id == visitor.session_id)
        for row in session.exec(query.order_by(col(UserSession.seen_at).desc()))
        if row.seen_at > now() - RESTS
    ]


def end_session(session: Session, visitor: SignedIn, session_id: int) -> None:
    """End one of one's own sessions; somebody else's does not exist for them."""
    row = session.get(UserSession, session_id)
    if row is None or row.user_id != visitor.user_id:
        raise NotFound("There is no such session; it may have ended already.")
    session.delete(row)
    record_act(session, "end session", f"user/{visitor.user_id}", {"session": session_id})


def end_other_sessions(session: Session, visitor: SignedIn) -> None:
    ended = sa.delete(UserSession).where(
        col(UserSession.user_id) == visitor.user_id, col(UserSession.id) != visitor.session_id
    )
    session.execute(ended)
    record_act(session, "end other sessions", f"user/{visitor.user_id}")


def end_session_of(session: Session, token: str) -> None:
    """End the session of a token, if there is one."""
    session.execute(sa.delete(UserSession).where(col(UserSession.token_hash) == digest_of(token)))
