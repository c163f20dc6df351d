import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcribe.cues.placing import place_cues
from transcribe.cues.reading import HONORIFICS, TABLES, read_phrases, to_turns
from transcribe.cues.table import Kind
from transcribe.names import Member, Roll
from transcribe.timeline import Utterance

CAST = (
    Member("asma", ("Asma Green", "اسماء گرین"), "moderator"),
    Member("hamid", ("Hamid River", "حامد ریور"), "guest"),
    Member("karima", ("Karima Field", "کریمہ فیلڈ"), "guest"),
    Member("daniel", ("Daniel Hill", "دانیال ہل"), "guest"),
)


def talk(*lines):
    """Utterances of five seconds, one after another: (label, text)."""
    return [
        Utterance(at * 5_000, at * 5_000 + 5_000, text, "en", label=label)
        for at, (label, text) in enumerate(lines)
    ]


def phrases(text):
    turns = to_turns(talk(("S0", text)))
    return [(phrase.kind, phrase.people) for phrase in read_phrases(turns, Roll(CAST, HONORIFICS))]


def cues(*lines):
    """The cues for a label, without doubts about the speaker, as (label, kind, people)."""
    turns = to_turns(talk(*lines))
    placed = place_cues(turns, read_phrases(turns, Roll(CAST, HONORIFICS)))
    return [(cue.label, cue.kind, cue.people) for cue in placed if not cue.against]


ENGLISH = [
    ("Hello, I am Asma Green.", Kind.SELF, ("asma",)),
    ("My name is Hamid River and I farm.", Kind.SELF, ("hamid",)),
    ("I'm Karima Field, a doctor.", Kind.SELF, ("karima",)),
    ("I'm your host, Asma Green.", Kind.SELF, ("asma",)),
    ("Joining us today is Hamid River.", Kind.INTRODUCTION, ("hamid",)),
    ("Joining us from Lahore is Dr Karima Field.", Kind.INTRODUCTION, ("karima",)),
    ("With me in the studio is Hamid River, a farmer.", Kind.INTRODUCTION, ("hamid",)),
    ("And from Toronto we have Karima Field, a doctor.", Kind.INTRODUCTION, ("karima",)),
    ("Our guests tonight are Hamid River and Karima Field.", Kind.INTRODUCTION, ("hamid", "karima")),
    ("We are joined now by Daniel Hill.", Kind.INTRODUCTION, ("daniel",)),
    ("Hamid River is a farmer from Punjab.", Kind.INTRODUCTION, ("hamid",)),
    ("Please welcome Karima Field.", Kind.INTRODUCTION, ("karima",)),
    ("How do you check a rumour, Karima?", Kind.ADDRESS, ("karima",)),
    ("Daniel, when did you buy it?", Kind.ADDRESS, ("daniel",)),
    ("Daniel when did you buy it?", Kind.ADDRESS, ("daniel",)),
    ("And Karima?", Kind.ADDRESS, ("karima",)),
    ("Let me start with you, Hamid.", Kind.ADDRESS, ("hamid",)),
    ("Welcome to the programme, Daniel.", Kind.ADDRESS, ("daniel",)),
    ("Over to you, Mr Hill.", Kind.ADDRESS, ("daniel",)),
    ("Thank you, Karima.", Kind.THANKS, ("karima",)),
    ("Thank you very much indeed, Dr Field.", Kind.THANKS, ("karima",)),
    ("Thank you, Karima and Hamid.", Kind.THANKS, ("karima", "hamid")),
    ("As Hamid said, it rained.", Kind.REPORTED, ("hamid",)),
    ("I think Hamid is quite right there.", Kind.REPORTED, ("hamid",)),
    ("Karima Field could not come tonight.", Kind.REPORTED, ("karima",)),
    ("Nobody in the village asked Karima about it.", Kind.REPORTED, ("karima",)),
]

URDU = [
    ("میں ہوں آپ کی میزبان اسماء گرین۔", Kind.SELF, ("asma",)),
    ("میں حامد ریور ہوں۔", Kind.SELF, ("hamid",)),
    ("میرا نام کریمہ فیلڈ ہے۔", Kind.SELF, ("karima",)),
    ("ہمارے ساتھ حامد ریور صاحب موجود ہیں۔", Kind.INTRODUCTION, ("hamid",)),
    ("ہمارے آج کے مہمان ہیں حامد ریور۔", Kind.INTRODUCTION, ("hamid",)),
    ("ڈاکٹر کریمہ فیلڈ ٹورنٹو سے ہمارے ساتھ ہیں۔", Kind.INTRODUCTION, ("karima",)),
    ("حامد صاحب، آپ کیا کہتے ہیں؟", Kind.ADDRESS, ("hamid",)),
    ("کریمہ صاحبہ آپ بتائیے", Kind.ADDRESS, ("karima",)),
    ("اس پر آپ کی رائے کیا ہے، حامد صاحب؟", Kind.ADDRESS, ("hamid",)),
    ("خوش آمدید، کریمہ صاحبہ۔", Kind.ADDRESS, ("karima",)),
    ("بہت شکریہ حامد صاحب۔", Kind.THANKS, ("hamid",)),
    ("کریمہ صاحبہ آپ کا بہت شکریہ۔", Kind.THANKS, ("karima",)),
    ("جیسا کہ حامد صاحب نے فرمایا، بارش ہوئی۔", Kind.REPORTED, ("hamid",)),
    ("حامد کی بات درست ہے۔", Kind.REPORTED, ("hamid",)),
]

ROMAN_URDU = [
    ("Main Asma Green hoon.", Kind.SELF, ("asma",)),
    ("Mera naam Hamid River hai.", Kind.SELF, ("hamid",)),
    ("Hamare saath Hamid River sahib maujood hain.", Kind.INTRODUCTION, ("hamid",)),
    ("Humare sath hain Dr Karima Field.", Kind.INTRODUCTION, ("karima",)),
    ("Aaj ke mehman hain Daniel Hill.", Kind.INTRODUCTION, ("daniel",)),
    ("Hamid sahib, aap kya kehte hain?", Kind.ADDRESS, ("hamid",)),
    ("Is par aap ki raaye kya hai, Karima sahiba?", Kind.ADDRESS, ("karima",)),
    ("Khush aamdeed Hamid bhai.", Kind.ADDRESS, ("hamid",)),
    ("Shukriya Karima sahiba.", Kind.THANKS, ("karima",)),
    ("Hamid sahib, bohat shukriya.", Kind.THANKS, ("hamid",)),
    ("Jaisa ke Hamid sahib ne kaha, barish hui.", Kind.REPORTED, ("hamid",)),
]


@pytest.mark.parametrize(("text", "kind", "people"), [*ENGLISH, *URDU, *ROMAN_URDU])
def test_a_sentence_is_read_as_what_it_says_about_whom(text, kind, people):
    assert [found for found in phrases(text) if found[0] is not Kind.OPENING] == [(kind, people)]


@pytest.mark.parametrize(
    "text",
    [
        "Hello and welcome to the programme.",
        "Our topic tonight is rain.",
        "See you next week.",
        "ناظرین، پروگرام میں خوش آمدید۔",
        "Nazireen, agle hafte phir milenge.",
    ],
)
def test_opening_and_closing_a_talk_is_the_moderators_business(text):
    assert phrases(text) == [(Kind.OPENING, ())]


def test_two_languages_in_one_turn_are_both_read():
    assert phrases("Thank you so much Hamid sahib. Karima sahiba, aap kya kehti hain?") == [
        (Kind.THANKS, ("hamid",)),
        (Kind.ADDRESS, ("karima",)),
    ]


@pytest.mark.parametrize(
    "text", ["The river is wide.", "I met Karima Baloch.", "Good morning.", "...", "I am happy."]
)
def test_a_sentence_that_names_nobody_of_the_cast_says_nothing(text):
    assert phrases(text) == []


def test_an_introduced_person_is_the_next_new_voice():
    assert cues(
        ("S0", "With me is Hamid River."), ("S0", "What did the rain do?"), ("S1", "It came early this year.")
    ) == [("S1", Kind.INTRODUCTION, ("hamid",))]


def test_an_introduction_is_not_spent_on_a_voice_already_heard():
    found = cues(
        ("S1", "One moment please, I am here."),
        ("S0", "Please welcome Karima Field."),
        ("S1", "And a good evening from me."),
        ("S2", "Good evening to all of you."),
    )
    assert found == [("S2", Kind.INTRODUCTION, ("karima",))]


def test_people_introduced_in_a_row_speak_in_that_order_with_less_trust():
    turns = to_turns(
        talk(
            ("S0", "Hamid River is a farmer. Karima Field is a doctor."),
            ("S2", "Good evening to all of you."),
            ("S1", "Good evening from me too."),
        )
    )
    placed = place_cues(turns, read_phrases(turns, Roll(CAST, HONORIFICS)))
    rows = [(cue.label, cue.people, cue.precision) for cue in placed if not cue.against]
    assert rows == [("S2", ("hamid",), 0.6), ("S1", ("karima",), 0.6)]


def test_thanks_at_the_start_go_to_the_voice_before_and_elsewhere_to_nobody():
    assert cues(("S1", "So it was, all of it."), ("S0", "Thank you, Hamid. What now?")) == [
        ("S1", Kind.THANKS, ("hamid",))
    ]
    long = "It is late. The rain has stopped. The tea is cold. Thank you, Hamid."
    assert cues(("S1", "So it was, all of it."), ("S0", long)) == []


def test_all_who_are_thanked_in_a_row_share_the_voice_before():
    assert cues(("S1", "So it was, all of it."), ("S0", "Thank you, Karima. Thank you, Hamid.")) == [
        ("S1", Kind.THANKS, ("karima", "hamid"))
    ]


def test_the_last_one_addressed_is_the_one_who_answers():
    assert cues(
        ("S0", "Hamid, what a year. Karima, what did you see?"), ("S2", "I saw snow and more snow.")
    ) == [("S2", Kind.ADDRESS, ("karima",))]


def test_a_cough_with_a_label_of_its_own_answers_nobody():
    assert cues(("S0", "Karima, what did you see?"), ("S9", "hm"), ("S2", "I saw snow and more snow.")) == [
        ("S2", Kind.ADDRESS, ("karima",))
    ]


def test_nobody_speaks_of_themselves_by_name():
    turns = to_turns(talk(("S1", "As Hamid said, it rained."), ("S1", "And Hamid knows.")))
    (doubt,) = place_cues(turns, read_phrases(turns, Roll(CAST, HONORIFICS)))
    assert (doubt.label, doubt.people, doubt.against) == ("S1", ("hamid",), True)


def test_every_language_has_a_phrase_of_every_kind():
    for table in TABLES:
        assert set(table.phrases) == set(Kind)
        assert all(table.phrases.values()) and table.honorifics and table.joiners and table.questions


WORDS = [
    *(
        "I",
        "am",
        "Hamid",
        "Karima",
        "Field",
        "River.",
        "thank",
        "you,",
        "joining",
        "us",
        "is",
        "welcome",
        "as",
    ),
    *(
        "said",
        "Hill?",
        "میں",
        "حامد",
        "ہوں۔",
        "شکریہ",
        "صاحب،",
        "Main",
        "hoon",
        "Stranger",
        "Zed",
        "<0>",
        "،",
        ".",
    ),
    *("(", "[", "\\", "*", "\u200f", "َ", "𐎠", "😀", "", "Dr.", "’s"),
]


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["S0", "S1", "S2"]),
            st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)), max_size=12),
        ),
        max_size=8,
    )
)
def test_whatever_is_said_only_the_cast_is_named_and_only_voices_that_spoke(lines):
    utterances = talk(*((label, " ".join(words)) for label, words in lines))
    turns = to_turns(utterances)
    for cue in place_cues(turns, read_phrases(turns, Roll(CAST, HONORIFICS))):
        assert set(cue.people) <= {member.person for member in CAST}
        assert {cue.label, cue.speaker} <= {utterance.label for utterance in utterances}


def test_a_phrase_begins_where_a_word_begins():
    assert phrases("Thank him Hamid.") == [(Kind.ADDRESS, ("hamid",))]  # "him Hamid" holds no "im Hamid"


def test_a_name_cut_off_from_its_my_is_still_a_self_introduction():
    assert phrases("name is Hamid River, I am a farmer.") == [(Kind.SELF, ("hamid",))]
