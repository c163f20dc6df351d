"""What the newsroom lets a guest see before everybody does. Who asked to be taken out is not here."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, choice, now


class GuestAnswer(StrEnum):
    WAITING = "waiting"
    AGREED = "agreed"
    OBJECTED = "objected"


class GuestLink(SQLModel, table=True):
    """A link by which a guest reads a talk that is not published. `meant_for` is the newsroom's own note.

    The link is kept as a digest only. `said` is what the guest wrote with the answer.
    """

    __tablename__ = "guest_link"

    id: int | None = Field(default=None, primary_key=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    meant_for: str = Field(default="", max_length=200)
    made_by_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    made_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answer: GuestAnswer = Field(default=GuestAnswer.WAITING, sa_type=choice(GuestAnswer))
    said: str = Field(default="", sa_type=sa.Text)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
