"""Heavy work in a process of its own: what a child answers, and every way it can go wrong."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.child import Child, call
from catalog.errors import StepFailed
from tests.catalog.newsrooms import ROOT, processes_with, record, wait_until

ODD_CHILD = (sys.executable, "-m", "tests.catalog.odd_child")


@pytest.fixture
def sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Stands in the environment of every child, so that we find them, however deep."""
    monkeypatch.setenv("JOURNAL", str(tmp_path / "journal"))
    return str(tmp_path / "journal")


def ask(task: str, arguments: dict[str, Any], report: Callable[[Any], None] | None = None) -> Any:
    async def act() -> Any:
        async with Child(task, ODD_CHILD) as child:
            return await child.ask(arguments, report)

    return asyncio.run(act())


def refused(task: str, **arguments: Any) -> StepFailed:
    with pytest.raises(StepFailed) as caught:
        ask(task, arguments)
    return caught.value


def others_with(sign: str) -> list[int]:
    return [pid for pid in processes_with(sign) if pid != os.getpid()]


def test_an_answer_comes_back_with_the_progress_before_it() -> None:
    said: list[Any] = []
    assert ask("count", {"to": 3}, said.append) == 3
    assert said == [{"done": 1}, {"done": 2}, {"done": 3}]


def test_one_child_is_asked_one_thing_after_another() -> None:
    async def act() -> set[int]:
        async with Child("who", ODD_CHILD) as child:
            return {await child.ask({}), await child.ask({})}

    assert len(asyncio.run(act())) == 1


def test_a_child_that_died_between_two_requests_is_started_anew() -> None:
    async def act() -> set[int]:
        async with Child("who", ODD_CHILD) as child:
            first = await child.ask({})
            os.kill(first, signal.SIGKILL)
            while Path(f"/proc/{first}").exists():  # until asyncio has taken note
                await asyncio.sleep(0.02)
            return {first, await child.ask({})}

    assert len(asyncio.run(act())) == 2


def test_what_is_printed_is_never_taken_for_an_answer(capfd: pytest.CaptureFixture[str]) -> None:
    assert ask("babble", {}) == "the answer"
    printed = capfd.readouterr().err
    assert "printed early" in printed
    assert "printed by the way" in printed


def test_an_answer_may_be_large_but_not_without_end() -> None:
    assert len(ask("shout", {"megabytes": 20})) == 20_000_000
    assert (refused("shout", megabytes=70).code, refused("shout", megabytes=70).retry) == ("too_much", False)


def test_an_expected_failure_keeps_code_sentence_and_whether_to_try_again(tmp_path: Path) -> None:
    problem = refused("probe", path=str(tmp_path / "nothing.mp4"))
    assert (problem.code, problem.retry) == ("not_a_file", False)
    assert problem.sentence.startswith("There is no file nothing.mp4.")


def test_an_unexpected_fault_is_told_without_the_words_in_it(capfd: pytest.CaptureFixture[str]) -> None:
    problem = refused("stumble", over="a secret word")
    assert (problem.code, problem.retry) == ("crash", False)
    assert "RuntimeError" in problem.sentence
    assert "secret" not in problem.sentence
    assert "a secret word" in capfd.readouterr().err


@pytest.mark.parametrize(
    "arguments", [{}, {"to": "many"}, {"to": 1, "from": 0}], ids=["missing", "wrong", "unknown"]
)
def test_wrong_arguments_are_refused_before_anything_is_done(arguments: dict[str, Any]) -> None:
    assert "ValidationError" in refused("count", **arguments).sentence


def test_an_unknown_task_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    assert refused("juggle").code == "died"
    assert "No task is called 'juggle'." in capfd.readouterr().err


def test_a_crash_in_the_middle_may_pass() -> None:
    assert (refused("exit").code, refused("exit").retry) == ("died", True)
    assert "(exit 3)" in refused("exit").sentence


def test_a_child_killed_by_the_system_is_told_as_one_that_lacked_memory() -> None:
    problem = refused("kill_itself")
    assert (problem.code, problem.retry) == ("killed", True)
    assert "memory" in problem.sentence


def test_what_a_dying_child_had_started_goes_with_it(sign: str) -> None:
    refused("leave_something_behind")
    wait_until(lambda: not others_with(sign))


def test_who_stops_waiting_stops_the_child_and_what_it_started(sign: str) -> None:
    async def act() -> None:
        async with Child("start_and_wait", ODD_CHILD) as child:
            waiting = asyncio.create_task(child.ask({}))
            while len(others_with(sign)) < 2:
                await asyncio.sleep(0.02)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            wait_until(lambda: not others_with(sign))

    asyncio.run(act())


PARENT = """
import asyncio, sys
from catalog.child import Child
async def main():
    async with Child(sys.argv[1], tuple(sys.argv[3:])) as child:
        await child.ask(__import__("json").loads(sys.argv[2]))
asyncio.run(main())
"""


def die_while(task: str, arguments: str, sign: str, children: int) -> None:
    command = [sys.executable, "-c", PARENT, task, arguments, *ODD_CHILD]
    parent = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    wait_until(lambda: len(others_with(sign)) > children)
    parent.kill()
    parent.wait()
    wait_until(lambda: not others_with(sign))


def test_a_parent_that_is_killed_takes_child_and_grandchild_along(sign: str) -> None:
    die_while("start_and_wait", "{}", sign, children=2)


def test_a_parent_that_is_killed_takes_a_running_ffmpeg_along(sign: str, tmp_path: Path) -> None:
    tone = record(tmp_path / "tone.flac", "-f", "lavfi", "-t", "3600", "-i", "sine=r=16000")
    arguments = f'{{"original": "{tone}", "target": "{tmp_path / "tone.wav"}"}}'
    die_while("to_wav", arguments, sign, children=2)


def test_an_idle_child_goes_when_its_parent_does(sign: str) -> None:
    child = subprocess.Popen([*ODD_CHILD, "who"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    time.sleep(0.1)
    child.stdin.close()
    assert child.wait(timeout=30) == 0
    assert child.stdout is not None
    child.stdout.close()


def test_call_gives_a_function_what_its_hints_say_and_json_what_it_returns() -> None:
    def stretch(path: Path, times: tuple[int, ...] = (1,)) -> list[Path]:
        return [path] * sum(times)

    assert call(stretch, {"path": "a", "times": [1, 1]}, print) == ["a", "a"]
