"""Commands that relate talks and articles."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from catalog.commands.output import AsJson, print_json, print_table, say
from catalog.judged import read_judged
from catalog.relate.judging import FIRST, RelateFile, judge_relating
from catalog.search.embedding import WordLlamaEmbedder, load_embedder

app = typer.Typer()


@app.command("relate-eval")
def relate_eval(
    file: Annotated[
        Path,
        typer.Argument(
            help='{"episodes": [{id, title, text}], "articles": [{id, title, text, date}], '
            '"grades": [{episode, article, grade}]}'
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Try relating on labelled talks and articles: how well they are ranked, what is shown, how much of it is wrong."""
    judged = read_judged(file, RelateFile, "a set of talks and articles")
    score = judge_relating(judged, load_embedder(WordLlamaEmbedder.name))
    if as_json:
        print_json(
            {
                f"ndcg@{FIRST}": score.ndcg,
                "shown_wrong": 1 - score.precision,
                "precision": score.precision,
                "recall": score.recall,
                "shown": [asdict(pair) for pair in score.shown],
                "wrong": [asdict(pair) for pair in score.wrong],
                "missed": [asdict(pair) for pair in score.missed],
            }
        )
        return
    rows = (
        (pair.episode, pair.article, f"{pair.confidence:.2f}", pair.grade, pair.reason)
        for pair in score.shown
    )
    print_table(
        ("talk", "article", "sure", "grade", "reason"), rows, empty="No link is sure enough to be shown."
    )
    say(
        f"nDCG@{FIRST} {score.ndcg:.3f}; {len(score.shown)} links shown, {len(score.wrong)} of them wrong; "
        f"{len(score.missed)} missed."
    )
