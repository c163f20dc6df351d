"""Commands on the running work: the worker itself, jobs, cancel, retry."""

import logging
import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from catalog.audit import Actor, acting
from catalog.commands.output import AsJson, Slug, login, newsroom, print_json, print_table, say
from catalog.db import reading
from catalog.errors import InvalidQuery
from catalog.given_turns import separate_again
from catalog.jobs import cancel_job, job_lines
from catalog.models import Begin
from catalog.pipeline import QUEUES
from catalog.translating import work_again
from catalog.worker import WorkingNewsroom

app = typer.Typer()
ROUND_S = 0.5


@app.command()
def work(
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="Stop when nothing is left to do.")
    ] = False,
    queues: Annotated[
        str,
        typer.Option(
            help="Kinds of work to do: cpu (fetch, prepare, name ...), gpu (hear). One that has only some "
            "leaves the rest to others."
        ),
    ] = ",".join(QUEUES),
    name: Annotated[str, typer.Option(help="What this worker is called; none: PRESSTALK_WORKER_NAME.")] = "",
) -> None:
    """Work: fetch, prepare and hear what was added, one step after the other, until stopped.

    Any number of workers on any number of machines may work for one newsroom on PostgreSQL, those of one machine for
    one on SQLite. One that dies or is cut off is noticed within half a minute, and its work goes on elsewhere.
    """
    kinds = tuple(dict.fromkeys(kind.strip() for kind in queues.split(",") if kind.strip()))
    if not kinds or not set(kinds) <= QUEUES.keys():
        raise InvalidQuery(
            f"--queues names kinds of work, of {', '.join(QUEUES)}: for example --queues cpu,gpu."
        )
    house = newsroom()
    if name:
        house = replace(house, settings=house.settings.model_copy(update={"worker_name": name}))
    logging.basicConfig(
        level=house.settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    stopped = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stopped.set())
    working = WorkingNewsroom(house, kinds=kinds)
    working.start()
    say(
        f"Working as '{working.name}' ({', '.join(kinds)}). Ctrl-C stops; what is not finished goes on next time."
    )
    try:
        while not stopped.is_set():
            working.tick()
            if until_idle and working.is_idle():
                break
            stopped.wait(ROUND_S)
    finally:
        working.stop()


@app.command()
def jobs(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the work going on: stage, percent, speed and time left."""
    with reading(newsroom().engine) as session:
        lines = job_lines(session, only_open=not (everything or as_json))
    if as_json:
        print_json([line.as_json() for line in lines])
        return
    print_table(
        ("episode", "state", "stage", "done", "speed", "left", "problem"),
        (
            (
                line.episode,
                line.state,
                line.stage,
                f"{line.percent:.0f}%",
                f"{line.speed:g} x" if line.speed else "",
                f"{line.seconds_left:.0f} s" if line.seconds_left else "",
                line.problem,
            )
            for line in lines
        ),
        empty="Nothing is being worked on. `presstalk jobs --all` shows what was.",
    )


@app.command()
def cancel(slug: Slug) -> None:
    """Stop the work on an episode; `retry` goes on from there."""
    with acting(newsroom().engine, Actor(login())) as session:
        cancel_job(session, slug)
    say(f"Cancelled. `presstalk retry {slug}` goes on from where it stopped.")


@app.command()
def retry(
    slug: Slug,
    begins: Annotated[
        Begin,
        typer.Option(
            "--from",
            help="open: whatever is not done. separate: tell the voices apart again. name: only name them again. "
            "translate: into English.",
        ),
    ] = Begin.OPEN,
    turns: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="With --from separate: who speaks when, as another tool's RTTM file.",
        ),
    ] = None,
) -> None:
    """Work on an episode again; what was finished is not done twice, and what people decided stays."""
    if turns is not None and begins is not Begin.SEPARATE:
        raise InvalidQuery("--turns says how voices are told apart: use it with --from separate.")
    if begins is Begin.SEPARATE:
        separate_again(newsroom(), slug, turns)
    else:
        with acting(newsroom().engine, Actor(login())) as session:
            work_again(session, slug, begins)
    say("Queued again. `presstalk work` brings it in; `presstalk jobs` shows how far it is.")
