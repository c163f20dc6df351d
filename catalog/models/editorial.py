"""What editors do and answer for: quotes, corrections, redactions. Who they are is in `accounts`."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, choice, now


class Quote(SQLModel, table=True):
    """A citable moment: the words with what stands before and after, and the revision they were taken from."""

    id: int | None = Field(default=None, primary_key=True)
    short_id: str = Field(max_length=16, unique=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    exact: str = Field(sa_type=sa.Text)
    prefix: str = Field(default="", max_length=200)
    suffix: str = Field(default="", max_length=200)
    start_ms: int
    end_ms: int
    revision: int


class Correction(SQLModel, table=True):
    """A change a person made to what was published. Rows are only ever added."""

    id: int | None = Field(default=None, primary_key=True)
    utterance_id: int = Field(foreign_key="utterance.id", ondelete="CASCADE", index=True)
    user_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)
    field: str = Field(max_length=40)
    before: str = Field(sa_type=sa.Text)
    after: str = Field(sa_type=sa.Text)
    public_note: str = Field(default="", sa_type=sa.Text)
    made_at: datetime = Field(default_factory=now, sa_type=UTCDateTime, index=True)
    undoes_id: int | None = Field(default=None, foreign_key="correction.id")


class RedactionStage(StrEnum):
    """How far a redaction is: asked for, words gone, sound gone, gone from every copy we keep."""

    ORDERED = "ordered"
    WORDS = "words"
    SOUND = "sound"
    DONE = "done"


class Cover(StrEnum):
    """What is heard in place of the words."""

    SILENCE = "silence"
    TONE = "tone"


class Redaction(SQLModel, table=True):
    """A span that must not be read or heard. It outranks every rule that keeps things.

    While it is not `done` its talk is not served; `was_public` says whether it is to be again.
    """

    id: int | None = Field(default=None, primary_key=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    start_ms: int
    end_ms: int
    reason: str = Field(max_length=200)
    by_user_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)
    at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    stage: RedactionStage = Field(default=RedactionStage.ORDERED, sa_type=choice(RedactionStage))
    cover: Cover = Field(default=Cover.SILENCE, sa_type=choice(Cover))
    blank_picture: bool = Field(default=False)
    was_public: bool = Field(default=False)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
