"""How commands speak: tables and sentences for people, JSON for programs. Decides nothing."""

import json
import sys
from collections.abc import Iterable
from getpass import getuser
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catalog import settings
from catalog.newsroom import Newsroom, open_newsroom

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of words for people.")]
Slug = Annotated[str, typer.Argument(help="The episode, by its name in `presstalk episodes`.")]


def newsroom() -> Newsroom:
    """The newsroom the settings name, ready to use."""
    return open_newsroom(settings.current())


def login() -> str:
    """Who types: the name on this machine, for the record."""
    try:
        return getuser()
    except (OSError, KeyError):  # a container whose user has no name
        return ""


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def say(sentence: str) -> None:
    out.print(escape(sentence), soft_wrap=True)


def tell_of_links(base_url: str) -> None:
    """That what was written leads nowhere from elsewhere, where nobody has said what the site's address is."""
    if not base_url:
        err.print(
            "Its links begin with “/”: PRESSTALK_BASE_URL says at which address the site is.", markup=False
        )


def print_table(columns: Iterable[str], rows: Iterable[Iterable[Any]], *, empty: str) -> None:
    """A table for people; `empty` is what to do next when there is nothing to show."""
    listed = [[escape("" if cell is None else str(cell)) for cell in row] for row in rows]
    if not listed:
        say(empty)
        return
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in listed:
        table.add_row(*row)
    out.print(table)


def clock(ms: int | None) -> str:
    """
    >>> clock(83_200), clock(3_723_000), clock(None)
    ('1:23', '1:02:03', '')
    """
    if ms is None:
        return ""
    hours, rest = divmod(ms // 1000, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
