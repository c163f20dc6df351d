"""Screenshots of the studio in both themes, on a phone and a desk: `python -m tests.web.studio.shots FOLDER [PAGE]`."""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright

from catalog.acts import begin_act
from catalog.articles import keep_articles
from catalog.authority.bringing import bring_in
from catalog.authority.finding import follow_authority
from catalog.authority.sheet import read_sheet
from catalog.candidates import keep_candidates
from catalog.claim_proposals import seek_claims
from catalog.db import writing
from catalog.editing import find_paragraph, write_paragraph
from catalog.episodes import find_episode
from catalog.guests import answer_guest_link, make_guest_link
from catalog.jobs import queue_job, set_problem
from catalog.models import EpisodeState, JobState, MediaKind, PleaKind, Purpose, UserRole
from catalog.models.columns import now
from catalog.newsroom import Newsroom, open_newsroom
from catalog.pleas import plead
from catalog.proposals import mark_of, propose
from catalog.publishing import schedule_episode
from catalog.relating.rounds import relate_all
from catalog.saved_searches import save_search
from catalog.settings import Settings
from catalog.transcripts import read_turns
from catalog.translations import import_translation
from catalog.users import add_user, make_link
from catalog.written.found import EpisodeCandidate, Found
from tests import chromium
from tests.web.ledger import FLOODS
from tests.web.live import served
from tests.web.newsrooms import PEAKS, URDU, demo_talk, put
from tests.web.panel import PANEL
from tests.web.shots import PATIENCE_MS
from tests.web.studio.test_entities import SHEET
from tests.web.studio.test_entities import TALK as LAMPS
from tests.web.test_articles import ARTICLE, AT, LAKE, OTHER
from web.app import create_app

WORDS = "four plain words here"
PAGES = {
    "board": "/studio/",
    "talk": "/studio/e/panel",
    "talk-published": "/studio/e/tea",
    "facts": "/studio/e/panel/facts",
    "cast": "/studio/e/panel/cast",
    "hide": "/studio/e/panel/cast/zarin-lake/hide",
    "follow": "/studio/follow",
    "directory": "/studio/directory",
    "person": "/studio/directory/zarin-lake",
    "storage": "/studio/storage",
    "settings": "/studio/settings",
    "requests": "/studio/pleas",
    "preview": "/studio/e/panel/preview",
    "talk-ur": "/studio/e/urdu",
    "talk-working": "/studio/e/rain",
    "talk-failed": "/studio/e/paper",
    "account": "/studio/account",
    "people": "/studio/people",
    "redact": "/studio/e/tea/redact?at=1&from=14000&to=16000",
    "redact-ur": "/studio/e/urdu/redact?at=1",
    "words": "/studio/e/tea/transcript",
    "words-ur": "/studio/e/urdu/transcript",
    "log": "/studio/log",
    "translations": "/studio/e/urdu/translations",
    "translation": "/studio/e/urdu/translations/3",
    "history": "/studio/e/tea/history",
    "chapters": "/studio/e/tea/chapters?proposed=yes",
    "glossary": "/studio/glossary",
    "searches": "/studio/searches?q=road",
    "search": "/studio/searches/1",
    "review": "/studio/e/panel/review",
    "health": "/studio/health",
    "articles": "/studio/articles",
    "article": "/studio/articles/1",
    "talk-articles": "/studio/e/lake/articles",
    "claims": "/studio/claims",
    "talk-claims": "/studio/e/flood/claims",
    "names": "/studio/entities",
    "name": "/studio/entities/asma-lantern",
    "doubts": "/studio/doubts",
    "readers": "/studio/proposals",
    "replace": "/studio/e/tea/replace?find=tea&replacement=chai",
    "refused": "/studio/e/nothing",
}
ENGLISH = "1\n00:00:04,000 --> 00:00:12,000\nWelcome to a talk that never was.\n"
SIZES = {"1440": (1440, 900), "1024": (1024, 768), "360": (360, 740)}


def main(folder: Path, wanted: Sequence[str] = ()) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        room = open_newsroom(Settings(home=Path(home)))
        token = fill(room)
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.ARGUMENTS))
        with served(create_app(room.settings)) as address:
            for width, (across, down) in SIZES.items():
                for theme in ("light", "dark"):
                    page = browser.new_page(viewport={"width": across, "height": down}, color_scheme=theme)
                    page.set_default_timeout(PATIENCE_MS)
                    for name, path in {"sign-in": "/studio/sign-in", "link": f"/studio/link/{token}"}.items():
                        page.goto(address + path)
                        page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True)
                    page.goto(f"{address}/studio/sign-in")
                    page.get_by_label("Name").fill("Admin")
                    page.get_by_label("Password").fill(WORDS)
                    page.get_by_role("button", name="Sign in").click()
                    for name, path in PAGES.items():
                        if wanted and name not in wanted:
                            continue
                        page.goto(address + path)
                        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                        if wide > 0:
                            print(f"{name} at {width} is {wide} px too wide")
                        page.screenshot(
                            path=folder / f"{name}-{width}-{theme}.png", full_page=True, animations="disabled"
                        )
                    page.context.close()
        browser.close()


def fill(room: Newsroom) -> str:
    """Talks in every state, three people; the token of a link."""
    files = {**demo_talk().files, MediaKind.PEAKS: (PEAKS.encode(), "application/json")}
    put(room, "tea", demo_talk(files=files))
    put(room, "urdu", replace(URDU, state=EpisodeState.REVIEW))
    for text in (
        "The recogniser hears it, and somebody listens again.",
        "The recogniser hears it; people listen.",
    ):
        with writing(room.engine) as session:
            act = begin_act(session, "tea", "Mina Field")
            write_paragraph(act, find_paragraph(act, 2), text)
    with writing(room.engine) as session:
        import_translation(session, "urdu", ENGLISH.encode(), "urdu.en.srt", "en", by_machine=True)
    put(room, "panel", replace(PANEL, state=EpisodeState.REVIEW))
    put(room, "rain", demo_talk("radio-paper-and-phone", state=EpisodeState.WORKING, lines=[]))
    put(room, "paper", demo_talk("how-a-talk-becomes-a-page", state=EpisodeState.NEW, lines=[]))
    with writing(room.engine) as session:
        admin = add_user(session, "Admin", UserRole.ADMIN, WORDS)
        for query, name in (("rain OR بارش", ""), ('speaker:"Asma Green" radio', "The moderator on radio")):
            save_search(session, admin.id or 0, query, name=name).seen_at -= timedelta(days=900)
        save_search(session, admin.id or 0, "rain", expand=False)
        editor = add_user(session, "Mina Field", UserRole.EDITOR, WORDS)
        add_user(session, "Somebody with a rather long name of four words", UserRole.PRODUCER)
        schedule_episode(session, "panel", now() + timedelta(days=9))
        guest = make_guest_link(session, "panel", "The second guest")
        answer_guest_link(session, guest, "objected", "The name of my town must not stand there.")
        make_guest_link(session, "panel", "The third guest, by letter")
        job = queue_job(session, find_episode(session, "rain"))
        job.state, job.stage, job.percent, job.speed, job.seconds_left = (
            JobState.RUNNING,
            "hear",
            41.0,
            3.2,
            340.0,
        )
        job.worker = "demo"
        failed = find_episode(session, "paper")
        set_problem(
            failed, "gone", "The page says that the video is private. Ask its owner, or send the file.", True
        )
        link = make_link(session, editor, Purpose.RESET)
    fill_desk(room)
    return link


def fill_desk(room: Newsroom) -> None:
    """What waits for a word beside the talks: articles, claims, names of two people, what readers ask and propose."""
    put(room, "lake", LAKE)
    put(room, "flood", FLOODS)
    put(room, "lamps", LAMPS)
    shown = EpisodeCandidate(
        "Rain: a talk", "Guest: Hamid Darya, farmer.", address="https://video.example/rain"
    )
    with writing(room.engine) as session:
        keep_articles(session, Found((ARTICLE, OTHER)), "https://blog.example/feed", AT)
        keep_candidates(session, (shown,), "https://blog.example/feed", AT)
        seek_claims(session, find_episode(session, "flood"))
        bring_in(session, read_sheet(SHEET))
        said = read_turns(session, find_episode(session, "tea").id or 0)[0].passages[0]
        propose(session, "tea", said.number, mark_of(said.text), "Good evening from Pune.", "I was there.")
        plead(session, PleaKind.NOT_ME, "tea", "I was not there.", name="Asma Green", contact="by letter")
    relate_all(room)
    follow_authority(room.engine)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "tests/shots"), sys.argv[2:])
