"""Tables as CSV that no spreadsheet runs as formulas. What is in them, their writers know."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice

ROWS_A_PIECE = 500
# What a spreadsheet takes for the beginning of a formula, full-width forms too; and our own sign for it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")


def csv_lines(names: Sequence[str], lines: Iterator[Sequence[str]]) -> Iterator[bytes]:
    """Any table as pieces of CSV, with a first row that names the columns."""
    head = [names]
    while (some := list(islice(lines, ROWS_A_PIECE))) or head:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows(
            [*head, *([harmless(cell) for cell in line] for line in some)]
        )
        yield text.getvalue().encode()
        head = []


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that begins like a formula, or with an apostrophe, gets an
    apostrophe before it. To read the cell as it was, take one apostrophe from the beginning of each that has one.

    >>> harmless("=1+1"), harmless("'tis"), harmless("tea")
    ("'=1+1", "''tis", 'tea')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
