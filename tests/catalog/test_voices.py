"""Voice prints: used only when they can be compared, and forgotten to the last byte."""

import json
import random
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from sqlmodel import select

from catalog import db
from catalog.db import DatabaseUnusable, reading, writing
from catalog.files import sweep_shelf
from catalog.models import Person, VoiceReference
from catalog.newsroom import Newsroom
from catalog.voices import drawer, forget_voice, lend_prints, list_prints, prints_of, sweep_voices
from tests.catalog.enrolled import YES, add, keep, lying, made, rows, secrets_of, vector
from tests.conftest import Postgres
from transcribe.voice_print import VOICE_MODEL


@pytest.fixture
def zarin(house: Newsroom) -> Person:
    return add(house, "Zarin Test")


# ---- using ----------------------------------------------------------------------------------------


def test_prints_that_cannot_be_compared_are_left_out_and_told_of(house: Newsroom) -> None:
    names = ("Old Test", "Gone Test", "Torn Test", "Odd Test", "Fine Test")
    old, gone, torn, odd, fine = people = [add(house, name) for name in names]
    keep(house, old, 1, model="an-earlier-model")
    folder = house.settings.voices_folder
    (folder / keep(house, gone, 2)).unlink()
    (folder / keep(house, torn, 3)).write_bytes(b'{"person": "", "vector": [0.1')
    path = folder / keep(house, odd, 4)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"over": {"phone": [1.0]}}))
    keep(house, fine, 5, model="an-earlier-model")  # enrolled again since
    keep(house, fine, 6)
    with reading(house.engine) as session:
        prints, notes = prints_of(house, session, [person.id or 0 for person in people])
        assert prints_of(house, session, []) == ([], [])
    assert [(one.person, one.vector) for one in prints] == [(str(fine.id), vector(6))]
    assert [note.split(" cannot")[0] for note in notes] == [
        f"The voice print of {name}" for name in names[:4]
    ]
    assert "made by an-earlier-model" in notes[0]
    assert "`presstalk voices enrol old-test`" in notes[0]
    assert [bool(line.problem) for line in list_prints(house)] == [True, False, True, True, True, True]


def test_a_lent_copy_is_private_and_goes_when_it_is_given_back_or_its_person_forgotten(
    house: Newsroom, zarin: Person
) -> None:
    keep(house, zarin)
    with lend_prints(house, [made(1), made(2)]) as path:
        assert [one["model"] for one in json.loads(path.read_bytes())] == [VOICE_MODEL] * 2
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.exists()
    with lend_prints(house, [made(1)]) as path:
        forget_voice(house, zarin.id or 0)
        assert lying(house) == set()
    assert lying(house) == set()


# ---- forgetting -----------------------------------------------------------------------------------


@pytest.fixture
def traces(
    tmp_path: Path, house: Newsroom, request: pytest.FixtureRequest
) -> Callable[[Iterable[str]], set[str]]:
    """`traces(words)`: those that still stand in any file of the newsroom or of its database."""
    folders = [tmp_path]
    if house.engine.dialect.name == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres_server")
        folders.append(
            Path(postgres.server.pgdata) / "base"
        )  # its log, pg_wal, is beyond us and not promised

    def look(words: Iterable[str]) -> set[str]:
        if len(folders) > 1:
            postgres.run("CHECKPOINT")
        files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
        content = b"\0".join(path.read_bytes() for path in files)
        return {word for word in words if word.encode() in content}

    return look


def test_after_forgetting_no_byte_is_left_in_files_database_and_journal(
    house: Newsroom, traces: Callable[[Iterable[str]], set[str]]
) -> None:
    people = [add(house, f"Person {number}") for number in range(24)]
    words = {number: secrets_of(house, person, number) for number, person in enumerate(people)}
    assert traces(set().union(*words.values())) == set().union(*words.values()), "the look itself is blind"
    leaving = random.Random(3).sample(range(24), 15)
    assert [forget_voice(house, people[number].id or 0) for number in leaving] == [1] * 15
    assert traces(set().union(*(words[number] for number in leaving))) == set()
    staying = set(range(24)) - set(leaving)
    assert {row.consent_by for row in rows(house)} == {f"agreed-by-{number}x" for number in staying}
    assert {row.consent_at for row in rows(house)} == {YES.at}
    assert lying(house) == {row.file_name for row in rows(house)}
    with reading(house.engine) as session:
        assert len(prints_of(house, session, [person.id or 0 for person in people])[0]) == 9


def test_every_print_of_a_person_goes_at_once_and_forgetting_twice_is_harmless(
    house: Newsroom, zarin: Person
) -> None:
    keep(house, zarin, 1)
    keep(house, zarin, 2)
    assert [forget_voice(house, zarin.id or 0) for _ in range(2)] == [2, 0]
    assert (rows(house), lying(house)) == ([], set())


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits a minute for the database; to be asked for before the newsroom is."""
    monkeypatch.setattr(db, "BUSY_TIMEOUT_S", 1)


@pytest.mark.usefixtures("impatient")
def test_a_reader_of_an_older_moment_keeps_the_bytes_and_the_producer_is_told(
    house: Newsroom, traces: Callable[[Iterable[str]], set[str]]
) -> None:
    person = add(house, "Zarin Test")
    words = secrets_of(house, person, 1)
    with reading(house.engine) as session:
        assert session.exec(select(Person)).all()
        with pytest.raises(DatabaseUnusable, match="older moment"):
            forget_voice(house, person.id or 0)
        assert (rows(house), lying(house)) == ([], set())
    assert forget_voice(house, person.id or 0) == 0
    assert traces(words) == set()


def test_work_cut_off_between_file_and_row_leaves_nothing_that_stays(
    house: Newsroom, zarin: Person, traces: Callable[[Iterable[str]], set[str]]
) -> None:
    assert sweep_voices(house) == 0
    kept = secrets_of(house, zarin, 1)
    folder = drawer(house)
    with folder.alone():
        enrolling = folder.put(b'{"vector": [0.123456789]}')  # killed before its row was written
    half = house.settings.voices_folder / "half.json.part"
    half.write_bytes(b"0.987654321")  # killed while it was written
    forgetting = secrets_of(house, add(house, "Leaving Test"), 2)
    folder.wipe(rows(house)[1].file_name)  # killed before the row was deleted
    assert sweep_voices(house) == 3
    assert traces({enrolling, "0.123456789", "0.987654321", *forgetting}) == set()
    assert traces(kept) == kept
    assert sweep_voices(house) == 0


def test_a_deleted_person_leaves_no_print_behind(
    house: Newsroom, zarin: Person, traces: Callable[[Iterable[str]], set[str]]
) -> None:
    words = secrets_of(house, zarin, 1)
    with writing(house.engine) as session:
        session.delete(session.get_one(Person, zarin.id))
    assert sweep_voices(house) == 1
    assert traces(words) == set()


def test_rows_are_kept_while_the_whole_folder_is_away(house: Newsroom, zarin: Person) -> None:
    keep(house, zarin)
    folder = house.settings.voices_folder
    folder.rename(folder.with_name("unmounted"))
    assert sweep_voices(house) == 0
    assert len(rows(house)) == 1


def test_a_row_that_names_a_file_elsewhere_reaches_none(
    house: Newsroom, zarin: Person, tmp_path: Path
) -> None:
    outside = tmp_path / "home" / "letter.json"
    keep(house, zarin)
    outside.write_text("{}")
    with writing(house.engine) as session:
        session.exec(select(VoiceReference)).one().file_name = "../letter.json"
    assert list_prints(house)[0].problem == "its file is gone"
    forget_voice(house, zarin.id or 0)
    assert outside.read_text() == "{}"


def test_sweeping_the_shelf_leaves_the_voices_alone(house: Newsroom, zarin: Person) -> None:
    name = keep(house, zarin)
    sweep_shelf(house)
    house.shelf.sweep(set())
    assert lying(house) == {name}
