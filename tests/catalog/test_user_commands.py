"""`presstalk user` and `presstalk audit`, as typed."""

import json
from pathlib import Path

import pytest

from catalog import settings
from catalog.db import connect, writing
from catalog.models import AuditEvent
from catalog.newsroom import open_newsroom
from catalog.sign_in import sign_in
from tests.catalog.test_commands import Run, run

__all__ = ["run"]


def test_an_account_is_added_with_a_password_that_is_told_once(run: Run) -> None:
    told = run("user", "add", "Mina Field", "--role", "admin", "--json").json
    assert (told["name"], told["role"], len(told["password"])) == ("Mina Field", "admin", 24)
    newsroom = open_newsroom(settings.current())
    assert sign_in(newsroom.engine, "mina field", told["password"], "").visitor.name == "Mina Field"
    (line,) = run("user", "list", "--json").json
    assert (line["role"], line["has_second_factor"]) == ("admin", False)
    assert told["password"] not in json.dumps(line)


def test_an_account_is_added_with_a_link(run: Run) -> None:
    told = run(
        "user", "add", "Mina", "--role", "producer", "--link", "--json", BASE_URL="https://talk.example/"
    ).json
    assert told["link"].startswith("https://talk.example/studio/link/") and "password" not in told
    again = run("user", "link", "mina", "--json").json
    assert again["link"] != told["link"]
    assert "invited" in run("user", "list").out


@pytest.mark.parametrize(
    "words", [("disable", "Nobody"), ("link", "Nobody"), ("add", "", "--role", "editor")]
)
def test_what_cannot_be_done_is_told_in_a_sentence(run: Run, words: tuple[str, ...]) -> None:
    said = run("user", *words)
    assert said.status == 1 and said.err.startswith("Not done: ")


def test_the_log_is_verified_and_handed_out(run: Run, tmp_path: Path) -> None:
    run("user", "add", "Admin", "--role", "admin")
    run("user", "add", "Mina", "--role", "editor")
    assert "Disabled" in run("user", "disable", "mina").out
    verdict = run("audit", "verify", "--json").json
    assert (verdict["rows"], verdict["broken"]) == (3, None)
    assert run("audit", "verify", "--head", verdict["head"]).status == 0
    run("audit", "export", str(tmp_path / "log.jsonl"))
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [row["act"] for row in rows] == ["add user", "add user", "disable user"]
    assert rows[0]["who"] and rows[0]["words"] == {"name": "Admin"}
    with writing(connect(settings.current().catalog_url)) as session:
        session.delete(session.get_one(AuditEvent, 2))
    broken = run("audit", "verify")
    assert broken.status == 1 and "row 3" in broken.err
