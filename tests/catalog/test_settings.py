"""Settings from the environment: what is wrong is named in a sentence, lists and paths mean what they say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog import settings
from catalog.errors import InvalidQuery
from catalog.settings import Settings


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    settings.current.cache_clear()
    yield
    settings.current.cache_clear()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("MAX_HOURS", "-1"),
        ("WORKER_CONCURRENCY", "0"),
        ("CHUNK_MINUTES", "much"),
        ("LOG_LEVEL", "loud"),
        ("ALLOWED_NETWORKS", "127.0.0.0/8, home"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PRESSTALK_{name}", value)
    with pytest.raises(InvalidQuery, match=f"PRESSTALK_{name} cannot be used: ") as problem:
        settings.current()
    assert "\n" not in problem.value.sentence
    assert problem.value.sentence.endswith(".")


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESSTALK_GLOSSARY", "Gwadar, Makran ,, Hub")
    monkeypatch.setenv("PRESSTALK_LANGUAGES", "")
    assert settings.current().glossary == ("Gwadar", "Makran", "Hub")
    assert settings.current().languages == ()


def test_folders_do_not_move_with_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRESSTALK_HOME", "here")
    monkeypatch.setenv("PRESSTALK_WATCH_FOLDER", "inbox")
    assert (settings.current().home, settings.current().watch_folder) == (
        tmp_path / "here",
        tmp_path / "inbox",
    )


def test_an_empty_watched_folder_is_none_and_not_where_we_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESSTALK_WATCH_FOLDER", "")
    assert settings.current().watch_folder is None


def test_the_databases_of_a_newsroom_lie_in_its_home_unless_named(tmp_path: Path) -> None:
    own = Settings(home=tmp_path)
    assert own.catalog_url == f"sqlite:///{tmp_path}/catalog.db"
    assert own.queue_url == f"sqlite:///{tmp_path}/queue.db"
    named = Settings(home=tmp_path, database_url="postgresql://host/name")
    assert named.catalog_url == named.queue_url == "postgresql://host/name"


def test_what_a_fetch_may_take_is_what_the_settings_say() -> None:
    limits = Settings(max_gigabytes=1, max_hours=2, min_free_gigabytes=0.5).limits()
    assert (limits["max_bytes"], limits["max_duration_ms"], limits["min_free_bytes"]) == (
        1 << 30,
        7_200_000,
        1 << 29,
    )


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
