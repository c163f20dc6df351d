"""Invitations by mail: a letter more, never a link less, and no address kept."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email import message_from_bytes
from email.policy import SMTP

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.db import reading
from catalog.models import AuditEvent, User
from catalog.newsroom import Newsroom
from tests.letterbox import Letterbox, letterbox
from tests.web.studio.conftest import WORDS, Enter, browser
from web.app import create_app

TO = "zarin@elsewhere.example"
PASSWORD = "the word of the desk"
FORM = {"name": "Zarin", "role": "producer", "mail": TO}
LINK = re.compile(r"http://testserver/studio/link/[\w-]+")

Admin = Callable[[Letterbox], TestClient]


@pytest.fixture
def admin(staffed: Newsroom) -> Iterator[Admin]:
    """`admin(box)` is an admin's browser on a site that mails by that server."""
    with ExitStack() as stack:

        def act(box: Letterbox) -> TestClient:
            mail = {"mail_server": f"smtp://desk@127.0.0.1:{box.port}", "mail_sender": "desk@paper.example"}
            settings = staffed.settings.model_copy(update={**mail, "mail_password": PASSWORD})
            client = stack.enter_context(browser(create_app(settings)))
            client.post("/studio/sign-in", data={"name": "admin", "password": WORDS})
            return client

        yield act


def box() -> Letterbox:
    return Letterbox(f"\0desk\0{PASSWORD}")


def test_an_invitation_is_mailed_and_the_address_kept_nowhere(
    staffed: Newsroom, admin: Admin, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"), letterbox(box()) as letters:
        client = admin(letters)
        page = client.post("/studio/people", data=FORM).text
        again = client.post("/studio/people/1/link", data={"mail": TO}).text
    links = [LINK.search(page), LINK.search(again)]
    assert "It was mailed" in page and "It was mailed" in again and all(links)
    for raw, link in zip(letters.letters, links, strict=True):
        letter = message_from_bytes(raw, policy=SMTP)
        assert letter["To"] == TO and link and link.group() in letter.get_content()
    assert client.get(links[0].group() if links[0] else "").status_code == 200
    with reading(staffed.engine) as session:
        acts = session.exec(select(AuditEvent).where(AuditEvent.act == "mail link")).all()
    assert [act.who for act in acts] == ["admin", "admin"]
    kept = b"".join(path.read_bytes() for path in staffed.settings.home.rglob("*") if path.is_file())
    assert b"Zarin" in kept or staffed.settings.database_url
    assert TO.encode() not in kept and TO not in caplog.text and PASSWORD not in caplog.text


def test_a_mail_server_that_fails_loses_no_invitation(staffed: Newsroom, admin: Admin) -> None:
    with letterbox(box()) as letters:
        client = admin(letters)
    page = client.post("/studio/people", data=FORM).text  # nobody listens there any more
    assert "It was not mailed" in page and "cannot be reached" in page and TO not in page
    link = LINK.search(page)
    assert link and client.get(link.group()).status_code == 200


@pytest.mark.parametrize("to", [f"{TO}\nBcc: all@elsewhere.example", f"{TO},all@elsewhere.example", "Zarin"])
def test_a_hostile_address_is_refused_before_anything_is_done(
    staffed: Newsroom, admin: Admin, to: str
) -> None:
    with letterbox(box()) as letters:
        client = admin(letters)
        for path in ("/studio/people", "/studio/people/1/link", "/studio/settings/mail"):
            answer = client.post(path, data={**FORM, "mail": to, "to": to})
            assert answer.status_code == 400 and "no plain address" in answer.text
    assert letters.asked == []
    with reading(staffed.engine) as session:
        assert session.exec(select(User).where(User.name == "Zarin")).first() is None


def test_what_is_set_for_mail_is_tried_with_a_letter_and_no_page_shows_the_password(admin: Admin) -> None:
    with letterbox(box()) as letters:
        client = admin(letters)
        assert "took the letter" in client.post("/studio/settings/mail", data={"to": TO}).text
        assert len(letters.letters) == 1
        letters.secret = "another"
        assert "does not take our name" in client.post("/studio/settings/mail", data={"to": TO}).text
    page = client.get("/studio/settings").text
    assert "set, and not shown" in page and PASSWORD not in page
    refused = client.post(
        "/studio/settings/try", data={"name": "PRESSTALK_MAIL_SERVER", "value": "smtp://a:b@c.example"}
    )
    assert "belongs in PRESSTALK_MAIL_PASSWORD_FILE" in refused.text


def test_without_a_mail_server_the_link_is_shown_as_ever(enter: Enter) -> None:
    client = enter("admin")
    assert 'name="mail"' not in client.get("/studio/people").text
    assert "Does a letter arrive" not in client.get("/studio/settings").text
    page = client.post("/studio/people", data=FORM).text
    assert LINK.search(page) and "No mail server is set" in page
