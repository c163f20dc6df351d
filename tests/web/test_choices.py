"""What readers choose for how pages look, and that all of it is forgotten when they say so."""

import pytest
from starlette.testclient import TestClient

from web.look import CHOICES

OTHERS = [(choice.name, value) for choice in CHOICES for value, _ in choice.options[1:]]


@pytest.mark.parametrize(("name", "value"), OTHERS)
def test_a_choice_is_a_class_of_every_page_until_the_usual_is_chosen_again(
    client: TestClient, talks: dict[str, int], name: str, value: str
) -> None:
    client.post("/look", data={name: value, "back": "/e/tea"})
    for path in ("/", "/e/tea", "/ur/about"):
        assert f' class="{name}-{value}">' in client.get(path).text
    usual = next(choice.standard for choice in CHOICES if choice.name == name)
    client.post("/look", data={name: usual, "back": "/"})
    assert not client.cookies and f"{name}-{value}" not in client.get("/e/tea").text.partition("<body")[0]


def test_one_choice_leaves_the_others_alone(client: TestClient) -> None:
    client.post("/look", data={"theme": "dark"})
    client.post("/look", data={"size": "largest"})
    assert 'class="theme-dark size-largest"' in client.get("/about").text


def test_what_a_cookie_invents_is_not_believed(client: TestClient) -> None:
    client.cookies.set("size", '"><script>')
    assert "<script>" not in client.get("/about").text.partition("<body")[0]


def test_another_site_chooses_and_forgets_nothing(client: TestClient) -> None:
    for path in ("/look", "/forget"):
        answer = client.post(path, data={"theme": "dark"}, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403 and "set-cookie" not in answer.headers


def test_everything_is_forgotten_at_one_press(client: TestClient) -> None:
    for name, value in OTHERS:
        client.post("/look", data={name: value})
    assert len(client.cookies) == len(CHOICES)
    answer = client.post("/ur/forget", data={}, follow_redirects=False)
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert answer.headers["location"] == "/ur/reading?done=forgotten"
    assert not client.cookies
    assert "It is forgotten" in client.get("/reading?done=forgotten").text
