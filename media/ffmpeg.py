"""Finds ffmpeg and runs it as a child that cannot open anything but local files, cannot hang and does not outlive us.
What to make of a recording is decided in `audio` and `renditions`, not here."""

import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import IO, Any

import ffmpeg
import imageio_ffmpeg

from media.errors import MediaError, Refused, Unreachable, Unreadable
from media.progress import Progress, Report

PROTOCOLS = "file,pipe"
# Formats whose demuxer opens nothing but the file itself; playlists, concat lists, manifests, image sequences,
# session descriptions and captions are absent on purpose.
FORMATS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,dv,eac3,flac,flv,m4v,matroska,mov,mp4,m4a,3gp,3g2,mj2,"
    "mp3,mpc,mpc8,mpeg,mpegts,mxf,nut,ogg,oma,rm,tta,w64,wav,webm,wtv,wv"
)
STALL_S = 300.0  # moving the index of a long video to its front says nothing for a while
TELL_EVERY_S = 0.4  # ffmpeg itself reports every 0.5 s
TAIL_LINES = 60
# Nothing of the source's metadata, and nothing that names this encoder or changes from run to run.
ANONYMOUS: dict[str, Any] = {
    "map_metadata": -1,
    "map_chapters": -1,
    "metadata:s": "encoder=presstalk",  # else ffmpeg fills in its own name and codec
    "fflags": "+bitexact",
    "flags": "+bitexact",
}

# Linux: a child that asks to be killed when its parent dies, even by SIGKILL, and then becomes ffmpeg. The kernel binds
# this to the *thread* that starts it; ours waits for it. 1 is PR_SET_PDEATHSIG of linux/prctl.h, 9 is SIGKILL.
_TIED_TO_US = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 9)
if os.getppid() == int(sys.argv[1]):
    os.execvp(sys.argv[2], sys.argv[2:])
"""


@cache
def ffmpeg_path() -> str:
    """The `ffmpeg` on PATH, else the one that came with imageio-ffmpeg."""
    return shutil.which("ffmpeg") or str(imageio_ffmpeg.get_ffmpeg_exe())


def open_local(path: Path, demuxer: str, **options: Any) -> Any:
    """The ffmpeg-python input node of a local file; `demuxer` is forced, so ffmpeg cannot choose another."""
    return ffmpeg.input(
        f"file:{path.absolute()}",
        f=demuxer,
        protocol_whitelist=PROTOCOLS,
        format_whitelist=FORMATS,
        **options,
    )


def save(path: Path, *streams: Any, **options: Any) -> Any:
    """The ffmpeg-python output node that writes `streams` to a local file."""
    return ffmpeg.output(*streams, f"file:{path.absolute()}", **ANONYMOUS, **options)


def run(outputs: Any, total_ms: int, report: Report, stall_s: float = STALL_S) -> str:
    """Write the output files, tell `report` how many ms are done, and return the end of what ffmpeg said.

    Raises Unreadable("corrupt"), Unreadable("stalled") when nothing moved for `stall_s`, Refused("disk_full" |
    "ffmpeg_lacks_parts"), Unreachable("interrupted") when the system killed it. The error's note is what ffmpeg said.
    """
    meter = _Meter(total_ms, report)
    return _drain(ffmpeg.overwrite_output(outputs).global_args("-progress", "pipe:1"), meter.feed, stall_s)


def read(outputs: Any, consume: Callable[[bytes], None], stall_s: float = STALL_S) -> str:
    """Hand what ffmpeg writes to `pipe:1` to `consume`, piece by piece; else as `run`."""

    def feed(piece: bytes) -> bool:
        consume(piece)
        return True

    return _drain(outputs, feed, stall_s)


class Pace:
    """Turns milliseconds of sound done into `Progress` with the speed since the start, a few times a second."""

    def __init__(self, total_ms: int, report: Report) -> None:
        self._total_ms, self._report = total_ms, report
        self._began = self._told = time.monotonic()

    def tell(self, done_ms: int, *, last: bool = False) -> None:
        """Report, unless it is too soon after the last time; the last word is always said."""
        now = time.monotonic()
        if last or now - self._told >= TELL_EVERY_S:
            self._told = now
            speed = done_ms / (now - self._began) if now > self._began else None
            self._report(Progress(done_ms, self._total_ms or None, "ms", speed))


class _Meter:
    """Reads the `key=value` lines of `-progress` and tells whether anything moved since the last block."""

    def __init__(self, total_ms: int, report: Report) -> None:
        self._pace, self._rest, self._facts = Pace(total_ms, report), b"", dict[bytes, bytes]()

    def feed(self, piece: bytes) -> bool:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        moved = False
        for line in lines:
            key, _, value = line.partition(b"=")
            if key in {b"out_time_us", b"total_size", b"frame"} and self._facts.get(key) != value:
                self._facts[key], moved = value, True
            if key == b"progress" and (done_us := self._facts.get(b"out_time_us", b"")).isdigit():
                self._pace.tell(int(done_us) // 1000, last=value == b"end")
        return moved


def _drain(outputs: Any, feed: Callable[[bytes], bool], stall_s: float) -> str:
    # An error rate of 1: how much must decode is decided by whoever calls, not by ffmpeg.
    quiet = outputs.global_args("-nostdin", "-hide_banner", "-nostats", "-max_error_rate", "1")
    command = _tied_to_us(ffmpeg.compile(quiet, cmd=ffmpeg_path()))
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout and process.stderr  # noqa: S101 - for the type checker
        listener = threading.Thread(target=_keep_tail, args=(process.stderr, tail), daemon=True)
        listener.start()
        try:
            _pump(process.stdout, feed, stall_s)
            process.wait(timeout=stall_s)
        except subprocess.TimeoutExpired as error:
            raise _stalled(stall_s) from error
        finally:
            process.kill()
            process.wait()
            listener.join()
    said = "\n".join(tail)
    if process.returncode:
        raise _failure(process.returncode, said)
    return said


def _pump(pipe: IO[bytes], feed: Callable[[bytes], bool], stall_s: float) -> None:
    """Read the pipe to its end; a child that says nothing new for `stall_s` has stalled."""
    deadline = time.monotonic() + stall_s
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while (left_s := deadline - time.monotonic()) > 0:
            if not selector.select(left_s):
                continue
            piece = os.read(pipe.fileno(), 1 << 16)
            if not piece:
                return
            if feed(piece):
                deadline = time.monotonic() + stall_s
    raise _stalled(stall_s)


def _keep_tail(pipe: IO[bytes], tail: deque[str]) -> None:
    for line in pipe:
        tail.append(line[:500].decode("utf-8", "replace").rstrip())


def _tied_to_us(command: list[str]) -> list[str]:
    if sys.platform != "linux":
        return command  # there, whoever kills us kills our process group
    return [sys.executable, "-ISc", _TIED_TO_US, str(os.getpid()), *command]


def _stalled(stall_s: float) -> Unreadable:
    return Unreadable(
        "stalled",
        f"Preparing this recording stood still for {stall_s:.0f} seconds and was stopped. "
        "The file is probably damaged: open it in a media program, export it again and add the new file.",
    )


def _failure(status: int, said: str) -> MediaError:
    error: MediaError
    if status in {-signal.SIGKILL, -signal.SIGTERM}:
        error = Unreachable("interrupted", "The system stopped the preparing of this recording. Try again.")
    elif "No space left on device" in said:
        error = Refused(
            "disk_full", "The disk is full, so the recording could not be prepared. Make room, then retry."
        )
    elif re.search(r"Unknown encoder|No such filter|Unrecognized option", said):
        error = Refused(
            "ffmpeg_lacks_parts",
            f"The ffmpeg of this machine ({ffmpeg_path()}) lacks parts we need (x264, Opus). "
            "Install a complete one, or take it off the PATH: then the one that came with us is used.",
        )
    else:
        error = corrupt()
    error.add_note(said)
    return error


def corrupt() -> Unreadable:
    """The error of a file that pretends to be a recording and does not decode."""
    return Unreadable(
        "corrupt",
        "This file is damaged or is not a recording we can read. "
        "Open it in a media program, export it again (MP4 or MP3) and add the new file.",
    )
