"""Telling voices apart and naming them, in the pipeline: a whole talk by the real parts, and what stays when it is
done again."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from catalog.adding import Given, add_file
from catalog.db import reading, writing
from catalog.errors import Conflict, InvalidQuery
from catalog.given_turns import separate_again
from catalog.jobs import retry_job
from catalog.models import Begin, SpeakerLabel, Turn, Utterance
from catalog.newsroom import Newsroom
from catalog.people import CastLine
from catalog.separating import voices_to_expect
from catalog.speakers import name_label, withhold_label
from catalog.transcripts import current_track, read_turns
from media.ffmpeg import ffmpeg_path
from tests.catalog.newsrooms import (
    TALK,
    WATCHED_CHILD,
    episode_at,
    excerpt,
    give_voices,
    journal_of,
    leftovers,
    newsroom_at,
    silence,
    work_off,
)
from transcribe.rttm import TurnsUnreadable

TRUTH = json.loads(TALK.with_suffix(".json").read_text())
ASMA, HAMID, KARIMA = (person["name"] for person in TRUTH["cast"])


@dataclass
class Told:
    """A talk in a newsroom, worked on by a worker whose children's tasks are noted."""

    newsroom: Newsroom
    slug: str
    journal: Path

    def work(self) -> list[str]:
        """Do all there is to do; the tasks children were given."""
        before = len(journal_of(self.journal))
        work_off(self.newsroom, child_command=WATCHED_CHILD)
        return [line["task"] for line in journal_of(self.journal)[before:]]

    def again(self, begins: Begin) -> list[str]:
        with writing(self.newsroom.engine) as session:
            retry_job(session, self.slug, begins)
        return self.work()

    def printed(self) -> list[tuple[str, str]]:
        with reading(self.newsroom.engine) as session:
            turns = read_turns(session, self._id(session))
            return [(turn.speaker.name, turn.speaker.certainty) for turn in turns]

    def words(self) -> list[str]:
        with reading(self.newsroom.engine) as session:
            track = current_track(session, self._id(session))
            query = select(Utterance).where(Utterance.track_id == track.id).order_by(col(Utterance.position))
            return [word[2] for row in session.exec(query) for word in row.words]

    def label_of(self, name: str) -> str:
        with reading(self.newsroom.engine) as session:
            turns = read_turns(session, self._id(session))
            return next(turn.speaker.label for turn in turns if turn.speaker.name == name)

    def _id(self, session: Session) -> int:
        return episode_at(self.newsroom, self.slug).id or 0


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    """A whole demo talk, added with its description."""
    journal = tmp_path / "journal"
    monkeypatch.setenv("JOURNAL", str(journal))
    newsroom = newsroom_at(tmp_path / "home", chunk_minutes=1)
    added = add_file(newsroom, TALK, Given(title=TRUTH["title"], summary=TRUTH["description"]))
    return Told(newsroom, added.slug, journal)


def test_a_talk_gets_the_names_of_its_cast_and_keeps_what_people_decide(told: Told) -> None:
    tasks = told.work()
    assert (tasks.count("separate"), tasks.count("name")) == (1, 1)
    assert {name for name, _ in told.printed()} == {ASMA, HAMID, KARIMA}
    assert {certainty for _, certainty in told.printed()} <= {"named", "probable"}
    assert speech_under_right_name(told) > 0.9
    assert leftovers(told.newsroom) == [], "nothing of the voices lies around"

    first, words = told.printed(), told.words()
    with writing(
        told.newsroom.engine
    ) as session:  # whoever Hamid's voice was given to: a person knows better
        name_label(session, told.slug, told.label_of(HAMID), by="tester", shown_as="A. Visitor")
        withhold_label(session, told.slug, told.label_of(KARIMA), by="tester")
    decided = told.printed()
    assert {ASMA, "A. Visitor", "Name withheld"} == {name for name, _ in decided}

    assert told.again(Begin.NAME) == ["name"]
    assert told.printed() == decided, "naming again asks nobody who was decided on"

    assert "hear" not in told.again(Begin.SEPARATE)
    assert told.words() == words
    assert told.printed() == decided, "a new run takes over what people decided"
    with reading(told.newsroom.engine) as session:
        runs = session.exec(select(SpeakerLabel.run)).all()
        assert set(runs) == {1, 2}, "the earlier run is still there"
    assert len(first) == len(decided)


def speech_under_right_name(told: Told) -> float:
    """The share of the talk, by time, that stands under the name of whoever said it."""
    right = total = 0
    with reading(told.newsroom.engine) as session:
        turns = read_turns(session, episode_at(told.newsroom, told.slug).id or 0)
    for sentence in TRUTH["sentences"]:
        begin, end = round(1000 * sentence["start"]), round(1000 * sentence["end"])
        total += end - begin
        for turn in turns:
            if turn.speaker.name == sentence["speaker"]:
                right += max(0, min(end, turn.end_ms) - max(begin, turn.start_ms))
    return right / total


def test_without_the_voice_encoder_all_is_one_voice_and_the_episode_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = tmp_path / "journal"
    monkeypatch.setenv("JOURNAL", str(journal))
    newsroom = newsroom_at(tmp_path / "home", chunk_minutes=1, voices=False)
    added = add_file(
        newsroom, excerpt(tmp_path / "a.opus", 50), Given(title="A", summary=TRUTH["description"])
    )
    told = Told(newsroom, added.slug, journal)
    told.work()
    episode = episode_at(newsroom, added.slug)
    assert (episode.state.value, episode.problem_code) == ("review", "voice_model_missing")
    assert "presstalk models fetch voices" in episode.problem
    assert told.printed() == [("Unconfirmed voice 1", "unconfirmed")]

    words = told.words()
    give_voices(newsroom)
    assert "hear" not in told.again(Begin.SEPARATE)
    assert told.words() == words
    assert len({name for name, _ in told.printed()}) > 1
    assert episode_at(newsroom, added.slug).problem == ""


def test_two_tracks_are_two_people_however_alike(tmp_path: Path) -> None:
    """The same computer voice on both channels, one after the other: only the channel tells them apart."""
    newsroom = newsroom_at(tmp_path / "home", chunk_minutes=1)
    both = tmp_path / "both.opus"
    first, second = (excerpt(tmp_path / f"{begin}.opus", 9, begin=begin) for begin in (0, 9))
    graph = "[0:a]apad=whole_dur=18[l];[1:a]adelay=9000|9000,apad=whole_dur=18[r];[l][r]join=2:stereo"
    command = [ffmpeg_path(), "-nostdin", "-v", "error", "-i", first, "-i", second, "-filter_complex", graph]
    subprocess.run([*command, "-c:a", "libopus", both], check=True)
    added = add_file(newsroom, both, Given(title="Two tracks"))
    work_off(newsroom)
    with reading(newsroom.engine) as session:
        alone = select(SpeakerLabel.label, Turn.start_ms).join(Turn).where(col(Turn.overlap).is_(False))
        turns = session.exec(alone).all()
        assert {label for label, _ in turns} == {"S1", "S2"}
        assert all((start < 9000) == (label == "S1") for label, start in turns)
    assert leftovers(newsroom) == []
    assert episode_at(newsroom, added.slug).problem == ""


def test_turns_another_tool_made_are_taken_named_and_lie_nowhere_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = tmp_path / "journal"
    monkeypatch.setenv("JOURNAL", str(journal))
    newsroom = newsroom_at(tmp_path / "home", chunk_minutes=1)
    added = add_file(newsroom, excerpt(tmp_path / "a.opus", 40), Given(title="Given turns"))
    told = Told(newsroom, added.slug, journal)
    told.work()
    before, words = told.printed(), told.words()

    rttm = tmp_path / "turns.rttm"
    for bad, said in (
        ("SPEAKER a 1 x 3 <NA> <NA> A\n", "is no turn"),
        ("SPEAKER a 1 0 3000 <NA> <NA> A\n", "another recording"),
        ("; nobody\n", "no turns"),
    ):
        rttm.write_text(bad)
        with pytest.raises((TurnsUnreadable, InvalidQuery), match=said):
            separate_again(newsroom, added.slug, rttm)
    assert told.work() == [], "nothing was queued"
    assert told.printed() == before

    rttm.write_text(
        "SPEAKER a 1 0 12 <NA> <NA> left\nSPEAKER a 1 5 7 <NA> <NA> left\nSPEAKER a 1 12 28.4 <NA> <NA> right\n"
    )
    separate_again(newsroom, added.slug, rttm)
    assert "hear" not in told.work()
    assert told.words() == words
    with reading(newsroom.engine) as session:
        turns = session.exec(
            select(SpeakerLabel.label, Turn.start_ms).join(Turn).where(SpeakerLabel.run == 2)
        ).all()
    length = episode_at(newsroom, added.slug).duration_ms or 0
    assert turns == [("left", 0), ("right", 12_000)], length
    assert leftovers(newsroom) == []

    separate_again(newsroom, added.slug)
    told.work()
    assert told.printed() == before, "our own turns again"


@pytest.mark.parametrize("seconds", [3, 20])
def test_silence_has_no_voices_and_says_so(tmp_path: Path, seconds: int) -> None:
    newsroom = newsroom_at(tmp_path / "home", chunk_minutes=1)
    added = add_file(newsroom, silence(tmp_path / "s.opus", seconds), Given(title="Nothing", language="en"))
    work_off(newsroom)
    assert episode_at(newsroom, added.slug).problem_code == "nothing_heard"
    with reading(newsroom.engine) as session:
        assert session.exec(select(SpeakerLabel)).all() == []


def test_names_can_be_asked_for_again_only_where_something_was_heard(tmp_path: Path) -> None:
    newsroom = newsroom_at(tmp_path / "home")
    added = add_file(newsroom, excerpt(tmp_path / "a.opus", 5), Given(title="A"))
    with writing(newsroom.engine) as session, pytest.raises(Conflict, match="being worked on"):
        retry_job(session, added.slug, Begin.NAME)


def test_what_is_retried_goes_on_where_the_job_began(tmp_path: Path) -> None:
    newsroom = newsroom_at(tmp_path / "home")
    added = add_file(newsroom, excerpt(tmp_path / "a.opus", 5), Given(title="A"))
    work_off(newsroom)
    with writing(newsroom.engine) as session:
        job = retry_job(session, added.slug, Begin.SEPARATE)
        job.state = "failed"
        session.add(job)
        session.flush()
        assert retry_job(session, added.slug).begins is Begin.SEPARATE


def line(role: str, confirmed: bool = True) -> CastLine:
    return CastLine("slug", "A Name", role, "", "", confirmed)


@pytest.mark.parametrize(
    ("cast", "expected"),
    [
        ([], (None, None)),
        ([line("moderator"), line("guest")], (2, None)),
        ([line("moderator"), line("guest", confirmed=False)], (2, 3)),
        ([line("guest"), line("guest")], (3, 4)),
        ([line("host")], (1, None)),
        ([line("guest")] * 12, (13, 14)),
    ],
)
def test_only_a_confirmed_cast_with_its_moderator_is_believed_to_be_whole(
    cast: list[CastLine], expected: tuple[int | None, int | None]
) -> None:
    assert voices_to_expect(cast) == expected
