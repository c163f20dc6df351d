"""Engines, sessions and migrations for SQLite and PostgreSQL. No queries and no rules live here."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine
from sqlmodel import Session, SQLModel

import catalog.models  # noqa: F401  a session needs every table known
from catalog.errors import CatalogError

BUSY_TIMEOUT_S = 60
CONNECT_TIMEOUT_S = 10
# A network that swallows what is sent must not hold a worker for ever: the connection is given up after this.
ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}
WRITES = "presstalk_writes"
FENCE = "presstalk_fence"  # asked within each transaction that writes: may its engine still do so?
MOVED, MOVING = "moved", "moving-"  # in place of a schema: the record is elsewhere now, or not yet whole here
SHELVES, REDACTING = 5_077_412, 5_077_413  # what is held between machines besides
_WRITERS_LOCK = 5_077_411  # any number, as long as every writer of a PostgreSQL catalog takes the same
MOST_BESIDE = 90  # connections to SQLite beyond five: forty threads hold one, and another for `sequence.keep`
# Who hangs or is cut off in the middle would keep all others waiting: the server ends that transaction. Not later than
# a worker is missed (`pulse.DEAD_AFTER`), or those who take its work over would have to wait for it first.
LONGEST_SILENCE_S = 20


class DatabaseUnusable(CatalogError):
    """The database does not answer, cannot be opened, or was made by another version; it may be back later."""

    code = "database"
    retry = True


@lru_cache(maxsize=8)
def connect(url: str) -> Engine:
    """The engine for a SQLAlchemy address, one a process. Both databases keep one rule: readers see one
    moment and wait for nobody, writers come one after the other and wait for each other."""
    try:
        kind = sa.make_url(url).get_backend_name()
    except sa.exc.ArgumentError as problem:
        raise DatabaseUnusable("PRESSTALK_DATABASE_URL is not the address of a database.") from problem
    if kind == "sqlite":
        return _connect_sqlite(url)
    if kind == "postgresql":
        return _connect_postgres(url)
    raise DatabaseUnusable(f"The catalog lives in SQLite or PostgreSQL, not in '{kind}'.")


def _connect_sqlite(url: str) -> Engine:
    database = sa.make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    patient = {"timeout": BUSY_TIMEOUT_S}
    engine = sa.create_engine(url, hide_parameters=True, max_overflow=MOST_BESIDE, connect_args=patient)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, see erase_deleted


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at the start: one that reads first and then wants to write is refused
    at once by SQLite, whatever the time-out, where waiting was meant."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _connect_postgres(url: str) -> Engine:
    wait = f"-c lock_timeout={BUSY_TIMEOUT_S}s"
    engine = sa.create_engine(
        url,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "options": wait, **ALIVE},
    )
    sa.event.listen(engine, "begin", _begin_postgres)
    return engine


def _begin_postgres(connection: Connection) -> None:
    """The same on PostgreSQL, so that "look, then write" is safe there too: two who add one talk at the
    same moment make one episode, and nobody meets a broken unique rule half way."""
    if _writes(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(WRITES, False))


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only looks, at one moment of the record; whatever it did is rolled back."""
    with _answering(), Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine, *, unseen: bool = False) -> Iterator[Session]:
    """A session in one transaction: all of it is kept, or none. Keep it short, others wait.

    It counts as a change that readers see, and caches make their pages anew, but for one that says it is `unseen`.
    """
    with (
        _answering(),
        Session(engine.execution_options(**{WRITES: True}), expire_on_commit=False) as session,
        session.begin(),
    ):
        if engine.dialect.name == "postgresql":
            silence = f"SET LOCAL idle_in_transaction_session_timeout = '{LONGEST_SILENCE_S}s'"
            session.connection().exec_driver_sql(silence)
        if holds := engine.get_execution_options().get(FENCE):
            holds(session)
        yield session
        if not unseen:
            session.execute(sa.text("UPDATE change_sequence SET number = number + 1"))


@contextmanager
def held_between_machines(engine: Engine, number: int, *, shared: bool = False) -> Iterator[None]:
    """Hold one of the locks that all machines of a PostgreSQL catalog know; SQLite has one machine only, whose
    processes lock files. It holds no moment of the record, so that what is deleted meanwhile can be erased."""
    if engine.dialect.name == "sqlite":
        yield
        return
    kind = "_shared" if shared else ""
    with _answering(), engine.execution_options(isolation_level="AUTOCOMMIT").connect() as alone:
        alone.exec_driver_sql("SET lock_timeout = 0")
        alone.exec_driver_sql(f"SELECT pg_advisory_lock{kind}({number})")
        try:
            yield
        finally:
            alone.exec_driver_sql(f"SELECT pg_advisory_unlock{kind}({number})")
            alone.exec_driver_sql("RESET lock_timeout")


@contextmanager
def _answering() -> Iterator[None]:
    """A database that is away, full, locked for too long or no database is told in a sentence."""
    try:
        yield
    except sa.exc.DBAPIError as problem:
        if isinstance(problem, sa.exc.IntegrityError | sa.exc.DataError | sa.exc.ProgrammingError):
            raise  # our own mistake, not the database's
        reason = str(problem.orig).strip().splitlines()[0].rstrip(".")
        raise DatabaseUnusable(
            f"The database cannot be used: {reason}. `presstalk doctor` looks closer."
        ) from problem


def erase_deleted(engine: Engine, table: str) -> None:
    """Leave nothing of the deleted rows of a small table in the database's own files.

    The blocks a file gives back to the disk, PostgreSQL's log (`pg_wal`), replicas and backups are out of reach.
    Raises DatabaseUnusable while a reader still holds an older moment of the record: do it again then.
    """
    with _answering():
        if engine.dialect.name == "sqlite":
            gone = _erase_in_sqlite(engine, SQLModel.metadata.tables[table])
        else:
            gone = _erase_in_postgres(engine, [table])
    if not gone:
        raise DatabaseUnusable(
            "The rows are deleted, but somebody still reads an older moment of the record, so that their bytes "
            "cannot be erased yet. Do it again in a minute."
        )


def erase_everywhere(engine: Engine) -> None:
    """Leave nothing of what was deleted or overwritten, in any table, in the database's own files.

    As `erase_deleted`, it raises DatabaseUnusable while a reader still holds an older moment of the record.
    """
    with _answering():
        if engine.dialect.name == "sqlite":
            with closing(engine.raw_connection()) as raw:
                raw.cursor().execute("VACUUM")
                busy, *_ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            gone = not busy
        else:
            gone = _erase_in_postgres(engine, [f'"{table}"' for table in SQLModel.metadata.tables])
    if not gone:
        raise DatabaseUnusable(
            "Somebody still reads an older moment of the record, so that its bytes cannot be erased yet. "
            "Do it again in a minute."
        )


def _erase_in_sqlite(engine: Engine, table: sa.Table) -> bool:
    """The table is written anew: moving rows between pages leaves copies that deleting does not overwrite
    (seen once in 900 deletions), while emptied pages are overwritten whole. Then the journal is cut to nothing."""
    with writing(engine) as session:
        connection = session.connection()
        rows = connection.execute(sa.select(table)).mappings().all()
        connection.execute(sa.delete(table))
        if rows:
            connection.execute(sa.insert(table), [dict(row) for row in rows])
    with closing(engine.raw_connection()) as raw:
        busy, *_ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _erase_in_postgres(engine: Engine, tables: Sequence[str]) -> bool:
    """A plain VACUUM frees dead rows but leaves their bytes; FULL writes a new file and removes the old one.
    Rows that somebody's snapshot still sees are taken along: one from before now; who reads later sees none of them."""
    older_readers = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() "
        "AND age(backend_xmin) > age(CAST(CAST(:moment AS text) AS xid))"
    )
    with engine.execution_options(**{WRITES: True}, isolation_level="AUTOCOMMIT").connect() as connection:
        moment = connection.exec_driver_sql(
            "SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text)"
        ).scalar_one()
        if connection.execute(older_readers, {"moment": moment}).scalar_one():
            return False
        for table in tables:
            connection.exec_driver_sql(f"VACUUM (FULL) {table}")
    return True


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema; harmless when it is there already."""
    config = alembic_config(url)
    known = ScriptDirectory.from_config(config)
    found = found_revision(url)
    if found == known.get_current_head():
        return
    if closed := why_closed(found):
        raise DatabaseUnusable(closed)
    if found is not None and found not in {script.revision for script in known.walk_revisions()}:
        raise DatabaseUnusable(f"It was made by a newer presstalk (schema {found}). Install that one.")
    with _answering():
        command.upgrade(config, "head")


def migrate_to(url: str, revision: str) -> None:
    """Bring an empty database to an older schema, for rows that were read from that one."""
    config = alembic_config(url)
    if revision not in {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}:
        raise DatabaseUnusable(f"It was made by a newer presstalk (schema {revision}). Install that one.")
    if found_revision(url) is not None:
        raise DatabaseUnusable(f"Schema {revision} is wanted, the database has another. Give an empty one.")
    with _answering():
        command.upgrade(config, revision)


def can_run_beside(url: str, found: str) -> bool:
    """Do processes made for the schema `found` go on rightly once the newest is there? Each migration says so of
    itself with `side_by_side = True`: it only adds what others need not know."""
    known = ScriptDirectory.from_config(alembic_config(url))
    if found not in {script.revision for script in known.walk_revisions()}:
        return True  # nothing will be changed: `migrate` refuses
    newer = known.iterate_revisions("head", found)
    return all(getattr(script.module, "side_by_side", False) for script in newer)


def why_closed(found: str | None) -> str:
    """What keeps everybody out of a database with that mark in place of its schema; empty: nothing."""
    if found == MOVED:
        return "The record of this newsroom moved to another database: PRESSTALK_DATABASE_URL has to name it."
    if found is not None and found.startswith(MOVING):
        return "Moving the record into this database was cut off: run the same `presstalk migrate-to` again."
    return ""


def found_revision(url: str) -> str | None:
    """The schema the database has; None when it has none yet."""
    with _answering(), connect(url).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision(url: str) -> str | None:
    """The schema this version wants."""
    return ScriptDirectory.from_config(alembic_config(url)).get_current_head()


def alembic_config(url: str) -> Config:
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))  # it is read as a template
    config.attributes["url"] = url
    return config
