"""A child with tasks that behave in every odd way, beside the real ones."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable

from catalog import child

if sys.argv[1:] == ["babble"]:
    print("printed early", flush=True)


def count(to: int, report: Callable[[int], None]) -> int:
    for number in range(1, to + 1):
        report(number)
    return to


def who() -> int:
    return os.getpid()


def babble() -> str:
    print("printed by the way", flush=True)
    os.write(1, b'{"done": "not the answer"}\n')
    return "the answer"


def shout(megabytes: int) -> str:
    return "a" * (megabytes * 1_000_000)


def stumble(over: str) -> None:
    raise RuntimeError(over)


def exit() -> None:
    os._exit(3)


def swallow() -> int:
    """More than there is: as on a machine whose memory has run out."""
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    return len(bytearray(1 << 34))


def kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def start_and_wait() -> None:
    subprocess.run(["sleep", "600"])


def leave_something_behind() -> None:
    subprocess.Popen(["sleep", "600"])
    os._exit(1)


if __name__ == "__main__":
    mine = (
        *(count, who, babble, shout, stumble, exit, swallow),
        *(kill_itself, start_and_wait, leave_something_behind),
    )
    child.TASKS.update({task.__name__: f"__main__:{task.__name__}" for task in mine})
    child.main(sys.argv[1])
