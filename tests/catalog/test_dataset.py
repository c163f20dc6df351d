"""Releases of the data set: what is public and nothing else, the same bytes again, what changed since."""

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from sqlmodel import select

from catalog.claim_acts import add_claim
from catalog.dataset import make_release
from catalog.datasheet import TABLES, Release, find_release, list_releases, may_be_given_out
from catalog.db import reading, writing
from catalog.episodes import touch
from catalog.errors import Conflict
from catalog.models import (
    Article,
    ClaimStatus,
    Episode,
    EpisodeArticle,
    EpisodeState,
    Review,
    Utterance,
)
from catalog.newsroom import Newsroom
from catalog.publishing import withdraw_episode
from catalog.speakers import withhold_label
from tests.catalog.conftest import MakeEpisode

LINES = [
    ("Zarin Test", "en", "We waited for the tea all morning"),
    ("Hamid Test", "en", "The road was closed at the bridge"),
    (None, "ur", "برف پڑی تھی"),
]
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite only: editions, of which releases are made, are proven on both databases."""
    return sqlite_url


@pytest.fixture
def talks(house: Newsroom, make_episode: MakeEpisode) -> Newsroom:
    with writing(house.engine) as session:
        make_episode(session, slug="tea", turns=LINES)
        make_episode(session, slug="road", turns=LINES[:2])
        make_episode(session, slug="secret", state=EpisodeState.REVIEW, turns=LINES)
    return house


def release_of(house: Newsroom, folder: Path, day: date = MONDAY) -> Release:
    return make_release(house, folder, day, lambda line: None)


def rows(release: Release, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (release.folder / f"{table}.jsonl").read_text().splitlines()]


def all_bytes(release: Release) -> dict[str, bytes]:
    files = [path for path in release.folder.rglob("*") if path.is_file()]
    return {path.relative_to(release.folder).as_posix(): path.read_bytes() for path in files}


def is_open(house: Newsroom, release: Release) -> bool:
    with reading(house.engine) as session:
        return may_be_given_out(session, release)


def test_a_release_holds_what_is_published_in_both_forms_with_tei_and_a_sheet(
    talks: Newsroom, tmp_path: Path
) -> None:
    release = release_of(talks, tmp_path / "out")
    assert release.folder == tmp_path / "out" / "2026-03-02"
    assert [row["episode_id"] for row in rows(release, "episodes")] == ["road", "tea"]
    assert [row["person_id"] for row in rows(release, "people")] == ["hamid-test", "zarin-test"]
    turns = rows(release, "turns")
    assert [row["turn_id"] for row in turns[-3:]] == ["tea@0", "tea@10000", "tea@20000"]
    assert (turns[-1]["speaker"], turns[-1]["person"]) == ("Unconfirmed voice 3", "")
    for table in TABLES:
        read = parquet.read_table(release.folder / f"{table.name}.parquet")
        assert read.column_names == [column.name for column in table.columns]
        assert read.to_pylist() == rows(release, table.name)
    assert sorted(path.name for path in (release.folder / "tei").iterdir()) == ["road.xml", "tea.xml"]
    assert not any(b"secret" in body for body in all_bytes(release).values())


def test_the_sheet_gives_size_and_hash_of_each_file_and_counts(talks: Newsroom, tmp_path: Path) -> None:
    release = release_of(talks, tmp_path / "out")
    files = {one["name"]: one for one in release.sheet["files"]}
    assert files.keys() | {"datasheet.json", "datasheet.md"} == all_bytes(release).keys()
    for name, told in files.items():
        body = (release.folder / name).read_bytes()
        assert (told["size"], told["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    counts = {table["name"]: table["rows"] for table in release.sheet["tables"]}
    assert counts == {"episodes": 2, "people": 2, "turns": 5, "claims": 0, "links": 0}
    prose = (release.folder / "datasheet.md").read_text()
    assert "no licence stated" in prose and files["turns.parquet"]["sha256"] in prose


def test_the_same_catalog_gives_the_same_bytes_and_replaces_the_release_of_the_day(
    talks: Newsroom, tmp_path: Path
) -> None:
    first = all_bytes(release_of(talks, tmp_path / "one"))
    assert all_bytes(release_of(talks, tmp_path / "one")) == first
    assert all_bytes(release_of(talks, tmp_path / "two")) == first
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == [".lock", "2026-03-02"]


def test_only_what_an_editor_stands_by_is_a_claim_or_a_link(talks: Newsroom, tmp_path: Path) -> None:
    with writing(talks.engine) as session:
        episode = session.exec(select(Episode).where(Episode.slug == "tea")).one()
        for number, status in enumerate(ClaimStatus):
            claim = add_claim(session, "tea", number * 1_428, (number + 1) * 1_428)
            claim.status = status
            session.add(claim)
        for review in Review:
            article = Article(url=f"https://press.example/{review.value}", title=review.value)
            session.add(article)
            session.flush()
            session.add(EpisodeArticle(episode_id=episode.id or 0, article_id=article.id or 0, review=review))
    release = release_of(talks, tmp_path / "out")
    claims = rows(release, "claims")
    assert {row["status"] for row in claims} == {"recorded", "supported", "disputed", "corrected"}
    assert {row["speaker"] for row in claims} == {"Zarin Test"}
    assert len({row["claim_id"] for row in claims}) == 4
    assert [row["title"] for row in rows(release, "links")] == ["confirmed"]


def test_the_next_release_says_what_was_added_changed_and_removed(
    talks: Newsroom, tmp_path: Path, make_episode: MakeEpisode
) -> None:
    first = release_of(talks, tmp_path / "out")
    assert first.sheet["diff"] == {"since": None, "tables": {}}
    with writing(talks.engine) as session:
        make_episode(session, slug="snow", turns=LINES[:1])
        line = session.exec(select(Utterance).where(Utterance.position == 2)).first()
        episode = session.exec(select(Episode).where(Episode.slug == "tea")).one()
        assert line is not None
        line.text = "برف پڑی"
        session.add(line)
        touch(session, episode)
        withdraw_episode(session, "road")
    second = release_of(talks, tmp_path / "out", TUESDAY)
    told = second.sheet["diff"]
    assert told["since"] == "2026-03-02"
    assert told["tables"]["episodes"] == {"added": 1, "changed": 1, "removed": 1}
    assert told["tables"]["turns"] == {"added": 1, "changed": 1, "removed": 2}
    lines = [json.loads(line) for line in (second.folder / "diff.jsonl").read_text().splitlines()]
    assert {"table": "turns", "change": "changed", "id": "tea@20000"} in lines
    assert {"table": "episodes", "change": "added", "id": "snow"} in lines
    assert not any(b"road@" in body for body in all_bytes(second).values()), "a talk taken back is not named"


def test_a_folder_with_anything_else_in_it_is_refused_and_left_alone(talks: Newsroom, tmp_path: Path) -> None:
    for name in ("letters.txt", "2026-03-01"):
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        (folder / name).write_text("mine")
        with pytest.raises(Conflict, match="no release"):
            release_of(talks, folder)
        assert [path.name for path in folder.iterdir()] == [name]
    with pytest.raises(Conflict, match="is a file"):
        release_of(talks, tmp_path / "letters" / "letters.txt")


def test_what_a_run_that_was_cut_off_left_is_cleared_away(talks: Newsroom, tmp_path: Path) -> None:
    left = tmp_path / "out" / ".making-abc"
    left.mkdir(parents=True)
    (left / "turns.jsonl").write_text("half")
    release_of(talks, tmp_path / "out")
    assert not left.exists()


def test_a_release_is_closed_when_a_talk_in_it_is_withdrawn_and_a_new_one_is_open(
    talks: Newsroom, tmp_path: Path
) -> None:
    first = release_of(talks, tmp_path / "out")
    assert is_open(talks, first)
    with writing(talks.engine) as session:
        withdraw_episode(session, "road")
    second = release_of(talks, tmp_path / "out", TUESDAY)
    assert (is_open(talks, first), is_open(talks, second)) == (False, True)


def test_a_release_is_closed_when_a_name_in_it_is_withheld(talks: Newsroom, tmp_path: Path) -> None:
    first = release_of(talks, tmp_path / "out")
    with writing(talks.engine) as session:
        withhold_label(session, "tea", "V1", by="an editor")
        withhold_label(session, "road", "V1", by="an editor")
    second = release_of(talks, tmp_path / "out", TUESDAY)
    assert (is_open(talks, first), is_open(talks, second)) == (False, True)
    assert not any(b"Hamid" in body or b"hamid" in body for body in all_bytes(second).values())


def test_a_correction_closes_no_release(talks: Newsroom, tmp_path: Path) -> None:
    release = release_of(talks, tmp_path / "out")
    with writing(talks.engine) as session:
        touch(session, session.exec(select(Episode).where(Episode.slug == "tea")).one())
    assert is_open(talks, release)


def test_only_names_in_the_sheet_are_files_of_a_release(talks: Newsroom, tmp_path: Path) -> None:
    release = release_of(talks, tmp_path / "out")
    assert release.file("tei/tea.xml") and release.file("datasheet.md")
    for name in ("../../catalog.sqlite", "/etc/passwd", "tei", "", "tei/../turns.jsonl"):
        assert release.file(name) is None
    assert find_release(tmp_path / "out", "../out/2026-03-02") is None
    assert [one.day for one in list_releases(tmp_path / "out")] == ["2026-03-02"]
    assert list_releases(tmp_path / "nowhere") == []


def test_turns_that_begin_at_one_moment_have_ids_of_their_own(
    house: Newsroom, make_episode: MakeEpisode, tmp_path: Path
) -> None:
    with writing(house.engine) as session:
        episode = make_episode(session, slug="tea", turns=LINES)
        for line in session.exec(select(Utterance)):
            line.start_ms = 0
            session.add(line)
        episode.published_at = datetime(2024, 5, 17, tzinfo=UTC)
    ids = [row["turn_id"] for row in rows(release_of(house, tmp_path / "out"), "turns")]
    assert ids == ["tea@0", "tea@0.002", "tea@0.003"]
