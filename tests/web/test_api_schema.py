"""The interface keeps to its own description, whatever it is sent: schemathesis asks, rightly and wrongly."""

from collections import Counter

import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.run import PhaseName

from catalog.authority.bringing import bring_in
from catalog.authority.following import follow
from catalog.authority.sheet import read_sheet
from catalog.db import writing
from catalog.newsroom import Newsroom
from tests.web.ledger import fill_ledger
from tests.web.newsrooms import URDU, demo_talk, put
from web import quotes
from web.api import examples
from web.app import create_app
from web.forms import Allowance

PLENTY = 10**6
CONFIG = {
    "seed": 4,
    "workers": 1,
    "cache": {"enabled": False},
    "generation": {"deterministic": True, "max-examples": 20, "database": "none"},
    # What is well formed may be no cursor of this list, or a time at which nothing is said.
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "410"]}},
    "phases": {"stateful": {"enabled": False}},
}


@pytest.fixture
def site(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """The site with the talk of the examples and another, and requests enough for a checker."""
    with writing(room.engine) as session:
        bring_in(session, read_sheet("id,kind,name\nlake-market,place,Punjab\n"))
    put(room, examples.TALK, demo_talk())
    fill_ledger(room)
    put(room, "urdu", URDU)
    follow(room)
    monkeypatch.setattr("web.api.app.READS", PLENTY)
    monkeypatch.setattr(quotes, "allowance", Allowance(PLENTY))
    return create_app(room.settings)


def test_every_answer_is_as_described(site: FastAPI) -> None:
    schema = schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", site, config=SchemathesisConfig.from_dict(CONFIG)
    )
    wrong: list[str] = []
    phases: set[PhaseName] = set()
    answers: Counter[int] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            phases.add(event.phase)
            sent = event.recorder.interactions.values()
            answers.update(one.response.status_code for one in sent if one.response is not None)
            wrong += [
                f"{check.name}: {check.failure_info.failure.title} {check.failure_info.failure.message}\n"
                f"{check.failure_info.code_sample}"
                for checks in event.recorder.checks.values()
                for check in checks
                if check.status is not Status.SUCCESS and check.failure_info
            ]
        elif isinstance(event, events.NonFatalError | events.FatalError):
            wrong.append(str(event))
    assert wrong == []
    assert {PhaseName.EXAMPLES, PhaseName.COVERAGE, PhaseName.FUZZING} <= phases
    assert {200, 400, 404, 405, 422} <= answers.keys(), "the checker did not ask for all of it"
