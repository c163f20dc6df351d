"""The change sequence grows with what readers could see, and what is kept is never older than its number."""

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from catalog.db import DatabaseUnusable, connect, migrate, reading, writing
from catalog.models import Person
from catalog.sequence import Sequence, keep


@pytest.fixture
def engine(database_url: str) -> Engine:
    migrate(database_url)
    return connect(database_url)


def names(session: Session) -> list[str]:
    return sorted(session.exec(select(Person.name)))


def add(engine: Engine, name: str, *, unseen: bool = False) -> None:
    with writing(engine, unseen=unseen) as session:
        session.add(Person(slug=name.casefold(), name=name))


def test_it_grows_with_what_is_written_unless_nobody_sees_it(engine: Engine) -> None:
    sequence = Sequence(engine)
    before = sequence.number()
    add(engine, "Zarin")
    assert sequence.number() == before + 1
    add(engine, "Kamal", unseen=True)
    assert sequence.number() == before + 1


def test_what_was_broken_off_is_no_change(engine: Engine) -> None:
    sequence = Sequence(engine)
    before = sequence.number()
    with pytest.raises(ZeroDivisionError), writing(engine) as session:
        session.add(Person(slug="nobody", name="Nobody"))
        raise ZeroDivisionError
    assert sequence.number() == before


def test_what_is_kept_is_read_again_after_a_change_and_not_before(engine: Engine) -> None:
    sequence, read = Sequence(engine), []

    def make(session: Session) -> list[str]:
        read.append(1)
        return names(session)

    assert sequence.keep("names", make) == [] == sequence.keep("names", make)
    assert len(read) == 1
    add(engine, "Zarin")
    assert sequence.keep("names", make) == ["Zarin"]


def test_a_reader_of_an_older_moment_leaves_nothing_old_behind(engine: Engine) -> None:
    with reading(engine) as older:
        assert names(older) == []
        add(engine, "Zarin")
        assert names(older) == []  # one moment of the record
        assert keep(older, "names", names) == ["Zarin"]
    with reading(engine) as session:
        assert keep(session, "names", names) == ["Zarin"]


def test_who_writes_sees_what_is_not_kept_yet_and_keeps_nothing(engine: Engine) -> None:
    with reading(engine) as session:
        assert keep(session, "names", names) == []
    with writing(engine) as session:
        session.add(Person(slug="zarin", name="Zarin"))
        session.flush()
        assert keep(session, "names", names) == ["Zarin"]
        with reading(engine) as other:
            assert keep(other, "names", names) == []


def test_a_record_that_cannot_be_read_is_told_in_a_sentence(tmp_path: object) -> None:
    with pytest.raises(DatabaseUnusable, match="cannot be used"):
        Sequence(connect(f"sqlite:///{tmp_path}/never-made.sqlite")).number()
