"""Many acts in one request, told as each is done. They are done to the end whether or not anybody reads on."""

from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def do_apart(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """What comes of each, in their order and as it comes. The work begins now, in a thread of its own, and what goes
    wrong with one in a way nobody foresaw is raised here and holds up no other."""
    results: SimpleQueue[R | Exception] = SimpleQueue()

    def do_all() -> None:
        for item in items:
            try:
                results.put(work(item))
            except Exception as fault:  # it is raised to whoever reads
                results.put(fault)

    Thread(target=do_all, name="one by one").start()
    return _told(results, len(items))


def _told(results: "SimpleQueue[R | Exception]", count: int) -> Iterator[R]:
    for _ in range(count):
        result = results.get()
        if isinstance(result, Exception):
            raise result
        yield result
