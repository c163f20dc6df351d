"""Clips begin and end where they are cut, tell where they come from, and are the same bytes each time."""

import subprocess
from pathlib import Path

import av
import numpy as np
import pytest

from media.clips import LONGEST_MS, Cut, cut_clip
from media.errors import MediaError
from media.ffmpeg import ffmpeg_path
from tests.media.recordings import lavfi, record

BEEP_MS = 6_000
BEEP = "aevalsrc='0.6*sin(2*PI*1000*t)*between(t,6,6.1)':d=12:s=48000"
FLASH = "color=black:s=160x120:r=25:d=12,drawbox=c=white:t=fill:enable='between(t,6,6.1)'"
NEAR_MS = 50


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A beep at six seconds in silence as each published kind of file, by its demuxer."""
    folder = tmp_path_factory.mktemp("sources")
    return {
        "mp3": record(folder / "s.mp3", *lavfi(BEEP), "-b:a", "64k"),
        "ogg": record(folder / "s.opus", *lavfi(BEEP), "-c:a", "libopus", "-b:a", "24k"),
        "mp4": record(folder / "s.mp4", *lavfi(FLASH, BEEP), "-preset", "ultrafast", "-g", "100"),
    }


def samples(path: Path) -> np.ndarray:
    """The sound at 48 samples a millisecond."""
    out = ["-map", "0:a", "-ac", "1", "-ar", "48000", "-f", "s16le", "-"]
    words = [ffmpeg_path(), "-v", "error", "-i", str(path), *out]
    pcm = subprocess.run(words, capture_output=True, check=True, timeout=60).stdout
    return np.abs(np.frombuffer(pcm, "<i2").astype(int))


@pytest.mark.parametrize(
    ("demuxer", "form"), [("mp3", "opus"), ("mp3", "mp3"), ("ogg", "opus"), ("ogg", "mp3"), ("mp4", "mp4")]
)
@pytest.mark.parametrize(("start_ms", "end_ms"), [(5_500, 8_337), (5_987, 7_050), (0, 7_000)])
def test_a_clip_begins_and_ends_where_it_is_cut(
    sources: dict[str, Path], tmp_path: Path, demuxer: str, form: str, start_ms: int, end_ms: int
) -> None:
    target = tmp_path / f"clip.{form}"
    size = cut_clip(sources[demuxer], target, Cut(form, demuxer, start_ms, end_ms))
    heard = samples(target)
    assert size == target.stat().st_size
    assert abs(np.flatnonzero(heard > 3_000)[0] / 48 - (BEEP_MS - start_ms)) <= NEAR_MS
    assert abs(len(heard) / 48 - (end_ms - start_ms)) <= NEAR_MS
    assert list(tmp_path.iterdir()) == [target]


def test_the_picture_keeps_time_with_the_sound_and_starts_fast(
    sources: dict[str, Path], tmp_path: Path
) -> None:
    target = tmp_path / "clip.mp4"
    cut_clip(sources["mp4"], target, Cut("mp4", "mp4", 5_500, 7_000))
    with av.open(str(target)) as container:
        frames = [
            (float(frame.time) * 1000, frame.to_ndarray(format="gray").mean() > 100)
            for frame in container.decode(video=0)
        ]
    assert frames[0][0] == 0
    assert abs(next(at for at, white in frames if white) - 500) <= NEAR_MS
    data = target.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize(("demuxer", "form"), [("mp3", "opus"), ("mp3", "mp3"), ("mp4", "mp4")])
def test_hostile_names_stay_names_and_the_bytes_are_the_same_each_time(
    sources: dict[str, Path], tmp_path: Path, demuxer: str, form: str
) -> None:
    cut = Cut(
        form,
        demuxer,
        1_000,
        2_000,
        "-i /etc/passwd;\n\0 artist=x \\ '",
        "لفظ \u202e\ud800=",
        "https://t.example/q/a",
    )
    target, again = tmp_path / f"one.{form}", tmp_path / f"two.{form}"
    cut_clip(sources[demuxer], target, cut)
    cut_clip(sources[demuxer], again, cut)
    assert target.read_bytes() == again.read_bytes()
    with av.open(str(target)) as container:
        told = {**container.metadata, **container.streams.audio[0].metadata}
    told = {name.lower(): text for name, text in told.items()}
    assert told["title"] == "-i /etc/passwd; artist=x \\ '"
    assert told["artist"] == "لفظ ="
    assert told["comment"] == "https://t.example/q/a"


@pytest.mark.parametrize(
    ("form", "start_ms", "end_ms"),
    [("exe", 0, 1), ("mp3", 5, 5), ("mp3", -1, 9), ("mp3", 0, LONGEST_MS + 1)],
)
def test_no_other_clip_can_be_thought_of(form: str, start_ms: int, end_ms: int) -> None:
    with pytest.raises(ValueError, match="no clip"):
        Cut(form, "mp3", start_ms, end_ms)


def test_bytes_that_are_no_recording_leave_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "bad.mp3").write_bytes(b"no sound" * 1000)
    with pytest.raises(MediaError):
        cut_clip(tmp_path / "bad.mp3", tmp_path / "clip.mp3", Cut("mp3", "mp3", 0, 1_000))
    assert [path.name for path in tmp_path.iterdir()] == ["bad.mp3"]
