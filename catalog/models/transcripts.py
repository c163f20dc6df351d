"""What was said: tracks, the chunks they were heard in, labels, turns, utterances. Names are applied on reading."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, choice, now


class TrackKind(StrEnum):
    ORIGINAL = "original"
    CAPTIONS = "captions"
    TRANSLATION = "translation"


class LabelState(StrEnum):
    OPEN = "open"
    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    WITHHELD = "withheld"


class Track(SQLModel, table=True):
    """One transcript of an episode. A re-run is a new track; `current` is the one that is read."""

    __table_args__ = (
        sa.CheckConstraint(
            "kind <> 'translation' OR source_track_id IS NOT NULL", name="translation_has_a_source"
        ),
        sa.UniqueConstraint("episode_id", "kind", "language", "revision"),
    )

    id: int | None = Field(default=None, primary_key=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    kind: TrackKind = Field(default=TrackKind.ORIGINAL, sa_type=choice(TrackKind))
    language: str = Field(default="", max_length=20)
    revision: int = Field(default=1)
    current: bool = Field(default=False)
    source_track_id: int | None = Field(default=None, foreign_key="track.id")
    by_human: bool = Field(default=False)
    engine: str = Field(default="", max_length=80)
    engine_version: str = Field(default="", max_length=40)
    engine_options: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    model: str = Field(default="", max_length=200)
    note: str = Field(default="", sa_type=sa.Text)
    dropped: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class Chunk(SQLModel, table=True):
    """A stretch of sound heard in one durable step; `media_file_id` is the engine's own result, never edited."""

    __table_args__ = (sa.UniqueConstraint("track_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    track_id: int = Field(foreign_key="track.id", ondelete="CASCADE", index=True)
    position: int
    start_ms: int
    end_ms: int
    media_file_id: int | None = Field(default=None, foreign_key="media_file.id")


class SpeakerLabel(SQLModel, table=True):
    """A diarizer's label in one run, and whose voice it is held to be. One row renames a whole episode.

    `evidence` is `[{"kind", "text", "log_odds", "at_ms"}, ...]`, strongest first. A label that a person merged
    into another keeps its row and its turns; it is read as that other one.
    """

    __tablename__ = "speaker_label"
    __table_args__ = (
        sa.UniqueConstraint("episode_id", "run", "label"),
        sa.CheckConstraint(
            "state <> 'confirmed' OR appearance_id IS NOT NULL OR shown_as <> ''",
            name="confirmed_means_a_name",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    run: int = Field(default=1)
    label: str = Field(max_length=40)
    state: LabelState = Field(default=LabelState.OPEN, sa_type=choice(LabelState))
    appearance_id: int | None = Field(
        default=None, foreign_key="appearance.id", ondelete="SET NULL", index=True
    )
    shown_as: str = Field(default="", max_length=200)
    probability: float | None = None
    evidence: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    merged_into_id: int | None = Field(
        default=None, foreign_key="speaker_label.id", ondelete="SET NULL", index=True
    )
    reviewed_by: str = Field(default="", max_length=200)
    reviewed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Turn(SQLModel, table=True):
    """A stretch of time one label holds; turns may overlap, people interrupt."""

    id: int | None = Field(default=None, primary_key=True)
    speaker_label_id: int = Field(foreign_key="speaker_label.id", ondelete="CASCADE", index=True)
    start_ms: int
    end_ms: int
    posterior: float = Field(default=1.0)
    overlap: bool = Field(default=False)


class Utterance(SQLModel, table=True):
    """A paragraph of speech. `words` is `[[start_ms, end_ms, text, probability], ...]`.

    `checked_by` has listened to it and read it, and stands by it.
    """

    __table_args__ = (
        sa.UniqueConstraint("track_id", "position"),
        sa.CheckConstraint("end_ms >= start_ms", name="ends_after_it_starts"),
    )

    id: int | None = Field(default=None, primary_key=True)
    track_id: int = Field(foreign_key="track.id", ondelete="CASCADE", index=True)
    position: int
    start_ms: int
    end_ms: int
    speaker_label_id: int | None = Field(
        default=None, foreign_key="speaker_label.id", ondelete="SET NULL", index=True
    )
    language: str = Field(default="", max_length=20)
    text: str = Field(sa_type=sa.Text)
    words: list[list[Any]] = Field(default_factory=list, sa_type=sa.JSON)
    flags: list[dict[str, str]] = Field(default_factory=list, sa_type=sa.JSON)
    checked_by: str = Field(default="", max_length=200)
    checked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class FixupState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Fixup(SQLModel, table=True):
    """A misheard name or term and what it may have been: words [first, last) of an utterance. A person decides."""

    __table_args__ = (sa.UniqueConstraint("utterance_id", "first"),)

    id: int | None = Field(default=None, primary_key=True)
    utterance_id: int = Field(foreign_key="utterance.id", ondelete="CASCADE", index=True)
    first: int
    last: int
    heard: str = Field(max_length=500)
    proposed: str = Field(max_length=500)
    state: FixupState = Field(default=FixupState.OPEN, sa_type=choice(FixupState))
    decided_by: str = Field(default="", max_length=200)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
