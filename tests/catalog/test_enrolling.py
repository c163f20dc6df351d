"""Enrolling a voice: never without consent, only from a voice that is surely the person's, once from one sound."""

import math
import stat
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from catalog.db import reading, writing
from catalog.enrolling import Channel, Consent, enrol_voice, refuse_pseudonym
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.labels import list_voices
from catalog.models import Appearance, Episode, LabelState, Person, Review, Role, SpeakerLabel, Turn
from catalog.models.columns import now
from catalog.namesakes import person_meant
from catalog.newsroom import Newsroom
from catalog.people import add_person
from catalog.sample_files import sample_file
from catalog.samples import (
    EDGE_MS,
    ENOUGH_MS,
    SHORTEST_PIECE_MS,
    SURE,
    cleanest,
    confirmed_voices,
    person_behind,
    sample_episode,
)
from catalog.voices import prints_of
from tests.catalog.enrolled import YES, add, keep, lying, rows, with_encoder, with_panel
from tests.transcribe.panel import MODERATOR, VOICES, truth
from transcribe.prints import score_voices
from transcribe.timeline import Span
from transcribe.turns import Diarization
from transcribe.voice_print import VOICE_MODEL


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite only: keeping prints is proven on both databases in test_voices."""
    return sqlite_url


@pytest.fixture
def encoder(house: Newsroom) -> Newsroom:
    return with_encoder(house)


@pytest.fixture
def panel(house: Newsroom, tmp_path: Path) -> Newsroom:
    return with_panel(house, tmp_path)


@pytest.fixture
def zarin(house: Newsroom) -> Person:
    return add(house, "Zarin Test")


# ---- consent --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "how"), [("", "a form"), ("Zarin", ""), (" \n", "a form"), ("Zarin", "\t")])
def test_there_is_no_print_without_consent(by: str, how: str) -> None:
    with pytest.raises(InvalidQuery, match="only with the consent"):
        Consent(by, how, now())


def test_consent_of_a_day_to_come_is_none_though_it_may_be_tomorrow_in_karachi() -> None:
    assert Consent("Zarin", "a form", now() + timedelta(hours=5))
    with pytest.raises(InvalidQuery, match="to come"):
        Consent("Zarin", "a form", now() + timedelta(days=2))


# ---- enrolling ------------------------------------------------------------------------------------


def test_a_person_is_enrolled_from_a_stretch_of_a_file(
    encoder: Newsroom, zarin: Person, tmp_path: Path
) -> None:
    sample = sample_file(VOICES / "moderator.opus", tmp_path, 500, 7000)
    row, is_new = enrol_voice(encoder, zarin, sample, Channel.ZOOM, YES)
    assert is_new
    assert (row.person_id, row.channel, row.model, row.spoken_ms) == (zarin.id, "zoom", VOICE_MODEL, 6500)
    assert (row.consent_by, row.consent_how, row.consent_at) == (YES.by, YES.how, YES.at)
    assert row.made_from == "the file moderator.opus, 0.5 to 7 s"
    with reading(encoder.engine) as session:
        prints, notes = prints_of(encoder, session, [zarin.id or 0, 999])
    assert ([one.person for one in prints], [one.channel for one in prints], notes) == (
        [str(zarin.id)],
        ["zoom"],
        [],
    )
    assert math.hypot(*prints[0].vector) == pytest.approx(1, abs=1e-4)


def test_a_print_is_a_file_only_we_may_read_and_does_not_say_whose_it_is(
    house: Newsroom, zarin: Person
) -> None:
    name = keep(house, zarin)
    folder = house.settings.voices_folder
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    content = (folder / name).read_text()
    assert "Zarin" not in content + name
    assert "zarin" not in content + name
    folder.chmod(0o755)
    keep(house, zarin, seed=2)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert lying(house) == {row.file_name for row in rows(house)}


def test_the_same_sound_is_enrolled_once_and_for_one_person(
    encoder: Newsroom, zarin: Person, tmp_path: Path
) -> None:
    sample = sample_file(VOICES / "moderator.opus", tmp_path, None, None)
    first, _ = enrol_voice(encoder, zarin, sample, Channel.STUDIO, YES)
    again, is_new = enrol_voice(encoder, zarin, sample, Channel.STUDIO, YES)
    assert (again.id, is_new) == (first.id, False)
    with pytest.raises(Conflict, match="somebody else"):
        enrol_voice(encoder, add(encoder, "Another Test"), sample, Channel.STUDIO, YES)
    assert [row.id for row in rows(encoder)] == [first.id]
    assert lying(encoder) == {first.file_name}


def test_a_print_of_somebody_who_was_deleted_meanwhile_is_not_kept(house: Newsroom, zarin: Person) -> None:
    with writing(house.engine) as session:
        session.delete(session.get_one(Person, zarin.id))
    with pytest.raises(NotFound):
        keep(house, zarin)
    assert lying(house) == set()


# ---- from an episode ------------------------------------------------------------------------------


def bashir(session: Session) -> Person:
    return person_meant(session, "Bashir Khan")


def label_of(session: Session, person: Person) -> SpeakerLabel:
    query = select(SpeakerLabel).join(Appearance).where(Appearance.person_id == person.id)
    return session.exec(query).one()


def test_a_confirmed_voice_of_an_episode_is_enrolled_from_its_cleanest_half_minute(
    panel: Newsroom, tmp_path: Path
) -> None:
    with reading(panel.engine) as session:
        person = bashir(session)
        sample = sample_episode(panel, session, person, "panel")
    own = [turn.span for turn in truth() if turn.label == MODERATOR]
    assert 10_000 < sample.spoken_ms <= ENOUGH_MS
    assert all(any((span & turn) == span for turn in own) for span in sample.spans)
    row, _ = enrol_voice(panel, person, sample, Channel.STUDIO, YES)
    assert row.episode_id == sample.episode_id
    assert row.made_from.startswith("the episode panel, voice S")
    other = sample_file(VOICES / "moderator.opus", tmp_path, None, None)  # other words of his
    enrol_voice(panel, person, other, Channel.STUDIO, YES)
    with reading(panel.engine) as session:
        (one, two), _ = prints_of(panel, session, [person.id or 0])
    heard = Diarization((), {"S1": one.vector}, one.model)
    assert score_voices(heard, [two])["S1", str(person.id)] > 3


def test_a_voice_nobody_confirmed_as_theirs_makes_no_print(panel: Newsroom) -> None:
    with reading(panel.engine) as session:
        guests = [person for person in session.exec(select(Person)).all() if person.slug != "bashir-khan"]
        for guest in guests:
            with pytest.raises(Conflict, match="somebody confirmed"):
                sample_episode(panel, session, guest, "panel")
        guests_label = label_of(session, guests[0]).label
        with pytest.raises(Conflict, match="Confirmed in 'panel': S"):
            sample_episode(panel, session, bashir(session), "panel", guests_label)
        with pytest.raises(NotFound):
            sample_episode(panel, session, bashir(session), "elsewhere")


@pytest.mark.parametrize("undo", ["rejected", "withheld", "merged away", "an earlier run"])
def test_a_name_taken_back_makes_no_print(panel: Newsroom, undo: str) -> None:
    with writing(panel.engine) as session:
        label = label_of(session, bashir(session))
        if undo == "rejected":
            session.get_one(Appearance, label.appearance_id).review = Review.REJECTED
        elif undo == "withheld":
            label.state = LabelState.WITHHELD
        elif undo == "an earlier run":
            label.run = 2
        else:
            others = select(SpeakerLabel.id).where(SpeakerLabel.id != label.id)
            label.merged_into_id = session.exec(others).first()
    with reading(panel.engine) as session, pytest.raises(Conflict):
        sample_episode(panel, session, bashir(session), "panel")


def test_a_voice_merged_into_a_confirmed_one_counts_as_that_one(panel: Newsroom) -> None:
    with writing(panel.engine) as session:
        confirmed = label_of(session, bashir(session))
        rest = session.exec(select(SpeakerLabel).where(SpeakerLabel.id != confirmed.id)).all()
        rest[0].merged_into_id, rest[1].merged_into_id = rest[1].id, confirmed.id
    with reading(panel.engine) as session:
        episode = session.exec(select(Episode)).one()
        assert len(confirmed_voices(session, episode, bashir(session))) == 3


def test_a_person_only_heard_with_others_makes_no_print(panel: Newsroom) -> None:
    with writing(panel.engine) as session:
        for turn in session.exec(select(Turn)).all():
            turn.overlap = True
    with reading(panel.engine) as session, pytest.raises(Conflict, match="clearly and alone"):
        sample_episode(panel, session, bashir(session), "panel")


@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    state=st.sampled_from(LabelState),
    review=st.sampled_from(Review),
    pseudonymous=st.booleans(),
    shown_as=st.sampled_from(("", "A listener")),
    merged=st.booleans(),
)
def test_whatever_is_known_of_a_voice_only_a_confirmed_one_under_its_own_name_is_enrolled(
    panel: Newsroom, state: LabelState, review: Review, pseudonymous: bool, shown_as: str, merged: bool
) -> None:
    with writing(panel.engine) as session:
        label, other, _ = session.exec(select(SpeakerLabel).order_by(col(SpeakerLabel.id))).all()
        appearance, *_ = session.exec(select(Appearance).order_by(col(Appearance.id))).all()
        label.state, label.shown_as = state, shown_as
        label.appearance_id = None if shown_as else appearance.id
        label.merged_into_id = other.id if merged else None
        appearance.review, appearance.pseudonymous = review, pseudonymous
        name, person_id = label.label, appearance.person_id
    is_sure = state is LabelState.CONFIRMED and review is not Review.REJECTED and not (shown_as or merged)
    may = is_sure and not pseudonymous
    with reading(panel.engine) as session:
        (line,) = (one for one in list_voices(session, "panel") if one.label == name)
        assert line.may_be_enrolled == may, "what is offered"
        with nullcontext() if may else pytest.raises(Conflict):
            person = person_behind(session, "panel", name)
            refuse_pseudonym(session, person.id or 0)
            assert person.id == person_id


TURNS = st.lists(
    st.tuples(
        st.integers(0, 5000), st.integers(0, 600), st.sampled_from((0.0, 0.79, 0.8, 1.0)), st.booleans()
    ),
    max_size=12,
)


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TURNS)
def test_what_is_taken_lies_inside_clean_turns_and_is_half_a_minute_at_most(
    drawn: list[tuple[int, int, float, bool]],
) -> None:
    turns = [
        Turn(speaker_label_id=1, start_ms=at * 100, end_ms=(at + n) * 100, posterior=sure, overlap=overlap)
        for at, n, sure, overlap in drawn
    ]
    spans = cleanest(turns)
    clean = [Span(t.start_ms, t.end_ms) for t in turns if not t.overlap and t.posterior >= SURE]
    assert list(spans) == sorted(spans)
    assert sum(span.duration_ms for span in spans) <= ENOUGH_MS
    assert all(span.duration_ms >= SHORTEST_PIECE_MS for span in spans)
    for span in spans:
        inner = [turn for turn in clean if turn.start_ms + EDGE_MS == span.start_ms]
        assert any(span.end_ms <= turn.end_ms - EDGE_MS for turn in inner)


# ---- people meant ---------------------------------------------------------------------------------


def test_namesakes_are_told_apart_and_a_slug_is_never_ambiguous(house: Newsroom) -> None:
    with writing(house.engine) as session:
        one, _ = add_person(session, "Zarin Test"), add_person(session, "Zarin Test")
        episode = Episode(slug="river", title="The river")
        session.add(episode)
        session.flush()
        session.add(
            Appearance(
                episode_id=episode.id or 0, person_id=one.id or 0, role=Role.GUEST, affiliation="The Paper"
            )
        )
    with reading(house.engine) as session:
        with pytest.raises(Conflict) as problem:
            person_meant(session, "zarin TEST")
        assert "'zarin-test' (guest of The Paper in 'river')" in problem.value.sentence
        assert "'zarin-test-2' (in no episode yet)" in problem.value.sentence
        assert person_meant(session, "zarin-test-2").id != one.id
        with pytest.raises(NotFound, match="Nobody"):
            person_meant(session, "")
