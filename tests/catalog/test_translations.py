"""Translations that come as files: what is taken, what is refused, what is never lost or told."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from catalog.db import reading, writing
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.glosses import read_translation
from catalog.models import AuditEvent, Episode, Redaction, Track, TrackKind, Utterance
from catalog.newsroom import Newsroom, open_newsroom
from catalog.redaction.rows import take_out_words
from catalog.settings import current
from catalog.transcripts import current_track
from catalog.translations import (
    check_translation,
    fit_cues,
    hide_translation,
    import_translation,
    list_translation_lines,
    read_cues,
    show_translation,
)
from tests.catalog.test_commands import Run, run
from tests.web.newsrooms import URDU, newsroom_at, put
from transcribe.timeline import Span

__all__ = ["run"]

SRT = """1
00:00:04,000 --> 00:00:08,000
Welcome to a talk that never was.

2
00:00:08,000 --> 00:00:12,500
The BBC is named in it.
"""


@pytest.fixture
def room(tmp_path, database_url: str) -> Newsroom:
    newsroom = newsroom_at(tmp_path / "home", database_url)
    put(newsroom, "urdu", URDU)
    return newsroom


def bring(room: Newsroom, text: str | bytes, name: str = "talk.srt", language: str = "en", **how: bool):
    data = text.encode() if isinstance(text, str) else text
    with writing(room.engine) as session:
        return import_translation(session, "urdu", data, name, language, **how)


def lines_of(room: Newsroom, language: str = "en") -> list[tuple[int, int, str]]:
    with reading(room.engine) as session:
        return [(one.start_ms, one.end_ms, one.text) for one in read_translation(session, 1, language)]


def count_tracks(room: Newsroom) -> int:
    with reading(room.engine) as session:
        return len(session.exec(select(Track.id)).all())


def test_a_caption_file_becomes_a_translation_that_readers_see(room: Newsroom) -> None:
    brought = bring(room, SRT)
    assert (brought.lines, brought.shown) == (2, True)
    assert lines_of(room) == [
        (4_000, 8_000, "Welcome to a talk that never was."),
        (8_000, 12_500, "The BBC is named in it."),
    ]
    with reading(room.engine) as session:
        (line,) = list_translation_lines(session, "urdu")
        assert (line.language, line.shown, line.by_human, line.is_of_this_run) == ("en", True, True, True)
        told = session.exec(select(AuditEvent).where(AuditEvent.act == "translation")).one()
        assert told.detail["act"] == "import" and "Welcome" not in str(told.detail)
        assert session.get_one(Episode, 1).revision > 1, "pages and caches have something new"


def test_what_was_spoken_is_not_touched(room: Newsroom) -> None:
    with reading(room.engine) as session:
        before = [row.model_dump() for row in session.exec(select(Utterance)).all()]
    bring(room, SRT)
    with reading(room.engine) as session:
        source = current_track(session, 1)
        assert source is not None and source.kind is TrackKind.ORIGINAL
        kept = select(Utterance).where(Utterance.track_id == source.id)
        assert [row.model_dump() for row in session.exec(kept)] == before


def test_cues_out_of_order_twice_overlapping_and_beyond_the_end_are_set_right(room: Newsroom) -> None:
    with reading(room.engine) as session:
        end_ms = session.get_one(Episode, 1).duration_ms or 0
    late = f"00:00:{end_ms // 1000 - 1:02d},000 --> 09:00:00,000"
    text = (
        f"9\n{late}\nThe last.\n\n3\n00:00:02,000 --> 00:00:05,000\nThe first.\n\n"
        "3\n00:00:02,000 --> 00:00:05,000\nThe first.\n\n4\n00:00:03,000 --> 00:00:06,000\nAcross it.\n\n"
        "5\n08:00:00,000 --> 08:00:01,000\nNowhere.\n\n6\n00:00:09,000 --> 00:00:01,000\nBackwards.\n"
    )
    brought = bring(room, text)
    assert [(start, said) for start, _, said in lines_of(room)] == [
        (2_000, "The first."),
        (3_000, "Across it."),
        ((end_ms // 1000 - 1) * 1000, "The last."),
    ]
    assert lines_of(room)[-1][1] == end_ms
    assert "1 stood after the end" in brought.sentence and "1 stood in the file twice" in brought.sentence


LONG_LINE = f"1\n00:00:01,000 --> 00:00:02,000\n{'a' * 6_000}\n"
MANY = "\n".join(f"{n}\n00:00:0{n % 5},{n % 1000:03d} --> 00:00:06,000\nline {n}\n" for n in range(20_100))


@pytest.mark.parametrize(
    ("data", "name", "language", "told"),
    [
        (SRT.replace("BBC", "گفتگو").encode("utf-16-le"), "a.srt", "en", "not UTF-8"),
        ("گفتگو".encode("cp1256") + SRT.encode(), "a.srt", "en", "not UTF-8"),
        (b"", "a.srt", "en", "not a caption file"),
        (b"\x00\xff" * 900, "a.vtt", "en", "not"),
        (b"PK\x03\x04" + bytes(400), "a.zip", "en", "not"),
        (b"%PDF-1.7", "a.vtt", "en", "not a caption file"),
        (SRT.encode(), "a.srt", "ur", "what is spoken"),
        (SRT.encode(), "a.srt", "ur-PK", "what is spoken"),
        (SRT.encode(), "a.srt", "", "Say which language"),
        (SRT.encode(), "a.srt", "<script>", "is no language"),
        (SRT.encode(), "a.srt", "ar", "Latin letters instead of Arabic"),
        (SRT.replace("00:00:", "05:00:").encode(), "a.srt", "en", "after the end of the talk"),
        (LONG_LINE.encode(), "a.srt", "en", "6000 characters"),
        (MANY.encode(), "a.srt", "en", "at most 20000"),
    ],
)
def test_what_cannot_be_a_translation_is_refused_with_the_reason_and_leaves_nothing(
    room: Newsroom, data: bytes, name: str, language: str, told: str
) -> None:
    before = count_tracks(room)
    with pytest.raises(InvalidQuery) as refused:
        bring(room, data, name, language)
    assert told in refused.value.sentence
    assert count_tracks(room) == before


@settings(max_examples=300, deadline=None)
@given(
    data=st.binary(max_size=400) | st.text(max_size=400).map(lambda text: f"WEBVTT\n\n{text}".encode()),
    name=st.sampled_from(["a.srt", "a.vtt", "a.ass"]),
)
def test_no_file_is_more_than_refused(data: bytes, name: str) -> None:
    try:
        fitted = fit_cues(read_cues(data, name, "en"), 5_000)
    except InvalidQuery as refused:
        assert refused.sentence
        return
    spans = [(cue.start_ms, cue.end_ms) for cue in fitted.cues]
    assert spans == sorted(spans) and all(
        0 <= start < 5_000 and start <= end <= 5_000 for start, end in spans
    )


def test_markup_in_a_line_is_words_and_control_characters_are_not(room: Newsroom) -> None:
    bring(room, "1\n00:00:01,000 --> 00:00:02,000\n<script>alert(1)</script> a\x07b <img src=x onerror=y>\n")
    ((_, _, said),) = lines_of(room)
    assert "\x07" not in said and "<script>" in said, "the page writes it as words"


def test_lines_where_words_were_redacted_never_come_in(room: Newsroom) -> None:
    with writing(room.engine) as session:
        session.add(Redaction(episode_id=1, start_ms=9_000, end_ms=9_500, reason="safety"))
    bring(room, SRT)
    assert lines_of(room) == [(4_000, 8_000, "Welcome to a talk that never was."), (8_000, 12_500, "[…]")]


def test_a_redaction_takes_lines_of_every_translation_near_it(room: Newsroom) -> None:
    bring(room, SRT)
    bring(room, SRT.replace("BBC", "Corporation"))
    with writing(room.engine) as session:
        take_out_words(session, 1, [Span(7_500, 7_600)])
    with reading(room.engine) as session:
        told = [row.text for row in session.exec(select(Utterance).join(Track).where(Track.language == "en"))]
    assert told == ["[…]"] * 4


def test_another_file_takes_the_place_of_the_one_before_which_can_be_shown_again(room: Newsroom) -> None:
    first = bring(room, SRT).number
    second = bring(room, SRT.replace("BBC", "Corporation")).number
    assert "Corporation" in str(lines_of(room))
    with writing(room.engine) as session:
        show_translation(session, "urdu", first)
    assert "BBC" in str(lines_of(room))
    with writing(room.engine) as session:
        hide_translation(session, "urdu", first)
    assert lines_of(room) == []
    with reading(room.engine) as session:
        assert {line.number for line in list_translation_lines(session, "urdu")} == {first, second}


def test_a_machines_translation_is_its_own_until_somebody_stands_by_it(room: Newsroom) -> None:
    number = bring(room, SRT, by_machine=True).number
    with writing(room.engine) as session:
        assert not session.get_one(Track, number).by_human
        check_translation(session, "urdu", number)
        assert session.get_one(Track, number).by_human


def test_a_translation_of_an_earlier_transcript_is_not_shown(room: Newsroom) -> None:
    number = bring(room, SRT).number
    with writing(room.engine) as session:
        source = current_track(session, 1)
        assert source
        source.current = False
        session.add_all([source, Track(episode_id=1, language="ur", revision=9, current=True, engine="x")])
    assert lines_of(room) == []
    with writing(room.engine) as session, pytest.raises(Conflict):
        show_translation(session, "urdu", number)
    with reading(room.engine) as session:
        assert [line.is_of_this_run for line in list_translation_lines(session, "urdu")] == [False]


@pytest.mark.parametrize("number", [1, 99])
def test_only_a_translation_of_this_talk_is_found(room: Newsroom, number: int) -> None:
    with writing(room.engine) as session, pytest.raises(NotFound):
        show_translation(session, "urdu", number)


def test_the_commands_do_the_same(run: Run, tmp_path: Path) -> None:
    put(open_newsroom(current()), "urdu", URDU)
    file = tmp_path / "talk.en.srt"
    file.write_text(SRT, encoding="utf-8")
    told = run("translation", "import", "urdu", str(file), "--language", "en", "--machine")
    assert "2 lines in English came in" in told.out
    (line,) = run("translation", "list", "urdu", "--json").json
    assert (line["language"], line["shown"], line["by_human"]) == ("en", True, False)
    number = str(line["number"])
    for act in ("hide", "check", "show"):
        assert run("translation", act, "urdu", number).status == 0
    assert "yes" in run("translation", "list", "urdu").out
    assert run("translation", "show", "urdu", "99").err.startswith("Not done: ")
