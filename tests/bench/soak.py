"""`make bench-soak`: ten minutes in which 100 readers turn pages, search and listen while two editors mend words,
articles are brought in and a niced worker hears one talk after the other, all on the loopback. Counts what went wrong,
how slow the slowest pages were, whether memory grew, and whether anybody saw what was not for them.

SECONDS and READERS in the environment make it shorter; caches fill in the first minutes, so memory tells nothing then.
Bounded: each reader asks for one thing, looks at it for some seconds, and asks again.
"""

import asyncio
import html
import os
import random
import re
import shutil
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlmodel import col, func, select

from catalog.adding import Given, add_file
from catalog.db import reading, writing
from catalog.files import name_file
from catalog.jobs import is_all_done
from catalog.models import Article, Job, JobState, MediaKind, UserRole
from catalog.newsroom import Newsroom
from catalog.users import add_user
from tests.bench.costs import made_anew
from tests.bench.figures import Figure
from tests.bench.relate import posts
from tests.bench.search_archive import Archive, make_archive
from tests.bench.search_web import Site, serving
from tests.catalog.blog import rest, serve_blog
from tests.catalog.newsrooms import MODEL, ROOT, excerpt

SECONDS, READERS = int(os.environ.get("SECONDS", "600")), int(os.environ.get("READERS", "100"))
TALKS, TURNS, ARTICLES, HEARD_S = 100, 120, 2_000, 60
LOOKS_S, WRITES_S, STAYS_OPEN_S = (2.0, 10.0), (8.0, 15.0), 2.0
SLOWEST_S, MOST_GROWTH_MB = 0.25, 10.0
EDITORS, UNPUBLISHED = ("Q7X9", "Z3K8"), "J5W2"  # no word that the archive says is like these
PASSWORD = "an invented sentence to sign in with"
SOUND, RANGE = bytes(range(256)) * 16_384, 65_536  # 4 MB, asked for in such pieces
_FORM = re.compile(
    r'action="(?P<action>[^"]+/transcript/\d+)".*?name="seen" value="(?P<seen>[^"]*)"'
    r".*?<textarea[^>]*>(?P<text>.*?)</textarea>",
    re.DOTALL,
)


@dataclass
class Seen:
    """What all of them met."""

    pages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    ranges: int = 0
    corrections: int = 0
    wrong: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)

    @property
    def all_pages(self) -> list[float]:
        return [took for kind in self.pages.values() for took in kind]

    def note(self, where: str, answer: httpx.Response, expected: int) -> None:
        if answer.status_code != expected:
            self.wrong.append(f"{where}: {answer.status_code}")


def measure(folder: Path) -> list[Figure]:
    home = folder / "soak"
    shutil.rmtree(home, ignore_errors=True)
    archive = make_archive(home, TALKS * TURNS, TURNS)
    _furnish(archive.newsroom)
    with serving(home, PRESSTALK_EMBEDDER="none") as site:
        seen = asyncio.run(_soak(archive, site))
    with reading(archive.engine) as session:
        heard = session.exec(select(func.count()).where(col(Job.state) == JobState.DONE)).one()
        articles = session.exec(select(func.count()).select_from(Article)).one()
    costs = ", ".join(made_anew(archive.newsroom))
    archive.engine.dispose()
    shutil.rmtree(home)
    pages = seen.all_pages
    print(
        f"  {len(pages)} pages, {seen.ranges} pieces of sound; half of the pages within "
        f"{statistics.median(pages) * 1000:.0f} ms; {seen.wrong[:5]} {seen.leaks[:5]}\n"
        f"  50 and 99 of 100 within, ms: {', '.join(_told(*kind) for kind in sorted(seen.pages.items()))}\n"
        f"  made anew, processor ms: {costs}",
        flush=True,
    )
    return [
        Figure("errors in the soak", len(seen.wrong), "", 0),
        Figure("answers that showed what was not for them", len(seen.leaks), "", 0),
        Figure("a page, 99 of 100", _slowest(pages), "s", SLOWEST_S),
        Figure("memory of the site grew, second half", _growth_mb(seen.memory), "MB", MOST_GROWTH_MB),
        Figure("corrections made meanwhile", seen.corrections, "", None, least=2),
        Figure("articles brought in meanwhile", articles, "", None, least=ARTICLES),
        Figure("talks heard meanwhile", heard, "", None, least=1),
    ]


def _slowest(took: list[float]) -> float:
    return statistics.quantiles(took, n=100)[98]


def _told(kind: str, took: list[float]) -> str:
    return f"{kind} {statistics.median(took) * 1000:.0f} {_slowest(took) * 1000:.0f}"


def _furnish(newsroom: Newsroom) -> None:
    """A sound for every talk, and two editors."""
    sound = newsroom.settings.home / "sound"
    sound.write_bytes(SOUND)
    sha256 = newsroom.shelf.put(sound, move=True)
    with writing(newsroom.engine) as session:
        for talk in range(1, TALKS + 1):
            name_file(session, newsroom.shelf, talk, MediaKind.WEB_AUDIO_LOW, sha256, mime="audio/ogg")
        for name in EDITORS:
            add_user(session, name, UserRole.EDITOR, PASSWORD)


async def _soak(archive: Archive, site: Site) -> Seen:
    seen, until = Seen(), time.monotonic() + SECONDS
    acts = [
        *(_read(site, archive, seen, random.Random(number)) for number in range(READERS)),
        *(_edit(site, name, seen, random.Random(name)) for name in EDITORS),
        _watch(site, seen),
    ]
    async with _presstalk(archive.newsroom, "work", nice=19), asyncio.TaskGroup() as group:
        for act in acts:
            group.create_task(_again_until(until, *act))
        group.create_task(_again_until(until, *_bring_talks(archive.newsroom)))
        group.create_task(_bring_articles(archive.newsroom))
    return seen


Act = tuple[Callable[[], Awaitable[None]], Callable[[], float]]


async def _again_until(until: float, act: Callable[[], Awaitable[None]], pause: Callable[[], float]) -> None:
    """Do it, look at it for a while, do it again; nobody begins at the same moment as another."""
    while True:
        await asyncio.sleep(pause())
        if time.monotonic() >= until:
            return
        await act()


# ---- readers --------------------------------------------------------------------------------------


def _client(site: Site) -> httpx.AsyncClient:
    """A browser: one line that it lets go before the site does."""
    limits = httpx.Limits(max_connections=1, keepalive_expiry=STAYS_OPEN_S)
    return httpx.AsyncClient(
        base_url=site.address, timeout=30, limits=limits, headers={"Origin": site.address}
    )


def _read(site: Site, archive: Archive, seen: Seen, dice: random.Random) -> Act:
    """A reader: a page, a search or a piece of sound."""
    client = _client(site)

    async def act() -> None:
        talk = f"talk-{dice.randint(1, TALKS)}"
        try:
            if dice.random() < 0.2:
                await _listen(client, talk, seen, dice)
            else:
                word = archive.words[int(dice.paretovariate(0.7)) % len(archive.words)]
                others = ("/", "/people", "/episodes", "/corrections", f"/search?q={word}")
                await _turn_page(client, dice.choice([f"/e/{talk}"] * 4 + list(others)), seen)
        except httpx.HTTPError as problem:
            seen.wrong.append(f"{talk}: {type(problem).__name__}")

    return act, lambda: dice.uniform(*LOOKS_S)


async def _turn_page(client: httpx.AsyncClient, address: str, seen: Seen) -> None:
    begun = time.perf_counter()
    answer = await client.get(address)
    seen.pages["/" + address.split("/")[1].partition("?")[0]].append(time.perf_counter() - begun)
    seen.note(address, answer, 200)
    if any(word in answer.text for word in (*EDITORS, UNPUBLISHED)) or "set-cookie" in answer.headers:
        seen.leaks.append(address)


async def _listen(client: httpx.AsyncClient, talk: str, seen: Seen, dice: random.Random) -> None:
    start = dice.randrange(len(SOUND) - RANGE)
    asked = {"Range": f"bytes={start}-{start + RANGE - 1}"}
    answer = await client.get(f"/media/{talk}/web_audio_low.opus", headers=asked)
    seen.note("a piece of sound", answer, 206)
    seen.ranges += 1
    if answer.content != SOUND[start : start + RANGE]:
        seen.wrong.append(f"{talk}: another piece of sound")


# ---- the newsroom at work -------------------------------------------------------------------------


def _edit(site: Site, name: str, seen: Seen, dice: random.Random) -> Act:
    """An editor: who am I, the transcript, one word more in one paragraph."""
    client, other = _client(site), next(one for one in EDITORS if one != name)
    address = f"/studio/e/talk-{1 + EDITORS.index(name)}/transcript"

    async def act() -> None:
        if not client.cookies:
            asked = {"name": name, "password": PASSWORD}
            seen.note("sign in", await client.post("/studio/sign-in", data=asked), 303)
        account = await client.get("/studio/account")
        seen.note("account", account, 200)
        if name not in account.text or other in account.text:
            seen.leaks.append(f"the account of {name}")
        page = await client.get(address)
        seen.note("transcript", page, 200)
        form = dice.choice([*_FORM.finditer(page.text)])
        asked = {key: html.unescape(form[key]).strip() for key in ("seen", "text")}
        asked |= {"act": "save", "text": f"{asked['text']} so"}
        saved = await client.post(form["action"], data=asked)
        seen.note("correction", saved, 303)
        seen.corrections += saved.status_code == 303

    return act, lambda: dice.uniform(*WRITES_S)


def _bring_talks(newsroom: Newsroom) -> Act:
    """One talk after the other, so that the worker always hears one; nobody publishes them."""
    folder, dice = newsroom.settings.home / "incoming", random.Random(8)
    folder.mkdir()

    def add() -> None:
        with reading(newsroom.engine) as session:
            if not is_all_done(session):
                return
        path = excerpt(folder / f"{len(list(folder.iterdir()))}.opus", HEARD_S, dice.randint(0, 40))
        add_file(newsroom, path, Given(title=f"{UNPUBLISHED} {path.stem}", language="en"))

    async def act() -> None:
        await asyncio.to_thread(add)

    return act, lambda: 2.0


async def _bring_articles(newsroom: Newsroom) -> None:
    """Once, when everybody is there."""
    await asyncio.sleep(SECONDS / 6)
    with serve_blog() as blog:
        blog.pages["/wp-json/wp/v2/posts"] = rest(posts(ARTICLES))
        async with _presstalk(
            newsroom, "articles", "import", f"{blog.address}/wp-json/wp/v2/posts"
        ) as process:
            assert await process.wait() == 0, "the articles did not come in"


@asynccontextmanager
async def _presstalk(
    newsroom: Newsroom, *words: str, nice: int = 0
) -> AsyncIterator[asyncio.subprocess.Process]:
    other = {
        "PRESSTALK_HOME": str(newsroom.settings.home),
        "PRESSTALK_MODEL": str(MODEL),
        "PRESSTALK_EMBEDDER": "none",
        "PRESSTALK_MIN_FREE_GIGABYTES": "0",
        "PRESSTALK_ALLOWED_NETWORKS": "127.0.0.0/8",
    }
    process = await asyncio.create_subprocess_exec(
        *("nice", "-n", str(nice), sys.executable, "-m", "catalog.cli", *words),
        env=os.environ | other,
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


# ---- memory ---------------------------------------------------------------------------------------


def _watch(site: Site, seen: Seen) -> Act:
    begun = time.monotonic()

    async def act() -> None:
        seen.memory.append((time.monotonic() - begun, site.own_megabytes))

    return act, lambda: SECONDS / 120


def _growth_mb(memory: list[tuple[float, float]]) -> float:
    """By the straight line through the second half: caches have filled by then, and one reading says little."""
    half = memory[len(memory) // 2 :]
    slope = statistics.linear_regression(*zip(*half, strict=True)).slope
    return slope * (half[-1][0] - half[0][0])
