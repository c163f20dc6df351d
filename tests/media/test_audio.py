"""Probing and decoding recordings of every kind, good and bad."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import ffmpeg as graph
import numpy as np
import pytest

from media import ffmpeg
from media.audio import LONGEST_MS, Probe, probe, to_wav
from media.errors import Refused, Unreachable, Unreadable
from media.progress import Progress
from tests.media.recordings import lavfi, record

TONE = "sine=440:d=3"


def heard(wav: Path) -> np.ndarray:
    with wave.open(str(wav)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float) / 32768


def prepare(original: Path) -> np.ndarray:
    target = original.with_name("heard.wav")
    to_wav(original, target, lambda _: None)
    assert [path.name for path in original.parent.glob("*.part")] == []
    return heard(target)


def is_tone(samples: np.ndarray, hertz: int) -> bool:
    loudest = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))).argmax() * 16_000 / len(samples)
    return abs(loudest - hertz) < 5 and np.abs(samples).max() > 0.02


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("phone.wav", ["-ar", "8000", "-c:a", "pcm_mulaw"]),
        ("studio.wav", ["-ar", "96000", "-c:a", "pcm_f32le"]),
        ("stereo.mp3", ["-ac", "2", "-b:a", "64k"]),
        ("opus.webm", ["-c:a", "libopus"]),
        ("vorbis.ogg", ["-ac", "2", "-c:a", "libvorbis"]),
        ("bare.aac", ["-c:a", "aac"]),
        ("lossless.flac", []),
        ("old.wma", ["-c:a", "wmav2"]),
        ("apple.m4a", ["-c:a", "alac"]),
        ("cinema.mka", ["-af", "pan=5.1|FC=c0", "-c:a", "ac3"]),
    ],
)
def test_every_kind_of_sound_becomes_16_khz_mono(tmp_path: Path, name: str, how: list[str]) -> None:
    original = record(tmp_path / name, *lavfi(TONE), *how)
    samples = prepare(original)
    assert abs(len(samples) - 3 * 16_000) < 0.1 * 16_000
    assert abs(probe(original).duration_ms - 3000) < 100
    assert is_tone(samples[16_000:32_000], 440)


def test_a_probe_says_what_a_video_holds(tmp_path: Path) -> None:
    video = record(
        tmp_path / "talk.mp4",
        *lavfi("testsrc2=s=322x240:r=25:d=2", "sine=r=48000:d=2"),
        "-c:a",
        "aac",
        "-ac",
        "2",
    )
    assert probe(video) == Probe(
        duration_ms=2000,
        has_audio=True,
        has_video=True,
        width=322,
        height=240,
        container="mov",
        audio_codec="aac",
        channels=2,
        sample_rate=48_000,
        audio_index=1,
        video_index=0,
        frame_rate=25.0,
    )


def test_a_turned_video_is_probed_as_it_is_shown(tmp_path: Path) -> None:
    flat = record(tmp_path / "flat.mp4", *lavfi("testsrc2=s=320x240:d=1", "sine=d=1"))
    turned = record(tmp_path / "turned.mp4", "-display_rotation", "90", "-i", str(flat), "-c", "copy")
    assert (probe(turned).width, probe(turned).height) == (240, 320)


def test_a_name_that_lies_does_not_matter(tmp_path: Path) -> None:
    honest = record(tmp_path / "talk.flac", *lavfi(TONE))
    liar = shutil.copy(honest, tmp_path / "talk.mp4")
    assert probe(liar) == probe(honest)
    assert is_tone(prepare(liar), 440)


def test_a_name_that_looks_like_an_option_or_a_protocol_is_a_name(tmp_path: Path) -> None:
    honest = record(tmp_path / "talk.flac", *lavfi(TONE))
    for name in ("-y.flac", "concat:a|b.flac", "http:x%03d.flac", "سلام ‎.flac"):
        strange = tmp_path / name
        honest.rename(strange)
        assert is_tone(prepare(strange), 440)
        honest = strange


def test_a_cover_picture_is_not_a_video(tmp_path: Path) -> None:
    cover = record(tmp_path / "cover.jpg", *lavfi("color=red:s=64x64"), "-frames:v", "1")
    song = record(
        tmp_path / "talk.mp3",
        *lavfi(TONE),
        "-i",
        str(cover),
        "-map",
        "0",
        "-map",
        "1",
        "-c:v",
        "copy",
        "-id3v2_version",
        "3",
    )
    assert not probe(song).has_video
    assert is_tone(prepare(song), 440)


def test_of_several_sounds_the_default_is_heard_else_the_first(tmp_path: Path) -> None:
    two = [*lavfi("sine=440:d=3", "sine=880:d=3"), "-map", "0", "-map", "1", "-c:a", "aac"]
    second = record(tmp_path / "second.mka", *two, "-disposition:a:0", "0", "-disposition:a:1", "default")
    assert probe(second).audio_index == 1
    assert is_tone(prepare(second), 880)
    none = record(tmp_path / "none.mka", *two, "-disposition:a:0", "0", "-disposition:a:1", "0")
    assert probe(none).audio_index == 0
    assert is_tone(prepare(none), 440)


@pytest.mark.parametrize("name", ["late.mp4", "late.ts", "late.mkv"])
def test_sound_that_begins_late_keeps_its_time(tmp_path: Path, name: str) -> None:
    sources = ["-itsoffset", "1.5", *lavfi("sine=440:d=2"), *lavfi("testsrc2=s=64x64:r=25:d=4")]
    samples = prepare(record(tmp_path / name, *sources, "-map", "1", "-map", "0", "-c:a", "aac"))
    assert abs(np.flatnonzero(np.abs(samples) > 0.05)[0] / 16_000 - 1.5) < 0.08


def test_a_clock_that_does_not_start_at_zero_is_set_to_zero(tmp_path: Path) -> None:
    original = record(tmp_path / "broadcast.ts", *lavfi(TONE), "-c:a", "aac", "-output_ts_offset", "3600")
    assert abs(probe(original).duration_ms - 3000) < 100
    assert abs(len(prepare(original)) - 48_000) < 1600


def test_a_video_shorter_than_its_sound_is_as_long_as_its_sound(tmp_path: Path) -> None:
    sources = lavfi("testsrc2=s=64x64:d=1", "sine=440:d=4")
    assert abs(len(prepare(record(tmp_path / "a.mkv", *sources))) - 64_000) < 1600


def test_sound_much_shorter_than_its_video_is_no_damage(tmp_path: Path) -> None:
    sources = lavfi("testsrc2=s=64x64:d=6", "sine=440:d=1")
    assert abs(len(prepare(record(tmp_path / "a.mkv", *sources))) - 16_000) < 1600


def test_a_recording_without_a_written_length_is_measured_by_its_packets(tmp_path: Path) -> None:
    stream = record(tmp_path / "live.webm", *lavfi(TONE), "-c:a", "libopus", "-f", "webm", "-live", "1")
    assert abs(probe(stream).duration_ms - 3000) < 100


def test_an_absurd_length_is_measured_by_its_packets(tmp_path: Path) -> None:
    original = record(tmp_path / "a.mka", *lavfi(TONE), "-c:a", "flac")
    data = bytearray(original.read_bytes())
    at = data.index(b"\x44\x89\x88") + 3  # Matroska's Duration, an eight-byte float
    data[at : at + 8] = np.array(1e15, ">f8").tobytes()
    original.write_bytes(data)
    assert abs(probe(original).duration_ms - 3000) < 100
    data[at : at + 8] = np.array(-5.0, ">f8").tobytes()
    original.write_bytes(data)
    assert abs(probe(original).duration_ms - 3000) < 100


def test_a_recording_longer_than_a_day_is_refused(tmp_path: Path) -> None:
    week = record(
        tmp_path / "week.mka",
        *lavfi("sine=d=1"),
        "-itsoffset",
        "90000",
        *lavfi("sine=d=1"),
        *("-map", "0", "-map", "1", "-c:a", "flac"),
    )
    assert LONGEST_MS < 90_000_000
    assert code_of(week) == "too_long"


def code_of(path: Path) -> str:
    with pytest.raises(Unreadable) as caught:
        to_wav(path, path.parent / "heard.wav", lambda _: None)
    assert not (path.parent / "heard.wav").exists()
    assert not list(path.parent.glob("*.part"))
    return caught.value.code


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("empty", b""),
        ("corrupt", bytes(range(256)) * 200),
        ("corrupt", b"\x00" * 50_000),
        ("corrupt", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 1000),
        ("corrupt", b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb" + b"\x01" * 5000),
        ("playlist", b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n/etc/passwd\n#EXT-X-ENDLIST\n"),
        ("playlist", b"\xef\xbb\xbf\n#EXTM3U\ntalk.mp3\n"),
        ("playlist", b"ffconcat version 1.0\nfile other.wav\n"),
        ("playlist", b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'),
        ("playlist", b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=audio 5004 RTP/AVP 0\r\n"),
        ("text", b"<!doctype html><title>404</title>"),
        ("text", "WEBVTT\n\n00:00.000 --> 00:01.000\nسلام".encode()),
        ("text", b"1\n00:00:00,000 --> 00:00:01,000\nHello\n"),
    ],
)
@pytest.mark.parametrize("name", ["talk.mp4", "talk.mp3"])
def test_what_is_no_recording_is_named(tmp_path: Path, code: str, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert code_of(path) == code


def test_pictures_are_not_recordings(tmp_path: Path) -> None:
    assert code_of(record(tmp_path / "a.png", *lavfi("testsrc2=s=64x64"), "-frames:v", "1")) in {
        "corrupt",
        "no_audio",
    }
    record(tmp_path / "b%03d.jpg", *lavfi("testsrc2=s=64x64:d=1"))
    assert code_of(tmp_path / "b001.jpg") in {"corrupt", "no_audio"}


def test_a_silent_film_has_no_sound(tmp_path: Path) -> None:
    assert code_of(record(tmp_path / "film.mp4", *lavfi("testsrc2=s=64x64:d=1"))) == "no_audio"


def test_only_files_are_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.mp3"
    os.mkfifo(pipe)
    assert code_of(pipe) == "not_a_file"
    assert code_of(tmp_path) == "not_a_file"
    assert code_of(tmp_path / "nothing.mp3") == "not_a_file"


def test_a_recording_cut_off_late_keeps_what_decodes(tmp_path: Path) -> None:
    whole = record(tmp_path / "a.mka", *lavfi("sine=440:d=10"), "-c:a", "aac")
    cut = tmp_path / "cut.mka"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 3 // 4])
    assert 6 < len(prepare(cut)) / 16_000 < 9


def test_a_recording_cut_off_early_is_called_truncated(tmp_path: Path) -> None:
    whole = record(tmp_path / "a.mka", *lavfi("sine=440:d=10"), "-c:a", "aac")
    cut = tmp_path / "cut.mka"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 4])
    assert code_of(cut) == "truncated"


def test_damage_in_the_middle_becomes_silence_and_the_rest_keeps_its_time(tmp_path: Path) -> None:
    halves = "aevalsrc=0.2*sin(2*PI*t*if(lt(t\\,7)\\,440\\,880)):d=10"
    original = record(tmp_path / "a.mka", *lavfi(halves), "-c:a", "aac", "-b:a", "64k")
    data = bytearray(original.read_bytes())
    third = len(data) // 3
    data[third : third + 10_000] = random.Random(7).randbytes(10_000)
    original.write_bytes(data)
    samples = prepare(original)
    assert abs(len(samples) - 160_000) < 1600
    assert is_tone(samples[:16_000], 440)
    assert is_tone(samples[int(7.1 * 16_000) : 9 * 16_000], 880)
    assert is_tone(samples[6 * 16_000 : int(6.9 * 16_000)], 440)


def test_sound_that_does_not_decode_is_corrupt(tmp_path: Path) -> None:
    original = record(tmp_path / "a.mka", *lavfi("sine=440:d=10"), "-c:a", "flac")
    data = bytearray(original.read_bytes())
    data[3000:] = bytes(byte ^ 0x5A for byte in data[3000:])
    original.write_bytes(data)
    assert code_of(original) in {"corrupt", "truncated"}


def test_progress_grows_to_the_whole(tmp_path: Path) -> None:
    told: list[Progress] = []
    to_wav(record(tmp_path / "a.flac", *lavfi("sine=d=60")), tmp_path / "a.wav", told.append)
    assert [p.done for p in told] == sorted(p.done for p in told)
    assert (told[-1].done, told[-1].total, told[-1].unit) == (60_000, 60_000, "ms")


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    original = record(tmp_path / "a.flac", *lavfi(TONE), "-metadata", "title=Secret")
    for name in ("one.wav", "two.wav"):
        to_wav(original, tmp_path / name, lambda _: None)
    one = (tmp_path / "one.wav").read_bytes()
    assert one == (tmp_path / "two.wav").read_bytes()
    assert len(one) == 44 + 2 * 48_000


def test_a_recording_that_stands_still_is_given_up(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    held_open = os.open(pipe, os.O_RDWR)
    try:
        source = ffmpeg.open_local(pipe, "wav")
        with pytest.raises(Unreadable) as caught:
            ffmpeg.run(ffmpeg.save(tmp_path / "a.wav", source), 1000, lambda _: None, stall_s=1)
    finally:
        os.close(held_open)
    assert caught.value.code == "stalled"


def test_a_full_disk_is_said_so(tmp_path: Path) -> None:
    source = graph.input("sine=d=60", f="lavfi")
    with pytest.raises(Refused) as caught:
        ffmpeg.run(ffmpeg.save(Path("/dev/full"), source, f="wav"), 1000, lambda _: None)
    assert caught.value.code == "disk_full"


def test_an_ffmpeg_without_our_encoders_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    source = graph.input("sine=d=1", f="lavfi")
    with pytest.raises(Refused) as caught:
        ffmpeg.run(ffmpeg.save(tmp_path / "a.wav", source, acodec="libnothing"), 1000, lambda _: None)
    assert caught.value.code == "ffmpeg_lacks_parts"


def test_ffmpeg_killed_by_the_system_may_be_tried_again(tmp_path: Path) -> None:
    def kill_the_child(_: Progress) -> None:
        (child,) = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        os.kill(int(child), signal.SIGKILL)

    source = graph.input("anullsrc", f="lavfi", re=None)
    with pytest.raises(Unreachable) as caught:
        ffmpeg.run(ffmpeg.save(tmp_path / "a.wav", source), 0, kill_the_child)
    assert (caught.value.code, caught.value.retry) == ("interrupted", True)


def test_ffmpeg_ends_when_we_are_killed(tmp_path: Path) -> None:
    target = tmp_path / "endless.wav"
    program = (
        "import sys, pathlib, ffmpeg as graph; from media import ffmpeg\n"
        "source = graph.input('anullsrc', f='lavfi', re=None)\n"
        "out = ffmpeg.save(pathlib.Path(sys.argv[1]), source, f='wav', flush_packets=1)\n"
        "ffmpeg.run(out, 0, lambda _: None)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(target)], cwd=Path(ffmpeg.__file__).parents[1]
    ) as us:
        while not (target.exists() and target.stat().st_size > 100_000):
            assert us.poll() is None
            time.sleep(0.05)
        us.send_signal(signal.SIGKILL)
    time.sleep(0.5)
    size = target.stat().st_size
    time.sleep(1.5)
    assert target.stat().st_size == size
