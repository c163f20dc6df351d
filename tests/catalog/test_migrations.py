"""The schema: migrations run up, down and up again on both databases, and say what the models say."""

import multiprocessing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from catalog.db import DatabaseUnusable, alembic_config, connect, found_revision, migrate, newest_revision
from catalog.models import metadata

SPAWN = multiprocessing.get_context("spawn")


def tables(url: str) -> set[str]:
    return set(sa.inspect(connect(url)).get_table_names()) - {"alembic_version"}


def test_migrations_run_up_and_down_and_up_again(bare_database_url: str) -> None:
    assert found_revision(bare_database_url) is None
    migrate(bare_database_url)
    assert tables(bare_database_url) == set(metadata.tables)
    command.downgrade(alembic_config(bare_database_url), "base")
    assert tables(bare_database_url) == set()
    migrate(bare_database_url)
    migrate(bare_database_url)
    assert tables(bare_database_url) == set(metadata.tables)
    assert found_revision(bare_database_url) == newest_revision(bare_database_url)


def test_models_and_migrations_agree(database_url: str) -> None:
    command.check(alembic_config(database_url))


def test_check_and_unique_rules_of_the_models_are_all_in_the_database(database_url: str) -> None:
    """What `alembic check` does not compare."""
    inspector = sa.inspect(connect(database_url))

    def named(table: sa.Table, kind: type) -> set[str]:
        return {str(rule.name) for rule in table.constraints if type(rule) is kind}

    for name, table in metadata.tables.items():
        found = {str(rule["name"]) for rule in inspector.get_check_constraints(name)}
        assert named(table, sa.CheckConstraint) == found, name
        found = {str(rule["name"]) for rule in inspector.get_unique_constraints(name)}
        assert named(table, sa.UniqueConstraint) == found, name


def test_several_processes_may_make_the_schema_at_once(bare_database_url: str) -> None:
    processes = [SPAWN.Process(target=migrate, args=(bare_database_url,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert tables(bare_database_url) == set(metadata.tables)


def test_a_catalog_of_a_newer_version_is_not_touched(database_url: str) -> None:
    with connect(database_url).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnusable, match="newer presstalk"):
        migrate(database_url)
    assert found_revision(database_url) == "9999"


def test_foreign_keys_are_on_again_after_a_migration_of_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/catalog.db"
    migrate(url)
    with connect(url).connect() as connection:
        assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1
    connect(url).dispose()
