"""Commands on words that are public: searching them, building their index again."""

from typing import Annotated, Any

import typer

from catalog.commands.output import AsJson, clock, newsroom, out, print_json, say
from catalog.db import reading
from catalog.search.hits import Hit, search_turns
from catalog.search.refresh import open_index

app = typer.Typer()


@app.command()
def search(
    query: Annotated[str, typer.Argument(help='Words, "phrases", -not, OR, start*.')],
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many hits.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Search what was said in published episodes: who said it, when, in which words."""
    house = newsroom()
    index = open_index(house.settings.index_folder, house.engine)
    with reading(house.engine) as session:
        results = search_turns(session, index, query, limit=limit)
    if as_json:
        notes = [note.text for note in results.notes]
        print_json({"total": results.total, "hits": [_hit_json(hit) for hit in results.hits], "notes": notes})
        return
    for note in results.notes:
        say(note.text)
    for hit in results.hits:
        out.print(f"[bold]{hit.episode_slug}[/] {clock(hit.start_ms)} {hit.speaker}:", end=" ")
        say(hit.snippet_text)
    say(f"{results.total} found." if results.total else "Nothing found in published episodes.")


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "episode": hit.episode_slug,
        "title": hit.episode_title,
        "speaker": hit.speaker,
        "certainty": hit.certainty,
        "role": hit.role or None,
        "start_ms": hit.start_ms,
        "end_ms": hit.end_ms,
        "language": hit.language,
        "snippet": hit.snippet_text,
    }


@app.command()
def reindex() -> None:
    """Build the search index again from the catalog; searching goes on meanwhile."""
    house = newsroom()
    count = open_index(house.settings.index_folder, house.engine).rebuild()
    say(f"Indexed {count} published episodes.")
