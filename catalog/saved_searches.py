"""Searches that people with an account keep: kept, listed with what is new, renamed, forgotten. Only their owner sees
them; they are in no log. Finding is done in `search`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.models import SavedSearch
from catalog.models.columns import now, storable
from catalog.search.answering import Sort
from catalog.search.hits import Results, search_turns
from catalog.search.index import TurnIndex
from catalog.search.query import LONGEST_QUERY, parse
from catalog.search.tables import Tables

TAKEN_OUT = "A search that was taken out: it named somebody who is not to be named"
MOST_KEPT = 50
LONGEST_NAME = 120
NEWEST = 50


@dataclass(frozen=True)
class SavedLine:
    """A kept search, and how many of its moments stand in talks that were published since its owner looked. One without
    a query was taken out."""

    id: int
    name: str
    query: str
    within: str
    expand: bool
    saved_at: datetime
    seen_at: datetime
    new: int


def save_search(
    session: Session, user_id: int, text: str, *, name: str = "", within: str = "", expand: bool = True
) -> SavedSearch:
    """Keep a search; the same one is kept once. What is published from now on is new in it."""
    query = " ".join(storable(text).split())
    if not parse(query).asks_something:
        raise InvalidQuery("Write what to look for: words, a speaker, a day or a language.")
    if len(query) > LONGEST_QUERY:
        raise InvalidQuery(f"The search is too long: {LONGEST_QUERY:,} characters at most.")
    kept = _of(session, user_id)
    within = storable(within, 200)
    for one in kept:
        if (one.query, one.within, one.expand) == (query, within, expand):
            return one
    if len(kept) >= MOST_KEPT:
        raise Conflict(f"You keep {MOST_KEPT} searches already. Forget one that you no longer need.")
    row = SavedSearch(
        user_id=user_id, name=_read_name(name, query), query=query, within=within, expand=expand
    )
    session.add(row)
    session.flush()
    return row


def list_searches(session: Session, index: TurnIndex, user_id: int, tables: Tables) -> list[SavedLine]:
    """Somebody's searches, those with most that is new first, then by name."""
    lines = [_line(session, index, row, tables) for row in _of(session, user_id)]
    return sorted(lines, key=lambda line: (-line.new, line.name.casefold()))


def news_of(
    session: Session, index: TurnIndex, user_id: int, search_id: int, tables: Tables
) -> tuple[SavedLine, Results]:
    """One of somebody's searches, and the newest moments that are new in it."""
    row = _own(session, user_id, search_id)
    return _line(session, index, row, tables), _new_in(session, index, row, tables, limit=NEWEST)


def rename_search(session: Session, user_id: int, search_id: int, name: str) -> None:
    """Call it otherwise; by its words again when no name is given."""
    row = _own(session, user_id, search_id)
    row.name = _read_name(name, row.query) or TAKEN_OUT
    session.add(row)


def note_seen(session: Session, user_id: int, search_id: int, until: datetime | None) -> None:
    """Its owner has seen what was new up to a moment: what was published while they read is new still."""
    row = _own(session, user_id, search_id)
    if until is None:
        raise InvalidQuery("Open the search and say it there: this does not say what was seen.")
    row.seen_at = max(row.seen_at, min(until, now()))
    session.add(row)


def forget_search(session: Session, user_id: int, search_id: int) -> SavedSearch:
    """Keep it no longer; what it was, so that it can be kept again."""
    row = _own(session, user_id, search_id)
    session.delete(row)
    return row


def take_out_name(session: Session, holds: Callable[[str], bool]) -> None:
    """Empty what anybody keeps that asks for somebody who is not to be named: its owner finds that it is gone."""
    for row in session.exec(select(SavedSearch)):
        if holds(row.query):
            row.name, row.query, row.within = TAKEN_OUT, "", ""
        elif holds(row.name):
            row.name = _read_name("", row.query)
        else:
            continue
        session.add(row)


def follow_slug(session: Session, before: str, now: str) -> None:
    """What is looked for in one talk is looked for there still when its address is another."""
    for row in session.exec(select(SavedSearch).where(SavedSearch.within == before)):
        row.within = now
        session.add(row)


def _of(session: Session, user_id: int) -> list[SavedSearch]:
    mine = select(SavedSearch).where(SavedSearch.user_id == user_id)
    return list(session.exec(mine.order_by(col(SavedSearch.id))))


def _own(session: Session, user_id: int, search_id: int) -> SavedSearch:
    row = session.get(SavedSearch, search_id)
    if row is None or row.user_id != user_id:
        raise NotFound("You keep no such search.")
    return row


def _read_name(name: str, query: str) -> str:
    return " ".join(storable(name).split())[:LONGEST_NAME] or query[:LONGEST_NAME]


def _line(session: Session, index: TurnIndex, row: SavedSearch, tables: Tables) -> SavedLine:
    new = _new_in(session, index, row, tables, limit=1).total
    return SavedLine(row.id or 0, row.name, row.query, row.within, row.expand, row.saved_at, row.seen_at, new)


def _new_in(session: Session, index: TurnIndex, row: SavedSearch, tables: Tables, *, limit: int) -> Results:
    if not row.query:  # it was taken out
        return Results(0, (), ())
    return search_turns(
        session,
        index,
        row.query,
        limit=limit,
        episode=row.within or None,
        sort=Sort.NEWEST,
        expand=row.expand,
        tables=tables,
        since=row.seen_at,
    )
