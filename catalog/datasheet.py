"""The data sheet of a release of the data set: its tables, files, counts; and whether it may be given out still.
How a release is made is in `dataset`."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from catalog.models import Edition, Episode, EpisodeState

FORM = "presstalk-dataset/1"
SHEET, PROSE, CHANGES = "datasheet.json", "datasheet.md", "diff.jsonl"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_AT_ONCE = 500  # talks asked about


@dataclass(frozen=True)
class Column:
    """A column: its type as Parquet has it, and what it means."""

    name: str
    type: str
    about: str


@dataclass(frozen=True)
class Table:
    """A table: what a row is, its columns, and those that rows are sorted by, of which the last is the row's id."""

    name: str
    about: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.order[-1]


_EPISODE = Column("episode", "string", "the talk: `episode_id` of episodes")
_START = Column("start_ms", "int64", "where it begins, milliseconds from the beginning of the talk")
_END = Column("end_ms", "int64", "where it ends, milliseconds")
_SPEAKER = Column("speaker", "string", "the name as it is printed")
_CERTAINTY = Column(
    "certainty", "string", "how sure the name is: confirmed (by a person), named, probable, unconfirmed"
)
_PERSON = Column("person", "string", "`person_id` of people; empty where the voice has no record")

TABLES = (
    Table(
        "episodes",
        "A published talk.",
        (
            Column("episode_id", "string", "its name: the last part of its address"),
            Column("title", "string", "its title"),
            Column("summary", "string", "its description"),
            Column("language", "string", "its main language, a BCP 47 code"),
            Column("date", "string", "the day it was recorded, put out or published, as far as known"),
            Column("published", "string", "the day it was published here"),
            Column("duration_ms", "int64", "its length, milliseconds"),
            Column(
                "status",
                "string",
                "machine; corrected: mended in places by a person; reviewed: every paragraph",
            ),
            Column("engine", "string", "the recogniser that wrote it down"),
            Column("model", "string", "the recogniser's model"),
            Column("revision", "int64", "the number of the edition these rows are of"),
            Column("digest", "string", "SHA-256 of that edition's content"),
            Column("permalink", "string", "the permanent address of that edition"),
        ),
        ("episode_id",),
    ),
    Table(
        "people",
        "Somebody who takes part in a published talk.",
        (
            Column("person_id", "string", "their name in addresses"),
            Column("name", "string", "their name"),
            Column("episodes", "int64", "in how many published talks they take part"),
            Column("roles", "string", "as what, separated by commas"),
        ),
        ("person_id",),
    ),
    Table(
        "turns",
        "What one speaker says until somebody else does.",
        (
            Column("turn_id", "string", "the same for as long as the turn begins where it does"),
            _EPISODE,
            _START,
            _END,
            _SPEAKER,
            _CERTAINTY,
            _PERSON,
            Column("role", "string", "the speaker's role in the talk"),
            Column("affiliation", "string", "the speaker's affiliation on the day"),
            Column("language", "string", "the language it begins in"),
            Column("text", "string", "the words"),
        ),
        ("episode", "start_ms", "turn_id"),
    ),
    Table(
        "claims",
        "Words that assert something, as an editor recorded them.",
        (
            Column("claim_id", "string", "the last part of the claim's address, the same for ever"),
            _EPISODE,
            _START,
            _END,
            _SPEAKER,
            _CERTAINTY,
            _PERSON,
            Column("role", "string", "the speaker's role in the talk"),
            Column("affiliation", "string", "the speaker's affiliation on the day"),
            Column("language", "string", "the language it begins in"),
            Column("text", "string", "the words"),
            Column("status", "string", "recorded, supported, disputed or corrected (by the speaker)"),
            Column("about", "string", "what an editor says it is about, parted by semicolons"),
            Column("note", "string", "what the editors say beside it"),
            Column("reply", "string", "what those who are accused replied, where that is recorded"),
        ),
        ("episode", "start_ms", "claim_id"),
    ),
    Table(
        "links",
        "An article that belongs to a talk, confirmed by a person.",
        (
            Column("link_id", "string", "talk and article"),
            _EPISODE,
            Column("url", "string", "the article's address"),
            Column("title", "string", "its title"),
            Column("author", "string", "its author"),
            Column("published", "string", "the day it was published"),
            Column("language", "string", "its language"),
        ),
        ("episode", "link_id"),
    ),
)


@dataclass(frozen=True)
class Release:
    """A release that lies in a folder: its day and its data sheet."""

    folder: Path
    sheet: dict[str, Any]

    @property
    def day(self) -> str:
        return self.folder.name

    def file(self, name: str) -> Path | None:
        """A file of the release by the name the data sheet gives it; None for any other name."""
        known = {SHEET, PROSE, *(one["name"] for one in self.sheet["files"])}
        return self.folder / name if name in known else None


def list_releases(folder: Path) -> list[Release]:
    """The releases in a folder, the newest first; what is no release of ours is passed over."""
    days = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
    return [release for day in days if (release := find_release(folder, day.name))]


def find_release(folder: Path, day: str) -> Release | None:
    sheet = folder / day / SHEET
    if not DAY.fullmatch(day) or not sheet.is_file():
        return None
    read = _read_sheet(sheet, sheet.stat().st_mtime_ns, sheet.stat().st_size)
    return Release(folder / day, read) if read.get("form") == FORM else None


@lru_cache(maxsize=16)
def _read_sheet(path: Path, _changed_ns: int, _size: int) -> dict[str, Any]:
    """A sheet is as long as there are talks: it is read once, until it changes."""
    try:
        read = json.loads(path.read_bytes())
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def may_be_given_out(session: Session, release: Release) -> bool:
    """Whether every talk of a release is public still, and nothing was taken out of the edition that it is made of."""
    talks: Iterator[Sequence[Any]] = iter(release.sheet["talks"])
    while some := list(islice(talks, _AT_ONCE)):
        query = select(Episode.slug, Edition.number, Edition.digest).join(
            Edition, col(Edition.episode_id) == col(Episode.id)
        )
        slugs = [slug for slug, _, _ in some]
        rows = session.exec(
            query.where(col(Episode.slug).in_(slugs), Episode.state == EpisodeState.PUBLISHED)
        ).all()
        stand = {tuple(row) for row in rows}
        if not all(tuple(talk) in stand for talk in some):
            return False
    return True


def write_prose(sheet: dict[str, Any]) -> str:
    """The data sheet for people, in Markdown."""
    lines = [
        f"# {_line(sheet['title'])}: data set of {sheet['date']}",
        "",
        f"Published by {_line(sheet['publisher'])}. Licence: {_line(sheet['licence'])}. Made by {sheet['software']}.",
        "",
        "Only what is public: published talks, names as they are printed, nothing that is withheld. Times are "
        "milliseconds. What is not known is empty. Each table is there as Parquet and as JSON lines, each talk as TEI.",
    ]
    for table in sheet["tables"]:
        lines += ["", f"## {table['name']} ({table['rows']})", "", table["about"], ""]
        lines += ["| Column | Type | Meaning |", "|---|---|---|"]
        lines += [f"| {one['name']} | {one['type']} | {one['about']} |" for one in table["columns"]]
    lines += ["", "## Since the release before", "", *_prose_of_changes(sheet["diff"])]
    lines += ["", "## Files", "", "| File | Bytes | SHA-256 |", "|---|---|---|"]
    lines += [f"| {one['name']} | {one['size']} | {one['sha256']} |" for one in sheet["files"]]
    return "\n".join(lines) + "\n"


def _prose_of_changes(diff: dict[str, Any]) -> list[str]:
    if not diff["since"]:
        return ["This is the first release."]
    told = [f"Compared with the release of {diff['since']}; the rows are named in {CHANGES}.", ""]
    told += ["| Table | Added | Changed | Removed |", "|---|---|---|---|"]
    return told + [
        f"| {name} | {one['added']} | {one['changed']} | {one['removed']} |"
        for name, one in diff["tables"].items()
    ]


def _line(text: str) -> str:
    return " ".join(text.split())
