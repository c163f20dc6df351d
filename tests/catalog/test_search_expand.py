from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.normalize import fold
from catalog.search.expand import MOST_ADDED_IN_ALL, expand, other_names
from catalog.search.query import Query, Term, parse
from catalog.search.sound import sound_of
from catalog.search.tables import Known, Tables, newsroom_tables, people_tables, read_tables, starter_tables

TYPED = st.text(st.characters()) | st.lists(
    st.sampled_from(
        [
            "lapata ",
            "afrad ",
            "OR ",
            "-",
            '"',
            "=",
            "supreme ",
            "court ",
            "بلوچستان ",
            "ਬਲੋਚ",
            "x* ",
            "\ud800",
            "~2 ",
        ]
    )
).map("".join)
WORDS = st.text(st.characters(), max_size=60) | st.text("siduq्द्دصی ਬ্লhwycax", max_size=12)


def added(query: Query) -> set[Term]:
    return {term for group in query.groups for clause in group for term in clause if term.weight < 1}


def spellings(typed: str, tables: Tables) -> set[str]:
    return {" ".join(term.words) for term in added(expand(parse(typed), tables)) if not term.sound}


# ---- sound ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelled",
    [
        "Siddiqui Siddiqi صدیقی सिद्दीकी ਸਿੱਦੀਕੀ সিদ্দিকী",
        "Baluchistan Balochistan بلوچستان ਬਲੋਚਿਸਤਾਨ বেলুচিস্তান बलूचिस्तान",
        "Mengal مینگل मेंगल",
        "Akhtar اختر अख़्तर",
        "Muhammad Mohammed محمد मुहम्मद",
        "Mumtaz ممتاز मुमताज़",
        "Ambala انبالہ अंबाला",
        "Waziristan Wazeeristan وزیرستان वज़ीरिस्तान",
    ],
)
def test_spellings_of_one_name_sound_alike_in_every_script(spelled: str) -> None:
    assert len({sound_of(fold(word)) for word in spelled.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("siddiqi", "siddiqa"), ("صدیقی", "صدیقہ"), ("akhtar", "munir"), ("اختر", "منیر")]
)
def test_different_names_do_not_sound_alike(one: str, other: str) -> None:
    assert sound_of(fold(one)) != sound_of(fold(other))


@settings(max_examples=100, derandomize=True)
@given(WORDS)
def test_any_word_has_a_short_skeleton_of_latin_letters_or_none(word: str) -> None:
    skeleton = sound_of(fold(word))
    assert skeleton == "" or (skeleton.isascii() and skeleton.isalpha() and skeleton.islower())
    assert len(skeleton) <= 120


def test_what_has_no_letter_of_ours_has_no_sound() -> None:
    assert [sound_of(word) for word in ("", "2020", "北京", "\ud800")] == ["", "", "", ""]
    assert sound_of("b" * 100_000)


# ---- tables -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["lapata afrad", "لاپتہ افراد", "لاپته افراد", "missing persons"])
def test_missing_persons_are_asked_for_in_every_script(typed: str) -> None:
    wanted = {"lapata afrad", "لاپتہ افراد", "लापता लोग", "missing persons"} - {fold(typed)}
    assert wanted <= spellings(typed, starter_tables())


def test_what_was_typed_must_still_occur_whole_in_its_own_alternative() -> None:
    (group,) = expand(parse("lapata afrad"), starter_tables()).groups
    assert group[0] == (Term(("lapata",)), Term(("afrad",)))


def test_readers_are_told_what_was_added_as_they_write_it() -> None:
    also = expand(parse("Balochistan"), starter_tables()).also
    assert "بلوچستان" in also
    assert "Baluchistan" in also
    assert expand(parse("Qwghlm"), starter_tables()).also == ("sounds like “qwghlm”",)


def test_every_line_of_the_starter_tables_is_about_one_thing_in_several_spellings() -> None:
    concepts = {one for several in starter_tables().concepts.values() for one in several}
    assert [one for one in concepts if len(set(map(fold, one.spellings))) < 2] == []


def test_editors_add_lines_in_the_home_folder_and_the_catalog_its_people(tmp_path: Path) -> None:
    (tmp_path / "glossary.txt").write_text("windmill | پون چکی\n[place]\nZedville | زیدول", encoding="utf-8")
    tables = newsroom_tables(tmp_path, Known([("Zed Person", "زید پرسن")]))
    assert "پون چکی" in spellings("windmill", tables)
    assert "زید پرسن" in spellings("zed person", tables)
    assert "بلوچستان" in spellings("Balochistan", tables)


def test_people_whom_only_the_glossary_knows_are_searched_and_told_to_nobody(tmp_path: Path) -> None:
    """The recogniser may wait there for a guest whom nobody is to know of yet."""
    (tmp_path / "glossary.txt").write_text(
        "[person]\nZubaida Quarrystone | زبیدہ کواری\nOpen Person | اوپن پرسن", encoding="utf-8"
    )
    tables = newsroom_tables(tmp_path, Known([("Open Person",)]))
    for typed in ("Zubaida Quarrystone", "Zubeidah Quarystone", "زبیدہ کواری"):
        assert len(spellings(typed, tables)) > 1, "it is looked for"
        told = " ".join(expand(parse(typed), tables).also)
        assert not any(name in told for name in ("Quarrystone", "quarrystone", "کواری")), typed
    assert "اوپن پرسن" in expand(parse("Open Person"), tables).also
    assert other_names("Zubaida Quarrystone", tables) == ()


def test_two_lines_that_share_a_spelling_lead_to_both() -> None:
    assert spellings("tea", read_tables("tea | chai\ntea | dhaba")) >= {"chai", "dhaba"}


@pytest.mark.parametrize("typed", ["laapta afraad", "lapatta afrad", "intekhabaat", "Balochistaan"])
def test_a_known_thing_is_known_in_other_latin_letters_by_its_sound(typed: str) -> None:
    assert any(not word.isascii() for word in spellings(typed, starter_tables()))


# ---- what is widened, and what is not ------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["FIR", "ایف آئی آر", "एफआईआर", "এফ আই আর"])
def test_initials_are_known_by_the_names_of_their_letters_in_every_script(typed: str) -> None:
    found = spellings(typed, starter_tables()) | {fold(typed)}
    assert {fold(one) for one in ("fir", "ایف آئی آر", "एफआईआर", "এফআইআর")} <= found
    assert "blaze" not in found  # nor is FIR a form of fire


@pytest.mark.parametrize("typed", ["Bibi", "بی بی", "the", "Khan"])
def test_names_and_everyday_words_are_not_read_as_initials(typed: str) -> None:
    assert not any(
        "بی بی" in one or "کے ایچ" in one or "ٹی ایچ" in one
        for one in spellings(typed, starter_tables()) - {fold(typed)}
    )


@pytest.mark.parametrize(
    ("typed", "apart"),
    [("Yusufzai", ("ysf", "ji")), ("Kartarpur", ("krtr", "pr")), ("Nasibullah", ("nsb", "ala"))],
)
def test_a_name_that_some_write_apart_is_found_so_alone_too(typed: str, apart: tuple[str, ...]) -> None:
    assert apart in {term.words for term in added(expand(parse(typed), starter_tables())) if term.sound}


def test_a_thing_of_two_lists_has_the_spellings_of_both() -> None:
    lists = read_tables("[place]\nDhaka | ڈھاکا") + read_tables(
        "[place]\nDhaka | Dacca\n[topic]\nDhaka | muslin"
    )
    assert {"dhaka", "dacca"} <= spellings("ڈھاکا", lists)
    assert "muslin" not in spellings("ڈھاکا", lists)


def test_exact_words_are_left_alone() -> None:
    assert expand(parse("=Balochistan"), starter_tables()) == parse("=Balochistan")


def test_a_phrase_takes_other_spellings_but_no_sound() -> None:
    assert "سپریم کورٹ" in spellings('"supreme court"', starter_tables())
    assert not any(term.sound for term in added(expand(parse('"Akhtar Mengal"'), starter_tables())))


def test_a_full_name_is_widened_as_a_whole_and_never_by_its_last_word() -> None:
    tables = people_tables([("Akhtar Mengal", "اختر مینگل"), ("Munir Mengal", "منیر مینگل", "Mengal")])
    terms = added(expand(parse("Akhtar Mengal"), tables))
    assert {("اختر", "مینگل"), ("aktr", "mngl")} <= {term.words for term in terms}
    assert not any("munir" in term.words or "منیر" in term.words for term in terms)
    assert not any("akhtar" in one or "munir" in one for one in spellings("Mengal", tables))


def test_a_short_name_is_sounded_only_beside_another() -> None:
    assert Term(("mnr", "mngl"), sound=True, slop=1, weight=0.5) in added(
        expand(parse("Munir Mengal"), Tables())
    )
    assert not any(term.sound for term in added(expand(parse("Munir"), Tables())))


def test_everyday_words_are_not_sounded() -> None:
    assert added(expand(parse("selection"), starter_tables())) == set()


def test_words_that_only_join_need_not_occur_in_another_language() -> None:
    tables = starter_tables()
    assert len(expand(parse("election in Punjab"), tables).groups) == 2
    assert len(expand(parse("selection in there"), tables).groups) == 3
    assert len(expand(parse("in"), tables).groups) == 1
    assert len(expand(parse("the OR there Punjab"), tables).groups) == 2


def test_left_out_words_and_filters_stay_as_they_are() -> None:
    query = parse("Balochistan -Karachi lang:ur")
    wide = expand(query, starter_tables())
    assert (wide.excluded, wide.filters, wide.notes) == (query.excluded, query.filters, query.notes)


@settings(max_examples=100, derandomize=True)
@given(TYPED)
def test_any_query_is_widened_within_bounds_and_loses_nothing_it_may_find(typed: str) -> None:
    query = parse(typed)
    wide = expand(query, starter_tables())
    assert len(added(wide)) <= MOST_ADDED_IN_ALL
    assert bool(wide.groups) == bool(query.groups)
    assert all(wide.groups)
    assert all(len(term.words) >= 1 and all(term.words) for term in added(wide))
