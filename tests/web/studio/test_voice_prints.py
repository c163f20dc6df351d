"""A voice is enrolled from the speakers panel: by editors, of a voice somebody confirmed, with consent on record."""

import re
from pathlib import Path

import pytest
from sqlmodel import select

from catalog.db import reading, writing
from catalog.models import Appearance, AuditEvent, AuditWords, SpeakerLabel
from catalog.newsroom import Newsroom
from tests.catalog.enrolled import lying, rows, with_panel
from tests.web.studio.conftest import Enter

FORM = {"by": "Zephyrine herself", "how": "a signed form", "day": "2026-03-02", "channel": "studio"}


@pytest.fixture
def panel(staffed: Newsroom, tmp_path: Path) -> Newsroom:
    return with_panel(staffed, tmp_path)


def forms(page: str, ending: str) -> list[str]:
    """Where the forms of a page go whose address ends like this."""
    return re.findall(rf'<form[^>]+action="([^"]+/{ending})"', page)


def test_a_voice_is_enrolled_with_consent_listed_and_forgotten(panel: Newsroom, enter: Enter) -> None:
    client = enter("editor")
    (address,) = forms(client.get("/studio/e/panel").text, "enrol")
    for missing in ({"by": ""}, {"how": " "}, {"day": "2126-01-01"}, {"day": "soon"}):
        assert client.post(address, data={**FORM, **missing}).status_code == 400
    assert rows(panel) == [] and lying(panel) == set()
    assert client.post(address, data=FORM).headers["location"] == "/studio/e/panel?note=enrolled#h-prints"
    (row,) = rows(panel)
    assert (row.consent_by, row.consent_how, row.channel) == ("Zephyrine herself", "a signed form", "studio")
    assert "note=known" in client.post(address, data=FORM).headers["location"]
    page = client.get("/studio/e/panel").text
    assert "Prints made from this talk" in page and "a signed form" in page
    assert "a signed form" in client.get("/studio/directory/bashir-khan").text
    (undo,) = forms(page, "forget")
    assert client.post(undo).headers["location"].startswith("/studio/e/panel?note=forgotten")
    assert rows(panel) == [] and lying(panel) == set()
    assert client.post(undo).status_code == 404
    with reading(panel.engine) as session:
        acts = session.exec(select(AuditEvent).where(AuditEvent.act == "voice")).all()
        assert [(act.who, act.detail["act"]) for act in acts] == [("editor", "enrol"), ("editor", "forget")]
        kept = [row.words for row in session.exec(select(AuditWords))]
        assert "Zephyrine" not in str([act.detail for act in acts]) + str(kept)


def test_every_print_of_a_person_goes_from_their_page(panel: Newsroom, enter: Enter) -> None:
    client = enter("editor")
    (address,) = forms(client.get("/studio/e/panel").text, "enrol")
    client.post(address, data=FORM)
    assert "a signed form" not in enter("producer").get("/studio/directory/bashir-khan").text
    (forget,) = forms(client.get("/studio/directory/bashir-khan").text, "voice/forget")
    assert client.post(forget).headers["location"].endswith("note=forgotten")
    assert rows(panel) == [] and lying(panel) == set()
    assert "a signed form" not in client.get("/studio/directory/bashir-khan").text


def test_no_other_voice_is_enrolled_and_no_producer_does_it(panel: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    (address,) = forms(editor.get("/studio/e/panel").text, "enrol")
    others = {f"/studio/e/panel/voices/S{number}/enrol" for number in range(3)} - {address}
    assert {editor.post(other, data=FORM).status_code for other in others} == {409}
    assert editor.post("/studio/e/panel/voices/S9/enrol", data=FORM).status_code == 404
    producer = enter("producer")
    assert producer.post(address, data=FORM).status_code == 403
    assert "/enrol" not in producer.get("/studio/e/panel").text
    assert rows(panel) == []


def test_a_voice_behind_another_name_is_not_offered_and_never_enrolled(panel: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    (address,) = forms(editor.get("/studio/e/panel").text, "enrol")
    with writing(panel.engine) as session:
        label = session.exec(select(SpeakerLabel).where(SpeakerLabel.state == "confirmed")).one()
        session.get_one(Appearance, label.appearance_id).pseudonymous = True
    assert forms(editor.get("/studio/e/panel").text, "enrol") == []
    answer = editor.post(address, data=FORM)
    assert answer.status_code == 409 and "must never be known again" in answer.text
    assert rows(panel) == [] and lying(panel) == set()


def test_without_the_encoder_it_is_told_what_is_missing(panel: Newsroom, enter: Enter) -> None:
    client = enter("editor")
    (address,) = forms(client.get("/studio/e/panel").text, "enrol")
    for file in panel.settings.models_folder.rglob("*"):
        if file.is_symlink():
            file.unlink()
    answer = client.post(address, data=FORM)
    assert answer.status_code == 409 and "The voice encoder" in answer.text
