"""A machine's translation, by a real worker and a real recogniser: asked for, made, shown by nobody but a person."""

import sys
from pathlib import Path

import pytest
from sqlmodel import col, select

from catalog.adding import Given, add_file
from catalog.db import reading, writing
from catalog.errors import CatalogError, Conflict, InvalidQuery
from catalog.glosses import list_translations
from catalog.jobs import cancel_job, open_job, retry_job
from catalog.models import (
    AuditEvent,
    Begin,
    Chunk,
    Episode,
    EpisodeState,
    Job,
    JobState,
    MediaFile,
    MediaKind,
    Redaction,
    Track,
    TrackKind,
    Utterance,
)
from catalog.newsroom import Newsroom
from catalog.redaction.files import thin_chunk_file
from catalog.transcripts import current_track
from catalog.translating import ask_for_translation, why_no_translation, work_again
from catalog.translations import list_translation_lines, show_translation
from tests.catalog.newsrooms import episode_at, excerpt, leftovers, newsroom_at, work_off
from tests.catalog.test_commands import Run, run
from transcribe.timeline import Span
from transcribe.timeline import Utterance as Cue

__all__ = ["run"]

CHILD = (sys.executable, "-m", "tests.catalog.translating_child")


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """A talk of two chunks that was heard and is held to be in Urdu."""
    newsroom = newsroom_at(tmp_path / "home", voices=False)
    add_file(newsroom, excerpt(tmp_path / "talk.opus", 24), Given(title="talk"))
    work_off(newsroom)
    with writing(newsroom.engine) as session:
        episode = session.exec(select(Episode)).one()
        track = current_track(session, episode.id or 0)
        assert track
        episode.language = track.language = "ur"
        session.add_all([episode, track])
    return newsroom


def ask(newsroom: Newsroom) -> None:
    with writing(newsroom.engine) as session:
        ask_for_translation(session, "talk")


def last_job(newsroom: Newsroom) -> Job:
    with reading(newsroom.engine) as session:
        return session.exec(select(Job).order_by(col(Job.id).desc())).first()  # type: ignore[return-value]


def test_a_talk_is_translated_and_waits_until_a_person_shows_it(newsroom: Newsroom) -> None:
    ask(newsroom)
    work_off(newsroom, child_command=CHILD)
    assert (last_job(newsroom).state, last_job(newsroom).problem) == (JobState.DONE, "")
    with reading(newsroom.engine) as session:
        assert list_translations(session, 1) == [], "no reader sees it yet"
        (line,) = list_translation_lines(session, "talk")
        assert (line.language, line.by_human, line.shown, line.engine) == (
            "en",
            False,
            False,
            "faster-whisper",
        )
        track = session.get_one(Track, line.number)
        assert track.engine_options["task"] == "translate"
        said = session.exec(select(Utterance).where(Utterance.track_id == track.id)).all()
        assert len(said) == line.lines > 2 and all(one.words == [] and one.language == "en" for one in said)
        chunks = session.exec(select(Chunk).where(Chunk.track_id == track.id)).all()
        assert len(chunks) > 1 and all(chunk.media_file_id for chunk in chunks)
        source = current_track(session, 1)
        assert source and source.language == "ur" and source.id == track.source_track_id
        told = session.exec(select(AuditEvent).where(AuditEvent.act == "translation")).one()
        assert told.detail["act"] == "made" and said[0].text not in str(told.detail)
    assert episode_at(newsroom, "talk").state is EpisodeState.REVIEW
    with writing(newsroom.engine) as session:
        show_translation(session, "talk", line.number)
        assert [one.by_human for one in list_translations(session, 1)] == [False]
    assert leftovers(newsroom) == []


def test_a_model_that_cannot_translate_is_named_and_another_goes_on(newsroom: Newsroom) -> None:
    ask(newsroom)
    work_off(newsroom)  # the demo model as it is
    job = last_job(newsroom)
    assert job.state is JobState.FAILED and "PRESSTALK_TRANSLATOR" in job.problem
    assert episode_at(newsroom, "talk").problem_code == "cannot_translate"
    with writing(newsroom.engine) as session:
        retry_job(session, "talk")
    work_off(newsroom, child_command=CHILD)
    assert (last_job(newsroom).begins, last_job(newsroom).state) == (Begin.TRANSLATE, JobState.DONE)
    with reading(newsroom.engine) as session:
        assert len(session.exec(select(Track).where(Track.kind == TrackKind.TRANSLATION)).all()) == 1


def test_what_was_redacted_is_in_no_translation_and_in_no_file_of_it(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    with writing(newsroom.engine) as session:
        session.add(Redaction(episode_id=1, start_ms=3_000, end_ms=4_000, reason="safety", stage="done"))
    ask(newsroom)
    work_off(newsroom, child_command=CHILD)
    with reading(newsroom.engine) as session:
        track = session.exec(select(Track).where(Track.kind == TrackKind.TRANSLATION)).one()
        lines = session.exec(select(Utterance.text).where(Utterance.track_id == track.id)).all()
        assert len(lines) > 2 and "Asma Green" not in " ".join(lines)
        raw = session.exec(select(MediaFile).where(MediaFile.kind == MediaKind.RAW_OUTPUT)).all()
        texts = [
            newsroom.shelf.path(row.sha256).read_text() for row in raw if f"track-{track.id}-" in row.name
        ]
    assert texts and "Asma Green" not in "".join(texts)


def test_the_file_of_a_translation_loses_whole_sentences_to_a_redaction(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    ask(newsroom)
    work_off(newsroom, child_command=CHILD)
    with reading(newsroom.engine) as session:
        track = session.exec(select(Track).where(Track.kind == TrackKind.TRANSLATION)).one()
        row = session.exec(select(MediaFile).where(MediaFile.name == f"track-{track.id}-chunk-0")).one()
    file = tmp_path / "chunk.json"
    file.write_bytes(newsroom.shelf.path(row.sha256).read_bytes())
    assert "Asma Green" in file.read_text()
    thin_chunk_file(file, [Span(3_000, 3_100)])
    assert "Asma" not in file.read_text() and "[…]" in file.read_text()


@pytest.mark.parametrize("change", ["english", "unheard", "no chunks"])
def test_what_cannot_be_translated_is_not_even_asked_for(newsroom: Newsroom, change: str) -> None:
    with writing(newsroom.engine) as session:
        episode, track = session.exec(select(Episode)).one(), current_track(session, 1)
        assert track
        if change == "english":
            episode.language = "en"
        elif change == "unheard":
            track.current = False
        else:
            for chunk in session.exec(select(Chunk)).all():
                session.delete(chunk)
        session.add_all([episode, track])
    with writing(newsroom.engine) as session, pytest.raises(CatalogError) as refused:
        work_again(session, "talk", Begin.TRANSLATE)
    assert isinstance(refused.value, InvalidQuery | Conflict) and refused.value.sentence


def test_it_is_asked_for_once_and_can_be_cancelled_and_gone_on_with(newsroom: Newsroom) -> None:
    ask(newsroom)
    with pytest.raises(Conflict):
        ask(newsroom)
    with writing(newsroom.engine) as session:
        cancel_job(session, "talk")
        assert open_job(session, 1) is None
        assert retry_job(session, "talk").begins is Begin.TRANSLATE


def test_hearing_anew_is_not_taken_for_done_because_of_a_translation(newsroom: Newsroom) -> None:
    ask(newsroom)
    work_off(newsroom, child_command=CHILD)
    with writing(newsroom.engine) as session:
        retry_job(session, "talk")
    work_off(newsroom)
    with reading(newsroom.engine) as session:
        originals = session.exec(select(Track).where(Track.kind == TrackKind.ORIGINAL)).all()
        assert [track.current for track in originals] == [False, True]
        assert list_translation_lines(session, "talk")[0].is_of_this_run is False


def test_what_is_no_english_is_refused_and_nothing_is_not_a_translation() -> None:
    urdu = [Cue(0, 4_000, "آپ سب کو اس بات چیت میں خوش آمدید کہتی ہوں", "en")]
    problem = why_no_translation(urdu)
    assert problem and "does not translate" in problem.sentence and problem.code == "untranslated"
    assert why_no_translation([]) is not None
    assert why_no_translation([Cue(0, 4_000, "Welcome to all of you.", "en")]) is None


def test_the_command_asks_for_it(run: Run, tmp_path: Path) -> None:
    assert run("translate", "nothing").err.startswith("Not done: ")
    assert "--from translate" not in run("retry", "--help").err
