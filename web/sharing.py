"""One socket that several processes listen on, each taking its share of the connections: whoever wakes first would take
all that wait, and its readers would queue while the next process is idle. What is served is not known here."""

import multiprocessing
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.reduction import DupFd
from multiprocessing.sharedctypes import SynchronizedArray
from typing import Any, NamedTuple

PATIENCE_S = (
    0.01  # so long a connection waits for the process with fewest, which may be busy; then anybody takes it
)
STREAK_S = 0.02
PAUSE_S = 0.0002


class Seats(NamedTuple):
    """How many connections each process holds. They share it: a seat is its process (0: nobody's) and its number."""

    numbers: "SynchronizedArray[int]"
    own: int = -1

    @classmethod
    def of(cls, processes: int) -> "Seats":
        return cls(multiprocessing.get_context("spawn").Array("q", 2 * processes))

    def taken(self) -> "Seats":
        """The same with a seat of our own: a free one, or that of a process that died."""
        with self.numbers.get_lock():
            people = self.numbers[::2]
            own = next((seat for seat, who in enumerate(people) if not _is_alive(who)), len(people) - 1)
            self.numbers[2 * own : 2 * own + 2] = [os.getpid(), 0]
        return Seats(self.numbers, own)

    def add(self, more: int) -> None:
        with self.numbers.get_lock():
            self.numbers[2 * self.own + 1] += more

    def has_fewest(self) -> bool:
        held = self.numbers[1::2]
        return held[self.own] <= min(held)


def _is_alive(process: int) -> bool:
    if not process:
        return False
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False


class SharedListener(socket.socket):
    """A listening socket that goes along to other processes, and hands each of them as many connections."""

    def __init__(self, listening: int, seats: Seats) -> None:
        super().__init__(fileno=listening)
        self._seats = seats
        self._waited_since = self._asked_at = 0.0

    @classmethod
    def of(cls, listener: socket.socket, processes: int) -> "SharedListener":
        """The same socket; the one given is let go."""
        return cls(listener.detach(), Seats.of(processes))

    def __reduce__(self) -> tuple[Callable[..., socket.socket], tuple[Any, ...]]:
        return _opened, (DupFd(self.fileno()), self._seats.numbers)

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection, if it is our turn; else BlockingIOError, as when there is none."""
        if self._seats.own < 0:
            self._seats = self._seats.taken()
        if not self._seats.has_fewest() and self._is_patient():
            raise BlockingIOError
        connection, address = super().accept()
        self._asked_at = 0.0
        return _Connection(connection.detach(), self._seats), address

    def _is_patient(self) -> bool:
        """Whether the process with fewest connections may still take the one that waits."""
        now = time.monotonic()
        if now - self._asked_at > STREAK_S:
            self._waited_since = now
        self._asked_at = now
        if now - self._waited_since > PATIENCE_S:
            return False
        time.sleep(PAUSE_S)
        return True


class _Connection(socket.socket):
    """A connection that counts for its process until it is closed."""

    def __init__(self, connected: int, seats: Seats) -> None:
        super().__init__(fileno=connected)
        self._seats: Seats | None = seats
        seats.add(1)

    def close(self) -> None:
        if self._seats is not None:
            self._seats.add(-1)
            self._seats = None
        super().close()


def _opened(listening: Any, numbers: "SynchronizedArray[int]") -> SharedListener:
    return SharedListener(listening.detach(), Seats(numbers))
