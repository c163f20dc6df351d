"""What is measured of the record and of a worker, as Prometheus reads it. Numbers and kinds only: no talk, no person,
no reader is named. What the site measures of its answers is `web.health`'s; what to make of it, docs/deploy's."""

from collections.abc import Iterator
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, func, select

from catalog.db import DatabaseUnusable, reading
from catalog.models import Job, JobState, Redaction, RedactionStage, WebNode
from catalog.models.columns import now
from catalog.pulse import live_workers, moment
from catalog.reading import count_published
from catalog.sequence import sequence_of
from catalog.settings import Settings
from catalog.work_health import last_backup

GONE_AFTER = timedelta(days=1)  # a node that was silent for so long was taken away, and is not missed
STEP_S = (0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400)


class RecordMeters(Collector):
    """Read from the record each time somebody asks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def describe(self) -> list[Metric]:
        return []  # else the record would be asked when the registry is made

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("presstalk_record_up", "Whether the record can be read")
        try:
            number = sequence_of(self._engine).number()
            with reading(self._engine) as session:
                found = [*_jobs(session), *_nodes(session, number), *_others(session)]
        except DatabaseUnusable:
            found = []
        up.add_metric([], 1.0 if found else 0.0)
        yield up
        yield from found


def _jobs(session: Session) -> list[Metric]:
    jobs = GaugeMetricFamily("presstalk_jobs", "Jobs by state", labels=["state"])
    counted = dict(session.exec(select(Job.state, func.count()).group_by(col(Job.state))).all())
    for state in JobState:
        jobs.add_metric([state.value], counted.get(state, 0))
    oldest = session.exec(select(func.min(Job.created_at)).where(Job.state == JobState.QUEUED)).one()
    waiting = GaugeMetricFamily(
        "presstalk_oldest_job_seconds",
        "How long the oldest job that nobody works on has waited",
        value=max(0.0, (now() - oldest).total_seconds()) if oldest else 0.0,
    )
    return [jobs, waiting]


def _nodes(session: Session, number: int) -> list[Metric]:
    behind = GaugeMetricFamily(
        "presstalk_index_changes_behind", "Changes a node's index has not followed", labels=["node"]
    )
    fenced = GaugeMetricFamily("presstalk_node_fenced", "Whether a node serves nobody", labels=["node"])
    here = select(WebNode).where(col(WebNode.seen_at) > moment(session) - GONE_AFTER)
    for node in session.exec(here.order_by(col(WebNode.id))).all():
        behind.add_metric([node.machine[:8]], max(0, number - max(0, node.number)))
        fenced.add_metric([node.machine[:8]], float(node.fenced))
    return [behind, fenced]


def _others(session: Session) -> list[Metric]:
    undone = session.exec(select(func.count()).where(Redaction.stage != RedactionStage.DONE)).one()
    return [
        GaugeMetricFamily("presstalk_workers", "Workers at work", value=len(live_workers(session))),
        GaugeMetricFamily(
            "presstalk_published_episodes", "Talks a reader can see", value=count_published(session)
        ),
        GaugeMetricFamily(
            "presstalk_redactions_unfinished", "Redactions asked for and not done", value=undone
        ),
    ]


class BackupMeter(Collector):
    """When this home was last copied away; silent where that never happened, for another home may do it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        if at := last_backup(self._settings):
            yield GaugeMetricFamily(
                "presstalk_last_backup_timestamp_seconds",
                "When the newest backup of this home was finished",
                value=at.timestamp(),
            )


class WorkMeters:
    """What one worker counts of its own steps."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.steps = Histogram(
            "presstalk_step_seconds",
            "Time a step took that came to its end",
            ["step"],
            buckets=STEP_S,
            registry=self.registry,
        )
        self.failures = Counter(
            "presstalk_step_failures_total",
            "Attempts that failed, by step and code",
            ["step", "code"],
            registry=self.registry,
        )
        self.sound = Counter(
            "presstalk_heard_sound_seconds_total", "Sound that was heard", registry=self.registry
        )
        self.hearing = Counter(
            "presstalk_hearing_seconds_total", "Time it took to hear it", registry=self.registry
        )
