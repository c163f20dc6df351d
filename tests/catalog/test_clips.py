"""The shelf of clips: one maker for a clip, two at once, a bounded line, and the ones asked for longest ago go."""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.clips import AT_ONCE, MOST_IN_LINE, Busy, Clip, ClipShelf, forget_clips, make_room
from catalog.errors import StepFailed
from media.clips import Cut

CLIP = Clip(7, 1, "0" * 64, Cut("opus", "mp3", 0, 1_000))
# A stand-in for the child: notes its begin and end, and writes the target, unless the source is called "bad".
CUTTER = """
import json, sys, time, pathlib
for line in sys.stdin:
    asked = json.loads(line)
    journal = pathlib.Path(sys.argv[1])
    with journal.open("a") as file: file.write("begin\\n")
    time.sleep(0.15)
    with journal.open("a") as file: file.write("end\\n")
    if asked["source"].endswith("bad"):
        print(json.dumps({"error": {"code": "corrupt", "sentence": "It is damaged.", "retry": False}}), flush=True)
    else:
        pathlib.Path(asked["target"]).write_bytes(b"x" * 1000)
        print(json.dumps({"done": 1000}), flush=True)
"""


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def shelf_at(tmp_path: Path, journal: Path) -> ClipShelf:
    script = tmp_path / "cutter.py"
    script.write_text(CUTTER)
    return ClipShelf(tmp_path / "clips", 10_000, (sys.executable, str(script), str(journal)))


def others(count: int) -> list[Clip]:
    return [replace(CLIP, revision=number + 2) for number in range(count)]


def test_whoever_asks_at_the_same_time_a_clip_is_made_once(tmp_path: Path, journal: Path) -> None:
    async def ask() -> None:
        shelf = shelf_at(tmp_path, journal)
        assert shelf.find(CLIP) is None
        paths = await asyncio.gather(*(shelf.make(CLIP, Path("good")) for _ in range(5)))
        assert {shelf.find(CLIP)} == set(paths)
        assert shelf.size(CLIP) == 1000

    asyncio.run(ask())
    assert journal.read_text().split() == ["begin", "end"]


def test_two_are_made_at_once_a_few_wait_and_the_rest_are_sent_away(tmp_path: Path, journal: Path) -> None:
    async def ask() -> list[object]:
        shelf = shelf_at(tmp_path, journal)
        clips = others(AT_ONCE + MOST_IN_LINE + 3)
        return await asyncio.gather(
            *(shelf.make(clip, Path("good")) for clip in clips), return_exceptions=True
        )

    told = asyncio.run(ask())
    assert [type(one) for one in told].count(Busy) == 3
    depth, deepest = 0, 0
    for line in journal.read_text().split():
        depth += 1 if line == "begin" else -1
        deepest = max(deepest, depth)
    assert deepest <= AT_ONCE


def test_a_clip_that_cannot_be_cut_says_so_and_may_be_asked_for_again(tmp_path: Path, journal: Path) -> None:
    async def ask() -> None:
        shelf = shelf_at(tmp_path, journal)
        for _ in range(2):
            with pytest.raises(StepFailed, match="damaged"):
                await shelf.make(CLIP, Path("bad"))
        assert shelf.find(CLIP) is None

    asyncio.run(ask())
    assert journal.read_text().count("begin") == 2


def test_the_clips_asked_for_longest_ago_make_room(tmp_path: Path) -> None:
    paths = [tmp_path / str(number % 2) / f"{number}.opus" for number in range(6)]
    for age, path in enumerate(paths):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * 100)
        os.utime(path, (1_000 + age, 1_000 + age))
    make_room(tmp_path, 250, kept=paths[0])
    assert [path for path in paths if path.exists()] == [paths[0], paths[4], paths[5]]


def test_the_clips_of_an_episode_are_forgotten_and_no_others(tmp_path: Path) -> None:
    for number in (7, 8):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "a.opus").write_bytes(b"x")
    forget_clips(tmp_path, 7)
    forget_clips(tmp_path, 9)
    assert [path.name for path in tmp_path.iterdir()] == ["8"]


@pytest.mark.parametrize(
    "change",
    [
        {"episode_id": 8},
        {"revision": 2},
        {"source_sha256": "1" * 64},
        {"cut": replace(CLIP.cut, speaker="Name withheld")},
        {"cut": replace(CLIP.cut, end_ms=1_001)},
    ],
    ids=str,
)
def test_whatever_changes_in_a_clip_it_is_another(change: dict[str, object]) -> None:
    assert replace(CLIP, **change).key != CLIP.key
