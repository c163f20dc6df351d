"""What is read of a transcript: the answer rule for names, turns, passages."""

import pytest
from sqlalchemy.engine import Engine

from catalog.db import reading, writing
from catalog.models import (
    Appearance,
    Episode,
    LabelState,
    Person,
    Review,
    Role,
    SpeakerLabel,
    Track,
)
from catalog.transcripts import (
    Speaker,
    current_track,
    read_speakers,
    read_turns,
    read_utterances,
    write_utterances,
)
from transcribe.guess import Evidence
from transcribe.timeline import Flag, Utterance, Word

HEARD = {"kind": "self", "text": "she says her name", "log_odds": 2.5, "at_ms": 1000}


@pytest.fixture
def talk(record: Engine) -> Engine:
    """A talk with id 1, a person in it as guest with appearance 1, no label yet."""
    with writing(record) as session:
        session.add_all([Episode(slug="talk", title="Talk"), Person(slug="zarin", name="Zarin Test")])
        session.flush()
        session.add(Appearance(episode_id=1, person_id=1, role=Role.GUEST, affiliation="Lake Paper"))
        session.add(Track(episode_id=1, language="en", current=True))
    return record


def add_labels(engine: Engine, *labels: SpeakerLabel) -> list[Speaker]:
    with writing(engine) as session:
        for label in labels:
            session.add(label)
            session.flush()
    with reading(engine) as session:
        return list(read_speakers(session, 1).values())


def label(name: str, state: LabelState, **values: object) -> SpeakerLabel:
    return SpeakerLabel(episode_id=1, label=name, state=state, **values)


ANSWERS = [
    (LabelState.CONFIRMED, None, "Zarin Test", "confirmed"),
    (LabelState.CONFIRMED, 0.1, "Zarin Test", "confirmed"),
    (LabelState.SUGGESTED, 0.97, "Zarin Test", "named"),
    (LabelState.SUGGESTED, 0.9, "Zarin Test", "named"),
    (LabelState.SUGGESTED, 0.899, "Zarin Test", "probable"),
    (LabelState.SUGGESTED, 0.6, "Zarin Test", "probable"),
    (LabelState.SUGGESTED, 0.599, "Unconfirmed voice 1", "unconfirmed"),
    (LabelState.SUGGESTED, None, "Unconfirmed voice 1", "unconfirmed"),
    (LabelState.OPEN, 0.99, "Unconfirmed voice 1", "unconfirmed"),
    (LabelState.WITHHELD, 0.99, "Name withheld", "unconfirmed"),
]


def test_the_answer_rule(talk: Engine) -> None:
    labels = [
        label("A", state, run=run, appearance_id=1, probability=probability, evidence=[HEARD])
        for run, (state, probability, _, _) in enumerate(ANSWERS)
    ]
    for found, (_, _, printed, certainty) in zip(add_labels(talk, *labels), ANSWERS, strict=True):
        assert (found.name, found.certainty) == (printed, certainty)
        told = (found.person_slug, found.role, found.affiliation, found.evidence)
        known = ("zarin", "guest", "Lake Paper", (Evidence(**HEARD),))
        assert told == (known if certainty != "unconfirmed" else ("", "", "", ()))


def test_unconfirmed_voices_keep_their_numbers_when_another_gets_a_name(talk: Engine) -> None:
    found = add_labels(
        talk,
        label("SPEAKER_07", LabelState.OPEN),
        label("SPEAKER_02", LabelState.SUGGESTED, appearance_id=1, probability=0.95),
        label("x", LabelState.OPEN),
        label("again", LabelState.OPEN, run=2),
    )
    names = [one.name for one in found]
    assert names == ["Unconfirmed voice 1", "Zarin Test", "Unconfirmed voice 3", "Unconfirmed voice 1"]


def test_a_merged_voice_is_read_as_the_other_and_its_number_stays_reserved(talk: Engine) -> None:
    found = add_labels(
        talk,
        label("A", LabelState.SUGGESTED, appearance_id=1, probability=0.95),
        label("B", LabelState.WITHHELD, merged_into_id=1),
        label("C", LabelState.OPEN, merged_into_id=2),
        label("D", LabelState.OPEN),
    )
    assert [one.name for one in found] == [*(["Zarin Test"] * 3), "Unconfirmed voice 4"]
    assert found[0] is found[1] is found[2]


def test_labels_of_one_person_are_one_speaker_with_the_evidence_of_all(talk: Engine) -> None:
    louder = {"kind": "voice", "text": "sounds like her", "log_odds": -4.0, "at_ms": None}
    known = {"appearance_id": 1, "probability": 0.95}
    found = add_labels(
        talk,
        label("A", LabelState.SUGGESTED, evidence=[HEARD], **known),
        label("B", LabelState.SUGGESTED, evidence=[louder, HEARD], **known),
        label("C", LabelState.CONFIRMED, evidence=[{**HEARD, "appearance_id": 7}], **known),
        label("A", LabelState.SUGGESTED, run=2, **known),
    )
    assert found[0] == found[1]
    assert (found[0].label, found[0].evidence) == ("A", (Evidence(**louder), Evidence(**HEARD)))
    assert (found[2].name, found[2].certainty, found[2].evidence) == ("Zarin Test", "confirmed", ())
    assert found[3].evidence == ()


def test_a_person_whom_an_editor_rejected_is_not_printed(talk: Engine) -> None:
    with writing(talk) as session:
        session.get_one(Appearance, 1).review = Review.REJECTED
    found = add_labels(talk, label("A", LabelState.SUGGESTED, appearance_id=1, probability=0.99))
    assert found[0].name == "Unconfirmed voice 1"


def test_a_voice_may_be_shown_as_something_without_being_a_person(talk: Engine) -> None:
    caller = "A caller from Quetta"
    found = add_labels(
        talk,
        label("A", LabelState.CONFIRMED, shown_as=caller),
        label("B", LabelState.SUGGESTED, shown_as=caller, probability=0.95),
        label("C", LabelState.SUGGESTED, shown_as=caller, probability=0.3),
        label("D", LabelState.SUGGESTED, probability=0.95),
    )
    assert [one.name for one in found] == [caller, caller, "Unconfirmed voice 3", "Unconfirmed voice 4"]
    assert {one.person_slug for one in found} == {""}


def test_what_is_written_is_read_again_in_turns_with_words_and_flags(talk: Engine) -> None:
    add_labels(talk, label("A", LabelState.OPEN), label("B", LabelState.CONFIRMED, appearance_id=1))
    heard = [
        Utterance(0, 900, "یہ بات", "ur", (Word(0, 400, "یہ", 0.5), Word(400, 900, "بات", 0.9)), label="A"),
        Utterance(900, 1500, "and so", "en", (), label="A", flags=(Flag("repeated", "said twice"),)),
        Utterance(1500, 1500, "yes", "en", (), label="B"),
        Utterance(1600, 1700, "who?", "en", (), label="not known"),
    ]
    with writing(talk) as session:
        track = current_track(session, 1)
        assert track is not None
        write_utterances(session, track, heard, {"A": 1, "B": 2})
    with reading(talk) as session:
        turns = read_turns(session, 1)
        spoken = read_utterances(session, 1)
    assert [(t.speaker.name, t.start_ms, t.end_ms, len(t.passages)) for t in turns] == [
        ("Unconfirmed voice 1", 0, 1500, 2),
        ("Zarin Test", 1500, 1500, 1),
        ("Unconfirmed voice", 1600, 1700, 1),
    ]
    assert turns[0].text == "یہ بات and so"
    assert turns[0].passages[1].flags == (Flag("repeated", "said twice"),)
    assert turns[0].passages[0].words == ()
    assert spoken[0].words == heard[0].words
    assert [one.text for one in spoken] == [one.text for one in heard]


def test_only_the_current_track_is_read(talk: Engine) -> None:
    with writing(talk) as session:
        old = session.get_one(Track, 1)
        new = Track(episode_id=1, language="en", revision=2, current=True)
        session.add(new)
        session.flush()
        old.current = False
        write_utterances(session, old, [Utterance(0, 1, "before", "en", ())], {})
        write_utterances(session, new, [Utterance(0, 1, "after", "en", ())], {})
    with reading(talk) as session:
        assert [turn.text for turn in read_turns(session, 1)] == ["after"]


def test_an_episode_nobody_heard_has_no_turns(talk: Engine) -> None:
    with reading(talk) as session:
        assert read_turns(session, 99) == []
        assert read_utterances(session, 99) == []
