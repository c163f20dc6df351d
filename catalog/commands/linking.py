"""Commands that link what was said with what was written, on files: no catalog is needed."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from catalog.commands.output import AsJson, print_json, print_table
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
