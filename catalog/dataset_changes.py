"""What changed from one release of the data set to the next, row by row."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.datasheet import CHANGES, TABLES, Release, Table

Row = dict[str, Any]


def write_changes(before: Release | None, folder: Path, talks: set[str]) -> Row:
    """How many rows a release in `folder` added, changed and removed; which ones, a line each, is written to CHANGES.

    `talks` are those of the release. Of talks and people that are public no more it is not said which they were: that
    would tell again what was taken back.
    """
    told: Row = {"since": before.day if before else None, "tables": {}}
    if before is None:
        return told
    with (folder / CHANGES).open("w", encoding="utf-8") as file:
        for table in TABLES:
            counts = dict.fromkeys(("added", "changed", "removed"), 0)
            name = f"{table.name}.jsonl"
            for change, row in _changes(table, before.folder / name, folder / name):
                counts[change] += 1
                if change != "removed" or row.get("episode") in talks:
                    line = {"table": table.name, "change": change, "id": row[table.id]}
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
            told["tables"][table.name] = counts
    return told


def _changes(table: Table, old: Path, new: Path) -> Iterator[tuple[str, Row]]:
    """Both files are sorted alike: they are read side by side, one row of each in memory."""
    before, after = _rows(old), _rows(new)
    was, now = next(before, None), next(after, None)
    while was or now:
        if now and (was is None or _key(table, now) < _key(table, was)):
            yield "added", now
            now = next(after, None)
        elif was and (now is None or _key(table, was) < _key(table, now)):
            yield "removed", was
            was = next(before, None)
        elif now:
            if was != now:
                yield "changed", now
            was, now = next(before, None), next(after, None)


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _key(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in table.order)
