"""The audit log and the words it speaks of. How rows are chained and checked is in `catalog.audit`."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, now


class AuditEvent(SQLModel, table=True):
    """Who did what, when, from which session. Rows are only ever added; `digest` chains each to the one before.

    `detail` holds numbers and choices. Words are in `AuditWords`, here only as `words_digest`. `session_id` is no
    foreign key: sessions end and are deleted, what was done in them stays.
    """

    __tablename__ = "audit_event"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now, sa_type=UTCDateTime, index=True)
    user_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL", index=True)
    session_id: int | None = None
    who: str = Field(default="", max_length=200)
    act: str = Field(max_length=60)
    subject: str = Field(max_length=200, index=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    words_digest: str = Field(default="", max_length=64)
    digest: str = Field(default="", max_length=64)


class AuditWords(SQLModel, table=True):
    """What was said or written in an act, with the key of its digest. Redaction empties both; the chain still holds."""

    __tablename__ = "audit_words"

    event_id: int = Field(primary_key=True, foreign_key="audit_event.id", ondelete="CASCADE")
    key: str = Field(max_length=64)
    words: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    emptied_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
