"""Several workers for one newsroom: chunks shared, the dead and the hung taken over, the late kept from writing."""

import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from dbos import DBOS
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from catalog import pipeline, pulse
from catalog.adding import Given, add_link
from catalog.db import LONGEST_SILENCE_S, connect, found_revision, reading, writing
from catalog.errors import NotAllowed
from catalog.fairness import Asked, choose_next
from catalog.models import EpisodeState, Job, JobState, Person, Track, Utterance, Worker
from catalog.models.columns import UTCDateTime, now
from catalog.newsroom import Newsroom, open_newsroom
from catalog.pulse import Fenced, Life, fence_off, has_worker, others
from catalog.settings import Settings
from tests.catalog.newsrooms import (
    Site,
    WorkerProcess,
    at_work,
    episode_at,
    excerpt,
    journal_of,
    leftovers,
    newsroom_at,
    only_job,
    serve,
    wait_until,
    work_off,
    work_until,
)
from tests.catalog.old_schemas import load
from tests.conftest import Postgres

LIVE = ("catalog.cli", "work")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "site").mkdir()
    excerpt(tmp_path / "site/talk.opus", 48)
    with serve(tmp_path / "site") as site:
        yield site


def add_talk(newsroom: Newsroom, site: Site) -> str:
    return add_link(newsroom, f"{site.address}/talk.opus", Given(title="talk", language="en")).slug


def said(newsroom: Newsroom) -> Sequence[tuple[int, int, str, list[object]]]:
    with reading(newsroom.engine) as session:
        assert len(session.exec(select(Track)).all()) == 1
        rows = session.exec(select(Utterance).order_by(col(Utterance.position))).all()
        return [(row.start_ms, row.end_ms, row.text, row.words) for row in rows]


def heard(journal: Path) -> list[tuple[int, str]]:
    return sorted((line["start_ms"], line["by"]) for line in journal_of(journal) if line["task"] == "hear")


def test_chunks_heard_by_several_are_joined_exactly_as_by_one(
    tmp_path: Path, site: Site, postgres_url: str
) -> None:
    alone = newsroom_at(tmp_path / "alone", voices=False)
    slug = add_talk(alone, site)
    work_off(alone)

    shared = newsroom_at(tmp_path / "shared", voices=False, database_url=postgres_url)
    add_talk(shared, site)
    journal = tmp_path / "journal"
    rooms = [
        newsroom_at(tmp_path / "shared", voices=False, database_url=postgres_url, worker_name=name)
        for name in ("one", "two")
    ]
    workers = [WorkerProcess(room, journal) for room in rooms]
    told = [worker.finish() for worker in workers]

    assert only_job(shared).state is JobState.DONE, told
    assert episode_at(shared, slug).state is EpisodeState.REVIEW
    assert said(shared) == said(alone) != []
    chunks = heard(journal)
    assert len(chunks) >= 3
    assert len({start for start, _ in chunks}) == len(chunks), "a chunk was heard twice"
    assert {by for _, by in chunks} == {"one", "two"}
    assert leftovers(shared) == []


def test_a_worker_that_hung_is_taken_over_and_writes_nothing_when_it_comes_back(
    tmp_path: Path, site: Site
) -> None:
    room = newsroom_at(tmp_path / "home", voices=False)
    slug = add_talk(room, site)
    hung = WorkerProcess(room, tmp_path / "journal", *LIVE)
    wait_until(lambda: only_job(room).stage in ("prepare", "hear"))
    hung.process.send_signal(signal.SIGSTOP)
    try:
        other = newsroom_at(tmp_path / "home", voices=False, worker_name="other")
        with at_work(other, dead_after=timedelta(seconds=3)) as working:
            work_until(working, working.is_idle)
        before = said(room)
    finally:
        hung.process.send_signal(signal.SIGCONT)
    told = hung.finish()
    assert "silent for too long" in told
    assert "Traceback" not in told
    assert hung.process.returncode == 1
    assert (only_job(room).state, only_job(room).worker) == (JobState.DONE, "other")
    assert episode_at(room, slug).state is EpisodeState.REVIEW
    assert said(room) == before != []
    with at_work(other):
        pass
    assert leftovers(room) == []


def test_postgresql_restarted_under_load_is_waited_for_and_nothing_is_done_twice(
    tmp_path: Path, site: Site
) -> None:
    folder = Path(tempfile.mkdtemp(prefix="presstalk-pg-"))
    postgres = Postgres(folder)
    try:
        url = postgres.url(postgres.create())
        room, journal = newsroom_at(tmp_path / "home", voices=False, database_url=url), tmp_path / "journal"
        slug = add_talk(room, site)
        worker = WorkerProcess(room, journal)
        wait_until(lambda: heard(journal) != [])
        room.engine.dispose()
        postgres.server.stop()  # every connection is cut at once
        postgres.server.start()
        told = worker.finish()
        assert only_job(room).state is JobState.DONE, told
        assert episode_at(room, slug).state is EpisodeState.REVIEW
        positions = [start for start, _, text, _ in said(room) if text]
        assert positions == sorted(set(positions))
        assert leftovers(room) == []
        room.engine.dispose()
    finally:
        postgres.server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def test_what_a_late_worker_meets_is_no_failure_of_the_talk(
    tmp_path: Path, site: Site, postgres_url: str
) -> None:
    """The chunk of one that hung is heard by another while it comes back; the queue knows no fence."""
    room = newsroom_at(tmp_path / "home", voices=False, database_url=postgres_url, worker_name="near")
    slug = add_talk(room, site)
    far = newsroom_at(tmp_path / "home", voices=False, database_url=postgres_url, worker_name="far")
    journal = tmp_path / "journal"
    late = WorkerProcess(far, journal, KINDS="gpu")
    with at_work(room, dead_after=timedelta(seconds=3)) as working:
        work_until(working, lambda: heard(journal) != [])
        late.process.send_signal(signal.SIGSTOP)
        token = token_of(room, "far")
        work_until(working, lambda: token_of(room, "far") != token)
        late.process.send_signal(signal.SIGCONT)
        work_until(working, working.is_idle)
    late.process.kill()
    told = late.finish()
    assert only_job(room).state is JobState.DONE, (only_job(room).problem, told)
    assert episode_at(room, slug).state is EpisodeState.REVIEW
    assert said(room) != []


def token_of(newsroom: Newsroom, name: str) -> str:
    with reading(newsroom.engine) as session:
        found = session.exec(select(Worker.token).where(Worker.name == name, col(Worker.fenced).is_(False)))
        return found.first() or ""


def test_work_that_is_in_nobodys_hands_is_gone_on_with(tmp_path: Path, site: Site, postgres_url: str) -> None:
    """As when one that was fenced off took something from the queue before it found out."""
    room = newsroom_at(tmp_path / "home", voices=False, database_url=postgres_url)
    slug = add_talk(room, site)
    gone = WorkerProcess(room, tmp_path / "journal")
    wait_until(lambda: heard(tmp_path / "journal") != [])
    gone.kill(group=True)
    with writing(room.engine) as session:
        session.execute(sa.delete(Worker))
    work_off(room)
    assert episode_at(room, slug).state is EpisodeState.REVIEW
    assert leftovers(room) == []


def test_who_only_hears_begins_no_episode_and_both_together_finish_it(tmp_path: Path, site: Site) -> None:
    room = newsroom_at(tmp_path / "home", voices=False)
    add_talk(room, site)
    journal = tmp_path / "journal"
    hearing = newsroom_at(tmp_path / "home", voices=False, worker_name="ears")
    ears = WorkerProcess(hearing, journal, KINDS="gpu")
    wait_until(lambda: has_worker(room))
    with at_work(room, kinds=("cpu",)) as working:
        work_until(working, working.is_idle)
    ears.finish()
    assert {by for _, by in heard(journal)} == {"ears"}
    assert {line["task"] for line in journal_of(journal)} == {"hear"}
    assert only_job(room).state is JobState.DONE


def test_work_left_by_other_rules_is_begun_anew_from_what_there_is(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, journal = newsroom_at(tmp_path / "home", voices=False), tmp_path / "journal"
    add_talk(room, site)
    before = WorkerProcess(room, journal)
    wait_until(lambda: len(heard(journal)) >= 2)
    before.kill(group=True)
    begun, asked = only_job(room).workflow_id, len(site.asked)
    monkeypatch.setattr(pipeline, "RULES", pipeline.RULES + 1)
    with writing(room.engine) as session:
        session.exec(select(Worker)).one().seen_at = now().replace(year=2020)  # half a minute goes by
    work_off(room)
    assert (only_job(room).state, only_job(room).workflow_id != begun) == (JobState.DONE, True)
    assert len(site.asked) == asked, "it was fetched again"


# ---- lives, fences, watches -------------------------------------------------------------------------------


def life(url: str, name: str = "w", machine: str = "here", rules: int = 3) -> Life:
    one = Life(connect(url), machine, rules, ("cpu", "gpu"))
    assert one.begin(name)
    return one


def row_of(url: str, one: Life) -> Worker:
    with reading(connect(url)) as session:
        return session.exec(select(Worker).where(Worker.token == one.token)).one()


def test_a_fenced_worker_writes_nothing_whatever_it_still_does(tmp_path: Path, database_url: str) -> None:
    one = life(database_url)
    room = Newsroom(Settings(home=tmp_path, database_url=database_url), fence=one.hold)
    with writing(room.engine) as session:
        session.add(Person(slug="before", name="Before"))
    one.beat()
    assert fence_off(connect(database_url), row_of(database_url, one))
    with pytest.raises(Fenced), writing(room.engine) as session:
        session.add(Person(slug="late", name="Late"))
    with pytest.raises(Fenced):
        one.beat()
    with reading(room.engine) as session:
        assert session.exec(select(Person.slug)).all() == ["before"]


def test_one_that_shows_up_in_the_last_moment_is_not_fenced(database_url: str) -> None:
    one = life(database_url)
    looked_at = row_of(database_url, one)
    one.beat()
    assert not fence_off(connect(database_url), looked_at)
    one.beat()


def test_a_name_at_work_elsewhere_is_not_taken_and_an_earlier_life_here_is(database_url: str) -> None:
    first = life(database_url, machine="there")
    assert not Life(connect(database_url), "here", 3, ()).begin("w")
    again = life(database_url, machine="there")
    with pytest.raises(Fenced):
        first.beat()
    again.beat()
    with reading(connect(database_url)) as session:
        (left,) = others(session, again.token)
    assert (left.token, left.fenced, left.name.startswith("w #")) == (first.token, True, True)


def test_workers_of_other_rules_refuse_politely_while_those_live(database_url: str) -> None:
    old = life(database_url, "old", rules=2)
    with pytest.raises(NotAllowed, match=r"old.*Stop them first"):
        life(database_url, "new", rules=3)
    same = life(database_url, "same", rules=2)  # a newer version with the same rules works beside it
    for one in (old, same):
        one.end()
    life(database_url, "new", rules=3)


def test_no_schema_is_changed_under_workers_of_the_version_before(
    tmp_path: Path, bare_database_url: str
) -> None:
    load(bare_database_url, "0007")
    url = Settings(home=tmp_path / "home", database_url=bare_database_url)

    def seen(at: datetime) -> None:
        with connect(bare_database_url).begin() as connection:
            moment = sa.bindparam("at", at, type_=UTCDateTime)
            connection.execute(sa.text("UPDATE worker SET seen_at = :at").bindparams(moment))

    seen(now())
    with pytest.raises(NotAllowed, match="version before are at work"):
        open_newsroom(url)
    assert found_revision(bare_database_url) == "0007"
    seen(now().replace(year=2020))
    open_newsroom(url)


def test_a_clock_that_is_ten_years_off_kills_nobody(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = life(database_url)
    watch = pulse.Lookout(timedelta(seconds=20))
    assert watch.silent({one.token: row_of(database_url, one).beat}, 0.0) == set()
    monkeypatch.setattr(pulse, "now", lambda: now().replace(year=2016))
    one.beat()
    assert watch.silent({one.token: row_of(database_url, one).beat}, 19.0) == set()
    monkeypatch.setattr(pulse, "now", lambda: now().replace(year=2036))
    one.beat()
    assert watch.silent({one.token: row_of(database_url, one).beat}, 38.0) == set()
    assert watch.silent({one.token: row_of(database_url, one).beat}, 58.0) == {one.token}


def test_a_beat_waits_for_no_writer(postgres_url: str) -> None:
    one = life(postgres_url)
    with writing(connect(postgres_url)) as session:
        session.execute(sa.text("UPDATE change_sequence SET number = number"))
        one.beat()
    assert row_of(postgres_url, one).beat == 1


def test_who_is_cut_off_within_a_beat_leaves_nothing_locked(postgres_url: str) -> None:
    """No word has to follow for a beat to hold: one that never comes would leave the row locked."""
    one, engine, others_see = life(postgres_url), connect(postgres_url), []
    beats = sa.select(col(Worker.beat))
    elsewhere = sa.create_engine(postgres_url)

    def look(*_: object) -> None:
        with elsewhere.connect() as another:
            others_see.append(another.execute(beats).scalar_one())

    sa.event.listen(engine, "after_cursor_execute", look)
    try:
        one.beat()
    finally:
        sa.event.remove(engine, "after_cursor_execute", look)
        elsewhere.dispose()
    assert others_see[-1] == 1


def test_who_hangs_with_the_record_in_hand_is_ended_before_it_is_missed() -> None:
    assert pulse.DEAD_AFTER.total_seconds() >= LONGEST_SILENCE_S


# ---- whose turn it is ---------------------------------------------------------------------------------------


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from("abc")), max_size=30),
    st.lists(st.tuples(st.booleans(), st.sampled_from("abc")), max_size=8),
    st.integers(0, 10),
)
def test_people_always_come_first_and_no_source_keeps_another_waiting(
    waiting: list[tuple[bool, str]], in_hand: list[tuple[bool, str]], room: int
) -> None:
    asked = [Asked(n, *one) for n, one in enumerate(waiting)]
    held = [Asked(1000 + n, *one) for n, one in enumerate(in_hand)]
    chosen = choose_next(asked, held, room)
    people = [job.id for job in asked if job.waited_for]
    assert chosen[: len(people)] == people
    rest = [asked[number] for number in chosen[len(people) :]]
    taken = [job for job in held if not job.waited_for] + rest
    assert len(rest) <= max(0, room - (len(taken) - len(rest)))
    left = {job.source for job in asked if not job.waited_for and job.id not in chosen}
    counts = {source: sum(job.source == source for job in taken) for source in "abc"}
    before = {source: sum(job.source == source for job in held if not job.waited_for) for source in "abc"}
    for source in {job.source for job in rest}:
        assert all(counts[source] <= max(counts[other] + 1, before[source]) for other in left)


def test_what_a_feed_brings_waits_behind_what_a_person_adds(tmp_path: Path) -> None:
    room = newsroom_at(tmp_path / "home", voices=False)
    add_link(room, "https://example.org/old", Given(later=True))
    add_link(room, "https://example.org/new")
    with reading(room.engine) as session:
        jobs = session.exec(select(Job).order_by(col(Job.id))).all()
    assert [job.waited_for for job in jobs] == [False, True]


def test_each_kind_of_work_has_its_own_limits(tmp_path: Path) -> None:
    """A worker hears one chunk at a time, whatever else it does; all workers together keep to the limit of the kind."""
    room = newsroom_at(tmp_path / "home", voices=False, worker_concurrency=4, queue_limits="cpu=3,gpu=2")
    with at_work(room):
        queues = [DBOS.retrieve_queue(pipeline.QUEUES[kind]) for kind in ("cpu", "gpu")]
        assert [(one.worker_concurrency, one.global_concurrency) for one in queues if one] == [(3, 3), (1, 2)]


@pytest.mark.parametrize("limits", ["cpu", "cpu=0", "tpu=2", "cpu=8;gpu=2"])
def test_limits_that_cannot_be_read_are_refused(limits: str) -> None:
    with pytest.raises(ValueError, match="cpu=8,gpu=2"):
        Settings(queue_limits=limits)
    assert Settings(queue_limits="gpu=2").limit_of("gpu") == 2
    assert Settings().limit_of("cpu") is None
