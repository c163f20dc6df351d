"""The site as processes that listen: one, or several behind one socket. The command itself is in `commands`."""

import gc
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import typer
import uvicorn
from fastapi import FastAPI
from prometheus_client import start_http_server
from uvicorn.supervisors import Multiprocess

from catalog.logs import prepare_log
from catalog.nodes.following import Node
from catalog.settings import Settings, current
from web.app import create_app
from web.pools import give_memory_back
from web.sharing import SharedListener
from web.warming import warm

LOOPBACK = "127.0.0.1"
MOST_PROCESSES = 4  # by default; who has more cores and readers says so
STARTING_S = 60
RARELY = 10_000  # new objects before the collector looks at them
# Looks before it goes through older ones too: never, and what is left of them would grow for hours.
SELDOM = (5, 5)
TURN_S = 0.001  # the thread that answers readers waits so long for one that makes a page


def listen(host: str, port: int) -> socket.socket:
    """A socket that waits for readers, or a sentence that says why there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        typer.echo(
            f"The site cannot listen on {host}, port {port}: {error.strerror}. "
            "Name another with --port, or 0 for any free one.",
            err=True,
        )
        raise typer.Exit(1) from error
    # Connections inherit it; asyncio would set it only on sockets that name their protocol. Without it the end of
    # a page waits 40 ms for the reader's acknowledgement of its beginning.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def serve_site(settings: Settings, listener: socket.socket) -> None:
    """Serve until told to stop. Nobody's address is written down: there is no access log."""
    count = processes_for(settings, len(os.sched_getaffinity(0)))
    if count > 1 and _is_watched(settings):
        typer.echo(
            "Each process counts its own readers, and metrics would tell of one. Leave PRESSTALK_PROCESSES at 0 "
            "or 1, or take PRESSTALK_METRICS_PORT and PRESSTALK_METRICS_TOKEN out.",
            err=True,
        )
        raise typer.Exit(1)
    prepare_log(settings)
    if count > 1:
        config = uvicorn.Config("web.serving:create_share", factory=True, workers=count, **_config(settings))
        AnnouncedProcesses(config, listener, partial(announce, settings.site_title)).run()
        return
    site = _ready_site(settings)
    if settings.metrics_port:
        start_http_server(settings.metrics_port, addr=LOOPBACK, registry=site.state.meters.registry)
    config = uvicorn.Config(site, **_config(settings))
    AnnouncedServer(config, partial(announce, settings.site_title, listener)).run(sockets=[listener])


def processes_for(settings: Settings, cores: int) -> int:
    """How many processes serve. Each counts its own readers: figures that somebody looks at are one process's.

    >>> processes_for(Settings(_env_file=None), 2), processes_for(Settings(_env_file=None), 16)
    (2, 4)
    >>> processes_for(Settings(metrics_port=9000, _env_file=None), 16)
    1
    """
    return settings.processes or (1 if _is_watched(settings) else min(cores, MOST_PROCESSES))


def _is_watched(settings: Settings) -> bool:
    return bool(settings.metrics_port or settings.metrics_token)


def create_share() -> FastAPI:
    """The application of one of several processes; it ends when the first one does, however that ended."""
    settings = current()
    prepare_log(settings)
    first = multiprocessing.parent_process()
    if first is not None:
        threading.Thread(target=_end_with, args=(first,), daemon=True).start()
    return _ready_site(settings)


def _ready_site(settings: Settings) -> FastAPI:
    """The application, with what it stands on out of the way of the collector of garbage: to go through all of it for
    the little that a page leaves behind would hold up readers."""
    give_memory_back()
    site = create_app(settings)
    standing = site.state.site
    standing.gate.node = Node(standing.newsroom, lambda: standing.index)
    standing.gate.node.start()
    warm(site)
    gc.collect()
    gc.freeze()
    gc.set_threshold(RARELY, *SELDOM)
    sys.setswitchinterval(TURN_S)
    return site


def _end_with(first: Any) -> None:
    first.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _config(settings: Settings) -> dict[str, Any]:
    return {
        "access_log": False,
        "date_header": True,
        "forwarded_allow_ips": list(settings.trusted_proxies),
        "log_config": None,
        "proxy_headers": bool(settings.trusted_proxies),
        "server_header": False,
        "timeout_graceful_shutdown": 5,
        "timeout_worker_healthcheck": STARTING_S,
        "ws": "none",
    }


def announce(title: str, listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"Serving {title} at http://{shown}:{port}")


@dataclass
class AnnouncedServer(uvicorn.Server):
    """A server that says when it listens, and not before."""

    config: uvicorn.Config
    when_listening: Callable[[], None]

    def __post_init__(self) -> None:
        super().__init__(self.config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.when_listening()


class AnnouncedProcesses(Multiprocess):
    """Several servers behind one socket; says when each of them answers, and starts one anew that died."""

    def __init__(
        self, config: uvicorn.Config, listener: socket.socket, announce: Callable[[socket.socket], None]
    ) -> None:
        shared = SharedListener.of(listener, config.workers)
        super().__init__(config, [shared])
        self._when_listening, self._has_said = partial(announce, shared), False

    def keep_subprocess_alive(self) -> None:
        """Asked twice a second: however long a slow machine takes to start, it says so in the end, and it can be
        stopped before."""
        super().keep_subprocess_alive()
        if not self._has_said and all(one.is_ready(STARTING_S) for one in self.processes):
            self._has_said = True
            self._when_listening()
