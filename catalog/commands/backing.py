"""Commands that make backups, look after them, and bring a newsroom back from one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from typer.core import TyperGroup

from catalog import settings
from catalog.backups.addresses import place_at
from catalog.backups.failures import BackupFailed
from catalog.backups.inventory import list_backups
from catalog.backups.keeping import parse_rule
from catalog.backups.keeping import prune as prune_backups
from catalog.backups.ledger import note_redactions, parse_ledger, read_ledger
from catalog.backups.looking import verify_backups
from catalog.backups.making import Report, Wishes, back_up
from catalog.backups.restoring import Restored
from catalog.backups.restoring import restore as restore_newsroom
from catalog.commands.output import AsJson, err, newsroom, print_json, print_table, say
from catalog.db import reading
from catalog.sealing import new_identity

MAKE = "make"


class MakesOne(TyperGroup):
    """`presstalk backup DEST` is `presstalk backup make DEST`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        words = {*self.commands, "--help", "-h"}
        return super().parse_args(ctx, args if not args or args[0] in words else [MAKE, *args])


app = typer.Typer()
backup = typer.Typer(cls=MakesOne, no_args_is_help=True)
app.add_typer(
    backup,
    name="backup",
    help="Copy the newsroom to a safe place: `presstalk backup DEST`; look after copies.",
)

Place = Annotated[
    str, typer.Argument(metavar="DEST", help="The folder backups lie in, or s3://bucket/prefix.")
]
Identity = Annotated[
    str, typer.Option(metavar="FILE", help="The file with the secret age key; -: from standard input.")
]


@contextmanager
def progress() -> Iterator[Report]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda stage, done, total: bar.update(task, description=stage, completed=done, total=total)


def _secret(identity: str) -> str:
    if not identity:
        return ""
    try:
        return sys.stdin.read() if identity == "-" else Path(identity).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BackupFailed("key", f"{identity} cannot be read as a key file.") from problem


@backup.command(MAKE)
def make(
    dest: Place,
    to: Annotated[
        list[str] | None,
        typer.Option(help="A public age key (age1...) to seal for; may be given several times."),
    ] = None,
    with_voices: Annotated[
        bool, typer.Option("--with-voices", help="Voice prints too; sealed only.")
    ] = False,
    with_vault: Annotated[
        bool, typer.Option("--with-vault", help="The vault of what was redacted too; sealed only.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Copy the newsroom to DEST while everything runs; only what is new is written. Also: presstalk backup DEST."""
    house = newsroom()
    wishes = Wishes(tuple(to or house.settings.backup_recipients), with_voices, with_vault)
    with progress() as report:
        made = back_up(house, place_at(dest), wishes, report)
    told = made.inventory
    if as_json:
        figures = {"rows": made.rows, "files": made.files, "new": made.new_blobs, "new_bytes": made.new_bytes}
        print_json({"id": told.id, "sealed": told.sealed, **figures, "size": told.size, "lacks": told.lacks})
    else:
        sealed = "sealed" if told.sealed else "not sealed: whoever finds it reads it"
        say(
            f"Backup {told.id} ({sealed}): {made.rows} rows, {made.files} files; {_size(made.new_bytes)} were new."
        )
    if told.lacks:
        raise BackupFailed(
            "lacks",
            f"All else is kept, but {len(told.lacks)} files of the newsroom are lost or damaged, the first "
            f"{told.lacks[0]}. Restore them from an earlier backup, or add their talks again.",
        )


@backup.command("list")
def list_all(dest: Place, as_json: AsJson = False) -> None:
    """List the backups in DEST, the oldest first."""
    place = place_at(dest)
    listing = list_backups(place)
    newer = len(read_ledger(place))
    rows: list[dict[str, Any]] = [
        {
            "id": one.id,
            "made_at": one.made_at,
            "schema": one.schema,
            "sealed": one.sealed,
            "size": one.size,
            "lacks": len(one.lacks),
            "redactions_since": newer - one.redactions,
        }
        for one in listing.backups
    ]
    if as_json:
        print_json({"backups": rows, "damaged": listing.damaged})
        return
    print_table(
        ("backup", "made", "sealed", "size", "lacks", "redactions since"),
        (
            (
                *(row["id"], row["made_at"], "yes" if row["sealed"] else "no", _size(row["size"])),
                *(row["lacks"] or "", row["redactions_since"] or ""),
            )
            for row in rows
        ),
        empty="No backups there yet. `presstalk backup DEST` makes one.",
    )
    for key in listing.damaged:
        say(f"{key} is damaged: that backup cannot be restored.")


@backup.command()
def verify(dest: Place, identity: Identity = "", as_json: AsJson = False) -> None:
    """Read every byte in DEST and name each file that is missing or damaged."""
    with progress() as report:
        listing, faults = verify_backups(place_at(dest), report, _secret(identity))
    if as_json:
        print_json({"backups": len(listing.backups), "faults": [vars(fault) for fault in faults]})
    for fault in () if as_json else faults:
        say(f"{fault.key} is {fault.what}; needed by {', '.join(fault.backups) or 'nobody knows which'}.")
    if faults:
        raise BackupFailed("damaged", f"{len(faults)} files are not what was written. Make a new backup now.")
    if not as_json:
        say(f"Whole: {len(listing.backups)} backups, every byte as it was written.")


@backup.command()
def prune(
    dest: Place,
    keep: Annotated[
        str, typer.Option(help="7d4w12m: the last of each of 7 days, 4 weeks, 12 months; y: years.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and leave it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Drop the backups that the rule does not keep, and the bytes that no backup needs any more."""
    pruned = prune_backups(place_at(dest), parse_rule(keep), dry_run=dry_run)
    if as_json:
        print_json({"dry_run": dry_run, **vars(pruned)})
        return
    verb = "Would drop" if dry_run else "Dropped"
    say(f"{verb} {len(pruned.dropped)} backups and {_size(pruned.size)}; {len(pruned.kept)} stay.")


@backup.command()
def redactions(dest: Place) -> None:
    """Note in DEST what is redacted by now, without a backup: a restore will take it out again."""
    place, house = place_at(dest), newsroom()
    with place.alone(), reading(house.engine) as session:
        count = note_redactions(place, session)
    say(f"{count} redactions are noted in {place.name}.")


@backup.command()
def key(
    file: Annotated[Path, typer.Argument(help="Where to write the secret key; it must not exist.")],
) -> None:
    """Make a pair of age keys: the secret into FILE, to be kept away from here, the public one printed."""
    secret, public = new_identity()
    try:
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(f"# public key: {public}\n{secret}\n", encoding="utf-8")
    except OSError as problem:
        raise BackupFailed("key", f"{file} cannot be written: {problem.strerror}.") from problem
    say(f"Public key: {public}")
    say(f"The secret is in {file}. Without it no sealed backup can be opened: print it, keep it elsewhere.")


@app.command()
def restore(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="The folder backups lie in, or s3://bucket/prefix.")
    ],
    at: Annotated[
        str, typer.Option(help="Which backup, by its name in the list; without it, the newest.")
    ] = "",
    identity: Identity = "",
    redactions: Annotated[
        Path | None, typer.Option(help="One more list of redactions, as the one that lies beside backups.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a newsroom back into an empty PRESSTALK_HOME and database; what was redacted since stays out."""
    also = parse_ledger(redactions.read_bytes()) if redactions else []
    with progress() as report:
        done = restore_newsroom(
            settings.current(),
            place_at(source),
            report,
            at=at,
            identity=_secret(identity),
            also_redacted=tuple(also),
        )
    print_json(vars(done)) if as_json else _tell_restored(done)
    if done.damaged:
        raise BackupFailed(
            "damaged",
            f"All else is back, but {len(done.damaged)} files were damaged or missing in the backup, the first "
            f"{done.damaged[0]}. An earlier backup may have them, or add their talks again.",
        )


def _tell_restored(done: Restored) -> None:
    say(f"Restored {done.backup}: {done.rows} rows, {done.files} files, {done.indexed} talks in the search.")
    if "passwords" in done.left_out:
        say(
            "Accounts have no passwords: the backup was not sealed. `presstalk user link NAME` lets people in."
        )
    if done.withdrawn:
        say(
            "Redacted since the backup, so redacted again, and withdrawn until somebody looked and publishes them: "
            f"{', '.join(done.withdrawn)}. `presstalk redactions` tells how far that is. Whoever was given another "
            "name there has the old one again: `presstalk pseudonym` before it is published."
        )
    say(
        "All else is as it was then: withdraw again what was withdrawn since, and withhold names, before you serve."
    )


def _size(size: int) -> str:
    """
    >>> _size(2_500_000)
    '2.5 MB'
    """
    return f"{size / 1_000_000:.1f} MB"
