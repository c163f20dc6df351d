"""What the doctor finds, check by check, and that looking changes nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from catalog import doctor
from catalog.backups.addresses import place_at
from catalog.backups.making import Wishes, back_up
from catalog.db import connect, writing
from catalog.doctor import examine, is_fit
from catalog.models import Episode, Job, Worker
from catalog.models.columns import now
from catalog.newsroom import open_newsroom
from catalog.pulse import DEAD_AFTER
from catalog.settings import Settings


def findings(**values: object) -> dict[str, tuple[str, str]]:
    """Level and words of each check."""
    return {one.name: (one.level, one.detail + " " + one.advice) for one in examine(Settings(**values))}


def test_a_machine_that_has_everything_is_fit(tmp_path: Path, demo_model: Path) -> None:
    settings = Settings(home=tmp_path / "home", model=str(demo_model), min_free_gigabytes=0)
    with writing(open_newsroom(settings).engine) as session:
        session.add(Worker(name="here"))
    found = examine(settings)
    assert is_fit(found)
    levels = {one.name: one.level for one in found}
    assert {
        name: levels[name] for name in ("python", "ffmpeg", "disk", "database", "worker")
    } == dict.fromkeys(("python", "ffmpeg", "disk", "database", "worker"), "ok")
    assert levels["model"] == "warning", "the demo's model says of itself what it is not for"


def test_looking_changes_nothing(tmp_path: Path) -> None:
    found = findings(home=tmp_path / "home")
    assert found["database"][0] == found["worker"][0] == "warning"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_model_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    level, words = findings(home=tmp_path, model="small")["model"]
    assert (level, "presstalk models fetch small" in words) == ("error", True)


def test_a_model_folder_that_lacks_files_is_an_error(tmp_path: Path) -> None:
    level, words = findings(home=tmp_path, model=str(tmp_path))["model"]
    assert (level, "model.bin" in words) == ("error", True)


def test_a_missing_voice_encoder_is_a_warning_that_says_what_it_costs(tmp_path: Path) -> None:
    level, words = findings(home=tmp_path)["voices"]
    assert (level, "presstalk models fetch voices" in words) == ("warning", True)


def test_a_full_disk_is_an_error(tmp_path: Path) -> None:
    assert findings(home=tmp_path, min_free_gigabytes=10**9)["disk"][0] == "error"


def test_a_home_that_cannot_be_one_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    level, words = findings(home=tmp_path / "file" / "home")["disk"]
    assert (level, "PRESSTALK_HOME" in words) == ("error", True)


def test_a_database_that_does_not_answer_is_an_error_without_its_password(tmp_path: Path) -> None:
    found = findings(home=tmp_path, database_url="postgresql://nobody:secret@127.0.0.1:9/none")
    assert found["database"][0] == "error"
    assert found["worker"][0] == "warning"
    assert "secret" not in str(found)


def test_a_database_of_another_version_is_an_error(database_url: str, tmp_path: Path) -> None:
    assert findings(home=tmp_path, database_url=database_url)["database"][0] == "ok"
    with connect(database_url).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert findings(home=tmp_path, database_url=database_url)["database"][0] == "error"


def test_an_empty_database_is_filled_by_the_next_command(bare_database_url: str, tmp_path: Path) -> None:
    found = findings(home=tmp_path, database_url=bare_database_url)
    assert (found["database"][0], found["worker"][0]) == ("warning", "warning")


def test_a_worker_without_a_pulse_is_none(tmp_path: Path) -> None:
    with writing(open_newsroom(Settings(home=tmp_path)).engine) as session:
        session.add(Worker(name="dead", seen_at=now() - 2 * DEAD_AFTER))
    assert findings(home=tmp_path)["worker"][0] == "warning"


@pytest.mark.parametrize(("version", "level"), [("2020.01.01", "warning"), ("2020.01.01.232815", "warning")])
def test_an_old_downloader_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, level: str
) -> None:
    monkeypatch.setattr(doctor, "YTDLP_VERSION", version)
    assert findings(home=tmp_path)["yt-dlp"][0] == level


def test_a_machine_without_a_javascript_runtime_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    level, words = findings(home=tmp_path)["yt-dlp"]
    assert level == "warning"
    assert "none" in words or "newer" in words


def test_work_that_waits_too_long_is_a_warning(tmp_path: Path) -> None:
    room = open_newsroom(Settings(home=tmp_path))
    assert findings(home=tmp_path)["queue"][0] == "ok"
    with writing(room.engine) as session:
        episode = Episode(slug="tea", title="Tea")
        session.add(episode)
        session.flush()
        job = Job(episode_id=episode.id or 0, workflow_id="a", created_at=now() - timedelta(days=2))
        session.add(job)
    level, words = findings(home=tmp_path)["queue"]
    assert level == "warning" and "1 waiting, 0 being worked on" in words and "2 days" in words


def test_the_age_of_the_newest_backup_is_told(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    room = open_newsroom(settings)
    assert findings(home=settings.home)["backup"][0] == "warning"
    back_up(room, place_at(str(tmp_path / "away")), Wishes(), lambda *_: None)
    assert findings(home=settings.home)["backup"] == ("ok", "the newest was made less than an hour ago ")
    old = now() - timedelta(days=30)
    (settings.home / "last-backup").write_text(old.isoformat(), encoding="ascii")
    level, words = findings(home=settings.home)["backup"]
    assert (level, "30 days" in words) == ("warning", True)
    (settings.home / "last-backup").write_text("\x00nonsense", encoding="ascii")
    assert findings(home=settings.home)["backup"][0] == "warning"


def test_an_ffmpeg_that_does_not_run_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "ffmpeg_path", lambda: str(tmp_path / "none"))
    assert findings(home=tmp_path)["ffmpeg"][0] == "error"
