"""Memory stays flat however long a talk is: worker and children over 10 and 40 minutes of sound."""

from pathlib import Path

from sqlmodel import func, select

from catalog.adding import add_file
from catalog.db import reading
from catalog.models import JobState, Utterance
from tests.catalog.newsrooms import WorkerProcess, newsroom_at, only_job, peaks_of, record

MOST_GROWTH_KB = 60 * 1024


def test_forty_minutes_of_sound_take_hardly_more_memory_than_ten(tmp_path: Path) -> None:
    houses, workers = {}, {}
    for minutes in (10, 40):
        tone = f"sine=f=220:r=8000:d={minutes * 60}"
        talk = record(tmp_path / f"{minutes}.flac", "-f", "lavfi", "-i", tone)
        houses[minutes] = newsroom_at(tmp_path / str(minutes), chunk_minutes=2)
        add_file(houses[minutes], talk)
        workers[minutes] = WorkerProcess(houses[minutes], tmp_path / f"journal-{minutes}", DEAF="yes")
    said = {minutes: worker.finish() for minutes, worker in workers.items()}
    for minutes, house in houses.items():
        assert only_job(house).state is JobState.DONE, said[minutes]
        with reading(house.engine) as session:
            assert session.exec(select(func.count()).select_from(Utterance)).one() > minutes
    short, long = (peaks_of(tmp_path / f"journal-{minutes}") for minutes in (10, 40))
    assert (
        short.keys()
        == long.keys()
        == {"probe", "to_wav", "make_renditions", "cut", "hear", "separate", "worker"}
    )
    growth = {kind: long[kind] - short[kind] for kind in short}
    most = max(grown for kind, grown in growth.items() if kind != "worker")
    assert max(0, growth["worker"]) + max(0, most) <= MOST_GROWTH_KB, growth
