"""The one box: links and files become episodes and jobs, one talk only once, whoever adds it at the same moment."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlmodel import select

from catalog.adding import Given, add_file, add_link
from catalog.db import reading
from catalog.errors import InvalidQuery
from catalog.models import Episode, EpisodeSource, Job, MediaFile
from catalog.newsroom import Newsroom
from catalog.settings import Settings
from media.errors import Refused, Unreadable

SPAWN = multiprocessing.get_context("spawn")
RecordSound = Callable[[Path, int], Path]


def titles(house: Newsroom) -> list[str]:
    with reading(house.engine) as session:
        return list(session.exec(select(Episode.title).order_by(Episode.id)).all())  # type: ignore[arg-type]


def jobs(house: Newsroom) -> int:
    with reading(house.engine) as session:
        return len(session.exec(select(Job)).all())


def test_a_link_becomes_an_episode_and_a_job_once(house: Newsroom) -> None:
    first = add_link(house, "https://example.org/talks/the_water-question.html?utm_source=x")
    again = add_link(house, "HTTPS://EXAMPLE.org:443/talks/the_water-question.html#t=3", Given("Other"))
    assert (first.is_new, again.is_new, again.slug, again.job_id) == (True, False, first.slug, None)
    assert len(titles(house)) == jobs(house) == 1


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("ftp://example.org/x", "not_http"),
        ("no address", "not_a_url"),
        ("https://example.org/" + "x" * 2000, "too_long"),
    ],
)
def test_what_is_no_link_leaves_nothing(house: Newsroom, pasted: str, code: str) -> None:
    with pytest.raises(Refused) as problem:
        add_link(house, pasted)
    assert problem.value.code == code
    assert titles(house) == []


def test_a_language_that_is_none_is_refused(house: Newsroom) -> None:
    for wrong in ("English, mostly", "x" * 40, "e"):
        with pytest.raises(InvalidQuery, match="no language"):
            add_link(house, "https://example.org/talk", Given(language=wrong))
    assert add_link(house, "https://example.org/talk", Given(language="pa-Arab")).is_new


def test_a_file_is_kept_once_whatever_it_is_called(
    house: Newsroom, tmp_path: Path, record_sound: RecordSound
) -> None:
    first = add_file(house, record_sound(tmp_path / "a_talk.wav", 330), Given(summary="With a guest"))
    again = add_file(house, record_sound(tmp_path / "copy.wav", 330))
    other = add_file(house, record_sound(tmp_path / "other.wav", 440), Given("Another talk"))
    assert (first.is_new, again.is_new, again.slug, other.is_new) == (True, False, first.slug, True)
    assert titles(house) == ["a talk", "Another talk"]
    with reading(house.engine) as session:
        kept = session.exec(select(MediaFile.sha256)).all()
        assert all(house.shelf.has(sha256) for sha256 in kept)
        assert session.exec(select(EpisodeSource.url)).first() == f"file:sha256:{kept[0]}"


def test_a_file_whose_name_is_no_text_is_added(
    house: Newsroom, tmp_path: Path, record_sound: RecordSound
) -> None:
    sound = record_sound(tmp_path / "plain.wav", 330)
    odd = sound.rename(tmp_path / "talk-\udcff-\U0001f399.wav")
    assert add_file(house, odd).is_new


@pytest.mark.parametrize("body", [b"", b"words, not sound"])
def test_a_file_without_sound_leaves_nothing(house: Newsroom, tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "talk.mp3"
    path.write_bytes(body)
    with pytest.raises(Unreadable):
        add_file(house, path)
    assert titles(house) == []
    assert list(house.shelf.all()) == []


def add_at_once(settings: Settings, sound: Path, go: Barrier) -> None:
    house = Newsroom(settings)
    go.wait(60)
    add_link(house, "https://example.org/the-same")
    add_file(house, sound)


def test_processes_that_add_one_talk_at_the_same_moment_make_one_episode(
    house: Newsroom, tmp_path: Path, record_sound: RecordSound
) -> None:
    sound = record_sound(tmp_path / "talk.wav", 330)
    go = SPAWN.Barrier(3)
    processes = [SPAWN.Process(target=add_at_once, args=(house.settings, sound, go)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(titles(house)) == jobs(house) == 2


def test_the_same_talk_by_http_and_https_is_one_episode(house: Newsroom) -> None:
    first = add_link(house, "http://example.org/talk?id=7")
    again = add_link(house, "https://EXAMPLE.org/talk?utm_source=mail&id=7")
    assert (again.slug, again.is_new) == (first.slug, False)
