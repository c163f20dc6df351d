"""People: who they are, how they are spelled, how they sound. What they did on a day is an Appearance."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, now


class Person(SQLModel, table=True):
    """Somebody who is heard or written about."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=120, unique=True)
    name: str = Field(max_length=200)
    bio: str = Field(default="", sa_type=sa.Text)
    wikidata: str | None = Field(default=None, max_length=40)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class PersonAlias(SQLModel, table=True):
    """Another spelling of a person's name; `folded` is what is compared."""

    __tablename__ = "person_alias"
    __table_args__ = (sa.UniqueConstraint("person_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    name: str = Field(max_length=200)
    folded: str = Field(max_length=200, index=True)
    script: str = Field(default="", max_length=20)


class VoiceReference(SQLModel, table=True):
    """A stretch of a person's speech kept, with consent, to know the voice again. No public route reads it."""

    __tablename__ = "voice_reference"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    media_file_id: int = Field(foreign_key="media_file.id", ondelete="CASCADE", index=True)
    start_ms: int
    end_ms: int
    consent_by: str = Field(max_length=200)
    consent_at: datetime = Field(sa_type=UTCDateTime)
