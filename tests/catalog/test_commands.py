"""`presstalk` as people and programs use it: stable JSON, one sentence for what goes wrong, quick to start."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from catalog import settings
from catalog.cli import app, main
from catalog.commands.contents import Commands
from catalog.db import connect, writing
from catalog.models import EpisodeState
from catalog.newsroom import Newsroom, open_newsroom
from media.ffmpeg import ffmpeg_path
from tests.catalog.conftest import MakeEpisode

COMMANDS = Commands()
NAMES = sorted(COMMANDS)
MODELS = [f"models {name}" for name in sorted(COMMANDS["models"].commands)]


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.status == 0, self.err
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Run one command in this process, in a home of its own; settings are given as `PORT="1"`."""
    monkeypatch.setenv("PRESSTALK_HOME", str(tmp_path / "home"))
    settings.current.cache_clear()

    def act(*words: str, stdin: str = "", **values: str) -> Said:
        settings.current.cache_clear()
        with monkeypatch.context() as patch:
            for name, value in values.items():
                patch.setenv(f"PRESSTALK_{name}" if name.isupper() else name, value)
            patch.setattr(sys, "argv", ["presstalk", *words])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
            with pytest.raises(SystemExit) as ended:
                main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    yield act
    settings.current.cache_clear()
    connect(f"sqlite:///{tmp_path}/home/catalog.db").dispose()


@pytest.fixture
def house(run: Run) -> Newsroom:
    """The newsroom that the commands of this test work in."""
    settings.current.cache_clear()
    return open_newsroom(settings.current())


@pytest.fixture
def talk(house: Newsroom, make_episode: MakeEpisode) -> Newsroom:
    """The newsroom with one talk in review and one that nobody heard yet."""
    lines = [("Zarin Test", "en", "the river rises"), (None, "ur", "دریا چڑھتا ہے")]
    with writing(house.engine) as session:
        make_episode(session, slug="river", state=EpisodeState.REVIEW, title="The river", turns=lines)
        make_episode(session, slug="fresh", state=EpisodeState.NEW, turns=[])
    return house


def assert_one_sentence(said: Said) -> None:
    assert said.status == 1
    assert said.out == ""
    assert said.err.startswith("Not done: ")
    assert said.err.rstrip().endswith(".")
    assert said.err.count("\n") == 1


# ---- the list of commands -------------------------------------------------------------------------


def test_the_list_is_what_the_modules_say() -> None:
    told = {name: one.help for name, one in COMMANDS.told.items()}
    assert told == {name: (COMMANDS[name].help or "").partition("\n\n")[0] for name in NAMES}
    assert {"add", "episodes", "jobs", "serve", "models", "work"} <= set(NAMES)


@pytest.mark.parametrize("words", ["", *NAMES, *MODELS])
def test_every_command_explains_itself(words: str) -> None:
    for flag in ("--help", "-h"):
        result = CliRunner().invoke(app, [*words.split(), flag])
        assert result.exit_code == 0
        assert "Usage: " in result.output


def test_without_words_the_commands_are_listed_and_a_wrong_one_is_guessed(run: Run) -> None:
    assert all(name in run().out + run("--help").out for name in NAMES)
    wrong = run("episode")
    assert wrong.status == 2
    assert "'episodes'" in wrong.err


def test_the_version_is_printed(run: Run) -> None:
    assert run("--version").out.startswith("presstalk 0.")


LOADED = """
import sys
from catalog.cli import main
try:
    main()
except SystemExit:
    pass
print(*sorted(sys.modules), file=sys.stderr)
"""
HEAVY = {
    "av",
    "ctranslate2",
    "dbos",
    "fastapi",
    "faster_whisper",
    "feedparser",
    "huggingface_hub",
    "onnxruntime",
}
HEAVY |= {"uvicorn", "yt_dlp"}


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (["--help"], {"sqlalchemy", "sqlmodel", "tantivy", "alembic"}),
        (["--version"], {"sqlalchemy", "sqlmodel", "tantivy", "alembic"}),
        (["episodes", "--json"], set()),
        (["search", "river", "--json"], set()),
    ],
)
def test_a_light_command_loads_nothing_heavy(house: Newsroom, words: list[str], more: set[str]) -> None:
    done = subprocess.run([sys.executable, "-c", LOADED, *words], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "typer" in loaded
    assert loaded & (HEAVY | more) == set()


# ---- what programs read -----------------------------------------------------------------------------


def test_episodes_and_show_as_json(run: Run, talk: Newsroom) -> None:
    listed = run("episodes", "--json").json
    assert [one["slug"] for one in listed] == ["fresh", "river"]
    keys = {"slug", "title", "state", "language", "duration_ms", "published_at"}
    assert all(keys <= set(one) for one in listed)
    assert run("episodes", "--state", "review", "--json").json == listed[1:]
    shown = run("show", "river", "--json").json
    assert {key: shown[key] for key in keys} == {key: listed[1][key] for key in keys}
    assert [(turn["speaker"], turn["start_ms"], turn["text"]) for turn in shown["turns"]] == [
        ("Zarin Test", 0, "the river rises"),
        ("Unconfirmed voice 2", 10_000, "دریا چڑھتا ہے"),
    ]


@pytest.mark.parametrize(
    "query",
    [
        "x" * 10_000,
        "\udcff",
        '"unbalanced',
        "* " * 3_000,
        "(" * 2_000,
        "' OR 1=1 --",
        "<script>",
        "before:2021-02-31",
    ],
    ids=lambda query: query[:9].encode("ascii", "replace").decode(),
)
def test_search_answers_whatever_is_asked(run: Run, talk: Newsroom, query: str) -> None:
    told = run("search", query, "--json")
    assert told.status == 0 and told.json["total"] == 0


def test_search_as_json_finds_what_is_published_and_nothing_else(run: Run, talk: Newsroom) -> None:
    assert run("search", "river", "--no-expand", "--json", "--limit", "5").json["hits"] == []
    assert run("publish", "river").status == 0
    [hit] = run("search", "river", "--no-expand", "--json", "--limit", "5").json["hits"]
    assert (hit["episode"], hit["speaker"]) == ("river", "Zarin Test")
    assert 0 <= hit["start_ms"] < hit["end_ms"] <= 10_000
    assert "river" in hit["snippet"]
    assert (hit["turn_id"].partition("@")[0], hit["status"]) == ("river", "machine")
    assert run("withdraw", "river").status == 0
    assert run("search", "river", "--json").json["hits"] == []
    assert run("publish", "river").status == 0
    assert "1 published" in run("reindex").out
    assert len(run("search", "river OR دریا", "--json", "--limit", "1").json["hits"]) == 1


def test_search_says_where_it_did_not_understand_and_what_may_be_meant(run: Run, talk: Newsroom) -> None:
    assert run("publish", "river").status == 0
    asked = "rivver before:2021-02-31"
    told = run("search", asked, "--no-expand", "--json").json
    assert (told["notes_at"], told["suggestions"]) == ([7], ["river before:2021-02-31"])
    said = run("search", asked, "--no-expand").out
    assert "At: before:2021-02-31" in said and "Did you mean: river before:2021-02-31?" in said


def test_search_by_meaning_says_which_turns_have_none_of_the_words(run: Run, talk: Newsroom) -> None:
    assert run("publish", "river").status == 0
    worded = run("search", "river", "--mode", "hybrid", "--no-expand", "--json").json["hits"]
    assert [hit["by_meaning"] for hit in worded][:1] == [False]
    assert run("search", "canal stream", "--no-expand", "--json").json["hits"] == []
    meant = run("search", "canal stream", "--mode", "meaning", "--no-expand", "--json").json["hits"]
    assert all(hit["by_meaning"] for hit in meant)
    assert run("withdraw", "river").status == 0
    assert run("search", "canal stream", "--mode", "meaning", "--json").json["hits"] == []


def test_a_question_whose_meaning_is_not_understood_is_told_so(run: Run, talk: Newsroom) -> None:
    said = run("search", "لاپتہ افراد", "--mode", "hybrid", "--json").json
    assert any("English only" in note for note in said["notes"])


def test_cast_as_json_is_read_from_standard_input(run: Run) -> None:
    described = {
        "title": "The water question",
        "description": "Moderator: Mina Test. Guest: Omid Test.",
    }
    members = run("cast", "--json", stdin=json.dumps(described)).json
    assert {tuple(member) for member in members} == {("name", "role", "affiliation", "evidence")}
    assert {(member["name"], member["role"]) for member in members} == {
        ("Mina Test", "moderator"),
        ("Omid Test", "guest"),
    }
    assert run("cast", "--json", stdin='{"title": null}').json == []


def test_jobs_and_doctor_as_json(run: Run) -> None:
    added = run("add", "https://example.org/talk.mp3", "--json").json
    [job] = run("jobs", "--json").json
    assert (job["id"], job["episode"], job["state"]) == (added["job"], added["slug"], "queued")
    assert {"stage", "percent", "speed", "seconds_left", "problem"} <= set(job)
    examined = run("doctor", "--json", MODEL="small")
    assert examined.status == 1
    report = json.loads(examined.out)
    assert report["ok"] is False
    assert all({"name", "level", "detail", "advice"} == set(check) for check in report["checks"])


@pytest.fixture(scope="session")
def short_talk(demo_talks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("short") / "short.opus"
    talk = demo_talks / "tea-cricket-and-rain.opus"
    subprocess.run([ffmpeg_path(), "-v", "error", "-i", str(talk), "-t", "12", str(path)], check=True)
    return path


def test_transcribe_prints_words_in_each_form_and_touches_no_catalog(
    run: Run, short_talk: Path, demo_model: Path, tmp_path: Path
) -> None:
    heard = run("transcribe", str(short_talk), "--json", MODEL=str(demo_model)).json
    assert heard["utterances"]
    first = heard["utterances"][0]
    assert 0 <= first["start_ms"] < first["end_ms"] <= heard["duration_ms"] + 1000
    assert first["text"]
    assert run("transcribe", str(short_talk), "--vtt", MODEL=str(demo_model)).out.startswith("WEBVTT")
    assert run("transcribe", str(short_talk), "--srt", MODEL=str(demo_model)).out.startswith("1\n")
    assert not (tmp_path / "home").exists()


# ---- what people read ---------------------------------------------------------------------------------


def test_a_talk_is_added_listed_published_and_withdrawn_in_words(run: Run, talk: Newsroom) -> None:
    assert "Added as" in run("add", "https://example.org/talk.mp3", "--title", "[bold] Tea & rain").out
    assert "Already in the catalog" in run("add", "https://example.org/talk.mp3#t=3").out
    assert "[bold] Tea" in run("episodes").out
    assert "Zarin Test: the river rises" in run("show", "river").out
    assert "/e/river" in run("publish", "river", "river").out
    assert "Withdrawn" in run("withdraw", "river").out
    assert "bold-tea-rain" in run("jobs").out
    assert "Cancelled" in run("cancel", "bold-tea-rain").out
    assert "Queued again" in run("retry", "bold-tea-rain").out


def test_following_in_words(run: Run) -> None:
    feed = "http://127.0.0.1:9/feed.xml"
    assert "Nothing is followed" in run("subscriptions").out + run("poll").out
    assert "Following" in run("subscribe", feed, "--newest", "1").out
    assert run("subscriptions", "--json").json[0]["url"] == feed
    assert "127.0.0.1" in run("subscriptions").out
    polled = run("poll", "--json").json
    assert polled[0]["problem"]
    assert "no longer" in run("unsubscribe", feed).out


def test_models_are_listed(run: Run, demo_model: Path) -> None:
    assert {"small", "large-v3"} <= {model["name"] for model in run("models", "list", "--json").json}
    assert "whole and loads" in run("models", "verify", MODEL=str(demo_model)).out


# ---- what goes wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["show", "nobody"],
        ["publish", "nobody"],
        ["publish", "fresh"],
        ["withdraw", "river"],
        ["cancel", "river"],
        ["retry", "nobody"],
        ["add", "no link"],
        ["add", "https://user:word@example.org/"],
        ["add", "https://example.org/", "--language", "some language"],
        ["add", "."],
        ["add", __file__],
        ["transcribe", __file__],
        ["transcribe", "not-there.mp3"],
        ["transcribe", "."],
        ["subscribe", "ftp://example.org"],
        ["unsubscribe", "https://example.org"],
        ["models", "verify", "no-such-model"],
        ["models", "fetch", "no-such-model"],
    ],
    ids=" ".join,
)
def test_what_goes_wrong_is_told_in_a_sentence(run: Run, talk: Newsroom, words: list[str]) -> None:
    assert_one_sentence(run(*words))


@pytest.mark.parametrize("stdin", ["", "words", "[]", '{"title": 3}'])
def test_a_cast_that_cannot_be_read_is_told(run: Run, stdin: str) -> None:
    assert_one_sentence(run("cast", "--json", stdin=stdin))


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("PORT", "abc", "PRESSTALK_PORT"),
        ("DATABASE_URL", "postgresql://x:secret@127.0.0.1:9/none", "database"),
        ("DATABASE_URL", "nonsense", "PRESSTALK_DATABASE_URL"),
        ("HOME", f"{__file__}/home", "PRESSTALK_HOME"),
    ],
)
def test_broken_settings_are_told_in_a_sentence(run: Run, name: str, value: str, word: str) -> None:
    said = run("episodes", **{name: value})
    assert_one_sentence(said)
    assert word in said.err
    assert "secret" not in said.err


def test_a_model_that_is_not_here_and_no_hub_is_told_at_once(tmp_path: Path, short_talk: Path) -> None:
    """In a process of its own: the hub's library reads its address when it is loaded."""
    done = subprocess.run(
        [sys.executable, "-m", "catalog.cli", "transcribe", str(short_talk)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path), "PRESSTALK_HOME": str(tmp_path)},
    )
    assert_one_sentence(Said(done.returncode, done.stdout, done.stderr))
    assert "presstalk models fetch small" in done.stderr
