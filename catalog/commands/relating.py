"""Commands that relate talks and articles: in the record, and on files to judge how well it is done."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from catalog.commands.output import AsJson, newsroom, print_json, print_table, say
from catalog.db import reading
from catalog.episodes import find_episode
from catalog.judged import read_judged
from catalog.relate.judging import FIRST, RelateFile, judge_relating
from catalog.relate.reasons import tell_reason
from catalog.related import desk_of_talk
from catalog.relating.rounds import relate_all
from catalog.search.embedding import WordLlamaEmbedder, load_embedder

app = typer.Typer()


@app.command()
def relate(
    slugs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SLUG]...", help="Talks to relate anew; none: whatever is new."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look for the articles of talks and for what they quote of them; a worker does so by itself."""
    house, wanted = newsroom(), slugs or []
    with reading(house.engine) as session:
        for slug in wanted:
            find_episode(session, slug)
    done = relate_all(house, wanted, at_once=True)
    with reading(house.engine) as session:
        links = [(slug, one) for slug in wanted for one in desk_of_talk(session, slug)]
    if as_json:
        told = [
            {
                "episode": slug,
                "article": one.title,
                "url": one.url,
                "confidence": one.confidence,
                "review": one.review.value,
                "reason": one.reason or tell_reason(one.evidence, one.guests),
                "quotations": len(one.passages),
                "stale": one.is_stale,
            }
            for slug, one in links
        ]
        print_json({**asdict(done), "links": told})
        return
    for slug, one in links:
        state = "" if one.review.value == "suggested" else f" ({one.review.value})"
        say(
            f"{slug}: {one.title}{state}, {one.confidence:.2f}. {one.reason or tell_reason(one.evidence, one.guests)}"
        )
    say(f"Looked at {done.talks} talks and {done.articles} articles; {done.new_links} links are new.")


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
