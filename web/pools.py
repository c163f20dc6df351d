"""The pools of memory that the C library keeps for threads. By itself it gives many threads their own, in which what
one page leaves is of no use to the next, and keeps what is large for later: a site came to hold a third more."""

import ctypes
from contextlib import suppress

MOST = 2
LARGE = 300_000  # bytes: more than any piece of a file that is sent, which would cost twice as much
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # as glibc's malloc.h has them


def give_memory_back() -> None:
    """Have all threads of this process share MOST pools (Python runs one thread at a time, so that they hardly wait),
    and what is LARGE be the system's again at once. Another C library (musl, macOS) is told nothing."""
    with suppress(AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_ARENA_MAX, MOST)
        libc.mallopt(_M_MMAP_THRESHOLD, LARGE)
