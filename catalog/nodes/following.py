"""A node at work: its index follows the record, its copies follow redactions, its lease is kept. Any number of
processes of one home share a node; one of them, the leader, does the work for all. What is served is not known here.
"""

import fcntl
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import IO

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from catalog.clock import steady_s
from catalog.db import DatabaseUnusable, reading
from catalog.newsroom import Newsroom
from catalog.nodes import standing
from catalog.nodes.snapshots import is_wanted, keep_snapshot, take_snapshot
from catalog.nodes.standing import Lease
from catalog.redaction.copies import clean_copies, cleaning
from catalog.search.generations import FolderStamp
from catalog.search.index import TurnIndex
from catalog.search.refresh import heal
from catalog.sequence import sequence_of
from catalog.worker_names import machine_of

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.4
BEAT_EVERY_S = 4.0
TAKEN = "the index was missing and was taken from the store"
AWAY = (DatabaseUnusable, sa.exc.SQLAlchemyError, OSError)


class Node:
    """This process's part in the node of its home: `start`, ask `may_serve` for each reader, `stop`."""

    def __init__(self, newsroom: Newsroom, index: Callable[[], TurnIndex]) -> None:
        self.newsroom, self._index = newsroom, index
        self.machine = machine_of(newsroom)
        self._lease, self._stopped = Lease(), Event()
        self._leading: IO[str] | None = None
        self._electing = Lock()
        self._number, self._stamp = -1, FolderStamp(newsroom.settings.index_folder)
        self._known_mended = 0

    @property
    def may_serve(self) -> bool:
        return self._lease.holds

    def start(self) -> None:
        """Have a row and, where nothing is to be cleaned first, a lease; the rest goes on in threads."""
        with suppress(*AWAY):
            standing.join(self._engine, self.machine, alone=not self.newsroom.settings.database_url)
            if self._lead():
                self._open_again()
                if self._stamp.is_lost() and take_snapshot(self.newsroom):  # before a reader has it made anew
                    standing.note(self._engine, self.machine, -1, TAKEN)
            self._renew()
        for act, every_s in (
            (self._renew, LOOK_EVERY_S),
            (self._beat, BEAT_EVERY_S),
            (self._follow, LOOK_EVERY_S),
        ):
            Thread(target=self._keep, args=(act, every_s), daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        self._lease.give_up()
        if self._leading is not None:
            self._leading.close()

    @property
    def _engine(self) -> Engine:
        return self.newsroom.engine

    def _keep(self, act: Callable[[], None], every_s: float) -> None:
        """Until we stop; a database that is away is waited for."""
        is_away = False
        while not self._stopped.wait(every_s):
            try:
                act()
                is_away = False
            except AWAY as problem:
                if not is_away:
                    log.warning("the node waits: %s", getattr(problem, "sentence", type(problem).__name__))
                is_away = True
            except Exception:
                log.exception("the node could not follow; it tries again")

    def _renew(self) -> None:
        asked_at_s = steady_s()
        if standing.is_fenced(self._engine, self.machine):
            self._lease.give_up()
        else:
            self._lease.renew(asked_at_s)

    def _beat(self) -> None:
        if self._lead():
            standing.beat(self._engine, self.machine)

    def _lead(self) -> bool:
        """Are we the one process of this home that works for the node? The lock ends with the process that holds it."""
        with self._electing:
            if self._leading is None:
                self._leading = _locked(self.newsroom.settings.home / "workers" / "node.lock")
            return self._leading is not None

    def _follow(self) -> None:
        if not self._lead():
            return
        self._clean()
        number = sequence_of(self._engine).number()  # before the record is looked at
        is_lost = self._stamp.is_lost()
        if number != self._number or is_lost:
            taken = is_lost and take_snapshot(self.newsroom)
            heal(self._engine, self._index())
            self._note(number, TAKEN if taken else "")
            self._number = number
        elif is_wanted(self.newsroom):
            with cleaning(self.newsroom, wait=False) as ours:
                if ours:
                    keep_snapshot(self.newsroom, self._index(), number)

    def _clean(self) -> None:
        """What redactions took out of the record goes from what this home keeps; a redaction that is carried out from
        here does so itself."""
        with reading(self._engine) as session:
            waiting = standing.to_clean(session, self.machine)
        if waiting:
            with cleaning(self.newsroom, wait=False) as ours:
                if not ours:
                    return
                clean_copies(self.newsroom, {one.episode_id for one in waiting})
                standing.confirm(self._engine, self.machine, waiting[-1].id or 0)
        if standing.is_fenced(self._engine, self.machine):
            self._open_again()

    def _open_again(self) -> None:
        standing.join(self._engine, self.machine, alone=False)
        if standing.is_fenced(self._engine, self.machine) and standing.open_again(self._engine, self.machine):
            log.warning("this node holds nothing that was redacted: it serves from now on")

    def _note(self, number: int, found: str) -> None:
        mended = self._index().generations.mended
        if len(mended) > self._known_mended:
            found = f"the index was {mended[-1]} and was made anew"
        self._known_mended = len(mended)
        standing.note(self._engine, self.machine, number, found)


def _locked(path: Path) -> IO[str] | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
