import pytest

from transcribe.names import Member, Roll, gather, name_parts
from transcribe.spellings import edits_between

HONORIFICS = frozenset({"dr", "sahib", "bhai", "صاحب", "ڈاکٹر"})
CAST = (
    Member("asma", ("Asma Green", "اسماء گرین"), "moderator"),
    Member("stone", ("Karima Stone",)),
    Member("field", ("Dr. Karima Field",)),
    Member("river", ("Hamid River",)),
)
ROLL = Roll(CAST, HONORIFICS)


def found(text, roll=ROLL):
    return [mention.people for mention in roll.find(text.split())]


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        ("Ismael", "Ismail"),
        ("Siddiqi", "Siddiqui"),
        ("Mehmud", "Mehmood"),
        ("Yousuf", "Yusuf"),
        ("Gulalay", "Gulalai"),
        ("Kareema", "Karima"),
        ("کریمہ", "Karima"),
        ("گلالئی", "Gulalai"),
        ("اسماعیل", "Ismail"),
        ("طیبہ", "Tayyaba"),
        ("شوکت", "Shaukat"),
        ("كريمة", "کریمہ"),
    ],
)
def test_spellings_of_one_name_match_across_romanisations_and_scripts(heard, name):
    assert edits_between(heard, name) is not None
    assert edits_between(name, heard) is not None


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        ("Osma", "Asma"),  # one letter in four
        ("Karim", "Karima Khan"),
        ("River", "Fiber"),
        ("کریم", "Karima"),
        ("امیر", "Umar"),
        ("محمود", "Muhammad"),
        ("", "Asma"),
    ],
)
def test_other_names_do_not_match(heard, name):
    assert edits_between(heard, name) is None


def test_at_most_one_letter_in_five_may_be_misheard():
    assert found("Thank you, Karina.") == [("stone", "field")]
    assert found("Thank you, Carina.") == []
    assert found("Thank you, Osma Green.") == [("asma",)]  # the whole name decides


def test_namesakes_by_first_name_are_both_meant_until_the_last_name_is_said():
    assert found("Welcome, Karima.") == [("stone", "field")]
    assert found("Welcome, Karima Field.") == [("field",)]
    assert found("Mrs Stone knows.") == [("stone",)]


def test_a_stranger_with_a_first_name_of_the_cast_is_not_the_cast():
    assert found("I met Karima Baloch there") == []
    assert found("I met Imran River there") == []
    assert found("Welcome, Hamid. Yes") == [("river",)]


def test_an_ordinary_word_that_is_also_a_surname_is_no_name():
    assert found("The river is green and the field is of stone.") == []
    assert found("thank you hamid") == [("river",)]  # a recogniser that writes no capitals


def test_honorifics_belong_to_the_name_they_stand_by():
    (mention,) = ROLL.find(["Thank", "you,", "Hamid", "bhai", "River", "sahib."])
    assert (mention.people, mention.first, mention.last, mention.whole) == (("river",), 2, 6, True)
    assert name_parts("Dr. Karima Field", HONORIFICS) == ("Karima", "Field")


def test_an_urdu_sentence_finds_a_cast_known_in_latin_letters():
    assert found("شکریہ ڈاکٹر کریمہ فیلڈ صاحب") == [("field",)]
    assert found("شکریہ اسما گرین") == [("asma",)]


def test_a_possessive_is_still_the_name():
    assert found("It was Hamid's idea") == [("river",)]


def test_one_person_under_two_spellings_becomes_one():
    cast = (
        Member("1", ("Gulab Ismail",)),
        Member("2", ("Asma Green",), "moderator"),
        Member("3", ("Gulab Ismael",)),
        Member("4", ("گلاب اسماعیل",), "host"),
    )
    first, second = gather(cast)
    assert (first.person, first.also, first.moderates) == ("1", ("3", "4"), True)
    assert second.person == "2"


def test_two_people_with_like_names_stay_two():
    pairs = [
        ("Karim Khan", "Karima Khan"),
        ("Ali Raza", "Ali Reza"),
        ("Umar Khan", "Amir Khan"),
        ("Ali", "Ali Khan"),
        ("Caller 1", "Caller 2"),
    ]
    for one, other in pairs:
        assert len(gather((Member("1", (one,)), Member("2", (other,))))) == 2


def test_a_cast_of_nothing_but_marks_is_survived():
    assert Roll((Member("x", ("...",)), Member("y", ("",)))).find(["Hello", "..."]) == []


@pytest.mark.parametrize(
    ("words", "is_named"),
    [
        ("So says Gul Alai tonight.", True),
        ("So says Gul Alai Baloch tonight.", False),  # somebody else's last name
        ("He has a gul alai there.", False),
        ("Gul. Alai is late.", False),
    ],
)
def test_a_name_torn_in_two_is_found_and_a_strangers_is_not(words, is_named):
    roll = Roll([Member("gulalai", ("Gulalai Sahra",))])
    assert [mention.people for mention in roll.find(words.split())] == [("gulalai",)] * is_named


def test_an_urdu_name_written_as_two_words_is_one():
    roll = Roll([Member("abdullah", ("عبداللہ ساحل",))])
    assert [(m.first, m.last) for m in roll.find(["شکریہ", "عبد", "اللہ", "صاحب"])] == [(1, 3)]
