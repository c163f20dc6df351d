"""`presstalk export` as the house uses it."""

import csv
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from typer.testing import CliRunner, Result

from catalog import settings
from catalog.cli import app
from catalog.db import writing
from catalog.errors import Conflict, InvalidQuery
from catalog.newsroom import Newsroom
from catalog.search.export import FORMATS, ROWS_A_GROUP, Source, export_hits
from catalog.search.moments import Hit
from tests.catalog.conftest import MakeEpisode

LINES = [("Zarin Test", "en", "We waited for the tea"), ("Hamid Test", "en", "The tea was late")]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def talk(house: Newsroom, make_episode: MakeEpisode, monkeypatch: pytest.MonkeyPatch) -> Any:
    with writing(house.engine) as session:
        make_episode(session, slug="tea", turns=LINES)
    monkeypatch.setenv("PRESSTALK_HOME", str(house.settings.home))
    monkeypatch.setenv("PRESSTALK_DATABASE_URL", house.settings.database_url)
    settings.current.cache_clear()
    yield house
    settings.current.cache_clear()


def presstalk(*words: str) -> Result:
    return CliRunner().invoke(app, ["export", *words])


def test_the_data_set_goes_where_the_site_looks_unless_a_folder_is_named(
    talk: Newsroom, tmp_path: Path
) -> None:
    told = presstalk("dataset", "--json")
    assert told.exit_code == 0, told.output
    answer = json.loads(told.stdout)
    assert Path(answer["folder"]).parent == talk.settings.dataset_folder
    assert answer["rows"]["turns"] == 2
    elsewhere = presstalk("dataset", str(tmp_path / "out"))
    assert elsewhere.exit_code == 0 and "2 turns" in elsewhere.stdout and "1 talks" in elsewhere.stderr
    assert len(list((tmp_path / "out").glob("2*/datasheet.json"))) == 1


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "ris", "CSV"])
def test_all_results_are_written_in_the_form_that_the_ending_says(
    talk: Newsroom, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"tea.{ending}"
    told = presstalk("results", "tea", str(file))
    assert told.exit_code == 0 and told.stdout.startswith("2 found"), told.output
    assert "PRESSTALK_BASE_URL" in told.stderr
    if ending.lower() == "csv":
        assert [row["turn_id"] for row in csv.DictReader(file.read_text().splitlines())] == [
            "tea@0",
            "tea@10000",
        ]
    if ending == "parquet":
        assert parquet.read_table(file).num_rows == 2
    assert [path.name for path in tmp_path.glob("*tea*")] == [file.name]


def test_another_ending_no_words_or_a_place_that_is_not_there_is_told_and_nothing_is_written(
    talk: Newsroom, tmp_path: Path
) -> None:
    for query, name, problem, sentence in (
        ("tea", "tea.xlsx", InvalidQuery, "kind of file"),
        ("tea", "tea", InvalidQuery, "kind of file"),
        ("  ", "tea.csv", InvalidQuery, "needs a search"),
        ("tea", "none/tea.csv", Conflict, "cannot be written"),
    ):
        told = presstalk("results", query, str(tmp_path / name))
        assert isinstance(told.exception, problem) and sentence in told.exception.sentence
    assert not list(tmp_path.glob("*tea*"))


@pytest.mark.parametrize(
    "query",
    [
        *(
            "tea " * 2_500,
            "tea " + '"' * 9_999,
            "tea " + "(" * 9_999,
            "a* " * 3_000,
            "' OR 1=1 --",
            "tea\0\udcff",
        ),
        *("<script>alert(1)</script>", "tea before:2021-02-31", "speaker:" + "x" * 9_000),
    ],
    ids=lambda query: query[:12],
)
def test_any_search_that_asks_something_is_a_file(talk: Newsroom, tmp_path: Path, query: str) -> None:
    file = tmp_path / "found.jsonl"
    told = presstalk("results", query, str(file))
    assert told.exit_code == 0 and told.exception is None, told.output
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert told.stdout.startswith(f"{len(rows)} found")
    assert {row["episode"] for row in rows} <= {"tea"}


@pytest.mark.parametrize("ending", FORMATS)
def test_rows_leave_as_they_come_and_none_are_held(ending: str) -> None:
    """However many there are: a hundred thousand take the room of a few thousand."""
    taken: list[int] = []

    def hits() -> Iterator[Hit]:
        for ms in range(ROWS_A_GROUP + 600):
            taken.append(ms)
            told = {
                "speaker": "Zarin Test",
                "speaker_slug": "zarin-test",
                "certainty": "confirmed",
                "role": "guest",
            }
            yield Hit(
                "tea", "Tea", None, **told, language="en", start_ms=ms, end_ms=ms + 1, snippet=(), text="Tea"
            )

    held = [len(taken) for _ in export_hits(hits(), ending, Source("https://talk.example", "The show"))]
    assert len(held) > 1 and held[-1] == ROWS_A_GROUP + 600
    assert max(after - before for before, after in pairwise([0, *held])) <= ROWS_A_GROUP


def test_a_file_of_that_name_stays_as_it_is_until_the_new_one_is_whole(
    talk: Newsroom, tmp_path: Path
) -> None:
    file = tmp_path / "tea.csv"
    file.write_text("old")
    assert presstalk("results", "tea", str(file)).exit_code == 0
    assert file.read_text().startswith("turn_id")
