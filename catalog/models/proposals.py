"""What readers propose: other words for a paragraph. Nothing of it is public, and nothing says who sent it."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, choice, now


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Proposal(SQLModel, table=True):
    """`before` is what the reader saw at `start_ms`, `text` what they heard, `remark` what they add for the house."""

    id: int | None = Field(default=None, primary_key=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    start_ms: int
    language: str = Field(default="", max_length=20)
    before: str = Field(sa_type=sa.Text)
    text: str = Field(sa_type=sa.Text)
    remark: str = Field(default="", sa_type=sa.Text)
    state: ProposalState = Field(default=ProposalState.OPEN, sa_type=choice(ProposalState), index=True)
    made_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    decided_by: str = Field(default="", max_length=200)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
