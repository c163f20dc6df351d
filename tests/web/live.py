"""The real server on a free port of this machine, in a thread, for tests that need one. No test lives here."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Queue

import uvicorn
from fastapi import FastAPI

from web.serving import AnnouncedServer, listen


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of the application while it is served."""
    listener = listen("127.0.0.1", 0)
    ready: Queue[None] = Queue()
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, ws="none")
    server = AnnouncedServer(config, lambda: ready.put(None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        ready.get(timeout=30)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()


@contextmanager
def breaking_line(address: str, after: int) -> Iterator[str]:
    """The same server behind a line that breaks once, when so many bytes went up on one connection; then it holds."""
    line = _Line(address, after)
    carrier = threading.Thread(target=line.carry)
    carrier.start()
    try:
        yield f"http://127.0.0.1:{line.listener.getsockname()[1]}"
        assert line.broken, "the line never broke"
    finally:
        for end in line.ends:
            _hang_up(end)
        for thread in (carrier, *line.threads):
            thread.join(timeout=30)
        for end in line.ends:
            end.close()


class _Line:
    """Carries bytes both ways, a thread for each way of each connection."""

    def __init__(self, address: str, after: int) -> None:
        host, _, port = address.removeprefix("http://").partition(":")
        self.beyond, self.after, self.broken = (host, int(port)), after, False
        self.listener = listen("127.0.0.1", 0)
        self.ends = [self.listener]
        self.threads: list[threading.Thread] = []

    def carry(self) -> None:
        with suppress(OSError):
            while True:
                here, there = self.listener.accept()[0], socket.create_connection(self.beyond)
                self.ends += [here, there]
                for way in ((here, there, True), (there, here, False)):
                    self.threads.append(threading.Thread(target=self._pump, args=way))
                    self.threads[-1].start()

    def _pump(self, source: socket.socket, goal: socket.socket, is_up: bool) -> None:
        sent = 0
        with suppress(OSError):
            while data := source.recv(65_536):
                sent += len(data)
                if is_up and sent > self.after and not self.broken:
                    self.broken = True
                    break
                goal.sendall(data)
        for end in (source, goal):
            _hang_up(end)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
