"""The command that shows what takes room, and throws away what nobody needs. The store of media: `storing`."""

from typing import Annotated

import typer

from catalog.commands.output import AsJson, newsroom, print_json, print_table, say
from catalog.storage import clean, free_bytes, list_waste, measure

app = typer.Typer()


@app.command()
def storage(
    throw_away: Annotated[
        bool, typer.Option("--clean", help="Throw away what nobody needs; without it, it is only shown.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what takes room on the disk, and what of it could go."""
    house = newsroom()
    rooms, waste = measure(house), list_waste(house)
    freed = clean(house, [one.name for one in waste]) if throw_away else None
    if as_json:
        told = {"kept": [vars(room) for room in rooms], "waste": [vars(one) for one in waste]}
        print_json({**told, "free": free_bytes(house), "freed": freed})
        return
    print_table(
        ("kept", "MB", "files"),
        ((r.name, _mb(r.bytes), r.files) for r in rooms),
        empty="Nothing is kept yet.",
    )
    for one in waste:
        say(f"{one.name}: {_mb(one.bytes)} MB in {one.files} files. {one.sentence}")
    if freed is not None:
        say(f"Thrown away: {_mb(freed)} MB.")
    say(f"Free: {_mb(free_bytes(house))} MB.")


def _mb(size: int) -> str:
    """
    >>> _mb(1_234_567)
    '1.2'
    """
    return f"{size / 1e6:.1f}"
