"""The command that moves a newsroom to PostgreSQL."""

import sys
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer

from catalog import settings
from catalog.commands.backing import progress
from catalog.commands.output import AsJson, print_json, say
from catalog.rehousing.moving import move

app = typer.Typer()


@app.command("migrate-to")
def migrate_to(
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help="The address of an empty database, postgresql+psycopg://...; -: read it from standard input, "
            "so that its password shows in no list of processes.",
        ),
    ],
    home: Annotated[
        Path | None,
        typer.Option(
            file_okay=False, help="Copy every file to this PRESSTALK_HOME too; none: they stay here."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Move the record from SQLite to PostgreSQL, with every row compared. Cut off, do it again: it goes on."""
    address = sys.stdin.readline().strip() if url == "-" else url
    with progress() as report:
        moved = move(settings.current(), address, report, home and home.expanduser().absolute())
    if as_json:
        print_json(vars(moved))
        return
    say(f"Moved: {moved.rows} rows of {moved.tables} tables, all of them the same in both.")
    for sha256 in moved.lacks:
        say(f"Lost or damaged on the old shelf: {sha256}")
    shown = sa.make_url(address).render_as_string(hide_password=True)
    say(f"From now on: PRESSTALK_DATABASE_URL={shown}{f' PRESSTALK_HOME={home}' if home else ''}")
    say(
        "Restart the site and the workers with that. The old record is closed; keep it until you are content."
    )
