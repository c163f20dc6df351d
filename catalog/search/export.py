"""A whole result set as a file: CSV, JSON lines, Parquet, RIS; written as it is read. What is found is `hits`' work."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

import regex

from catalog.search.moments import Hit
from catalog.tabular import ROWS_A_PIECE, csv_lines

MOST_ROWS = 1_000_000
ROWS_A_GROUP = 5_000  # of Parquet: as many are in memory at a time

# The columns of every form, with their types in Parquet.
COLUMNS = {
    "turn_id": "string",
    "episode": "string",
    "title": "string",
    "date": "date32",
    "start_ms": "int64",
    "end_ms": "int64",
    "speaker": "string",
    "certainty": "string",
    "person": "string",
    "role": "string",
    "affiliation": "string",
    "language": "string",
    "text": "string",
    "status": "string",
    "permalink": "string",
}

_BLANKS = regex.compile(r"[\s\p{Cc}\p{Zl}\p{Zp}]+")
_DOUBT = {"probable": "probably "}

Row = dict[str, Any]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Source:
    """Whose words they are: the address of the site, without a slash at its end, and the name of the show."""

    base_url: str
    show: str


@dataclass(frozen=True)
class Format:
    """A kind of file: its type, and how rows become its bytes, a piece at a time."""

    media_type: str
    write: Callable[[Iterator[Row], Source], Iterator[bytes]]


def export_hits(hits: Iterator[Hit], ending: str, source: Source) -> Iterator[bytes]:
    """The file of all these hits, of the kind that an ending of FORMATS means, piece by piece; at most MOST_ROWS.

    A hit is a row with the COLUMNS: `text` is said from `start_ms` to `end_ms`; what is not known is empty.
    """
    rows = (row_of(hit, source) for hit in islice(hits, MOST_ROWS))
    return FORMATS[ending].write(rows, source)


def row_of(hit: Hit, source: Source) -> Row:
    """A hit as the COLUMNS, in their order."""
    cells = {
        "turn_id": hit.turn_id,
        "episode": hit.episode_slug,
        "title": hit.episode_title,
        "date": hit.aired_at.date() if hit.aired_at else None,
        "start_ms": hit.turn_start_ms,
        "end_ms": hit.end_ms,
        "speaker": hit.speaker,
        "certainty": hit.certainty,
        "person": hit.speaker_slug or None,
        "role": hit.role or None,
        "affiliation": hit.affiliation or None,
        "language": hit.language,
        "text": hit.text,
        "status": hit.status,
        "permalink": permalink(hit.episode_slug, hit.turn_start_ms, source.base_url),
    }
    return {name: _encodable(cell) if isinstance(cell, str) else cell for name, cell in cells.items()}


def permalink(slug: str, ms: int, base_url: str = "") -> str:
    """Where a moment is read and heard.

    >>> permalink("tea", 83_200, "https://talks.example")
    'https://talks.example/e/tea?t=83.2#t=83.2'
    """
    seconds = f"{ms / 1000:.3f}".rstrip("0").rstrip(".")
    return f"{base_url}/e/{slug}?t={seconds}#t={seconds}"


def write_csv(rows: Iterator[Row], _source: Source) -> Iterator[bytes]:
    """RFC 4180 in UTF-8 without a byte order mark, a line of names first; see `harmless`."""
    lines = (["" if cell is None else str(cell) for cell in row.values()] for row in rows)
    return csv_lines(tuple(COLUMNS), lines)


def write_jsonl(rows: Iterator[Row], _source: Source) -> Iterator[bytes]:
    """A JSON object a line; what is not known is null."""
    for some in in_runs(rows, ROWS_A_PIECE):
        yield "".join(f"{json.dumps(row, ensure_ascii=False, default=str)}\n" for row in some).encode()


def write_parquet(rows: Iterator[Row], _source: Source) -> Iterator[bytes]:
    """Groups of rows, each sent when it is whole; the format keeps its table of contents for the end."""
    tray = _Tray()
    import pyarrow as pa  # here, for the site starts without it
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.type_for_alias(kind)) for name, kind in COLUMNS.items()])
    with pq.ParquetWriter(tray, schema, compression="zstd") as writer:
        for some in in_runs(rows, ROWS_A_GROUP):
            writer.write_table(pa.Table.from_pylist(some, schema=schema))
            yield tray.take()
    yield tray.take()


class _Tray(io.RawIOBase):
    """Takes bytes as a file does that is only written to; they are taken out as they come."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        self._written += len(self._pieces[-1])
        return len(self._pieces[-1])

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def write_ris(rows: Iterator[Row], source: Source) -> Iterator[bytes]:
    """A reference for each turn, as reference managers read them."""
    for some in in_runs(rows, ROWS_A_PIECE):
        yield "".join(_ris_record(row, source.show) for row in some).encode()


def _ris_record(row: Row, show: str) -> str:
    """A value never leaves its line: a line break would begin another field."""
    day = row["date"]
    fields = (
        ("TY", "SOUND"),
        ("ID", row["turn_id"]),
        ("AU", _DOUBT.get(row["certainty"], "") + row["speaker"]),
        ("TI", row["title"]),
        ("T2", show),
        ("PY", str(day.year) if day else ""),
        ("DA", f"{day:%Y/%m/%d}" if day else ""),
        ("AB", row["text"]),
        ("LA", row["language"]),
        ("UR", row["permalink"]),
        ("N1", _note_of(row)),
    )
    lines = [f"{tag}  - {line}\r\n" for tag, value in fields if (line := _BLANKS.sub(" ", value).strip())]
    return "".join([*lines, "ER  - \r\n"])


def _note_of(row: Row) -> str:
    """What a reference has no field for: when it was said, as what the speaker was there, and who wrote it down."""
    office = ", ".join(filter(None, (row["role"], row["affiliation"])))
    by = f" by {row['speaker']} ({office})" if office else ""
    return f"at {_clock(row['start_ms'])}–{_clock(row['end_ms'])}{by}. Transcript: {row['status']}."


def _clock(ms: int) -> str:
    """
    >>> _clock(3_723_000)
    '01:02:03'
    """
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def in_runs(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    """So many at a time; the last may be fewer."""
    while run := list(islice(items, size)):
        yield run


def _encodable(text: str) -> str:
    """Without halves of surrogate pairs, which no UTF-8 can carry."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


FORMATS = {
    "csv": Format("text/csv; charset=utf-8; header=present", write_csv),
    "jsonl": Format("application/jsonl; charset=utf-8", write_jsonl),
    "parquet": Format("application/vnd.apache.parquet", write_parquet),
    "ris": Format("application/x-research-info-systems; charset=utf-8", write_ris),
}
