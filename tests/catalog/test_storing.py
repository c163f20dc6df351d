"""The store of media looked after: verified, mended from elsewhere, rid of what nobody names; in a folder and in S3."""

import json
from pathlib import Path

import pytest
from sqlmodel import select

from catalog import settings as chosen
from catalog.cli import main
from catalog.db import connect, reading, writing
from catalog.files import name_file
from catalog.models import Episode, MediaFile, MediaKind
from catalog.newsroom import Newsroom, open_newsroom
from catalog.record_health import look_at_files
from catalog.settings import Settings
from catalog.storing import collect_garbage, repair_store, tidy_copies, verify_store
from media.store import open_shelf


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@pytest.fixture(params=["folder", "objects"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Newsroom:
    """A talk with three files."""
    store = str(tmp_path / "store") if request.param == "folder" else request.getfixturevalue("bucket")
    room = open_newsroom(Settings(home=tmp_path / "home", store=store))
    with writing(room.engine) as session:
        episode = Episode(slug="talk", title="A talk")
        session.add(episode)
        session.flush()
        for number, kind in enumerate((MediaKind.ORIGINAL, MediaKind.WEB_AUDIO, MediaKind.POSTER)):
            file = tmp_path / kind.value
            file.write_bytes(bytes([number]) * 10_000)
            name_file(session, room.shelf, episode.id or 0, kind, room.shelf.put(file))
    return room


def names(room: Newsroom) -> list[str]:
    with reading(room.engine) as session:
        return sorted(session.exec(select(MediaFile.sha256)).all())


def copy_of(room: Newsroom, tmp_path: Path) -> str:
    """The same files in another folder."""
    shelf = open_shelf(tmp_path / "other")
    for sha256 in names(room):
        shelf.put(room.shelf.path(sha256))
    return str(tmp_path / "other")


def test_a_lost_file_is_named_and_mended_from_another_store(room: Newsroom, tmp_path: Path) -> None:
    other, lost = copy_of(room, tmp_path), names(room)[1]
    assert verify_store(room, quiet) == (3, [])
    room.shelf.drop(lost)
    count, (fault,) = verify_store(room, quiet)
    assert (count, fault.sha256, fault.what, fault.episodes) == (3, lost, "missing", ["talk"])
    assert look_at_files(room.settings).level == "error"
    assert repair_store(room, [], quiet, dry_run=False).left == [fault]
    assert repair_store(room, [other], quiet, dry_run=True).mended == [lost]
    assert not room.shelf.verify(lost)
    assert repair_store(room, [other], quiet, dry_run=False).mended == [lost]
    assert verify_store(room, quiet) == (3, [])
    assert look_at_files(room.settings).level == "ok"


def test_an_empty_store_is_filled_from_the_one_before(room: Newsroom, tmp_path: Path) -> None:
    other = copy_of(room, tmp_path)
    for sha256 in names(room):
        room.shelf.drop(sha256)
    assert repair_store(room, [other], quiet, dry_run=False).mended == names(room)
    assert sorted(room.shelf.all()) == names(room)


def test_what_nobody_names_goes_and_nothing_else(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "orphan").write_bytes(b"bytes without a row")
    orphan = room.shelf.put(tmp_path / "orphan")
    assert collect_garbage(room, dry_run=True) == [orphan]
    assert room.shelf.has(orphan)
    assert collect_garbage(room, dry_run=False) == [orphan]
    assert (room.shelf.has(orphan), collect_garbage(room, dry_run=False)) == (False, [])
    assert sorted(room.shelf.all()) == names(room)


def test_a_damaged_object_is_mended_from_the_copy_on_this_machine(tmp_path: Path, bucket: str) -> None:
    room = open_newsroom(Settings(home=tmp_path / "home", store=bucket))
    (tmp_path / "file").write_bytes(b"whole" * 1000)
    with writing(room.engine) as session:
        session.add(Episode(slug="talk", title="A talk"))
        session.flush()
        name_file(session, room.shelf, 1, MediaKind.POSTER, room.shelf.put(tmp_path / "file"))
    (sha256,) = names(room)
    copy = room.shelf.path(sha256)
    other = open_shelf(tmp_path / "other", bucket)
    other.drop(sha256)
    assert verify_store(room, quiet)[1][0].sha256 == sha256
    assert copy.exists()
    assert repair_store(room, [], quiet, dry_run=False).mended == [sha256]
    assert other.verify(sha256)
    with writing(room.engine) as session:
        session.delete(session.exec(select(MediaFile)).one())
    assert tidy_copies(room) == 1
    assert not copy.exists(), "a copy was kept that the record no longer names"


def test_the_commands_say_what_is_wrong_and_what_to_do(
    room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other, lost = copy_of(room, tmp_path), names(room)[0]
    monkeypatch.setattr(chosen, "current", lambda: room.settings)

    def say(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["presstalk", "store", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    assert say("verify")[0] == 0
    room.shelf.drop(lost)
    code, out, err = say("verify")
    assert (code, lost in out, "store repair" in err) == (1, True, True)
    code, out, _ = say("repair", "--from", other, "--dry-run", "--json")
    assert (code, json.loads(out)["mended"]) == (0, [lost])
    assert say("repair", "--from", other)[0] == 0
    assert "nothing names are gone" in say("gc")[1]
    connect(room.settings.catalog_url).dispose()


@pytest.mark.parametrize("store", ["http://x/y", "s3://", "s3://UPPER", "s3://bucket?secret=1"])
def test_a_store_that_is_no_store_is_refused(store: str) -> None:
    with pytest.raises(ValueError, match="s3://bucket"):
        Settings(store=store)
