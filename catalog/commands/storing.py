"""Commands that look after the store of media."""

from typing import Annotated

import typer

from catalog.commands.backing import progress
from catalog.commands.output import AsJson, newsroom, print_json, say
from catalog.errors import Conflict
from catalog.storing import Fault, collect_garbage, repair_store, verify_store

app = typer.Typer()
store = typer.Typer(no_args_is_help=True)
app.add_typer(
    store, name="store", help="Look after the media: verify every byte, repair, drop what nobody names."
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]


def _tell(faults: list[Fault]) -> None:
    for fault in faults:
        say(f"{fault.sha256} is {fault.what}; it belongs to {', '.join(fault.episodes) or 'a job'}.")


@store.command()
def verify(as_json: AsJson = False) -> None:
    """Read every file the record names and name each that is missing or damaged."""
    with progress() as report:
        count, faults = verify_store(newsroom(), report)
    if as_json:
        print_json({"files": count, "faults": [vars(fault) for fault in faults]})
    else:
        _tell(faults)
    if faults:
        raise Conflict(
            f"{len(faults)} of {count} files are not as they were put. `presstalk store repair --from PLACE` looks "
            "for whole ones in another store; `presstalk restore` has those of a backup."
        )
    if not as_json:
        say(f"Whole: {count} files, every byte as it was put.")


@store.command()
def repair(
    places: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="PLACE",
            help="Another store that may have them: a folder or s3://bucket/prefix.",
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put whole files in place of missing and damaged ones; fills an empty store from the one before."""
    with progress() as report:
        done = repair_store(newsroom(), places or [], report, dry_run=dry_run)
    if as_json:
        print_json({"mended": done.mended, "left": [vars(fault) for fault in done.left]})
    else:
        say(f"{len(done.mended)} files {'can be' if dry_run else 'were'} mended.")
        _tell(done.left)
    if done.left:
        raise Conflict(
            f"{len(done.left)} files are whole nowhere. Restore a backup, or add their talks again."
        )


@store.command()
def gc(dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Drop the files that nothing in the record names."""
    dropped = collect_garbage(newsroom(), dry_run=dry_run)
    if as_json:
        print_json(dropped)
    else:
        say(f"{len(dropped)} files that nothing names {'would go' if dry_run else 'are gone'}.")
