"""`presstalk serve` as it is started: a process, a port, an address printed when it listens."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catalog.settings import Settings

PRESSTALK = [sys.executable, "-m", "catalog.cli"]


@contextmanager
def serving(home: Path, *words: str, **environment: str) -> Iterator[str]:
    """The address the started site printed; what it wrote down meanwhile is in `home`/log."""
    values = {**os.environ, "PRESSTALK_HOME": str(home), "PYTHONUNBUFFERED": "1", **environment}
    with (
        (home / "log").open("w") as log,
        subprocess.Popen(
            [*PRESSTALK, "serve", *words], env=values, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        assert process.stdout is not None
        (home / "pid").write_text(str(process.pid))
        try:
            yield process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()  # type: ignore[no-any-return]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_the_site_prints_its_address_when_it_answers_there(tmp_path: Path) -> None:
    metrics = free_port()
    with serving(tmp_path, "--port", "0", PRESSTALK_METRICS_PORT=str(metrics)) as line:
        found = re.fullmatch(r"Serving South Asia Press Talk at (http://127\.0\.0\.1:\d+)", line)
        assert found
        assert fetch(found[1] + "/healthz").startswith("ok\n")
        assert "Nothing is published here yet." in fetch(found[1] + "/")
        assert "presstalk_http_answers_total" in fetch(f"http://127.0.0.1:{metrics}/metrics")
    assert "127.0.0.1" not in (tmp_path / "log").read_text()


def test_a_port_that_is_taken_is_named_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        values = {**os.environ, "PRESSTALK_HOME": str(tmp_path)}
        ended = subprocess.run(
            [*PRESSTALK, "serve", "--port", port], env=values, capture_output=True, text=True, timeout=60
        )
    assert ended.returncode == 1
    assert f"cannot listen on 127.0.0.1, port {port}" in ended.stderr and "Traceback" not in ended.stderr


@pytest.mark.parametrize("watch", ["PRESSTALK_METRICS_PORT", "PRESSTALK_METRICS_TOKEN"])
def test_several_processes_do_not_serve_the_figures_of_one(tmp_path: Path, watch: str) -> None:
    values = {
        **os.environ,
        "PRESSTALK_HOME": str(tmp_path),
        watch: "9000900090009000"[: 4 if "PORT" in watch else 16],
    }
    command = [*PRESSTALK, "serve", "--port", "0", "--processes", "2"]
    ended = subprocess.run(command, env=values, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "Leave PRESSTALK_PROCESSES at 0" in ended.stderr and "Traceback" not in ended.stderr


def test_a_forwarded_address_is_believed_from_named_proxies_only(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).trusted_proxies == ()
    asked = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    for trusted, scheme in (("", "http"), ("127.0.0.1", "https")):
        with serving(tmp_path, "--port", "0", PRESSTALK_TRUSTED_PROXIES=trusted) as line:
            address = line.rpartition(" ")[2]
            request = urllib.request.Request(address + "/about", headers=asked)
            with urllib.request.urlopen(request, timeout=30) as answer:
                page = answer.read().decode()
        assert f'rel="canonical" href="{scheme}://127.0.0.1' in page


def test_several_processes_answer_at_one_address_and_end_together(tmp_path: Path) -> None:
    with serving(tmp_path, "--port", "0", "--processes", "2") as line:
        address = line.rpartition(" ")[2]
        assert all(fetch(address + "/healthz").startswith("ok\n") for _ in range(8))
    with pytest.raises(OSError, match="refused"):
        fetch(address + "/healthz")


def test_no_process_outlives_the_first_one(tmp_path: Path) -> None:
    values = {**os.environ, "PRESSTALK_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    command = [*PRESSTALK, "serve", "--port", "0", "--processes", "2"]
    with subprocess.Popen(command, env=values, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        address = first.stdout.readline().strip().rpartition(" ")[2]
        assert fetch(address + "/healthz").startswith("ok\n")
        first.kill()
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            fetch(address + "/healthz")
        except OSError:
            return
        time.sleep(0.1)
    pytest.fail("somebody still answers")


SLOW = """
import time

import uvicorn

from web import serving

if __name__ == "__main__":
    serving.STARTING_S = 0.01  # as if this machine were a thousand times as slow
    socket = serving.listen("127.0.0.1", 0)
    config = uvicorn.Config("slow:app", workers=2, lifespan="off", timeout_worker_healthcheck=60)
    serving.AnnouncedProcesses(config, socket, lambda shared: serving.announce("it", shared)).run()
else:
    time.sleep(1)

app = None
"""


def test_a_machine_that_is_slow_to_start_says_so_in_the_end(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    values = {**os.environ, "PYTHONPATH": f"{tmp_path}:{Path.cwd()}", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, str(tmp_path / "slow.py")]
    with subprocess.Popen(command, env=values, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        said, _, _ = select.select([process.stdout], [], [], 60)
        process.terminate()
        assert said and process.stdout is not None
        assert process.stdout.readline().startswith(b"Serving it at http://127.0.0.1:")
