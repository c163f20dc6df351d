"""Commands on the authority file: bringing it in, handing it out, looking at it, merging, splitting, undoing."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from catalog.audit import Actor, acting
from catalog.authority.bringing import bring_in
from catalog.authority.changing import Changed, merge_entities, retire_entity, split_entity, undo_entity
from catalog.authority.entries import Entry, entry_of, read_entries
from catalog.authority.following import follow
from catalog.authority.sheet import LONGEST_SHEET, Sheet, read_sheet, starter_sheet, write_sheet
from catalog.commands.output import AsJson, login, newsroom, print_json, print_table, say
from catalog.db import reading
from catalog.errors import InvalidQuery
from catalog.models import EntityKind
from catalog.written.decode import decode

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(
    group, name="entities", help="People, places, organisations and topics: the file of their names."
)

Id = Annotated[str, typer.Argument(help="The entity, by its id in `presstalk entities list`.")]


@group.command("import")
def import_entities(
    file: Annotated[Path | None, typer.Argument(help="A CSV file as `export` writes it.")] = None,
    starter: Annotated[
        bool, typer.Option("--starter", help="South Asia's places, organisations and subjects.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take entities in from a CSV file: new ones are added, known ones changed, the others stay."""
    if (file is None) != starter:
        raise InvalidQuery("Name a file, or say --starter.")
    sheet = starter_sheet() if file is None else _read(file)
    house = newsroom()
    with acting(house.engine, Actor(login())) as session:
        brought = bring_in(session, sheet)
    read_again = follow(house)
    if as_json:
        print_json({**vars(brought), "texts_changed": read_again})
        return
    say(f"Entities: {brought.new} new, {brought.changed} changed, {brought.same} as they were.")
    for problem in brought.problems:
        say(f"Not taken: {problem}")
    say(_told_reading(read_again))


@group.command("export")
def export_entities(file: Annotated[Path, typer.Argument(help="Where the CSV file is written.")]) -> None:
    """Write the whole file of entities as CSV: change it in a spreadsheet and import it again."""
    with reading(newsroom().engine) as session:
        entries = list(read_entries(session).values())
    file.write_bytes(b"".join(write_sheet(entries)))
    say(f"{len(entries)} entities are in {file}.")


@group.command("list")
def list_entities(
    kind: Annotated[EntityKind | None, typer.Option(help="Only those of this kind.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the entities with their kind and how many other names they have."""
    with reading(newsroom().engine) as session:
        entries = [one for one in read_entries(session).values() if kind in (None, one.kind)]
    if as_json:
        print_json([_told(one) for one in entries])
        return
    rows = ((one.slug, one.kind.value, one.name, len(one.aliases), _state(one)) for one in entries)
    print_table(
        ("id", "kind", "name", "other names", ""),
        rows,
        empty="The file is empty. `presstalk entities import --starter` begins it.",
    )


@group.command("show")
def show_entity(slug: Id, as_json: AsJson = False) -> None:
    """Show one entity: its names in every script, what it must not be confused with."""
    with reading(newsroom().engine) as session:
        _, entry = entry_of(session, slug)
    if as_json:
        print_json(_told(entry))
        return
    say(f"{entry.name} ({entry.kind.value}){': ' * bool(entry.description)}{entry.description}")
    say(f"Also: {', '.join(entry.aliases) or 'no other name'}.")
    if entry.short_forms:
        say(f"For short, once it was named in full: {', '.join(entry.short_forms)}.")
    if entry.namesakes:
        say(f"Not to be confused with: {', '.join(entry.namesakes)}.")
    if _state(entry):
        say(f"It is {_state(entry)}.")


@group.command("merge")
def merge(
    slug: Annotated[str, typer.Argument(help="The entity that becomes part of the other.")],
    into: Annotated[str, typer.Argument(help="The entity that stays.")],
    as_json: AsJson = False,
) -> None:
    """Make two entities one: the first becomes part of the second, with all its names."""
    _act(lambda session: merge_entities(session, slug, into), as_json)


@group.command("split")
def split(
    slug: Id,
    name: Annotated[str, typer.Option(help="What the new entity is called.")],
    take: Annotated[
        list[str] | None, typer.Option(help="Another name that goes with it; may be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make one entity two: the new one takes some of the names along, and the two are told apart."""
    _act(lambda session: split_entity(session, slug, name, take or []), as_json)


@group.command("retire")
def retire(slug: Id, as_json: AsJson = False) -> None:
    """Take an entity out of use: nothing is linked to it any more."""
    _act(lambda session: retire_entity(session, slug), as_json)


@group.command("undo")
def undo(
    slug: Annotated[str, typer.Argument(help="The entity; without one, the last import is undone.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take back the last act on an entity, or the last import."""
    _act(lambda session: undo_entity(session, slug), as_json)


def _act(act: Callable[[Session], Changed], as_json: bool) -> None:
    house = newsroom()
    with acting(house.engine, Actor(login())) as session:
        changed = act(session)
    read_again = follow(house)
    if as_json:
        print_json({"id": changed.slug, "done": changed.sentence, "texts_changed": read_again})
        return
    say(changed.sentence)
    say(_told_reading(read_again))


def _told_reading(texts: int) -> str:
    return f"Talks and articles that are linked otherwise now: {texts}."


def _read(file: Path) -> Sheet:
    try:
        if file.stat().st_size > LONGEST_SHEET:
            raise InvalidQuery(f"{file} is too large: {LONGEST_SHEET >> 20} MB at most.")
        return read_sheet(decode(file.read_bytes()))
    except OSError as problem:
        raise InvalidQuery(f"{file} cannot be read ({problem.strerror}).") from problem


def _state(entry: Entry) -> str:
    if entry.merged_into:
        return f"part of {entry.merged_into}"
    return "" if entry.state == "listed" else entry.state.value


def _told(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.slug,
        "kind": entry.kind.value,
        "name": entry.name,
        "aliases": list(entry.aliases),
        "short_forms": list(entry.short_forms),
        "description": entry.description,
        "authority": entry.authority,
        "not": list(entry.namesakes),
        "state": entry.state.value,
        "person": entry.person,
        "merged_into": entry.merged_into,
    }
