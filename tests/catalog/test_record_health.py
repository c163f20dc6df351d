"""What breaks a newsroom's disk has a defined result, and the doctor names it."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalog import record_health
from catalog.backups.failures import BackupFailed
from catalog.backups.making import Wishes, back_up
from catalog.backups.places import FolderPlace
from catalog.db import DatabaseUnusable, connect, reading, writing
from catalog.doctor import examine
from catalog.files import name_file
from catalog.models import Episode, EpisodeState, MediaKind, Utterance
from catalog.models.columns import now
from catalog.newsroom import Newsroom, open_newsroom
from catalog.search.refresh import open_index
from catalog.settings import Settings
from tests.catalog.conftest import MakeEpisode


@pytest.fixture
def room(tmp_path: Path, make_episode: MakeEpisode) -> Newsroom:
    """A published talk with a file, searched; on SQLite, whose file it is that breaks."""
    room = open_newsroom(Settings(home=tmp_path / "home"))
    with writing(room.engine) as session:
        words = [("Zarin Test", "en", f"the rain of word{number} " * 40) for number in range(30)]
        episode = make_episode(session, slug="talk", state=EpisodeState.PUBLISHED, turns=words)
        file = room.shelf.workbench("tests") / "file"
        file.write_bytes(b"sound" * 5000)
        name_file(session, room.shelf, episode.id or 0, MediaKind.ORIGINAL, room.shelf.put(file))
    open_index(room.settings.index_folder, room.engine)
    return room


def told(room: Newsroom, name: str) -> tuple[str, str]:
    found = next(one for one in examine(room.settings) if one.name == name)
    return found.level, f"{found.detail} {found.advice}"


def test_where_nothing_is_broken_nothing_is_found(room: Newsroom) -> None:
    assert [told(room, name)[0] for name in ("pages", "files", "index", "clock")] == ["ok"] * 4


def test_a_corrupt_page_is_found_and_told_and_never_backed_up(room: Newsroom, tmp_path: Path) -> None:
    room.engine.dispose()
    path = room.settings.home / "catalog.db"
    content = bytearray(path.read_bytes())
    for start in range(20 * 4096, len(content) - 4096, 4096):
        content[start : start + 64] = b"\xff" * 64
    path.write_bytes(content)
    level, words = told(room, "pages")
    assert (level, "presstalk restore" in words) == ("error", True)
    with pytest.raises((DatabaseUnusable, BackupFailed)):
        back_up(room, FolderPlace(tmp_path / "safe"), Wishes(), lambda *_: None)
    assert not (tmp_path / "safe/backups").exists()


def test_a_truncated_and_a_missing_file_are_found(room: Newsroom) -> None:
    path = room.shelf.path(next(iter(room.shelf.all())))
    path.chmod(0o644)
    os.truncate(path, 100)
    assert (told(room, "files")[0], path.name in told(room, "files")[1]) == ("error", True)
    path.unlink()
    assert told(room, "files")[0] == "error"


def test_a_deleted_index_is_a_warning_and_made_again(room: Newsroom) -> None:
    shutil.rmtree(room.settings.index_folder)
    assert (told(room, "index")[0], "reindex" in told(room, "index")[1]) == ("warning", True)
    assert len(open_index(room.settings.index_folder, room.engine).stamps()) == 1
    assert told(room, "index")[0] == "ok"


@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_ten_years_off_is_found(room: Newsroom, monkeypatch: pytest.MonkeyPatch, years: int) -> None:
    off = timedelta(days=365 * years)
    if years < 0:
        monkeypatch.setattr(record_health, "now", lambda: datetime.now(UTC) + off)
    else:  # it was ahead once, and is right again
        with writing(room.engine) as session:
            session.add(Episode(slug="later", title="Later", created_at=now() + off))
    assert (told(room, "clock")[0], "clock" in told(room, "clock")[1]) == ("error", True)


def test_a_full_disk_is_a_sentence_and_the_record_is_as_before(room: Newsroom) -> None:
    with room.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(
            f"PRAGMA max_page_count={pages}"
        )  # as when the disk has no room for one more
        connection.rollback()

    def fill() -> None:
        with writing(room.engine) as session:
            session.add(Episode(slug="more", title="More", summary="words " * 100_000))

    with pytest.raises(DatabaseUnusable, match="full"):
        fill()
    with reading(room.engine) as session:
        assert session.get(Episode, 2) is None
        assert session.get(Utterance, 1) is not None
    room.engine.dispose()
    assert told(room, "pages")[0] == "ok"
    connect(room.settings.catalog_url).dispose()
