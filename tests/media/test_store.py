"""The shelf under every hand that may put, drop, verify, sweep, and kill."""

import fcntl
import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import obstore
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import media.store
from media.errors import Unreachable, Unreadable
from media.objects import ObjectShelf
from media.store import Shelf, bench_name

ROOT = Path(media.store.__file__).parents[1]


@pytest.fixture(params=["folder", "objects"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """A shelf in a folder, and one in an object store."""
    if request.param == "folder":
        return Shelf(tmp_path / "shelf")
    return ObjectShelf(tmp_path / "shelf", request.getfixturevalue("bucket"))


@pytest.fixture
def folder_shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf")


def file_of(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def parts(shelf: Shelf) -> list[Path]:
    return list((shelf.workbench("x").parent.parent / ".part").iterdir())


def test_what_is_put_stands_under_its_hash_and_cannot_be_written(tmp_path: Path, shelf: Shelf) -> None:
    original = file_of(tmp_path / "talk.mp3", b"salaam")
    sha256 = shelf.put(original)
    assert sha256 == hashlib.sha256(b"salaam").hexdigest()
    assert shelf.path(sha256) == tmp_path / "shelf" / sha256[:2] / sha256[2:4] / sha256
    assert shelf.path(sha256).read_bytes() == b"salaam"
    assert shelf.path(sha256).stat().st_mode & 0o222 == 0
    assert (shelf.has(sha256), shelf.size(sha256), shelf.verify(sha256)) == (True, 6, True)
    assert original.exists()
    assert parts(shelf) == []


@settings(max_examples=30, derandomize=True, deadline=None)
@given(contents=st.lists(st.binary(max_size=300), max_size=6))
def test_the_shelf_holds_each_content_once(contents: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder) / "shelf")
        names = {shelf.put(file_of(Path(folder) / "in", content)): content for content in contents}
        assert list(shelf.all()) == sorted(names)
        assert all(shelf.path(name).read_bytes() == content for name, content in names.items())


def test_putting_twice_changes_nothing(tmp_path: Path, shelf: Shelf) -> None:
    original = file_of(tmp_path / "a", b"twice")
    before = shelf.path(shelf.put(original)).stat()
    after = shelf.path(shelf.put(original)).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert parts(shelf) == []


def test_a_moved_file_is_gone_from_its_place(tmp_path: Path, shelf: Shelf) -> None:
    for _ in range(2):
        made = file_of(shelf.workbench("job") / "made.opus", b"moved")
        inode = made.stat().st_ino
        sha256 = shelf.put(made, move=True)
        assert not made.exists()
        assert shelf.verify(sha256)
    assert shelf.path(sha256).stat().st_ino != inode  # the second found its place taken


def test_a_file_of_the_shelf_moved_onto_the_shelf_stays(tmp_path: Path, shelf: Shelf) -> None:
    sha256 = shelf.put(file_of(tmp_path / "a", b"stays"))
    assert shelf.put(shelf.path(sha256), move=True) == sha256
    assert shelf.verify(sha256)


def test_a_moved_link_moves_what_it_points_to(tmp_path: Path, shelf: Shelf) -> None:
    link = tmp_path / "link"
    link.symlink_to(file_of(tmp_path / "a", b"linked"))
    sha256 = shelf.put(link, move=True)
    assert not shelf.path(sha256).is_symlink()
    assert shelf.verify(sha256)


@pytest.mark.parametrize("name", ["0" * 64, "short", "../../etc/passwd", "A" * 64, ""])
def test_what_is_not_there_is_missing(shelf: Shelf, name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        shelf.path(name)
    assert caught.value.code == "missing"


def test_a_dropped_file_is_gone_and_can_be_put_again(tmp_path: Path, shelf: Shelf) -> None:
    original = file_of(tmp_path / "a", b"again")
    sha256 = shelf.put(original)
    shelf.drop(sha256)
    shelf.drop(sha256)
    assert (shelf.has(sha256), shelf.verify(sha256), list(shelf.all())) == (False, False, [])
    assert shelf.put(original) == sha256
    assert shelf.verify(sha256)


def rot(shelf: Shelf, sha256: str) -> None:
    """Other bytes under that name, wherever it stands."""
    shelf.path(sha256).chmod(0o644)
    shelf.path(sha256).write_bytes(b"fresn")
    if isinstance(shelf, ObjectShelf):
        obstore.put(shelf._store, f"{sha256[:2]}/{sha256[2:4]}/{sha256}", b"fresn")


def test_rotten_bytes_do_not_verify_and_are_put_right_with_right_ones_only(
    tmp_path: Path, shelf: Shelf
) -> None:
    sha256 = shelf.put(file_of(tmp_path / "a", b"fresh"))
    rot(shelf, sha256)
    assert not shelf.verify(sha256)
    with pytest.raises(Unreadable):
        shelf.replace(sha256, file_of(tmp_path / "b", b"others"))
    shelf.replace(sha256, tmp_path / "a")
    assert shelf.verify(sha256)


def test_a_stretch_of_a_file_is_read_without_the_rest(tmp_path: Path, shelf: Shelf) -> None:
    content = os.urandom(3_000_000)
    sha256 = shelf.put(file_of(tmp_path / "a", content))
    assert b"".join(shelf.read(sha256, 999_999, 1_500_001)) == content[999_999:2_500_000]
    assert b"".join(shelf.read(sha256, 0, len(content))) == content


def test_a_wiped_file_is_gone(tmp_path: Path, shelf: Shelf) -> None:
    sha256 = shelf.put(file_of(tmp_path / "a", b"a secret"))
    shelf.wipe(sha256)
    assert (shelf.has(sha256), list(shelf.all())) == (False, [])


def test_many_hands_may_put_the_same_bytes(tmp_path: Path, shelf: Shelf) -> None:
    original = file_of(tmp_path / "a", os.urandom(300_000))
    with ThreadPoolExecutor(8) as hands:
        names = set(hands.map(lambda _: shelf.put(original), range(40)))
    assert list(shelf.all()) == list(names)
    assert shelf.verify(names.pop())
    assert parts(shelf) == []


def test_a_bench_is_a_folder_that_stays_until_cleared(shelf: Shelf) -> None:
    bench = shelf.workbench("talk-1")
    file_of(bench / "half.wav", b"x")
    assert (shelf.workbench("talk-1") / "half.wav").exists()
    shelf.clear("talk-1")
    shelf.clear("talk-1")
    assert not bench.exists()


@settings(max_examples=100, derandomize=True, deadline=None)
@given(names=st.sets(st.text(max_size=300), min_size=2, max_size=4))
def test_any_name_makes_a_bench_of_its_own_inside(names: set[str]) -> None:
    folders = [bench_name(name) for name in names]
    assert len(set(folders)) == len(names)
    assert all(
        re.fullmatch(r"[A-Za-z0-9_-]{1,64}|[A-Za-z0-9_-]{0,48}\.[0-9a-f]{8}", folder) for folder in folders
    )


def test_a_sweep_keeps_named_benches_and_all_that_is_whole(tmp_path: Path, shelf: Shelf) -> None:
    sha256 = shelf.put(file_of(tmp_path / "a", b"kept"))
    kept, left = shelf.workbench("at work: 1"), shelf.workbench("old")
    file_of(parts_folder(kept) / "abandoned", b"half")
    shelf.sweep({"at work: 1"})
    assert (kept.exists(), left.exists(), shelf.verify(sha256), parts(shelf)) == (True, False, True, [])


def test_a_sweep_leaves_what_is_being_written(shelf: Shelf) -> None:
    part = parts_folder(shelf.workbench("a")) / "busy"
    with part.open("wb") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        shelf.sweep(set())
        assert part.exists()
    shelf.sweep(set())
    assert not part.exists()


def parts_folder(bench: Path) -> Path:
    return bench.parent.parent / ".part"


def test_a_failed_put_leaves_nothing(tmp_path: Path, shelf: Shelf) -> None:
    with pytest.raises(FileNotFoundError):
        shelf.put(tmp_path / "nothing")
    assert (parts(shelf), list(shelf.all())) == ([], [])


KEEP_PUTTING = """
import os, sys
from pathlib import Path
from media.store import Shelf
shelf, source = Shelf(Path(sys.argv[1])), Path(sys.argv[2])
number = 0
while True:
    number += 1
    source.write_bytes(os.urandom(1000) * 3000)
    shelf.put(source, move=number % 3 == 0)
    print(number, flush=True)
"""


def test_a_killed_writer_leaves_no_wrong_file_under_a_name(tmp_path: Path, folder_shelf: Shelf) -> None:
    shelf, moments = folder_shelf, random.Random(42)
    for kill in range(8):
        command = [sys.executable, "-c", KEEP_PUTTING, str(tmp_path / "shelf"), str(tmp_path / f"in-{kill}")]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
            assert writer.stdout
            writer.stdout.readline()
            time.sleep(moments.uniform(0, 0.15))
            writer.send_signal(signal.SIGKILL)
        names = list(shelf.all())
        assert len(names) > kill
        assert all(shelf.verify(name) for name in names)
    shelf.sweep(set())
    assert parts(shelf) == []


# ---- what only an object store can do -------------------------------------------------------------------


@pytest.fixture
def objects(tmp_path: Path, bucket: str) -> ObjectShelf:
    return ObjectShelf(tmp_path / "shelf", bucket)


def test_another_machine_fetches_what_it_needs_and_believes_it_by_its_hash(
    tmp_path: Path, objects: ObjectShelf, bucket: str
) -> None:
    content = os.urandom(20_000_000)  # more than one part
    sha256 = objects.put(file_of(tmp_path / "a", content))
    there = ObjectShelf(tmp_path / "elsewhere", bucket)
    assert (there.has(sha256), there.size(sha256), list(there.copies())) == (True, len(content), [])
    assert there.path(sha256).read_bytes() == content
    assert [path.name for path in there.copies()] == [sha256]
    rot(objects, sha256)
    nobody = ObjectShelf(tmp_path / "third", bucket)
    with pytest.raises(Unreadable, match="damaged in the store"):
        nobody.path(sha256)
    assert (list(nobody.copies()), parts(nobody)) == ([], [])


def test_copies_are_given_up_when_they_take_too_much_room_and_come_back(
    tmp_path: Path, objects: ObjectShelf
) -> None:
    names = [objects.put(file_of(tmp_path / "a", bytes([n]) * 1000)) for n in range(5)]
    assert objects.trim(2500) == 3
    assert len(list(objects.copies())) == 2
    assert all(objects.path(name).stat().st_size == 1000 for name in names)


def test_a_signed_link_gives_ranges_and_nothing_without_its_signature(
    tmp_path: Path, objects: ObjectShelf
) -> None:
    sha256 = objects.put(file_of(tmp_path / "a", b"salaam and welcome"))
    link = objects.link_to(sha256, timedelta(minutes=5))
    wanted = urllib.request.Request(link, headers={"Range": "bytes=7-9"})
    with urllib.request.urlopen(wanted, timeout=30) as answer:
        assert (answer.status, answer.read()) == (206, b"and")
    assert {"X-Amz-Signature", "X-Amz-Expires"} <= {part.partition("=")[0] for part in link.split("&")}


def test_a_store_that_is_away_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bucket: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    away = ObjectShelf(tmp_path / "shelf", bucket)
    with pytest.raises(Unreachable, match="does not answer as it should") as told:
        away.put(file_of(tmp_path / "a", b"salaam"))
    assert told.value.retry
