"""Editions: what each published revision of a transcript said. How one is made and taken from is in `editions`."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, now


class Edition(SQLModel, table=True):
    """One published revision of a transcript. `content` is canonical JSON and `digest` its SHA-256.

    `edited_at` says when a name or words were last taken out of it for somebody's safety; None: it is as it was made.
    """

    __table_args__ = (sa.UniqueConstraint("episode_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    number: int
    made_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    digest: str = Field(max_length=64)
    content: str = Field(sa_type=sa.Text)
    edited_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
