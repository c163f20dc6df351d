"""Recordings with flipped bits, holes, foreign bytes and cut ends: they are looked into and prepared as far as they
go, or refused in a sentence. The damage is the same each time."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog import looking
from catalog.child import Child
from catalog.errors import StepFailed
from catalog.looking import length_of
from media.audio import LONGEST_MS, probe
from media.errors import Unreadable
from tests.media.recordings import lavfi, record

SOUND, FILM = lavfi("sine=440:d=2"), lavfi("testsrc2=s=64x64:d=2", "sine=440:d=2")
SHAPES = {
    "talk.mp3": (*SOUND, "-b:a", "32k"),
    "talk.opus": (*SOUND, "-c:a", "libopus"),
    "talk.flac": (*SOUND,),
    "talk.wav": (*SOUND,),
    "talk.mka": (*SOUND, "-c:a", "aac"),
    "film.mp4": (*FILM, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-shortest"),
    "film.webm": (*FILM, "-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus", "-shortest"),
    "film.ts": (*FILM, "-c:v", "mpeg2video", "-c:a", "mp2", "-shortest"),
}
TIMES, PREPARED = 20, (0, 12)
REFUSALS = {"empty", "playlist", "text", "corrupt", "no_audio", "too_long", "truncated"}

Damage = Callable[[bytearray, random.Random], None]


def flip_bits(data: bytearray, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 8, 64))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def flip_bits_at_the_head(data: bytearray, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 4, 16))):
        data[dice.randrange(min(len(data), 600))] ^= 1 << dice.randrange(8)


def tear_a_hole(data: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(data))
    del data[start : start + dice.choice((1, 100, 2000))]


def write_over(data: bytearray, dice: random.Random) -> None:
    start, size = dice.randrange(len(data)), dice.choice((4, 64, 1000))
    data[start : start + size] = dice.choice((dice.randbytes(size), b"\xff" * size, bytes(size)))


def cut_the_end(data: bytearray, dice: random.Random) -> None:
    del data[dice.randrange(len(data)) :]


DAMAGES: tuple[Damage, ...] = (flip_bits, flip_bits_at_the_head, tear_a_hole, write_over, cut_the_end)


async def outcome(child: Child, **asked: Any) -> Any:
    """What it answered, or with what code it refused."""
    try:
        return await child.ask(asked)
    except StepFailed as problem:
        assert problem.sentence.endswith("."), problem.sentence
        return problem.code


def test_damaged_recordings_are_taken_as_far_as_they_go_or_refused_in_words(tmp_path: Path) -> None:
    dice = random.Random(7)

    async def look(path: Path, children: tuple[Child, Child], *, prepare: bool) -> list[Any]:
        seen = await outcome(children[0], path=str(path))
        lengths = [seen if isinstance(seen, str) else seen["duration_ms"]]
        if prepare:
            wav = path.with_name(f"{path.name}.wav")
            done = await outcome(children[1], original=str(path), target=str(wav))
            assert wav.exists() == (done is None), (path.name, done)
            lengths.append(done or wav.stat().st_size)
        return lengths

    async def act() -> dict[str, list[Any]]:
        told: dict[str, list[Any]] = {}
        async with Child("probe") as looks, Child("to_wav") as prepares:
            for name, how in SHAPES.items():
                whole = record(tmp_path / name, *how).read_bytes()
                for number in range(TIMES):
                    data, path = bytearray(whole), tmp_path / f"{number}-{name}"
                    DAMAGES[number % len(DAMAGES)](data, dice)
                    path.write_bytes(data)
                    told[path.name] = await look(path, (looks, prepares), prepare=number in PREPARED)
        return told

    told = asyncio.run(act())
    for name, lengths in told.items():
        assert all(one in REFUSALS or 0 < one <= LONGEST_MS for one in lengths), (name, lengths)
    for name in SHAPES:
        taken = [told[f"{number}-{name}"][0] for number in range(TIMES)]
        assert any(isinstance(one, int) for one in taken), f"{name} was refused whatever was done to it"
    assert not list(tmp_path.glob("*.part"))


def test_a_recording_whose_tags_are_in_an_old_encoding_is_taken(tmp_path: Path) -> None:
    path = record(tmp_path / "talk.wav", *SOUND, "-metadata", "title=Gesprxch")
    data = path.read_bytes()
    assert b"Gesprxch" in data
    path.write_bytes(data.replace(b"Gesprxch", b"Gespr\xe4ch"))
    assert probe(path).duration_ms == 2000


@pytest.mark.parametrize("way", ["kill -SEGV $$", "exit 0", "sleep 60"])
def test_a_file_that_breaks_who_looks_into_it_is_refused_and_breaks_nothing_else(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LONGEST_S", 0.5)
    with pytest.raises(Unreadable) as problem:
        length_of(tmp_path, ("bash", "-c", way))
    assert problem.value.code == "corrupt"
