"""`presstalk voices` as producers use it; and nothing that is shown tells what a voice is like."""

import importlib
import io
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

import web
from catalog import settings as chosen_settings
from catalog.cli import main
from catalog.commands.contents import Commands
from catalog.db import writing
from catalog.models import Person
from catalog.namesakes import person_meant
from catalog.newsroom import Newsroom
from tests.catalog.conftest import MakeEpisode
from tests.catalog.enrolled import YES, add, lying, rows, secrets_of, with_encoder, with_panel
from tests.transcribe.conftest import write_wav
from tests.transcribe.panel import VOICES, samples
from transcribe.wav import RATE
from web.app import create_app

DAY = "2026-03-02"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite only: what they do is proven on both databases in test_voices."""
    return sqlite_url


@pytest.fixture
def encoder(house: Newsroom) -> Newsroom:
    return with_encoder(house)


@pytest.fixture
def panel(house: Newsroom, tmp_path: Path) -> Newsroom:
    return with_panel(house, tmp_path)


@pytest.fixture
def zarin(house: Newsroom) -> Person:
    return add(house, "Zarin Test")


# ---- commands -------------------------------------------------------------------------------------

Told = tuple[int, str, str]


@pytest.fixture
def presstalk(
    house: Newsroom, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Told]]:
    """`presstalk("voices", "list")` runs one command in this process: how it ended, what it said, its complaint."""
    monkeypatch.setenv("PRESSTALK_HOME", str(house.settings.home))
    monkeypatch.setenv("PRESSTALK_DATABASE_URL", house.settings.database_url)
    chosen_settings.current.cache_clear()

    def act(*words: str, stdin: str = "") -> Told:
        monkeypatch.setattr(sys, "argv", ["presstalk", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    yield act
    chosen_settings.current.cache_clear()


CONSENT = ("--consent-by", YES.by, "--consent-how", YES.how, "--consent-at", DAY)


def test_a_person_is_enrolled_listed_and_forgotten_by_command(
    encoder: Newsroom, zarin: Person, presstalk: Callable[..., Told]
) -> None:
    words = ("voices", "enrol", "Zarin Test", *CONSENT, "--file", str(VOICES / "moderator.opus"))
    status, out, _ = presstalk(*words, "--from", "0:01", "--to", "0:07.5")
    assert (status, "is enrolled" in out) == (0, True)
    status, out, _ = presstalk(*words, "--from", "0:01", "--to", "0:07.5")
    assert (status, "nothing was changed" in out) == (0, True)
    (line,) = json.loads(presstalk("voices", "list", "--json")[1])
    assert (line["person"], line["spoken_ms"], line["consent_by"]) == ("zarin-test", 6500, YES.by)
    assert line["channel"] == ""  # nobody said
    assert "zarin-test" in presstalk("voices", "list")[1]
    status, _, _ = presstalk("voices", "forget", "zarin-test", stdin="n\n")
    assert (status, len(rows(encoder))) == (1, 1)
    assert "Gone" in presstalk("voices", "forget", "zarin-test", "--yes")[1]
    assert (
        presstalk("voices", "forget", "zarin-test", "--yes")[1] == "No voice print of Zarin Test is kept.\n"
    )
    assert "Nobody is enrolled" in presstalk("voices", "list")[1]


def test_a_person_is_enrolled_from_an_episode_by_command(
    panel: Newsroom, presstalk: Callable[..., Told]
) -> None:
    status, _, err = presstalk("voices", "enrol", "bashir-khan", *CONSENT, "--episode", "panel")
    assert (status, err) == (0, "")
    assert rows(panel)[0].made_from.startswith("the episode panel")


def test_what_cannot_be_enrolled_is_told_in_a_sentence_and_leaves_nothing(
    encoder: Newsroom, zarin: Person, presstalk: Callable[..., Told], tmp_path: Path
) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no sound")
    quiet = write_wav(tmp_path / "quiet.wav", np.zeros(6 * RATE, np.int16))
    short = write_wav(tmp_path / "short.wav", samples("moderator")[: 2 * RATE])
    sound = ("--file", str(VOICES / "moderator.opus"))
    refused = {
        ("nobody", *CONSENT, *sound): "Nobody in the catalog",
        ("zarin-test", *sound): "only with the consent",
        ("zarin-test", *CONSENT[:3], " ", *sound): "only with the consent",
        ("zarin-test", *CONSENT[:4], "--consent-at", "2199-01-01", *sound): "to come",
        ("zarin-test", *CONSENT): "one of the two",
        ("zarin-test", *CONSENT, *sound, "--episode", "panel"): "one of the two",
        ("zarin-test", *CONSENT, *sound, "--label", "S1"): "one of the two",
        ("zarin-test", *CONSENT, "--episode", "panel", "--from", "0:10"): "one of the two",
        ("zarin-test", *CONSENT, "--episode", "panel"): "No episode",
        ("zarin-test", *CONSENT, "--file", str(text)): "not a recording",
        ("zarin-test", *CONSENT, "--file", str(tmp_path / "missing.wav")): "no file missing.wav",
        ("zarin-test", *CONSENT, "--file", str(quiet)): "less than 3 s of speech",
        ("zarin-test", *CONSENT, "--file", str(short)): "less than 3 s of speech",
        ("zarin-test", *CONSENT, *sound, "--from", "1:00:00"): "no stretch of this file",
        ("zarin-test", *CONSENT, *sound, "--to", "9:00"): "no stretch of this file",
        ("zarin-test", *CONSENT, *sound, "--from", "0:05", "--to", "0:05"): "no stretch of this file",
        ("zarin-test", *CONSENT, *sound, "--from", "soon"): "no time",
    }
    for words, sentence in refused.items():
        status, out, err = presstalk("voices", "enrol", *words)
        assert (status, out) == (1, ""), words
        assert err.startswith("Not done: ")
        assert sentence in err
        assert err.count("\n") == 1
    assert (rows(encoder), lying(encoder)) == ([], set())


def test_without_the_encoder_enrolling_says_how_to_get_it(
    house: Newsroom, zarin: Person, presstalk: Callable[..., Told]
) -> None:
    status, _, err = presstalk(
        "voices", "enrol", zarin.slug, *CONSENT, "--file", str(VOICES / "moderator.opus")
    )
    assert (status, "presstalk models fetch voices" in err) == (1, True)
    assert lying(house) == set()


# ---- never shown ----------------------------------------------------------------------------------


def json_commands() -> Iterator[tuple[str, ...]]:
    """Every command that speaks JSON and asks for no words."""

    def walk(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, (*words, name))
        speaks = any("--json" in one.opts for one in getattr(command, "params", []))
        if speaks and not any(one.required for one in command.params):
            yield (*words, "--json")

    for name, command in Commands().items():
        yield from walk(command, (name,))


def test_no_page_and_no_json_shows_what_a_voice_is_like(
    house: Newsroom, make_episode: MakeEpisode, presstalk: Callable[..., Told]
) -> None:
    with writing(house.engine) as session:
        make_episode(session, slug="river", turns=[("Zarin Test", "en", "the river rises")])
        person = person_meant(session, "zarin-test")
    hidden = secrets_of(house, person, 7)
    figures = {
        word for word in hidden if not word.startswith(("agreed", "in-letter"))
    }  # the list shows consent
    commands = list(json_commands())
    assert ("voices", "list", "--json") in commands
    for words in commands:
        out = "".join(map(str, presstalk(*words, stdin="{}")))
        assert not [word for word in figures if word in out], words
    seen = 0
    with TestClient(create_app(house.settings), raise_server_exceptions=False) as client:
        for path in addresses(f"voices/{rows(house)[0].file_name}"):
            answer = client.get(path)
            seen += answer.status_code == 200
            shown = [word for word in hidden if word.encode() in answer.content and word not in path]
            assert not shown, path  # a page that is not there tells what was asked for
    assert seen > 5


def addresses(file: str) -> set[str]:
    """Every address of the site that a reader may ask for, filled with what there is: an episode, a person, `file`."""
    modules = [importlib.import_module(f"web.{one.name}") for one in pkgutil.iter_modules(web.__path__)]
    routes = [route for module in modules if hasattr(module, "router") for route in module.router.routes]
    values = {
        "slug": ("river", "zarin-test"),
        "ending": ("vtt", "srt", "json", "txt"),
        "kind": ("peaks",),
        "name": (file, f"../{file}", f"..%2f{file}"),
    }
    paths = {route.path.replace(":path}", "}") for route in routes if "GET" in route.methods}
    for name, choices in values.items():
        paths = {path.replace(f"{{{name}}}", choice) for path in paths for choice in choices}
    return paths
