"""Written articles and their links to episodes. How a link is found is not decided here."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, choice
from catalog.models.episodes import Review


class Article(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(max_length=2000, unique=True)
    title: str = Field(max_length=500)
    author: str = Field(default="", max_length=300)
    byline: str = Field(default="", max_length=500)
    language: str = Field(default="", max_length=20)
    published_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    text: str = Field(default="", sa_type=sa.Text)
    fetched_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    captions: str = Field(default="", sa_type=sa.Text)  # of its pictures, one a line
    source: str = Field(default="", max_length=2000)  # the address of the import that brought it
    gone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # deleted there; kept, and said


class ArticleVersion(SQLModel, table=True):
    """An article as it was before its source changed it."""

    __tablename__ = "article_version"

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", ondelete="CASCADE", index=True)
    url: str = Field(max_length=2000)
    title: str = Field(max_length=500)
    byline: str = Field(default="", max_length=500)
    text: str = Field(default="", sa_type=sa.Text)
    replaced_at: datetime = Field(sa_type=UTCDateTime)


class ArticleSource(SQLModel, table=True):
    """An address that articles were imported from, and are looked for again."""

    __tablename__ = "article_source"

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(max_length=2000, unique=True)
    polled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    problem: str = Field(default="", sa_type=sa.Text)


class EpisodeArticle(SQLModel, table=True):
    """A link between talk and article with its reason, suggested by a machine, judged by a person."""

    __tablename__ = "episode_article"
    __table_args__ = (sa.UniqueConstraint("episode_id", "article_id"),)

    id: int | None = Field(default=None, primary_key=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    article_id: int = Field(foreign_key="article.id", ondelete="CASCADE", index=True)
    utterance_id: int | None = Field(
        default=None, foreign_key="utterance.id", ondelete="SET NULL", index=True
    )
    reason: str = Field(default="", sa_type=sa.Text)
    evidence: str = Field(default="", sa_type=sa.Text)
    score: float | None = None
    review: Review = Field(default=Review.SUGGESTED, sa_type=choice(Review))
