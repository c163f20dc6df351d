"""What people who are named, or think they are, ask of the newsroom without an account. Who may read it is not here."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, choice, now


class PleaKind(StrEnum):
    """That the name is somebody else's; that somebody be taken out; anything else."""

    NOT_ME = "not_me"
    REMOVE = "remove"
    OTHER = "other"


class Plea(SQLModel, table=True):
    """One request, private. `contact` is emptied once it is settled; `answer` is what whoever asked is told.

    The address under which they look for the answer is kept as a digest only.
    """

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    kind: PleaKind = Field(sa_type=choice(PleaKind))
    episode_id: int | None = Field(default=None, foreign_key="episode.id", ondelete="SET NULL", index=True)
    name: str = Field(default="", max_length=200)
    said: str = Field(default="", sa_type=sa.Text)
    contact: str = Field(default="", max_length=300)
    made_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    due_at: datetime = Field(sa_type=UTCDateTime, index=True)
    answer: str = Field(default="", sa_type=sa.Text)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    settled_by: str = Field(default="", max_length=200)
