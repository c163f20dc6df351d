"""Assistants in the archive, with the official client: on stdio and at `/mcp`, what they are told and what refused."""

import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from catalog.models import EpisodeState
from catalog.newsroom import Newsroom, open_newsroom
from catalog.settings import Settings
from tests.web.live import served
from tests.web.newsrooms import URDU, demo_talk, put
from web import quotes
from web.agents import LARGEST_CALL, known_names
from web.app import create_app
from web.forms import Allowance

TOOLS = {"search_spoken_words", "get_turns", "get_episode", "get_article", "list_people", "cite_moment"}
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def fresh_allowance(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test is another assistant."""
    monkeypatch.setattr(quotes, "allowance", Allowance(3, "quotes"))
    yield


@pytest.fixture
def address(room: Newsroom, talks: dict[str, int]) -> Iterator[str]:
    """Where the site with two talks is served."""
    put(room, "gone", demo_talk(title="A title nobody may read", state=EpisodeState.WITHDRAWN, files={}))
    with served(create_app(room.settings)) as address:
        yield address


def with_client(server: Any, act: Callable[[Client], Awaitable[None]], mode: str = "auto") -> None:
    """Act as an assistant that then hangs up, within a minute."""

    async def run() -> None:
        with anyio.fail_after(60):
            async with Client(server, mode=mode) as client:
                await act(client)

    anyio.run(run)


async def told(client: Client, tool: str, **arguments: object) -> dict[str, Any]:
    """What a tool answers, structured."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def refused(client: Client, tool: str, **arguments: object) -> str:
    """The sentence with which a tool refuses."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return result.content[0].text


async def walk_through(client: Client, base: str) -> None:
    """What an assistant does: look around, search, read, cite; every answer can be checked by a human."""
    listed = (await client.list_tools()).tools
    assert {tool.name for tool in listed} == TOOLS
    assert all(tool.output_schema and tool.description for tool in listed)
    assert [tool.name for tool in listed if not tool.annotations.read_only_hint] == ["cite_moment"]
    found = await told(client, "search_spoken_words", query='"tea" role:guest', limit=3)
    hit = found["hits"][0]
    assert hit["url"].startswith(f"{base}/e/tea?t=")
    assert (hit["status"], hit["speaker"]["certainty"]) == ("machine", "confirmed")
    around = await told(
        client, "get_turns", episode=hit["episode"], from_ms=hit["start_ms"], to_ms=hit["end_ms"]
    )
    assert around["status"] == "machine" and hit["turn_id"].split("@")[0] == "tea"
    assert all(turn["url"].startswith(f"{base}/e/tea?t=") for turn in around["turns"])
    unsure = await told(client, "get_turns", episode="urdu", from_ms=12_000, to_ms=20_000)
    assert unsure["turns"][0]["speaker"]["quote_as"].startswith("probably ")
    talk = await told(client, "get_episode", episode="tea")
    assert (talk["url"], talk["transcript"]["status"]) == (f"{base}/e/tea", "machine")
    people = await told(client, "list_people", name="karima")
    assert people["people"][0]["url"] == f"{base}/people/karima-field"
    span = {"episode": "tea", "start_ms": hit["start_ms"], "end_ms": hit["end_ms"]}
    made = await told(client, "cite_moment", **span)
    assert made["url"] == f"{base}/q/{made['id']}" and made["now"] and made["status"] == "machine"
    assert (await told(client, "cite_moment", **span))["id"] == made["id"]


# ---- streamable HTTP ------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_assistant_searches_reads_and_cites_over_http(address: str, mode: str) -> None:
    with_client(f"{address}/mcp", lambda client: walk_through(client, address), mode)


def test_what_goes_wrong_is_a_sentence_an_assistant_can_act_on(address: str) -> None:
    async def act(client: Client) -> None:
        assert "No published talk is called 'none'." in await refused(client, "get_episode", episode="none")
        gone = await refused(client, "get_turns", episode="gone")
        assert "withdrawn" in gone and "nobody may read" not in gone
        assert "no cursor of this list" in await refused(client, "list_people", cursor="made up")
        nothing = {"episode": "tea", "start_ms": 900_000, "end_ms": 901_000}
        assert "No words are written" in await refused(client, "cite_moment", **nothing)
        for wrong in (
            {"episode": "../x"},
            {"episode": "tea", "limit": 0},
            {"episode": "tea", "from_ms": -1},
            {},
        ):
            assert "Error executing tool" in await refused(client, "get_turns", **wrong)
        for text in ("\0", "(" * 10_000, "* " * 3000, "' OR 1=1 --", '"unbalanced'):
            assert "hits" in await told(client, "search_spoken_words", query=text)
        for text in ("a* " * 2_000, "word~2 " * 2_000, "<script>", "before:2021-02-31", '-"'):
            assert "hits" in await told(client, "search_spoken_words", query=text)
        for made_up in ("A" * 24, "é", "0" * 200):
            sentence = await refused(client, "search_spoken_words", query="tea", cursor=made_up)
            assert "Search again" in sentence
        assert "no article" in (await refused(client, "get_article", article=99)).casefold()

    with_client(f"{address}/mcp", act)


def test_halves_of_letters_and_bytes_that_are_none_are_refused_and_the_next_call_is_answered(
    address: str,
) -> None:
    calls = [
        ("search_spoken_words", rb'{"query": "\ud800 rain"}'),
        ("search_spoken_words", rb'{"query": "rain", "cursor": "\udfff"}'),
        ("search_spoken_words", b'{"query": "\xff"}'),
        ("search_spoken_words", rb'{"\ud800": "rain"}'),
        ("list_people", rb'{"name": "\ud83d"}'),
        ("get_turns", rb'{"episode": "tea", "speaker": "\udc00"}'),
        ("cite_moment", rb'{"episode": "tea\ud800", "start_ms": 0, "end_ms": 9}'),
        (r"\ud800", b"{}"),
    ]
    for tool, arguments in calls:
        params = b'{"name": "%s", "arguments": %s}' % (tool.encode(), arguments)
        call = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": %s}' % params
        answer = httpx.post(f"{address}/mcp", content=call, headers=HEADERS)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, -32700), arguments
    assert httpx.post(f"{address}/mcp", json=CALL, headers=HEADERS).status_code == 200


def test_quotes_have_the_allowance_of_the_form_here_too(address: str) -> None:
    async def act(client: Client) -> None:
        for _ in range(3):
            await told(client, "cite_moment", episode="tea", start_ms=0, end_ms=9000)
        sentence = await refused(client, "cite_moment", episode="tea", start_ms=0, end_ms=9000)
        assert "Too many quotes" in sentence and "seconds" in sentence
        assert (await told(client, "get_episode", episode="tea"))["id"] == "tea"

    with_client(f"{address}/mcp", act)


def test_a_foreign_page_cannot_talk_to_it(address: str) -> None:
    for headers, status in (
        ({}, 200),
        ({"Host": "rebound.example"}, 421),
        ({"Origin": "https://rebound.example"}, 403),
        ({"Origin": "http://localhost:6274"}, 200),
        ({"Content-Type": "text/plain"}, 400),
    ):
        answer = httpx.post(f"{address}/mcp", json=CALL, headers=HEADERS | headers)
        assert (headers, answer.status_code) == (headers, status)


def test_it_knows_its_own_name() -> None:
    known = known_names(Settings(home=Path(), base_url="https://talks.example:8443/"))
    assert "talks.example:8443" in known.allowed_hosts
    assert "https://talks.example:8443" in known.allowed_origins
    assert not any("talks.example" in name for name in known_names(Settings(home=Path())).allowed_hosts)


def test_only_calls_of_a_fair_size_and_number_are_read(
    room: Newsroom, talks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.programs.READS", 4)
    with served(create_app(room.settings)) as address:
        asked = [
            httpx.get(f"{address}/mcp"),
            httpx.post(f"{address}/mcp", content=b"[" * 5000, headers=HEADERS),
            httpx.post(f"{address}/mcp", content=b" " * (LARGEST_CALL + 1), headers=HEADERS),
            httpx.post(f"{address}/mcp", content=iter([b" " * LARGEST_CALL, b" "]), headers=HEADERS),
            httpx.post(f"{address}/mcp", json=CALL, headers=HEADERS),
            httpx.post(f"{address}/mcp", json=CALL, headers=HEADERS),
        ]
    assert [answer.status_code for answer in asked] == [405, 400, 413, 413, 200, 429]
    assert asked[0].headers["allow"] == "POST"
    assert asked[5].headers["retry-after"]


def test_it_is_shut_while_the_site_is_not_up(room: Newsroom) -> None:
    async def ask() -> int:
        transport = httpx.ASGITransport(create_app(room.settings))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return (await client.post("/mcp", json=CALL, headers=HEADERS)).status_code

    assert anyio.run(ask) == 503


# ---- stdio ----------------------------------------------------------------------------------------


@asynccontextmanager
async def started(home: Path, log: Path, **environment: str) -> AsyncIterator[Any]:
    """The streams of `presstalk mcp`, started as an assistant starts it; what it says beside is in `log`."""
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "catalog.cli", "mcp"],
        env={**os.environ, "PRESSTALK_HOME": str(home), **environment},
    )
    with log.open("w") as beside:
        async with stdio_client(parameters, errlog=beside) as streams:
            yield streams


def test_an_assistant_searches_reads_and_cites_on_stdio(tmp_path: Path) -> None:
    home = tmp_path / "home"
    room = open_newsroom(Settings(home=home))
    put(room, "tea", demo_talk(files={}))
    put(room, "urdu", URDU)
    room.engine.dispose()
    base = "https://talks.example"
    server = started(home, tmp_path / "log", PRESSTALK_BASE_URL=base)
    with_client(server, lambda client: walk_through(client, base))
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_line_that_is_no_call_does_not_end_the_conversation_on_stdio(tmp_path: Path) -> None:
    async def run() -> bytes:
        lines = [
            rb'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"a": "\ud800"}}',
            b"\xff{",
            b"[" * 9_000,
        ]
        ping = b'{"jsonrpc": "2.0", "id": 7, "method": "ping"}'
        environment = {**os.environ, "PRESSTALK_HOME": str(tmp_path)}
        command = [sys.executable, "-m", "catalog.cli", "mcp"]
        text = b"\n".join([*lines, ping, b""])
        return (await anyio.run_process(command, input=text, env=environment)).stdout

    answers = [json.loads(line) for line in anyio.run(run).splitlines()]
    assert [one["result"] for one in answers if one.get("id") == 7] == [{}]


def test_nothing_but_the_protocol_is_written_on_stdout(tmp_path: Path) -> None:
    async def run() -> bytes:
        environment = {**os.environ, "PRESSTALK_HOME": str(tmp_path), "PRESSTALK_LOG_LEVEL": "DEBUG"}
        command = [sys.executable, "-m", "catalog.cli", "mcp"]
        done = await anyio.run_process(command, input=b"", env=environment)
        return done.stdout

    assert anyio.run(run) == b""
