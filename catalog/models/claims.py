"""The ledger: words that assert something, what speaks for and against them, what they are about. No rules."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, choice, now


class ClaimStatus(StrEnum):
    """Candidate and rejected are the house's, the second so that it is not proposed again. Recorded: an editor stands
    by it that this was said; whether it is true is no status of ours. Supported, disputed: there is evidence that
    says so. Corrected: the speaker took it back or mended it. Withdrawn: the newsroom took it from readers."""

    CANDIDATE = "candidate"
    REJECTED = "rejected"
    RECORDED = "recorded"
    SUPPORTED = "supported"
    DISPUTED = "disputed"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class Claim(SQLModel, table=True):
    """Words that assert something, anchored as quotes are. The speaker is derived from whose voice it is, never copied.

    `stands` is whether the words stood in the transcript, in one voice, when the episode was at revision `checked`;
    `speaker_label_id` is that voice, paragraphs `position` to `last_position` hold them. `reasons` are the machine's.
    A `review` is what an editor wrote about the claim, with a `rating` in words; most claims have none.
    """

    id: int | None = Field(default=None, primary_key=True)
    short_id: str = Field(max_length=16, unique=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    exact: str = Field(sa_type=sa.Text)
    prefix: str = Field(default="", max_length=200)
    suffix: str = Field(default="", max_length=200)
    start_ms: int
    end_ms: int
    revision: int = Field(default=0)
    status: ClaimStatus = Field(default=ClaimStatus.CANDIDATE, sa_type=choice(ClaimStatus), index=True)
    stands: bool = Field(default=False)
    checked: int = Field(default=0)
    speaker_label_id: int | None = Field(
        default=None, foreign_key="speaker_label.id", ondelete="SET NULL", index=True
    )
    position: int = Field(default=0)
    last_position: int = Field(default=0)
    language: str = Field(default="", max_length=20)
    reasons: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    note: str = Field(default="", sa_type=sa.Text)
    reply: str = Field(default="", sa_type=sa.Text)
    review: str = Field(default="", sa_type=sa.Text)
    rating: str = Field(default="", max_length=80)
    reviewed_by: str = Field(default="", max_length=200)
    reviewed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str = Field(default="", max_length=200)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    made_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class Stance(StrEnum):
    """What a piece of evidence does to a claim."""

    SUPPORTS = "supports"
    DISPUTES = "disputes"
    CONTEXT = "context"


class ClaimEvidence(SQLModel, table=True):
    """A page that an editor put beside a claim; `article_id` when it is one of ours."""

    __tablename__ = "claim_evidence"
    __table_args__ = (sa.UniqueConstraint("claim_id", "url"),)

    id: int | None = Field(default=None, primary_key=True)
    claim_id: int = Field(foreign_key="claim.id", ondelete="CASCADE", index=True)
    url: str = Field(max_length=2000)
    title: str = Field(default="", max_length=300)
    stance: Stance = Field(sa_type=choice(Stance))
    note: str = Field(default="", sa_type=sa.Text)
    article_id: int | None = Field(default=None, foreign_key="article.id", ondelete="SET NULL", index=True)
    added_by: str = Field(default="", max_length=200)
    added_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class ClaimEntity(SQLModel, table=True):
    """What a claim is about, as an editor said."""

    __tablename__ = "claim_entity"
    __table_args__ = (sa.UniqueConstraint("claim_id", "entity_id"),)

    id: int | None = Field(default=None, primary_key=True)
    claim_id: int = Field(foreign_key="claim.id", ondelete="CASCADE", index=True)
    entity_id: int = Field(foreign_key="entity.id", ondelete="CASCADE", index=True)


class ClaimCorrection(SQLModel, table=True):
    """The later moment at which the speaker mended a claim or took it back, as an editor found it."""

    __tablename__ = "claim_correction"

    claim_id: int = Field(primary_key=True, foreign_key="claim.id", ondelete="CASCADE")
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    at_ms: int
