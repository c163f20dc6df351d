"""A voice is enrolled from the speakers panel: by editors, of a voice somebody confirmed, with consent on record."""

from pathlib import Path

import pytest
from sqlmodel import select

from catalog.db import reading
from catalog.models import AuditEvent, AuditWords
from catalog.newsroom import Newsroom
from tests.catalog.enrolled import lying, rows, with_panel
from tests.web.studio.conftest import Enter

FORM = {"by": "Zephyrine herself", "how": "a signed form", "day": "2026-03-02", "channel": "studio"}


@pytest.fixture
def panel(staffed: Newsroom, tmp_path: Path) -> Newsroom:
    return with_panel(staffed, tmp_path)


def confirmed(page: str) -> str:
    """The address to which the one confirmed voice is sent to be enrolled."""
    (address,) = {
        part.partition('"')[0] for part in page.split('action="') if "/enrol" in part.partition('"')[0]
    }
    return address


def test_a_voice_is_enrolled_with_consent_listed_and_forgotten(panel: Newsroom, enter: Enter) -> None:
    client = enter("editor")
    address = confirmed(client.get("/studio/e/panel").text)
    for missing in ({"by": ""}, {"how": " "}, {"day": "2126-01-01"}, {"day": "soon"}):
        assert client.post(address, data={**FORM, **missing}).status_code == 400
    assert rows(panel) == [] and lying(panel) == set()
    assert (
        client.post(address, data=FORM).headers["location"].startswith("/studio/e/panel?note=enrolled#voice-")
    )
    (row,) = rows(panel)
    assert (row.consent_by, row.consent_how, row.channel) == ("Zephyrine herself", "a signed form", "studio")
    assert "note=known" in client.post(address, data=FORM).headers["location"]
    page = client.get("/studio/e/panel").text
    assert "Enrolled" in page
    person = next(
        part.partition('"')[0] for part in page.split('href="') if part.startswith("/studio/directory/")
    )
    assert "a signed form" in client.get(person).text
    assert client.post(f"{person}/voice/forget").headers["location"].endswith("note=forgotten")
    assert rows(panel) == [] and lying(panel) == set()
    assert "a signed form" not in client.get(person).text
    with reading(panel.engine) as session:
        acts = session.exec(select(AuditEvent).where(AuditEvent.act == "voice")).all()
        assert [(act.who, act.detail["act"]) for act in acts] == [("editor", "enrol"), ("editor", "forget")]
        kept = [row.words for row in session.exec(select(AuditWords))]
        assert "Zephyrine" not in str([act.detail for act in acts]) + str(kept)


def test_no_other_voice_is_enrolled_and_no_producer_does_it(panel: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    address = confirmed(editor.get("/studio/e/panel").text)
    others = {f"/studio/e/panel/voices/S{number}/enrol" for number in range(3)} - {address}
    for other in (*others, "/studio/e/panel/voices/S9/enrol"):
        assert editor.post(other, data=FORM).status_code in (404, 409)
    producer = enter("producer")
    assert producer.post(address, data=FORM).status_code == 403
    assert "/enrol" not in producer.get("/studio/e/panel").text
    assert rows(panel) == []


def test_without_the_encoder_it_is_told_what_to_do(panel: Newsroom, enter: Enter) -> None:
    client = enter("editor")
    address = confirmed(client.get("/studio/e/panel").text)
    for file in panel.settings.models_folder.rglob("*"):
        if file.is_symlink():
            file.unlink()
    answer = client.post(address, data=FORM)
    assert answer.status_code == 409 and "presstalk models fetch" in answer.text
