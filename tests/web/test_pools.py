"""Threads share pools of memory, in a process of its own: pools that a process has once it keeps."""

import subprocess
import sys

from web.pools import MOST

THREADS = """
import ctypes, os, sys, tempfile, threading
from web.pools import share_pools

libc, together = ctypes.CDLL(None), threading.Barrier(8)
if "share" in sys.argv:
    share_pools()
libc.fopen.restype = ctypes.c_void_p


def take():
    together.wait()
    libc.malloc(100)  # without Python's lock: each thread asks for itself
    together.wait()


threads = [threading.Thread(target=take) for _ in range(8)]
[one.start() for one in threads]
[one.join() for one in threads]
with tempfile.NamedTemporaryFile() as told:
    file = ctypes.c_void_p(libc.fopen(told.name.encode(), b"w"))
    libc.malloc_info(0, file)
    libc.fclose(file)
    print(told.read().count(b"<heap nr"))
"""


def pools(*words: str) -> int:
    return int(subprocess.check_output([sys.executable, "-c", THREADS, *words]))


def test_threads_share_pools_where_each_would_have_its_own() -> None:
    assert pools("share") <= MOST < pools()
