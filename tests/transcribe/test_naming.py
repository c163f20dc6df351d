import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcribe.assignments import weigh
from transcribe.guess import Standing
from transcribe.names import Member
from transcribe.naming import UNKNOWN_AND_OTHERS, UNKNOWN_PHONE_INS, name_voices
from transcribe.timeline import Utterance, VoiceTurn

ASMA = Member("Asma Green", ("Asma Green",), "moderator")
HAMID = Member("Hamid River", ("Hamid River",))
KARIMA = Member("Karima Field", ("Karima Field",))
DANIEL = Member("Daniel Hill", ("Daniel Hill",))
EVERYBODY = (ASMA, HAMID, KARIMA, DANIEL)
SURE, UNLIKE = 9.0, -9.0


def talk(*lines):
    """Five seconds a line: the turns of a diarizer and the utterances of `align`."""
    turns = [VoiceTurn(at * 5_000, at * 5_000 + 4_900, label) for at, (label, _) in enumerate(lines)]
    said = [
        Utterance(turn.start_ms, turn.end_ms, text, "en", label=turn.label)
        for turn, (_, text) in zip(turns, lines, strict=True)
    ]
    return turns, said


def shape(*labels):
    """Turns without words, five seconds each."""
    return [VoiceTurn(at * 5_000, at * 5_000 + 4_900, label) for at, label in enumerate(labels)]


def printed(guesses):
    return {guess.label: guess.person if guess.standing is Standing.NAMED else None for guess in guesses}


# ---- the arithmetic ---------------------------------------------------------------------------------


def enumerated(scores, columns, unknown):
    """The posterior the plain way: every assignment written out."""
    rows = len(scores)
    shares = [[0.0] * (columns + 1) for _ in range(rows)]
    best, highest, total = None, -math.inf, 0.0
    for choice in itertools.product([*range(columns), None], repeat=rows):
        used = [column for column in choice if column is not None]
        if len(set(used)) < len(used):
            continue
        ways = math.perm(columns, len(used))
        weight = math.log((1 - unknown) ** len(used) * unknown ** (rows - len(used)) / ways)
        weight += sum(scores[row][column] for row, column in enumerate(choice) if column is not None)
        if weight > highest:
            best, highest = choice, weight
        total += math.exp(weight)
        for row, column in enumerate(choice):
            shares[row][columns if column is None else column] += math.exp(weight)
    return best, [[share / total for share in row] for row in shares]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(0, 4), st.integers(0, 4), st.data())
def test_the_posterior_is_that_of_writing_out_every_assignment(rows, columns, data):
    score = st.floats(-15, 15, allow_nan=False)
    row = st.lists(score, min_size=columns, max_size=columns)
    scores = data.draw(st.lists(row, min_size=rows, max_size=rows))
    unknown = data.draw(st.sampled_from([0.05, 0.2, 0.5]))
    posterior = weigh(scores, columns, unknown)
    _best, shares = enumerated(scores, columns, unknown)
    for ours, theirs in zip(posterior.shares, shares, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-9)


def test_the_best_assignment_is_the_likeliest_one_not_the_likeliest_name_for_each():
    scores = [[3.0, 2.9], [3.0, -4.0]]
    assert weigh(scores, 2, 0.05).best == (1, 0) == enumerated(scores, 2, 0.05)[0]


@pytest.mark.parametrize(("rows", "columns"), [(12, 12), (14, 3), (3, 30), (20, 20)])
def test_large_panels_are_weighed_too(rows, columns):
    scores = [[8.0 if row == column else -4.0 for column in range(columns)] for row in range(rows)]
    posterior = weigh(scores, columns, 0.05)
    named = min(rows, columns, 16)
    assert sum(column == row for row, column in enumerate(posterior.best)) == named
    assert all(sum(row) == pytest.approx(1) for row in posterior.shares)


# ---- voices, elimination, unknowns ---------------------------------------------------------------------


def test_everybody_with_a_print_that_fits_is_named():
    labels = ["S0", "S1", "S2"]
    voices = {
        (label, member.person): SURE if at == who else UNLIKE
        for at, label in enumerate(labels)
        for who, member in enumerate((ASMA, HAMID, KARIMA))
    }
    guesses = name_voices((ASMA, HAMID, KARIMA), shape(*labels, *labels), voices=voices)
    assert printed(guesses) == {"S0": "Asma Green", "S1": "Hamid River", "S2": "Karima Field"}


def test_the_only_guest_is_named_by_elimination_and_the_evidence_says_so():
    voices = {("S0", "Asma Green"): SURE, ("S1", "Asma Green"): UNLIKE}
    _asma, hamid = name_voices((ASMA, HAMID), shape("S0", "S1", "S0", "S1"), voices=voices)
    assert (hamid.person, hamid.standing) == ("Hamid River", Standing.NAMED)
    (eliminated,) = [reason for reason in hamid.evidence if reason.kind == "elimination"]
    assert "by elimination" in eliminated.text


def test_evidence_names_nobody_but_the_person_guessed():
    """Another one's name may be withheld, and evidence is shown to whoever reads the page."""
    voices = {("S0", "Asma Green"): SURE, ("S1", "Asma Green"): UNLIKE}
    for guess in name_voices((ASMA, HAMID), shape("S0", "S1", "S0", "S1"), voices=voices):
        others = {"Asma Green", "Hamid River"} - {guess.person}
        assert not [e for e in guess.evidence for other in others if other in e.text]


def test_two_guests_without_evidence_are_a_tie_and_no_name_is_printed():
    voices = {("S0", "Asma Green"): SURE, ("S1", "Asma Green"): UNLIKE, ("S2", "Asma Green"): UNLIKE}
    asma, *guests = name_voices((ASMA, HAMID, KARIMA), shape("S0", "S1", "S0", "S2"), voices=voices)
    assert asma.person == "Asma Green"
    assert [guest.standing for guest in guests] == [Standing.UNCONFIRMED] * 2
    assert all(guest.probability == pytest.approx(0.47, abs=0.03) for guest in guests)


@pytest.mark.parametrize("unknown", [UNKNOWN_AND_OTHERS, UNKNOWN_PHONE_INS])
def test_where_others_take_part_elimination_alone_prints_no_name(unknown):
    voices = {("S0", "Asma Green"): SURE, ("S1", "Asma Green"): UNLIKE}
    guesses = name_voices((ASMA, HAMID), shape("S0", "S1", "S0", "S1"), voices=voices, unknown=unknown)
    assert printed(guesses) == {"S0": "Asma Green", "S1": None}


def test_a_voice_unlike_every_print_of_a_full_cast_is_nobody():
    voices = {("S0", "Asma Green"): SURE, ("S1", "Asma Green"): UNLIKE, ("S1", "Hamid River"): UNLIKE}
    _asma, stranger = name_voices((ASMA, HAMID), shape("S0", "S1", "S0", "S1"), voices=voices)
    assert (stranger.person, stranger.standing) == (None, Standing.UNCONFIRMED)


def test_a_guest_who_never_speaks_takes_no_voice_from_those_who_do():
    turns, said = talk(
        ("S0", "I am Asma Green. With me is Hamid River. Karima Field could not come."),
        ("S1", "Good evening, it is good to be here."),
        ("S0", "Hamid, what did the rain do?"),
        ("S1", "It came early this year."),
    )
    assert printed(name_voices((ASMA, HAMID, KARIMA), turns, said)) == {
        "S0": "Asma Green",
        "S1": "Hamid River",
    }


def test_more_voices_than_cast_leave_the_rest_unnamed():
    voices = {("S0", "Asma Green"): SURE, ("S2", "Hamid River"): SURE}
    voices |= {(label, "Asma Green"): UNLIKE for label in ("S1", "S2", "S3")}
    voices |= {(label, "Hamid River"): UNLIKE for label in ("S0", "S1", "S3")}
    guesses = name_voices((ASMA, HAMID), shape("S0", "S1", "S2", "S3"), voices=voices)
    assert printed(guesses) == {"S0": "Asma Green", "S1": None, "S2": "Hamid River", "S3": None}


def test_a_cast_of_twelve_is_named_by_voice():
    cast = tuple(Member(f"P{n}", (f"Person{'abcdefghijkl'[n] * 5} Lake",)) for n in range(12))
    voices = {(f"S{a}", f"P{b}"): SURE if a == b else UNLIKE for a in range(12) for b in range(12)}
    guesses = name_voices(cast, shape(*(f"S{n}" for n in range(12))), voices=voices)
    assert [guess.person for guess in guesses] == [f"P{n}" for n in range(12)]


def test_nothing_heard_and_nobody_listed_are_no_error():
    assert name_voices(EVERYBODY, []) == ()
    (guess,) = name_voices((), shape("S0"))
    assert (guess.person, guess.standing, guess.evidence) == (None, Standing.UNCONFIRMED, ())
    (alone,) = name_voices((ASMA,), shape("S0"))
    assert alone.person == "Asma Green"


# ---- words ------------------------------------------------------------------------------------------


PANEL = (
    ("S0", "Hello and welcome. I am Asma Green. Joining us is Hamid River."),
    ("S1", "Good evening to all of you."),
    ("S0", "And from Toronto we have Karima Field. Karima, do you have rain?"),
    ("S2", "We have snow, and a lot of it."),
    ("S0", "Thank you, Karima. Hamid, what about the harvest?"),
    ("S1", "The rice is good this year."),
)


def test_guests_are_named_from_what_the_moderator_says_alone():
    turns, said = talk(*PANEL)
    guesses = name_voices((ASMA, HAMID, KARIMA), turns, said)
    assert printed(guesses) == {"S0": "Asma Green", "S1": "Hamid River", "S2": "Karima Field"}


def test_evidence_says_who_said_what_when():
    turns, said = talk(*PANEL)
    asma, hamid, karima = name_voices((ASMA, HAMID, KARIMA), turns, said)
    assert asma.evidence[0].text == "introduces themselves at 00:00:00: “I am Asma Green.”"
    assert "introduced by the moderator at 00:00:00: “Joining us is Hamid River.”" in [
        e.text for e in hamid.evidence
    ]
    (thanks,) = [e for e in karima.evidence if e.kind == "thanks"]
    assert thanks.text == "thanked by the moderator at 00:00:20, just after speaking: “Thank you, Karima.”"
    assert (thanks.at_ms, thanks.log_odds > 0) == (20_000, True)


def test_a_voice_note_is_quoted_and_a_voice_outweighs_one_wrong_cue():
    turns, said = talk(
        ("S0", "I am Asma Green. Hamid, are you there?"), ("S1", "Yes, it is me."), ("S0", "Good to know.")
    )
    voices = {("S1", "Karima Field"): SURE, ("S1", "Hamid River"): UNLIKE}
    notes = {("S1", "Karima Field"): "voice 0.93 like 3 earlier episodes"}
    _asma, guest = name_voices((ASMA, HAMID, KARIMA), turns, said, voices, notes)
    assert guest.person == "Karima Field"
    assert guest.evidence[0].text == "voice 0.93 like 3 earlier episodes"


def test_a_first_name_two_guests_share_tells_nothing_until_the_last_name_is_said():
    stone = Member("Karima Stone", ("Karima Stone",))
    lines = [
        ("S0", "I am Asma Green. Karima, what did you see?"),
        ("S1", "I saw snow and more snow."),
        ("S0", "And you, what did you see?"),
        ("S2", "I saw the bridge and the bus."),
        ("S0", "And what then?"),
    ]
    asma, *tied = name_voices((ASMA, KARIMA, stone), *talk(*lines))
    assert asma.person == "Asma Green"
    assert all(guess.probability < 0.6 for guess in tied)
    lines += [
        ("S2", "More of it."),
        ("S0", "Thank you, Karima Stone. And thank you, Karima Field, over to you."),
        ("S1", "Thank you."),
    ]
    told = name_voices((ASMA, KARIMA, stone), *talk(*lines))
    assert [guess.person for guess in told] == ["Asma Green", "Karima Field", "Karima Stone"]


def test_the_same_person_under_two_spellings_does_not_compete_with_himself():
    twice = (ASMA, Member("7", ("Gulab Ismail",)), Member("9", ("Gulab Ismael",)))
    voices = {("S0", "Asma Green"): SURE, ("S1", "Asma Green"): UNLIKE, ("S1", "9"): SURE}
    guesses = name_voices(twice, shape("S0", "S1", "S0", "S1"), voices=voices)
    assert printed(guesses) == {"S0": "Asma Green", "S1": "7"}


def test_an_urdu_talk_is_named_from_its_words():
    turns, said = talk(
        ("S0", "ناظرین خوش آمدید۔ میں ہوں آپ کی میزبان اسماء گرین۔ ہمارے ساتھ حامد ریور صاحب موجود ہیں۔"),
        ("S1", "بہت شکریہ کہ آپ نے بلایا۔"),
        ("S0", "کریمہ صاحبہ، آپ کیا کہتی ہیں؟"),
        ("S2", "ٹورنٹو میں برف ہے اور بہت ہے۔"),
        ("S0", "شکریہ کریمہ صاحبہ۔ حامد صاحب، آپ بتائیے؟"),
        ("S1", "چاول اس سال اچھا ہوا ہے۔"),
    )
    guesses = name_voices((ASMA, HAMID, KARIMA), turns, said)
    assert printed(guesses) == {"S0": "Asma Green", "S1": "Hamid River", "S2": "Karima Field"}


def test_the_moderator_is_told_from_the_shape_of_the_talk():
    guesses = name_voices((HAMID, KARIMA, ASMA), shape("S5", "S1", "S5", "S2", "S5", "S1", "S5", "S2"))
    asma = next(guess for guess in guesses if guess.label == "S5")
    assert (asma.person, asma.standing) == ("Asma Green", Standing.NAMED)
    assert "hands over most often, as moderators do" in [e.text for e in asma.evidence]


labels = st.sampled_from(["S0", "S1", "S2", "S3"])
lines = st.sampled_from([text for _, text in PANEL] + ["hm", "Karima,", "شکریہ حامد صاحب", "..."])


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.tuples(labels, lines), max_size=12), st.integers(0, 4))
def test_any_talk_gives_one_guess_a_label_and_no_name_twice(spoken, size):
    turns, said = talk(*spoken)
    guesses = name_voices(EVERYBODY[:size], turns, said)
    assert [guess.label for guess in guesses] == list(dict.fromkeys(label for label, _ in spoken))
    named = [guess.person for guess in guesses if guess.person]
    assert len(named) == len(set(named))
    assert all(0 <= guess.probability <= 1 + 1e-9 for guess in guesses)
    assert name_voices(EVERYBODY[:size], turns, said) == guesses
