"""The list of redactions that lies beside the backups, newer than they are: what was taken out after a backup was made
must not come back with it. Numbers and spans only; applying them is `replaying`'s."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from sqlmodel import Session, col, select

from catalog.backups.failures import BackupFailed
from catalog.backups.places import Place
from catalog.models import Redaction

LEDGER = "redactions.jsonl"


@dataclass(frozen=True, order=True)
class Redacted:
    """A span of a talk that must not be read or heard."""

    episode_id: int
    start_ms: int
    end_ms: int
    at: str = ""


def redactions_of(session: Session) -> list[Redacted]:
    rows = session.exec(select(Redaction).order_by(col(Redaction.id))).all()
    return [Redacted(row.episode_id, row.start_ms, row.end_ms, row.at.isoformat()) for row in rows]


def note_redactions(place: Place, session: Session) -> int:
    """Add what is redacted now to the list at a place, which only ever grows; how long it is."""
    known = read_ledger(place)
    listed = {_span(one): one for one in (*redactions_of(session), *known)}
    lines = "".join(json.dumps(asdict(one)) + "\n" for one in sorted(listed.values()))
    if len(listed) > len(known):
        place.put(LEDGER, lambda out: _write(out, lines))
    return len(listed)


def _write(out: BinaryIO, lines: str) -> None:
    out.write(lines.encode())


def read_ledger(place: Place) -> list[Redacted]:
    """Raises BackupFailed("ledger") rather than forget a redaction."""
    try:
        with place.open(LEDGER) as file:
            return parse_ledger(file.read())
    except BackupFailed as problem:
        if problem.code == "missing":
            return []
        raise


def parse_ledger(content: bytes) -> list[Redacted]:
    """
    >>> parse_ledger(b'{"episode_id": 7, "start_ms": 0, "end_ms": 900, "at": ""}')
    [Redacted(episode_id=7, start_ms=0, end_ms=900, at='')]
    """
    try:
        return [_redacted(json.loads(line)) for line in content.decode().splitlines() if line.strip()]
    except (ValueError, TypeError, KeyError) as problem:
        raise BackupFailed(
            "ledger",
            "The list of redactions cannot be read, and nothing is restored without it. Mend or replace it.",
        ) from problem


def _redacted(line: Any) -> Redacted:
    spans = [line[name] for name in ("episode_id", "start_ms", "end_ms")]
    if not all(type(number) is int for number in spans):
        raise TypeError("a redaction is three whole numbers")
    return Redacted(spans[0], spans[1], spans[2], str(line.get("at", "")))


def still_to_do(listed: Iterable[Redacted], done: Iterable[Redacted]) -> list[Redacted]:
    """Those that the record does not have.

    >>> still_to_do([Redacted(1, 0, 5), Redacted(1, 0, 9, "a")], [Redacted(1, 0, 9, "b")])
    [Redacted(episode_id=1, start_ms=0, end_ms=5, at='')]
    """
    known = {_span(one) for one in done}
    return sorted({_span(one): one for one in listed if _span(one) not in known}.values())


def _span(one: Redacted) -> tuple[int, int, int]:
    return one.episode_id, one.start_ms, one.end_ms
