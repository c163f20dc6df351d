"""The command that measures search on a file of judged queries."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from catalog.commands.output import AsJson, print_json, say
from catalog.search.evaluate import Comparison, Score, evaluate, read_set
from catalog.search.tables import starter_tables

app = typer.Typer()


@app.command("search-eval")
def search_eval(
    file: Annotated[
        Path, typer.Argument(help='A set: {"turns": [{id, lang, text}], "queries": [{q, find, not}]}.')
    ],
    as_json: AsJson = False,
) -> None:
    """Measure search on a file of judged queries: how much it finds, how much of that is right, what it missed."""
    comparison = evaluate(read_set(file), starter_tables())
    if as_json:
        print_json(asdict(comparison))
        return
    for miss in comparison.ours.misses:
        wrong = f"; found {', '.join(miss.wrongly_found)}" if miss.wrongly_found else ""
        missed = f"; missed {', '.join(miss.not_found)}" if miss.not_found else ""
        say(f"{miss.query}{missed}{wrong}")
    for line in _summary(comparison):
        say(line)


def _summary(comparison: Comparison) -> list[str]:
    def told(name: str, score: Score) -> str:
        return f"{name}: recall@20 {score.recall_at_20:.3f}, precision@10 {score.precision_at_10:.3f}"

    return [
        f"{comparison.queries} queries on {comparison.turns} turns",
        told("presstalk", comparison.ours),
        told("FTS5 unicode61", comparison.fts5),
    ]
