"""One wire for each worker to the database, that can be cut: a network namespace of its own where the machine allows
it, else a relay on the loopback that swallows everything. Nothing leaves the machine."""

import os
import shutil
import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

RUN = {"check": True, "capture_output": True}


class Wire:
    """A relay to the database's socket; `address` is where the worker of this wire finds it."""

    def __init__(self, number: int, target: Path, *, spaces: bool) -> None:
        self._target, self._cut = target, threading.Event()
        self.space = f"presstalk-{os.getpid()}-{number}" if spaces else ""
        self._link = f"pt{os.getpid() % 10_000}x{number}"
        self.host = "127.0.0.1"
        if spaces:
            self._make_space(number)
        self._server = socket.create_server((self.host, 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def prefix(self) -> list[str]:
        """In front of a command, to run it at the far end."""
        return ["ip", "netns", "exec", self.space] if self.space else []

    def _make_space(self, number: int) -> None:
        net = f"10.{200 + os.getpid() % 50}.{number}"  # two benches at once do not meet
        self.host, far = f"{net}.1", f"{net}.2"
        for words in (
            f"netns add {self.space}",
            f"link add {self._link} type veth peer name far netns {self.space}",
            f"addr add {self.host}/30 dev {self._link}",
            f"link set {self._link} up",
            f"-n {self.space} addr add {far}/30 dev far",
            f"-n {self.space} link set far up",
            f"-n {self.space} link set lo up",
        ):
            subprocess.run(["ip", *words.split()], **RUN)

    def cut(self) -> None:
        """From now on nothing that is sent arrives, and nobody is told."""
        self._cut.set()
        if self.space:
            subprocess.run(["ip", "link", "set", self._link, "down"], **RUN)

    def mend(self) -> None:
        if self.space:
            subprocess.run(["ip", "link", "set", self._link, "up"], **RUN)
        self._cut.clear()

    def close(self) -> None:
        self._server.close()
        if self.space:
            subprocess.run(["ip", "netns", "del", self.space], check=False, capture_output=True)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self._target))
                threading.Thread(target=self._join, args=(near, far), daemon=True).start()

    def _join(self, near: socket.socket, far: socket.socket) -> None:
        back = threading.Thread(target=self._carry, args=(far, near), daemon=True)
        back.start()
        self._carry(near, far)
        back.join()
        near.close()
        far.close()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while content := one.recv(65_536):
                while self._cut.is_set():
                    threading.Event().wait(0.1)
                other.sendall(content)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def can_make_spaces() -> bool:
    """May this process make network namespaces?"""
    if not shutil.which("ip"):
        return False
    name = f"presstalk-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True).returncode == 0
    if made:
        subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
    return made
