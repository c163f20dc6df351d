"""Tokens by which a newsroom's own programs act for somebody. What each scope allows is in `catalog.tokens`."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, now


class ApiToken(SQLModel, table=True):
    """A token, kept as a digest. `scopes` are names with commas; it never allows more than its owner's role."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    name: str = Field(max_length=80)
    token_hash: str = Field(max_length=64, unique=True)
    scopes: str = Field(max_length=200)
    made_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
