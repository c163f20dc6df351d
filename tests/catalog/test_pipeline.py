"""From a link to an episode in review, on real parts: what comes well, what fails, and what is told of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from catalog.adding import Given, add_link
from catalog.db import reading, writing
from catalog.episodes import episode_from
from catalog.errors import StepFailed
from catalog.failures import may_pass
from catalog.jobs import cancel_job, job_lines, retry_job
from catalog.models import (
    Episode,
    EpisodeState,
    Job,
    JobState,
    MediaFile,
    MediaKind,
    Track,
    Utterance,
)
from catalog.newsroom import Newsroom
from catalog.reading import preview_page
from media.errors import Gone, Unreachable
from media.sources import recognise
from media.store import OWNED
from tests.catalog.newsrooms import (
    QUICK,
    WATCHED_CHILD,
    Site,
    at_work,
    episode_at,
    excerpt,
    journal_of,
    leftovers,
    newsroom_at,
    processes_with,
    record,
    serve,
    silence,
    work_off,
    work_until,
)


@dataclass
class Day:
    """A day in the newsroom: many links, good and bad, worked off by one worker."""

    newsroom: Newsroom
    site: Site
    slugs: dict[str, str]

    def episode(self, name: str) -> Episode:
        return episode_at(self.newsroom, self.slugs[name])

    def job(self, name: str) -> Job:
        with reading(self.newsroom.engine) as session:
            return session.exec(select(Job).where(Job.episode_id == self.episode(name).id)).one()

    def said(self, name: str) -> list[Utterance]:
        with reading(self.newsroom.engine) as session:
            rows = select(Utterance).join(Track).where(Track.episode_id == self.episode(name).id)
            return list(session.exec(rows.order_by(col(Utterance.position))).all())


def write_talks(folder: Path) -> None:
    excerpt(folder / "good.opus", 20)
    for number, name in enumerate(("busy", "cut-off", "balochi"), start=1):
        excerpt(folder / f"{name}.opus", 12, begin=10 * number)
    silence(folder / "silent.opus", 20)
    silence(folder / "long.opus", 100)
    record(folder / "mute.mp4", "-f", "lavfi", "-t", "2", "-i", "testsrc=s=64x64:r=5")
    (folder / "broken.opus").write_bytes(b"\x00\x01" * 5000)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("day")
    write_talks(folder)
    newsroom = newsroom_at(folder / "home", max_hours=0.025)
    with serve(folder) as site:
        site.moods = {"/busy.opus": [503, 503], "/cut-off.opus": ["cut", "cut"], "/away.opus": [503] * 99}
        names = ("good", "busy", "cut-off", "silent", "long", "broken", "gone", "away")
        day = Day(newsroom, site, {})
        for name in names:
            day.slugs[name] = add_link(newsroom, f"{site.address}/{name}.opus", Given(title=name)).slug
        day.slugs["mute"] = add_link(newsroom, f"{site.address}/mute.mp4", Given(title="mute")).slug
        given = Given(title="balochi", language="bal")
        day.slugs["balochi"] = add_link(newsroom, f"{site.address}/balochi.opus", given).slug
        work_off(newsroom)
        yield day


@pytest.mark.parametrize("name", ["good", "busy", "cut-off"])
def test_a_talk_comes_to_review_also_when_its_server_was_out_of_sorts(day: Day, name: str) -> None:
    episode = day.episode(name)
    assert (episode.state, episode.problem, day.job(name).state) == (EpisodeState.REVIEW, "", JobState.DONE)
    assert day.said(name)
    assert episode.duration_ms


def test_nothing_is_published_by_a_machine(day: Day) -> None:
    with reading(day.newsroom.engine) as session:
        assert session.exec(select(Episode).where(col(Episode.published_at).is_not(None))).all() == []


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("long", "too_long", "longer than"),
        ("mute", "no_audio", "no sound"),
        ("broken", "corrupt", "damaged"),
        ("gone", "not_found", "nothing at this address"),
        ("away", "server_error", "HTTP 503"),
    ],
)
def test_a_step_that_fails_leaves_its_sentence_on_the_episode(
    day: Day, name: str, code: str, words: str
) -> None:
    episode, job = day.episode(name), day.job(name)
    assert (episode.state, job.state) == (EpisodeState.NEW, JobState.FAILED)
    assert episode.problem_code == code
    assert words in episode.problem
    assert episode.problem == job.problem
    assert job.worker == "tester"


def test_only_what_may_pass_is_tried_again(day: Day) -> None:
    asked = day.site.asked
    assert asked.count("/away.opus") >= QUICK.attempts
    assert asked.count("/gone.opus") < QUICK.attempts
    assert day.episode("away").problem_retry
    assert not day.episode("gone").problem_retry
    assert may_pass(Unreachable("busy", "Busy."))
    assert not may_pass(Gone("gone", "Gone."))
    assert not may_pass(KeyError("a fault of ours"))


def test_silence_comes_to_review_with_a_word_about_it_and_a_page_that_can_be_read(day: Day) -> None:
    episode = day.episode("silent")
    assert (episode.state, day.said("silent")) == (EpisodeState.REVIEW, [])
    assert episode.problem_code == "nothing_heard"
    with reading(day.newsroom.engine) as session:
        page = preview_page(session, episode.slug)
    assert (page.turns, page.card.duration_ms // 1000) == ((), 20)


def test_speech_in_a_language_the_recogniser_does_not_know_is_one_honest_line(day: Day) -> None:
    (line,) = day.said("balochi")
    assert line.text == "[spoken in Balochi, not yet transcribed]"
    assert (line.start_ms, line.end_ms) == (0, day.episode("balochi").duration_ms)
    with reading(day.newsroom.engine) as session:
        track = session.exec(select(Track).where(Track.id == line.track_id)).one()
        raw = select(MediaFile).where(
            MediaFile.episode_id == track.episode_id, MediaFile.kind == MediaKind.RAW_OUTPUT
        )
        assert (track.engine, session.exec(raw).all()) == ("none", [])


def test_when_all_is_done_nothing_lies_around_but_what_a_retry_goes_on_with(day: Day) -> None:
    lying = [name.partition(OWNED)[0] for name in leftovers(day.newsroom)]
    assert lying in ([], [f"fetch-{day.episode('away').id}"])


def test_a_failure_survives_being_written_down() -> None:
    assert str(StepFailed("code", "A sentence.", True)) == "A sentence."


# ---- the same bytes by two addresses -----------------------------------------------------------------


def test_the_same_bytes_by_two_addresses_at_once_become_one_episode(tmp_path: Path) -> None:
    excerpt(tmp_path / "a.opus", 8)
    (tmp_path / "b.opus").write_bytes((tmp_path / "a.opus").read_bytes())
    newsroom = newsroom_at(tmp_path / "home")
    with serve(tmp_path) as site:
        urls = [f"{site.address}/{name}.opus" for name in "ab"]
        for url in urls:
            add_link(newsroom, url)
        work_off(newsroom)
    with reading(newsroom.engine) as session:
        episode = session.exec(select(Episode)).one()
        assert {job.state for job in session.exec(select(Job)).all()} == {JobState.DONE}
        assert {line.episode for line in job_lines(session)} == {episode.slug}
        assert [episode_from(session, recognise(url)).slug for url in urls] == [episode.slug] * 2  # type: ignore[union-attr]
        assert session.exec(select(func.count()).select_from(Track)).one() == 1
    assert (episode.state, leftovers(newsroom)) == (EpisodeState.REVIEW, [])


# ---- cancelling and going on --------------------------------------------------------------------------


def stage_of(newsroom: Newsroom, slug: str) -> str:
    with reading(newsroom.engine) as session:
        return next(line.stage for line in job_lines(session) if line.episode == slug)


def act(newsroom: Newsroom, what: object, slug: str) -> None:
    with writing(newsroom.engine) as session:
        what(session, slug)  # type: ignore[operator]


@pytest.mark.parametrize("stage", ["fetch", "prepare", "hear"])
def test_a_cancelled_step_stops_at_once_and_a_retry_goes_on_from_there(
    tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, stall = tmp_path / "journal", tmp_path / "stall"
    monkeypatch.setenv("JOURNAL", str(journal))
    monkeypatch.setenv("STALL", str(stall))
    excerpt(tmp_path / "talk.opus", 15)
    newsroom = newsroom_at(tmp_path / "home")
    task = {"fetch": "download", "prepare": "make_renditions", "hear": "hear"}[stage]
    stall.write_text(task)

    def began() -> bool:
        return any(line["task"] == task for line in journal_of(journal))

    with serve(tmp_path) as site, at_work(newsroom, child_command=WATCHED_CHILD) as working:
        slug = add_link(newsroom, f"{site.address}/talk.opus", Given(title="talk")).slug
        work_until(working, began)
        act(newsroom, cancel_job, slug)
        work_until(working, lambda: len(processes_with(str(journal))) == 0)
        stopped = episode_at(newsroom, slug)
        assert (stopped.state, stopped.problem_code) == (EpisodeState.NEW, "cancelled")
        finished = {line["task"] for line in journal_of(journal)} - {task}
        before = len(journal_of(journal))

        stall.unlink()
        act(newsroom, retry_job, slug)
        work_until(working, working.is_idle)
        again = {line["task"] for line in journal_of(journal)[before:]}
    assert episode_at(newsroom, slug).state is EpisodeState.REVIEW
    assert (finished - {"probe", "to_wav"}).isdisjoint(again)
    with reading(newsroom.engine) as session:
        assert len(session.exec(select(Track)).all()) == 1
    assert leftovers(newsroom) == []
