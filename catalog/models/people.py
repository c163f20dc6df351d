"""People: who they are, how they are spelled, how they sound. What they did on a day is an Appearance."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, now


class Person(SQLModel, table=True):
    """Somebody who is heard or written about. One that was joined with another keeps its row and its address."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=120, unique=True)
    name: str = Field(max_length=200)
    bio: str = Field(default="", sa_type=sa.Text)
    joined_into_id: int | None = Field(default=None, foreign_key="person.id", ondelete="SET NULL")
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
    """A voice print made with consent, to know the voice again. The print itself is a private file, never a column.

    `file_name` lies in the voices folder of the home; `made_from` says in words which sound it was made of.
    """

    __tablename__ = "voice_reference"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    episode_id: int | None = Field(default=None, foreign_key="episode.id", ondelete="SET NULL", index=True)
    file_name: str = Field(max_length=80, unique=True)
    channel: str = Field(default="", max_length=40)
    model: str = Field(max_length=120)
    made_from: str = Field(default="", max_length=500)
    spoken_ms: int = Field(default=0)
    consent_by: str = Field(max_length=200)
    consent_how: str = Field(max_length=500)
    consent_at: datetime = Field(sa_type=UTCDateTime)
    enrolled_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
