"""Who may work here: accounts, sessions, known browsers, one-time links, recovery codes. Tokens are kept as digests."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, choice, now


class UserRole(StrEnum):
    """What somebody may do; each may do what those before may. A researcher keeps searches, and sees no talk before
    readers do."""

    RESEARCHER = "researcher"
    PRODUCER = "producer"
    EDITOR = "editor"
    ADMIN = "admin"

    def may(self, needed: "UserRole") -> bool:
        """
        >>> UserRole.EDITOR.may(UserRole.PRODUCER), UserRole.EDITOR.may(UserRole.ADMIN)
        (True, False)
        """
        order = list(UserRole)
        return order.index(self) >= order.index(needed)


class User(SQLModel, table=True):
    """Somebody of the newsroom. Accounts are disabled, never deleted: what people did keeps its author.

    `totp_secret` is the second factor once `totp_since` is set; `totp_step` is the last code that was used.
    """

    __tablename__ = "account"  # `user` is a reserved word of PostgreSQL

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200, unique=True)
    role: UserRole = Field(sa_type=choice(UserRole))
    password_hash: str = Field(default="", max_length=300)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    totp_secret: str = Field(default="", max_length=64)
    totp_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    totp_step: int = Field(default=0)


class UserSession(SQLModel, table=True):
    """A browser somebody is signed in with; `told` is what it called itself when they did."""

    __tablename__ = "account_session"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    seen_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    told: str = Field(default="", max_length=300)


class KnownBrowser(SQLModel, table=True):
    """A browser from which somebody signed in before: what strangers try does not make it wait."""

    __tablename__ = "account_browser"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class Purpose(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


class OneTimeLink(SQLModel, table=True):
    """A link with which somebody may choose a password, once."""

    __tablename__ = "one_time_link"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    purpose: Purpose = Field(sa_type=choice(Purpose))
    token_hash: str = Field(max_length=64, unique=True)
    made_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)


class RecoveryCode(SQLModel, table=True):
    """What stands in for a lost second factor, once."""

    __tablename__ = "recovery_code"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    code_hash: str = Field(max_length=64, unique=True)
