"""What producers decide about voices: names that change everywhere at once, words that are never lost, undo."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlmodel import Session, select
from typer.testing import CliRunner

from catalog import settings as presstalk_settings
from catalog.acts import Done
from catalog.audit import verify_log
from catalog.commands.naming import app
from catalog.db import connect, migrate, reading, writing
from catalog.errors import CatalogError, Conflict, InvalidQuery, NotFound
from catalog.fixups import accept_fixup, list_fixups, reject_fixup, store_fixups
from catalog.guesses import carry_names, write_guesses
from catalog.labels import list_voices
from catalog.models import (
    Appearance,
    AuditEvent,
    Episode,
    LabelState,
    PersonAlias,
    Review,
    Track,
    Turn,
    Utterance,
)
from catalog.moving import reassign_turn, split_label, stretches
from catalog.reading import read_page
from catalog.search.hits import search_turns
from catalog.search.refresh import open_index, refresh_episode
from catalog.speakers import confirm_label, merge_labels, name_label, open_label, withhold_label
from catalog.transcripts import read_speakers, read_turns, read_utterances
from catalog.undoing import undo_last
from tests.catalog.panel import (
    CAST,
    add_panel,
    add_person,
    add_run,
    appearance,
    everything,
    labels,
    words,
)
from transcribe.fixups import suggest_fixups
from transcribe.guess import Evidence, Guess
from transcribe.timeline import Span

ME = {"by": "Tester"}


@pytest.fixture
def panel(engine: Engine) -> Engine:
    """A catalog with the talk "panel"."""
    with writing(engine) as session:
        add_panel(session)
    return engine


@pytest.fixture
def each(record: Engine) -> Engine:
    """The same on each database."""
    with writing(record) as session:
        add_panel(session)
    return record


def printed(session: Session) -> list[str]:
    return [turn.speaker.name for turn in read_turns(session, 1)]


def act(engine: Engine, what: Callable[..., Done], *given: Any, **options: Any) -> Done:
    with writing(engine) as session:
        return what(session, "panel", *given, **{**ME, **options})


def names(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return printed(session)


FIRST = ["Unconfirmed voice 1", "Kamal Probe", "Unconfirmed voice 1", "Mina Field", "Kamal Probe"]


# ---- naming -----------------------------------------------------------------------------------------


def test_one_row_renames_page_captions_list_and_search_hits(panel: Engine, tmp_path: Path) -> None:
    index = open_index(tmp_path / "index", panel)
    done = act(panel, name_label, "S1", "zarin-test")
    with reading(panel) as session:
        refresh_episode(session, index, 1)
    with reading(panel) as session:
        turns = read_page(session, "panel").turns
        assert [turn.speaker.name for turn in turns] == ["Zarin Test", *FIRST[1:2], "Zarin Test", *FIRST[3:]]
        assert turns[0].speaker.certainty == "confirmed"
        assert {one.speaker for one in read_utterances(session, 1)} == {name for name, _ in CAST}
        (hit,) = search_turns(session, index, "rivers").hits
        assert (hit.speaker, hit.certainty, hit.role) == ("Zarin Test", "confirmed", "moderator")
        assert list_voices(session, "panel")[0].printed == "Zarin Test"
    assert (done.label, done.sentence) == ("S1", "S1 is Zarin Test, everywhere in this talk.")


def test_an_act_is_recorded_with_its_person_and_raises_the_revision(each: Engine) -> None:
    act(each, confirm_label, "2", by="Producer One")
    with reading(each) as session:
        row = labels(session)["S2"]
        event = session.exec(select(AuditEvent)).one()
        assert (row.state, row.reviewed_by, row.probability) == (LabelState.CONFIRMED, "Producer One", 0.95)
        assert row.reviewed_at is not None
        assert session.get_one(Episode, 1).revision == 2
        assert (event.act, event.detail["by"], event.who, event.user_id) == (
            "confirm",
            "Producer One",
            "Producer One",
            None,
        )
        assert verify_log(session).head == event.digest != ""


def test_the_record_of_an_act_holds_no_spoken_word(panel: Engine) -> None:
    with writing(panel) as session:
        store(session)
        fixups = [line.id for line in list_fixups(session, "panel")]
    act(panel, accept_fixup, fixups[0])
    act(panel, split_label, "S1", 4_000)
    act(panel, name_label, "S2", "mina-field")
    with reading(panel) as session:
        told = json.dumps([event.detail for event in session.exec(select(AuditEvent))]).casefold()
        spoken = {word[2].casefold().strip(".,?") for word in words(session)} - {
            "it",
            "is",
            "a",
            "i",
            "us",
            "for",
        }
    assert not [word for word in spoken if len(word) > 3 and word in told]


def test_evidence_for_another_name_is_not_told_once_a_person_decided(panel: Engine) -> None:
    with reading(panel) as session:
        assert read_speakers(session, 1)[2].evidence[0].text == "introduces himself"
    act(panel, name_label, "S2", "Mina Field")
    with reading(panel) as session:
        assert [one.evidence for one in read_speakers(session, 1).values() if one.label == "S2"] == [()]
        assert labels(session)["S2"].probability is None
    act(panel, open_label, "S2")
    with reading(panel) as session:
        speaker = read_speakers(session, 1)[2]
    assert (speaker.name, speaker.certainty, speaker.evidence[0].at_ms) == ("Kamal Probe", "named", 10_000)


def test_somebody_outside_the_cast_is_refused_or_added_when_asked_for(each: Engine) -> None:
    with writing(each) as session:
        add_person(session, "Nadia Meadow")
    with pytest.raises(Conflict, match=r"Nadia Meadow is not in the cast .*--add-as"):
        act(each, name_label, "S1", "nadia-meadow")
    with pytest.raises(NotFound, match="--add-as"):
        act(each, name_label, "S1", "Somebody Else")
    act(each, name_label, "S1", "Nadia Meadow", add_as="host")
    act(each, name_label, "S3", "Somebody Else", add_as="guest")
    with reading(each) as session:
        speakers = list(read_speakers(session, 1).values())
        assert [(one.name, one.role) for one in speakers[::2]] == [
            ("Nadia Meadow", "host"),
            ("Somebody Else", "guest"),
        ]
    act(each, undo_last)
    act(each, undo_last)
    with reading(each) as session:
        assert len(session.exec(select(Appearance)).all()) == len(CAST)
        assert printed(session) == FIRST


def test_two_people_of_one_name_are_asked_about_and_one_an_editor_rejected_is_refused(panel: Engine) -> None:
    with writing(panel) as session:
        add_person(session, "Nadia Meadow")
        session.add(
            PersonAlias(person_id=add_person(session, "Nadia M"), name="Nadia Meadow", folded="nadia meadow")
        )
        session.get_one(Appearance, 3).review = Review.REJECTED
    with pytest.raises(Conflict, match="2 people are called"):
        act(panel, name_label, "S1", "Nadia Meadow", add_as="guest")
    with pytest.raises(Conflict, match="An editor said that Mina Field"):
        act(panel, name_label, "S1", "Mina Field")
    with pytest.raises(Conflict, match="An editor said that Mina Field"):
        act(panel, confirm_label, "S3")


def test_a_voice_without_a_record_is_shown_as_the_producer_says(panel: Engine) -> None:
    act(panel, name_label, "S1", shown_as="A caller from Quetta")
    with reading(panel) as session:
        speaker = next(iter(read_speakers(session, 1).values()))
    assert (speaker.name, speaker.certainty, speaker.person_slug) == ("A caller from Quetta", "confirmed", "")
    for wrong in ({}, {"person": "zarin-test", "shown_as": "A caller"}, {"shown_as": "  "}):
        with pytest.raises(InvalidQuery):
            act(panel, name_label, "S1", **wrong)


def test_a_withheld_name_is_printed_nowhere_and_must_be_reopened_first(panel: Engine) -> None:
    act(panel, withhold_label, "S2")
    assert "Kamal Probe" not in names(panel)
    assert "Name withheld" in names(panel)
    for what, *more in ((confirm_label,), (name_label, "kamal-probe"), (merge_labels, "S1")):
        with pytest.raises(Conflict, match="withheld"):
            act(panel, what, "S2", *more)
    act(panel, open_label, "S2")
    assert names(panel) == FIRST


@pytest.mark.parametrize(
    ("what", "given", "sentence"),
    [
        (confirm_label, ("S1",), "Nobody is suggested for S1"),
        (open_label, ("S1",), "nothing to reopen"),
        (merge_labels, ("S1", "S1"), "one voice already"),
        (split_label, ("S3", 40_000), "That is all S3 says"),
        (split_label, ("S3", 90_000), "S3 says nothing from there on"),
        (split_label, ("S3", 12_000), "Somebody else than S3"),
        (reassign_turn, (11_000, "S2"), "S2 speaks at that moment already"),
        (reassign_turn, (900_000, "S2"), "Nobody speaks at that moment"),
        (undo_last, (), "nothing to undo"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    panel: Engine, what: Callable[..., Done], given: tuple[Any, ...], sentence: str
) -> None:
    with reading(panel) as session:
        before = everything(session)
    with pytest.raises(Conflict, match=sentence):
        act(panel, what, *given)
    with reading(panel) as session:
        assert everything(session) == before
        assert session.get_one(Episode, 1).revision == 1


def test_an_unknown_voice_an_unheard_talk_and_nobody_are_answered_with_what_to_do(panel: Engine) -> None:
    with pytest.raises(NotFound, match=r"No voice of this talk is called 'S9'\. There are: S1, S2, S3\."):
        act(panel, confirm_label, "S9")
    with pytest.raises(InvalidQuery, match="--by"):
        act(panel, confirm_label, "S2", by=" ")
    with writing(panel) as session:
        session.get_one(Track, 1).current = False
    with pytest.raises(Conflict, match="no transcript yet"):
        act(panel, confirm_label, "S2")
    with reading(panel) as session:
        assert list_voices(session, "panel") == []


def test_whoever_is_withheld_is_guessed_nowhere_else_in_the_talk(panel: Engine) -> None:
    with writing(panel) as session:
        labels(session)["S3"].appearance_id = appearance(session, "Kamal Probe")
        before = everything(session)
    assert "S3 is no longer guessed" in act(panel, withhold_label, "S2").sentence
    assert "Kamal Probe" not in names(panel)
    act(panel, undo_last)
    with reading(panel) as session:
        assert everything(session) == before


# ---- merging, splitting, giving away ----------------------------------------------------------------


def test_merged_voices_are_read_as_one_turn_and_nobody_is_renumbered(each: Engine) -> None:
    act(each, merge_labels, "S3", "S1")
    assert names(each) == ["Unconfirmed voice 1", "Kamal Probe", "Unconfirmed voice 1", "Kamal Probe"]
    act(each, merge_labels, "S2", "S3")  # S3 is read as S1
    assert names(each) == ["Unconfirmed voice 1"]
    with pytest.raises(Conflict, match="S3 is read as S1"):
        act(each, name_label, "S3", "mina-field")
    with pytest.raises(Conflict, match="one voice already"):
        act(each, merge_labels, "S1", "S2")
    act(each, open_label, "S3")
    act(each, name_label, "S3", "mina-field")
    with reading(each) as session:
        lines = {line.label: line for line in list_voices(session, "panel")}
    assert [lines["S2"].merged_into, lines["S3"].merged_into] == ["S1", ""]
    assert lines["S3"].state == "confirmed"


def test_two_confirmed_as_different_people_are_not_merged(panel: Engine) -> None:
    act(panel, confirm_label, "S2")
    act(panel, confirm_label, "S3")
    with pytest.raises(Conflict, match="S2 is confirmed as Kamal Probe and S3 as Mina Field"):
        act(panel, merge_labels, "S2", "S3")


def test_two_labels_of_one_person_are_one_voice_to_a_reader_when_equally_sure(panel: Engine) -> None:
    act(panel, name_label, "S2", "kamal-probe")
    act(panel, name_label, "S3", "kamal-probe")
    assert names(panel) == ["Unconfirmed voice 1", "Kamal Probe", "Unconfirmed voice 1", "Kamal Probe"]
    act(panel, undo_last)
    with writing(panel) as session:
        labels(session)["S3"].appearance_id = appearance(session, "Kamal Probe")  # a guess at 0.7
    with reading(panel) as session:
        turns = read_turns(session, 1)
    assert [turn.speaker.certainty for turn in turns[3:]] == ["probable", "confirmed"]


def test_a_split_cuts_the_paragraph_at_the_word_and_takes_the_turn_from_there(panel: Engine) -> None:
    done = act(panel, split_label, "S2", 14_000)
    with reading(panel) as session:
        turns = read_turns(session, 1)
        track = session.exec(select(Track)).one()
    assert [(turn.speaker.label, turn.text) for turn in turns[1:3]] == [
        ("S2", "Thank you. The"),
        ("S2b", "old bridge is gone, and nobody asked Mina Feeld about it."),
    ]
    assert [turn.speaker.name for turn in turns[-2:]] == ["Mina Field", "Kamal Probe"]
    assert turns[2].speaker.name == "Unconfirmed voice 4"
    assert turns[2].passages[0].flags == turns[1].passages[0].flags
    assert track.by_human
    assert done.sentence == "2 paragraphs of S2 are now S2b. The paragraph was cut at the word."


def test_a_split_of_the_rest_takes_everything_from_there(panel: Engine) -> None:
    act(panel, split_label, "S2", 14_000, "rest")
    with reading(panel) as session:
        assert [turn.speaker.label for turn in read_turns(session, 1)] == [
            "S1",
            "S2",
            "S2b",
            "S1",
            "S3",
            "S2b",
        ]
    assert act(panel, split_label, "S2b", 50_000).label == "S2c"


def test_a_paragraph_without_timed_words_goes_or_stays_whole(panel: Engine) -> None:
    with writing(panel) as session:
        session.exec(select(Utterance).where(Utterance.position == 1)).one().text = "Edited since."
    assert "stays whole" in act(panel, split_label, "S2", 18_000).sentence
    act(panel, undo_last)
    assert "goes whole" in act(panel, split_label, "S2", 11_000).sentence


def test_the_diarizers_turns_go_with_the_words_and_no_time_is_lost(panel: Engine) -> None:
    def heard(session: Session) -> dict[str, list[tuple[int, int]]]:
        rows = {row.id: row.label for row in labels(session).values()}
        found: dict[str, list[tuple[int, int]]] = {}
        for turn in session.exec(select(Turn).order_by(Turn.start_ms)):  # type: ignore[arg-type]
            found.setdefault(rows[turn.speaker_label_id], []).append((turn.start_ms, turn.end_ms))
        return found

    act(panel, split_label, "S2", 14_000)
    with reading(panel) as session:
        after = heard(session)
    assert after["S2"] == [(10_000, 13_855), (50_000, 59_500)]
    assert after["S2b"] == [(13_855, 19_500), (20_000, 29_500)]
    act(panel, reassign_turn, 42_000, "S1")
    with reading(panel) as session:
        assert "S3" not in heard(session)


def test_a_reassigned_turn_goes_whole_and_the_neighbours_of_one_voice_are_one_turn(panel: Engine) -> None:
    done = act(panel, reassign_turn, 25_000, "s1")
    assert done.sentence == "2 paragraphs given to S1, Unconfirmed voice 1."
    assert names(panel) == ["Unconfirmed voice 1", "Mina Field", "Kamal Probe"]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.booleans()), min_size=1, max_size=8))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_the_stretches_hold_every_chosen_paragraph_and_no_middle_of_another(
    drawn: list[tuple[int, int, bool]],
) -> None:
    spans, at = [], 0
    for pause, length, _ in drawn:
        spans.append(Span(at + pause, at + pause + length + 2))
        at = spans[-1].end_ms
    chosen = [is_chosen for *_, is_chosen in drawn]
    found = stretches(spans, chosen)
    for span, is_chosen in zip(spans, chosen, strict=True):
        middle = (span.start_ms + span.end_ms) // 2
        assert any(middle in one for one in found) == is_chosen


# ---- undo -------------------------------------------------------------------------------------------


def test_undo_again_goes_further_back_and_is_itself_recorded(panel: Engine) -> None:
    act(panel, name_label, "S1", "zarin-test")
    act(panel, merge_labels, "S3", "S2")
    act(panel, undo_last)
    assert names(panel)[3] == "Mina Field"
    done = act(panel, undo_last, by="Another")
    assert names(panel) == FIRST
    assert done.sentence.startswith("Undone: name by Tester of ")
    with pytest.raises(Conflict, match="nothing to undo"):
        act(panel, undo_last)
    act(panel, confirm_label, "S2")
    act(panel, undo_last)
    with reading(panel) as session:
        assert [event.act for event in session.exec(select(AuditEvent))][:4] == [
            "name",
            "merge",
            "undo",
            "undo",
        ]
        assert labels(session)["S2"].state is LabelState.SUGGESTED


def test_acts_on_an_earlier_transcript_are_not_undone_in_a_new_one(panel: Engine) -> None:
    act(panel, confirm_label, "S2")
    with writing(panel) as session:
        session.get_one(Track, 1).current = False
        add_run(session, 1, [("S1", "Heard anew.")], run=2, current=True)
    with pytest.raises(Conflict, match="nothing to undo"):
        act(panel, undo_last)


def test_a_split_on_a_real_database_is_undone_to_the_letter(each: Engine) -> None:
    with writing(each) as session:
        store(session)
        before = everything(session)
    act(each, split_label, "S1", 5_000, "rest")
    act(each, split_label, "S2", 24_000)
    act(each, undo_last)
    act(each, undo_last)
    with reading(each) as session:
        assert everything(session) == before


KINDS = (
    *("split", "rest", "reassign", "merge", "name", "confirm", "withhold", "reopen", "accept", "reject"),
)
ACTS = st.tuples(st.sampled_from(KINDS), st.integers(0, 99), st.integers(0, 99), st.integers(0, 8_999))


def try_act(session: Session, kind: str, one: int, other: int, ms: int) -> Done:
    """An act of this kind on some voice, and some moment at which it speaks."""
    known = list(labels(session).values())
    row, second = known[one % len(known)], known[other % len(known)].label
    lines = session.exec(select(Utterance.start_ms).where(Utterance.speaker_label_id == row.id)).all()
    at_ms = lines[other % len(lines)] + ms if lines else ms
    fixup_id = 1 + one % 2
    acts: dict[str, tuple[Any, ...]] = {
        "split": (split_label, row.label, at_ms, "turn"),
        "rest": (split_label, row.label, at_ms, "rest"),
        "reassign": (reassign_turn, at_ms, second),
        "merge": (merge_labels, row.label, second),
        "name": (name_label, row.label, ("zarin-test", "mina-field")[other % 2]),
        "confirm": (confirm_label, row.label),
        "withhold": (withhold_label, row.label),
        "reopen": (open_label, row.label),
        "accept": (accept_fixup, fixup_id),
        "reject": (reject_fixup, fixup_id),
    }
    what, *given_to = acts[kind]
    return what(session, "panel", *given_to, **ME)


def store(session: Session) -> int:
    return store_fixups(session, 1, suggest_fixups(read_utterances(session, 1), [name for name, _ in CAST]))


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A catalog in which nothing is ever kept."""
    url = f"sqlite:///{tmp_path_factory.mktemp('rehearsal') / 'catalog.sqlite'}"
    migrate(url)
    engine = connect(url)
    with writing(engine) as session:
        add_panel(session)
        assert store(session) == 2
    yield engine
    engine.dispose()


@given(st.lists(ACTS, min_size=3, max_size=9))
@settings(max_examples=50, derandomize=True, deadline=None)
def test_no_word_is_lost_by_any_acts_and_undo_restores_everything(
    rehearsal: Engine, acts: list[tuple[Any, ...]]
) -> None:
    with Session(rehearsal) as session:
        before, spoken = everything(session), words(session)
        heard_ms = sum(row["end_ms"] - row["start_ms"] for row in before["Turn"])
        done = []
        for drawn in acts:
            try:
                with session.begin_nested():
                    done.append(try_act(session, *drawn))
            except CatalogError:
                continue
        after = everything(session)
        if "accept" not in {one.act for one in done}:
            assert words(session) == spoken
        assert [
            row["position"] for row in sorted(after["Utterance"], key=lambda row: row["start_ms"])
        ] == list(range(len(after["Utterance"])))
        for row in after["Utterance"]:
            assert row["text"].split() == [word[2] for word in row["words"]]
        assert sum(row["end_ms"] - row["start_ms"] for row in after["Turn"]) == heard_ms
        assert [turn for turn in read_turns(session, 1) if not turn.speaker.name] == []
        for _ in done:
            undo_last(session, "panel", **ME)
        assert everything(session) == before
        with pytest.raises(Conflict):
            undo_last(session, "panel", **ME)
        session.rollback()


# ---- the machine ------------------------------------------------------------------------------------


def guess(label: str, person: int | None, probability: float) -> Guess:
    reason = Evidence("self", "says the name", 2.0, 500)
    return Guess(label, str(person) if person else None, probability, (reason,) if person else ())


def test_guesses_are_written_with_their_evidence_and_never_over_a_decision(each: Engine) -> None:
    act(each, name_label, "S1", "zarin-test")
    act(each, withhold_label, "S2")
    keys = {"1": 1, "2": 2, "3": 3}
    with writing(each) as session:
        before = everything(session)["SpeakerLabel"]
        wrong = [guess("S1", 3, 0.99), guess("S2", 3, 0.99), guess("S3", 1, 0.91)]
        assert write_guesses(session, 1, 1, wrong, keys) == 1
        after = everything(session)["SpeakerLabel"]
        assert after[:2] == before[:2]
        assert (after[2]["state"], after[2]["appearance_id"], after[2]["probability"]) == (
            "suggested",
            1,
            0.91,
        )
        assert after[2]["evidence"][0]["text"] == "says the name"
        assert write_guesses(session, 1, 1, wrong, keys) == 1
        assert everything(session)["SpeakerLabel"] == after
        write_guesses(session, 1, 1, [guess("S3", 2, 0.97)], keys)  # withheld from S2: guessed nowhere
        row = labels(session)["S3"]
        assert (row.state, row.appearance_id, row.probability, row.evidence) == (
            LabelState.OPEN,
            None,
            None,
            [],
        )
        write_guesses(session, 1, 1, [guess("S3", None, 0.8)], keys)
        assert labels(session)["S3"].state is LabelState.OPEN
        with pytest.raises(NotFound):
            write_guesses(session, 1, 1, [guess("S7", None, 0.8)], keys)


RERUN = (
    ("A", "Welcome to a talk about rivers. Kamal Probe is with us."),
    ("B", "Thank you. The old bridge is gone,"),
    ("B", "and nobody asked Mina Feeld about it."),
    ("A", "Mina Field, what happened?"),
    ("C", "It rained for a week and then it fell."),
    ("D", "I saw it fall. Kamel Probe never lies."),
)


def test_decisions_are_carried_to_a_new_run_and_what_was_withheld_stays_so(each: Engine) -> None:
    act(each, name_label, "S1", "zarin-test", by="Producer One")
    act(each, confirm_label, "S2", by="Producer Two")
    act(each, withhold_label, "S3")
    with writing(each) as session:
        session.get_one(Track, 1).current = False
        add_run(session, 1, RERUN, run=2, current=True)
        guesses = [guess("A", 3, 0.95), guess("B", 2, 0.8), guess("C", 3, 0.95), guess("D", 3, 0.99)]
        write_guesses(session, 1, 2, guesses, {"2": 2, "3": 3})
        carry_names(session, 1, 1, 2)
        once = everything(session)["SpeakerLabel"]
        carry_names(session, 1, 1, 2)
        assert everything(session)["SpeakerLabel"] == once
        rows = labels(session, run=2)
        assert (rows["A"].state, rows["A"].reviewed_by) == (LabelState.CONFIRMED, "Producer One")
        assert rows["B"].state is rows["D"].state is LabelState.SUGGESTED  # the voice was split in two
        assert (rows["B"].probability, rows["D"].probability) == (0.89, 0.89)
        assert rows["C"].state is LabelState.WITHHELD
        assert "Mina Field" not in printed(session)
        assert {turn.speaker.name for turn in read_turns(session, 1)} == {
            *("Zarin Test", "Kamal Probe", "Name withheld"),
        }
        said = [one.evidence[0].text for one in read_speakers(session, 1).values() if one.label == "A"]
        assert said == ["confirmed by a producer in an earlier run"]
        assert [event.act for event in session.exec(select(AuditEvent))].count("carry") == 1
    with pytest.raises(Conflict, match="nothing to undo"):
        act(each, undo_last)
    act(each, open_label, "A")
    with reading(each) as session:
        row = labels(session, run=2)["A"]
    assert (row.state, row.appearance_id, row.probability) == (LabelState.SUGGESTED, 3, 0.95)


def test_a_run_without_turns_is_carried_by_its_paragraphs(panel: Engine) -> None:
    act(panel, name_label, "S1", "zarin-test")
    with writing(panel) as session:
        for turn in session.exec(select(Turn)):
            session.delete(turn)
        add_run(session, 1, RERUN, run=2, current=False)
        carried = carry_names(session, 1, 1, 2)
    assert [(one.label, one.state) for one in carried] == [("A", LabelState.CONFIRMED)]


# ---- commands ---------------------------------------------------------------------------------------


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run one command on a catalog with the panel in it: how it ended, and what it said."""
    monkeypatch.setenv("PRESSTALK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PRESSTALK_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("COLUMNS", "200")
    presstalk_settings.current.cache_clear()
    with writing(connect(sqlite_url)) as session:
        add_panel(session)
        store(session)

    def act(*typed: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, list(typed))
        problem = result.exception
        return result.exit_code, problem.sentence if isinstance(problem, CatalogError) else result.output

    yield act
    presstalk_settings.current.cache_clear()


def test_the_commands_do_what_the_functions_do(run: Run) -> None:
    assert run("speakers", "name", "panel", "1", "zarin-test", "--by", "Me")[1].startswith("S1 is Zarin Test")
    assert run("speakers", "confirm", "panel", "S2")[1] == "S2 is Kamal Probe, confirmed.\n"
    assert run("speakers", "withhold", "panel", "S3")[0] == 0
    assert run("speakers", "reopen", "panel", "S3")[1] == "S3 is a guess again: Mina Field.\n"
    assert "S2b" in run("speakers", "split", "panel", "S2", "0:20", "--whole", "rest")[1]
    assert run("speakers", "reassign", "panel", "50.5", "S3")[1] == "1 paragraph given to S3, Mina Field.\n"
    assert run("speakers", "merge", "panel", "2b", "S2")[1] == "S2b is read as S2, Kamal Probe.\n"
    assert run("speakers", "undo", "panel", "--by", "Me")[1].startswith("Undone: merge")
    voices = json.loads(run("speakers", "list", "panel", "--json")[1])
    assert [(voice["label"], voice["printed"]) for voice in voices] == [
        ("S1", "Zarin Test"),
        ("S2", "Kamal Probe"),
        ("S3", "Mina Field"),
        ("S2b", "Unconfirmed voice 4"),
    ]
    assert voices[0]["reviewed_by"] == "Me"
    status, table = run("speakers", "list", "panel")
    assert status == 0
    assert all(word in table for word in ("Kamal", "Probe", "introduces")), table  # however wide it may be


def test_commands_on_misheard_names_decide_one_some_or_all(run: Run) -> None:
    lines = json.loads(run("fixups", "list", "panel", "--json")[1])
    assert [(line["heard"], line["proposed"]) for line in lines] == [
        ("Mina Feeld", "Mina Field"),
        ("Kamel Probe", "Kamal Probe"),
    ]
    assert "[Mina Feeld]" in run("fixups", "list", "panel")[1]
    assert run("fixups", "reject", "panel", "2")[1] == "“Kamel Probe” stays.\n"
    assert "1 was" not in run("fixups", "accept-all", "panel")[1]
    assert run("fixups", "accept-all", "panel")[1].startswith("Nothing to decide")
    assert run("fixups", "list", "panel")[1].startswith("Nothing to decide")
    assert run("fixups", "accept", "panel", "1") == (1, "Proposal 1 was accepted before.")
    assert run("speakers", "undo", "panel")[0] == 0
    assert run("fixups", "accept", "panel", "1")[1] == "“Mina Feeld” is now “Mina Field”.\n"


def test_commands_say_what_to_do_about_a_wrong_time_or_a_wrong_voice(run: Run) -> None:
    assert run("speakers", "split", "panel", "S2", "soon") == (
        *(1, "'soon' is no time. Write 0:10, 1:02:03 or seconds."),
    )
    assert run("speakers", "confirm", "panel", "9")[1].endswith("There are: S1, S2, S3.")
    assert run("speakers", "list", "nowhere")[0] == 1
