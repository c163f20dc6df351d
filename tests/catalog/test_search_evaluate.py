import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from catalog.commands.judging import app
from catalog.errors import InvalidQuery
from catalog.search.evaluate import JudgedSet, evaluate, read_set
from catalog.search.tables import starter_tables

SETS = Path(__file__).parents[1] / "data" / "search"
TUNED = SETS / "tuned.json"
WHICH = pytest.mark.parametrize("which", ["tuned", "heldout", "blind", "second", "third", "fourth", "fifth"])


@WHICH
def test_what_was_judged_is_found_in_every_script(which: str) -> None:
    judged = read_set(SETS / f"{which}.json")
    result = evaluate(judged, starter_tables())
    print(f"recall@20 {result.ours.recall_at_20:.3f}, precision@10 {result.ours.precision_at_10:.3f};")
    print(f"FTS5: {result.fts5.recall_at_20:.3f}, {result.fts5.precision_at_10:.3f}")
    assert (len(judged.turns) >= 150, len(judged.queries) >= 120) == (True, True)
    assert result.ours.recall_at_20 >= 0.90
    assert result.ours.precision_at_10 >= 0.95
    assert result.ours.recall_at_20 > result.fts5.recall_at_20


@WHICH
def test_every_judged_turn_is_in_the_set(which: str) -> None:
    judged = read_set(SETS / f"{which}.json")
    ids = [turn.id for turn in judged.turns]
    assert len(ids) == len(set(ids))
    assert {one for query in judged.queries for one in (*query.find, *query.misses)} <= set(ids)
    assert [query.q for query in judged.queries if set(query.find) & set(query.misses)] == []


def test_the_command_prints_figures_and_misses_for_programs(tmp_path: Path) -> None:
    file = tmp_path / "set.json"
    queries = [
        {"q": "Balochistan", "find": ["a", "b"], "not": []},
        {"q": "windmill", "find": ["b"], "not": []},
    ]
    turns = [{"id": "a", "lang": "ur", "text": "بلوچستان"}, {"id": "b", "lang": "en", "text": "Baluchistan"}]
    file.write_text(json.dumps({"turns": turns, "queries": queries}), encoding="utf-8")
    answer = json.loads(CliRunner().invoke(app, [str(file), "--json"]).stdout)
    assert answer["ours"]["recall_at_20"] == pytest.approx(2 / 3)
    assert answer["ours"]["misses"] == [{"query": "windmill", "not_found": ["b"], "wrongly_found": []}]
    assert answer["fts5"]["recall_at_20"] == 0


TURNS = [{"id": "a", "lang": "en", "text": "tea and rain"}, {"id": "b", "lang": "ur", "text": "چائے"}]


@pytest.mark.parametrize(
    "query",
    [
        *("", '"' * 10_001, "(" * 10_000, "tea " * 2_500, "x" * 10_000, "a* " * 3_000, "tea~9 " * 1_000),
        *("tea\0", "' OR 1=1; DROP TABLE turn --", "<script>alert(1)</script>", '"tea rain"~99999999999'),
        " ".join(map(str, range(2_500))),
    ],
    ids=lambda query: query[:12],
)
def test_no_query_of_a_set_breaks_either_search(query: str) -> None:
    judged = JudgedSet.model_validate(
        {"turns": TURNS, "queries": [{"q": query, "find": ["b"], "not": ["a"]}]}
    )
    assert evaluate(judged, starter_tables()).ours.misses[0].query == query


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"turns": TURNS * 2, "queries": []}, "two turns have the id “a”"),
        ({"turns": TURNS, "queries": [{"q": "tea", "find": ["z"]}]}, "“tea” names the turn “z”"),
        ({"turns": TURNS, "queries": [{"q": "tea", "not": ["z"]}]}, "“tea” names the turn “z”"),
        ({"turns": TURNS, "queries": [{"q": None}]}, r"queries\.0\.q"),
        ({"turns": TURNS, "queries": [{"q": ["tea"]}]}, r"queries\.0\.q"),
        ({"turns": TURNS, "queries": [{"q": "tea", "find": "a"}]}, r"queries\.0\.find"),
        ({"turns": {"a": "tea"}, "queries": []}, "turns"),
        ({"turns": [{"id": True, "text": "tea"}], "queries": []}, r"turns\.0\.id"),
        ({"turns": [{"id": "a", "text": {"en": "tea"}}], "queries": []}, r"turns\.0\.text"),
    ],
)
def test_a_set_of_the_wrong_shape_says_where(tmp_path: Path, content: object, told: str) -> None:
    file = tmp_path / "set.json"
    file.write_text(json.dumps(content), encoding="utf-8-sig")  # as some editors save it
    with pytest.raises(InvalidQuery, match=told):
        read_set(file)


def test_a_set_may_number_its_turns_and_hold_other_things(tmp_path: Path) -> None:
    file = tmp_path / "set.json"
    turns = [{"id": 1, "text": "tea", "year": 1999}, {"id": 2, "text": "rain"}]
    file.write_text(json.dumps({"turns": turns, "queries": [{"q": "tea", "find": [1, 1]}], "by": "us"}))
    assert evaluate(read_set(file), starter_tables()).ours.recall_at_20 == 1.0


HALF_A_LETTER = rb'{"turns": [{"id": "\ud800", "text": ""}], "queries": []}'


@pytest.mark.parametrize("content", [b'{"turns": [', b"[" * 100_000, HALF_A_LETTER], ids=len)
def test_broken_json_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "set.json"
    file.write_bytes(content)
    with pytest.raises(InvalidQuery, match="is not a set of judged queries"):
        read_set(file)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"turns": []}', b"\xff\xfe", b'{"turns": [{"id": 1}], "queries": []}']
)
def test_a_file_that_is_no_set_is_refused_with_its_reason(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "set.json"
    file.write_bytes(content)
    with pytest.raises(InvalidQuery, match="is not a set of judged queries"):
        read_set(file)
    with pytest.raises(InvalidQuery, match="cannot be read"):
        read_set(tmp_path / "nowhere")
