"""What `presstalk` can do with the site: `serve`, `mcp`, `mirror`, `verify`. Joined to the command by entry point."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from catalog.commands.output import AsJson, err, print_json
from catalog.commands.output import say as tell  # `say` is what the languages gather
from catalog.logs import prepare_log
from catalog.newsroom import open_newsroom
from catalog.settings import current
from web.agents import Desk, create_agents
from web.app import create_app
from web.mirror.copying import copy_site
from web.mirror.manifest import MirrorUnusable, find_differences, public_hex, read_public_key, signing_key
from web.serving import listen, serve_site
from web.wording import size

SIGNING_KEY = "mirror.key"

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


@app.command()
def mirror(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="An empty folder, or an earlier mirror.")],
    media: Annotated[bool, typer.Option(help="With sound and films; without, pages only.")] = True,
    as_json: AsJson = False,
) -> None:
    """Write the whole public site into a folder that needs no server: on a USB stick, a web server, an onion service.

    It is searched without a connection, and signed: `presstalk verify` names every file that was altered. Done again,
    it writes only what changed, and removes what is no longer public.
    """
    settings = current()
    open_newsroom(settings)
    key = signing_key(settings.home / SIGNING_KEY)
    with _showing_how_far() as told:
        copied = asyncio.run(copy_site(create_app(settings), folder, key, with_media=media, told=told))
    if as_json:
        print_json({"folder": str(folder), "public_key": public_hex(key), **asdict(copied)})
        return
    tell(f"{copied.files} files, {copied.written} written, {copied.removed} removed, {size(copied.bytes)}.")
    for address in copied.missing:
        tell(f"Not there: {address}")
    tell(f"Public key: {public_hex(key)}")
    tell(
        "Give it to readers by another way than the mirror: who can alter one must not be able to alter both."
    )


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The mirror.")],
    key: Annotated[
        str, typer.Option(help="The public key, or a file with it; without: this newsroom's own.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Name every file of a mirror that was altered, added or is missing. Exits with 1 when there is one."""
    home_key = current().home / SIGNING_KEY
    if not key and not home_key.is_file():
        raise MirrorUnusable(
            "This machine has made no mirror, so that it knows no key. Give it: --key 64-DIGITS."
        )
    public = read_public_key(key or public_hex(signing_key(home_key)))
    differing = find_differences(folder, public)
    if as_json:
        print_json({"whole": not differing, "differing": [asdict(one) for one in differing]})
    for one in () if as_json else differing:
        tell(f"{one.what}: {one.name if one.name.isprintable() else ascii(one.name)}")
    if differing:
        raise typer.Exit(1)
    if not as_json:
        tell("Whole: every file is as it was signed.")


@contextmanager
def _showing_how_far() -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("Copying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as bar:
        task = bar.add_task("")
        yield lambda done, known: bar.update(task, completed=done, total=known)
