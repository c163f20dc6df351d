"""Commands that link what was said with what was written, on files: no catalog is needed."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from catalog.claim_judging import SentenceFile, judge_claims
from catalog.commands.output import AsJson, print_json, print_table, say
from catalog.entity_names import EntityFile, NameIndex
from catalog.judged import read_judged
from catalog.mentions import find_mentions, mention_lines

app = typer.Typer()


@app.command()
def mentions(
    entities: Annotated[Path, typer.Option(help='{"entities": [{"id", "name", "kind", "aliases", ...}]}')],
    as_json: AsJson = False,
) -> None:
    """Find the entities that the text on standard input names; what is unsure is left out."""
    known = read_judged(entities, EntityFile, "a file of entities")
    text = sys.stdin.buffer.read().decode("utf-8-sig", "replace")
    found = find_mentions(text, NameIndex(known.entities))
    if as_json:
        print_json(mention_lines(found))
        return
    rows = ((one.start, one.end, one.entity, text[one.start : one.end]) for one in found)
    print_table(("from", "to", "entity", "words"), rows, empty="The text names none of them.")


@app.command("claims-eval")
def claims_eval(
    file: Annotated[Path, typer.Argument(help='{"sentences": [{"id", "text", "label": "claim" or "not"}]}')],
    as_json: AsJson = False,
) -> None:
    """Try the proposer of claims on labelled sentences: how many it proposes rightly, how many it misses."""
    score = judge_claims(read_judged(file, SentenceFile, "a set of labelled sentences"))
    if as_json:
        print_json(
            {
                "precision": score.precision,
                "recall": score.recall,
                "flagged": list(score.flagged),
                "reasons": score.flagged,
                "wrong": score.wrong,
                "missed": score.missed,
            }
        )
        return
    say(f"Precision {score.precision:.3f}, recall {score.recall:.3f}, {len(score.flagged)} proposed.")
    say(f"Wrongly proposed: {', '.join(score.wrong) or 'none'}. Missed: {', '.join(score.missed) or 'none'}.")
