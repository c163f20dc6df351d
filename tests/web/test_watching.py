"""What the newsroom's machines tell of themselves: measures, the dashboard and alerts that use them, logs, health."""

import json
import logging
import re
import shutil
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from prometheus_client import generate_latest
from starlette.testclient import TestClient

from catalog.db import writing
from catalog.logs import JsonLines
from catalog.meters import WorkMeters
from catalog.models import Episode, Job, JobState, WebNode
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.work_health import last_backup, note_backup
from tests.catalog.newsrooms import at_work, work_until
from tests.catalog.newsrooms import newsroom_at as house_at
from tests.catalog.test_drills import add_talk
from tests.web.test_commands import fetch, free_port, serving
from web.app import create_app

DEPLOY = Path(__file__).parents[2] / "docs/deploy"
TOKEN = {"Authorization": "Bearer a long secret"}


@pytest.fixture
def watched(room: Newsroom) -> TestClient:
    return TestClient(create_app(room.settings.model_copy(update={"metrics_token": "a long secret"})))


def names_in(told: str) -> set[str]:
    """Every name that can be asked for."""
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", told, re.MULTILINE))
    parts = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}
    return {name + part for name, kind in kinds.items() for part in parts[kind]}


def labels_in(told: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, labels in re.findall(r"^(\w+)\{(.*)\} ", told, re.MULTILINE):
        found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


def back_up(room: Newsroom) -> None:
    room.settings.home.mkdir(exist_ok=True)
    note_backup(room.settings)


def everything(room: Newsroom, watched: TestClient) -> str:
    with writing(room.engine) as session:
        session.add(WebNode(machine="a" * 32, number=0))
    back_up(room)
    watched.get("/")
    work = WorkMeters()
    work.steps.labels("hear").observe(1)
    work.failures.labels("hear", "memory").inc()
    return watched.get("/metrics", headers=TOKEN).text + generate_latest(work.registry).decode()


def questions() -> dict[str, str]:
    board = json.loads((DEPLOY / "dashboard.json").read_text())
    rules = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())["groups"][0]["rules"]
    asked = {
        f"{one['title']} {target['refId']}": target["expr"]
        for one in board["panels"]
        for target in one["targets"]
    }
    return asked | {rule["alert"]: rule["expr"] for rule in rules}


def test_dashboard_and_alerts_ask_for_what_there_is(room: Newsroom, watched: TestClient) -> None:
    told = everything(room, watched)
    names, labels = names_in(told), labels_in(told)
    assert len(questions()) > 15
    for where, question in questions().items():
        asked = set(re.findall(r"presstalk_\w+", question))
        assert asked and asked <= names, (where, asked - names)
        for name, chosen in re.findall(r"(presstalk_\w+)\{([^}]*)\}", question):
            assert set(re.findall(r"(\w+)[=!]", chosen)) <= labels[name], where
    wanted = (
        "jobs step_seconds heard_sound_seconds_total step_failures_total index_changes_behind pages_total"
    )
    assert {f"presstalk_{name}" for name in (*wanted.split(), "http_seconds")} <= {
        name.removesuffix("_bucket") for name in names
    }


def test_two_measures_in_one_question_are_matched_by_what_both_have() -> None:
    joined = re.compile(r"\b(?:and|or|unless)\b(?! on \(instance\))")
    assert joined.search(
        'presstalk_workers == 0 and presstalk_jobs{state="queued"} > 0'
    )  # which never is true
    assert [where for where, question in questions().items() if joined.search(question)] == []


def test_every_alert_says_how_bad_it_is_and_what_happened() -> None:
    rules = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())["groups"][0]["rules"]
    assert {rule["labels"]["severity"] for rule in rules} == {"page", "look"}
    assert all(rule["annotations"]["summary"].endswith(".") for rule in rules)
    panels = json.loads((DEPLOY / "dashboard.json").read_text())["panels"]
    places = {(one["gridPos"]["x"], one["gridPos"]["y"]) for one in panels}
    assert len(places) == len({one["id"] for one in panels}) == len(panels)


def test_the_record_is_measured_and_says_when_it_is_away(room: Newsroom, watched: TestClient) -> None:
    with writing(room.engine) as session:
        session.add(Episode(slug="one", title="One"))
        session.flush()
        session.add_all(Job(episode_id=1, workflow_id=f"{n}", state=JobState.QUEUED) for n in range(3))
    told = watched.get("/metrics", headers=TOKEN).text
    assert 'presstalk_jobs{state="queued"} 3.0' in told and "presstalk_record_up 1.0" in told
    room.engine.dispose()
    path = Path(str(room.engine.url.database))
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    told = watched.get("/metrics", headers=TOKEN).text
    assert "presstalk_record_up 0.0" in told and "presstalk_jobs" not in told


def test_a_node_that_was_taken_away_wakes_nobody(room: Newsroom, watched: TestClient) -> None:
    with writing(room.engine) as session:
        session.add(WebNode(machine="a" * 32, seen_at=now() - timedelta(days=2)))
        session.add(WebNode(machine="b" * 32, seen_at=now() - timedelta(minutes=20)))
    told = watched.get("/metrics", headers=TOKEN).text
    assert set(re.findall(r'^presstalk_node_fenced\{node="(\w+)"\} 1.0$', told, re.MULTILINE)) == {"b" * 8}
    assert set(re.findall(r'^presstalk_index_changes_behind\{node="(\w+)"\}', told, re.MULTILINE)) == {
        "b" * 8
    }


def test_a_backup_that_was_made_is_told_with_its_moment(room: Newsroom, watched: TestClient) -> None:
    assert "presstalk_last_backup" not in watched.get("/metrics", headers=TOKEN).text
    back_up(room)
    told = watched.get("/metrics", headers=TOKEN).text
    at = float(re.findall(r"^presstalk_last_backup_timestamp_seconds (\S+)$", told, re.MULTILINE)[0])
    assert last_backup(room.settings) == datetime.fromtimestamp(at, UTC)


def test_kept_pages_are_counted_apart_from_those_that_are_made(watched: TestClient) -> None:
    for _ in range(3):
        watched.get("/about")
    told = watched.get("/metrics", headers=TOKEN).text
    assert 'presstalk_pages_total{how="kept"} 2.0' in told


def test_a_worker_measures_its_steps_and_how_fast_it_hears(tmp_path: Path) -> None:
    house = house_at(tmp_path / "home", voices=False)
    add_talk(house, tmp_path)
    with at_work(house) as working:
        work_until(working, working.is_idle)
        told = generate_latest(working.meters.registry).decode()
    counted = dict(re.findall(r'^presstalk_step_seconds_count\{step="(\w+)"\} (\S+)$', told, re.MULTILINE))
    assert {"fetch", "prepare", "hear", "compose", "index"} <= counted.keys()
    heard = float(re.findall(r"^presstalk_heard_sound_seconds_total (\S+)$", told, re.MULTILINE)[0])
    assert heard == pytest.approx(24, abs=1)
    assert float(re.findall(r"^presstalk_hearing_seconds_total (\S+)$", told, re.MULTILINE)[0]) > 0


def test_the_log_of_programs_is_an_object_a_line_and_names_no_reader(tmp_path: Path) -> None:
    told = {"PRESSTALK_LOG_FORM": "json", "PRESSTALK_LOG_LEVEL": "DEBUG"}
    with serving(tmp_path, "--port", str(free_port()), "--processes", "1", **told) as line:
        address = line.rpartition(" ")[2]
        for path in ("/", "/search?q=secretword", "/nothing", "/e/nobody"):
            request = urllib.request.Request(address + path, headers={"User-Agent": "a-telling-browser"})
            try:
                urllib.request.urlopen(request, timeout=30).close()
            except OSError:
                continue
        fetch(address + "/healthz")
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines
    for one in lines:
        record = json.loads(one)
        assert {"at", "level", "logger", "message", "process"} <= record.keys()
        assert record["at"].endswith("+00:00")
    said = (tmp_path / "log").read_text()
    assert not [word for word in ("127.0.0.1", "secretword", "a-telling-browser") if word in said]


def test_a_failure_in_the_log_brings_its_trace_along() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        1 / 0  # noqa: B018
    trace = caught.type, caught.value, caught.tb
    record = logging.getLogger("x").makeRecord("x", 40, "f", 1, "broke", (), trace)
    told = json.loads(JsonLines().format(record))
    assert "ZeroDivisionError" in told["trace"] and told["level"] == "ERROR"


def test_promtool_finds_no_fault_where_it_can_be_asked() -> None:
    if shutil.which("promtool"):
        subprocess.run(["promtool", "check", "rules", str(DEPLOY / "alerts.yaml")], check=True)


def test_ready_is_told_apart_from_alive(watched: TestClient) -> None:
    assert watched.get("/readyz").text == "ready\n"
    assert watched.get("/healthz").text == "ok\n"
