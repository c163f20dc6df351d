"""How quick search is on a large archive: `python -m tests.bench.search 1000000` builds one, asks, and holds the
figures against the bars. The exit status says whether all hold."""

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table
from sqlmodel import Session

from catalog.db import reading, writing
from catalog.models import Episode, EpisodeState, LabelState, SpeakerLabel, Track, Utterance
from catalog.search.hits import search_turns
from catalog.search.index import TurnIndex
from catalog.search.query import parse
from catalog.search.refresh import published_entries, refresh_episode
from catalog.search.spellings import known_tables
from tests.bench.figures import Figure
from tests.bench.search_archive import Archive, make_archive
from tests.bench.search_queries import Kind, ask_fts, kinds, make_fts
from tests.bench.search_web import CLIENTS, TookHttp, ask_pages, serving

TURNS = 1_000_000
ASKED, ASKED_FTS, WARMING = 200, 20, 20
FLAT_MB = 15.0
Took = list[float]  # milliseconds of each
Made = TypeVar("Made")


def main(turns: int) -> int:
    home = Path(tempfile.mkdtemp(prefix="bench-search-"))
    try:
        figures = _measure(home, turns)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    table = Table("what", "figure", "bar", "", box=None)
    for figure in figures:
        table.add_row(figure.name, figure.shown, figure.bar, _judged(figure))
    Console(width=120).print(table)
    failed = [figure.name for figure in figures if not figure.holds]
    barred = sum(figure.bar != "" for figure in figures)
    held = f"{barred - len(failed)} of {barred} bars hold at {turns:,} turns"
    print(f"FAIL: {held}; not: {', '.join(failed)}" if failed else f"PASS: {held}")
    return 1 if failed else 0


def _judged(figure: Figure) -> str:
    return "" if not figure.bar else "holds" if figure.holds else "DOES NOT HOLD"


def _measure(home: Path, turns: int) -> list[Figure]:
    archive = _timed("archive made", lambda: make_archive(home / "newsroom", turns))[0]
    print(
        f"  {archive.turns:,} turns, {archive.talks:,} talks, {len(archive.speakers):,} speakers, "
        f"{len(archive.words):,} different words, {archive.text_bytes / 1e6:.0f} MB of text"
    )
    index = _opened(archive)
    _, built_s = _timed("index built from the catalog", index.rebuild)
    size = sum(path.stat().st_size for path in archive.index_folder.rglob("*") if path.is_file())
    _timed("FTS5 built", lambda: make_fts(archive, home / "fts.sqlite"))
    figures = [
        Figure("build, from the catalog to the index", archive.turns / built_s, "turns/s", None, least=5_000),
        Figure("index over text", size / archive.text_bytes, "times", 1.5),
    ]
    asked = kinds(archive, ASKED)
    return [*figures, *_ask_all(archive, index, asked, home), _publish(archive, index)]


def _ask_all(archive: Archive, index: TurnIndex, asked: Sequence[Kind], home: Path) -> list[Figure]:
    table = Table(
        "50 % / 99 %, ms", "hits", "whole answer", f"page, {CLIENTS} at once", "FTS5", "times", box=None
    )
    figures: list[Figure] = []
    megabytes: list[float] = []
    with serving(archive.newsroom.settings.home) as site, reading(archive.engine) as session:
        ask_pages(site, [one for kind in asked for one in kind.asked[:WARMING]])
        for kind in asked:
            cold = _ms(partial(_opened(archive).search, parse(kind.asked[0]), facets=kind.facets))
            hits = _ask(index, kind)
            whole = _ask_whole(session, archive, index, kind)
            pages = ask_pages(site, kind.asked)
            megabytes.append(site.own_megabytes)
            fts = [
                _ms(one)
                for one, _ in zip(ask_fts(archive, home / "fts.sqlite", kind), range(ASKED_FTS), strict=False)
            ]
            times = statistics.median(fts) / statistics.median(hits) if fts else 0.0
            table.add_row(
                kind.name,
                _shown(hits),
                _shown(whole),
                f"{pages.p50_ms:.1f} / {pages.p99_ms:.1f}",
                _shown(fts),
                f"{times:,.0f}" if fts else "",
            )
            figures += _held(kind, cold, hits, pages, times)
            print(f"  {kind.name} asked", flush=True)
    print(
        "hits: the index asked for 20 places, in process. whole answer: other spellings, hits, facets, snippets from"
        " the catalog. FTS5: count and first page."
    )
    Console(width=120).print(table)
    half = len(megabytes) // 2  # until then its caches fill
    grown = max(megabytes[half:]) - max(megabytes[:half])
    return [
        *figures,
        Figure("memory of the site, all its processes, at the end", megabytes[-1], "MB", None),
        Figure("memory of the site, second half over first", grown, "MB", FLAT_MB),
    ]


def _held(kind: Kind, cold: float, hits: Took, pages: TookHttp, times: float) -> list[Figure]:
    figures = [Figure(f"{kind.name}: hits, 99 %", _p99(hits), "ms", kind.most_ms)]
    if kind.facets:
        figures.append(Figure(f"{kind.name}: in an index just opened", cold, "ms", 150))
    if kind.name == "common word":
        figures.append(Figure(f"{kind.name}: quicker than FTS5", times, "times", None, least=20))
    return [*figures, Figure(f"{kind.name}: page over HTTP, 99 %", pages.p99_ms, "ms", kind.most_page_ms)]


def _ask(index: TurnIndex, kind: Kind) -> Took:
    return [_ms(partial(index.search, parse(one), facets=kind.facets)) for one in kind.asked]


def _ask_whole(session: Session, archive: Archive, index: TurnIndex, kind: Kind) -> Took:
    tables = known_tables(session, archive.newsroom.settings.home)
    return [_ms(partial(search_turns, session, index, one, tables=tables)) for one in kind.asked]


def _publish(archive: Archive, index: TurnIndex) -> Figure:
    """From the moment a talk is published until its words are found."""
    with writing(archive.engine) as session:
        new = Episode(slug="new", title="New", state=EpisodeState.PUBLISHED, language="en")
        session.add(new)
        session.flush()
        track = Track(episode_id=new.id or 0, language="en", current=True)
        voice = SpeakerLabel(episode_id=new.id or 0, label="V0", state=LabelState.OPEN)
        session.add_all([track, voice])
        session.flush()
        session.add_all(
            Utterance(
                track_id=track.id or 0,
                position=n,
                start_ms=n * 30_000,
                end_ms=n * 30_000 + 24_000,
                speaker_label_id=voice.id,
                language="en",
                text=f"{archive.said[n]} marker",
            )
            for n in range(min(50, len(archive.said)))
        )
        new_id = new.id or 0
    asked = parse("marker")
    begun = time.perf_counter()
    with reading(archive.engine) as session:
        refresh_episode(session, index, new_id)
    if not _opened(archive).search(asked).total:
        raise RuntimeError("what was published is not found")
    return Figure("published to findable", time.perf_counter() - begun, "s", 1.0)


def _opened(archive: Archive) -> TurnIndex:
    return TurnIndex(archive.index_folder, partial(published_entries, archive.engine))


def _timed(what: str, act: Callable[[], Made]) -> tuple[Made, float]:
    begun = time.perf_counter()
    made = act()
    took = time.perf_counter() - begun
    print(f"{what}: {took:.1f} s", flush=True)
    return made, took


def _ms(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begun)


def _p99(took: Took) -> float:
    return statistics.quantiles(took, n=100, method="inclusive")[98]


def _shown(took: Took) -> str:
    return f"{statistics.median(took):.1f} / {_p99(took):.1f}" if took else "cannot"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else TURNS))
