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
    links: str = Field(default="", sa_type=sa.Text)  # addresses it links to or embeds, one a line
    summary: str = Field(default="", sa_type=sa.Text)  # the newsroom's own line on it, by a person
    source: str = Field(default="", max_length=2000)  # the address of the import that brought it
    gone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # deleted there; kept, and said
    related_at: datetime | None = Field(
        default=None, sa_type=UTCDateTime
    )  # None: talks are yet to be looked for


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
    modified_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # the newest change seen there


class TalkCandidate(SQLModel, table=True):
    """A talk that stands among the articles of a source: suggested until somebody adds it (confirmed) or says that it
    is none of ours (rejected). `mark` is a digest of what tells it from others."""

    __tablename__ = "talk_candidate"

    id: int | None = Field(default=None, primary_key=True)
    mark: str = Field(max_length=64, unique=True)
    title: str = Field(max_length=500)
    description: str = Field(default="", sa_type=sa.Text)
    address: str = Field(default="", max_length=2000)  # where it can be heard, if its entry tells
    source: str = Field(default="", max_length=2000)  # the address of the import that named it
    found_at: datetime = Field(sa_type=UTCDateTime)
    review: Review = Field(default=Review.SUGGESTED, sa_type=choice(Review))
    decided_by: str = Field(default="", max_length=200)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class EpisodeArticle(SQLModel, table=True):
    """A link between talk and article, suggested by a machine, judged by a person.

    `evidence` is what both have in common, as JSON (`catalog.relate.reasons`); `reason` is what a person wrote instead.
    `place` orders those a person has put in order.
    """

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
    pinned: bool = Field(default=False)
    place: int = Field(default=0)
    decided_by: str = Field(default="", max_length=200)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ArticleQuotation(SQLModel, table=True):
    """Words of an article's paragraph, as they stand there in `quote`, were said in a talk from `start_ms` on.

    `stamp` is a digest of those words and whose they are, as they stood when a machine found them or an editor
    last looked. Stamp and quote are empty once they were redacted.
    """

    __tablename__ = "article_quotation"

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", ondelete="CASCADE", index=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    utterance_id: int | None = Field(
        default=None, foreign_key="utterance.id", ondelete="SET NULL", index=True
    )
    paragraph: int
    quote: str = Field(default="", sa_type=sa.Text)
    start_ms: int
    end_ms: int
    words: int
    stamp: str = Field(default="", max_length=64)
    likeness: float
    quoted: bool = Field(default=True)
    review: Review = Field(default=Review.SUGGESTED, sa_type=choice(Review))
    decided_by: str = Field(default="", max_length=200)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class EpisodeRelated(SQLModel, table=True):
    """At which revision of a talk its articles were last looked for."""

    __tablename__ = "episode_related"

    episode_id: int = Field(primary_key=True, foreign_key="episode.id", ondelete="CASCADE")
    revision: int
    at: datetime = Field(sa_type=UTCDateTime)
