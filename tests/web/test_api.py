"""The archive for programs: what each answer holds, how lists go on, what is said when something is wrong."""

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from catalog.models import EpisodeState, LabelState
from catalog.newsroom import Newsroom
from tests.web.newsrooms import Line, Talk, Voice, demo_talk, put, set_state
from web import quotes
from web.api import claims, episodes, offers, people, search, topics, turns, values
from web.api import quotes as cited
from web.api.app import describe
from web.app import create_app
from web.deps import Site
from web.forms import Allowance

API = "/api/v1"
PROBLEM = "application/problem+json"
BAD = [
    "\x00",
    "x" * 10_000,
    "\ud800",
    '"((" OR -',
    "*" * 3000,
    "' OR 1=1 --",
    "<script>",
    "9" * 400,
    "%",
    "ي~ " * 900,
]


@pytest.fixture(autouse=True)
def fresh_allowance(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test is another reader."""
    monkeypatch.setattr(quotes, "allowance", Allowance(quotes.A_MINUTE, "quotes"))
    yield


def read(client: TestClient, path: str, **query: object) -> dict:
    answer = client.get(API + path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def pages(client: TestClient, path: str, of: str, **query: object) -> Iterator[list]:
    """Every page of a list, by its cursors."""
    page = read(client, path, **query)
    yield page[of]
    while page["next"]:
        page = read(client, path, **query, cursor=page["next"])
        yield page[of]


def many(room: Newsroom) -> list[str]:
    slugs = [f"talk-{number}" for number in range(5)]
    for slug in slugs:
        put(room, slug, demo_talk(title=f"Title of {slug}", files={}))
    return slugs


# ---- what is answered -----------------------------------------------------------------------------


def test_every_address_that_is_listed_answers(client: TestClient, talks: dict[str, int]) -> None:
    told = read(client, "/")
    plain = [address for address in told["addresses"].values() if "{" not in address.split("{?")[0]]
    for address in [told["help"], told["description"], *plain]:
        path = address.removeprefix("http://testserver").split("{?")[0]
        expected = 405 if path.endswith("/quotes") else 422 if path.endswith(("/search", "/related")) else 200
        assert (path, client.get(path).status_code) == (path, expected)


def test_an_episode_is_told_with_links_status_and_how_sure_its_names_are(
    client: TestClient, talks: dict[str, int]
) -> None:
    told = read(client, "/episodes/tea")
    assert (told["url"], told["status"], told["date"]) == ("http://testserver/e/tea", "machine", "2026-11-21")
    assert told["transcript"]["turns_url"] == "http://testserver/api/v1/episodes/tea/turns"
    assert {file["kind"] for file in told["files"]} == {"web_audio_low", "web_audio"}
    for link in [*told["transcript"]["copies"].values(), *(file["url"] for file in told["files"])]:
        assert client.get(link).status_code == 200


def test_a_transcript_a_human_corrected_says_so(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk(files={}, by_human=True))
    assert read(client, "/episodes")["episodes"][0]["status"] == "corrected"
    assert read(client, "/episodes/tea")["status"] == "corrected"
    assert read(client, "/episodes/tea/turns")["status"] == "corrected"
    assert read(client, "/search", q="tea")["hits"][0]["status"] == "corrected"


def test_a_turn_carries_its_link_and_the_doubt_about_its_speaker(
    client: TestClient, talks: dict[str, int]
) -> None:
    turns = read(client, "/episodes/urdu/turns")["turns"]
    assert [turn["speaker"]["certainty"] for turn in turns] == [
        "confirmed",
        "probable",
        "confirmed",
        "unconfirmed",
    ]
    assert turns[1]["speaker"]["quote_as"] == "probably Demo Voice E, the Deliberately Long-Named Guest"
    assert turns[1]["url"] == "http://testserver/e/urdu?t=12#t=12"
    assert turns[3]["speaker"]["person"] is None
    assert turns[3]["paragraphs"][1]["notes"] == ["spoken in Balochi, not yet transcribed"]


def test_turns_are_had_by_time_and_by_speaker(client: TestClient, talks: dict[str, int]) -> None:
    here = read(client, "/episodes/urdu/turns", from_ms=12_000, to_ms=20_000)["turns"]
    assert [turn["start_ms"] for turn in here] == [12_000]
    hers = read(client, "/episodes/tea/turns", speaker="karima-field")["turns"]
    assert {turn["speaker"]["person"] for turn in hers} == {"karima-field"}


def test_a_search_finds_what_the_page_finds(client: TestClient, talks: dict[str, int]) -> None:
    found = read(client, "/search", q="tea role:guest before:2021-02-31")
    assert found["total"] == len(found["hits"]) > 0
    assert {hit["speaker"]["role"] for hit in found["hits"]} == {"guest"}
    assert "no date" in found["notes"][0]["text"] and found["notes"][0]["position"] == 15
    hit = found["hits"][0]
    assert "tea" in "".join(piece["text"] for piece in hit["snippet"] if piece["found"]).lower()
    assert client.get(hit["url"]).status_code == client.get(found["url"]).status_code == 200


def test_a_voice_that_is_withheld_is_named_nowhere(room: Newsroom, client: TestClient) -> None:
    lines = [Line("1", "The lantern went out.", 0, 2000)]
    put(room, "dark", Talk("Dark", lines, {"1": Voice("Zarin Test", state=LabelState.WITHHELD)}))
    for path in ("/episodes", "/episodes/dark", "/episodes/dark/turns", "/search?q=lantern", "/people"):
        assert "Zarin" not in client.get(API + path).text
    assert client.get(API + "/people/zarin-test").status_code == 404


def test_people_are_found_by_another_spelling_of_their_name(
    client: TestClient, talks: dict[str, int]
) -> None:
    assert [one["id"] for one in read(client, "/people", q="KARIMA")["people"]] == ["karima-field"]
    somebody = read(client, "/people/karima-field")
    assert somebody["appearances"][0]["affiliation"] == "doctor from Peshawar"


def test_a_quote_that_is_made_is_the_same_for_the_same_words(
    client: TestClient, talks: dict[str, int]
) -> None:
    wanted = {"episode": "tea", "start_ms": 0, "end_ms": 9000}
    made = client.post(API + "/quotes", json=wanted)
    assert made.status_code == 200
    told = made.json()
    assert client.post(API + "/quotes", json=wanted).json() == told
    assert read(client, f"/quotes/{told['id']}") == told
    assert told["speakers"][0]["certainty"] == "confirmed" and told["status"] == "machine"
    for link in (told["url"], told["moment_url"], *told["citations"].values()):
        assert client.get(link).status_code == 200


def test_what_can_be_downloaded_and_articles_have_their_lists(client: TestClient) -> None:
    assert {"search.csv", "search.ris", "data"} <= {
        one["name"] for one in read(client, "/exports")["exports"]
    }
    assert read(client, "/articles") == {"articles": [], "next": None}
    assert client.get("/api/v1/articles/1").status_code == 404


# ---- lists that go on -----------------------------------------------------------------------------


def test_every_list_gives_each_of_its_lines_once(room: Newsroom, client: TestClient) -> None:
    slugs = many(room)
    episodes = [one["id"] for page in pages(client, "/episodes", "episodes", limit=2) for one in page]
    assert episodes == slugs[::-1]
    turns = [one["id"] for page in pages(client, "/episodes/talk-1/turns", "turns", limit=3) for one in page]
    assert turns == [one["id"] for one in read(client, "/episodes/talk-1/turns", limit=100)["turns"]]
    people = [one["id"] for page in pages(client, "/people", "people", limit=1) for one in page]
    assert people == ["asma-green", "hamid-river", "karima-field"]
    found = read(client, "/search", q="tea", limit=100)["hits"]
    hits = [one["turn_id"] for page in pages(client, "/search", "hits", q="tea", limit=2) for one in page]
    assert sorted(hits) == sorted(one["turn_id"] for one in found)


def test_a_list_is_filtered_by_language_title_and_day(room: Newsroom, client: TestClient) -> None:
    many(room)
    put(room, "ur", demo_talk(language="ur", files={}))
    assert [one["id"] for one in read(client, "/episodes", language="ur")["episodes"]] == ["ur"]
    assert [one["id"] for one in read(client, "/episodes", q="of TALK-3")["episodes"]] == ["talk-3"]
    assert len(read(client, "/episodes", after="2026-11-21", before="2026-11-22")["episodes"]) == 6
    assert read(client, "/episodes", before="2026-11-21")["episodes"] == []
    assert read(client, "/episodes", q="%")["episodes"] == []


@pytest.mark.parametrize("path", ["/episodes", "/people", "/episodes/talk-1/turns", "/search"])
def test_a_cursor_of_another_list_or_made_up_is_no_cursor(
    room: Newsroom, client: TestClient, path: str
) -> None:
    many(room)
    foreign = read(client, "/episodes", q="Title", limit=1)["next"]
    for cursor in (foreign, "0", "x" * 200, "-1", "é", "\x00", "AAAAAAAAAAAAAAAAAAAAAAAA"):
        answer = client.get(API + path, params={"q": "tea", "limit": 1, "cursor": cursor})
        assert (cursor, answer.status_code) == (cursor, 400)
        assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize(
    "path",
    [
        *("/search?q=rain", "/search?q=in:articles+rain", "/search?q=rain&sort=newest", "/ur/search?q=rain"),
        *(f"{API}{noun}" for noun in ("/search?q=rain", "/people?", "/articles?", "/topics?", "/claims?")),
    ],
)
def test_a_forged_cursor_is_told_on_pages_and_to_programs(
    client: TestClient, talks: dict[str, int], path: str
) -> None:
    name = "cursor" if path.startswith(API) else "after"
    for forged in (
        "A" * 24,
        "x" * 200,
        "-1",
        "\0",
        "é",
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "9" * 99,
    ):
        answer = client.get(f"{path}&{urlencode({name: forged})}")
        assert answer.status_code == (400 if path.startswith(API) else 200), forged
        assert "<script>alert" not in answer.text, forged
        if not path.startswith(API):  # readers go on, from the first page
            assert 'role="status"' in answer.text, forged


def test_what_goes_on_without_cursors_asks_for_none(client: TestClient, talks: dict[str, int]) -> None:
    for kind in ("atom", "rss", "jsonl"):
        assert client.get(f"/search.{kind}?q=rain&after=x&cursor=%00").status_code == 200
    for page in ("0", "-1", "9" * 40, "x", "<script>", "\0"):
        assert client.get("/search/concordance", params={"q": "rain", "page": page}).status_code == 404
    assert client.get("/search/concordance", params={"q": "rain", "page": 999}).status_code in (200, 404)


def test_the_page_of_a_search_is_the_same_search(client: TestClient, talks: dict[str, int]) -> None:
    asked = {"q": "rain", "sort": "oldest", "expand": "no"}
    told = read(client, "/search", **asked)
    assert told["url"] == "http://testserver/search?q=rain&sort=oldest&expand=no"
    assert client.get(told["url"]).status_code == 200


def test_pages_programs_and_assistants_search_one_after_the_other(
    client: TestClient, talks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, in_turn = [], Site.in_turn

    async def noted(site: Site, search: Any) -> Any:
        taken.append(search)
        return await in_turn(site, search)

    monkeypatch.setattr(Site, "in_turn", noted)
    params = {"name": "search_spoken_words", "arguments": {"query": "rain"}}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    answers = [
        client.get("/search?q=rain"),
        client.get(f"{API}/search?q=rain"),
        client.post("/mcp", json=call, headers={"Accept": "application/json", "Host": "localhost"}),
    ]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert 'isError":false' in answers[2].text.replace(" ", "") and len(taken) == 3


def test_a_cursor_is_out_of_date_once_the_transcript_changed(room: Newsroom, client: TestClient) -> None:
    episode_id = put(room, "tea", demo_talk(files={}))
    cursor = read(client, "/episodes/tea/turns", limit=1)["next"]
    set_state(room, episode_id, EpisodeState.PUBLISHED)
    answer = client.get(API + "/episodes/tea/turns", params={"limit": 1, "cursor": cursor})
    assert answer.status_code == 400 and "Begin again" in answer.json()["detail"]


# ---- how it is answered ---------------------------------------------------------------------------


def test_an_answer_is_not_sent_twice_and_is_open_to_every_site(
    client: TestClient, talks: dict[str, int]
) -> None:
    for path in (
        "/",
        "/episodes",
        "/episodes/tea",
        "/episodes/tea/turns",
        "/search?q=tea",
        "/people",
        "/openapi.json",
    ):
        first = client.get(API + path)
        assert first.headers["access-control-allow-origin"] == "*"
        again = client.get(API + path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        bare = client.head(API + path)
        assert (bare.status_code, bare.content, bare.headers["etag"]) == (200, b"", first.headers["etag"])


def test_a_foreign_page_may_read_but_not_make_quotes(client: TestClient, talks: dict[str, int]) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answer = client.options(API + "/quotes", headers=asked)
    assert answer.status_code == 204
    assert "POST" not in answer.headers["access-control-allow-methods"]
    wanted = json.dumps({"episode": "tea", "start_ms": 0, "end_ms": 9000})
    sent = client.post(API + "/quotes", content=wanted, headers={"Content-Type": "text/plain"})
    assert sent.status_code == 422


def test_each_answer_says_how_many_more_are_allowed(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("web.api.app.READS", 3)
    caplog.set_level(logging.DEBUG)
    with TestClient(create_app(room.settings), client=("203.0.113.77", 1)) as client:
        answers = [client.get(f"{API}/episodes?q={number}") for number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"requests";q=3;w=60'
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert answers[3].headers["content-type"] == PROBLEM
    assert 0 < int(answers[3].headers["retry-after"]) <= 60
    assert "203.0.113.77" not in caplog.text


def test_quotes_have_the_allowance_of_the_form(
    client: TestClient, talks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotes, "allowance", Allowance(1, "quotes"))
    wanted = {"episode": "tea", "start_ms": 0, "end_ms": 9000}
    assert client.post(API + "/quotes", json=wanted).status_code == 200
    refused = client.post(API + "/quotes", json=wanted)
    assert (refused.status_code, refused.headers["ratelimit"].split(";")[0]) == (429, '"quotes"')
    assert client.post("/e/tea/cite", data={"paragraph": 1}).status_code == 429


# ---- what is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in EpisodeState if state is not EpisodeState.PUBLISHED])
def test_what_is_not_public_is_told_from_nothing_only_when_it_was(
    room: Newsroom, client: TestClient, state: EpisodeState
) -> None:
    secret = "A title nobody outside may read"
    put(room, "tea", demo_talk(title=secret, files={}, state=state))
    expected = 410 if state is EpisodeState.WITHDRAWN else 404
    wanted = {"episode": "tea", "start_ms": 0, "end_ms": 9000}
    answers = [client.get(f"{API}/episodes/tea{rest}") for rest in ("", "/turns")]
    for answer in [*answers, client.post(API + "/quotes", json=wanted)]:
        assert (answer.status_code, answer.headers["content-type"]) == (expected, PROBLEM)
        assert answer.json()["status"] == expected
    for path in ("/episodes", "/people", "/search?q=tea", "/people/hamid-river"):
        assert not any(word in client.get(API + path).text for word in (secret, "Hamid", "/e/tea"))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/episodes/", 404),
        ("GET", "/episodes/none", 404),
        ("GET", "/people/none", 404),
        ("GET", "/quotes/aaaaaaaaaa", 404),
        ("DELETE", "/episodes/tea", 405),
        ("GET", "/quotes", 405),
        ("GET", "/search", 422),
        ("GET", "/episodes/TEA", 422),
        ("GET", "/episodes?limit=0", 422),
        ("GET", "/episodes?limit=99999999999999999999999999", 422),
        ("GET", "/episodes?after=2021-02-31", 422),
        ("GET", "/episodes?after=1612000000", 422),
        ("GET", "/episodes/tea/turns?from_ms=-1", 422),
        ("GET", "/episodes/tea/turns?to_ms=" + "9" * 5000, 422),
        ("GET", "/search?q=tea&sort=guess", 422),
        ("GET", "/search?q=" + "x" * 20_001, 422),
    ],
)
def test_every_failure_is_a_problem_with_a_sentence(
    client: TestClient, talks: dict[str, int], method: str, path: str, status: int
) -> None:
    answer = client.request(method, API + path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    told = answer.json()
    assert told["status"] == status and told["type"] == "about:blank" and told["title"]
    assert len(told["detail"]) > 20
    assert ("errors" in told) == (status == 422)
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize("text", BAD)
def test_no_text_breaks_anything(client: TestClient, talks: dict[str, int], text: str) -> None:
    text = text.encode("utf-8", "surrogatepass").decode("latin-1")
    for path in ("/search?sort=newest", "/episodes", "/people"):
        answer = client.get(f"{API}{path}", params={"q": text})
        assert answer.status_code in (200, 422), answer.text
    for parameter in ("speaker", "language", "cursor", "after", "limit"):
        path = "/episodes/tea/turns" if parameter == "speaker" else "/episodes"
        assert client.get(f"{API}{path}", params={parameter: text}).status_code in (200, 400, 422)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"no JSON", 422),
        (b"\xff\xff", 400),
        (b"[" * 5000, 400),
        (b'{"episode": "tea", "start_ms": ' + b"9" * 5000 + b', "end_ms": 1}', 400),
        (b'{"episode": "\\ud800", "start_ms": 0, "end_ms": 9000}', 422),
        (b'{"\\ud800": 1}', 422),
        (b'{"episode": "tea", "start_ms": "0", "end_ms": 9000}', 422),
        (b'{"episode": "tea", "start_ms": NaN, "end_ms": Infinity}', 422),
        (b'{"episode": "tea", "start_ms": 0, "end_ms": 9000, "more": 1}', 422),
        (b'{"episode": "tea", "start_ms": 9000, "end_ms": 9000}', 400),
        (b'{"episode": "tea", "start_ms": 900000000, "end_ms": 900001000}', 400),
        (b" " * 1_000_000, 413),
    ],
)
def test_a_body_that_does_not_fit_is_refused(
    client: TestClient, talks: dict[str, int], body: bytes, status: int
) -> None:
    kind = {"Content-Type": "application/json"}
    answer = client.post(API + "/quotes", content=body, headers=kind)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    pieces = client.post(API + "/quotes", content=iter([body[:9000], body[9000:]]), headers=kind)
    assert pieces.status_code == status


# ---- how it is described --------------------------------------------------------------------------


def test_every_route_and_every_answer_is_described_with_an_example(room: Newsroom) -> None:
    site = create_app(room.settings)
    [mounted] = [route for route in site.routes if getattr(route, "path", "") == API]
    told = describe(mounted.app)
    assert told["openapi"].startswith("3.1")
    schemas = told["components"]["schemas"]
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"] and operation["description"], path
            assert {"200", "422", "429", "503"} <= operation["responses"].keys()
            assert ("304" in operation["responses"]) == (method == "get")
            for status, answer in operation["responses"].items():
                for kind, content in answer.get("content", {}).items():
                    assert (kind == PROBLEM) == (status != "200")
                    assert (
                        "example" in content
                        or schemas[content["schema"]["$ref"].rpartition("/")[2]]["examples"]
                    )
            for parameter in operation.get("parameters", ()):
                assert parameter["description"], (path, parameter["name"])


def test_the_examples_of_the_description_are_true_to_their_models(room: Newsroom) -> None:
    checked = 0
    for module in (claims, episodes, offers, people, cited, search, topics, turns, values):
        for model in vars(module).values():
            if (
                isinstance(model, type)
                and issubclass(model, values.Value)
                and model.__module__ == module.__name__
            ):
                for example in model.model_config.get("json_schema_extra", {}).get("examples", ()):
                    assert model.model_validate_json(json.dumps(example)).model_dump(mode="json") == example
                    checked += 1
    assert checked >= 12


def test_the_page_for_people_shows_how_to_begin(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/api").text
    for address in ("/api/v1/openapi.json", "/search/help", "/api/v1/exports", "/opensearch.xml"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
    assert "http://testserver/mcp" in page and "300 requests a minute" in page


def test_a_search_by_meaning_says_which_turns_have_none_of_the_words(
    client: TestClient, room: Newsroom
) -> None:
    said = "Soldiers came at night and the boy has been missing ever since; nobody tells us where he is held."
    put(room, "night", Talk("Night", [Line("1", said, 0, 4000)], {"1": Voice("Zarin Test")}))
    assert read(client, "/search", q="abducted infantry")["hits"] == []
    found = read(client, "/search", q="abducted infantry", mode="hybrid")
    assert [(hit["episode"], hit["by_meaning"]) for hit in found["hits"]] == [("night", True)]
    assert found["next"] is None and "mode=hybrid" in found["url"]
    wrong = client.get(API + "/search", params={"q": "abducted", "mode": "hybrid", "cursor": "x" * 24})
    assert wrong.status_code == 400
    assert wrong.headers["content-type"].startswith(PROBLEM)
