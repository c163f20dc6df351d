"""The pools of memory that the C library keeps for threads. By itself it gives many threads their own, in which what
one page leaves is of no use to the next: a site came to hold a third more."""

import ctypes
from contextlib import suppress

MOST = 2
_M_ARENA_MAX = -8  # as glibc's malloc.h has it


def share_pools() -> None:
    """Have all threads of this process share MOST pools; Python runs one thread at a time, so that they hardly wait.
    Another C library (musl, macOS) has no such pools and is told nothing."""
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, MOST)
