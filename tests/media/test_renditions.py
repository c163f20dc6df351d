"""What people are served: loud enough, small, whole, and without a trace of who recorded it on what."""

import hashlib
import json
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.audio import probe
from media.errors import Unreadable
from media.ffmpeg import ffmpeg_path
from media.peaks import MOST, Peaks
from media.progress import Progress
from media.renditions import Rendition, make_renditions, small_size
from tests.media.recordings import lavfi, measure, record

PICTURE = "testsrc2=s=322x242:r=25:d=2"
SECRETS = [
    "Hidden Title",
    "Hidden Artist",
    "HiddenPhone 15",
    "+24.8607+067.0011",
    "Hidden Comment",
    "Hidden Chapter",
]


def make(original: Path) -> dict[str, Rendition]:
    folder = original.parent / f"made-from-{original.name}"
    folder.mkdir()
    made = make_renditions(original, folder, probe(original), lambda _: None)
    assert {Path(rendition.path) for rendition in made} == set(folder.iterdir())
    return {rendition.kind: rendition for rendition in made}


def size_of_atoms(path: str) -> list[bytes]:
    """The names of an MP4 file's top-level atoms, in order."""
    data, at, names = Path(path).read_bytes(), 0, []
    while at < len(data):
        names.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4], "big")
    return names


def frame_times(path: str) -> list[float]:
    with av.open(path) as container:
        return [float(frame.time) for frame in container.decode(video=0)]


def brightness(path: str) -> np.ndarray:
    with av.open(path) as container:
        return next(container.decode(video=0)).to_ndarray(format="gray")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("quiet", "volume=-25dB"),
        ("loud", "volume=18dB"),
        ("uneven", "volume='if(lt(t,8),0.05,1)':eval=frame"),
    ],
)
def test_speech_lands_at_minus_16_lufs(tmp_path: Path, demo_talks: Path, name: str, change: str) -> None:
    talk = min(demo_talks.glob("*.opus"))
    original = record(tmp_path / f"{name}.wav", "-t", "25", "-i", str(talk), "-af", change)
    made = make(original)
    for kind in ("web_audio_low", "web_audio"):
        integrated, peak = measure(Path(made[kind].path))
        assert abs(integrated + 16) <= 1
        assert peak < 0


@pytest.mark.parametrize("level", [-50, 0])
def test_tones_land_at_minus_16_lufs_in_sound_and_video(tmp_path: Path, level: int) -> None:
    tone = f"sine=997:d=5,volume={level + 18}dB"  # lavfi's sine is an eighth of full scale
    original = record(
        tmp_path / "talk.mkv", *lavfi("testsrc2=s=64x64:d=5", tone), "-c:a", "pcm_f32le", "-ac", "2"
    )
    made = make(original)
    for kind in ("web_audio_low", "web_audio", "web_video"):
        assert abs(measure(Path(made[kind].path))[0] + 16) <= 1


def test_digital_silence_stays_silent(tmp_path: Path) -> None:
    made = make(record(tmp_path / "silence.wav", *lavfi("anullsrc=r=8000:d=3")))
    assert measure(Path(made["web_audio"].path))[0] <= -70
    assert set(json.loads(Path(made["peaks"].path).read_text())["peaks"]) == {0}


def test_sound_alone_gives_two_sounds_and_a_waveform(tmp_path: Path) -> None:
    made = make(record(tmp_path / "talk.mp3", *lavfi("sine=d=10"), "-ac", "2"))
    assert {kind: rendition.mime for kind, rendition in made.items()} == {
        "web_audio_low": "audio/ogg; codecs=opus",
        "web_audio": "audio/mpeg",
        "peaks": "application/json",
    }
    low, plain = probe(Path(made["web_audio_low"].path)), probe(Path(made["web_audio"].path))
    assert (low.audio_codec.removeprefix("lib"), low.channels, plain.audio_codec, plain.channels) == (
        "opus",
        1,
        "mp3float",
        1,
    )
    assert Path(made["web_audio_low"].path).stat().st_size < 10 * 24_000 / 8 * 1.2
    assert all(abs(rendition.duration_ms - 10_000) < 100 for rendition in made.values())


def test_a_video_gives_a_small_mp4_that_starts_fast(tmp_path: Path) -> None:
    sources = lavfi("testsrc2=s=1282x722:r=50:d=1", "sine=d=1")
    made = make(record(tmp_path / "talk.mkv", *sources, "-pix_fmt", "yuv444p", "-preset", "ultrafast"))
    video = made["web_video"]
    assert (video.mime, abs(video.duration_ms - 1000) < 100) == ("video/mp4", True)
    assert size_of_atoms(video.path)[:2] == [b"ftyp", b"moov"]
    with av.open(video.path) as container:
        (picture,), (sound,) = container.streams.video, container.streams.audio
        assert (picture.codec_context.name, picture.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (picture.width, picture.height, picture.average_rate) == (640, 360, 25)
        assert sound.codec_context.name == "aac"
        assert len(container.streams) == 2


def test_a_variable_frame_rate_becomes_a_steady_one_in_time_with_the_sound(tmp_path: Path) -> None:
    uneven = "testsrc2=s=64x64:r=30:d=4,select='lt(t,1)+gt(t,1)*not(mod(n,7))'"
    original = record(tmp_path / "phone.mkv", *lavfi(uneven, "sine=d=4"), "-fps_mode", "vfr")
    made = make(original)
    times = frame_times(made["web_video"].path)
    assert np.ptp(np.diff(times)) < 0.001
    assert abs(times[-1] - 4) < 0.3


@pytest.mark.parametrize(("video_s", "sound_s"), [(1, 4), (4, 1)])
def test_picture_and_sound_of_different_length_both_stay_whole(
    tmp_path: Path, video_s: int, sound_s: int
) -> None:
    sources = lavfi(f"testsrc2=s=64x64:d={video_s}", f"sine=d={sound_s}")
    made = make(record(tmp_path / "talk.mkv", *sources))
    assert abs(made["web_video"].duration_ms - 4000) < 150
    assert abs(made["web_audio"].duration_ms - sound_s * 1000) < 100


def test_a_turned_video_stands_upright(tmp_path: Path) -> None:
    flat = record(tmp_path / "flat.mp4", *lavfi("testsrc2=s=1280x720:r=5:d=1", "sine=d=1"))
    made = make(record(tmp_path / "turned.mp4", "-display_rotation", "90", "-i", str(flat), "-c", "copy"))
    video = probe(Path(made["web_video"].path))
    assert (video.width, video.height) == (360, 640)
    assert brightness(made["poster"].path).shape == (1280, 720)


def test_a_picture_that_changes_its_size_keeps_one(tmp_path: Path) -> None:
    parts = [
        record(tmp_path / f"{n}.ts", *lavfi(f"testsrc2=s={s}:r=25:d=2", "sine=d=2"),
               "-c:v", "mpeg2video", "-c:a", "mp2", "-output_ts_offset", str(2 * n))
        for n, s in enumerate(("320x240", "640x480"))
    ]  # fmt: skip
    call = tmp_path / "call.ts"
    call.write_bytes(b"".join(part.read_bytes() for part in parts))
    made = make(call)
    assert abs(made["web_video"].duration_ms - 4000) < 200
    assert probe(Path(made["web_video"].path)).height == 240


def test_the_poster_is_not_the_black_frame(tmp_path: Path) -> None:
    sources = lavfi("testsrc2=s=1920x1080:r=2:d=10,fade=in:st=4:d=1,fade=out:st=6:d=1", "sine=d=10")
    poster = make(record(tmp_path / "talk.mp4", *sources, "-preset", "ultrafast"))["poster"]
    assert Path(poster.path).read_bytes().startswith(b"\xff\xd8\xff")
    seen = brightness(poster.path)
    assert (seen.shape, seen.mean() > 40) == ((720, 1280), True)


def test_a_picture_that_does_not_decode_leaves_the_sound(tmp_path: Path) -> None:
    original = record(
        tmp_path / "a.mkv",
        *lavfi("testsrc2=s=320x240:d=3", "sine=d=3"),
        "-c:v",
        "libx264",
        "-c:a",
        "pcm_s16le",
    )
    with av.open(str(original)) as container:
        spans = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    data = bytearray(original.read_bytes())
    for at, size in spans:
        data[at + 20 : at + size] = b"\xff" * (size - 20)
    original.write_bytes(data)
    made = make(original)
    assert abs(made["web_audio"].duration_ms - 3000) < 100


def test_nothing_of_the_device_or_its_owner_is_published(tmp_path: Path) -> None:
    chapters = tmp_path / "chapters.txt"
    chapters.write_text(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=Hidden Chapter\n")
    tags = dict(zip(("title", "artist", "model", "location", "comment"), SECRETS, strict=False))
    tagged = [
        word
        for key, value in tags.items()
        for word in ("-metadata", f"{key}={value}", "-metadata:s", f"{key}={value}")
    ]
    handlers = [
        "-metadata:s:v",
        "handler_name=Hidden Title",
        "-metadata",
        "creation_time=2021-03-04T05:06:07Z",
    ]
    original = record(
        tmp_path / "phone.mov", *lavfi(PICTURE, "sine=d=2"), "-i", str(chapters), "-map_metadata", "2",
        *tagged, *handlers, "-movflags", "use_metadata_tags",
    )  # fmt: skip
    content = original.read_bytes()
    assert all(secret.encode() in content for secret in SECRETS)
    mp3 = record(tmp_path / "phone.mp3", "-i", str(original), *tagged)
    for made in (make(original), make(mp3)):
        for rendition in made.values():
            published = Path(rendition.path).read_bytes()
            for trace in [*SECRETS, "Hidden", "Lavf", "Lavc", "x264", "Exif", "2021-03-04"]:
                assert trace.encode() not in published
                assert trace.encode("utf-16-le") not in published
        with av.open(made["web_audio"].path) as container:
            assert "creation_time" not in container.metadata
            assert not container.chapters()


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    first = record(tmp_path / "one.mp4", *lavfi(PICTURE, "sine=d=2"))
    second = tmp_path / "another name.mp4"
    second.write_bytes(first.read_bytes())
    hashes = [
        {kind: hashlib.sha256(Path(r.path).read_bytes()).hexdigest() for kind, r in make(original).items()}
        for original in (first, second)
    ]
    assert hashes[0] == hashes[1]
    assert len(hashes[0]) == 5


def test_progress_never_goes_back_and_ends_at_the_whole(tmp_path: Path) -> None:
    told: list[Progress] = []
    original = record(tmp_path / "talk.flac", *lavfi("sine=d=120"))
    (tmp_path / "out").mkdir()
    make_renditions(original, tmp_path / "out", probe(original), told.append)
    assert [p.done for p in told] == sorted(p.done for p in told)
    assert told[-1].done == told[-1].total == 120_000


def test_a_recording_cut_off_early_publishes_nothing(tmp_path: Path) -> None:
    whole = record(tmp_path / "whole.mka", *lavfi("sine=d=10"), "-c:a", "aac")
    cut, out = tmp_path / "cut.mka", tmp_path / "out"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 4])
    out.mkdir()
    with pytest.raises(Unreadable):
        make_renditions(cut, out, probe(cut), lambda _: None)
    assert list(out.iterdir()) == []


def test_every_player_can_decode_what_we_publish(tmp_path: Path) -> None:
    made = make(record(tmp_path / "talk.mp4", *lavfi(PICTURE, "sine=d=2")))
    for kind in ("web_audio_low", "web_audio", "web_video", "poster"):
        command = [ffmpeg_path(), "-v", "error", "-xerror", "-i", made[kind].path, "-f", "null", "-"]
        assert subprocess.run(command, capture_output=True, check=True, timeout=60).stderr == b""


@settings(max_examples=60, derandomize=True)
@given(width=st.integers(1, 8000), height=st.integers(1, 8000))
def test_a_small_picture_is_even_never_larger_and_keeps_its_shape(width: int, height: int) -> None:
    w, h = small_size(width, height)
    assert (w % 2, h % 2) == (0, 0)
    assert min(w, h) <= 360
    assert w <= max(2, width + 1)
    assert h <= max(2, height + 1)
    if min(w, h) >= 100:
        assert abs(w / h - width / height) < 0.02 * width / height


@settings(max_examples=40, derandomize=True, deadline=None)
@given(cuts=st.lists(st.integers(1, 5000), max_size=30), length=st.integers(0, 40_000))
def test_a_waveform_does_not_depend_on_how_the_sound_arrives(cuts: list[int], length: int) -> None:
    pcm = np.random.default_rng(length).integers(-32768, 32768, length, dtype="<i2").tobytes()
    whole, pieces, at = Peaks(), Peaks(), 0
    whole.hear(pcm)
    for cut in [*cuts, len(pcm)]:
        pieces.hear(pcm[at : at + cut])
        at += cut
    assert pieces.to_json(0.5) == whole.to_json(0.5)
    assert whole.heard_ms == length // 8


def test_a_long_waveform_has_ten_peaks_a_second_and_no_more() -> None:
    peaks = Peaks()
    for minute in range(60):
        peaks.hear(np.full(8000 * 60, minute * 100, "<i2").tobytes())
    drawn = json.loads(peaks.to_json(gain=5.0))
    assert (drawn["version"], drawn["ms_per_peak"]) == (1, 100)
    assert MOST * 0.9 < len(drawn["peaks"]) <= MOST
    assert drawn["peaks"] == sorted(drawn["peaks"])
    assert drawn["peaks"][-1] == round(5900 * 5 * 100 / 32768)
