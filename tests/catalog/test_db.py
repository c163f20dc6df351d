"""Sessions on both databases: readers see one moment, writers wait for each other, in this process and others."""

import multiprocessing
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from catalog.db import DatabaseUnusable, connect, migrate, reading, writing
from catalog.models import Person

FORK = multiprocessing.get_context("spawn")


def add_people(url: str, name: str, count: int) -> None:
    for number in range(count):
        with writing(connect(url)) as session:
            known = len(session.exec(select(Person)).all())  # look first, as every act does
            session.add(Person(slug=f"{name}-{number}", name=f"{known}"))


def hold_writing(url: str, holds: threading.Event, go: threading.Event) -> None:
    with writing(connect(url)) as session:
        session.add(Person(slug="held", name="held"))
        session.flush()
        holds.set()
        assert go.wait(60)


def test_writers_in_several_processes_lose_nothing_and_never_read_the_same_moment(database_url: str) -> None:
    processes = [FORK.Process(target=add_people, args=(database_url, f"p{n}", 15)) for n in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    with reading(connect(database_url)) as session:
        assert sorted(int(person.name) for person in session.exec(select(Person)).all()) == list(range(45))


def test_a_reader_waits_for_no_writer_and_a_writer_waits_for_the_other(database_url: str) -> None:
    holds, go = FORK.Event(), FORK.Event()
    other = FORK.Process(target=hold_writing, args=(database_url, holds, go))
    other.start()
    assert holds.wait(60)
    engine = connect(database_url)
    with reading(engine) as session:
        assert session.exec(select(Person)).all() == []
    late = threading.Thread(target=add_people, args=(database_url, "late", 1))
    late.start()
    late.join(0.5)
    assert late.is_alive()
    go.set()
    late.join(60)
    other.join(60)
    with reading(engine) as session:
        found = {person.slug: person.name for person in session.exec(select(Person)).all()}
    assert found == {"held": "held", "late-0": "1"}


def test_a_reader_sees_one_moment_while_others_write(record: Engine) -> None:
    with reading(record) as session:
        assert session.exec(select(Person.slug)).all() == []
        with writing(record) as other:
            other.add(Person(slug="new", name="New"))
        assert session.exec(select(Person.slug)).all() == []
    with reading(record) as session:
        assert session.exec(select(Person.slug)).all() == ["new"]


def test_a_transaction_that_fails_leaves_nothing(record: Engine) -> None:
    def fail() -> None:
        with writing(record) as session:
            session.add(Person(slug="half", name="Half"))
            session.flush()
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    with reading(record) as session:
        assert session.exec(select(Person)).all() == []


def test_sqlite_keeps_a_log_of_writes_and_its_foreign_keys(sqlite_url: str) -> None:
    with connect(sqlite_url).connect() as connection:
        pragmas = [
            connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "foreign_keys")
        ]
    assert pragmas == ["wal", 1]


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("postgresql://nobody:secret@127.0.0.1:9/none", "cannot be used"),
        ("mysql://host/name", "not in 'mysql'"),
        ("nonsense", "not the address"),
    ],
)
def test_a_database_that_cannot_be_had_is_told_in_a_sentence_without_its_password(
    url: str, word: str
) -> None:
    with pytest.raises(DatabaseUnusable, match=word) as problem:
        migrate(url)
    assert problem.value.sentence.endswith(".")
    assert "secret" not in problem.value.sentence


def test_a_file_that_is_no_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").write_text("these are words, and no database at all" * 100)
    with pytest.raises(DatabaseUnusable, match="not a database"):
        migrate(f"sqlite:///{tmp_path}/catalog.db")


def test_what_a_log_is_told_of_a_failed_question_holds_nothing_that_was_asked_for(database_url: str) -> None:
    with connect(database_url).connect() as connection, pytest.raises(DBAPIError) as failed:
        connection.execute(text("SELECT 1 FROM nowhere WHERE word = :word"), {"word": "secretword"})
    assert "nowhere" in str(failed.value) and "secretword" not in str(failed.value)
