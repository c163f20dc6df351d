"""The authority file: written by people, taken in from spreadsheets, merged, split, and every act taken back."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlmodel import select

from catalog.authority.bringing import Brought, bring_in
from catalog.authority.changing import (
    add_entity,
    edit_entity,
    merge_entities,
    retire_entity,
    split_entity,
    undo_entity,
)
from catalog.authority.entries import (
    Entry,
    authority_number,
    entry_of,
    find_entity,
    read_entries,
)
from catalog.authority.sheet import COLUMNS, read_sheet, starter_sheet, write_sheet
from catalog.db import reading, writing
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.models import Article, EntityKind, EntityState, Mention
from catalog.search.tables import starter_tables
from tests.catalog.test_commands import Run, run  # noqa: F401

TEA = """id,kind,name,aliases,short_forms,description,not
zarin-chai,person,Zarin Chai,زرین چائے | Zareen Chai,Chai,Pours tea,kamal-chai
kamal-chai,person,Kamal Chai,,,Drinks it,
teapur,place,Teapur,چائے پور,,A town of tea,
"""


def bring(record: Engine, text: str = TEA) -> Brought:
    with writing(record) as session:
        return bring_in(session, read_sheet(text))


def entry(record: Engine, slug: str) -> Entry:
    with reading(record) as session:
        return entry_of(session, slug)[1]


def everything(record: Engine) -> list[Entry]:
    with reading(record) as session:
        return list(read_entries(session).values())


# ---- spreadsheets ---------------------------------------------------------------------------------


def test_a_sheet_is_taken_in_and_again_changes_nothing(record: Engine) -> None:
    assert bring(record) == Brought(3, 0, 0, ())
    assert entry(record, "zarin-chai") == Entry(
        "zarin-chai",
        EntityKind.PERSON,
        "Zarin Chai",
        ("زرین چائے", "Zareen Chai"),
        ("Chai",),
        "Pours tea",
        namesakes=("kamal-chai",),
    )
    assert entry(record, "kamal-chai").namesakes == ("zarin-chai",)
    with reading(record) as session:
        number = authority_number(session)
    assert bring(record) == Brought(0, 0, 3, ())
    with reading(record) as session:
        assert authority_number(session) == number


def test_what_is_handed_out_can_be_taken_in_again(record: Engine) -> None:
    bring(record)
    before = everything(record)
    handed_out = b"".join(write_sheet(before)).decode()
    assert bring(record, handed_out) == Brought(0, 0, 3, ())
    assert bring(record, handed_out.replace("Teapur", "Kettletown")) == Brought(0, 1, 2, ())
    assert entry(record, "teapur").name == "Kettletown"


def test_a_row_without_an_id_is_known_by_kind_and_name(record: Engine) -> None:
    bring(record)
    said = bring(
        record, "kind;name;description\nplace;TEAPUR;Larger now\nplace;Kettle;\norganisation;Teapur;\n"
    )
    assert said == Brought(2, 1, 0, ())
    assert entry(record, "teapur").aliases == ("چائے پور",)  # the sheet has no column for them
    assert entry(record, "teapur").description == "Larger now"
    assert entry(record, "teapur-2").kind is EntityKind.ORGANISATION


def test_what_cannot_be_used_is_told_and_the_rest_is_taken(record: Engine) -> None:
    said = bring(
        record,
        "id,kind,name,not,state,colour\nA B,place,Teapur,,,\n,river,Indus,,,\n,place,,,,\n,place,...,,,\n"
        ",place,Cup,,gone,\nx,place,Saucer,nobody,,\nx,place,Spoon,,,\n",
    )
    assert said.new == 1
    assert [entry.name for entry in everything(record)] == ["Saucer"]
    assert len(said.problems) == 8
    assert bring(record, "").problems and bring(record, "a,b\n1,2").problems and bring(record, "\0").problems


def test_no_cell_of_the_sheet_is_a_formula() -> None:
    hostile = Entry("x", EntityKind.PLACE, "=1+1", ("@SUM(A1)", "'tis"), description="-2+3")
    text = b"".join(write_sheet([hostile])).decode("utf-8-sig")
    cells = list(csv.reader(io.StringIO(text)))[1]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    row = read_sheet(text).rows[0]
    assert row.changed(hostile) == hostile


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=400))
def test_any_text_is_a_sheet_or_told_why_not(text: str) -> None:
    for given_text in (text, "kind,name,aliases\n" + text):
        sheet = read_sheet(given_text)
        assert sheet.rows or sheet.problems or given_text.count("\n") == 1


def test_the_starter_is_whole_and_names_only_those_the_show_named() -> None:
    sheet = starter_sheet()
    assert not sheet.problems
    slugs = [row.slug for row in sheet.rows]
    assert len(slugs) == len(set(slugs)) >= 150
    assert all(other in slugs for row in sheet.rows for other in row.names("not"))
    assert all(row.cells["authority"] == "" for row in sheet.rows)
    people = {row.cells["name"] for row in sheet.rows if row.cells["kind"] == "person"}
    assert {"Akhtar Mengal", "Munir Mengal", "Shafiq Mengal", "Ramzan Mengal"} < people
    assert len(people) == 9
    for row in sheet.rows:
        if row.cells["kind"] in ("place", "topic"):
            assert any("\u0600" <= letter <= "\u06ff" for name in row.names("aliases") for letter in name), (
                row
            )


def test_the_search_knows_every_full_name_of_the_starter() -> None:
    concepts = starter_tables().concepts
    assert any("Pashtun Tahafuz Movement" in one.spellings for one in concepts[("پشتون", "تحفظ", "موومنٹ")])
    assert ("bnp",) not in concepts  # two parties: it holds only once one was named in full


# ---- acts -----------------------------------------------------------------------------------------


def test_an_edit_is_kept_told_to_the_other_and_taken_back(record: Engine) -> None:
    bring(record)
    before = everything(record)
    with writing(record) as session:
        said = edit_entity(
            session,
            "teapur",
            Entry("", EntityKind.PLACE, "Teapur", ("Kettletown",), namesakes=("zarin-chai",)),
        )
    assert said.sentence == "Saved."
    assert entry(record, "teapur").aliases == ("Kettletown",)
    assert entry(record, "zarin-chai").namesakes == ("kamal-chai", "teapur")
    with writing(record) as session:
        undo_entity(session, "teapur")
    assert everything(record) == before
    with writing(record) as session, pytest.raises(Conflict):
        undo_entity(session, "teapur")
    with writing(record) as session, pytest.raises(InvalidQuery):
        edit_entity(session, "teapur", Entry("", EntityKind.PLACE, " ... "))


def test_two_become_one_with_all_their_names_and_mentions_and_two_again(record: Engine) -> None:
    bring(record)
    before = everything(record)
    with writing(record) as session:
        article = Article(url="https://example.org/a", title="Tea", text="Kamal Chai")
        session.add(article)
        session.flush()
        gone = find_entity(session, "kamal-chai")
        session.add(Mention(entity_id=gone.id or 0, article_id=article.id, start=0, end=10))
    with writing(record) as session:
        merge_entities(session, "kamal-chai", "zarin-chai")
    merged = entry(record, "zarin-chai")
    assert merged.aliases == ("زرین چائے", "Zareen Chai", "Kamal Chai") and merged.namesakes == ()
    assert entry(record, "kamal-chai").merged_into == "zarin-chai"
    with reading(record) as session:
        assert find_entity(session, "kamal-chai").slug == "zarin-chai"
        kept = find_entity(session, "zarin-chai").id
        assert session.exec(select(Mention.entity_id)).all() == [kept]
    with writing(record) as session:
        undo_entity(session, "zarin-chai")
    assert everything(record) == before


@pytest.mark.parametrize(("one", "other"), [("teapur", "teapur"), ("teapur", "nobody"), ("nobody", "teapur")])
def test_nothing_is_merged_into_itself_or_nothing(record: Engine, one: str, other: str) -> None:
    bring(record)
    with writing(record) as session, pytest.raises((InvalidQuery, NotFound)):
        merge_entities(session, one, other)


def test_one_becomes_two_that_are_told_apart_and_one_again(record: Engine) -> None:
    bring(record)
    before = entry(record, "zarin-chai")
    with writing(record) as session:
        split_entity(session, "zarin-chai", "Zareen Chai", ["زرین چائے"])
    assert entry(record, "zareen-chai").aliases == ("زرین چائے",)
    assert entry(record, "zareen-chai").namesakes == ("zarin-chai",)
    assert entry(record, "zarin-chai").aliases == ()
    with writing(record) as session:
        undo_entity(session, "zarin-chai")
    assert entry(record, "zarin-chai") == before
    assert entry(record, "zareen-chai").state is EntityState.RETIRED
    with writing(record) as session, pytest.raises(InvalidQuery):
        split_entity(session, "zarin-chai", "Somebody", ["Teapur"])
    with writing(record) as session, pytest.raises(InvalidQuery):
        split_entity(session, "zarin-chai", "Zarin Chai", [])


def test_an_act_that_another_stands_on_is_not_taken_back(record: Engine) -> None:
    bring(record)
    with writing(record) as session:
        retire_entity(session, "teapur")
    with writing(record) as session, pytest.raises(Conflict):
        undo_entity(session)  # the import, under the retiring
    with writing(record) as session:
        undo_entity(session, "teapur")
    with writing(record) as session:
        undo_entity(session)
    assert {one.state for one in everything(record)} == {EntityState.RETIRED}


def test_what_is_out_of_use_is_not_changed(record: Engine) -> None:
    bring(record)
    with writing(record) as session:
        retire_entity(session, "teapur")
    for act in (
        lambda session: retire_entity(session, "teapur"),
        lambda session: merge_entities(session, "teapur", "zarin-chai"),
        lambda session: split_entity(session, "teapur", "Cup", []),
        lambda session: edit_entity(session, "teapur", entry_of(session, "teapur")[1]),
    ):
        with writing(record) as session, pytest.raises(Conflict):
            act(session)


def test_a_new_entity_has_an_address_of_its_own(record: Engine) -> None:
    bring(record)
    with writing(record) as session:
        assert add_entity(session, EntityKind.TOPIC, "  Teapur ").slug == "teapur-2"
    assert entry(record, "teapur-2").name == "Teapur"


# ---- commands -------------------------------------------------------------------------------------


def test_the_commands_bring_in_list_show_and_hand_out(run: Run, tmp_path: Path) -> None:  # noqa: F811
    said = run("entities", "import", "--starter", "--json").json
    assert said["new"] >= 150 and said["problems"] == []
    assert run("entities", "import", "--starter", "--json").json["new"] == 0
    assert run("entities", "show", "akhtar-mengal", "--json").json["not"] == [
        "munir-mengal",
        "ramzan-mengal",
        "shafiq-mengal",
    ]
    people = run("entities", "list", "--kind", "person", "--json").json
    assert {one["kind"] for one in people} == {"person"}
    run("entities", "export", str(tmp_path / "file.csv"))
    with (tmp_path / "file.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS and len(rows) == said["new"]
    assert run("entities", "import", str(tmp_path / "file.csv"), "--json").json["same"] == len(rows)


def test_a_spelling_an_editor_adds_is_searched_at_once(run: Run, tmp_path: Path) -> None:  # noqa: F811
    sheet = tmp_path / "file.csv"
    sheet.write_text("kind,name,aliases\nplace,Teapur,Kettletown | چائے پور\n", encoding="utf-8")
    assert "Kettletown" not in run("search", "Teapur", "--json").json["also"]
    run("entities", "import", str(sheet))
    assert {"Kettletown", "چائے پور"} <= set(run("search", "Teapur", "--json").json["also"])
    run("entities", "retire", "teapur")
    assert "Kettletown" not in run("search", "Teapur", "--json").json["also"]


def test_a_starter_spelling_an_editor_takes_away_is_searched_no_more(run: Run, tmp_path: Path) -> None:  # noqa: F811
    assert "Baluchistan" in run("search", "Balochistan", "--json").json["also"]
    sheet = tmp_path / "file.csv"
    sheet.write_text("id,kind,name,aliases\nbalochistan,place,Balochistan,بلوچستان\n", encoding="utf-8")
    run("entities", "import", str(sheet))
    assert "Baluchistan" not in run("search", "Balochistan", "--json").json["also"]


def test_the_commands_merge_split_and_undo(run: Run, tmp_path: Path) -> None:  # noqa: F811
    sheet = tmp_path / "file.csv"
    sheet.write_text(TEA, encoding="utf-16")
    assert run("entities", "import", str(sheet), "--json").json["new"] == 3
    assert run("entities", "merge", "kamal-chai", "zarin-chai", "--json").json["id"] == "zarin-chai"
    assert "part of zarin-chai" in run("entities", "show", "kamal-chai").out
    run("entities", "undo", "zarin-chai")
    assert (
        run("entities", "split", "zarin-chai", "--name", "Zareen Chai", "--json").json["id"] == "zareen-chai"
    )
    assert run("entities", "undo", "nobody").status == 1
    assert run("entities", "import").status == 1
    assert run("entities", "import", str(tmp_path / "missing.csv")).status == 1
