"""A catalog of any released schema, with rows in every table, comes to the newest one with all of them; killed half way
too."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from catalog.db import connect, found_revision, migrate, newest_revision
from tests.catalog import old_schemas
from tests.catalog.old_schemas import Rows, contents, is_empty_at, load, released

ROOT = Path(__file__).parents[2]
KILLS = 4


def rows_at(url: str) -> Rows:
    with connect(url).connect() as connection:
        return contents(connection)


def lost(before: Rows, after: Rows) -> list[str]:
    """Every cell that is no longer there, but for columns that are gone."""
    missing = []
    for table, kept in before.items():
        now = after.get(table)
        if now is None:
            missing += [table] if kept["rows"] else []
            continue
        shared = [name for name in kept["columns"] if name in now["columns"]]

        def cells(told: dict, shared: list[str] = shared) -> list[str]:
            places = [told["columns"].index(name) for name in shared]
            return sorted(json.dumps([row[place] for place in places]) for row in told["rows"])

        missing += [table] if cells(kept) != cells(now) else []
    return missing


@pytest.mark.parametrize("revision", released())
def test_every_released_schema_is_kept_with_rows_and_upgrades_without_losing_one(
    bare_database_url: str, revision: str
) -> None:
    load(bare_database_url, revision)
    before = rows_at(bare_database_url)
    assert all(kept["rows"] or is_empty_at(table, revision) for table, kept in before.items())
    migrate(bare_database_url)
    assert found_revision(bare_database_url) == newest_revision(bare_database_url)
    assert lost(before, rows_at(bare_database_url)) == []


def test_killed_half_way_an_upgrade_is_done_by_the_next_start(bare_database_url: str) -> None:
    load(bare_database_url, "0001")
    before = rows_at(bare_database_url)
    connect(bare_database_url).dispose()
    dice = random.Random(8)
    ready = "from catalog.db import migrate; import sys; print('ready', flush=True); migrate(sys.argv[1])"
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", ready, bare_database_url],
            cwd=ROOT,
            env=os.environ.copy(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(dice.random() * 0.25)
        process.kill()
        process.communicate()
        assert lost(before, rows_at(bare_database_url)) == []
        connect(bare_database_url).dispose()
    migrate(bare_database_url)
    assert found_revision(bare_database_url) == newest_revision(bare_database_url)
    assert lost(before, rows_at(bare_database_url)) == []


def test_the_kept_files_are_those_the_script_would_write_for_schemas_that_have_none() -> None:
    assert {path.stem for path in old_schemas.FOLDER.glob("*.json")} >= set(released())
