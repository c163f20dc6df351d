"""A redaction leaves three rare words nowhere: in no answer of the site, no file, no byte of the database; and when it
breaks off, the talk is not served until it is done. All people and words are invented."""

import asyncio
import hashlib
import html
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyrage
import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from catalog.acts import subject_of
from catalog.audit import Actor, acting, record_act, verify_log
from catalog.claim_acts import add_claim, describe_claim
from catalog.claim_grounds import add_evidence, set_subjects
from catalog.claim_proposals import seek_claims
from catalog.dataset import make_release
from catalog.db import reading, writing
from catalog.desk import Desk
from catalog.ear import HeardChunk, write_chunk
from catalog.editions import edition_now
from catalog.errors import Conflict, InvalidQuery, StepFailed
from catalog.files import file_of, name_file
from catalog.models import (
    Chunk,
    Correction,
    Cover,
    Episode,
    EpisodeSource,
    EpisodeState,
    Fixup,
    Job,
    MediaFile,
    MediaKind,
    Quote,
    Redaction,
    RedactionStage,
    SpeakerLabel,
    Track,
    TrackKind,
    Utterance,
)
from catalog.newsroom import Newsroom
from catalog.normalize import fold
from catalog.publishing import publish_episode, withdraw_episode
from catalog.quotes import quote_moment
from catalog.redaction.carrying_out import finish_redactions
from catalog.redaction.orders import Order, order_redaction, preview_redaction
from catalog.sealing import new_identity
from catalog.search.refresh import open_index
from catalog.steps import fetch
from catalog.transcripts import write_utterances
from catalog.undoing import undo_last
from catalog.vault import open_sealed
from media.audio import probe
from media.errors import Unreadable
from media.renditions import make_renditions
from tests.catalog.newsrooms import excerpt, serve
from tests.web.newsrooms import Line, Talk, Voice, newsroom_at, put
from transcribe.engine import EngineInfo, Heard
from transcribe.timeline import Segment, Word
from transcribe.timeline import Utterance as Spoken
from web.app import create_app

SECRET = ("Zephyrine", "Quandrical", "زعفرانستان")
SPAN = (4_000, 7_000)
TALK = Talk(
    title="Tea and trains",
    summary="An invented talk.",
    voices={"A": Voice("Asma Green"), "B": Voice("Zarin Lake")},
    lines=[
        Line("A", "Where did you hide that winter?", 0, 2_000),
        Line(
            "B",
            "We slept at Zephyrine Quandrical زعفرانستان house until spring",
            2_000,
            9_000,
            words=(
                Word(2_000, 2_500, "We"),
                Word(2_500, 3_200, "slept"),
                Word(3_200, 3_900, "at"),
                Word(4_000, 5_000, "Zephyrine"),
                Word(5_000, 6_000, "Quandrical"),
                Word(6_000, 6_900, "زعفرانستان"),
                Word(7_000, 7_500, "house"),
                Word(7_500, 8_200, "until"),
                Word(8_200, 9_000, "spring"),
            ),
        ),
        Line("A", "And then the trains ran again?", 9_000, 10_000),
    ],
)


def forms() -> set[bytes]:
    """Each word as a page, a program or an index may write it."""
    found: set[bytes] = set()
    for word in SECRET:
        for form in (word, word.casefold(), fold(word)):
            found.add(form.encode())
            found.add(json.dumps(form).strip('"').encode())
            found.add(html.escape(form).encode())
            found.add(form.encode("ascii", "xmlcharrefreplace"))
    return found


FORMS = forms()


def holding(data: bytes) -> list[bytes]:
    return [form for form in FORMS if form in data]


@pytest.fixture
def editors() -> tuple[tuple[str, str], tuple[str, str]]:
    return new_identity(), new_identity()


@pytest.fixture
def room(tmp_path: Path, database_url: str, editors: tuple[tuple[str, str], tuple[str, str]]) -> Newsroom:
    keys = tuple(f"Editor{number}={public}" for number, (_, public) in enumerate(editors))
    return newsroom_at(tmp_path / "home", database_url, vault_keys=keys)


@pytest.fixture
def talk(room: Newsroom, tmp_path: Path) -> int:
    """A published talk whose words stand in every place we know of."""
    sound = excerpt(tmp_path / "talk.opus", 10)
    folder = tmp_path / "made"
    folder.mkdir()
    made = make_renditions(sound, folder, probe(sound), lambda _: None)
    files = {MediaKind(one.kind): (Path(one.path).read_bytes(), one.mime) for one in made}
    files[MediaKind.ORIGINAL] = (sound.read_bytes(), "audio/ogg")
    told = " ".join(SECRET)
    files[MediaKind.CAPTIONS] = (f"WEBVTT\n\n00:04.000 --> 00:07.000\n{told}\n".encode(), "text/vtt")
    episode_id = put(room, "tea", replace(TALK, files=files))
    put(
        room,
        "other",
        Talk("Another talk", [Line("A", "Nothing of that kind.", 0, 900)], {"A": Voice("Asma Green")}),
    )
    chunk = HeardChunk(
        EngineInfo("test", "test", "1", "cpu", "int8"),
        Heard((Segment(3_500, 7_500, told, "en", (Word(4_000, 7_000, told),)),), "en", None, {"text": told}),
    )
    raw = tmp_path / "raw.json"
    raw.write_bytes(write_chunk(chunk))
    with writing(room.engine) as session:
        track = session.exec(select(Track)).first()
        line = session.exec(select(Utterance).where(Utterance.text.contains("Zephyrine"))).one()  # type: ignore[attr-defined]
        assert track is not None
        row = name_file(
            session, room.shelf, episode_id, MediaKind.RAW_OUTPUT, room.shelf.put(raw), name="raw"
        )
        session.add(
            Chunk(track_id=track.id or 0, position=0, start_ms=0, end_ms=10_000, media_file_id=row.id)
        )
        track.dropped = [{"start_ms": 4_000, "end_ms": 6_000, "text": told, "code": "x", "reason": "x"}]
        older = Track(episode_id=episode_id, revision=2, engine="x")
        english = Track(
            episode_id=episode_id,
            kind=TrackKind.TRANSLATION,
            source_track_id=track.id,
            language="ur",
            current=True,
        )
        session.add_all([older, english, track])
        session.flush()
        write_utterances(session, older, [Spoken(3_300, 3_900, told, "en", (Word(3_300, 3_900, told),))], {})
        write_utterances(session, english, [Spoken(2_000, 9_000, f"Translated {told}", "ur")], {})
        session.add(
            Fixup(utterance_id=line.id or 0, first=3, last=4, heard="Zephyrine", proposed="Quandrical")
        )
        session.add(Correction(utterance_id=line.id or 0, field="text", before=told, after=line.text))
        said = add_claim(session, "tea", 4_000, 6_900)
        describe_claim(
            session, said.short_id, "disputed", note=told, reply=told, review=told, rating=SECRET[0]
        )
        add_evidence(session, said.short_id, "https://press.example/a", "disputes", title=told, note=told)
        set_subjects(session, said.short_id, ["Trains"])
        beside = add_claim(session, "tea", 7_000, 9_000)
        describe_claim(session, beside.short_id, "recorded", note=told, reply="", review="", rating="")
        add_evidence(session, beside.short_id, "https://press.example/b", "context", note=told)
        episode = session.get_one(Episode, episode_id)
        seek_claims(session, episode)
        label = session.exec(select(SpeakerLabel).where(SpeakerLabel.label == "B")).first()
        assert label is not None
        label.evidence = [{"kind": "thanks", "text": f"says “{told}”", "log_odds": 1.0, "at_ms": 4_500}]
        record_act(session, "edit", subject_of(episode_id), {"by": "Mina"}, words={"before": [told]})
        quote_moment(session, "tea", 4_000, 6_900)
        quote_moment(session, "tea", 7_000, 9_000)
    edition_now(room.engine, episode_id)
    make_release(room, room.settings.dataset_folder, date(2026, 1, 1), lambda _: None)
    clip = room.settings.clips_folder / str(episode_id) / "one.opus"
    clip.parent.mkdir(parents=True)
    clip.write_bytes(told.encode())
    room.shelf.clear("tests")  # where the test itself laid the files out
    return episode_id


def order(room: Newsroom, **other: object) -> None:
    with acting(room.engine, Actor("Mina")) as session:
        order_redaction(session, "tea", Order(*SPAN, "a promise to a guest", **other))  # type: ignore[arg-type]


def crawl(client: TestClient) -> Iterator[tuple[str, bytes]]:
    """Every page and file that can be reached by links, and addresses that nobody links to."""
    waiting = [
        "/",
        "/e/tea",
        "/sitemap.xml",
        "/feed.xml",
        "/corrections",
        "/data/",
        "/api/v1/episodes/tea/turns",
    ]
    waiting += [
        f"/e/tea{form}" for form in (".vtt", ".srt", ".txt", ".json", ".epub", "/r/1.json", "/r/2.json")
    ]
    waiting += [f"/{where}?q={word}" for word in SECRET for where in ("search", "api/v1/search")]
    seen = set(waiting)
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        yield address, answer.content
        if "html" not in answer.headers.get("content-type", ""):
            continue
        for link in re.findall(r'(?:href|src|action)="(/[^"#]*)', answer.text):
            path = html.unescape(link)
            if path not in seen and not path.startswith(("/static", "/studio", "/ur/")) and len(seen) < 600:
                seen.add(path)
                waiting.append(path)


def tell(address: str, body: bytes) -> bytes:
    """What an answer says beyond what was asked: a search page repeats the reader's own words."""
    for word in SECRET if "q=" in address else ():
        for form in (word, word.casefold(), fold(word)):
            for asked in (form, html.escape(form), json.dumps(form).strip('"')):
                body = body.replace(asked.encode(), b"")
    return body


def kept_in_files(room: Newsroom) -> dict[str, list[bytes]]:
    home = room.settings.home
    found = {
        str(path.relative_to(home)): holding(path.read_bytes())
        for path in sorted(home.rglob("*"))
        if path.is_file() and "vault" not in path.parts
    }
    if room.engine.dialect.name == "sqlite":
        database = Path(str(room.engine.url.database))
        found |= {one.name: holding(one.read_bytes()) for one in database.parent.glob(f"{database.name}*")}
    return {path: words for path, words in found.items() if words}


def kept_in_rows(engine: Engine) -> list[str]:
    """Tables of the record that hold a form of the words."""
    with engine.connect() as connection:
        from catalog.models import metadata

        return [
            table.name
            for table in metadata.sorted_tables
            if holding(
                json.dumps([list(row) for row in connection.execute(table.select())], default=str).encode()
            )
        ]


def test_the_words_are_nowhere_any_more(room: Newsroom, talk: int) -> None:
    open_index(room.settings.index_folder, room.engine)
    with TestClient(create_app(room.settings)) as client:
        before = {address for address, body in crawl(client) if holding(tell(address, body))}
        assert {"/e/tea", "/e/tea.vtt", "/e/tea/r/1.json"} <= before, before
        claims = {one for one in before if re.fullmatch("/claims/[a-z0-9]{10}", one)}
        assert len(claims) == 2 and {"/claims", "/claims.csv", "/claims/about/trains"} <= before
        assert len(kept_in_rows(room.engine)) >= 8
        assert kept_in_files(room)
        order(room)
        assert client.get("/e/tea").status_code == 410
        finish_redactions(room)
        after = {address: words for address, body in crawl(client) if (words := holding(tell(address, body)))}
        assert after == {}
        told = client.get("/api/v1/claims").json()["claims"]
        assert [(one["text"], one["note"], one["evidence"]) for one in told] == [
            ("house until spring", None, [])
        ]
        assert sorted(client.get(one).status_code for one in claims) == [200, 410]
        page = client.get("/e/tea")
        assert page.status_code == 200
        assert "[…]" in page.text
        assert "house until spring" in page.text
        found = client.get("/api/v1/search", params={"q": "spring"}).json()
        assert found["total"] == 1
        for word in SECRET:
            answer = client.get("/api/v1/search", params={"q": word}).json()
            assert (answer["total"], answer["hits"], answer["suggestions"]) == (0, [], [])
    assert kept_in_rows(room.engine) == []
    assert kept_in_files(room) == {}
    with reading(room.engine) as session:
        assert verify_log(session).broken is None


def test_the_sound_of_every_file_is_made_anew_and_no_old_one_is_kept(room: Newsroom, talk: int) -> None:
    with reading(room.engine) as session:
        before = {
            row.kind: row.sha256
            for row in session.exec(select(MediaFile).where(MediaFile.episode_id == talk))
        }
    order(room, cover=Cover.TONE)
    finish_redactions(room)
    with reading(room.engine) as session:
        after = {
            row.kind: row.sha256
            for row in session.exec(select(MediaFile).where(MediaFile.episode_id == talk))
        }
    assert before.keys() == after.keys()
    assert all(before[kind] != after[kind] for kind in before)
    assert set(room.shelf.all()) == set(after.values())


def test_either_editor_opens_the_vault_and_nobody_else(
    room: Newsroom, talk: int, editors: tuple[tuple[str, str], tuple[str, str]], tmp_path: Path
) -> None:
    order(room)
    finish_redactions(room)
    for number, (secret, _) in enumerate(editors):
        words, recording = open_sealed(room, 1, secret, tmp_path / str(number))
        assert all(word in words.read_text(encoding="utf-8") for word in SECRET)
        assert recording.read_bytes() == (tmp_path / "talk.opus").read_bytes()
    with pytest.raises(Exception, match="key"):
        open_sealed(room, 1, str(pyrage.x25519.Identity.generate()), tmp_path / "stranger")


def test_without_keys_nothing_is_kept(room: Newsroom, talk: int) -> None:
    bare = Newsroom(room.settings.model_copy(update={"vault_keys": ()}))
    order(bare)
    finish_redactions(bare)
    assert not bare.settings.vault_folder.exists()


def test_while_it_is_not_done_the_talk_is_not_served_published_or_given_new_files(
    room: Newsroom, talk: int
) -> None:
    order(room)
    with TestClient(create_app(room.settings)) as client:
        assert {body for _, body in crawl(client) if holding(tell(_, body))} == set()
    with writing(room.engine) as session, pytest.raises(Conflict, match="being taken out"):
        publish_episode(session, "tea")
    with writing(room.engine) as session, pytest.raises(StepFailed, match="being taken out"):
        name_file(session, room.shelf, talk, MediaKind.WAV, "0" * 64)


def test_who_withdraws_it_meanwhile_is_obeyed(room: Newsroom, talk: int) -> None:
    order(room)
    with writing(room.engine) as session:
        withdraw_episode(session, "tea", "the guest asked")
    finish_redactions(room)
    with reading(room.engine) as session:
        assert session.get_one(Episode, talk).state is EpisodeState.WITHDRAWN


def test_two_orders_at_once_are_both_done_before_it_is_read_again(room: Newsroom, talk: int) -> None:
    order(room)
    with acting(room.engine, Actor("Mina")) as session:
        order_redaction(session, "tea", Order(8_200, 9_000, "the season too"))
    assert finish_redactions(room) == 2
    with reading(room.engine) as session:
        assert session.get_one(Episode, talk).state is EpisodeState.PUBLISHED
        text = " ".join(line.text for line in session.exec(select(Utterance).where(Utterance.track_id == 1)))
    assert "spring" not in text
    assert "house until […]" in text


def test_nothing_from_before_can_be_undone(room: Newsroom, talk: int) -> None:
    order(room)
    finish_redactions(room)
    with writing(room.engine) as session, pytest.raises(Conflict, match="nothing to undo"):
        undo_last(session, "tea", by="Mina")


def test_a_preview_names_the_words_and_changes_nothing(room: Newsroom, talk: int) -> None:
    with reading(room.engine) as session:
        seen = preview_redaction(session, "tea", *SPAN)
        revision = session.get_one(Episode, talk).revision
    assert seen.words == SECRET
    with reading(room.engine) as session:
        assert session.get_one(Episode, talk).revision == revision
        assert session.exec(select(Redaction)).all() == []


@pytest.mark.parametrize(("start", "end"), [(5, 5), (9, 3), (-4, 9), (11_000, 12_000)])
def test_a_span_that_is_none_is_refused(room: Newsroom, talk: int, start: int, end: int) -> None:
    with writing(room.engine) as session, pytest.raises(InvalidQuery):
        order_redaction(session, "tea", Order(start, end, "a reason"))


def test_a_reason_must_be_given(room: Newsroom, talk: int) -> None:
    with writing(room.engine) as session, pytest.raises(InvalidQuery, match="why"):
        order_redaction(session, "tea", Order(*SPAN, "  "))


def test_a_quote_of_the_words_is_gone_and_one_beside_them_stands(room: Newsroom, talk: int) -> None:
    with reading(room.engine) as session:
        taken, kept = [row.short_id for row in session.exec(select(Quote).order_by(Quote.start_ms))]  # type: ignore[arg-type]
    order(room)
    finish_redactions(room)
    with TestClient(create_app(room.settings)) as client:
        assert client.get(f"/q/{taken}").status_code == 410
        assert "house until spring" in client.get(f"/q/{kept}").text


def test_a_recording_that_is_fetched_anew_is_silent_there_too(
    room: Newsroom, talk: int, tmp_path: Path
) -> None:
    order(room)
    finish_redactions(room)
    with serve(tmp_path) as site:
        with writing(room.engine) as session:
            original = file_of(session, talk, MediaKind.ORIGINAL)
            assert original is not None
            room.shelf.drop(original.sha256)
            session.delete(original)
            source = session.exec(select(EpisodeSource).where(EpisodeSource.episode_id == talk)).one()
            source.url = f"{site.address}/talk.opus"
            job = Job(episode_id=talk, workflow_id="again")
            session.add_all([source, job])
        reached = room.settings.model_copy(
            update={"allowed_networks": ("127.0.0.0/8",), "min_free_gigabytes": 0}
        )
        again = Newsroom(reached)
        assert asyncio.run(fetch(Desk(again), talk, job.id or 0)) == talk
    with reading(room.engine) as session:
        new = file_of(session, talk, MediaKind.ORIGINAL)
        assert new is not None
        assert new.mime == "audio/x-matroska"
        assert session.get_one(Episode, talk).state is EpisodeState.PUBLISHED
    fetched = hashlib.sha256((tmp_path / "talk.opus").read_bytes()).hexdigest()
    assert fetched not in set(room.shelf.all())
    assert kept_in_files(room) == {}


COMMAND = "from catalog.cli import main; main()"


@pytest.mark.parametrize("after_s", [1.2, 2.2])
def test_killed_at_any_moment_it_is_not_served_and_goes_on(room: Newsroom, talk: int, after_s: float) -> None:
    told = {
        "PRESSTALK_HOME": str(room.settings.home),
        "PRESSTALK_DATABASE_URL": room.settings.database_url,
        "PRESSTALK_VAULT_KEYS": ",".join(room.settings.vault_keys),
    }
    words = ["redact", "tea", "--from", str(SPAN[0]), "--to", str(SPAN[1]), "--reason", "a promise"]
    child = subprocess.Popen([sys.executable, "-c", COMMAND, *words], env={**os.environ, **told})
    time.sleep(after_s)
    child.send_signal(signal.SIGKILL)
    child.wait()
    with reading(room.engine) as session:
        ordered = session.exec(select(Redaction)).first()
        state = session.get_one(Episode, talk).state
    if ordered is None:
        assert state is EpisodeState.PUBLISHED
        order(room)
    elif ordered.stage is not RedactionStage.DONE:
        assert state is EpisodeState.WITHDRAWN
    finish_redactions(room)
    assert kept_in_rows(room.engine) == []
    assert kept_in_files(room) == {}
    with Session(room.engine) as session:
        assert session.get_one(Episode, talk).state is EpisodeState.PUBLISHED
        assert file_of(session, talk, MediaKind.WEB_AUDIO) is not None


def test_one_that_cannot_be_carried_out_keeps_no_other_waiting(sqlite_url: str, tmp_path: Path) -> None:
    house = newsroom_at(tmp_path / "other", sqlite_url)
    damaged = {MediaKind.WEB_AUDIO_LOW: (b"no sound", "audio/ogg; codecs=opus")}
    lines = (Line("A", "a line to go", 0, 9_000),)
    put(house, "damaged", Talk("One", lines, {"A": Voice()}, files=damaged))
    put(house, "whole", Talk("Two", lines, {"A": Voice()}))
    with acting(house.engine, Actor("tester")) as session:
        for slug in ("damaged", "whole"):
            order_redaction(session, slug, Order(0, 9_000, "asked"))
    with pytest.raises(Unreadable):
        finish_redactions(house)
    with reading(house.engine) as session:
        stages = [one.stage for one in session.exec(select(Redaction).order_by(col(Redaction.id))).all()]
        assert stages == [RedactionStage.WORDS, RedactionStage.DONE]
        states = [one.state for one in session.exec(select(Episode).order_by(col(Episode.id))).all()]
        assert states == [EpisodeState.WITHDRAWN, EpisodeState.PUBLISHED]
