"""A disk that fails under the site: what readers are shown is right, or it is an error; never something else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from catalog.models import MediaKind
from catalog.newsroom import Newsroom, open_newsroom
from catalog.settings import Settings
from tests.catalog.newsrooms import ROOT, environment
from tests.disks import small_disk
from tests.web.conftest import SOUND
from tests.web.newsrooms import URDU, demo_talk, put
from web.app import create_app

ADDRESSES = (
    *("/", "/e/tea", "/e/urdu", "/e/tea.vtt", "/e/tea.txt", "/people", "/search?q=tea", "/feed.xml"),
    *("/api/v1/episodes", "/api/v1/people", "/media/tea/web_audio_low.opus", "/corrections"),
)
FILES = {MediaKind.WEB_AUDIO_LOW: (SOUND, "audio/ogg; codecs=opus")}


def fill(home: Path) -> Newsroom:
    room = open_newsroom(Settings(home=home, embedder="none", moderator=""))
    put(room, "tea", demo_talk(files=FILES))
    put(room, "urdu", URDU)
    return room


def told(room: Newsroom) -> dict[str, tuple[int, bytes]]:
    """What a site that was just started answers."""
    with TestClient(create_app(room.settings), raise_server_exceptions=False) as client:
        answers = {address: client.get(address) for address in ADDRESSES}
    return {address: (answer.status_code, answer.content) for address, answer in answers.items()}


def is_right_or_an_error(room: Newsroom, before: dict[str, tuple[int, bytes]]) -> int:
    """How many answers are as before; all others are errors."""
    after = told(room)
    wrong = [one for one in after if after[one] != before[one] and after[one][0] < 500]
    assert wrong == [], {one: after[one] for one in wrong}
    return sum(after[one] == before[one] for one in after)


def test_on_a_disk_that_can_only_be_read_pages_are_right_or_an_error_and_acts_are_refused(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "disk", 60_000) as disk:
        room = fill(disk.folder / "home")
        before = told(room)
        assert {address for address, (status, _) in before.items() if status != 200} == set()
        room.engine.dispose()
        disk.close_to_writers()
        is_right_or_an_error(room, before)
        done = subprocess.run(
            [*disk.prefix, sys.executable, "-m", "catalog.cli", "withdraw", "tea"],
            env=environment(room),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
        assert done.stderr.strip().endswith(".")
        room.engine.dispose()


@pytest.mark.parametrize("first_page", [1, 8, 40])
def test_with_damaged_pages_in_the_database_no_answer_is_wrong(tmp_path: Path, first_page: int) -> None:
    room = fill(tmp_path / "home")
    before = told(room)
    room.engine.dispose()
    path = room.settings.home / "catalog.db"
    content = bytearray(path.read_bytes())
    for start in range(first_page * 4096, len(content) - 4096, 4096):
        content[start : start + 64] = b"\xff" * 64
    path.write_bytes(content)
    assert is_right_or_an_error(room, before) < len(ADDRESSES)


def test_a_file_that_was_cut_off_is_not_sent_for_the_whole(tmp_path: Path) -> None:
    room = fill(tmp_path / "home")
    address = "/media/tea/web_audio_low.opus"
    with TestClient(create_app(room.settings)) as client:
        assert client.get(address).content == SOUND
        path = next(path for path in room.settings.shelf_folder.glob("??/??/*") if path.read_bytes() == SOUND)
        path.chmod(0o644)
        os.truncate(path, 100)
        assert client.get(address).status_code == 404
        assert client.get(address, headers={"Range": "bytes=0-9"}).status_code == 404
        assert client.get("/e/tea").status_code == 200


def test_a_full_disk_keeps_no_reader_out(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 60_000) as disk:
        room = fill(disk.folder / "home")
        before = told(room)
        disk.fill(leave_kilobytes=0)
        assert is_right_or_an_error(room, before) == len(ADDRESSES)
        room.engine.dispose()
