"""Signing in and out in a browser, links, one's own account, people: what the pages do and what cookies say."""

import re
import time

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from catalog.audit import verify_log
from catalog.db import reading
from catalog.newsroom import Newsroom
from catalog.totp import code_at
from tests.web.studio.conftest import HERE, WORDS, Enter

OTHER = "quite another sentence"


def sign_in(client: TestClient, name: str = "editor", password: str = WORDS, code: str = "", back: str = ""):
    return client.post(
        "/studio/sign-in", data={"name": name, "password": password, "code": code, "back": back}
    )


def test_a_page_that_needs_somebody_comes_back_after_signing_in(stranger: TestClient) -> None:
    there = stranger.get("/studio/e/tea").headers["location"]
    form = stranger.get(there).text
    back = re.search(r'name="back" value="([^"]+)"', form)
    assert back and back[1] == "/studio/e/tea"
    assert sign_in(stranger, back=back[1]).headers["location"] == "/studio/e/tea"
    assert stranger.get(there).headers["location"] == "/studio/e/tea"


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "https://evil.example",
        "/studio/../x",
        "/studio/\\evil",
        "/studio//evil?a=%0d",
        "/e/x",
    ],
)
def test_nobody_is_sent_elsewhere_by_signing_in(stranger: TestClient, back: str) -> None:
    where = sign_in(stranger, back=back).headers["location"]
    assert where.startswith("/studio/") and "\\" not in where and ".." not in where


def test_cookies_are_kept_from_scripts_from_other_sites_and_from_plain_lines(app: FastAPI) -> None:
    for base, name, path, more in (
        ("http://testserver", "presstalk-session", "/studio", []),
        ("https://testserver", "__Host-presstalk-session", "/", ["Secure"]),
    ):
        client = TestClient(app, base_url=base, follow_redirects=False, headers={"Origin": base})
        cookie = sign_in(client).headers.get_list("set-cookie")[0]
        first, *parts = cookie.split("; ")
        assert first.startswith(f"{name}=")
        assert {"HttpOnly", "SameSite=lax", f"Path={path}", *more} <= set(parts)
        assert not any(part.startswith("Domain") for part in parts)


def test_a_wrong_password_is_told_without_saying_what_was_wrong(stranger: TestClient) -> None:
    known, unknown = sign_in(stranger, password="wrong"), sign_in(stranger, "nobody", "wrong")
    assert known.status_code == unknown.status_code == 403
    assert "The name, the password or the code is not right." in known.text
    assert known.text.replace("editor", "") == unknown.text.replace("nobody", "")
    assert "wrong" not in re.sub(r'class="[^"]*"', "", known.text)


def test_who_guesses_waits_whatever_address_is_claimed_and_the_owner_does_not(
    app: FastAPI, enter: Enter, stranger: TestClient
) -> None:
    owner = enter("editor")
    owner.post("/studio/sign-out")
    answers = [
        stranger.post(
            "/studio/sign-in",
            data={"name": "editor", "password": "x"},
            headers={"X-Forwarded-For": f"192.0.2.{number}", "Forwarded": f"for=192.0.2.{number}"},
        )
        for number in range(7)
    ]
    assert [answer.status_code for answer in answers][-1] == 429
    assert int(answers[-1].headers["retry-after"]) >= 1 and "Wait" in answers[-1].text
    assert sign_in(stranger).status_code == 429, "the right password does not tell a guesser it is right"
    assert sign_in(owner).status_code == 303


def test_signing_out_ends_the_session_and_a_stolen_copy_of_its_cookie(app: FastAPI, enter: Enter) -> None:
    client = enter("producer")
    token = client.cookies["presstalk-session"]
    assert client.post("/studio/sign-out").headers["location"] == "/studio/sign-in"
    thief = TestClient(app, follow_redirects=False, cookies={"presstalk-session": token}, headers=HERE)
    assert thief.get("/studio/").status_code == 303


def test_an_invitation_becomes_an_account(enter: Enter, stranger: TestClient, staffed: Newsroom) -> None:
    page = enter("admin").post("/studio/people", data={"name": "<b>Mina</b>", "role": "producer"}).text
    link = re.search(r'href="http://testserver(/studio/link/[^"]+)"', page)
    assert link and "&lt;b&gt;Mina" in page and "<b>Mina</b>" not in page
    assert "&lt;b&gt;Mina" in stranger.get(link[1]).text
    for password, again in (("short", "short"), (OTHER, "different")):
        refused = stranger.post(link[1], data={"password": password, "again": again})
        assert refused.status_code == 400 and 'role="alert"' in refused.text
    chosen = stranger.post(link[1], data={"password": OTHER, "again": OTHER})
    assert chosen.headers["location"] == "/studio/sign-in?note=chosen"
    assert stranger.get(link[1]).status_code == 403
    assert sign_in(stranger, "<b>mina</b>", OTHER).status_code == 303
    with reading(staffed.engine) as session:
        assert verify_log(session).broken is None


def test_a_new_password_signs_out_everybody_else(app: FastAPI, enter: Enter) -> None:
    here, there = enter("editor"), enter("editor")
    wrong = here.post("/studio/account/password", data={"old": "x", "password": OTHER, "again": OTHER})
    assert wrong.status_code == 400 and "nothing was changed" in wrong.text
    done = here.post("/studio/account/password", data={"old": WORDS, "password": OTHER, "again": OTHER})
    assert done.headers["location"] == "/studio/account?note=password"
    assert here.get("/studio/").status_code == 200
    assert there.get("/studio/").status_code == 303


def test_a_borrowed_browser_cannot_guess_the_password_for_ever(enter: Enter) -> None:
    client = enter("editor")
    pages = [client.post("/studio/account/password", data={"old": "x"}).text for _ in range(10)]
    assert "was not right" in pages[0] and "Wait" in pages[-1]


def test_the_second_factor_is_set_up_used_and_taken_off(enter: Enter, stranger: TestClient) -> None:
    client = enter("editor")
    assert client.post("/studio/account/factor", data={"old": "x"}).status_code == 400
    page = client.post("/studio/account/factor", data={"old": WORDS}).text
    secret = re.search(r"secret=([A-Z2-7]{32})", page)
    assert secret
    assert client.post("/studio/account/factor/confirm", data={"code": "1"}).status_code == 400
    step = int(time.time()) // 30
    codes = client.post("/studio/account/factor/confirm", data={"code": code_at(secret[1], step - 1)}).text
    first = re.search(r"<li>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</li>", codes)
    assert first
    assert sign_in(stranger).status_code == 403
    assert sign_in(stranger, code=first[1]).status_code == 303
    assert "9 of 10" in client.get("/studio/account").text
    assert client.post("/studio/account/factor/off", data={"old": WORDS}).status_code == 303
    assert "off" in client.get("/studio/account").text


def test_sessions_are_listed_and_ended(enter: Enter) -> None:
    here, there = enter("editor"), enter("editor")
    page = here.get("/studio/account").text
    assert "<bdi>Firefox</bdi>" in page
    found = re.search(r"/studio/account/sessions/(\d+)/end", here.get("/studio/account").text)
    assert found
    assert here.post(found[0]).status_code == 303
    assert (here.get("/studio/").status_code, there.get("/studio/").status_code) == (200, 303)
    again = enter("editor")
    here.post("/studio/account/sessions/end-others")
    assert again.get("/studio/").status_code == 303


def test_admins_see_who_did_what(enter: Enter) -> None:
    admin = enter("admin")
    admin.post("/studio/people", data={"name": "Mina", "role": "producer"})
    page = admin.get("/studio/log").text
    assert "add user" in page and "name: Mina" in page and "The chain holds" in page


def test_a_form_that_comes_too_late_keeps_what_was_written(stranger: TestClient) -> None:
    answer = stranger.post("/studio/add", data={"link": "https://talks.example/x"})
    assert answer.status_code == 401 and "what you wrote is still in the form" in answer.text
