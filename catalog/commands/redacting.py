"""Commands that take words out of a talk for good, and what editors may open of them."""

from pathlib import Path
from typing import Annotated

import typer

from catalog.audit import Actor, acting
from catalog.commands.output import AsJson, Slug, clock, login, newsroom, out, print_json, print_table, say
from catalog.db import reading
from catalog.models import Cover
from catalog.redaction.carrying_out import finish_redactions
from catalog.redaction.orders import Order, list_redactions, order_redaction, preview_redaction
from catalog.vault import open_sealed, recipients_of

app = typer.Typer()
vault = typer.Typer(no_args_is_help=True)
app.add_typer(vault, name="vault", help="What was redacted, sealed: open it with an editor's key.")


@app.command()
def redact(
    slug: Slug,
    start_ms: Annotated[int, typer.Option("--from", help="Where it begins, in milliseconds of the talk.")],
    end_ms: Annotated[int, typer.Option("--to", help="Where it ends, in milliseconds of the talk.")],
    reason: Annotated[
        str, typer.Option(help="Why, for the newsroom's record. Not the words themselves.")
    ] = "",
    cover: Annotated[Cover, typer.Option(help="What is heard instead.")] = Cover.SILENCE,
    blank_picture: Annotated[
        bool, typer.Option("--blank-picture", help="Make the picture black too.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take what was said in a span out of text, sound, search, history and every file, for good.

    The talk is not served until that is done. If this breaks off, a worker or `presstalk redactions --finish` goes on.
    """
    house = newsroom()
    with reading(house.engine) as session:
        seen = preview_redaction(session, slug, start_ms, end_ms)
    if dry_run:
        if as_json:
            print_json({"words": seen.words, "also_in": seen.also_in})
        else:
            say(f"Would go: {' '.join(seen.words) or 'no words, only sound'}.")
            _tell_also(seen.also_in)
        return
    recipients_of(house)
    with acting(house.engine, Actor(login())) as session:
        redaction = order_redaction(session, slug, Order(start_ms, end_ms, reason, cover, blank_picture))
    with out.status("taking it out", spinner="line") as status:
        finish_redactions(house, lambda step: status.update(f"taking it out: {step}"))
    if as_json:
        print_json({"redaction": redaction.id, "words": len(seen.words), "also_in": seen.also_in})
        return
    say(f"Done: {len(seen.words)} words are gone from '{slug}', {clock(start_ms)} to {clock(end_ms)}.")
    _tell_also(seen.also_in)
    say("Mirrors, backups and exports made before still hold them: make them anew and delete the old ones.")


def _tell_also(places: tuple[str, ...]) -> None:
    for place in places:
        say(f"A word of these also stands in {place}: mend that by hand.")


@app.command()
def redactions(
    slug: Annotated[str, typer.Argument(help="Only those of this episode.")] = "",
    finish: Annotated[bool, typer.Option("--finish", help="Go on with what was cut off.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what was taken out and how far it is; never the words."""
    house = newsroom()
    if finish:
        with out.status("taking it out", spinner="line") as status:
            count = finish_redactions(house, lambda step: status.update(f"taking it out: {step}"))
        say(f"{count} finished.")
        return
    with reading(house.engine) as session:
        lines = list_redactions(session, slug)
    if as_json:
        print_json([vars(line) for line in lines])
        return
    print_table(
        ("redaction", "episode", "from", "to", "reason", "stage"),
        (
            (one.id, one.episode, clock(one.start_ms), clock(one.end_ms), one.reason, one.stage)
            for one in lines
        ),
        empty="Nothing was redacted.",
    )


@vault.command("open")
def open_vault(
    redaction: Annotated[int, typer.Argument(help="Its number in `presstalk redactions`.")],
    identity: Annotated[Path, typer.Option(help="File with an editor's secret key (AGE-SECRET-KEY-1...).")],
    to: Annotated[Path, typer.Option(help="Folder to write to, outside the newsroom's own.")],
) -> None:
    """Write the words and the recording as they were before a redaction into a folder."""
    lines = identity.read_text(encoding="utf-8").splitlines()
    key = next((line.strip() for line in lines if line.strip() and not line.startswith("#")), "")
    for path in open_sealed(newsroom(), redaction, key, to):
        say(f"Written: {path}")
