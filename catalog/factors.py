"""The second factor of an account: set up, proven, taken off, and the recovery codes that stand in for it."""

import time

import sqlalchemy as sa
from sqlmodel import Session, col, select

from catalog.audit import record_act
from catalog.errors import Conflict, InvalidQuery
from catalog.models import RecoveryCode, User
from catalog.models.columns import now
from catalog.passwords import digest_of, make_code
from catalog.totp import make_secret, step_of

RECOVERY_CODES = 10


def begin_factor(session: Session, user: User) -> str:
    """A new secret for the owner's app; it counts only once a code of it was given."""
    if user.totp_since is not None:
        raise Conflict("The second factor is on already. Switch it off first to set up another app.")
    user.totp_secret = make_secret()
    session.add(user)
    return user.totp_secret


def confirm_factor(session: Session, user: User, code: str) -> list[str]:
    """Switch the second factor on, proven by a code of it. The recovery codes, told this once."""
    if not user.totp_secret or user.totp_since is not None:
        raise Conflict("There is no second factor waiting to be switched on. Begin again.")
    step = step_of(user.totp_secret, code, time.time(), user.totp_step)
    if step is None:
        raise InvalidQuery("That code is not right. Is the clock of the phone right? Take the next code.")
    user.totp_since, user.totp_step = now(), step
    session.add(user)
    codes = [make_code() for _ in range(RECOVERY_CODES)]
    _forget_codes(session, user)
    session.add_all(RecoveryCode(user_id=user.id or 0, code_hash=digest_of(one)) for one in codes)
    record_act(session, "second factor on", f"user/{user.id}")
    return codes


def drop_factor(session: Session, user: User) -> None:
    """Switch the second factor off: by its owner, or by an admin when phone and codes are lost."""
    if user.totp_since is None:
        raise Conflict("There is no second factor to switch off.")
    user.totp_secret, user.totp_since = "", None
    session.add(user)
    _forget_codes(session, user)
    record_act(session, "second factor off", f"user/{user.id}")


def takes_code(session: Session, user: User, code: str) -> bool:
    """Whether the code opens the account: of the app, or a recovery code; each is used up by it."""
    if user.totp_since is None:
        return True
    step = step_of(user.totp_secret, code, time.time(), user.totp_step)
    if step is not None:
        user.totp_step = step
        session.add(user)
        return True
    plain = "".join(code.split()).casefold()
    query = select(RecoveryCode).where(
        RecoveryCode.user_id == user.id, RecoveryCode.code_hash == digest_of(plain)
    )
    found = session.exec(query).first()
    if found is None:
        return False
    session.delete(found)
    record_act(session, "recovery code used", f"user/{user.id}")
    return True


def codes_left(session: Session, user: User) -> int:
    query = select(sa.func.count()).select_from(RecoveryCode).where(col(RecoveryCode.user_id) == user.id)
    return session.exec(query).one()


def _forget_codes(session: Session, user: User) -> None:
    session.execute(sa.delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.id))
