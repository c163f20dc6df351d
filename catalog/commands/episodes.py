"""Commands that look at episodes: listing, showing. Publishing is in `publishing`."""

from typing import Annotated, Any

import typer
from sqlmodel import col, select

from catalog.commands.output import AsJson, Slug, clock, newsroom, out, print_json, print_table, say
from catalog.db import reading
from catalog.episodes import find_episode
from catalog.models import Episode, EpisodeState
from catalog.reading import EpisodePage, preview_page

app = typer.Typer()


@app.command()
def episodes(
    state: Annotated[EpisodeState | None, typer.Option(help="Only those in this state.")] = None,
    as_json: AsJson = False,
) -> None:
    """List every episode of the catalog, the newest first."""
    with reading(newsroom().engine) as session:
        query = select(Episode).order_by(col(Episode.id).desc())
        rows = session.exec(query.where(Episode.state == state) if state else query).all()
    if as_json:
        print_json([episode_json(row) for row in rows])
        return
    print_table(
        ("episode", "state", "length", "title", "problem"),
        (
            (row.slug, row.state.value, clock(row.duration_ms), row.title, row.problem or row.publish_problem)
            for row in rows
        ),
        empty="No episodes yet. `presstalk add LINK-OR-FILE` adds the first.",
    )


def episode_json(row: Episode) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "title": row.title,
        "state": row.state.value,
        "language": row.language,
        "duration_ms": row.duration_ms,
        "published_at": row.published_at.isoformat() if row.published_at else None,
        "publish_at": row.publish_at.isoformat() if row.publish_at else None,
        "problem": row.problem or row.publish_problem or None,
    }


@app.command()
def show(slug: Slug, as_json: AsJson = False) -> None:
    """Show one episode: who is in it, what was said and how it was heard."""
    with reading(newsroom().engine) as session:
        row = find_episode(session, slug)
        page = preview_page(session, slug)
    if as_json:
        print_json({**episode_json(row), **_page_json(row, page)})
        return
    out.rule(row.title, align="left")
    say(f"{row.slug} · {row.state.value} · {clock(row.duration_ms)} · {row.language or 'language not known'}")
    if row.problem:
        say(f"Problem: {row.problem}")
    for line in page.card.cast:
        say(f"{line.role}: {line.name}{', ' + line.affiliation if line.affiliation else ''}")
    for turn in page.turns:
        for passage in turn.passages:
            say(f"[{clock(passage.start_ms)}] {turn.speaker.name}: {passage.text}")


def _page_json(row: Episode, page: EpisodePage) -> dict[str, Any]:
    return {
        "description": row.summary,
        "aired_at": row.aired_at.isoformat() if row.aired_at else None,
        "source_url": page.source_url or None,
        "cast": [vars(line) for line in page.card.cast],
        "chapters": [vars(chapter) for chapter in page.chapters],
        "files": [vars(file) for file in page.files],
        "trust": vars(page.trust) if page.trust else None,
        "turns": [
            {
                "speaker": turn.speaker.name,
                "certainty": turn.speaker.certainty,
                "role": turn.speaker.role or None,
                "start_ms": passage.start_ms,
                "end_ms": passage.end_ms,
                "language": passage.language,
                "text": passage.text,
                "flags": [vars(flag) for flag in passage.flags],
            }
            for turn in page.turns
            for passage in turn.passages
        ],
    }
