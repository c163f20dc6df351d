"""Commands on what readers propose: list it, accept it, reject it."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import typer

from catalog.audit import Actor, acting
from catalog.commands.output import AsJson, clock, login, newsroom, print_json, print_table, say
from catalog.db import reading
from catalog.episodes import find_episode
from catalog.proposals import accept_proposal, list_proposals, reject_proposal
from catalog.search.refresh import open_index, refresh_episode

app = typer.Typer()
proposals = typer.Typer(no_args_is_help=True)
app.add_typer(proposals, name="proposals", help="Corrections readers propose: list, accept, reject.")

Ids = Annotated[list[int], typer.Argument(help="The proposals, by number.")]
By = Annotated[str, typer.Option(help="Who decides this; your login name if not said.")]


@proposals.command("list")
def list_open(
    slug: Annotated[str, typer.Argument(help="Only those on this episode.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Those that were decided too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what readers heard otherwise than it is written."""
    with reading(newsroom().engine) as session:
        lines = list_proposals(session, slug, every=every)
    if as_json:
        print_json([{**vars(line), "made_at": line.made_at.isoformat()} for line in lines])
        return
    print_table(
        ("number", "episode", "at", "it says", "proposed", "remark", "state"),
        (
            (line.id, line.episode, clock(line.start_ms), line.now, line.text, line.remark, line.state)
            for line in lines
        ),
        empty="No reader proposes anything.",
    )


@proposals.command()
def accept(
    ids: Ids,
    note: Annotated[str, typer.Option(help="What readers are told about it.")] = "",
    by: By = "",
) -> None:
    """Write what the reader heard: a correction as any other, which `speakers undo` takes back."""
    _do(by, *(partial(accept_proposal, proposal_id=one, public_note=note) for one in ids))
    say(f"{len(ids)} accepted.")


@proposals.command()
def reject(ids: Ids, by: By = "") -> None:
    """Leave the words as they are."""
    _do(by, *(partial(reject_proposal, proposal_id=one) for one in ids))
    say(f"{len(ids)} rejected.")


def _do(by: str, *acts: Callable[..., str]) -> None:
    """Do them all or none, then let the index follow."""
    house = newsroom()
    with acting(house.engine, Actor(by or login())) as session:
        slugs = {act(session, by=by or login()) for act in acts}
        ids = [find_episode(session, slug).id or 0 for slug in sorted(slugs)]
    words = open_index(house.settings.index_folder, house.engine)
    with reading(house.engine) as session:
        for episode_id in ids:
            refresh_episode(session, words, episode_id)
