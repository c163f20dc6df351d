"""The command that reads who takes part from a description."""

import sys

import typer
from pydantic import BaseModel, ValidationError

from catalog import settings
from catalog.cast import read_cast
from catalog.commands.output import AsJson, print_json, say
from catalog.errors import InvalidQuery

app = typer.Typer()


class Described(BaseModel):
    """What `presstalk cast` reads from standard input."""

    title: str | None = None
    description: str | None = None


@app.command()
def cast(as_json: AsJson = False) -> None:
    """Read who takes part from {"title", "description"} on standard input."""
    try:
        described = Described.model_validate_json(sys.stdin.buffer.read())
    except ValidationError as problem:
        raise InvalidQuery(
            'Standard input must be JSON like {"title": "...", "description": "..."}.'
        ) from problem
    members = read_cast(
        described.title or "", described.description or "", show_titles=(settings.current().site_title,)
    )
    if as_json:
        print_json([vars(member) for member in members])
        return
    for member in members:
        affiliation = f", {member.affiliation}" if member.affiliation else ""
        say(f"{member.role}: {member.name}{affiliation}  ({member.evidence!r})")
    if not members:
        say("Nobody is named as taking part.")
