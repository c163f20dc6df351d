"""Heavy work in a process of its own, so that it can be killed: both ends of the pipe. The work itself lives elsewhere.

A child is `python -m catalog.child TASK`. It reads one JSON object of arguments a line and answers with lines of
`{"progress": ...}` and then one of `{"done": ...}`, `{"error": ...}` or `{"crash": ...}`. When the parent goes away,
however it goes, the child and all it started are gone at once.
"""

import asyncio
import importlib
import inspect
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import asdict, dataclass, is_dataclass
from typing import IO, Any, TypeVar, get_type_hints

from pydantic import ConfigDict, TypeAdapter, create_model

from catalog.errors import StepFailed
from catalog.niceness import give_way

# What a child may be asked to do; nothing else is ever called by name.
TASKS = {
    "download": "media.download:download",
    "list_items": "media.subscribe:list_items",
    "probe": "media.audio:probe",
    "to_wav": "media.audio:to_wav",
    "make_renditions": "media.renditions:make_renditions",
    "cut_clip": "media.clips:cut_clip",
    "cut": "transcribe.chunks:cut_at_silences",
    "hear": "catalog.ear:hear_to_file",
    "separate": "catalog.listening:separate_to_file",
    "name": "catalog.listening:name_from_files",
    "print": "catalog.listening:print_of",
}
WAITED_FOR = {"cut_clip", "list_items", "print", "probe"}  # by somebody at a page; others give way
PYTHON_CHILD = (sys.executable, "-m", "catalog.child")
# The idle threads of numpy's linear algebra spin, and what they burn is CPU time that nobody gets.
QUIET_THREADS = {"OPENBLAS_NUM_THREADS": "1"}
LONGEST_LINE = 64 * 1024 * 1024
ENDING_S = 5


@dataclass(frozen=True)
class Refusal:
    """What a child says of a failure that it foresaw."""

    code: str
    sentence: str
    retry: bool


OUT_OF_MEMORY = Refusal(
    "memory",
    "Memory ran out on this machine. Nothing was kept of this step; it is done again. A smaller model needs less.",
    True,
)

T = TypeVar("T")
Report = Callable[[dict[str, Any]], None]


class Child:
    """A child process for one task, asked one thing after another; use as `async with`."""

    def __init__(self, task: str, command: tuple[str, ...] = PYTHON_CHILD) -> None:
        self._command = (*command, task)
        self._task = task
        self._process: asyncio.subprocess.Process | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> "Child":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.end()

    async def ask(self, arguments: dict[str, Any], report: Report | None = None) -> Any:
        """The task's result for these arguments; starts the process when none runs.

        Raises StepFailed with the task's own sentence. If the waiting is cancelled the child is killed.
        """
        try:
            process = await self._running()
            return await self._converse(process, arguments, report)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            with suppress(TimeoutError):  # so that it is its own end we report, not ours
                await asyncio.wait_for(process.wait(), ENDING_S)
            await self.end()
            raise self._death(process.returncode) from None
        except BaseException:
            await self.end()
            raise

    async def end(self) -> None:
        """End the process and everything it started; harmless when nothing runs."""
        process, self._process = self._process, None
        if process is not None:
            await _see_through(_end(process))

    def end_from_outside(self) -> None:
        """The same, for a thread that is not the loop's."""
        if self._loop is not None and self._loop.is_running():
            asyncio.run_coroutine_threadsafe(self.end(), self._loop).result(ENDING_S)

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is not None and _is_there(self._process):
            return self._process
        await self.end()
        return await _see_through(self._start())

    async def _start(self) -> asyncio.subprocess.Process:
        self._loop = asyncio.get_running_loop()
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, **QUIET_THREADS},
            limit=LONGEST_LINE,
        )
        return self._process

    async def _converse(
        self, process: asyncio.subprocess.Process, arguments: dict[str, Any], report: Report | None
    ) -> Any:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101  opened as pipes
        process.stdin.write(json.dumps(arguments).encode() + b"\n")
        await process.stdin.drain()
        while True:
            kind, value = _message(await self._line(process.stdout))
            if kind == "progress" and report is not None:
                report(value)
            elif kind == "done":
                return value
            elif kind in ("error", "crash"):
                raise self._failure(kind, value)

    async def _line(self, stdout: asyncio.StreamReader) -> bytes:
        try:
            line = await stdout.readline()
        except ValueError:  # what asyncio says of a line above its limit
            raise StepFailed(
                "too_much", f"The process for '{self._task}' answered more than can be right.", False
            ) from None
        if not line:
            raise EOFError
        return line

    def _failure(self, kind: str, value: Any) -> StepFailed:
        if kind == "error":
            return StepFailed(value["code"], value["sentence"], value["retry"])
        sys.stderr.write(f"{self._task}: {value['traceback']}\n")
        sentence = f"An unexpected fault ({value['fault']}) in '{self._task}'; the worker's log says more."
        return StepFailed("crash", sentence, False)

    def _death(self, code: int | None) -> StepFailed:
        if code == -signal.SIGKILL:
            why = "It was killed, most likely because memory ran out; a smaller model needs less."
            return StepFailed("killed", f"The process for '{self._task}' ended in the middle. {why}", True)
        return StepFailed("died", f"The process for '{self._task}' ended in the middle (exit {code}).", True)


def _is_there(process: asyncio.subprocess.Process) -> bool:
    """Whether it runs, as far as can be told: asyncio hears of an end a moment after the system has cleared it away."""
    if process.returncode is not None:
        return False
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


async def _see_through(act: Coroutine[Any, Any, T]) -> T:
    """Do it to its end and be cancelled only then: a process half started or half ended leaves its pipes open."""
    task, cancelled = asyncio.ensure_future(act), False
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            cancelled = True
    result = task.result()
    if cancelled:
        raise asyncio.CancelledError
    return result


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):  # the group outlives a child that left something behind
        os.killpg(process.pid, signal.SIGKILL)
    assert process.stdin is not None and process.stdout is not None  # noqa: S101  opened as pipes
    process.stdin.close()
    with suppress(ValueError):
        await process.stdout.read()
    await process.wait()


def _message(line: bytes) -> tuple[str, Any]:
    """One line from a child as (kind, value).

    What some library printed before the child had its own way of answering is none: it goes where prints go.

    >>> _message(b'{"done": 7}')
    ('done', 7)
    """
    try:
        ((kind, value),) = json.loads(line).items()
    except (ValueError, AttributeError):
        sys.stderr.write(line[:500].decode("utf-8", "replace"))
        return "noise", None
    return kind, value


def main(task: str) -> None:
    """The child's end: answer requests from standard input until it closes."""
    if task not in TASKS:
        raise SystemExit(f"No task is called '{task}'.")
    if task not in WAITED_FOR:
        give_way()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not be taken for an answer
    requests: queue.Queue[bytes | None] = queue.Queue()
    idle = threading.Event()
    idle.set()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests, idle), daemon=True).start()
    module, name = TASKS[task].split(":")
    function = getattr(importlib.import_module(module), name)
    while (line := requests.get()) is not None:
        _answer(answers, _outcome(function, line, lambda value: _answer(answers, {"progress": value})))
        idle.set()


def _listen(stdin: IO[bytes], requests: "queue.Queue[bytes | None]", idle: threading.Event) -> None:
    """Pass requests on; when the parent is gone, go too, with everything started here."""
    for line in stdin:
        idle.clear()
        requests.put(line)
    if idle.is_set():
        requests.put(None)
    else:
        os.killpg(os.getpgrp(), signal.SIGKILL)


def _outcome(function: Callable[..., Any], line: bytes, report: Report) -> dict[str, Any]:
    try:
        return {"done": call(function, json.loads(line), report)}
    except MemoryError:
        return {"error": asdict(OUT_OF_MEMORY)}
    except Exception as problem:
        if hasattr(problem, "sentence"):
            code, retry = getattr(problem, "code", "failed"), getattr(problem, "retry", False)
            return {"error": asdict(Refusal(code, problem.sentence, retry))}
        return {"crash": {"fault": type(problem).__name__, "traceback": traceback.format_exc()}}


def call(function: Callable[..., Any], arguments: dict[str, Any], report: Report) -> Any:
    """Call a typed function with JSON values: arguments become what its hints say, the result becomes JSON again.

    A parameter called `report` gets a function that passes progress on.
    """
    hints = get_type_hints(function)
    returns = hints.pop("return")
    takes_report = "report" in inspect.signature(function).parameters
    hints.pop("report", None)
    fields: dict[str, Any] = {
        name: (hint, _default(function, name)) for name, hint in hints.items() if not name.startswith("_")
    }
    model = create_model(function.__name__, __config__=ConfigDict(extra="forbid"), **fields)
    given = model.model_validate(arguments)
    values = {name: getattr(given, name) for name in fields}
    if takes_report:
        values["report"] = lambda value: report(_plain(value))
    return TypeAdapter(returns).dump_python(function(**values), mode="json")


def _default(function: Callable[..., Any], name: str) -> Any:
    default = inspect.signature(function).parameters[name].default
    return ... if default is inspect.Parameter.empty else default


def _plain(value: Any) -> dict[str, Any]:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else {"done": value}


def _answer(answers: IO[bytes], value: dict[str, Any]) -> None:
    answers.write(json.dumps(value).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
