"""Backups when things go wrong: cut off, damaged, full, in the way; and which of them stay."""

import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from catalog import settings as chosen_settings
from catalog.backups import restoring
from catalog.backups.addresses import place_at
from catalog.backups.failures import BackupFailed
from catalog.backups.inventory import Inventory, list_backups, read_inventory
from catalog.backups.keeping import choose_kept, parse_rule, prune
from catalog.backups.ledger import parse_ledger
from catalog.backups.looking import verify_backups
from catalog.backups.making import Made, Wishes, back_up
from catalog.backups.places import FolderPlace
from catalog.backups.restoring import restore
from catalog.cli import main
from catalog.db import connect, reading, writing
from catalog.errors import CatalogError
from catalog.files import name_file
from catalog.models import Episode, MediaKind, Redaction
from catalog.newsroom import Newsroom, open_newsroom
from catalog.sealing import SealFailed, new_identity
from catalog.settings import Settings
from catalog.work_health import BACKED_UP, last_backup
from tests.catalog.newsrooms import ROOT, environment

SECRET, PUBLIC = new_identity()
PLAIN, SEALED = Wishes(), Wishes((PUBLIC,))


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """A talk with three files. SQLite: what both databases do alike is drilled in tests/web/test_drill.py."""
    room = open_newsroom(Settings(home=tmp_path / "home"))
    with writing(room.engine) as session:
        episode = Episode(slug="talk", title="A talk")
        session.add(episode)
        session.flush()
        for number, kind in enumerate((MediaKind.ORIGINAL, MediaKind.WEB_AUDIO, MediaKind.POSTER)):
            file = room.shelf.workbench("tests") / kind.value
            file.write_bytes(bytes([number]) * 300_000)
            name_file(session, room.shelf, episode.id or 0, kind, room.shelf.put(file))
    return room


@pytest.fixture
def place(tmp_path: Path) -> FolderPlace:
    return FolderPlace(tmp_path / "safe")


def new(tmp_path: Path, name: str = "new") -> Settings:
    return Settings(home=tmp_path / name)


def biggest(place: FolderPlace, number: int = 0) -> Path:
    files = [path for path in Path(place.name, "blobs").rglob("*") if path.is_file()]
    return sorted(files, key=lambda path: (-path.stat().st_size, path.name))[number]


def complaint(act: Any) -> tuple[str, str]:
    with pytest.raises(CatalogError) as told:
        act()
    return told.value.code, told.value.sentence


# ---- cut off, full, in the way --------------------------------------------------------------------------


@pytest.mark.parametrize("wishes", [PLAIN, SEALED], ids=["plain", "sealed"])
@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 1.0])
def test_cut_off_anywhere_there_is_no_backup_and_the_next_goes_on(
    room: Newsroom, place: FolderPlace, monkeypatch: pytest.MonkeyPatch, wishes: Wishes, part: float
) -> None:
    elsewhere = FolderPlace(Path(place.name).with_name("elsewhere"))
    after = int(part * len(back_up(room, elsewhere, wishes, quiet).inventory.blobs))
    usual, left = FolderPlace.put, [after]

    def put(self: FolderPlace, key: str, write: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        usual(self, key, write)

    monkeypatch.setattr(FolderPlace, "put", put)
    with pytest.raises(KeyboardInterrupt):
        back_up(room, place, wishes, quiet)
    assert list_backups(place).backups == []
    monkeypatch.setattr(FolderPlace, "put", usual)
    made = back_up(room, place, wishes, quiet)
    assert len(made.inventory.blobs) - after <= made.new_blobs <= len(made.inventory.blobs) - after + 1
    assert verify_backups(place, quiet, SECRET)[1] == []


def test_a_full_disk_leaves_no_half_backup_and_is_told(room: Newsroom, place: FolderPlace) -> None:
    """In a process whose files may have 100 kB, as on a disk that is full after that."""
    done = subprocess.run(
        ["bash", "-c", f'ulimit -f 100; exec "{sys.executable}" -m catalog.cli backup make "{place.name}"'],
        env=environment(room),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "no room left" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
    assert list_backups(place).backups == []
    back_up(room, place, PLAIN, quiet)
    assert verify_backups(place, quiet)[1] == []


def test_killed_while_it_works_it_leaves_nothing_that_looks_whole(room: Newsroom, place: FolderPlace) -> None:
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-m", "catalog.cli", "backup", "make", place.name, "--to", PUBLIC],
            env=environment(room),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None and not Path(place.name, "blobs").exists():
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        for backup in list_backups(place).backups:
            assert {place.sizes("blobs").get(blob.key) for blob in backup.blobs} == {
                blob.size for blob in backup.blobs
            }
        shutil.rmtree(Path(place.name, "backups"), ignore_errors=True)
    back_up(room, place, SEALED, quiet)
    assert verify_backups(place, quiet, SECRET)[1] == []
    assert not any(Path(place.name, ".part").glob("*"))


def test_two_at_once_are_one_and_a_sentence(room: Newsroom, place: FolderPlace) -> None:
    with place.alone():
        assert complaint(lambda: back_up(room, place, PLAIN, quiet))[0] == "busy"
        assert complaint(lambda: prune(place, {"d": 1}, dry_run=True))[0] == "busy"


def test_a_destination_that_is_no_folder_is_told(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert complaint(lambda: back_up(room, FolderPlace(tmp_path / "file/below"), PLAIN, quiet))[0] == "disk"
    assert complaint(lambda: place_at("https://bucket"))[0] == "place"


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "full"), (errno.EROFS, "read_only"), (errno.EACCES, "read_only"), (errno.EIO, "disk")],
)
def test_what_is_wrong_with_a_disk_is_told_and_the_last_backup_stays(
    room: Newsroom, place: FolderPlace, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    made = back_up(room, place, PLAIN, quiet)

    def refuse(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(FolderPlace, "_place", refuse)
    with writing(room.engine) as session:
        session.add(Episode(slug="more", title="More"))
    assert complaint(lambda: back_up(room, place, PLAIN, quiet))[0] == code
    assert list_backups(place).backups == [made.inventory]
    assert verify_backups(place, quiet)[1] == []


# ---- damage ---------------------------------------------------------------------------------------------


def test_a_home_that_takes_no_writing_makes_a_backup_no_less_whole(
    room: Newsroom, place: FolderPlace
) -> None:
    (room.settings.home / BACKED_UP).mkdir()
    back_up(room, place, PLAIN, quiet)
    assert len(list_backups(place).backups) == 1 and last_backup(room.settings) is None


def test_a_damaged_file_of_the_newsroom_is_named_and_the_rest_is_kept(
    room: Newsroom, place: FolderPlace, tmp_path: Path
) -> None:
    lost, cut, _ = sorted(room.shelf.all())
    room.shelf.path(lost).unlink()
    room.shelf.path(cut).chmod(0o644)
    os.truncate(room.shelf.path(cut), 1000)
    made = back_up(room, place, PLAIN, quiet)
    assert made.inventory.lacks == sorted([lost, cut])
    assert verify_backups(place, quiet)[1] == []
    done = restore(new(tmp_path), place, quiet)
    assert (done.files, done.lacks, done.damaged) == (1, [lost, cut], [])
    connect(new(tmp_path).catalog_url).dispose()


def test_a_file_that_was_whole_when_it_was_copied_stays_in_later_backups(
    room: Newsroom, place: FolderPlace
) -> None:
    back_up(room, place, PLAIN, quiet)
    room.shelf.path(next(iter(room.shelf.all()))).unlink()
    assert back_up(room, place, PLAIN, quiet).inventory.lacks == []


@pytest.mark.parametrize("wishes", [PLAIN, SEALED], ids=["plain", "sealed"])
def test_damage_in_a_backup_is_named_and_all_else_comes_back(
    room: Newsroom, place: FolderPlace, tmp_path: Path, wishes: Wishes
) -> None:
    back_up(room, place, wishes, quiet)
    missing, flipped = biggest(place), biggest(place, 1)
    missing.unlink()
    content = bytearray(flipped.read_bytes())
    content[len(content) // 2] ^= 1
    flipped.write_bytes(content)
    faults = verify_backups(place, quiet)[1]
    assert {(Path(fault.key).name, fault.what) for fault in faults} == {
        (missing.name, "missing"),
        (flipped.name, "damaged"),
    }
    done = restore(new(tmp_path), place, quiet, identity=SECRET)
    assert (len(done.damaged), done.files) == (2, 1)
    connect(new(tmp_path).catalog_url).dispose()
    again = back_up(room, place, wishes, quiet)
    assert again.new_blobs >= 1  # what is missing is copied anew


def test_rows_that_are_damaged_restore_nothing(room: Newsroom, place: FolderPlace, tmp_path: Path) -> None:
    made = back_up(room, place, PLAIN, quiet)
    rows = next(blob for blob in made.inventory.blobs if blob.name.endswith(".gz"))
    Path(place.name, rows.key).write_bytes(b"")
    assert complaint(lambda: restore(new(tmp_path), place, quiet))[0] == "damaged"
    assert complaint(lambda: open_newsroom(new(tmp_path)))[0] == "not_allowed"
    connect(new(tmp_path).catalog_url).dispose()


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.data())
def test_an_inventory_that_was_changed_anywhere_is_not_believed(data: st.DataObject) -> None:
    whole = SAMPLE.as_bytes()
    spot = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:spot] + bytes([data.draw(st.integers(0, 255))]) + whole[spot + 1 :]

    try:
        found = read_inventory(Lying(changed), "backups/x.json")
    except BackupFailed as problem:
        assert problem.code in {"damaged", "newer"}
    else:
        assert found == SAMPLE


class Lying(FolderPlace):
    """A place where these bytes lie under any name."""

    def __init__(self, content: bytes) -> None:
        super().__init__(Path("lying"))
        self._content = content

    def open(self, key: str) -> Any:
        return io.BytesIO(self._content)


SAMPLE = Inventory("x", 1, "2026-01-01T00:00:00+00:00", "0006", 7, [], "name", [], 0, [])


def test_a_ledger_that_cannot_be_read_stops_everything() -> None:
    for content in (
        b"{",
        b"[]",
        b'{"episode_id": 1}',
        b'{"episode_id": "1", "start_ms": 0, "end_ms": 1}',
        b"\xff",
    ):
        assert complaint(lambda content=content: parse_ledger(content))[0] == "ledger"


# ---- restoring --------------------------------------------------------------------------------------------


def test_nothing_is_written_over(room: Newsroom, place: FolderPlace) -> None:
    back_up(room, place, PLAIN, quiet)
    code, sentence = complaint(lambda: restore(room.settings, place, quiet))
    assert (code, "writes over nothing" in sentence) == ("not_empty", True)
    with reading(room.engine) as session:
        assert session.exec(select(Episode.slug)).all() == ["talk"]


def test_a_database_with_rows_is_not_written_over(room: Newsroom, place: FolderPlace, tmp_path: Path) -> None:
    back_up(room, place, PLAIN, quiet)
    settings = Settings(home=tmp_path / "new", database_url=room.settings.catalog_url)
    assert complaint(lambda: restore(settings, place, quiet))[0] == "not_empty"
    assert list(settings.home.iterdir()) == []


@pytest.mark.parametrize("name", ["_fetch_files", "_fill_rows", "migrate", "replay_redactions", "open_index"])
def test_a_restore_that_was_cut_off_serves_nobody_and_goes_on(
    room: Newsroom, place: FolderPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with writing(room.engine) as session:
        session.add(Redaction(episode_id=1, start_ms=0, end_ms=9, reason="asked"))
    made = back_up(room, place, SEALED, quiet)
    Path(place.name, "redactions.jsonl").write_text('{"episode_id": 1, "start_ms": 0, "end_ms": 10}\n')
    usual = getattr(restoring, name)

    def cut_off(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, name, cut_off)
    with pytest.raises(KeyboardInterrupt):
        restore(new(tmp_path), place, quiet, identity=SECRET)
    assert complaint(lambda: open_newsroom(new(tmp_path)))[0] == "not_allowed"
    monkeypatch.setattr(restoring, name, usual)
    done = restore(new(tmp_path), place, quiet, identity=SECRET)
    assert (done.rows, done.files, done.withdrawn) == (made.rows, 3, ["talk"])
    open_newsroom(new(tmp_path)).engine.dispose()


def test_a_sealed_backup_needs_its_key(room: Newsroom, place: FolderPlace, tmp_path: Path) -> None:
    back_up(room, place, SEALED, quiet)
    assert complaint(lambda: restore(new(tmp_path), place, quiet))[0] == "sealed"
    with pytest.raises(SealFailed) as told:
        restore(new(tmp_path), place, quiet, identity=new_identity()[0])
    assert told.value.code == "not_for_key"
    assert not new(tmp_path).home.exists()


def test_prints_and_the_vault_never_leave_unsealed() -> None:
    for asked in ({"voices": True}, {"vault": True}):
        assert complaint(lambda asked=asked: Wishes(**asked))[0] == "unsealed"


def test_for_other_recipients_everything_is_sealed_anew(
    room: Newsroom, place: FolderPlace, tmp_path: Path
) -> None:
    secret, public = new_identity()
    back_up(room, place, SEALED, quiet)
    made = back_up(room, place, Wishes((PUBLIC, public)), quiet)
    assert made.new_blobs == len(made.inventory.blobs)
    assert restore(new(tmp_path), place, quiet, identity=secret).files == 3
    connect(new(tmp_path).catalog_url).dispose()


# ---- which stay -------------------------------------------------------------------------------------------


def on(number: int, day: datetime) -> Inventory:
    return replace(SAMPLE, id=f"b{number:03}", number=number, made_at=day.isoformat())


START = datetime(2026, 1, 1, 12, tzinfo=UTC)
YEAR = [on(number, START + timedelta(days=number)) for number in range(365)]


def test_of_a_year_of_days_the_rule_keeps_the_last_of_each() -> None:
    kept = sorted(int(name[1:]) for name in choose_kept(YEAR, parse_rule("7d4w12m")))
    assert kept[-7:] == list(range(358, 365))
    assert len(kept) == 20  # 7 days, 2 more Sundays, 11 more ends of months
    assert kept[:3] == [30, 58, 89]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.lists(st.integers(-4000, 4000), min_size=1, max_size=30),
    st.sampled_from(["1d", "2w1y", "3m", "7d4w12m"]),
)
def test_the_newest_stays_whatever_the_clock_said(days: list[int], rule: str) -> None:
    backups = [on(number, START + timedelta(days=day)) for number, day in enumerate(days)]
    kept = choose_kept(backups, parse_rule(rule))
    assert backups[-1].id in kept
    assert choose_kept([one for one in backups if one.id in kept], parse_rule(rule)) == kept


@pytest.mark.parametrize("rule", ["", "7", "d", "7d7d", "0d", "7d 4w", "-1d", "7x", "7d4w12mm"])
def test_a_rule_that_says_nothing_clear_is_refused(rule: str) -> None:
    assert complaint(lambda: parse_rule(rule))[0] == "rule"


def make_three(room: Newsroom, place: FolderPlace) -> list[Made]:
    made = []
    for number in range(3):
        with writing(room.engine) as session:
            session.add(Episode(slug=f"more-{number}", title="More"))
        made.append(back_up(room, place, PLAIN, quiet))
    return made


def test_pruning_drops_only_what_no_backup_needs(room: Newsroom, place: FolderPlace) -> None:
    made = make_three(room, place)
    before = place.sizes("")
    would = prune(place, {"y": 1}, dry_run=True)
    assert place.sizes("") == before
    did = prune(place, {"y": 1}, dry_run=False)
    assert (would, did.kept) == (did, [made[-1].inventory.id])
    assert did.blobs > 0
    assert verify_backups(place, quiet)[1] == []
    assert set(place.sizes("blobs")) == {blob.key for blob in made[-1].inventory.blobs}


def test_with_a_backup_nobody_can_read_nothing_is_dropped(room: Newsroom, place: FolderPlace) -> None:
    made = make_three(room, place)
    Path(place.name, made[0].inventory.key).write_text("{}")
    before = place.sizes("")
    assert complaint(lambda: prune(place, {"d": 1}, dry_run=False))[0] == "damaged"
    assert place.sizes("") == before


# ---- commands ---------------------------------------------------------------------------------------------


@pytest.fixture
def say(room: Newsroom, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """`say("backup", "list", DEST)` runs the command: its exit code and what it printed."""

    def act(*words: str, home: Path | None = None) -> tuple[int, str]:
        monkeypatch.setenv("PRESSTALK_HOME", str(home or room.settings.home))
        chosen_settings.current.cache_clear()
        monkeypatch.setattr(sys, "argv", ["presstalk", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    yield act
    chosen_settings.current.cache_clear()


def test_the_whole_way_by_commands(say: Any, place: FolderPlace, tmp_path: Path) -> None:
    code, said = say("backup", "key", str(tmp_path / "key"))
    public = next(word for word in said.split() if word.startswith("age1"))
    assert (code, (tmp_path / "key").stat().st_mode & 0o777, "AGE-SECRET" in said) == (0, 0o600, False)
    code, said = say("backup", place.name, "--to", public)
    assert (code, "sealed" in said) == (0, True)
    code, said = say("backup", "--json", place.name)
    assert (code, json.loads(said)["sealed"]) == (0, False)
    code, said = say("backup", "list", place.name, "--json")
    assert [one["sealed"] for one in json.loads(said)["backups"]] == [True, False]
    assert say("backup", "verify", place.name, "--identity", str(tmp_path / "key"))[0] == 0
    assert "Whole: 2 backups" in " ".join(say("backup", "verify", place.name)[1].split())
    assert say("backup", "redactions", place.name)[0] == 0
    code, said = say("restore", place.name, home=tmp_path / "new")
    assert (code, "3 files" in said, "no passwords" in said) == (0, True, True)
    assert "withdraw again what was withdrawn since" in " ".join(said.split())
    assert "A talk" in say("episodes", home=tmp_path / "new")[1]
    code, said = say("backup", "prune", place.name, "--keep", "1d", "--dry-run", "--json")
    assert (code, json.loads(said)["dry_run"]) == (0, True)
    assert "Dropped 1 backups" in say("backup", "prune", place.name, "--keep", "1d")[1]
    biggest(place).unlink()
    code, said = say("backup", "verify", place.name)
    assert (code, "is missing; needed by" in " ".join(said.split())) == (1, True)
    for words in (("backup", "list", str(tmp_path / "none")), ("restore", str(tmp_path / "none"))):
        code, said = say(*words, home=tmp_path / "third")
        assert "Traceback" not in said
