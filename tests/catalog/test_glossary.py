"""The newsroom's glossary: written in the studio or by hand, told to the recogniser in the script of the talk."""

from pathlib import Path

import pytest

from catalog.errors import Conflict, InvalidQuery
from catalog.glossary import add_entry, drop_entry, read_glossary, terms_for
from catalog.search.tables import GLOSSARY, Known, newsroom_tables


def test_what_is_added_stands_behind_what_was_written_by_hand(tmp_path: Path) -> None:
    (tmp_path / GLOSSARY).write_text("# ours\nlapata | missing\n[place]\nGwadar\n", encoding="utf-8")
    add_entry(tmp_path, "organisation", ["Baloch  Voice", "بلوچ وائس", "Baloch Voice"])
    assert (tmp_path / GLOSSARY).read_text("utf-8").startswith("# ours\nlapata | missing\n[place]\nGwadar\n")
    assert [(one.kind, one.spellings) for one in read_glossary(tmp_path).entries] == [
        ("topic", ("lapata", "missing")),
        ("place", ("Gwadar",)),
        ("organisation", ("Baloch Voice", "بلوچ وائس")),
    ]
    tables = newsroom_tables(tmp_path, Known())
    assert tables.concepts[("baloch", "voice")][0].spellings == ("Baloch Voice", "بلوچ وائس")


def test_the_recogniser_is_told_each_term_in_the_script_of_the_talk(tmp_path: Path) -> None:
    add_entry(tmp_path, "place", ["Gwadar", "گوادر"])
    add_entry(tmp_path, "topic", ["lapata"])
    assert terms_for(tmp_path, ("Hub",), "ur") == ("Hub", "گوادر")
    assert terms_for(tmp_path, (), "en") == ("Gwadar", "lapata")
    assert terms_for(tmp_path, (), None) == ("Gwadar", "lapata")
    assert terms_for(tmp_path / "nowhere", ("Hub",), "en") == ("Hub",)


def test_an_entry_is_taken_out_as_it_was_seen(tmp_path: Path) -> None:
    add_entry(tmp_path, "place", ["Gwadar"])
    add_entry(tmp_path, "place", ["Hub"])
    seen = read_glossary(tmp_path)
    drop_entry(tmp_path, seen.entries[0].line, seen.stamp)
    assert [one.spellings for one in read_glossary(tmp_path).entries] == [("Hub",)]
    with pytest.raises(Conflict, match="changed since"):
        drop_entry(tmp_path, seen.entries[1].line, seen.stamp)


def test_a_spelling_stands_once_and_marks_of_the_file_cannot_be_written_into_it(tmp_path: Path) -> None:
    add_entry(tmp_path, "place", ["Gwadar"])
    with pytest.raises(Conflict, match="stands there already"):
        add_entry(tmp_path, "place", ["gwadar"])
    add_entry(tmp_path, "topic", ["[everyday]", "tea # rain | snow"])
    assert read_glossary(tmp_path).entries[1].spellings == ("everyday", "tea rain snow")
    for kind, spellings in (("nothing", ["a"]), ("place", [" "]), ("place", [str(n) for n in range(99)])):
        with pytest.raises(InvalidQuery):
            add_entry(tmp_path, kind, spellings)
