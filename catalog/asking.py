"""One question to a child process, from a thread that may wait for the answer. What children can do is `child`'s."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from catalog.child import PYTHON_CHILD, Child


def ask_child(
    task: str, arguments: dict[str, Any], longest_s: float, command: tuple[str, ...] = PYTHON_CHILD
) -> Any:
    """What the task answers; its process is over then. Raises StepFailed, and TimeoutError when it takes too long."""
    with ThreadPoolExecutor(1) as alone:  # a thread without a loop: who asks may be in one
        return alone.submit(asyncio.run, _ask(task, arguments, longest_s, command)).result()


async def _ask(task: str, arguments: dict[str, Any], longest_s: float, command: tuple[str, ...]) -> Any:
    async with asyncio.timeout(longest_s), Child(task, command) as child:
        return await child.ask(arguments)
