"""Who is at work for a newsroom: one life of a worker in the record, its beats, and how others see that it ended.

A life has a token. Whoever writes for it looks in the same transaction whether that token still holds, so that a
worker that was given up for dead cannot write over the one that took its work. Clocks are not compared: others watch
whether a counter grows, by their own steady clock. What workers do is not known here.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from catalog.db import WRITES, reading, writing
from catalog.errors import CatalogError, NotAllowed
from catalog.models import Worker
from catalog.models.columns import now
from catalog.newsroom import Newsroom

PULSE_EVERY_S = 4.0
DEAD_AFTER = timedelta(seconds=20)


class Fenced(CatalogError):
    """This worker was silent for so long that others took its work over."""

    code = "fenced"


class Life:
    """This worker, from its start until it stops or is given up for dead."""

    def __init__(self, engine: Engine, machine: str, rules: int, queues: Sequence[str]) -> None:
        self._engine, self._machine = engine, machine
        self._rules, self._queues = rules, tuple(queues)
        self.name, self.token = "", secrets.token_hex(16)

    @property
    def executor(self) -> str:
        """What the queue knows this life as."""
        return executor_of(self.name, self.token)

    def begin(self, name: str) -> bool:
        """Take the name; an earlier life of it here, or one that is over, leaves its work to whoever looks next.

        False when another machine works under that name. Raises NotAllowed beside workers with other rules.
        """
        with writing(self._engine, unseen=True) as session:
            self._refuse_others(session)
            row = session.exec(select(Worker).where(Worker.name == name)).first()
            if row is not None and row.machine != self._machine and _is_live(row, moment(session)):
                return False
            if row is not None:
                row.fenced, row.name = True, f"{name[:100]} #{row.token[:8]}"
                session.add(row)
                session.flush()
            session.add(
                Worker(
                    name=name,
                    token=self.token,
                    machine=self._machine,
                    rules=self._rules,
                    queues=",".join(self._queues),
                    seen_at=moment(session),
                )
            )
        self.name = name
        return True

    def _refuse_others(self, session: Session) -> None:
        names = ", ".join(row.name for row in live_workers(session) if row.rules != self._rules)
        if names:
            raise NotAllowed(
                f"Workers of another version are at work ({names}), and they do the steps in another order. Stop "
                "them first, or install their version here; what they leave behind is gone on with."
            )

    def beat(self) -> None:
        """Show that we live. Raises Fenced; waits for no writer, so that a busy record makes nobody look dead."""
        mine = sa.update(Worker).where(col(Worker.token) == self.token, col(Worker.fenced).is_(False))
        beat = mine.values(beat=col(Worker.beat) + 1, seen_at=clock_of(self._engine))
        if not write_at_once(self._engine, beat):
            raise self.lost()

    def hold(self, session: Session) -> None:
        """The fence: raises Fenced when others have taken our work over."""
        held = select(Worker.id).where(Worker.token == self.token, col(Worker.fenced).is_(False))
        if session.exec(held).first() is None:
            raise self.lost()

    def lost(self) -> Fenced:
        return Fenced(
            f"'{self.name}' was silent for too long, and others went on with its work; nothing of it was lost. "
            "Start it again."
        )

    def end(self) -> None:
        """Leave our work to others at once."""
        with writing(self._engine, unseen=True) as session:
            row = session.exec(select(Worker).where(Worker.token == self.token)).first()
            if row is not None:
                row.fenced = True
                session.add(row)


class Lookout:
    """Looks at the beats of others. One whose counter does not grow for `dead_after` is held to be dead."""

    def __init__(self, dead_after: timedelta) -> None:
        self._dead_after_s = dead_after.total_seconds()
        self._seen: dict[str, tuple[int, float]] = {}

    def silent(self, beats: dict[str, int], at_s: float) -> set[str]:
        """Which of these lives (token and counter) have been silent for too long at this moment of a steady clock.

        >>> watch = Lookout(timedelta(seconds=20))
        >>> [watch.silent({"a": 1, "b": n}, at) for n, at in ((1, 0.0), (2, 15.0), (2, 21.0))]
        [set(), set(), {'a'}]
        """
        self._seen = {
            token: (beat, self._seen[token][1] if self._seen.get(token, (None,))[0] == beat else at_s)
            for token, beat in beats.items()
        }
        return {token for token, (_, since) in self._seen.items() if at_s - since >= self._dead_after_s}


def executor_of(name: str, token: str) -> str:
    return f"{name}:{token[:8]}"


def others(session: Session, token: str) -> list[Worker]:
    return list(session.exec(select(Worker).where(Worker.token != token).order_by(col(Worker.id))).all())


def fence_off(engine: Engine, worker: Worker) -> bool:
    """From now on that life writes nothing; False when it has shown up meanwhile or is gone."""
    with writing(engine, unseen=True) as session:
        row = session.get(Worker, worker.id)
        if row is None or (row.token, row.beat) != (worker.token, worker.beat):
            return False
        row.fenced = True
        session.add(row)
        return True


def forget(engine: Engine, worker: Worker) -> None:
    """Its work is in other hands."""
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        connection.execute(sa.delete(Worker).where(col(Worker.id) == worker.id))


def write_at_once(engine: Engine, statement: sa.Update) -> int:
    """One statement that is its own transaction and waits for no other writer; how many rows it changed.

    On PostgreSQL whoever is cut off meanwhile leaves no row locked: there is no moment between statement and commit.
    """
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.begin() as connection:
        return connection.execute(statement).rowcount


def clock_of(engine: Engine) -> datetime | sa.ColumnElement[datetime]:
    """Now, by the one clock all workers share: the database's. SQLite has none; all its workers share a machine."""
    return now() if engine.dialect.name == "sqlite" else sa.func.clock_timestamp()


def moment(session: Session) -> datetime:
    """The same, read."""
    clock = clock_of(session.get_bind().engine)
    return clock if isinstance(clock, datetime) else session.execute(sa.select(clock)).scalar_one()


def _is_live(row: Worker, at: datetime) -> bool:
    return not row.fenced and row.seen_at > at - DEAD_AFTER


def live_workers(session: Session) -> list[Worker]:
    at = moment(session)
    return [row for row in session.exec(select(Worker).order_by(col(Worker.name))).all() if _is_live(row, at)]


def has_worker(newsroom: Newsroom) -> bool:
    """Is a worker at work for this newsroom, here or elsewhere?"""
    with reading(newsroom.engine) as session:
        return is_manned(session)


def is_manned(session: Session) -> bool:
    return bool(live_workers(session))
