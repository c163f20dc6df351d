"""A newsroom moves from SQLite to PostgreSQL: whole, compared, cut off anywhere, and never over anything."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from catalog.adding import Given, add_link
from catalog.backups.rows import MADE_WITH_THE_SCHEMA, read_parts, tables_of
from catalog.commands import rehousing as command
from catalog.db import WRITES, DatabaseUnusable, connect, migrate, newest_revision, reading, writing
from catalog.errors import CatalogError
from catalog.models import EpisodeState, JobState, MediaFile, Person, Worker
from catalog.models.columns import now
from catalog.newsroom import Newsroom, open_newsroom
from catalog.rehousing import moving
from catalog.rehousing import rows as copying
from catalog.rehousing.moving import STAYS, move
from catalog.sequence import sequence_of
from catalog.settings import Settings
from tests.catalog.newsrooms import (
    ROOT,
    WorkerProcess,
    environment,
    episode_at,
    excerpt,
    journal_of,
    newsroom_at,
    only_job,
    serve,
    wait_until,
)
from tests.catalog.old_schemas import fill
from tests.conftest import Postgres

KILLS = 4
Content = dict[str, list[bytes]]


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def target(postgres_server: Postgres) -> Iterator[str]:
    """An empty database."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    connect(postgres_server.url(name)).dispose()
    postgres_server.drop(name)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with rows in every table, many people, files on the shelf, and small files of the house."""
    room = open_newsroom(Settings(home=tmp_path_factory.mktemp("furnished") / "home"))
    with room.engine.execution_options(**{WRITES: True}).begin() as connection:
        fill(connection, newest_revision(room.settings.catalog_url) or "")
        connection.execute(sa.text("DELETE FROM worker"))
        people = [{"slug": f"person-{n}", "name": f"زرین {n}"} for n in range(1500)]
        connection.execute(sa.insert(Person), people)
    with writing(room.engine) as session:
        for row in session.exec(select(MediaFile)).all():
            file = room.shelf.workbench("tests") / "file"
            file.write_bytes(bytes([row.id or 0]) * 200_000)
            row.sha256, row.size = room.shelf.put(file), 200_000
            session.add(row)
    for path in ("vault/1.age", "voices/a.json", "mirror.key", "index/made-again", "data/1/sheet.json"):
        (room.settings.home / path).parent.mkdir(parents=True, exist_ok=True)
        (room.settings.home / path).write_text(path)
    room.engine.dispose()
    return room.settings.home


@pytest.fixture
def room(furnished: Path, tmp_path: Path) -> Iterator[Newsroom]:
    """A copy of it for one test."""
    room = open_newsroom(Settings(home=Path(shutil.copytree(furnished, tmp_path / "home"))))
    yield room
    room.engine.dispose()


def content(url: str) -> Content:
    with connect(url).connect() as connection:
        tables = [table for table in tables_of(connection) if table.name not in STAYS]
        return {
            table.name.removesuffix("_moved"): [part.content for part in read_parts(connection, table, {})]
            for table in tables
        }


def complaint(act: Any) -> str:
    with pytest.raises(CatalogError) as told:
        act()
    return told.value.sentence


def test_every_row_is_there_afterwards_and_new_ones_get_new_numbers(room: Newsroom, target: str) -> None:
    before = content(room.settings.catalog_url)
    moved = move(room.settings, target, quiet)
    assert (moved.lacks, moved.tables) == ([], len(before))
    assert moved.rows == sum(len(json.loads(part)) for parts in before.values() for part in parts)
    assert content(target) == before
    new = open_newsroom(room.settings.model_copy(update={"database_url": target}))
    with writing(new.engine) as session:
        session.add(Person(slug="new", name="New"))
    with reading(new.engine) as session:
        assert session.exec(select(Person.id).where(Person.slug == "new")).one() == 1504


def test_the_record_that_was_left_answers_nobody_any_more(room: Newsroom, target: str) -> None:
    sequence, old = sequence_of(room.engine), room.engine
    assert sequence.number() > 0
    move(room.settings, target, quiet)
    with pytest.raises(DatabaseUnusable):
        sequence.number()  # what a site asks before each page it has kept
    with pytest.raises(DatabaseUnusable), writing(old) as session:
        session.add(Person(slug="late", name="Too late"))
    assert "moved to another database" in complaint(lambda: open_newsroom(room.settings))
    assert "moved already" in complaint(lambda: move(room.settings, target, quiet))


def test_files_come_along_into_a_home_of_their_own(room: Newsroom, target: str, tmp_path: Path) -> None:
    home = tmp_path / "new"
    assert move(room.settings, target, quiet, home).lacks == []
    new = open_newsroom(Settings(home=home, database_url=target))
    assert sorted(new.shelf.all()) == sorted(room.shelf.all())
    assert all(new.shelf.verify(sha256) for sha256 in new.shelf.all())
    names = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
    small = {name for name in names if not name.startswith("shelf")}
    assert small == {"vault/1.age", "voices/a.json", "mirror.key", "data/1/sheet.json"}


def test_a_lost_and_a_damaged_file_are_named(room: Newsroom, target: str, tmp_path: Path) -> None:
    lost, cut, _ = sorted(room.shelf.all())
    room.shelf.path(lost).unlink()
    room.shelf.path(cut).chmod(0o644)
    os.truncate(room.shelf.path(cut), 1000)
    assert move(room.settings, target, quiet, tmp_path / "new").lacks == [lost, cut]


def test_nothing_is_written_over(room: Newsroom, target: str, tmp_path: Path) -> None:
    migrate(target)
    with writing(connect(target)) as session:
        session.add(Person(slug="theirs", name="Theirs"))
    assert "give an empty one" in complaint(lambda: move(room.settings, target, quiet))
    (tmp_path / "new").mkdir()
    (tmp_path / "new/theirs").write_text("theirs")
    assert "is not empty" in complaint(lambda: move(room.settings, target, quiet, tmp_path / "new"))
    with reading(connect(target)) as session:
        assert session.exec(select(Person.slug)).all() == ["theirs"]
    open_newsroom(room.settings)  # the old one goes on


def test_a_database_of_somebody_else_is_left_alone(room: Newsroom, target: str) -> None:
    with connect(target).begin() as connection:
        connection.execute(sa.text("CREATE TABLE theirs (id integer PRIMARY KEY)"))
    assert "not ours" in complaint(lambda: move(room.settings, target, quiet))


def test_a_record_moves_to_postgresql_only_and_not_into_itself(
    room: Newsroom, target: str, tmp_path: Path
) -> None:
    assert "PostgreSQL" in complaint(lambda: move(room.settings, f"sqlite:///{tmp_path}/x.db", quiet))
    assert "not the address" in complaint(lambda: move(room.settings, "nonsense", quiet))
    below = room.settings.home / "below"
    assert "in each other" in complaint(lambda: move(room.settings, target, quiet, below))
    there = room.settings.model_copy(update={"database_url": target})
    assert "not in SQLite" in complaint(lambda: move(there, target, quiet))


def test_a_worker_at_work_stops_the_move(room: Newsroom, target: str) -> None:
    with writing(room.engine) as session:
        session.add(Worker(name="busy", seen_at=now()))
    assert "worker is at work" in complaint(lambda: move(room.settings, target, quiet))
    assert "cut off" in complaint(lambda: migrate(target))  # nobody takes the empty one for the record


def test_killed_at_any_moment_the_same_command_goes_on(room: Newsroom, target: str, tmp_path: Path) -> None:
    before, dice, home = content(room.settings.catalog_url), random.Random(8), tmp_path / "new"
    code = (
        "import sys; from pathlib import Path; from catalog.settings import Settings; "
        "from catalog.rehousing.moving import move; print('ready', flush=True); "
        "move(Settings(), sys.argv[1], lambda *_: None, Path(sys.argv[2]))"
    )
    killed = 0
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", code, target, str(home)],
            env=environment(room),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(dice.uniform(0.1, 1.2))
        process.kill()
        process.communicate()
        killed += process.returncode != 0
    assert killed
    done = subprocess.run(
        [sys.executable, "-m", "catalog.cli", "migrate-to", "-", "--home", str(home), "--json"],
        input=target,
        env=environment(room),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 or "moved already" in done.stderr, done.stderr
    assert content(target) == before
    new = open_newsroom(Settings(home=home, database_url=target))
    assert sorted(new.shelf.all()) == sorted(room.shelf.all())


@pytest.mark.parametrize("name", ["copy_rows", "_mark", "_set_schema"])
def test_cut_off_before_between_and_after_the_two_ends_it_goes_on(
    room: Newsroom, target: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before, usual, calls = content(room.settings.catalog_url), getattr(moving, name), []

    def cut_off(*values: Any) -> None:
        calls.append(values)
        if name == "_set_schema" and len(calls) == 1:
            return usual(*values)  # the first claims the empty database, the second opens the full one
        if name == "_mark" and len(calls) == 1:
            return usual(*values)
        raise KeyboardInterrupt

    monkeypatch.setattr(moving, name, cut_off)
    with pytest.raises(KeyboardInterrupt):
        move(room.settings, target, quiet)
    monkeypatch.setattr(moving, name, usual)
    assert "cut off" in complaint(lambda: migrate(target))
    move(room.settings, target, quiet)
    assert content(target) == before


def test_what_changed_between_two_runs_is_moved_as_it_is_now(
    room: Newsroom, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = copying._compare

    def cut_off(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(copying, "_compare", cut_off)
    with pytest.raises(KeyboardInterrupt):
        move(room.settings, target, quiet)
    monkeypatch.setattr(copying, "_compare", usual)
    with writing(room.engine) as session:
        session.delete(session.exec(select(Person).where(Person.slug == "person-7")).one())
        session.exec(select(Person).where(Person.slug == "person-9")).one().name = "Another name"
        session.add(Person(slug="person-7", name="The same address, another person"))
    before = content(room.settings.catalog_url)
    move(room.settings, target, quiet)
    assert content(target) == before


def test_a_row_that_came_otherwise_is_named_and_the_old_record_goes_on(
    room: Newsroom, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = copying._fill

    def fill_wrongly(old: Any, new: Any, tables: Any, report: Any) -> None:
        usual(old, new, tables, report)
        with new.begin() as connection:
            connection.execute(sa.text("UPDATE person SET name = 'Somebody else' WHERE slug = 'person-5'"))

    monkeypatch.setattr(copying, "_fill", fill_wrongly)
    assert "person 9" in complaint(lambda: move(room.settings, target, quiet))
    open_newsroom(room.settings)


def test_a_row_postgresql_cannot_keep_is_told(room: Newsroom, target: str) -> None:
    with room.engine.begin() as connection:
        connection.execute(sa.text("UPDATE person SET name = 'a' || char(0) || 'b' WHERE slug = 'person-1'"))
    assert "refuses a row of person" in complaint(lambda: move(room.settings, target, quiet))
    open_newsroom(room.settings)


def test_work_half_done_on_sqlite_is_finished_on_postgresql_without_a_step_twice(
    tmp_path: Path, target: str
) -> None:
    room, journal = newsroom_at(tmp_path / "home", voices=False), tmp_path / "journal"
    excerpt(tmp_path / "talk.opus", 40)
    with serve(tmp_path) as site:
        slug = add_link(room, f"{site.address}/talk.opus", Given(title="A moved talk")).slug
        worker = WorkerProcess(room, journal)
        wait_until(lambda: only_job(room).stage == "hear")
        worker.kill(group=True)
        before = len(journal_of(journal))
        with writing(room.engine) as session:
            session.exec(select(Worker)).one().seen_at = now().replace(year=2020)  # half a minute goes by
        room.engine.dispose()
        move(room.settings, target, quiet)
        there = newsroom_at(tmp_path / "home", voices=False, database_url=target)
        said = WorkerProcess(there, journal).finish()
    assert only_job(there).state is JobState.DONE, said
    assert episode_at(there, slug).state is EpisodeState.REVIEW
    tasks = [line["task"] for line in journal_of(journal)]
    assert before >= 3
    assert {"download", "to_wav", "make_renditions"}.isdisjoint(tasks[before:])
    assert {*content(target), "alembic_version"} >= MADE_WITH_THE_SCHEMA


def test_the_command_says_what_to_set_and_hides_the_password(
    room: Newsroom, target: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = str(sa.make_url(target).set(password="the-secret").render_as_string(hide_password=False))
    monkeypatch.setattr(command.settings, "current", lambda: room.settings)
    command.migrate_to(secret)
    told = capsys.readouterr().out
    assert "all of them the same" in told
    assert "PRESSTALK_DATABASE_URL=postgresql+psycopg://" in told
    assert "the-secret" not in told
    connect(secret).dispose()
