"""Heavy work gives way to who reads on the same machine: itself, and the session that it begins."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.child import PYTHON_CHILD, TASKS, WAITED_FOR
from catalog.niceness import AUTOGROUP, GIVING_WAY
from tests.catalog.newsrooms import ROOT

GIVE_WAY = "import sys, pathlib, catalog.niceness as it; print(it.give_way(pathlib.Path(sys.argv[1])))"


def niceness_after(*before: str, session: Path) -> int:
    command = [*before, sys.executable, "-c", GIVE_WAY, str(session)]
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def test_it_is_nicer_than_before_and_never_less_so(tmp_path: Path) -> None:
    session = tmp_path / "autogroup"
    for more in (0, 4, 19):
        expected = max(GIVING_WAY, min(19, os.nice(0) + more))
        assert niceness_after("nice", "-n", str(more), session=session) == expected
        assert session.read_text() == str(expected), "what the whole session is to be"


def test_a_system_that_shares_time_out_in_other_ways_is_no_hindrance(tmp_path: Path) -> None:
    assert niceness_after(session=tmp_path / "nowhere" / "autogroup") >= GIVING_WAY


@pytest.mark.parametrize("task", ["to_wav", "cut_clip", "probe"])
def test_a_child_gives_way_with_its_session_unless_somebody_waits_for_it(task: str) -> None:
    gives_way = task not in WAITED_FOR
    process = subprocess.Popen(
        [*PYTHON_CHILD, task], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, cwd=ROOT
    )
    with process:
        assert process.stdin and process.stdout
        process.stdin.write(b"{}\n")
        process.stdin.flush()
        assert process.stdout.readline()
        niceness = os.getpriority(os.PRIO_PROCESS, process.pid)
        assert niceness == (max(GIVING_WAY, os.nice(0)) if gives_way else os.nice(0))
        if gives_way and AUTOGROUP.exists():
            assert Path(f"/proc/{process.pid}/autogroup").read_text().endswith(f" nice {niceness}\n")
        process.stdin.close()


def test_only_what_a_reader_waits_for_does_not() -> None:
    assert TASKS.keys() > WAITED_FOR
