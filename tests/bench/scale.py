"""`make bench-scale`: how one, two and four workers share a back-catalogue on PostgreSQL, with a recogniser that costs
the same for every chunk; then kills, cut networks and jumping clocks, after which every talk is there, once.

TALKS, CHUNKS and COST_S in the environment change how much there is to do.
"""

import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table
from sqlmodel import col, func, select

from catalog.db import connect, reading, writing
from catalog.files import name_file, shelving
from catalog.jobs import queue_job
from catalog.models import (
    Chunk,
    Episode,
    EpisodeState,
    Job,
    JobState,
    MediaFile,
    MediaKind,
    Track,
    Utterance,
    Worker,
)
from catalog.newsroom import Newsroom, open_newsroom
from catalog.settings import Settings
from tests.bench.figures import Figure
from tests.bench.network import Wire, can_make_spaces
from tests.conftest import Postgres

TALKS, CHUNKS = int(os.environ.get("TALKS", "8")), int(os.environ.get("CHUNKS", "8"))
COST_S = float(os.environ.get("COST_S", "2"))
CHUNK_MS = 60_000
LEAST = {2: 1.8, 4: 3.4}
NOTICED_S, TAKEN_OVER_S = 30.0, 60.0
LONGEST_S = 1200.0
ROOT = Path(__file__).parents[2]


@dataclass
class Field:
    """One newsroom in a database of its own, and the workers of one run."""

    folder: Path
    postgres: Postgres
    spaces: bool
    wires: dict[str, Wire] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.database = self.postgres.create()
        self.newsroom = open_newsroom(
            Settings(home=self.folder / "home", database_url=self.postgres.url(self.database), moderator="")
        )
        assert not list(self.newsroom.shelf.all())
        self.journal = self.folder / "journal"
        self.journal.touch()

    def start(self, name: str) -> None:
        """A worker with a wire, a clock and a home of its own; the shelf is shared, as between machines."""
        if name not in self.wires:
            socket = Path(sa.make_url(self.postgres.url("x")).query["host"]) / ".s.PGSQL.5432"
            self.wires[name] = Wire(len(self.wires) + 1, socket, spaces=self.spaces)
        wire, home = self.wires[name], self.folder / name
        home.mkdir(exist_ok=True)
        if not (home / "shelf").exists():
            (home / "shelf").symlink_to(self.newsroom.settings.shelf_folder)
        env = os.environ | {
            "PRESSTALK_HOME": str(home),
            "PRESSTALK_DATABASE_URL": f"postgresql+psycopg://postgres@{wire.host}:{wire.port}/{self.database}",
            "PRESSTALK_WORKER_NAME": name,
            "PRESSTALK_MODERATOR": "",
            "PRESSTALK_EMBEDDER": "none",
            "JOURNAL": str(self.journal),
            "COST_S": str(COST_S),
            "CLOCK": str(home / "clock"),
        }
        words = [*wire.prefix, sys.executable, "-m", "tests.bench.scale_worker"]
        with (self.folder / f"{name}.log").open("ab") as said:
            self.running[name] = subprocess.Popen(words, env=env, cwd=ROOT, stderr=said, stdout=said)

    def close(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for wire in self.wires.values():
            wire.close()
        connect(self.newsroom.settings.catalog_url).dispose()
        self.postgres.drop(self.database)

    def wait_for_workers(self, count: int) -> None:
        def all_there() -> bool:
            with reading(self.newsroom.engine) as session:
                return session.exec(select(func.count()).where(col(Worker.beat) > 0)).one() >= count

        wait(all_there)

    def is_done(self) -> bool:
        with reading(self.newsroom.engine) as session:
            return not session.exec(select(func.count()).where(col(Job.state) != JobState.DONE)).one()

    def warm_up(self) -> None:
        """Let every worker load its recogniser, and forget that it did."""
        names = set(self.running)
        for number in range(20):
            if {line["by"] for line in self.lines()} >= names:
                break
            lay_out(self.newsroom, 1, f"warm-{number}")
            wait(self.is_done)
        with writing(self.newsroom.engine) as session:
            session.execute(sa.delete(Chunk))
            for episode in session.exec(select(Episode)).all():
                session.delete(episode)
        self.journal.write_text("")

    def lines(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.journal.read_text().splitlines()]


def wait(over: object, longest_s: float = LONGEST_S) -> float:
    """Seconds until something is so."""
    begun = time.monotonic()
    while not over():  # type: ignore[operator]
        assert time.monotonic() - begun < longest_s, "it never came to that"
        time.sleep(0.1)
    return time.monotonic() - begun


def lay_out(newsroom: Newsroom, talks: int = TALKS, name: str = "talk") -> None:
    """Talks that are fetched, prepared and cut: what is left of them is hearing."""
    sound = newsroom.settings.home / "sound.wav"
    with wave.open(str(sound), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(32_000))
    with shelving(newsroom):
        sha256 = newsroom.shelf.put(sound)
        with writing(newsroom.engine) as session:
            for number in range(talks):
                episode = Episode(
                    slug=f"{name}-{number}",
                    title=f"Talk {number}",
                    language="en",
                    duration_ms=CHUNKS * CHUNK_MS,
                )
                session.add(episode)
                session.flush()
                for kind in (MediaKind.ORIGINAL, MediaKind.WAV):
                    name_file(session, newsroom.shelf, episode.id or 0, kind, sha256, duration_ms=1000)
                track = Track(episode_id=episode.id or 0, language="en", revision=1)
                session.add(track)
                session.flush()
                session.add_all(
                    Chunk(
                        track_id=track.id or 0,
                        position=n,
                        start_ms=n * CHUNK_MS,
                        end_ms=(n + 1) * CHUNK_MS,
                    )
                    for n in range(CHUNKS)
                )
                queue_job(session, episode, waited_for=False, source=f"show-{number % 2}")


def must_be_there_once(newsroom: Newsroom) -> None:
    with reading(newsroom.engine) as session:
        states = session.exec(select(Episode.state)).all()
        assert states == [EpisodeState.REVIEW] * TALKS, states
        assert session.exec(select(func.count()).select_from(Track)).one() == TALKS
        heard = session.exec(select(func.count()).where(col(Chunk.media_file_id).is_not(None))).one()
        assert heard == TALKS * CHUNKS
        for number in session.exec(select(Track.id)).all():
            said = session.exec(
                select(Utterance.start_ms, Utterance.end_ms)
                .where(Utterance.track_id == number)
                .order_by(col(Utterance.position))
            ).all()
            assert len(said) >= CHUNKS
            assert all(one[1] <= other[0] for one, other in pairwise(said)), "said twice"


def run(folder: Path, postgres: Postgres, count: int, *, spaces: bool) -> float:
    """Seconds that so many workers take for the back-catalogue."""
    field = Field(folder / f"run-{count}", postgres, spaces)
    try:
        for number in range(count):
            field.start(f"w{number + 1}")
        field.wait_for_workers(count)
        field.warm_up()
        lay_out(field.newsroom)
        took = wait(field.is_done)
        must_be_there_once(field.newsroom)
        assert len(field.lines()) == TALKS * CHUNKS, "a chunk was heard twice"
    finally:
        field.close()
    return took


def harass(folder: Path, postgres: Postgres, *, spaces: bool) -> tuple[list[float], list[float]]:
    """Kill, cut off, hang and confuse three workers until all is done: seconds until each was noticed, and until its
    chunk was taken up by another."""
    field, dice = Field(folder / "harassed", postgres, spaces), random.Random(8)
    noticed: list[float] = []
    taken: list[float] = []
    names = ["w1", "w2", "w3"]
    try:
        for name in names:
            field.start(name)
        field.wait_for_workers(len(names))
        lay_out(field.newsroom)
        for act in ("kill", "cut", "clock", "kill", "hang", "cut"):
            if field.is_done():
                break
            time.sleep(dice.uniform(1.0, 4.0))
            strike(field, dice.choice(names), act, dice, noticed, taken)
        wait(field.is_done)
        must_be_there_once(field.newsroom)
    finally:
        field.close()
    return noticed, taken


def strike(
    field: Field, name: str, act: str, dice: random.Random, noticed: list[float], taken: list[float]
) -> None:
    if act == "clock":
        (field.folder / name / "clock").write_text(str(dice.choice([-1, 1]) * 10 * 365 * 86_400))
        return
    wait(lambda: token_of(field, name), 120)  # one that was just started has to be there to be missed
    lines, life = field.lines(), token_of(field, name)
    last = next((line for line in reversed(lines) if line["by"] == name), None)
    if act == "kill":
        field.running[name].kill()
        field.running[name].wait()
    elif act == "cut":
        field.wires[name].cut()
    else:
        field.running[name].send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    wait(lambda: token_of(field, name) != life, 120)
    noticed.append(time.monotonic() - begun)
    said = f"  {act} {name}: noticed after {noticed[-1]:.0f} s"
    if last is not None and not is_heard(field, last["chunk"]):

        def is_taken() -> bool:
            since = field.lines()[len(lines) :]
            again = any(one["chunk"] == last["chunk"] and one["by"] != name for one in since)
            return again or is_heard(field, last["chunk"])

        wait(is_taken, 300)
        taken.append(time.monotonic() - begun)
        said += f", its chunk taken over after {taken[-1]:.0f} s"
    print(said, flush=True)
    if act == "cut":
        field.wires[name].mend()
    if act == "hang":
        field.running[name].send_signal(signal.SIGCONT)
    if act != "kill":
        field.running[name].wait(90)  # it finds out, says so and ends
    field.start(name)


def token_of(field: Field, name: str) -> str:
    with reading(field.newsroom.engine) as session:
        row = session.exec(select(Worker).where(Worker.name == name, col(Worker.fenced).is_(False))).first()
        return row.token if row else ""


def is_heard(field: Field, chunk: str) -> bool:
    """Was it kept already?"""
    with reading(field.newsroom.engine) as session:
        kept = select(MediaFile.id).where(MediaFile.kind == MediaKind.RAW_OUTPUT, MediaFile.name == chunk)
        return session.exec(kept).first() is not None


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that namespaces and servers go with us
    folder = Path(tempfile.mkdtemp(prefix="presstalk-scale-"))
    spaces = can_make_spaces()
    print(
        f"{TALKS} talks of {CHUNKS} chunks at {COST_S:g} s; network namespaces: {'yes' if spaces else 'no'}"
    )
    postgres = Postgres(folder)
    figures: list[Figure] = []
    try:
        took = {}
        for count in (1, 2, 4):
            took[count] = run(folder, postgres, count, spaces=spaces)
            print(f"  {count} workers: {took[count]:.1f} s", flush=True)
        chunks = TALKS * CHUNKS
        cost = (took[1] - chunks * COST_S) / chunks
        figures += [
            Figure(f"speed-up at {count} workers", took[1] / took[count], "x", None, (took[count],), least)
            for count, least in LEAST.items()
        ]
        figures.append(Figure("coordination a chunk, one worker", cost, "s", None))
        noticed, taken = harass(folder, postgres, spaces=spaces)
        figures.append(
            Figure("a lost worker is noticed, worst", max(noticed), "s", NOTICED_S, tuple(noticed))
        )
        if taken:
            median = statistics.median(taken)
            figures.append(Figure("its chunk is taken over, worst", max(taken), "s", TAKEN_OVER_S, (median,)))
        figures.append(Figure("talks there, once, after all that", TALKS, "", None, least=TALKS))
    finally:
        postgres.server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
    table = Table("what", "figure", "bar", "", box=None)
    for figure in figures:
        table.add_row(figure.name, figure.shown, figure.bar, "holds" if figure.holds else "DOES NOT HOLD")
    Console().print(table)
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
