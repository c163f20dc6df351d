"""A guest under another name: the real one is in no row, file, word, sound or answer. All names are invented."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from catalog.audit import Actor, acting, record_act, verify_log
from catalog.db import reading, writing
from catalog.ear import HeardChunk, write_chunk
from catalog.editions import edition_now
from catalog.enrolling import Consent, keep_print
from catalog.episodes import find_episode
from catalog.errors import Conflict, InvalidQuery
from catalog.files import name_file
from catalog.models import (
    Appearance,
    Chapter,
    Correction,
    Episode,
    EpisodeSource,
    Fixup,
    MediaFile,
    MediaKind,
    Person,
    PersonAlias,
    Redaction,
    SavedSearch,
    SpeakerLabel,
    Subscription,
    SubscriptionItem,
    Track,
    TrackKind,
    UserRole,
    Utterance,
    VoiceReference,
    metadata,
)
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.normalize import fold
from catalog.people import add_person, find_person
from catalog.pseudonyms import give_pseudonym, preview_pseudonym
from catalog.redaction.carrying_out import finish_redactions
from catalog.redaction.hiding import hide_guest
from catalog.samples import Sample
from catalog.saved_searches import TAKEN_OUT, list_searches, rename_search, save_search
from catalog.search.refresh import open_index
from catalog.search.tables import Tables
from catalog.steps import names_to_expect
from catalog.transcripts import write_utterances
from catalog.users import add_user
from media.audio import probe
from media.renditions import make_renditions
from tests.catalog.newsrooms import excerpt
from tests.web.newsrooms import Line, Talk, Voice, newsroom_at, put
from transcribe.engine import EngineInfo, Heard
from transcribe.guess import Evidence
from transcribe.timeline import Segment, Word
from transcribe.timeline import Utterance as Spoken
from transcribe.voice_print import VoicePrint
from web.app import create_app

REAL, URDU, OTHER = "Zephyrine Quandrical", "زعفرانستان", "A teacher from the hills"
SECRET = ("Zephyrine", "Quandrical", URDU)
TALK = Talk(
    title="What Zephyrine Quandrical saw",
    summary="Asma Green asks Dr Zephyrine Quandrical of the Quandrical Institute.",
    voices={
        "A": Voice("Asma Green"),
        "B": Voice(
            REAL,
            affiliation="Quandrical Institute",
            evidence="with Zephyrine Quandrical",
            reasons=(Evidence("address", "addressed as “Zephyrine” and answers", 1.0, 500),),
        ),
    },
    lines=[
        Line("A", "Zephyrine Quandrical, welcome. Were you afraid?", 0, 4_000),
        Line("B", "Every day of that winter, and I went on.", 4_000, 8_000),
        Line("A", "Thank you, Zephyrine’s friends are here.", 8_000, 10_000),
    ],
    chapters=((0, "Zephyrine begins"),),
)
FORMS = {
    form
    for word in SECRET
    for one in (word, word.casefold(), fold(word))
    for form in (one.encode(), json.dumps(one).strip('"').encode(), html.escape(one).encode())
}


def holding(data: bytes) -> list[bytes]:
    return [form for form in FORMS if form in data]


@pytest.fixture
def room(tmp_path: Path, database_url: str) -> Newsroom:
    return newsroom_at(tmp_path / "home", database_url)


@pytest.fixture
def talk(room: Newsroom, tmp_path: Path) -> int:
    """A published talk in which the name stands wherever a name can stand."""
    sound = excerpt(tmp_path / "talk.opus", 10)
    folder = tmp_path / "made"
    folder.mkdir()
    files = {
        MediaKind(one.kind): (Path(one.path).read_bytes(), one.mime)
        for one in make_renditions(sound, folder, probe(sound), lambda _: None)
    }
    files[MediaKind.ORIGINAL] = (sound.read_bytes(), "audio/ogg")
    files[MediaKind.INFO] = (json.dumps({"title": TALK.title}).encode(), "application/json")
    files[MediaKind.CAPTIONS] = (f"WEBVTT\n\n00:00.000 --> 00:04.000\n{REAL}\n".encode(), "text/vtt")
    episode_id = put(room, "what-zephyrine-quandrical-saw", replace(TALK, files=files))
    heard = Heard((Segment(0, 3_000, REAL, "en", (Word(0, 900, REAL),)),), "en", None, {"hotwords": REAL})
    raw = tmp_path / "raw.json"
    raw.write_bytes(write_chunk(HeardChunk(EngineInfo("test", "test", "1", "cpu", "int8"), heard)))
    with writing(room.engine) as session:
        person = find_person(session, "zephyrine-quandrical")
        session.add(PersonAlias(person_id=person.id or 0, name=URDU, folded=fold(URDU)))
        name_file(session, room.shelf, episode_id, MediaKind.RAW_OUTPUT, room.shelf.put(raw), name="raw")
        source = session.exec(select(EpisodeSource)).one()
        source.url = source.external_id = "https://talks.example/zephyrine-quandrical"
        line = session.exec(select(Utterance).where(Utterance.start_ms == 0)).one()
        line_id = line.id or 0
        session.add(Fixup(utterance_id=line_id, first=0, last=1, heard="Zefrin", proposed=REAL))
        session.add(Correction(utterance_id=line_id, field="text", before=f"{REAL}, well", after=line.text))
        track = session.exec(select(Track)).one()
        captions = Track(
            episode_id=episode_id,
            kind=TrackKind.TRANSLATION,
            source_track_id=track.id,
            language="ur",
            current=True,
        )
        session.add(captions)
        feed = Subscription(url="https://feed.example/")
        session.add(feed)
        session.flush()
        item = {"guid": "1", "url": "https://talks.example/zephyrine-quandrical", "title": TALK.title}
        session.add(SubscriptionItem(subscription_id=feed.id or 0, episode_id=episode_id, **item))
        write_utterances(session, captions, [Spoken(0, 4_000, f"خوش آمدید {URDU}", "ur")], {})
        record_act(session, "describe", f"episode/{episode_id}", words={"title": ["", TALK.title]})
        researcher = add_user(session, "researcher", UserRole.RESEARCHER).id or 0
        for query, name in (
            (f'speaker:"{REAL}"', ""),
            (f"rain OR {URDU}", "weather"),
            ("quandrical*", "her"),
            ("winter", "What Zephyrine said"),
        ):
            save_search(session, researcher, query, name=name)
        save_search(session, researcher, "afraid", within="what-zephyrine-quandrical-saw")
    edition_now(room.engine, episode_id)
    room.shelf.clear("tests")
    return episode_id


def hide(room: Newsroom) -> str:
    where = hide_guest(room, Actor("Mina"), "what-zephyrine-quandrical-saw", "zephyrine-quandrical", OTHER)
    finish_redactions(room)
    return where


def crawl(client: TestClient, slug: str) -> Iterator[tuple[str, bytes]]:
    waiting = [
        "/",
        f"/e/{slug}",
        "/people",
        "/sitemap.xml",
        "/feed.xml",
        "/corrections",
        "/data/",
        "/api/v1/people",
    ]
    waiting += [
        f"/e/{slug}{form}" for form in (".vtt", ".srt", ".txt", ".json", ".jsonld", ".epub", "/r/1.json")
    ]
    seen = set(waiting)
    while waiting and len(seen) < 300:
        address = waiting.pop()
        answer = client.get(address)
        yield address, answer.content
        for link in re.findall(r'(?:href|src|action)="(/[^"#]*)', answer.text):
            path = html.unescape(link)
            if path not in seen and not path.startswith(("/static", "/studio", "/ur/")):
                seen.add(path)
                waiting.append(path)


def test_the_real_name_is_nowhere_any_more(room: Newsroom, talk: int) -> None:
    with TestClient(create_app(room.settings)) as client:
        before = {
            address for address, body in crawl(client, "what-zephyrine-quandrical-saw") if holding(body)
        }
        assert {"/", "/people"} <= before
        slug = hide(room)
        assert not holding(slug.encode())
        assert {address: holding(body) for address, body in crawl(client, slug) if holding(body)} == {}
        page = client.get(f"/e/{slug}")
        assert page.status_code == 200 and OTHER in page.text and "Every day of that winter" in page.text
        assert client.get("/people/zephyrine-quandrical").status_code == 404
        assert client.get("/e/what-zephyrine-quandrical-saw").status_code == 404
    with room.engine.connect() as connection:
        kept = {
            table.name
            for table in metadata.sorted_tables
            if holding(
                json.dumps([list(row) for row in connection.execute(table.select())], default=str).encode()
            )
        }
    assert kept == set()
    home = room.settings.home
    files = {path for path in home.rglob("*") if path.is_file()}
    if room.engine.dialect.name == "sqlite":
        database = Path(str(room.engine.url.database))
        files |= set(database.parent.glob(f"{database.name}*"))
    assert {str(path): holding(path.read_bytes()) for path in files if holding(path.read_bytes())} == {}
    with reading(room.engine) as session:
        assert verify_log(session).broken is None
        assert set(names_to_expect(session, talk, "")) == {OTHER, "Asma Green"}
        assert session.exec(select(MediaFile).where(MediaFile.kind == MediaKind.INFO)).all() == []


def test_its_sound_is_gone_where_the_name_was_said_and_nowhere_else(room: Newsroom, talk: int) -> None:
    with reading(room.engine) as session:
        seen = preview_pseudonym(session, "what-zephyrine-quandrical-saw", "zephyrine-quandrical")
    assert seen.places == ("the title", "the description", "its address")
    assert any("Zephyrine" in word for word in seen.words) and URDU in " ".join(seen.words)
    hide(room)
    with reading(room.engine) as session:
        spans = {(row.start_ms, row.end_ms) for row in session.exec(select(Redaction))}
        assert spans == {(span.start_ms, span.end_ms) for span in seen.spans}
        said = " ".join(session.exec(select(Utterance.text)).all())
        assert "Every day of that winter, and I went on." in said


def test_who_searched_for_the_name_is_told_that_it_was_taken_out(room: Newsroom, talk: int) -> None:
    slug = hide(room)
    with reading(room.engine) as session:
        kept = session.exec(select(SavedSearch).order_by(col(SavedSearch.id))).all()
        assert [(one.name, one.query) for one in kept[:3]] == [(TAKEN_OUT, "")] * 3
        assert [(one.name, one.query, one.within) for one in kept[3:]] == [
            ("winter", "winter", ""),
            ("afraid", "afraid", slug),
        ]
        lines = list_searches(session, open_index(room.settings.index_folder, room.engine), 1, Tables())
        assert [line.name for line in lines if not line.query] == [TAKEN_OUT] * 3
    with writing(room.engine) as session:
        rename_search(session, 1, kept[0].id or 0, "")
        assert session.get_one(SavedSearch, kept[0].id).name == TAKEN_OUT


def test_what_others_are_called_too_gives_nobody_away(room: Newsroom, talk: int) -> None:
    with writing(room.engine) as session:
        add_person(session, "Quandrical Green")
        save_search(session, 1, "Quandrical institute")
    hide(room)
    with reading(room.engine) as session:
        queries = {one.query for one in session.exec(select(SavedSearch))}
    assert {"Quandrical institute", "quandrical*", "winter", "afraid"} <= queries
    assert f'speaker:"{REAL}"' not in queries


def test_who_appears_elsewhere_stays_there_and_nothing_leads_across(room: Newsroom, talk: int) -> None:
    put(room, "elsewhere", Talk("Another talk", [Line("A", "Nothing of that.", 0, 900)], {"A": Voice(REAL)}))
    hide(room)
    with reading(room.engine) as session:
        person = find_person(session, "zephyrine-quandrical")
        rows = session.exec(select(Appearance).where(Appearance.person_id == person.id)).all()
        assert [row.episode_id for row in rows] != [talk] and len(rows) == 1
        assert "" not in {one.query for one in session.exec(select(SavedSearch))}


def test_a_name_that_stands_in_anothers_place_has_no_voice_print(room: Newsroom, talk: int) -> None:
    hide(room)
    with reading(room.engine) as session:
        hidden = session.exec(select(Person).where(Person.name == OTHER)).one()
    made = VoicePrint("", "studio", (1.0, *[0.0] * 255))
    sample = Sample(Path("/none"), (), "a test")
    with pytest.raises(Conflict, match="never be known again"):
        keep_print(room, hidden.id or 0, made, sample, Consent("they", "by letter", now()))
    with reading(room.engine) as session:
        assert session.exec(select(VoiceReference)).all() == []


def test_what_would_give_the_real_name_away_is_refused(room: Newsroom, talk: int) -> None:
    slug, person = "what-zephyrine-quandrical-saw", "zephyrine-quandrical"
    for other, error in (("", InvalidQuery), ("Zephyrine K.", InvalidQuery), ("Asma Green", Conflict)):
        with pytest.raises(error), acting(room.engine, Actor("Mina")) as session:
            give_pseudonym(session, slug, person, other)
    with reading(room.engine) as session:
        assert find_episode(session, slug).title == TALK.title
    where = hide(room)
    with pytest.raises(Conflict, match="already"), acting(room.engine, Actor("Mina")) as session:
        hidden = session.exec(select(Person).where(Person.name == OTHER)).one()
        give_pseudonym(session, where, hidden.slug, "Somebody")
    with reading(room.engine) as session:
        assert session.exec(select(SpeakerLabel)).first() and session.exec(select(Chapter)).one().title == (
            f"{OTHER} begins"
        )
        assert session.exec(select(Episode)).one().title == f"What {OTHER} saw"
