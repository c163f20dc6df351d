"""Topics, people, places, organisations, outlets: the newsroom's authority file, and where texts name them."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, choice, now


class EntityKind(StrEnum):
    TOPIC = "topic"
    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    OUTLET = "outlet"


class EntityState(StrEnum):
    """Listed: has a page once a published text names it. Unlisted: known, shown to no reader. Retired: out of use."""

    LISTED = "listed"
    UNLISTED = "unlisted"
    RETIRED = "retired"


class Entity(SQLModel, table=True):
    """One entry of the authority file; `revision` is the number of the last change to the file that touched it.

    `authority` is the identifier of an outside authority, empty unless a source kept here proves it.
    One that was merged is retired and says into which.
    """

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=120, unique=True)
    kind: EntityKind = Field(sa_type=choice(EntityKind))
    name: str = Field(max_length=200)
    description: str = Field(default="", sa_type=sa.Text)
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="SET NULL", index=True)
    authority: str = Field(default="", max_length=200)
    state: EntityState = Field(default=EntityState.LISTED, sa_type=choice(EntityState))
    merged_into_id: int | None = Field(default=None, foreign_key="entity.id", ondelete="SET NULL", index=True)
    revision: int = Field(default=0, index=True)


class EntityAlias(SQLModel, table=True):
    """One way to write an entity, its name among them; a short one holds only where the full name was read before."""

    __tablename__ = "entity_alias"
    __table_args__ = (sa.UniqueConstraint("entity_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    entity_id: int = Field(foreign_key="entity.id", ondelete="CASCADE", index=True)
    name: str = Field(max_length=200)
    folded: str = Field(max_length=200, index=True)
    short: bool = Field(default=False)


class EntityDistinction(SQLModel, table=True):
    """Two entities that must not be confused; it holds both ways."""

    __tablename__ = "entity_distinction"
    __table_args__ = (sa.UniqueConstraint("entity_id", "other_id"),)

    id: int | None = Field(default=None, primary_key=True)
    entity_id: int = Field(foreign_key="entity.id", ondelete="CASCADE", index=True)
    other_id: int = Field(foreign_key="entity.id", ondelete="CASCADE", index=True)


class Mention(SQLModel, table=True):
    """An entity named in an utterance or an article, by character offsets into its text."""

    __table_args__ = (
        sa.CheckConstraint("(utterance_id IS NULL) <> (article_id IS NULL)", name="is_in_one_place"),
    )

    id: int | None = Field(default=None, primary_key=True)
    entity_id: int = Field(foreign_key="entity.id", ondelete="CASCADE", index=True)
    utterance_id: int | None = Field(default=None, foreign_key="utterance.id", ondelete="CASCADE", index=True)
    article_id: int | None = Field(default=None, foreign_key="article.id", ondelete="CASCADE", index=True)
    start: int
    end: int


class MentionDoubt(SQLModel, table=True):
    """An entity that may be meant there, if a person says so: one row for each that may. Never shown to readers."""

    __tablename__ = "mention_doubt"
    __table_args__ = (
        sa.CheckConstraint("(utterance_id IS NULL) <> (article_id IS NULL)", name="is_in_one_place"),
    )

    id: int | None = Field(default=None, primary_key=True)
    entity_id: int = Field(foreign_key="entity.id", ondelete="CASCADE", index=True)
    utterance_id: int | None = Field(default=None, foreign_key="utterance.id", ondelete="CASCADE", index=True)
    article_id: int | None = Field(default=None, foreign_key="article.id", ondelete="CASCADE", index=True)
    start: int
    end: int


class MentionVerdict(SQLModel, table=True):
    """What a person said a name means, or not, in one talk or article: remembered whenever that is read anew."""

    __tablename__ = "mention_verdict"
    __table_args__ = (
        sa.CheckConstraint("(episode_id IS NULL) <> (article_id IS NULL)", name="is_in_one_place"),
    )

    id: int | None = Field(default=None, primary_key=True)
    entity_id: int = Field(foreign_key="entity.id", ondelete="CASCADE", index=True)
    episode_id: int | None = Field(default=None, foreign_key="episode.id", ondelete="CASCADE", index=True)
    article_id: int | None = Field(default=None, foreign_key="article.id", ondelete="CASCADE", index=True)
    folded: str = Field(max_length=200)
    accepted: bool
    by: str = Field(default="", max_length=200)
    at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class MentionReading(SQLModel, table=True):
    """That a talk or an article was read for names: `digest` is of what was read, `authority` how far the file was.

    `number` rises whenever other mentions were found than before.
    """

    __tablename__ = "mention_reading"
    __table_args__ = (
        sa.CheckConstraint("(episode_id IS NULL) <> (article_id IS NULL)", name="is_in_one_place"),
    )

    id: int | None = Field(default=None, primary_key=True)
    episode_id: int | None = Field(default=None, foreign_key="episode.id", ondelete="CASCADE", unique=True)
    article_id: int | None = Field(default=None, foreign_key="article.id", ondelete="CASCADE", unique=True)
    digest: str = Field(max_length=64)
    authority: int = Field(default=0, index=True)
    number: int = Field(default=0)
