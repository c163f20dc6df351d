"""Episodes, where they come from, who appears, and the files kept of them. Words live in `transcripts`."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, choice, now


class EpisodeState(StrEnum):
    NEW = "new"
    WORKING = "working"
    REVIEW = "review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    MODERATOR = "moderator"
    HOST = "host"
    GUEST = "guest"


class Review(StrEnum):
    """How far a human has gone along with a suggestion."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class MediaKind(StrEnum):
    ORIGINAL = "original"
    WAV = "wav"
    WEB_AUDIO = "web_audio"
    WEB_AUDIO_LOW = "web_audio_low"
    WEB_VIDEO = "web_video"
    POSTER = "poster"
    PEAKS = "peaks"
    THUMBNAIL = "thumbnail"
    CAPTIONS = "captions"
    INFO = "info"
    RAW_OUTPUT = "raw_output"


class Episode(SQLModel, table=True):
    """One talk. Only `published` is public; `revision` rises with every change a reader could see.

    `provisional` means that title and summary were not given by a person and still come from the source;
    `aired_at` is when the source put the talk out, `published_at` when we did. `publish_at` is when it shall be
    published, `publish_problem` why that was not done. `approved_revision` is what the first of two people agreed to.
    `withdrawn_note` is told to readers; of a talk withdrawn silently they are told nothing. `consent` is the
    newsroom's own note of what the guests agreed to. `claims_sought` is the revision at which its
    words were last gone through for claims.
    """

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=120, unique=True)
    first_slug: str = Field(default="", max_length=120, index=True)  # until its source told its title
    title: str = Field(max_length=500)
    summary: str = Field(default="", sa_type=sa.Text)
    language: str | None = Field(default=None, max_length=20)
    published_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    provisional: bool = Field(default=False)
    aired_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    recorded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    embargo_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    publish_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    publish_problem: str = Field(default="", sa_type=sa.Text)
    approved_by_id: int | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    approved_revision: int = Field(default=0)
    withdrawn_note: str = Field(default="", sa_type=sa.Text)
    withdrawn_silently: bool = Field(default=False)
    consent: str = Field(default="", sa_type=sa.Text)
    duration_ms: int | None = Field(default=None, sa_type=sa.BigInteger)
    state: EpisodeState = Field(default=EpisodeState.NEW, sa_type=choice(EpisodeState), index=True)
    revision: int = Field(default=1)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime, index=True)
    claims_sought: int = Field(default=0)
    problem: str = Field(default="", sa_type=sa.Text)
    problem_code: str = Field(default="", max_length=60)
    problem_retry: bool = Field(default=False)


class EpisodeSource(SQLModel, table=True):
    """An address an episode was, or could be, had from; several may lead to one talk.

    Provider and `external_id` say which talk it is, whatever the address looks like today.
    """

    __tablename__ = "episode_source"
    __table_args__ = (sa.UniqueConstraint("provider", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    url: str = Field(max_length=2000)
    provider: str = Field(max_length=40)
    external_id: str = Field(max_length=500)


class Chapter(SQLModel, table=True):
    __table_args__ = (sa.UniqueConstraint("episode_id", "start_ms"),)

    id: int | None = Field(default=None, primary_key=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    start_ms: int
    end_ms: int
    title: str = Field(max_length=500)


class Appearance(SQLModel, table=True):
    """A person in an episode, with role and affiliation as of that day and the words that prove it.

    `pseudonymous`: the name stands in another's place, which is kept nowhere.
    """

    __table_args__ = (sa.UniqueConstraint("episode_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    role: Role = Field(sa_type=choice(Role))
    affiliation: str = Field(default="", max_length=500)
    evidence: str = Field(default="", sa_type=sa.Text)
    review: Review = Field(default=Review.SUGGESTED, sa_type=choice(Review))
    pseudonymous: bool = Field(default=False)


class MediaFile(SQLModel, table=True):
    """One file on the shelf, known by the SHA-256 of its bytes."""

    __tablename__ = "media_file"
    __table_args__ = (sa.UniqueConstraint("episode_id", "kind", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    kind: MediaKind = Field(sa_type=choice(MediaKind))
    name: str = Field(default="", max_length=200)
    sha256: str = Field(max_length=64, index=True)
    mime: str = Field(default="application/octet-stream", max_length=100)
    size: int = Field(sa_type=sa.BigInteger)
    duration_ms: int | None = Field(default=None, sa_type=sa.BigInteger)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
