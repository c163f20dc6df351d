"""Commands on words that are public: searching them, building their index again."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlmodel import Session

from catalog.commands.output import AsJson, clock, newsroom, out, print_json, say
from catalog.db import reading
from catalog.newsroom import Newsroom
from catalog.search.answering import Sort
from catalog.search.fusion import Mode, search_in_mode
from catalog.search.hits import Results
from catalog.search.moments import Hit
from catalog.search.query import piece_at
from catalog.search.refresh import follow_meanings, open_index
from catalog.search.spellings import known_tables
from catalog.search.tables import Tables
from catalog.search.written import (
    ArticleHit,
    FoundArticles,
    asks_for_articles,
    open_articles,
    search_articles,
)

if TYPE_CHECKING:
    from catalog.search.meaning import Meanings

app = typer.Typer()


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for; see above.")],
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many hits.")] = 20,
    sort: Annotated[Sort, typer.Option(help="The order of the hits.")] = Sort.RELEVANCE,
    expand: Annotated[
        bool, typer.Option("--expand/--no-expand", help="Look for other spellings too.")
    ] = True,
    mode: Annotated[Mode, typer.Option(help="By the words, by their meaning, or by both.")] = Mode.WORDS,
    as_json: AsJson = False,
) -> None:
    """Search what was said in published episodes: who said it, when, in which words.

    All words must occur. "several words": in this order; "several words"~5: with at most five others between.
    one OR other: any of them. -word: not this. word*: begins so. word~, word~2: one or two letters may differ.
    =word: no other spellings.

    Fields: speaker:"Hamid River", role:guest, lang:ur, episode:slug, topic:"press freedom", after:2020-12, before:2021,
    is:corrected, is:claim, in:articles, in:both, article:"words of its title".
    A minus before a field leaves it out. What cannot be understood is told, and the rest is searched.
    """
    house = newsroom()
    index = open_index(house.settings.index_folder, house.engine)
    meanings = None if mode is Mode.WORDS else _meanings(house)
    with reading(house.engine) as session:
        tables = known_tables(session, house.settings.home) if expand else None
        results = search_in_mode(
            session,
            index,
            query,
            mode=mode,
            meanings=meanings,
            limit=limit,
            sort=sort,
            expand=expand,
            tables=tables,
        )
        written = _written(session, house, query, limit, sort, tables, expand=expand)
    results = replace(results, notes=(*results.notes, *written.notes))
    if as_json:
        print_json(_results_json(results) | _articles_json(written))
        return
    for hit in written.hits:
        out.print(f"[bold]{hit.id}[/]", end=" ")
        say(f"{hit.title}: {hit.snippet_text}")
    if written.hits:
        say(f"{written.total} articles.")
    _say_results(query, results)


def _written(
    session: Session,
    house: Newsroom,
    query: str,
    limit: int,
    sort: Sort,
    tables: Tables | None,
    *,
    expand: bool,
) -> FoundArticles:
    if not asks_for_articles(query):
        return FoundArticles()
    index = open_articles(house.settings.index_folder, house.engine)
    return search_articles(session, index, query, limit=limit, sort=sort, expand=expand, tables=tables)


def _meanings(house: Newsroom) -> "Meanings | None":
    """The vectors of what is published, in step with it; None when that is switched off."""
    from catalog.search.meaning import open_meanings  # here, for a site starts without numpy

    meanings = open_meanings(house.settings.meanings_folder, house.settings.embedder)
    if meanings is not None:
        follow_meanings(house.engine, meanings)
    return meanings


def _say_results(asked: str, results: Results) -> None:
    for note in results.notes:
        piece = piece_at(asked, note)
        say(f"{note.text} At: {piece}" if piece else note.text)
    if results.also:
        say(f"Also searched: {', '.join(results.also)}.")
    for hit in results.hits:
        out.print(f"[bold]{hit.episode_slug}[/] {clock(hit.start_ms)} {hit.speaker}:", end=" ")
        say(hit.snippet_text + (" (by meaning)" if hit.by_meaning else ""))
    say(
        f"{'About ' * results.about}{results.total} found."
        if results.total
        else "Nothing found in published episodes."
    )
    if results.suggestions:
        say(f"Did you mean: {', '.join(results.suggestions)}?")


def _results_json(results: Results) -> dict[str, Any]:
    return {
        "total": results.total,
        "total_estimated": results.about,
        "hits": [_hit_json(hit) for hit in results.hits],
        "notes": [note.text for note in results.notes],
        "notes_at": [note.position for note in results.notes],
        "suggestions": list(results.suggestions),
        "also": list(results.also),
        "facets": {
            facet.field: [
                {"value": one.value, "label": one.label, "turns": one.turns} for one in facet.counts
            ]
            for facet in results.facets
        },
        "about": any(facet.about for facet in results.facets),
    }


def _articles_json(written: FoundArticles) -> dict[str, Any]:
    return {"articles": [_article_json(hit) for hit in written.hits], "articles_total": written.total}


def _article_json(hit: ArticleHit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "title": hit.title,
        "url": hit.url,
        "day": hit.published_at.date().isoformat() if hit.published_at else None,
        "snippet": hit.snippet_text,
    }


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "turn_id": hit.turn_id,
        "episode": hit.episode_slug,
        "title": hit.episode_title,
        "status": hit.status,
        "speaker": hit.speaker,
        "certainty": hit.certainty,
        "role": hit.role or None,
        "by_meaning": hit.by_meaning,
        "start_ms": hit.start_ms,
        "end_ms": hit.end_ms,
        "language": hit.language,
        "snippet": hit.snippet_text,
        "person": hit.speaker_slug or None,
        "day": hit.aired_at.date().isoformat() if hit.aired_at else None,
        "after": {"speaker": hit.prompt.speaker, "text": hit.prompt.text} if hit.prompt else None,
    }


@app.command()
def reindex() -> None:
    """Build the search index again from the catalog; searching goes on meanwhile."""
    house = newsroom()
    count = open_index(house.settings.index_folder, house.engine).rebuild()
    say(f"Indexed {count} published episodes.")
