"""What `presstalk` can do with the site: `serve`. Joined to the command by entry point, imported by nobody else."""

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
from web.app import create_app

LOOPBACK = "127.0.0.1"

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


def listen(host: str, port: int) -> socket.socket:
    """A socket that waits for readers, or a sentence that says why there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        typer.echo(
            f"The site cannot listen on {host}, port {port}: {error.strerror}. "
            "Name another with --port, or 0 for any free one.",
            err=True,
        )
        raise typer.Exit(1) from error


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
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("uvicorn").setLevel(max(logging.WARNING, logging.getLogger().level))
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
