"""A spreadsheet of entities taken into the authority file, row by row against what is there. Reading is `sheet`'s."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlmodel import Session

from catalog.authority.entries import Entry, add_rows, read_entries
from catalog.authority.joining import join_people
from catalog.authority.record import FILE, carry_out
from catalog.authority.sheet import Row, Sheet
from catalog.models import EntityKind
from catalog.normalize import fold
from catalog.slugs import slugify

ACT = "import entities"


@dataclass(frozen=True)
class Brought:
    """What an import did: how many entities are new, changed and as they were, and what could not be used."""

    new: int
    changed: int
    same: int
    problems: tuple[str, ...]


def bring_in(session: Session, sheet: Sheet) -> Brought:
    """Take the rows in as one act, which can be undone. Entities the sheet does not name stay as they are."""
    entries = read_entries(session)
    shelf = _Shelf(entries)
    problems = list(sheet.problems)
    wanted: dict[int, Entry] = {}
    new: list[Entry] = []
    for row in sheet.rows:
        known = shelf.find(row)
        if len(known) > 1:
            problems.append(
                f"Row {row.number}: {len(known)} entities of this kind have the name; say which by its id."
            )
        elif known:
            wanted[known[0]] = row.changed(entries[known[0]])
        else:
            new.append(
                row.changed(Entry(shelf.slug_for(row), EntityKind(row.cells["kind"]), row.cells["name"]))
            )
    slugs = {one.slug for one in (*entries.values(), *new)}
    added = add_rows(session, new)
    after = {one: _known_namesakes(entry, slugs, problems) for one, entry in {**wanted, **added}.items()}
    after = _both_ways(after, entries)
    after |= join_people(session, list(after.items()))
    changed = carry_out(session, ACT, FILE, {**dict.fromkeys(added), **entries}, after)
    return Brought(len(new), changed - len(new), len(wanted) + len(new) - changed, tuple(problems))


class _Shelf:
    """What is in the file, by the marks a row may know it by."""

    def __init__(self, entries: dict[int, Entry]) -> None:
        self.by_slug = {entry.slug: one for one, entry in entries.items()}
        self.by_name: dict[tuple[str, str], list[int]] = {}
        for one, entry in entries.items():
            self.by_name.setdefault((entry.kind, fold(entry.name)), []).append(one)
        self.taken = set(self.by_slug)

    def find(self, row: Row) -> list[int]:
        if row.slug:
            return [self.by_slug[row.slug]] if row.slug in self.by_slug else []
        return self.by_name.get((row.cells["kind"], fold(row.cells["name"])), [])

    def slug_for(self, row: Row) -> str:
        wanted = row.slug or slugify(row.cells["name"], row.cells["kind"])
        slug, number = wanted, 2
        while slug in self.taken:
            slug, number = f"{wanted}-{number}", number + 1
        self.taken.add(slug)
        return slug


def _known_namesakes(entry: Entry, slugs: Iterable[str], problems: list[str]) -> Entry:
    unknown = [slug for slug in entry.namesakes if slug not in slugs or slug == entry.slug]
    problems += [
        f"“{entry.name[:40]}”: there is no “{slug[:40]}” it could be confused with." for slug in unknown
    ]
    return replace(entry, namesakes=tuple(slug for slug in entry.namesakes if slug not in unknown))


def _both_ways(after: dict[int, Entry], entries: dict[int, Entry]) -> dict[int, Entry]:
    """Who is not to be confused with somebody: that one is told so too."""
    ids = {entry.slug: one for one, entry in {**entries, **after}.items()}
    apart: dict[int, set[str]] = {one: set(entry.namesakes) for one, entry in after.items()}
    for entry in after.values():
        for slug in entry.namesakes:
            apart.setdefault(
                ids[slug], set(entries[ids[slug]].namesakes if ids[slug] in entries else ())
            ).add(entry.slug)
    return {
        one: replace(after.get(one) or entries[one], namesakes=tuple(sorted(slugs)))
        for one, slugs in apart.items()
    }
