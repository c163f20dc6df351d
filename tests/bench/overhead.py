"""What our pipeline costs on top of bare faster-whisper: the same hour, model, VAD and batching, in alternation."""

import asyncio
import shutil
import statistics
import time
import wave
from pathlib import Path

from faster_whisper import BatchedInferencePipeline, WhisperModel
from sqlmodel import select

from catalog import hearing
from catalog.adding import Given, add_file
from catalog.db import reading, writing
from catalog.desk import Desk
from catalog.files import file_of, name_file, shelving
from catalog.models import Episode, MediaKind
from catalog.newsroom import open_newsroom
from catalog.settings import Settings
from tests.bench.figures import Figure
from tests.bench.sound import joined_talks
from transcribe.device import count_cores
from transcribe.whisper import BATCH_SIZE, BEAM_SIZE

MODEL = Path(__file__).parents[1] / "data" / "demo" / "five-synthetic-voices"
MINUTES = 60
PAIRS = 5
MOST_PERCENT = 10.0
MOST_SECONDS_A_CHUNK = 3.0


def measure(folder: Path) -> list[Figure]:
    """Overhead in percent and in seconds a ten-minute chunk: the median over pairs, model load left out of both."""
    sound = joined_talks(folder, MINUTES)
    bare = BatchedInferencePipeline(
        WhisperModel(str(MODEL), device="cpu", compute_type="int8", cpu_threads=count_cores())
    )
    percents, seconds = [], []
    for number in range(PAIRS):
        home = folder / f"newsroom-{number}"  # each its own: engines are kept for as long as a process lives
        if number % 2:
            ours_s, chunks = asyncio.run(_time_ours(home, sound))
            bare_s = _time_bare(bare, sound)
        else:
            bare_s = _time_bare(bare, sound)
            ours_s, chunks = asyncio.run(_time_ours(home, sound))
        percents.append(100 * (ours_s - bare_s) / bare_s)
        seconds.append((ours_s - bare_s) / chunks)
        print(
            f"  pair {number + 1}: bare {bare_s:.1f} s, ours {ours_s:.1f} s, {percents[-1]:+.1f} %",
            flush=True,
        )
    return [
        Figure(
            "pipeline over bare faster-whisper",
            statistics.median(percents),
            "%",
            MOST_PERCENT,
            tuple(percents),
        ),
        Figure(
            "... a chunk of ten minutes",
            statistics.median(seconds),
            "s",
            MOST_SECONDS_A_CHUNK,
            tuple(seconds),
        ),
    ]


def _time_bare(pipeline: BatchedInferencePipeline, sound: Path) -> float:
    begun = time.perf_counter()
    segments, _ = pipeline.transcribe(
        str(sound),
        language="en",
        vad_filter=True,
        word_timestamps=True,
        batch_size=BATCH_SIZE,
        beam_size=BEAM_SIZE,
    )
    words = sum(len(segment.words or ()) for segment in segments)
    assert words > 100 * MINUTES, "the bare run heard too little to compare with"
    return time.perf_counter() - begun


async def _time_ours(home: Path, sound: Path) -> tuple[float, int]:
    """Seconds from the stored original to the composed transcript, and the number of chunks."""
    shutil.rmtree(home, ignore_errors=True)
    newsroom = open_newsroom(Settings(home=home, model=str(MODEL), moderator=""))
    added = add_file(newsroom, sound, Given(title="An hour", language="en"))
    with reading(newsroom.engine) as session:
        episode_id = session.exec(select(Episode.id).where(Episode.slug == added.slug)).one() or 0
    desk = Desk(newsroom)
    await _load_model(desk, home)
    begun = time.perf_counter()
    await _decode(desk, episode_id)
    track_id, chunks = await hearing.cut(desk, episode_id)
    for position in range(chunks):
        await hearing.hear(desk, track_id, position, added.job_id or 0)
    paragraphs = await hearing.compose(desk, track_id)
    assert paragraphs > MINUTES, "our run heard too little to compare with"
    took = time.perf_counter() - begun
    await desk.ear.end()
    return took, chunks


async def _decode(desk: Desk, episode_id: int) -> None:
    """The part of preparing that hearing needs; what readers are served is no part of this comparison."""
    newsroom = desk.newsroom
    with reading(newsroom.engine) as session:
        original = file_of(session, episode_id, MediaKind.ORIGINAL)
    assert original is not None
    wav = newsroom.shelf.workbench("bench") / "sound.wav"
    async with desk.child("to_wav") as child:
        await child.ask({"original": str(newsroom.shelf.path(original.sha256)), "target": str(wav)})
    with shelving(newsroom):
        sha256 = newsroom.shelf.put(wav, move=True)
        with writing(newsroom.engine) as session:
            length = original.duration_ms
            name_file(session, newsroom.shelf, episode_id, MediaKind.WAV, sha256, duration_ms=length)
            session.get_one(Episode, episode_id).duration_ms = length


async def _load_model(desk: Desk, home: Path) -> None:
    """Have the child load the model before the clock starts, by hearing a moment of nothing."""
    settings = desk.newsroom.settings
    quiet = home / "quiet.wav"
    _write_silence(quiet)
    ear = {
        "model": settings.model,
        "device": settings.device,
        "compute_type": settings.compute_type,
        "threads": settings.threads,
        "models_folder": str(settings.models_folder),
    }
    request = {
        "ear": ear,
        "wav": str(quiet),
        "span": {"start_ms": 0, "end_ms": 1000},
        "hints": {"language": "en"},
    }
    await desk.ear.ask({**request, "target": str(home / "quiet.json")})


def _write_silence(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(2 * 16_000))
