"""A line of a translation written anew: marked as a person's, kept as it came, never over somebody else's."""

import pytest
from sqlmodel import Session, select

from catalog.audit import Actor, acting, verify_log
from catalog.db import reading, writing
from catalog.editing import LONGEST_TEXT, ChangedMeanwhile, stamp_of
from catalog.errors import InvalidQuery, NotFound
from catalog.glosses import list_translations, read_translation, spoken_beside
from catalog.models import AuditWords, Correction, Episode, Redaction, Track, Utterance
from catalog.newsroom import Newsroom
from catalog.redaction.rows import take_out_words
from catalog.transcripts import Passage, read_turns
from catalog.translated_lines import lines_to_edit, write_line
from catalog.translations import import_translation
from tests.catalog.test_translations import SRT
from tests.web.newsrooms import URDU, newsroom_at, put
from transcribe.timeline import Span

MINA = Actor("Mina")


@pytest.fixture
def room(tmp_path, database_url: str) -> Newsroom:
    newsroom = newsroom_at(tmp_path / "home", database_url)
    put(newsroom, "urdu", URDU)
    with writing(newsroom.engine) as session:
        import_translation(session, "urdu", SRT.encode(), "a.srt", "en", by_machine=True)
    return newsroom


def lines(session: Session) -> list[Utterance]:
    track = session.exec(select(Track).where(Track.language == "en")).one()
    here = select(Utterance).where(Utterance.track_id == track.id).order_by(Utterance.position)
    return list(session.exec(here))


def write(room: Newsroom, place: int, text: str, seen: str | None = None) -> str:
    with acting(room.engine, MINA) as session:
        line = lines(session)[place]
        stamp = stamp_of(line) if seen is None else seen
        return write_line(session, "urdu", line.track_id, line.id or 0, text, stamp)[1]


def test_readers_see_it_and_are_told_that_people_mended_lines(room: Newsroom) -> None:
    with reading(room.engine) as session:
        assert not list_translations(session, 1)[0].in_places
        before = session.get_one(Episode, 1).revision
    assert write(room, 0, "  Welcome,\n all of you. ") == "Saved."
    with reading(room.engine) as session:
        assert read_translation(session, 1, "en")[0].text == "Welcome, all of you."
        (told,) = list_translations(session, 1)
        assert (told.by_human, told.in_places) == (False, True)
        assert session.get_one(Episode, 1).revision > before
        track = session.exec(select(Track).where(Track.language == "en")).one()
        first, second = lines_to_edit(session, track, read_turns(session, 1))
        assert (first.came, second.came) == ("Welcome to a talk that never was.", "")
        assert (first.row.checked_by, second.row.checked_by) == ("Mina", "")
        assert verify_log(session).broken is None
    assert write(room, 1, "The BBC is named in it.") == "Marked as checked."
    with reading(room.engine) as session:
        assert list_translations(session, 1)[0].by_human, "a person stands by each line of it"


def test_what_it_came_as_is_kept_through_every_change_and_is_no_news_when_it_is_back(room: Newsroom) -> None:
    for text in ("One.", "Two."):
        write(room, 0, text)
    with reading(room.engine) as session:
        track = session.exec(select(Track).where(Track.language == "en")).one()
        assert lines_to_edit(session, track, [])[0].came == "Welcome to a talk that never was."
    write(room, 0, "Welcome to a talk that never was.")
    with reading(room.engine) as session:
        assert lines_to_edit(session, track, [])[0].came == ""


def test_nobody_writes_over_what_they_did_not_see(room: Newsroom) -> None:
    with reading(room.engine) as session:
        seen = stamp_of(lines(session)[0])
    write(room, 0, "Mina was quicker.")
    with pytest.raises(ChangedMeanwhile) as told:
        write(room, 0, "Zarin came later.", seen)
    assert told.value.text == "Mina was quicker."
    assert write(room, 0, "Zarin came later.", told.value.stamp) == "Saved."


@pytest.mark.parametrize("text", ["", " \n ", "x" * (LONGEST_TEXT + 1)])
def test_what_is_no_line_is_refused(room: Newsroom, text: str) -> None:
    with pytest.raises(InvalidQuery):
        write(room, 0, text)


def test_a_line_of_the_transcript_is_not_written_by_this_way(room: Newsroom) -> None:
    with acting(room.engine, MINA) as session:
        track_id = lines(session)[0].track_id
        spoken = session.exec(select(Utterance).where(Utterance.track_id != track_id)).first()
        assert spoken is not None
        with pytest.raises(NotFound):
            write_line(session, "urdu", track_id, spoken.id or 0, "x", stamp_of(spoken))
        with pytest.raises(NotFound):
            write_line(session, "urdu", spoken.track_id, spoken.id or 0, "x", stamp_of(spoken))


def test_what_is_taken_out_for_good_is_in_no_earlier_wording_either(room: Newsroom) -> None:
    write(room, 0, "Zephyrine welcomes you.")
    write(room, 0, "Zephyrine and others welcome you.")
    with writing(room.engine) as session:
        session.add(Redaction(episode_id=1, start_ms=4_000, end_ms=8_000, reason="a promise"))
        take_out_words(session, 1, [Span(4_000, 8_000)])
    with reading(room.engine) as session:
        kept = [row.words for row in session.exec(select(AuditWords))]
        kept += [[row.before, row.after] for row in session.exec(select(Correction))]
        kept += [line.text for line in lines(session)]
        assert "Zephyrine" not in str(kept)


def test_every_paragraph_that_was_spoken_stands_beside_one_line() -> None:
    said = [Passage(n, n * 1000, n * 1000 + 900, "a", "ur") for n in range(5)]
    assert spoken_beside(said, []) == []
    assert spoken_beside([], [Utterance(start_ms=0, end_ms=1)]) == [[]]  # type: ignore[call-arg]
    some = [Utterance(start_ms=at, end_ms=at + 500) for at in (4_000, 1_000, 9_000)]  # type: ignore[call-arg]
    assert sorted(place for places in spoken_beside(said, some) for place in places) == [0, 1, 2, 3, 4]
