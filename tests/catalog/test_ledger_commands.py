"""`presstalk claims`: looking for claims, listing and deciding them, in words and as JSON."""

import json

import pytest
from sqlalchemy.engine import Engine

from catalog import settings
from catalog.db import connect, writing
from tests.catalog.conftest import MakeEpisode
from tests.catalog.test_commands import Run, run  # noqa: F401

LINES = [
    ("Zarin Test", "en", "How many houses did the flood take?"),
    ("Hamid Test", "en", "The flood destroyed forty houses. The mill was sold in 1994."),
]


@pytest.fixture
def talk(run: Run, make_episode: MakeEpisode) -> Engine:  # noqa: F811
    run("episodes")  # which makes the catalog
    engine = connect(settings.current().catalog_url)
    with writing(engine) as session:
        make_episode(session, slug="tea", turns=LINES)
    return engine


def test_claims_are_proposed_listed_and_decided(run: Run, talk: Engine) -> None:  # noqa: F811
    assert json.loads(run("claims", "propose", "--json").out) == {"proposed": 2}
    assert json.loads(run("claims", "propose", "tea", "--json").out) == {"proposed": 0}
    waiting = run("claims", "list", "--status", "candidate", "--json").json
    assert [one["text"] for one in waiting] == [
        "The flood destroyed forty houses.",
        "The mill was sold in 1994.",
    ]
    assert waiting[0]["why"].startswith("May be a claim:") and waiting[0]["speaker"] == "Hamid Test"
    flood, mill = (one["short_id"] for one in waiting)
    assert run("claims", "confirm", flood, "--json").json[0]["status"] == "recorded"
    assert run("claims", "reject", mill).out.strip() == f"{mill} is rejected."
    assert [one["short_id"] for one in run("claims", "list", "tea", "--json").json] == [flood]
    assert "The flood destroyed forty" in run("search", "is:claim").out.replace("\n", " ")
    assert run("claims", "withdraw", flood).status == 1
    assert (
        run("claims", "withdraw", flood, "--reason", "she asked", "--json").json[0]["status"] == "withdrawn"
    )
    assert run("claims", "list").out.startswith("None.")
    assert run("claims", "reopen", flood, "--json").json[0]["status"] == "candidate"


def test_what_cannot_be_done_is_told_in_a_sentence(run: Run, talk: Engine) -> None:  # noqa: F811
    said = run("claims", "confirm", "nothing")
    assert said.status == 1 and "No claim has the number 'nothing'" in said.err.replace("\n", " ")
    assert run("claims", "list", "nobody").status == 1
    assert run("claims", "list", "--changed").out.startswith("None.")
