"""Which homes serve the site, how far each has come, and the index new ones start from. What a node does is not known
here."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, now


class WebNode(SQLModel, table=True):
    """A home from which the site is served, with an index and copies of its own. No words in here.

    `cleaned` is the last redaction whose words are gone from all it keeps, `number` the change its index stands at.
    """

    __tablename__ = "web_node"

    id: int | None = Field(default=None, primary_key=True)
    machine: str = Field(max_length=32, unique=True)
    beat: int = Field(default=0)
    fenced: bool = Field(default=True)  # it serves nobody until it has cleaned what it keeps
    cleaned: int = Field(default=0)
    number: int = Field(default=-1)
    mended: str = Field(default="", sa_type=sa.Text)  # what was found broken last, and made good
    mended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    seen_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class IndexSnapshot(SQLModel, table=True):
    """The search index as one file of the store, as it stood at that change."""

    __tablename__ = "index_snapshot"

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(max_length=64)
    version: int  # of the index's own form
    number: int
    made_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
