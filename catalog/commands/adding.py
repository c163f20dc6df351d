"""The command that adds a talk."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from catalog.adding import Added, Given, add_file, add_link
from catalog.audit import Actor
from catalog.commands.output import AsJson, login, newsroom, print_json, say
from catalog.commands.watching import watch_job
from media.sources import MEDIA_EXTENSIONS

app = typer.Typer()


@app.command()
def add(
    source: Annotated[
        str, typer.Argument(help="A link to a talk, or a sound or video file on this machine.")
    ],
    title: Annotated[str, typer.Option(help="Title; otherwise the source's own.")] = "",
    summary: Annotated[
        str, typer.Option("--description", help="What the talk is about and who takes part.")
    ] = "",
    language: Annotated[
        str, typer.Option(help="Language spoken, such as en or ur; otherwise it is heard.")
    ] = "",
    aired: Annotated[datetime | None, typer.Option(help="Day the talk was put out, YYYY-MM-DD.")] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Stay until it is heard, with a progress bar.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add a talk: it is fetched, prepared and heard by a worker, and then waits for review."""
    house = newsroom()
    given = Given(title, summary, language or None, aired.replace(tzinfo=UTC) if aired else None)
    path = Path(source).expanduser()
    is_file = path.exists() or (path.suffix.lower() in MEDIA_EXTENSIONS and "://" not in source)
    by = Actor(login())
    added = add_file(house, path, given, by) if is_file else add_link(house, source, given, by)
    slug = added.slug
    if wait and added.job_id is not None:
        slug = watch_job(house, added.job_id, quiet=as_json)
    if as_json:
        print_json({"slug": slug, "is_new": added.is_new, "job": added.job_id})
    else:
        _say_what_next(added, slug, waited=wait)


def _say_what_next(added: Added, slug: str, *, waited: bool) -> None:
    if not added.is_new:
        say(f"Already in the catalog as '{slug}'.")
    elif waited:
        say(
            f"Ready for review: '{slug}'. `presstalk show {slug}` reads it, `presstalk publish {slug}` makes it public."
        )
    else:
        say(f"Added as '{slug}'. `presstalk work` brings it in; `presstalk jobs` shows how far it is.")
