"""One correction everywhere: after any edits, names, merges, undoing, publishing and withdrawing, every form of a talk
says what the record says, and what was said before is found nowhere. Every word here is one of its kind."""

import random
import re
from collections.abc import Callable
from itertools import count, groupby

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from catalog.audit import Actor, acting
from catalog.db import reading, writing
from catalog.editing import edit_paragraph, stamp_of
from catalog.errors import CatalogError
from catalog.models import Episode, EpisodeState, Track, TrackKind, Utterance
from catalog.newsroom import Newsroom
from catalog.publishing import publish_episode, withdraw_episode
from catalog.quotes import quote_moment
from catalog.search.refresh import follow_episode
from catalog.speakers import merge_labels, name_label, open_label, withhold_label
from catalog.transcripts import read_turns
from catalog.translated_lines import write_line
from catalog.translations import hide_translation, import_translation, show_translation
from catalog.undoing import undo_last
from tests.web.newsrooms import Line, Talk, Voice, put
from web.app import create_app
from web.copies import caption_name

TOKEN = re.compile(r"\bword\d+x\b")
FORMS = ("vtt", "srt", "txt", "json", "html", "tei.xml")
ACTS = 30
LINES = 6


class Pen:
    """Somebody who does whatever comes into their mind, with words that never were before."""

    def __init__(self, room: Newsroom, seed: int) -> None:
        self.room, self.chance, self.fresh = room, random.Random(seed), count(100)
        self.used: set[str] = set()

    def act(self) -> str:
        acts: list[Callable[[Session], object]] = [
            self.edit,
            self.edit,
            self.edit,
            self.name,
            self.merge,
            self.withhold,
            self.reopen,
            self.undo,
            self.undo,
            self.publish,
            self.publish,
            self.withdraw,
            self.translate,
            self.translate,
            self.show_or_hide,
        ]
        chosen = self.chance.choice(acts)
        try:
            with acting(self.room.engine, Actor("Mina")) as session:
                chosen(session)
        except CatalogError:
            return f"{chosen.__name__}, refused"
        follow_episode(self.room, 1)
        return chosen.__name__

    def word(self) -> str:
        word = f"word{next(self.fresh)}x"
        self.used.add(word)
        return word

    def edit(self, session: Session) -> None:
        line = self.line(session, TrackKind.ORIGINAL)
        text = self.changed(line.text)
        edit_paragraph(session, "tea", line.id or 0, text, stamp_of(line), by="Mina", public_note="")

    def line(self, session: Session, kind: TrackKind) -> Utterance:
        return self.chance.choice(session.exec(select(Utterance).join(Track).where(Track.kind == kind)).all())

    def changed(self, text: str) -> str:
        words = text.split()
        place = self.chance.randrange(len(words))
        words[place : place + self.chance.choice((0, 1, 2))] = [self.word()]
        return " ".join(words)

    def translate(self, session: Session) -> None:
        line = self.line(session, TrackKind.TRANSLATION)
        write_line(session, "tea", line.track_id, line.id or 0, self.changed(line.text), stamp_of(line))

    def show_or_hide(self, session: Session) -> None:
        track = session.exec(select(Track).where(Track.kind == TrackKind.TRANSLATION)).one()
        (hide_translation if track.current else show_translation)(session, "tea", track.id or 0)

    def name(self, session: Session) -> None:
        name_label(
            session, "tea", self.label(), person=f"Name nobody{next(self.fresh)}x", add_as="guest", by="Mina"
        )

    def merge(self, session: Session) -> None:
        merge_labels(session, "tea", self.label(), self.label(), by="Mina")

    def withhold(self, session: Session) -> None:
        withhold_label(session, "tea", self.label(), by="Mina")

    def reopen(self, session: Session) -> None:
        open_label(session, "tea", self.label(), by="Mina")

    def undo(self, session: Session) -> None:
        undo_last(session, "tea", by="Mina")

    def publish(self, session: Session) -> None:
        publish_episode(session, "tea")

    def withdraw(self, session: Session) -> None:
        withdraw_episode(session, "tea", "a test")

    def label(self) -> str:
        return self.chance.choice("ABC")


def a_talk(pen: Pen) -> Talk:
    lines = [
        Line("ABC"[at % 3], " ".join(pen.word() for _ in range(7)), at * 3000, at * 3000 + 2900)
        for at in range(LINES)
    ]
    return Talk("Tea", lines, {"A": Voice("Asma Green"), "B": Voice("Hamid River"), "C": Voice()})


def captions(pen: Pen) -> bytes:
    """A translation of that talk, in words of its own."""
    cues = (
        f"{at + 1}\n00:00:{at * 3:02},000 --> 00:00:{at * 3 + 2:02},900\n{pen.word()} {pen.word()} {pen.word()}\n"
        for at in range(LINES)
    )
    return "\n".join(cues).encode()


def translated(room: Newsroom) -> list[str] | None:
    """What readers are to see of the translation; None while it is hidden."""
    with reading(room.engine) as session:
        track = session.exec(select(Track).where(Track.kind == TrackKind.TRANSLATION)).one()
        lines = session.exec(select(Utterance.text).where(Utterance.track_id == track.id))
        return TOKEN.findall(" ".join(lines)) if track.current else None


def check_translation(client: TestClient, told: list[str] | None, words: list[str], used: set[str]) -> None:
    """Files and the page beside the words say what the record says; hidden, there is none."""
    page = transcript_of(client.get("/e/tea?with=fr").text)
    both = set(TOKEN.findall(re.sub(r"<[^>]+>", " ", page)))
    assert both == {*words, *(told or ())}
    for form in ("vtt", "srt", "txt", "json"):
        answer = client.get(f"/e/tea/translations/fr.{form}")
        assert answer.status_code == (404 if told is None else 200), form
        assert [word for word in TOKEN.findall(answer.text) if word in used] == (told or []), form


def said(room: Newsroom) -> tuple[list[str], list[str], list[tuple[int, int, str]]]:
    """What the record says: its words in order, who speaks in turn, and each paragraph."""
    with reading(room.engine) as session:
        turns = read_turns(session, 1)
    passages = [(one.start_ms, one.end_ms, one.text) for turn in turns for one in turn.passages]
    words = TOKEN.findall(" ".join(text for _, _, text in passages))
    return words, [name for name, _ in groupby(caption_name(turn.speaker) for turn in turns)], passages


def is_public(room: Newsroom) -> bool:
    with reading(room.engine) as session:
        return session.exec(select(Episode.state)).one() is EpisodeState.PUBLISHED


def transcript_of(page: str) -> str:
    found = re.search(r'<section class="transcript".*?</section>', page, re.S)
    assert found
    return re.sub(r'<div class="who">.*?</div>', "", found.group(), flags=re.S)


def check_forms(client: TestClient, words: list[str], names: list[str]) -> None:
    assert TOKEN.findall(re.sub(r"<[^>]+>", " ", transcript_of(client.get("/e/tea").text))) == words
    for form in FORMS:
        text = client.get(f"/e/tea.{form}").text
        found = [word for word in TOKEN.findall(re.sub(r"<[^>]+>", " ", text)) if word in words]
        assert found == words, form
    segments = client.get("/e/tea.json").json()["segments"]
    assert [name for name, _ in groupby(one["speaker"] for one in segments)] == names
    turns = client.get("/api/v1/episodes/tea/turns?limit=100").json()["turns"]
    assert TOKEN.findall(" ".join(str(turn["text"]) for turn in turns)) == words


def check_old_words(client: TestClient, old: set[str], words: list[str]) -> None:
    """Neither a page nor a list holds what nobody says any more, nor does the search."""
    for path in (
        "/e/tea",
        "/",
        "/feed.xml",
        "/sitemap.xml",
        *(f"/e/tea.{form}" for form in FORMS),
        "/e/tea.jsonld",
    ):
        page = re.sub(r'<ul class="cast">.*?</ul>', "", client.get(path).text, flags=re.S)
        spoken = {word for word in TOKEN.findall(page) if not re.search(rf"Name {word}", page)}
        assert not spoken & old, path
    for word in [*sorted(old)[-3:], *words[:2], *words[-2:]]:
        total = client.get("/api/v1/search", params={"q": word, "expand": "no"}).json()["total"]
        assert total == (1 if word in words else 0), word


def check_quote(room: Newsroom, client: TestClient, passages: list[tuple[int, int, str]]) -> None:
    start, end, text = passages[0]
    with writing(room.engine) as session:
        short_id = quote_moment(session, "tea", start, end)
    quoted = client.get(f"/q/{short_id}.json").json()
    assert TOKEN.findall(str(quoted)) and set(TOKEN.findall(text)) <= set(TOKEN.findall(str(quoted)))
    assert set(TOKEN.findall(quoted["now"])) == set(TOKEN.findall(text))


def check_hidden(client: TestClient, used: set[str]) -> None:
    for path in (
        "/e/tea",
        "/",
        "/feed.xml",
        "/people",
        *(f"/e/tea.{form}" for form in FORMS),
        "/e/tea/translations/fr.vtt",
    ):
        assert not set(TOKEN.findall(client.get(path).text)) & used, path
    word = sorted(used)[0]
    assert client.get("/api/v1/search", params={"q": word}).json()["total"] == 0


@pytest.mark.parametrize("seed", range(4))
def test_every_form_says_what_the_record_says(room: Newsroom, seed: int) -> None:
    pen = Pen(room, seed)
    put(room, "tea", a_talk(pen))
    with acting(room.engine, Actor("Mina")) as session:
        import_translation(session, "tea", captions(pen), "a.srt", "fr", by_machine=True)
    done: list[str] = []
    with TestClient(create_app(room.settings)) as client:
        for _ in range(ACTS):
            done.append(pen.act())
            words, names, passages = said(room)
            if not is_public(room):
                check_hidden(client, pen.used)
                continue
            check_translation(client, translated(room), words, pen.used)
            check_forms(client, words, names)
            check_old_words(client, pen.used - set(words), words)
            check_quote(room, client, passages)
    assert {"edit", "undo", "publish", "withdraw"} <= {*done, "undo", "withdraw"}, done
