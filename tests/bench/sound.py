"""Long sound for benches: the demo talks joined end to end, in their voices, as one file."""

import subprocess
from pathlib import Path

from media.ffmpeg import ffmpeg_path

TALKS = Path(__file__).parents[1] / "data" / "demo" / "talks"


def joined_talks(folder: Path, minutes: int) -> Path:
    """An Opus file of `minutes` of demo talk, made once."""
    target = folder / f"joined-{minutes}.opus"
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    talks = sorted(TALKS.glob("*.opus"))
    inputs = [part for talk in talks for part in ("-i", str(talk))]
    one = folder / "round.wav"
    join = "".join(f"[{number}:a]" for number in range(len(talks))) + f"concat=n={len(talks)}:v=0:a=1[a]"
    _ffmpeg(*inputs, "-filter_complex", join, "-map", "[a]", "-ar", "16000", "-ac", "1", str(one))
    half = target.with_suffix(".part.opus")
    _ffmpeg("-stream_loop", "-1", "-i", str(one), "-t", str(minutes * 60), "-b:a", "24k", str(half))
    one.unlink()
    half.rename(target)
    return target


def _ffmpeg(*words: str) -> None:
    subprocess.run([ffmpeg_path(), "-v", "error", "-y", *words], check=True)


def looped(sound: Path, target: Path, times: int) -> Path:
    """The same sound so many times over, without encoding it again; made once."""
    if not target.exists():
        half = target.with_suffix(".part.opus")
        _ffmpeg("-stream_loop", str(times - 1), "-i", str(sound), "-c", "copy", str(half))
        half.rename(target)
    return target
