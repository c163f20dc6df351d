"""Tokens by which a newsroom's own programs act: made, found, revoked. What they may do is bounded by scope and role.

The secret is shown once and kept as a digest. It acts for its owner: an account that is disabled takes it along.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from catalog.audit import record_act
from catalog.clock import is_from_the_future
from catalog.errors import Conflict, InvalidQuery, NotAllowed, NotFound
from catalog.models import ApiToken, User, UserRole
from catalog.models.columns import now
from catalog.passwords import digest_of, make_token
from catalog.users import check_name

PREFIX = "spt_"  # so that a token that was left lying about is known for what it is
LONGEST_DAYS = 366
MOST = 20


class Scope(StrEnum):
    """What a token may do."""

    STATUS = "status"
    ADD = "add"
    CORRECT = "correct"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    REDACT = "redact"

    @property
    def role(self) -> UserRole:
        """The role its owner must have for it."""
        is_open = self in (Scope.STATUS, Scope.ADD, Scope.CORRECT)
        return UserRole.PRODUCER if is_open else UserRole.EDITOR


@dataclass(frozen=True)
class TokenLine:
    """A token as its owner and admins see it."""

    id: int
    owner: str
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    is_open: bool


def add_token(session: Session, user: User, name: str, scopes: list[str], days: int = 90) -> str:
    """The secret of a new token. Raises InvalidQuery, NotAllowed for what its owner may not do themselves."""
    wanted = sorted(set(scopes))
    unknown = [one for one in wanted if one not in tuple(Scope)]
    if unknown or not wanted:
        raise InvalidQuery(f"Say what it may do: {', '.join(Scope)}.")
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidQuery(f"A token holds for 1 to {LONGEST_DAYS} days.")
    beyond = [one for one in wanted if not user.role.may(Scope(one).role)]
    if beyond:
        raise NotAllowed(
            f"{user.name} is a {user.role.value} and may not {', '.join(beyond)}: neither may a token."
        )
    if sum(line.is_open for line in list_tokens(session, user.id)) >= MOST:
        raise Conflict(f"{user.name} has {MOST} tokens already. Revoke what is not used.")
    secret = PREFIX + make_token()
    token = ApiToken(
        user_id=user.id or 0,
        name=check_name(name),
        token_hash=digest_of(secret),
        scopes=",".join(wanted),
        expires_at=now() + timedelta(days=days),
    )
    session.add(token)
    session.flush()
    record_act(
        session, "add token", _subject(token), {"scopes": wanted, "days": days}, words={"name": token.name}
    )
    return secret


def find_token(session: Session, secret: str) -> tuple[ApiToken, User] | None:
    """The token and whom it acts for; None for one that is not, is too old, revoked, or whose owner is out."""
    token = session.exec(select(ApiToken).where(ApiToken.token_hash == digest_of(secret))).first()
    user = session.get(User, token.user_id) if token else None
    if token is None or user is None or not _is_open(token) or user.disabled_at is not None:
        return None
    return token, user


def check_scope(token: ApiToken, user: User, scope: Scope) -> None:
    """Raises NotAllowed for what the token, or by now its owner, may not do."""
    if scope.value not in token.scopes.split(","):
        raise NotAllowed(f"This token may not {scope.value}. Make one that may.")
    if not user.role.may(scope.role):
        raise NotAllowed(f"{user.name} may no longer {scope.value}.")


def note_used(session: Session, token_id: int) -> None:
    token = session.get(ApiToken, token_id)
    if token is not None:
        token.used_at = now()
        session.add(token)


def revoke_token(session: Session, token_id: int, user_id: int | None = None) -> None:
    """Let a token open nothing any more; with `user_id`, only one of that account's."""
    token = session.get(ApiToken, token_id)
    if token is None or (user_id is not None and token.user_id != user_id):
        raise NotFound("There is no such token.")
    if token.revoked_at is None:
        token.revoked_at = now()
        session.add(token)
        record_act(session, "revoke token", _subject(token))


def list_tokens(session: Session, user_id: int | None = None) -> list[TokenLine]:
    """Every token, or those of one account, the newest first."""
    query = select(ApiToken, User.name).join(User).order_by(col(ApiToken.id).desc())
    if user_id is not None:
        query = query.where(ApiToken.user_id == user_id)
    return [
        TokenLine(
            id=row.id or 0,
            owner=owner,
            name=row.name,
            scopes=tuple(row.scopes.split(",")),
            made_at=row.made_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
            is_open=_is_open(row),
        )
        for row, owner in session.exec(query)
    ]


def _is_open(token: ApiToken) -> bool:
    lasts = token.expires_at > now() and not is_from_the_future(token.made_at)
    return token.revoked_at is None and lasts


def _subject(token: ApiToken) -> str:
    return f"user/{token.user_id}/token/{token.id}"
