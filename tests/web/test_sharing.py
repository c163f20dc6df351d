"""Processes that listen on one socket share the connections."""

import multiprocessing
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Connection

import pytest

from web import sharing
from web.sharing import SharedListener

PLENTY_S = 30


def take_turns(listener: SharedListener, orders: Connection) -> None:
    """Another process: takes what it may when told so, and says how many it holds."""
    held: list[socket.socket] = []
    while (order := orders.recv()) is not None:
        if order == "close":
            held.pop().close()
        else:
            with suppress(BlockingIOError):
                held.append(listener.accept()[0])
        orders.send(len(held))


@contextmanager
def two_that_listen() -> Iterator[tuple[tuple[str, int], list[Connection]]]:
    listener = SharedListener.of(socket.create_server(("127.0.0.1", 0)), 2)
    listener.setblocking(False)
    spawn = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        stack.callback(listener.close)
        lines = []
        for _ in range(2):
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=take_turns, args=(listener, theirs))
            process.start()
            stack.callback(process.join, PLENTY_S)
            stack.callback(ours.send, None)
            lines.append(ours)
        yield listener.getsockname(), lines


def ask(line: Connection, order: str = "take") -> int:
    line.send(order)
    assert line.poll(PLENTY_S)
    count: int = line.recv()
    return count


def test_who_has_more_leaves_the_next_one_to_who_has_fewer() -> None:
    with two_that_listen() as (address, (one, other)), ExitStack() as readers:
        for _ in range(6):
            readers.enter_context(socket.create_connection(address))
        assert ask(one) == 1 and ask(other) == 1
        assert ask(one) == 2
        assert ask(one) == 2, "it took another, though the other process has fewer"
        assert ask(other) == 2 and ask(other) == 3
        assert ask(other, "close") == 2 and ask(one) == 3


def test_nobody_waits_for_a_process_that_does_not_come() -> None:
    with two_that_listen() as (address, (one, other)), ExitStack() as readers:
        for _ in range(3):
            readers.enter_context(socket.create_connection(address))
        assert ask(other) == 1 and ask(one) == 1 and ask(one) in (1, 2)
        for _ in range(500):
            if ask(one) >= 2:
                return
    pytest.fail("the connection was left to a process that is busy")


def test_a_seat_of_the_dead_is_taken_over() -> None:
    seats = sharing.Seats.of(2)
    ended = multiprocessing.get_context("spawn").Process(target=int)
    ended.start()
    ended.join()
    seats.numbers[0:2] = [ended.pid or 0, 40]
    mine = seats.taken()
    assert mine.own == 0 and list(seats.numbers) == [sharing.os.getpid(), 0, 0, 0]
    assert mine.has_fewest()
