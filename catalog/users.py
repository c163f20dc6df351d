"""Accounts of the newsroom: made, listed, given roles, disabled, and the links by which people choose a password.

Signing in is in `sign_in`, the second factor in `factors`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from catalog.audit import record_act
from catalog.clock import is_from_the_future
from catalog.errors import Conflict, InvalidQuery, NotAllowed, NotFound
from catalog.models import KnownBrowser, OneTimeLink, Purpose, User, UserRole, UserSession
from catalog.models.columns import UTCDateTime, now, storable
from catalog.passwords import check_choice, digest_of, hash_password, make_token

LONGEST_NAME = 80
LINK_LASTS = {Purpose.INVITATION: timedelta(days=7), Purpose.RESET: timedelta(hours=24)}


@dataclass(frozen=True)
class UserLine:
    """One account, as the newsroom's admins see it."""

    id: int
    name: str
    role: str
    created_at: datetime
    is_disabled: bool
    has_password: bool
    has_second_factor: bool
    seen_at: datetime | None


def add_user(session: Session, name: str, role: UserRole, password: str = "") -> User:
    """A new account; without a password nobody can sign in until a link was used to choose one."""
    plain = check_name(name)
    if _named(session, plain) is not None:
        raise Conflict(
            f"There is an account '{plain}' already. Take another name, or make a new link for it."
        )
    hashed = hash_password(check_choice(password, plain)) if password else ""
    user = User(name=plain, role=role, password_hash=hashed)
    session.add(user)
    session.flush()
    record_act(session, "add user", _subject(user), {"role": role.value}, words={"name": plain})
    return user


def check_name(name: str) -> str:
    """The name as it is kept. Raises InvalidQuery for none, or one that cannot be read on a page."""
    plain = " ".join(storable(name).split())
    if not plain or not plain.isprintable():
        raise InvalidQuery("Say the name of the account, in letters.")
    if len(plain) > LONGEST_NAME:
        raise InvalidQuery(f"The name is too long: {LONGEST_NAME} letters at most.")
    return plain


def list_users(session: Session) -> list[UserLine]:
    last = sa.func.max(col(UserSession.seen_at), type_=UTCDateTime)
    seen: dict[int, datetime] = dict(
        session.exec(select(UserSession.user_id, last).group_by(col(UserSession.user_id))).all()
    )
    rows = session.exec(select(User).order_by(col(User.id))).all()
    return [
        UserLine(
            id=row.id or 0,
            name=row.name,
            role=row.role.value,
            created_at=row.created_at,
            is_disabled=row.disabled_at is not None,
            has_password=bool(row.password_hash),
            has_second_factor=row.totp_since is not None,
            seen_at=seen.get(row.id or 0),
        )
        for row in rows
    ]


def find_user(session: Session, name: str) -> User:
    user = _named(session, name)
    if user is None:
        raise NotFound(f"There is no account '{name}'. `presstalk user list` lists them.")
    return user


def user_by_id(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such account.")
    return user


def _named(session: Session, name: str) -> User | None:
    """By name, however its letters are written; a newsroom has few accounts."""
    wanted = " ".join(name.split()).casefold()
    return next((user for user in session.exec(select(User)) if user.name.casefold() == wanted), None)


def set_role(session: Session, user: User, role: UserRole) -> None:
    """Give another role. What they are signed in to goes on, with the new rights from the next click."""
    if role is user.role:
        return
    if role is not UserRole.ADMIN:
        _leave_an_admin(session, user)
    before, user.role = user.role, role
    session.add(user)
    record_act(session, "set role", _subject(user), {"before": before.value, "after": role.value})


def disable_user(session: Session, user: User) -> None:
    """Nobody signs in to the account any more, and whoever is signed in is out."""
    if user.disabled_at is not None:
        raise Conflict(f"'{user.name}' is disabled already.")
    _leave_an_admin(session, user)
    user.disabled_at = now()
    session.add(user)
    end_everything(session, user)
    record_act(session, "disable user", _subject(user))


def enable_user(session: Session, user: User) -> None:
    if user.disabled_at is None:
        raise Conflict(f"'{user.name}' is not disabled.")
    user.disabled_at = None
    session.add(user)
    record_act(session, "enable user", _subject(user))


def _leave_an_admin(session: Session, user: User) -> None:
    others = select(User.id).where(
        User.role == UserRole.ADMIN, col(User.disabled_at).is_(None), User.id != user.id
    )
    if user.role is UserRole.ADMIN and session.exec(others.limit(1)).first() is None:
        raise Conflict(f"'{user.name}' is the only admin. Make somebody else admin first.")


# ---- passwords and links ------------------------------------------------------------------------------


def set_password(session: Session, user: User, password: str, *, keep_session: int | None = None) -> None:
    """A new password: every other session of the account ends, and open links to it hold no longer."""
    user.password_hash = hash_password(check_choice(password, user.name))
    session.add(user)
    end_everything(session, user, keep_session=keep_session)
    record_act(session, "set password", _subject(user))


def end_everything(session: Session, user: User, *, keep_session: int | None = None) -> None:
    session.execute(
        sa.delete(UserSession).where(
            col(UserSession.user_id) == user.id, col(UserSession.id) != (keep_session or 0)
        )
    )
    for table in (KnownBrowser, OneTimeLink):
        session.execute(sa.delete(table).where(col(table.user_id) == user.id))


def make_link(session: Session, user: User, purpose: Purpose) -> str:
    """The token of a link with which the account's owner chooses a password, once. An older link holds no longer."""
    if user.disabled_at is not None:
        raise Conflict(f"'{user.name}' is disabled. Enable the account first.")
    session.execute(sa.delete(OneTimeLink).where(col(OneTimeLink.user_id) == user.id))
    token = make_token()
    expires_at = now() + LINK_LASTS[purpose]
    session.add(
        OneTimeLink(user_id=user.id or 0, purpose=purpose, token_hash=digest_of(token), expires_at=expires_at)
    )
    record_act(session, "make link", _subject(user), {"purpose": purpose.value})
    return token


def link_owner(session: Session, token: str) -> User:
    """Whose link it is. Raises NotAllowed for one that was used, replaced, is too old or never was."""
    link = session.exec(select(OneTimeLink).where(OneTimeLink.token_hash == digest_of(token))).first()
    user = session.get(User, link.user_id) if link else None
    if link is None or user is None or not _lasts(link) or user.disabled_at is not None:
        raise NotAllowed("This link holds no longer: it was used, replaced or is too old. Ask for a new one.")
    return user


def _lasts(link: OneTimeLink) -> bool:
    made_at = link.expires_at - LINK_LASTS[link.purpose]
    return link.expires_at > now() and not is_from_the_future(made_at)


def use_link(session: Session, token: str, password: str) -> User:
    """Choose a password by a link, which is used up by it."""
    user = link_owner(session, token)
    set_password(session, user, password)
    return user


def _subject(user: User) -> str:
    return f"user/{user.id}"
