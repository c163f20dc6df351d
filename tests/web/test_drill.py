"""The drill: a newsroom that works is backed up, destroyed and restored, and nobody can tell. On both databases, and
from each to the other."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import col, select
from starlette.testclient import TestClient

from catalog.audit import Actor, acting, record_act, verify_log
from catalog.backups.inventory import list_backups
from catalog.backups.ledger import Redacted
from catalog.backups.making import NEVER, Wishes, back_up
from catalog.backups.places import FolderPlace
from catalog.backups.restoring import Restored, restore
from catalog.backups.rows import read_parts, tables_of
from catalog.db import connect, reading, writing
from catalog.models import Episode, MediaKind, Person, Redaction, RedactionStage, User, UserRole
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.sealing import new_identity
from catalog.settings import Settings
from catalog.users import add_user
from tests.web.conftest import SOUND
from tests.web.newsrooms import URDU, demo_talk, newsroom_at, put
from tests.web.panel import PANEL
from web.app import create_app

SECRET, PUBLIC = new_identity()
SEALED = Wishes((PUBLIC,), voices=True, vault=True)
PAGES = (
    "/",
    "/e/tea",
    "/e/urdu",
    "/e/panel",
    "/people",
    "/search?q=rain",
    "/search?q=promise",
    "/feed.xml",
    "/api/v1/episodes",
)


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def room(tmp_path: Path, database_url: str) -> Newsroom:
    """A newsroom on each database, that has worked: talks, files, people, acts, a print, a release, a glossary."""
    room = newsroom_at(tmp_path / "home", database_url)
    files = {
        MediaKind.WEB_AUDIO_LOW: (SOUND, "audio/ogg; codecs=opus"),
        MediaKind.WEB_AUDIO: (SOUND * 2, "audio/mp4"),
        MediaKind.ORIGINAL: (b"never shown", "video/mp4"),
    }
    put(room, "tea", demo_talk(files=files))
    put(room, "urdu", URDU)
    put(room, "panel", PANEL)
    home = room.settings.home
    for path, words in (
        ("voices/0123456789abcdef0123456789abcdef.json", "a print"),
        ("vault/1.age", "what was taken out"),
        ("data/2026-11-21/sheet.json", "{}"),
        ("glossary.txt", "Zarin = زرین\n"),
        ("mirror.key", "a secret"),
    ):
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(words, encoding="utf-8")
    with acting(room.engine, Actor("tester")) as session:
        add_user(session, "asma", UserRole.EDITOR, "a long enough password")
        session.flush()
        session.exec(select(User)).one().totp_secret = "JBSWY3DPEHPK3PXP"
        record_act(session, "note", "episode/1", {"n": 1}, words={"said": "words ‘in’ اردو"})
    return room


@pytest.fixture
def elsewhere(tmp_path: Path, bare_database_url: str) -> Settings:
    """An empty home and an empty database."""
    return Settings(home=tmp_path / "new", database_url=bare_database_url)


def everything(engine: Engine) -> dict[str, list[bytes]]:
    """Every row of every table, but of those that never leave."""
    with engine.connect() as connection:
        tables = [table for table in tables_of(connection) if table.name not in NEVER]
        return {table.name: [part.content for part in read_parts(connection, table, {})] for table in tables}


def files_of(home: Path) -> dict[str, str]:
    kept = ("shelf", "voices", "vault", "data", "glossary.txt")
    found = (path for name in kept for path in [home / name, *(home / name).rglob("*")])
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in found
        if path.is_file() and path.name != ".lock" and ".bench" not in path.parts
    }


def seen(settings: Settings) -> list[tuple[int, bytes]]:
    """What a reader is answered, page by page, and for a piece of the sound."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        answers = [client.get(page) for page in PAGES]
        answers.append(client.get("/media/tea/web_audio_low.opus", headers={"Range": "bytes=100-299"}))
    assert [answer.status_code for answer in answers] == [*[200] * len(PAGES), 206]
    return [(answer.status_code, answer.content) for answer in answers]


def destroy(room: Newsroom) -> None:
    room.engine.dispose()
    shutil.rmtree(room.settings.home)


def brought_back(settings: Settings, place: FolderPlace, **other: Any) -> Restored:
    return restore(settings, place, quiet, **{"identity": SECRET, **other})


def test_backed_up_destroyed_and_restored_nothing_differs(
    room: Newsroom, elsewhere: Settings, tmp_path: Path
) -> None:
    place = FolderPlace(tmp_path / "safe")
    rows, files, pages = everything(room.engine), files_of(room.settings.home), seen(room.settings)
    made = back_up(room, place, SEALED, quiet)
    assert made.inventory.lacks == []
    destroy(room)
    done = brought_back(elsewhere, place)
    assert everything(connect(elsewhere.catalog_url)) == rows
    assert files_of(elsewhere.home) == files
    assert not (elsewhere.home / "mirror.key").exists()
    assert seen(elsewhere) == pages
    assert (done.damaged, done.lacks, done.left_out, done.withdrawn, done.indexed) == ([], [], [], [], 3)
    with reading(connect(elsewhere.catalog_url)) as session:
        assert verify_log(session).broken is None
    with writing(connect(elsewhere.catalog_url)) as session:  # numbers go on behind those that were given
        session.add(Person(slug="somebody-new", name="Somebody New"))


def test_nothing_of_a_sealed_backup_can_be_read_and_no_hash_be_looked_up(
    room: Newsroom, tmp_path: Path
) -> None:
    back_up(room, FolderPlace(tmp_path / "safe"), SEALED, quiet)
    lying = b"".join(path.read_bytes() for path in (tmp_path / "safe").rglob("*") if path.is_file())
    names = " ".join(path.name for path in (tmp_path / "safe").rglob("*"))
    for words in (b"Zarin", b"tea", b"asma", b"a print", SOUND[:64]):
        assert words not in lying
    assert hashlib.sha256(SOUND).hexdigest() not in names
    assert (room.settings.home / "backup.key").read_bytes() not in lying


def test_an_unsealed_backup_opens_no_account_and_holds_no_print(room: Newsroom, tmp_path: Path) -> None:
    place = FolderPlace(tmp_path / "safe")
    back_up(room, place, Wishes(), quiet)
    destroy(room)
    settings = Settings(home=tmp_path / "new")
    done = brought_back(settings, place, identity="")
    assert done.left_out == ["voices", "vault", "passwords"]
    with reading(connect(settings.catalog_url)) as session:
        asma = session.exec(select(User)).one()
        assert (asma.name, asma.password_hash, asma.totp_secret) == ("asma", "", "")
    assert not (settings.home / "voices").exists()
    connect(settings.catalog_url).dispose()


def test_the_second_backup_of_the_same_newsroom_writes_almost_nothing(room: Newsroom, tmp_path: Path) -> None:
    place = FolderPlace(tmp_path / "safe")
    first = back_up(room, place, SEALED, quiet)
    second = back_up(room, place, SEALED, quiet)
    assert first.new_blobs > 20
    assert (second.new_blobs, second.rows, second.files) == (0, first.rows, first.files)
    with writing(room.engine) as session:
        session.add(Person(slug="one-more", name="One More"))
    third = back_up(room, place, SEALED, quiet)
    assert third.rows == first.rows + 1
    assert third.new_blobs <= 3  # people, the change sequence, the contents
    assert [one.number for one in list_backups(place).backups] == [1, 2, 3]


def test_what_was_redacted_since_is_seen_by_nobody(room: Newsroom, tmp_path: Path) -> None:
    place = FolderPlace(tmp_path / "safe")
    with reading(room.engine) as session:
        ids = {one.slug: one.id or 0 for one in session.exec(select(Episode)).all()}
    back_up(room, place, SEALED, quiet)
    line = {"episode_id": ids["panel"], "start_ms": 0, "end_ms": 20_000, "at": now().isoformat()}
    (tmp_path / "safe/redactions.jsonl").write_text(json.dumps(line) + "\n")
    destroy(room)
    settings = Settings(home=tmp_path / "new")
    also = (Redacted(ids["urdu"], 5, 10), Redacted(999, 0, 1))
    done = brought_back(settings, place, also_redacted=also)
    assert sorted(done.withdrawn) == ["panel", "urdu"]
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        assert client.get("/e/tea").status_code == 200
        assert [client.get(f"/e/{slug}").status_code // 100 for slug in ("panel", "urdu")] == [4, 4]
        assert "keep it" not in client.get("/search?q=promise").text
    with reading(connect(settings.catalog_url)) as session:
        assert verify_log(session).broken is None
        redacted = session.exec(select(Redaction).order_by(col(Redaction.id))).all()
        assert [(one.episode_id, one.stage) for one in redacted] == [
            (ids["urdu"], RedactionStage.DONE),
            (ids["panel"], RedactionStage.DONE),
        ]
    connect(settings.catalog_url).dispose()
    assert b"Nobody in it exists" not in (settings.home / "catalog.db").read_bytes()


def test_a_backup_taken_while_others_write_holds_one_moment(room: Newsroom, tmp_path: Path) -> None:
    """Somebody writes between any two tables: rows that point to each other are both in it, or neither."""
    place = FolderPlace(tmp_path / "safe")

    def meddle(stage: str, done: int, _total: int) -> None:
        if stage == "rows":
            put(room, f"late-{done}", PANEL)

    before = everything(room.engine)
    back_up(room, place, SEALED, meddle)
    destroy(room)
    settings = Settings(home=tmp_path / "new")
    brought_back(settings, place)
    with connect(settings.catalog_url).connect() as connection:
        found = set(connection.execute(sa.text("SELECT slug FROM episode")).scalars())
    after = everything(connect(settings.catalog_url))
    assert "late-3" not in found
    assert found == {"tea", "urdu", "panel"} | ({"late-0"} & found)
    assert "late-0" in found or after == before
    connect(settings.catalog_url).dispose()
