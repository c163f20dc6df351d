"""What `presstalk` can do with the site: `serve`, `mcp`. Joined to the command by entry point."""

import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer
import uvicorn
from prometheus_client import start_http_server

from catalog.newsroom import open_newsroom
from catalog.settings import Settings, current
from web.agents import Desk, create_agents
from web.app import create_app

LOOPBACK = "127.0.0.1"
LOG_FORMAT = "%(levelname)s %(name)s: %(message)s"

app = typer.Typer(help="The public site.")


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes any free one.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
) -> None:
    """Serve the site. Prints its address once it listens; stop it with Ctrl-C."""
    settings = current()
    listener = listen(host or settings.host, settings.port if port is None else port)
    open_newsroom(settings)
    serve_site(settings, listener)


@app.command()
def mcp() -> None:
    """Answer an assistant over the Model Context Protocol, on stdin and stdout, until it hangs up."""
    settings = current()
    logging.basicConfig(level=settings.log_level, format=LOG_FORMAT)
    open_newsroom(settings)
    base = settings.base_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    create_agents(Desk(create_app(settings).state.site, base)).run("stdio")


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
    site = create_app(settings)
    config = uvicorn.Config(
        site,
        access_log=False,
        date_header=True,
        forwarded_allow_ips=list(settings.trusted_proxies),
        log_config=None,
        proxy_headers=bool(settings.trusted_proxies),
        server_header=False,
        timeout_graceful_shutdown=5,
        ws="none",
    )
    logging.basicConfig(level=settings.log_level.upper(), format=LOG_FORMAT)
    for name in ("uvicorn", "mcp"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    if settings.metrics_port:
        start_http_server(settings.metrics_port, addr=LOOPBACK, registry=site.state.meters.registry)
    AnnouncedServer(config, lambda: announce(settings.site_title, listener)).run(sockets=[listener])


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
