"""Making a release of the data set: the tables, a TEI file for each talk, what changed since the release before.
What the tables mean, and whether a release may still be given out, is in `datasheet`."""

import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq
from sqlmodel import Session, select

from catalog.dataset_changes import write_changes
from catalog.dataset_rows import People, claim_rows, link_rows, pick, turn_rows
from catalog.datasheet import (
    FORM,
    PROSE,
    SHEET,
    TABLES,
    Release,
    Table,
    find_release,
    list_releases,
    write_prose,
)
from catalog.db import reading
from catalog.editions import find_edition, record_missing
from catalog.errors import Conflict
from catalog.models import Episode, EpisodeState
from catalog.newsroom import Newsroom
from catalog.tei import NO_LICENCE, Imprint, write_tei

ROWS_A_GROUP = 5_000  # of Parquet: as many are in memory at a time
TALKS_A_LINE = 500  # of progress
MAKING, LOCK, TEI = ".making-", ".lock", "tei"

Row = dict[str, Any]
Tell = Callable[[str], None]


def make_release(newsroom: Newsroom, folder: Path, today: date, tell: Tell) -> Release:
    """Write the release of a day into `folder`, in place of an earlier one of the same day; `tell` is told how far it
    is. The same catalog gives the same bytes. Raises Conflict where the folder holds anything else, or cannot be
    written to, or somebody is writing a release there."""
    try:
        with _alone_in(folder):
            _check(folder)
            record_missing(newsroom.engine)
            bench = Path(tempfile.mkdtemp(prefix=MAKING, dir=folder))
            _write(newsroom, bench, _before(folder, today), today, tell)
            _put_in_place(bench, folder / today.isoformat())
    except OSError as problem:
        raise Conflict(f"The data set cannot be written to {folder}: {problem.strerror}.") from problem
    release = find_release(folder, today.isoformat())
    if release is None:
        raise Conflict(f"Somebody has taken the release of {today} away from {folder}.")
    return release


# ---- the folder -------------------------------------------------------------------------------------


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    if folder.exists() and not folder.is_dir():
        raise Conflict(f"{folder} is a file. Name a folder.")
    if folder.is_dir() and not (folder / LOCK).exists():
        _check(folder)  # before anything of ours is put there
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise Conflict(
                f"Another release is being written to {folder}. Wait until it is done."
            ) from problem
        for left in folder.glob(f"{MAKING}*"):
            shutil.rmtree(left)
        yield


def _check(folder: Path) -> None:
    for entry in sorted(folder.iterdir()):
        ours = entry.name == LOCK or entry.name.startswith(MAKING) or find_release(folder, entry.name)
        if not ours:
            raise Conflict(f"{folder} holds '{entry.name}', which is no release. Name an empty folder.")


def _before(folder: Path, today: date) -> Release | None:
    """The newest release of an earlier day."""
    return next((one for one in list_releases(folder) if one.day < today.isoformat()), None)


def _put_in_place(bench: Path, target: Path) -> None:
    bench.chmod(0o755)  # the site may be another user
    if target.exists():
        target.rename(bench.with_name(f"{bench.name}-old"))
    bench.rename(target)
    shutil.rmtree(bench.with_name(f"{bench.name}-old"), ignore_errors=True)


# ---- writing ----------------------------------------------------------------------------------------


@dataclass
class _Files:
    """A table as Parquet and as JSON lines, written row by row."""

    table: Table
    folder: Path
    rows: int = 0
    _waiting: list[Row] = field(default_factory=list)

    def __enter__(self) -> Self:
        schema = pa.schema([(one.name, pa.type_for_alias(one.type)) for one in self.table.columns])
        self._parquet = pq.ParquetWriter(
            self.folder / f"{self.table.name}.parquet", schema, compression="zstd"
        )
        self._lines = (self.folder / f"{self.table.name}.jsonl").open("w", encoding="utf-8")
        return self

    def write(self, rows: Sequence[Row]) -> None:
        """Rows in the table's order, each with its columns."""
        self._lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        self._waiting += rows
        self.rows += len(rows)
        if len(self._waiting) >= ROWS_A_GROUP:
            self._flush()

    def _flush(self) -> None:
        self._parquet.write_table(pa.Table.from_pylist(self._waiting, schema=self._parquet.schema))
        self._waiting = []

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        self._parquet.close()
        self._lines.close()


def _write(newsroom: Newsroom, bench: Path, before: Release | None, today: date, tell: Tell) -> None:
    settings = newsroom.settings
    imprint = Imprint(
        settings.publisher, settings.site_title, settings.licence, settings.base_url.rstrip("/")
    )
    (bench / TEI).mkdir()
    with ExitStack() as open_files:
        files = {table.name: open_files.enter_context(_Files(table, bench)) for table in TABLES}
        with reading(newsroom.engine) as session:
            talks = _write_talks(session, files, bench, imprint, tell)
    diff = write_changes(before, bench, {slug for slug, _, _ in talks})
    sheet = {
        "form": FORM,
        "date": today.isoformat(),
        "title": settings.site_title,
        "publisher": settings.publisher,
        "licence": settings.licence or NO_LICENCE,
        "software": f"presstalk {version('presstalk')}",
        "tables": [
            {
                "name": table.name,
                "about": table.about,
                "rows": files[table.name].rows,
                "columns": [asdict(column) for column in table.columns],
            }
            for table in TABLES
        ],
        "diff": diff,
        "files": [_measure(bench, path) for path in sorted(bench.rglob("*")) if path.is_file()],
        "talks": talks,
    }
    (bench / PROSE).write_text(write_prose(sheet), encoding="utf-8")
    (bench / SHEET).write_text(json.dumps(sheet, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _measure(bench: Path, path: Path) -> Row:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": path.relative_to(bench).as_posix(), "size": path.stat().st_size, "sha256": sha256}


def _write_talks(
    session: Session, files: dict[str, _Files], bench: Path, imprint: Imprint, tell: Tell
) -> list[tuple[str, int, str]]:
    """Everything of all talks, in the order of their names, as Python sorts them: databases differ in that."""
    found = session.exec(select(Episode.slug, Episode.id).where(Episode.state == EpisodeState.PUBLISHED))
    names = sorted((slug, episode_id or 0) for slug, episode_id in found)
    talks, people = [], People()
    for done, (slug, episode_id) in enumerate(names, start=1):
        number = session.exec(select(Episode.revision).where(Episode.id == episode_id)).one()
        edition = find_edition(session, episode_id, number)
        if edition is None:
            continue  # published by another version a moment ago: the next release has it
        content = json.loads(edition.content)
        talks.append((slug, number, edition.digest))
        address = f"{imprint.base_url}/e/{slug}/r/{number}.json"
        talk = {"episode_id": slug, **content, "revision": number, "digest": edition.digest}
        files["episodes"].write([pick("episodes", talk | {"permalink": address})])
        files["turns"].write(list(turn_rows(slug, content)))
        files["claims"].write(list(claim_rows(session, slug)))
        files["links"].write(list(link_rows(session, slug, episode_id)))
        people.count(content)
        (bench / TEI / f"{slug}.xml").write_bytes(write_tei(content, number, imprint))
        if done % TALKS_A_LINE == 0:
            tell(f"{done} of {len(names)} talks")
    files["people"].write(people.rows())
    tell(f"{len(talks)} talks")
    return talks
