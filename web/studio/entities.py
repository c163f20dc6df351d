"""The authority file in the studio: its list, one entry, what editors do to it, the file as a spreadsheet. Names that
wait for a person are in `doubts`."""

import shutil
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from catalog.authority.bringing import Brought, bring_in
from catalog.authority.changing import (
    Changed,
    add_entity,
    edit_entity,
    merge_entities,
    retire_entity,
    split_entity,
    undo_entity,
)
from catalog.authority.entries import Entry, entry_of, read_entries
from catalog.authority.finding import texts_behind
from catalog.authority.following import follow, start_following
from catalog.authority.reading import public_topics
from catalog.authority.record import FILE, acts_on, last_act, subject_of
from catalog.authority.sheet import LONGEST_SHEET, Sheet, read_sheet, starter_sheet, write_sheet
from catalog.errors import InvalidQuery
from catalog.models import EntityKind, EntityState
from catalog.normalize import fold
from catalog.written.decode import decode
from web.studio.seat import Editor, Producer, Seat, Sent, Slug, go
from web.studio.upload import Arrival, make_room, receive

ON_A_PAGE = 100
AT_ONCE = 30  # texts that are read again before the next page is shown; more go on beside it
NOTES = {
    "saved": "Saved.",
    "merged": "The two are one now.",
    "split": "It is an entity of its own now. Look whether the names lie right.",
    "retired": "It is out of use.",
    "undone": "Undone.",
    "added": "Added. Give it its other names.",
}
router = APIRouter(prefix="/entities", include_in_schema=False)


@router.api_route("", methods=["GET", "HEAD"])
def entities_page(
    seat: Producer,
    q: Annotated[str, Query(max_length=200)] = "",
    kind: str = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    note: str = "",
) -> Response:
    return _list(seat, q, kind, page, NOTES.get(note, ""))


def _list(seat: Seat, q: str, kind: str, page: int, note: str, brought: Brought | None = None) -> Response:
    folded = fold(q)
    entries = read_entries(seat.session)
    found = [
        entry
        for entry in entries.values()
        if kind in ("", entry.kind)
        and (not folded or any(folded in fold(name) for name in (*entry.full_names, *entry.short_forms)))
    ]
    found.sort(key=lambda entry: (not entry.is_used, fold(entry.name)))
    return seat.show(
        "entities.html",
        entries=found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        count=len(found),
        in_all=len(entries),
        counts=public_topics(seat.session),
        kinds=list(EntityKind),
        asked=q,
        kind=kind,
        page=page,
        last=max(1, -(-len(found) // ON_A_PAGE)),
        can_undo=last_act(seat.session, FILE) is not None,
        brought=brought,
        note=note,
    )


@router.post("")
def add(seat: Editor, sent: Sent) -> Response:
    """A new entry with nothing but its name."""
    with seat.acting() as session:
        changed = add_entity(session, kind_in(sent), sent.get("name", ""))
    return _go_on(seat, changed, "added")


@router.api_route("/file.csv", methods=["GET", "HEAD"])
def hand_out(seat: Producer) -> Response:
    """The whole file as a spreadsheet."""
    body = b"".join(write_sheet(read_entries(seat.session).values()))
    kept = {"Content-Disposition": 'attachment; filename="entities.csv"'}
    return Response(body, media_type="text/csv; charset=utf-8", headers=kept)


@router.post("/file")
async def take_in(seat: Editor, request: Request) -> Response:
    """A spreadsheet that was sent, row by row; what could not be used is told."""
    seat.session.close()
    folder = await run_in_threadpool(make_room, seat.site.newsroom)
    try:
        arrival = Arrival(folder, LONGEST_SHEET)
        await receive(request, arrival)
        if arrival.path is None:
            raise InvalidQuery("No file arrived. Choose one, then send it.")
        sheet = read_sheet(decode(arrival.path.read_bytes()))
    finally:
        await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)
    return await run_in_threadpool(_bring, seat, sheet)


@router.post("/starter")
def begin(seat: Editor) -> Response:
    """South Asia's places, organisations and subjects, to begin with."""
    return _bring(seat, starter_sheet())


def _bring(seat: Seat, sheet: Sheet) -> Response:
    with seat.acting() as session:
        brought = bring_in(session, sheet)
    _follow(seat)
    return _list(seat, "", "", 1, "", brought)


@router.post("/undo")
def undo_import(seat: Editor) -> Response:
    with seat.acting() as session:
        undo_entity(session)
    _follow(seat)
    return go("/entities", "undone")


@router.api_route("/{entity}", methods=["GET", "HEAD"])
def entity_page(seat: Producer, entity: Slug, note: str = "") -> Response:
    number, entry = entry_of(seat.session, entity)
    return seat.show(
        "entity.html",
        entry=entry,
        named=public_topics(seat.session).get(entity),
        kinds=list(EntityKind),
        states=[EntityState.LISTED, EntityState.UNLISTED],
        acts=acts_on(seat.session, number),
        can_undo=last_act(seat.session, subject_of(number)) is not None,
        note=NOTES.get(note, ""),
    )


@router.post("/{entity}")
def edit(seat: Editor, entity: Slug, sent: Sent) -> Response:
    _, before = entry_of(seat.session, entity)
    with seat.acting() as session:
        edit_entity(session, entity, entry_in(before, sent))
    _follow(seat)
    return go(f"/entities/{entity}", "saved")


@router.post("/{entity}/merge")
def merge(seat: Editor, entity: Slug, sent: Sent) -> Response:
    """This one becomes part of another."""
    with seat.acting() as session:
        changed = merge_entities(session, entity, sent.get("into", "").strip())
    return _go_on(seat, changed, "merged")


@router.post("/{entity}/split")
def split(seat: Editor, entity: Slug, sent: Sent) -> Response:
    with seat.acting() as session:
        changed = split_entity(session, entity, sent.get("name", ""), lines_of(sent, "take"))
    return _go_on(seat, changed, "split")


@router.post("/{entity}/retire")
def retire(seat: Editor, entity: Slug) -> Response:
    with seat.acting() as session:
        changed = retire_entity(session, entity)
    return _go_on(seat, changed, "retired")


@router.post("/{entity}/undo")
def undo(seat: Editor, entity: Slug) -> Response:
    with seat.acting() as session:
        changed = undo_entity(session, entity)
    return _go_on(seat, changed, "undone")


def kind_in(sent: dict[str, str]) -> EntityKind:
    try:
        return EntityKind(sent.get("kind", ""))
    except ValueError as unknown:
        raise InvalidQuery("Choose a kind: topic, person, place, organisation or outlet.") from unknown


def entry_in(before: Entry, sent: dict[str, str]) -> Entry:
    """What an editor wrote into the form of an entry."""
    is_unlisted = sent.get("state") == EntityState.UNLISTED
    return replace(
        before,
        kind=kind_in(sent),
        name=" ".join(sent.get("name", "").split()),
        aliases=tuple(lines_of(sent, "aliases")),
        short_forms=tuple(lines_of(sent, "short_forms")),
        description=sent.get("description", "").strip(),
        authority=sent.get("authority", "").strip(),
        namesakes=tuple(lines_of(sent, "not")),
        state=EntityState.UNLISTED if is_unlisted else EntityState.LISTED,
    )


def lines_of(sent: dict[str, str], name: str) -> list[str]:
    """
    >>> lines_of({"aliases": " Karachi \\r\\n\\nکراچی"}, "aliases")
    ['Karachi', 'کراچی']
    """
    return [line for line in (" ".join(one.split()) for one in sent.get(name, "").splitlines()) if line]


def _go_on(seat: Seat, changed: Changed, note: str) -> Response:
    _follow(seat)
    return go(f"/entities/{changed.slug}", note)


def _follow(seat: Seat) -> None:
    """Texts are read again for their names: few at once, many beside the pages."""
    newsroom = seat.site.newsroom
    seat.session.rollback()
    if texts_behind(newsroom.engine) > AT_ONCE:
        start_following(newsroom)
    else:
        follow(newsroom)
