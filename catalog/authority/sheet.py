"""The authority file as a spreadsheet: CSV text into rows, entries into CSV. Pure; what a row changes is in `bringing`.

One entity a row. Several names in a cell are parted by |. A cell that a spreadsheet would take for a formula has an
apostrophe before it; it is taken off again on the way in.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from catalog.authority.entries import LONGEST_NAME, MOST_NAMES, Entry
from catalog.models import EntityKind, EntityState
from catalog.models.columns import storable
from catalog.normalize import fold
from catalog.tabular import csv_lines

COLUMNS = (
    "id", "kind", "name", "aliases", "short_forms", "description", "authority", "not", "state", "person",
)  # fmt: skip
NEEDED = ("kind", "name")
STARTER = Path(__file__).with_name("starter.csv")
LONGEST_SHEET = 64 << 20
LONGEST_DESCRIPTION = 2_000
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_BETWEEN = "|"


@dataclass(frozen=True)
class Row:
    """One row: its cells by column, as far as the sheet has it. `number` is a spreadsheet's."""

    number: int
    cells: Mapping[str, str]

    @property
    def slug(self) -> str:
        return self.cells.get("id", "")

    def names(self, column: str) -> tuple[str, ...]:
        parts = (" ".join(part.split()) for part in self.cells.get(column, "").split(_BETWEEN))
        return tuple(dict.fromkeys(storable(part, LONGEST_NAME) for part in parts if part))

    def changed(self, entry: Entry) -> Entry:
        """The entry as this row has it; what the sheet has no column for stays."""
        told = self.cells
        return Entry(
            slug=entry.slug,
            kind=EntityKind(told["kind"]),
            name=told["name"],
            aliases=tuple(name for name in self.names("aliases") if name != told["name"])
            if "aliases" in told
            else entry.aliases,
            short_forms=self.names("short_forms") if "short_forms" in told else entry.short_forms,
            description=told.get("description", entry.description),
            authority=told.get("authority", entry.authority),
            namesakes=tuple(sorted(self.names("not"))) if "not" in told else entry.namesakes,
            state=EntityState(told.get("state", entry.state) or EntityState.LISTED),
            person=told.get("person", entry.person),
            merged_into=entry.merged_into if told.get("state") == EntityState.RETIRED else "",
        )


@dataclass(frozen=True)
class Sheet:
    """What a file holds: the rows that can be used, and a sentence for each thing that cannot."""

    rows: tuple[Row, ...] = ()
    problems: tuple[str, ...] = field(default=())


@lru_cache(maxsize=1)
def starter_sheet() -> Sheet:
    """What every newsroom begins with: South Asia's places, organisations and subjects, and who is in the show."""
    return read_sheet(STARTER.read_text(encoding="utf-8"))


def read_sheet(text: str) -> Sheet:
    """Rows of a CSV file with a heading; commas, semicolons and tabs part cells alike.

    >>> sheet = read_sheet("kind;name;aliases\\nplace;Karachi;کراچی | कराची\\nriver;Indus;")
    >>> sheet.rows[0].names("aliases"), sheet.problems
    (('کراچی', 'कराची'), ('Row 3: “river” is no kind; it is topic, person, place, organisation or outlet.',))
    """
    if len(text) > LONGEST_SHEET:
        return Sheet(problems=("The file is too large.",))
    lines = csv.reader(
        io.StringIO(storable(text).removeprefix("\ufeff"), newline=""), delimiter=_delimiter(text)
    )
    try:
        numbered = [(lines.line_num, cells) for cells in lines]
    except csv.Error as problem:
        return Sheet(problems=(f"The file cannot be read as CSV: {problem}.",))
    filled = [(number, cells) for number, cells in numbered if any(cell.strip() for cell in cells)]
    if not filled:
        return Sheet(problems=("The file is empty. Its first row names the columns.",))
    head = [cell.strip().casefold() for cell in filled[0][1]]
    missing = [name for name in NEEDED if name not in head]
    if missing:
        return Sheet(problems=(f"The first row must name the columns {' and '.join(NEEDED)}.",))
    problems = [
        f"Nothing is known of the column “{one[:40]}”; it was left out."
        for one in head
        if one and one not in COLUMNS
    ]
    return _checked((Row(number, _cells(head, cells)) for number, cells in filled[1:]), problems)


def write_sheet(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The same as a file that spreadsheets open: what is read back is what was written."""
    yield "\ufeff".encode()
    yield from csv_lines(COLUMNS, map(_line, entries))


def _line(entry: Entry) -> Sequence[str]:
    between = f" {_BETWEEN} "
    return (
        entry.slug,
        entry.kind.value,
        entry.name,
        between.join(entry.aliases),
        between.join(entry.short_forms),
        entry.description,
        entry.authority,
        between.join(entry.namesakes),
        entry.state.value,
        entry.person,
    )


def _delimiter(text: str) -> str:
    head = text[:10_000].lstrip("\ufeff\r\n").partition("\n")[0]
    return max((",", ";", "\t"), key=head.count)


def _cells(head: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    read = {name: _read(cell) for name, cell in zip(head, cells, strict=False) if name in COLUMNS}
    for name in ("kind", "state", "id"):
        if name in read:
            read[name] = read[name].casefold()
    return read


def _read(cell: str) -> str:
    return cell.removeprefix("'").strip() if cell.startswith("'") else cell.strip()


def _checked(rows: Iterable[Row], problems: list[str]) -> Sheet:
    kept: list[Row] = []
    seen: set[str] = set()
    for row in rows:
        problem = _problem(row, seen)
        if problem:
            problems.append(f"Row {row.number}: {problem}")
        else:
            kept.append(row)
            seen.add(row.slug)
    return Sheet(tuple(kept), tuple(problems))


def _problem(row: Row, seen: set[str]) -> str:
    """What is wrong with a row, "" for nothing."""
    name, kind = row.cells.get("name", ""), row.cells.get("kind", "")
    names = [name, *row.names("aliases"), *row.names("short_forms")]
    nameless = next((one for one in names if not any(letter.isalnum() for letter in fold(one))), None)
    if nameless is not None:
        return f"“{nameless[:40]}” is no name." if nameless else "it has no name."
    if kind not in [one.value for one in EntityKind]:
        return f"“{kind[:40]}” is no kind; it is topic, person, place, organisation or outlet."
    if row.cells.get("state") and row.cells["state"] not in [one.value for one in EntityState]:
        return f"“{row.cells['state'][:40]}” is no state; it is listed, unlisted or retired."
    if row.slug and not (SLUG.fullmatch(row.slug) and len(row.slug) <= 120):
        return f"“{row.slug[:40]}” is no id; it has small Latin letters, digits and hyphens."
    if row.slug and row.slug in seen:
        return f"“{row.slug[:40]}” stands in a row above already."
    if len(name) > LONGEST_NAME or len(names) > MOST_NAMES:
        return f"a name has at most {LONGEST_NAME} letters, an entity at most {MOST_NAMES} names."
    if len(row.cells.get("description", "")) > LONGEST_DESCRIPTION:
        return f"a description has at most {LONGEST_DESCRIPTION} letters."
    return ""
