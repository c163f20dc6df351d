"""Threads share pools of memory and large pieces are in none, in a process of its own: pools that one has it keeps."""

import re
import subprocess
import sys

from web.pools import LARGE, MOST

THREADS = """
import ctypes, sys, tempfile, threading
from web.pools import LARGE, give_memory_back

libc, together = ctypes.CDLL(None), threading.Barrier(8)
if "given back" in sys.argv:
    give_memory_back()
libc.fopen.restype = libc.malloc.restype = ctypes.c_void_p


def take():
    together.wait()
    libc.malloc(100)  # without Python's lock: each thread asks for itself
    together.wait()


threads = [threading.Thread(target=take) for _ in range(8)]
[one.start() for one in threads]
[one.join() for one in threads]
libc.free(ctypes.c_void_p(libc.malloc(LARGE)))  # from then on such pieces are kept for later, if nothing is said
[libc.malloc(LARGE) for _ in range(100)]
with tempfile.NamedTemporaryFile() as told:
    file = ctypes.c_void_p(libc.fopen(told.name.encode(), b"w"))
    libc.malloc_info(0, file)
    libc.fclose(file)
    print(told.read().decode())
"""


def pools(*words: str) -> tuple[int, int]:
    """How many pools there are, and how many pieces lie in none."""
    told = subprocess.check_output([sys.executable, "-c", THREADS, *words], text=True)
    apart = re.search(r'<total type="mmap" count="(\d+)"', told)
    assert apart
    return told.count("<heap nr"), int(apart[1])


def test_threads_share_pools_and_what_is_large_is_given_back() -> None:
    (ours, apart), (by_itself, kept) = pools("given back"), pools()
    assert ours <= MOST < by_itself
    assert apart >= 100 > kept, f"pieces of {LARGE} bytes"
