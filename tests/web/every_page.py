"""A site with every public page there is and the addresses of all of them, for what must hold on each. No test here.

A route that answers with a page and is in none of these addresses fails `test_every_page.py`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from catalog.acts import begin_act
from catalog.articles import keep_articles
from catalog.authority.bringing import bring_in
from catalog.authority.following import follow
from catalog.authority.sheet import read_sheet
from catalog.db import writing
from catalog.editing import find_paragraph, write_paragraph
from catalog.editions import edition_now
from catalog.models import EpisodeState, MediaKind, Track, TrackKind, Utterance
from catalog.models.columns import now
from catalog.newsroom import Newsroom, open_newsroom
from catalog.settings import Settings
from catalog.transcripts import current_track
from catalog.written.found import Found, FoundArticle
from tests.web.ledger import fill_ledger
from tests.web.live import served
from tests.web.newsrooms import URDU, Line, Talk, Voice, demo_talk, put
from tests.web.panel import PANEL
from web.app import create_app

CHAPTERS = ((0, "Good evening"), (34_000, "What the rain did"))
LONG_TITLE = (
    "A title of one hundred and forty characters, which is as long as any newsroom should ever make one,"
    " and then a little longer so that it wraps"
)
LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff the Deliberately Long-Named"
ENGLISH_OF_URDU = (
    (4_000, 12_000, "Peace be upon you, and welcome to a talk that never was. The BBC will be named too."),
    (25_300, 36_000, "Write the word that was said, not the one that should have been."),
)

NAMES = """id,kind,name,aliases,description,not
asma-lantern,person,Asma Lantern,عاصمہ لالٹین,An invented keeper of lamps.,
lake-market,place,Lake Market,جھیل بازار,An invented town.,
lamps,topic,Street lamps,street lamp | چراغ,,
"""
LAMPS = Talk(
    title="Lamps and rain",
    lines=(
        Line(
            "a",
            "Asma Lantern went to Lake Market with a street lamp, and the whole street was bright.",
            0,
            8_000,
        ),
        Line("b", "I say that nobody in Lake Market will ever need a street lamp again.", 9_000, 17_000),
    ),
    voices={"a": Voice("Sana Demo"), "b": Voice("Kamal Lantern", affiliation="the Demo Lamp Works")},
)

WRITTEN = FoundArticle(
    "Lamps of Lake Market",
    url="https://press.example/lamps",
    byline="An invented reporter",
    text="Nobody in Lake Market will ever need a street lamp again, says Kamal Lantern of the Demo Lamp Works.",
)

FILM = {
    MediaKind.WEB_VIDEO: (b"film", "video/mp4"),
    MediaKind.POSTER: (b"still", "image/jpeg"),
    MediaKind.WEB_AUDIO_LOW: (b"sound", "audio/ogg; codecs=opus"),
}

PAGES = {
    "home": "/",
    "episodes": "/episodes",
    "episode": "/e/tea",
    "episode-at": "/e/tea?t=20#t=20",
    "episode-only": "/e/tea?only=voice-2",
    "episode-ur": "/e/urdu",
    "episode-both": "/e/urdu?with=en",
    "panel": "/e/panel",
    "panel-why": "/e/panel#voice-2",
    "long": "/e/long",
    "film": "/e/film",
    "propose": "/e/tea/propose?paragraph=3",
    "topics": "/topics",
    "topics-all": "/topics/all/place",
    "topic": "/topics/lake-market",
    "people": "/people",
    "person": "/people/hamid-river",
    "person-named": "/people/zarin-lake",
    "search": "/search?q=tea",
    "search-empty": "/search",
    "search-none": "/search?q=submarine+orchard",
    "search-help": "/search/help",
    "concordance": "/search/concordance?q=tea",
    "timeline": "/search/timeline?q=tea",
    "corrections": "/corrections",
    "about": "/about",
    "about-you": "/about-you",
    "accessibility": "/accessibility",
    "reading": "/reading",
    "saved": "/saved",
    "data": "/data/",
    "api": "/api",
    "not-found": "/e/nothing",
    "withdrawn": "/e/gone",
    "articles": "/articles",
    "article": "/articles/1-lamps-of-lake-market",
    "quote": "/q/{quote}",
    "claims": "/claims",
    "claims-by": "/claims/by/hamid-river",
    "claims-by-about": "/claims/by/hamid-river/about/the-old-road",
    "claims-about": "/claims/about/farzipur",
    "claims-in": "/claims/in/2026",
    "claims-of": "/claims/of/flood",
    "claim": "/claims/{mill}",
    "claims-beside": "/claims/{flood}/beside/{later}",
}
FRAMES = {"embed-talk": "/embed/e/tea", "embed-film": "/embed/e/film", "embed-quote": "/embed/q/{quote}"}


@contextmanager
def whole_site(home: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of the site and its pages by name, those in Urdu as `ur-NAME`."""
    room = open_newsroom(Settings(home=home, contact="desk@press.example"))
    claims = fill(room)
    with served(create_app(room.settings)) as address:
        made = httpx.post(f"{address}/e/tea/cite", data={"paragraph": "3"}, follow_redirects=False)
        quote = made.headers["location"].rpartition("/")[2]
        pages = {name: path.format(quote=quote, **claims) for name, path in PAGES.items()}
        yield address, pages | {f"ur-{name}": f"/ur{path}" for name, path in pages.items()}


def fill(room: Newsroom) -> dict[str, str]:
    """Talks with every kind of name, two languages, long names and titles, corrections, one withdrawn; a ledger, of
    which the numbers of its claims are given."""
    tea = put(room, "tea", demo_talk(chapters=CHAPTERS))
    edition_now(room.engine, tea)
    put(room, "radio", demo_talk("radio-paper-and-phone"))
    put(room, "panel", PANEL)
    voices = {"A": PANEL.voices["A"].__class__(LONG_NAME), "B": PANEL.voices["B"]}
    lines = [line for line in PANEL.lines if line.voice in voices]
    put(
        room,
        "long",
        PANEL.__class__(**{**vars(PANEL), "title": LONG_TITLE, "voices": voices, "lines": lines}),
    )
    put(room, "film", demo_talk("radio-paper-and-phone", files=FILM))
    put(room, "gone", demo_talk(state=EpisodeState.WITHDRAWN))
    with writing(room.engine) as session:
        bring_in(session, read_sheet(NAMES))
    put(room, "lamps", LAMPS)
    with writing(room.engine) as session:
        keep_articles(session, Found((WRITTEN,)), "https://press.example/feed", now())
    follow(room)
    urdu = put(room, "urdu", URDU)
    with writing(room.engine) as session:
        _translate(session, urdu)
        act = begin_act(session, "tea", "Amina")
        line = find_paragraph(act, 2)
        write_paragraph(act, line, f"{line.text} So it is.", "heard again by an editor")
    return fill_ledger(room)


def _translate(session, episode_id: int) -> None:
    source = current_track(session, episode_id)
    track = Track(
        episode_id=episode_id,
        kind=TrackKind.TRANSLATION,
        language="en",
        current=True,
        source_track_id=source.id if source else None,
        engine="faster-whisper",
    )
    session.add(track)
    session.flush()
    for place, (start, end, text) in enumerate(ENGLISH_OF_URDU):
        session.add(
            Utterance(
                track_id=track.id or 0, position=place, start_ms=start, end_ms=end, text=text, language="en"
            )
        )
