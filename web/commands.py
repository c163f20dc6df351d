"""What `presstalk` can do with the site: `serve`, `mcp`. Joined to the command by entry point."""

from typing import Annotated

import typer

from catalog.newsroom import open_newsroom
from catalog.settings import current
from web.agents import Desk, create_agents
from web.app import create_app
from web.serving import listen, prepare_log, serve_site

app = typer.Typer(help="The public site.")


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes any free one.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    processes: Annotated[
        int | None, typer.Option(min=0, max=64, help="How many processes serve; 0: one a core, at most four.")
    ] = None,
) -> None:
    """Serve the site. Prints its address once it listens; stop it with Ctrl-C."""
    settings = current()
    if processes is not None:
        settings = settings.model_copy(update={"processes": processes})
    listener = listen(host or settings.host, settings.port if port is None else port)
    open_newsroom(settings)
    serve_site(settings, listener)


@app.command()
def mcp() -> None:
    """Answer an assistant over the Model Context Protocol, on stdin and stdout, until it hangs up."""
    settings = current()
    prepare_log(settings)
    open_newsroom(settings)
    base = settings.base_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    create_agents(Desk(create_app(settings).state.site, base)).run("stdio")
