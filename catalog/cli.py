"""`presstalk`: the one command of the newsroom, put together from the packages that have something to say."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from catalog.commands.contents import Presstalk
from catalog.errors import CatalogError
from media.errors import MediaError
from transcribe.errors import TranscribeError

app = typer.Typer(
    name="presstalk",
    cls=Presstalk,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"presstalk {version('presstalk')}")
        raise typer.Exit


@app.callback()
def presstalk(
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=print_version, help="Print the version.")
    ] = False,
) -> None:
    """A catalog of talk-show episodes: fetched, heard on this machine, named, published, searched."""


def main() -> None:
    """Run the command; what is expected to go wrong ends with its sentence, not with a traceback."""
    try:
        app()
    except (CatalogError, MediaError, TranscribeError) as problem:
        typer.echo(f"Not done: {problem.sentence}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
