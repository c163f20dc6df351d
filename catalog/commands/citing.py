"""The command that cites a quote. How a citation is written is in `catalog.cite`."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from catalog.cite import STYLES
from catalog.commands.output import newsroom
from catalog.db import reading
from catalog.errors import InvalidQuery
from catalog.quotes import moment_of, read_quote

app = typer.Typer()


class Format(StrEnum):
    CSL = "csl"
    BIBTEX = "bibtex"
    RIS = "ris"
    TEXT = "text"
    ANNOTATION = "annotation"


@app.command()
def cite(
    quote: Annotated[str, typer.Argument(help="The quote: its link or the last part of it.")],
    style: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
) -> None:
    """Write the citation of a quote that somebody made on the site."""
    house = newsroom()
    settings = house.settings
    with reading(house.engine) as session:
        card = read_quote(session, quote_id(quote))
    moment = moment_of(
        card,
        base_url=settings.base_url.rstrip("/") or quote.rpartition("/q/")[0],
        show=settings.site_title,
        publisher=settings.publisher,
    )
    typer.echo(STYLES[style].write(moment, datetime.now(UTC).date()), nl=False)


def quote_id(text: str) -> str:
    """
    >>> quote_id("https://talks.example/q/abcdefghjk.csl.json?x#y"), quote_id("abcdefghjk")
    ('abcdefghjk', 'abcdefghjk')
    """
    found = re.fullmatch(r"(?:.*/q/)?([a-z0-9]{1,16})(?:[./?#].*)?", text.strip())
    if found is None:
        raise InvalidQuery(f"'{text[:80]}' is no link to a quote. One looks like /q/abcdefghjk.")
    return found[1]
