"""Searches that somebody with an account keeps. What they find is never stored."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, now


class SavedSearch(SQLModel, table=True):
    """A search by the name its owner gave it. `within` is the slug of the only talk to look in, `expand` whether other
    spellings are looked for too, `seen_at` when its owner last said that they had seen what is new."""

    __tablename__ = "saved_search"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    name: str = Field(max_length=120)
    query: str = Field(sa_type=sa.Text)
    within: str = Field(default="", max_length=200)
    expand: bool = True
    saved_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    seen_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
