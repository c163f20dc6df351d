"""What was said in a span is gone from the sound, to 50 ms, and nothing else is."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from media.audio import probe
from media.redact import take_out
from media.renditions import make_renditions
from tests.catalog.newsrooms import record

SPAN = (2_000, 3_000)


def heard(path: Path, rate: int = 8_000) -> NDArray[np.float32]:
    """The sound as one channel."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    with av.open(str(path)) as container:
        frames = [piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray().ravel() for frame in frames])


def level(sound: NDArray[np.float32], start_ms: int, end_ms: int) -> float:
    """In dB of full scale."""
    piece = sound[start_ms * 8 : end_ms * 8].astype(np.float64)
    return float(10 * np.log10(np.mean(piece**2) + 1e-12))


@pytest.fixture(params=["mp3", "ogg", "mp4", "ts"])
def recording(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Five seconds of noise; with a picture in two of the forms."""
    noise = ["-f", "lavfi", "-t", "5", "-i", "anoisesrc=a=0.3:r=44100:seed=7"]
    picture = ["-f", "lavfi", "-t", "5", "-i", "testsrc=s=160x120:r=10", "-pix_fmt", "yuv420p"]
    filmed = request.param in ("mp4", "ts")
    return record(tmp_path / f"talk.{request.param}", *noise, *(picture if filmed else []))


def test_the_span_is_silent_to_50_ms_in_the_recording_and_in_all_that_is_made_of_it(
    recording: Path, tmp_path: Path
) -> None:
    clean = tmp_path / "clean.mkv"
    take_out(recording, clean, [SPAN], report=lambda _: None)
    folder = tmp_path / "made"
    folder.mkdir()
    made = make_renditions(clean, folder, probe(clean), lambda _: None)
    sounds = [clean, *(Path(one.path) for one in made if one.kind.startswith("web_"))]
    assert len(sounds) == 3 + probe(recording).has_video
    for path in sounds:
        sound = heard(path)
        loud = level(sound, 500, 1_900)
        assert level(sound, SPAN[0] + 50, SPAN[1] - 50) < loud - 40, path
        assert level(sound, SPAN[0] - 150, SPAN[0] - 50) > loud - 6, path
        assert level(sound, SPAN[1] + 50, SPAN[1] + 150) > loud - 6, path


def test_a_tone_stands_where_it_is_asked_for(recording: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean.mkv"
    take_out(recording, clean, [SPAN], tones=[SPAN], report=lambda _: None)
    sound = heard(clean)[2_100 * 8 : 2_900 * 8]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    assert abs(int(spectrum.argmax()) * 8_000 / len(sound) - 1_000) < 5
    assert spectrum.max() > 50 * np.median(spectrum)


def test_the_picture_is_black_in_the_span_only_if_asked(tmp_path: Path) -> None:
    film = record(
        tmp_path / "talk.mp4",
        *(
            "-f",
            "lavfi",
            "-t",
            "4",
            "-i",
            "sine=r=44100",
            "-f",
            "lavfi",
            "-t",
            "4",
            "-i",
            "color=white:s=64x64:r=10",
        ),
        *("-pix_fmt", "yuv420p"),
    )

    def brightness(path: Path) -> Callable[[float], float]:
        with av.open(str(path)) as container:
            shown = [
                (frame.time or 0.0, float(frame.to_ndarray(format="gray").mean()))
                for frame in container.decode(video=0)
            ]
        return lambda at: min(shown, key=lambda one: abs(one[0] - at))[1]

    take_out(film, tmp_path / "blank.mkv", [(1_000, 2_000)], blank=[(1_000, 2_000)], report=lambda _: None)
    take_out(film, tmp_path / "shown.mkv", [(1_000, 2_000)], report=lambda _: None)
    blank, shown = brightness(tmp_path / "blank.mkv"), brightness(tmp_path / "shown.mkv")
    assert blank(1.5) < 40 < 200 < blank(0.5)
    assert blank(2.5) > 200
    assert shown(1.5) > 200
