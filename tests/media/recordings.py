"""Small recordings made by ffmpeg's own sources, and what ffmpeg has to say about a file. No test lives here."""

import re
import subprocess
from pathlib import Path

from media.ffmpeg import ffmpeg_path


def record(path: Path, *arguments: str) -> Path:
    """Make a file with ffmpeg."""
    command = [ffmpeg_path(), "-nostdin", "-loglevel", "error", "-y", *arguments, str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path


def lavfi(*sources: str) -> list[str]:
    """The arguments that make each source an input."""
    return [word for source in sources for word in ("-f", "lavfi", "-i", source)]


def measure(path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBFS, as ebur128 measures them."""
    command = [
        ffmpeg_path(),
        "-nostdin",
        "-i",
        str(path),
        "-map",
        "0:a",
        "-af",
        "ebur128=peak=true",
        "-f",
        "null",
        "-",
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stderr
    integrated, peak = re.findall(r"I:\s+(\S+) LUFS", said), re.findall(r"Peak:\s+(\S+) dBFS", said)
    return float(integrated[-1]), float(peak[-1])
