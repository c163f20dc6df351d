"""A node's row: who serves, how far it has come, and whether it may go on. What it does to get there is `following`'s.

A node serves while its lease holds: some seconds from the last time it read that it is not fenced off. Reading waits
for no writer, and who cannot read the record cannot serve either. Whoever fences a node waits for the length of a
lease, and knows that it serves nobody any more, hung or cut off as it may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, func, select

from catalog.clock import steady_s
from catalog.db import reading, writing
from catalog.models import Redaction, RedactionStage, WebNode
from catalog.models.columns import now
from catalog.pulse import clock_of, moment, write_at_once

LEASE_S = 10.0
CLEANED = (RedactionStage.SOUND, RedactionStage.DONE)  # from here on no copy may hold the words


class Lease:
    """Whether this process may serve; by a clock that nobody can set and that goes on while the machine sleeps."""

    def __init__(self) -> None:
        self._until_s, self._lock = float("-inf"), Lock()

    def renew(self, read_at_s: float) -> None:
        """At that moment, before the record was asked, we were not fenced."""
        with self._lock:
            self._until_s = max(self._until_s, read_at_s + LEASE_S)

    def give_up(self) -> None:
        with self._lock:
            self._until_s = float("-inf")

    @property
    def holds(self) -> bool:
        return steady_s() < self._until_s


@dataclass(frozen=True)
class Standing:
    """How a node stands: `behind` are the changes its index has not followed yet."""

    fenced: bool
    behind: int
    mended: str = ""
    mended_at: datetime | None = None
    has_followed: bool = True

    def lines(self) -> list[str]:
        """
        >>> Standing(fenced=False, behind=0).lines(), Standing(fenced=False, behind=3).lines()
        (['index: in step'], ['index: 3 changes behind'])
        """
        told = ["fenced off: a redaction did not wait for this node; it cleans its copies"] * self.fenced
        told.append(f"index: {self.behind} changes behind" if self.behind else "index: in step")
        if self.mended and self.mended_at:
            told.append(f"mended {self.mended_at:%Y-%m-%d %H:%M} UTC: {self.mended}")
        return told


def join(engine: Engine, machine: str, *, alone: bool) -> None:
    """Have a row for this home. A new one is fenced until it has cleaned what may lie there from before; where the
    record lies in the home itself (`alone`) whoever redacted has done that."""
    with reading(engine) as session:
        if _row(session, machine) is not None:
            return
    with writing(engine, unseen=True) as session:
        if _row(session, machine) is None:
            cleaned = _last_cleanable(session) if alone else 0
            session.add(WebNode(machine=machine, fenced=not alone, cleaned=cleaned, seen_at=moment(session)))


def is_fenced(engine: Engine, machine: str) -> bool:
    """A node without a row is as good as fenced."""
    with reading(engine) as session:
        row = _row(session, machine)
        return row is None or row.fenced


def beat(engine: Engine, machine: str) -> None:
    """Show that this node lives."""
    mine = sa.update(WebNode).where(col(WebNode.machine) == machine)
    write_at_once(engine, mine.values(beat=col(WebNode.beat) + 1, seen_at=clock_of(engine)))


def to_clean(session: Session, machine: str) -> list[Redaction]:
    """The redactions whose words may still be in what this node keeps, the oldest first."""
    row = _row(session, machine)
    if row is None:
        return []
    query = select(Redaction).where(col(Redaction.id) > row.cleaned, col(Redaction.stage).in_(CLEANED))
    return list(session.exec(query.order_by(col(Redaction.id))).all())


def confirm(engine: Engine, machine: str, redaction_id: int) -> None:
    """Nothing this home keeps holds the words of that redaction any more, nor of one before it."""
    with writing(engine, unseen=True) as session:
        row = _row(session, machine)
        if row is not None:
            row.cleaned = max(row.cleaned, redaction_id)
            session.add(row)


def open_again(engine: Engine, machine: str) -> bool:
    """Take the fence away; False while there is something left to clean."""
    with writing(engine, unseen=True) as session:
        row = _row(session, machine)
        if row is None or row.cleaned < _last_cleanable(session):
            return False
        row.fenced = False
        session.add(row)
        return True


def note(engine: Engine, machine: str, number: int, mended: str = "") -> None:
    """The index of this node stands at that change; what was found broken and made good meanwhile."""
    with writing(engine, unseen=True) as session:
        row = _row(session, machine)
        if row is None:
            return
        row.number = number
        if mended:
            row.mended, row.mended_at = mended, now()
        session.add(row)


def standing_of(session: Session, machine: str, number: int) -> Standing | None:
    """How the node stands when the record is at that change; None when it is no node."""
    row = _row(session, machine)
    if row is None:
        return None
    behind = max(0, number - max(row.number, 0))
    return Standing(row.fenced, behind, row.mended, row.mended_at, has_followed=row.number >= 0)


def late_nodes(session: Session, redaction_id: int, but: str) -> list[WebNode]:
    """Those that serve and have not confirmed that redaction, but for one home."""
    query = select(WebNode).where(
        col(WebNode.fenced).is_(False), col(WebNode.cleaned) < redaction_id, col(WebNode.machine) != but
    )
    return list(session.exec(query.order_by(col(WebNode.id))).all())


def fence_nodes(engine: Engine, nodes: Sequence[WebNode]) -> None:
    """From a lease's length on these serve nobody, until they have cleaned what they keep."""
    if nodes:
        with writing(engine, unseen=True) as session:
            for node in nodes:
                session.get_one(WebNode, node.id).fenced = True


def has_fenced(session: Session) -> bool:
    return session.exec(select(WebNode.id).where(col(WebNode.fenced).is_(True)).limit(1)).first() is not None


def _row(session: Session, machine: str) -> WebNode | None:
    return session.exec(select(WebNode).where(WebNode.machine == machine)).first()


def _last_cleanable(session: Session) -> int:
    query = select(func.max(Redaction.id)).where(col(Redaction.stage).in_(CLEANED))
    return session.exec(query).one() or 0
