"""The command that lets a guest appear under another name."""

from typing import Annotated

import typer

from catalog.audit import Actor
from catalog.commands.output import AsJson, Slug, clock, login, newsroom, print_json, say
from catalog.db import reading
from catalog.pseudonyms import preview_pseudonym
from catalog.redaction.carrying_out import finish_redactions
from catalog.redaction.hiding import hide_guest

app = typer.Typer()


@app.command()
def pseudonym(
    slug: Slug,
    person: Annotated[str, typer.Argument(help="Who it is, by the slug in `presstalk show`.")],
    name: Annotated[str, typer.Option("--as", help="The name under which they appear.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let a guest appear under another name: the real one leaves rows, words, sound and files of the talk for good."""
    house = newsroom()
    with reading(house.engine) as session:
        seen = preview_pseudonym(session, slug, person)
    if dry_run:
        spans = [[span.start_ms, span.end_ms] for span in seen.spans]
        if as_json:
            print_json({"spans": spans, "words": seen.words, "places": seen.places})
            return
        for span, word in zip(seen.spans, seen.words, strict=True):
            say(f"[{clock(span.start_ms)}] {word}")
        say(
            f"Said {len(seen.spans)} times. Also stands in: {', '.join(seen.places) or 'nothing readers see'}."
        )
        return
    where = hide_guest(house, Actor(login()), slug, person, name)
    finish_redactions(house, say)
    if as_json:
        print_json({"slug": where, "spans": len(seen.spans)})
    else:
        say(f"Done. The talk is '{where}'; the real name is nowhere in it.")
