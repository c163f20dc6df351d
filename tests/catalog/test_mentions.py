"""Names found in text: in every script, the longest first, namesakes apart, nothing that is unsure."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.entity_names import Entity, EntityFile, NameIndex
from catalog.mentions import find_mentions
from tests.catalog.labelled import WRITTEN, read, unmark
from tests.catalog.test_commands import Run, run  # noqa: F401

SET = read("mentions.json")
INDEX = NameIndex(EntityFile.model_validate(SET).entities)


def found(text: str, index: NameIndex = INDEX) -> list[tuple[str, str]]:
    return [(text[one.start : one.end], one.entity) for one in find_mentions(text, index)]


def only(**attributes: Any) -> NameIndex:
    return NameIndex([Entity(id="x", **attributes)])


LATER = {name: read(f"mentions-{name}.json") for name in ("second", "third")}
SETS = {
    **{
        half: (INDEX, [one["text"] for one in SET["passages"] if one["half"] == half])
        for half in ("tuning", "held")
    },
    **{
        name: (NameIndex(EntityFile.model_validate(made).entities), [one["text"] for one in made["passages"]])
        for name, made in LATER.items()
    },
}


@pytest.mark.parametrize("name", SETS)
def test_what_is_found_is_right_and_most_of_it_is_found(name: str) -> None:
    index, passages = SETS[name]
    right = wrong = missed = 0
    for passage in passages:
        text, wanted = unmark(passage)
        got = {(one.start, one.end, one.entity) for one in find_mentions(text, index)}
        right, wrong, missed = (
            right + len(got & wanted),
            wrong + len(got - wanted),
            missed + len(wanted - got),
        )
    assert right / (right + wrong) >= 0.97
    assert right / (right + missed) >= 0.85


def test_the_set_is_as_large_as_was_promised() -> None:
    assert len(SET["passages"]) >= 40
    assert sum(len(unmark(passage["text"])[1]) for passage in SET["passages"]) >= 250


def test_four_people_of_one_family_name_are_four() -> None:
    text = "Akhtar Mengal, Munir Mengal, Shafiq Mengal, Ramzan Mengal. Mengal agreed."
    assert [entity for _, entity in found(text)] == ["akhtar", "munir", "shafiq", "ramzan"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Misaal came. Sana Misaal stayed.", ["Sana Misaal"]),
        ("Sana Misaal came. Misaal's hat stayed.", ["Sana Misaal", "Misaal"]),
        ("Sana Misaal came with Aliya Misaal. Misaal stayed.", ["Sana Misaal"]),
        ("Sana Misaal came. The Misaal family stayed.", ["Sana Misaal"]),
        ("Sana. Misaal.", []),
        ("The Sana Misaal Memorial Hospital.", []),
        ("sana misaal came from karachi", ["sana misaal", "karachi"]),
    ],
)
def test_a_family_name_means_somebody_only_after_the_full_name(text: str, wanted: list[str]) -> None:
    assert [words for words, _ in found(text)] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("UNESCO and the un in unlikely", []),
        ("We ate turkey in Turkey.", ["Turkey"]),
        ("Mail karachi@example.org, see www.example.org/Karachi, ask @Karachi", []),
        ("Karachi-based, pro-Karachi, Karachi’s", ["Karachi"] * 3),
        ("اسلام‌آباد اور اسلام آباد", ["اسلام‌آباد", "اسلام آباد"]),
        ("پاکستان میں کراچی، كراچي۔", ["کراچی", "كراچي"]),
        ("করাচিতে, করাচির, করাচি", ["করাচি"] * 3),
        ("कराचीवासी", []),
    ],
)
def test_a_name_ends_where_its_word_ends(text: str, wanted: list[str]) -> None:
    assert [words for words, _ in found(text)] == wanted


def test_the_longest_name_wins() -> None:
    assert found("the Balochistan National Party of Balochistan") == [
        ("Balochistan National Party", "bnpm"),
        ("Balochistan", "balochistan"),
    ]


def test_two_of_one_full_name_are_told_apart_by_another_name_or_not_at_all() -> None:
    assert found("Kamal Sayah came.") == []
    assert found("Engineer Kamal Sayah came. Kamal Sayah stayed.")[1] == ("Kamal Sayah", "kamal2")


def test_without_short_forms_a_person_has_the_last_name() -> None:
    assert len(found("Neel Kagaz came. Kagaz left.", only(name="Neel Kagaz", kind="person"))) == 2
    assert len(found("Neel Kagaz came. Kagaz left.", only(name="Neel Kagaz", kind="place"))) == 1
    no_short = only(name="Neel Kagaz", kind="person", short_forms=())
    assert len(found("Neel Kagaz came. Kagaz left.", no_short)) == 1


@given(st.text(max_size=80), st.sampled_from([passage["text"] for passage in SET["passages"]]))
def test_spans_lie_in_the_text_one_after_the_other(noise: str, passage: str) -> None:
    text = passage[:40] + noise + passage[40:]
    mentions = find_mentions(text, INDEX)
    places = [place for one in mentions for place in (one.start, one.end)]
    assert places == sorted(places)
    assert all(0 <= one.start < one.end <= len(text) for one in mentions)


# ---- the command ----------------------------------------------------------------------------------


def test_the_command_counts_characters(run: Run) -> None:  # noqa: F811
    said = run(
        "mentions", "--entities", str(WRITTEN / "mentions.json"), "--json", stdin="😀\r\nکراچی, Karachi"
    )
    assert said.json == [
        {"start": 3, "end": 8, "entity": "karachi"},
        {"start": 10, "end": 17, "entity": "karachi"},
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not a file of entities"),
        ('{"entities": [{"id": 1}]}', "entities.0.name"),
        ('{"entities": [{"id": 1, "name": "A"}, {"id": "1", "name": "B"}]}', "two entities have the id “1”"),
    ],
)
def test_a_file_that_holds_no_entities_is_told(run: Run, tmp_path: Path, content: str, said: str) -> None:  # noqa: F811
    path = tmp_path / "entities.json"
    path.write_text(content)
    answer = run("mentions", "--entities", str(path))
    assert answer.status == 1
    assert said in answer.err


def test_an_empty_file_and_an_empty_text_find_nothing(run: Run, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "entities.json"
    path.write_text(json.dumps({"entities": [{"id": 1, "name": "—", "aliases": ["", "…"]}]}))
    assert run("mentions", "--entities", str(path), "--json", stdin="— … text").json == []
    assert "none of them" in run("mentions", "--entities", str(path)).out
