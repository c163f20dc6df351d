"""Topics, people, places, organisations, outlets, and where they are mentioned."""

from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import choice


class EntityKind(StrEnum):
    TOPIC = "topic"
    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    OUTLET = "outlet"


class Entity(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=120, unique=True)
    kind: EntityKind = Field(sa_type=choice(EntityKind))
    name: str = Field(max_length=200)
    description: str = Field(default="", sa_type=sa.Text)
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="SET NULL", index=True)


class EntityAlias(SQLModel, table=True):
    __tablename__ = "entity_alias"
    __table_args__ = (sa.UniqueConstraint("entity_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    entity_id: int = Field(foreign_key="entity.id", ondelete="CASCADE", index=True)
    name: str = Field(max_length=200)
    folded: str = Field(max_length=200, index=True)


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
