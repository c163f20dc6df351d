"""Commands that write files for others to work with: the data set, the results of a search."""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from catalog.commands.output import AsJson, err, newsroom, print_json, say, tell_of_links
from catalog.dataset import make_release
from catalog.db import reading
from catalog.errors import Conflict, InvalidQuery
from catalog.search.export import FORMATS, Source, export_hits
from catalog.search.hits import walk_hits
from catalog.search.moments import Hit
from catalog.search.query import parse
from catalog.search.refresh import open_index
from catalog.search.spellings import known_tables

app = typer.Typer()
export = typer.Typer(no_args_is_help=True)
app.add_typer(
    export, name="export", help="Write what is public into files: the data set, a search's results."
)


@export.command()
def dataset(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="Where releases lie; without it, where the site looks."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write today's release of the data set: tables as Parquet and JSON lines, talks as TEI, a data sheet."""
    house = newsroom()
    release = make_release(
        house, (folder or house.settings.dataset_folder).absolute(), datetime.now(UTC).date(), _tell
    )
    tell_of_links(house.settings.base_url)
    rows = {table["name"]: table["rows"] for table in release.sheet["tables"]}
    if as_json:
        diff = release.sheet["diff"]
        print_json({"folder": str(release.folder), "date": release.day, "rows": rows, "diff": diff})
    else:
        say(f"Written to {release.folder}: {', '.join(f'{n} {name}' for name, n in rows.items())}.")


def _tell(line: str) -> None:
    err.print(line, markup=False)


@export.command()
def results(
    query: Annotated[str, typer.Argument(help="What to look for, as `presstalk search` reads it.")],
    file: Annotated[Path, typer.Argument(help="The file: .csv, .jsonl, .parquet or .ris.")],
    expand: Annotated[
        bool, typer.Option("--expand/--no-expand", help="Look for other spellings too.")
    ] = True,
) -> None:
    """Write every turn that answers a search into a file, of the kind that its ending says."""
    ending = file.suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        raise InvalidQuery(f"'{file.name}' says no kind of file. It may end in .{', .'.join(FORMATS)}.")
    if not parse(query).asks_something:
        raise InvalidQuery("A file needs a search: words to look for, or a speaker, a day, a language.")
    house = newsroom()
    settings = house.settings
    index = open_index(settings.index_folder, house.engine)
    written = count()
    with reading(house.engine) as session:
        tables = known_tables(session, settings.home) if expand else None
        hits = walk_hits(session, index, query, expand=expand, tables=tables)
        source = Source(settings.base_url.rstrip("/"), settings.site_title)
        _write_whole(file, export_hits(_counted(hits, written), ending, source))
    tell_of_links(source.base_url)
    say(f"{next(written)} found, written to {file}.")


def _counted(hits: Iterator[Hit], written: "count[int]") -> Iterator[Hit]:
    for hit in hits:
        next(written)
        yield hit


def _write_whole(file: Path, pieces: Iterator[bytes]) -> None:
    """The file appears when it is whole; what had its name stays until then."""
    part = None
    try:
        handle, part = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.absolute().parent)
        with os.fdopen(handle, "wb") as out:
            out.writelines(pieces)
        Path(part).replace(file)
    except OSError as problem:
        raise Conflict(f"{file} cannot be written: {problem.strerror}.") from problem
    finally:
        if part:
            Path(part).unlink(missing_ok=True)
