"""The newsroom's running work: jobs and how far they are, workers and their pulse, subscriptions. No words in here."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from catalog.models.columns import UTCDateTime, choice, now


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Begin(StrEnum):
    """Where a job begins: with whatever is not yet done, or again with telling voices apart, or with naming them; or
    that it translates what was heard, and does nothing else."""

    OPEN = "open"
    SEPARATE = "separate"
    NAME = "name"
    TRANSLATE = "translate"


class Job(SQLModel, table=True):
    """One run of the pipeline over an episode and how far it is; `workflow_id` names it in the queue."""

    id: int | None = Field(default=None, primary_key=True)
    episode_id: int = Field(foreign_key="episode.id", ondelete="CASCADE", index=True)
    workflow_id: str = Field(max_length=80, unique=True)
    begins: Begin = Field(default=Begin.OPEN, sa_type=choice(Begin))
    state: JobState = Field(default=JobState.QUEUED, sa_type=choice(JobState), index=True)
    stage: str = Field(default="", max_length=20)
    percent: float = Field(default=0.0)
    speed: float | None = None
    seconds_left: float | None = None
    worker: str = Field(default="", max_length=120)
    waited_for: bool = Field(default=True)  # by a person; else it is back-catalogue, done when nobody waits
    source: str = Field(default="", max_length=40)  # what asked for it: no source keeps the others waiting
    handed: bool = Field(default=False)  # to the queue, from where workers take it
    given_turns: str = Field(default="", max_length=64)  # the hash of turns another tool made, on the shelf
    problem: str = Field(default="", sa_type=sa.Text)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    updated_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class Worker(SQLModel, table=True):
    """A running worker's pulse; one that stopped beating is fenced, and its work taken over.

    `token` is of one life of the worker: whoever writes for it looks in the same transaction whether it still holds.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120, unique=True)
    token: str = Field(default="", max_length=32)
    machine: str = Field(default="", max_length=32)
    rules: int = Field(default=0)  # in which order steps are done: only those who agree work side by side
    queues: str = Field(default="", max_length=40)
    beat: int = Field(default=0)
    fenced: bool = Field(default=False)
    started_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    seen_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class Subscription(SQLModel, table=True):
    """A feed, channel, playlist or watched folder that is looked at for new talks.

    With `automatic` every new one is brought in; of those there at the first look only the `newest`.
    """

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(max_length=2000, unique=True)
    automatic: bool = Field(default=True)
    newest: int = Field(default=3)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    polled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # the last look that succeeded
    problem: str = Field(default="", sa_type=sa.Text)


class SubscriptionItem(SQLModel, table=True):
    """A talk a subscription offered, and the episode it became, if any."""

    __tablename__ = "subscription_item"
    __table_args__ = (sa.UniqueConstraint("subscription_id", "guid"),)

    id: int | None = Field(default=None, primary_key=True)
    subscription_id: int = Field(foreign_key="subscription.id", ondelete="CASCADE", index=True)
    guid: str = Field(max_length=500)
    url: str = Field(max_length=2000)
    title: str = Field(default="", max_length=500)
    seen_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    episode_id: int | None = Field(default=None, foreign_key="episode.id", ondelete="SET NULL", index=True)
