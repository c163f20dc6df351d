"""Files that are sent in pieces, for the page's script: begin, add a piece, ask how much is here, be done, give up."""

from dataclasses import asdict
from typing import Annotated, BinaryIO

from fastapi import APIRouter, HTTPException, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from catalog.adding import add_file
from catalog.arriving import (
    PIECE_BYTES,
    Arriving,
    WrongPlace,
    begin_arrival,
    find_arrival,
    give_up,
    open_to_add,
    received_of,
    take_arrival,
)
from catalog.errors import CatalogError
from media.errors import MediaError
from web.studio.board import given_in
from web.studio.seat import STUDIO, Producer, Seat, Sent
from web.studio.upload import file_name

Arrival = Annotated[str, Path(pattern="^[a-f0-9]{32}$")]
Offset = Annotated[int, Query(ge=0, le=2**63 - 1)]
router = APIRouter(prefix="/arrivals", include_in_schema=False)


@router.post("")
def begin(seat: Producer, sent: Sent) -> Response:
    """Make room for a file; where to send its pieces, and how long one may be."""
    size = sent.get("size", "")
    try:
        arriving = begin_arrival(
            seat.site.newsroom,
            seat.visitor.user_id,
            file_name(sent.get("name", "")),
            int(size) if size.isascii() and size.isdecimal() and len(size) < 19 else 0,
            title=sent.get("title", ""),
            summary=sent.get("summary", ""),
            language=sent.get("language", ""),
        )
    except CatalogError as problem:
        return _refused(problem, 409)
    told = {"address": f"{STUDIO}/arrivals/{arriving.id}", "piece": PIECE_BYTES, "received": 0}
    return JSONResponse(told, 201)


def _mine(seat: Seat, arrival: str) -> Arriving:
    return find_arrival(seat.site.newsroom, seat.visitor.user_id, arrival)


def _refused(problem: CatalogError | MediaError, status: int) -> Response:
    received = problem.received if isinstance(problem, WrongPlace) else None
    return JSONResponse({"sentence": problem.sentence, "received": received}, status)


@router.api_route("/{arrival}", methods=["GET", "HEAD"])
def look(seat: Producer, arrival: Arrival) -> Response:
    """How much of a file is here."""
    arriving = _mine(seat, arrival)
    received = received_of(seat.site.newsroom, arriving)
    return JSONResponse({"received": received, "size": arriving.size, "piece": PIECE_BYTES})


@router.put("/{arrival}")
async def add_piece(seat: Producer, arrival: Arrival, at: Offset, request: Request) -> Response:
    """Add a piece at the end of what is here; what came before the line broke stays."""
    newsroom = seat.site.newsroom
    arriving = _mine(seat, arrival)
    seat.session.close()  # one moment of the record is not held open while a piece comes in
    try:
        with open_to_add(newsroom, arriving, at) as file:
            await _write(request, file, min(arriving.size - at, PIECE_BYTES))
    except CatalogError as problem:
        return _refused(problem, 409)
    return JSONResponse({"received": received_of(newsroom, arriving)})


async def _write(request: Request, file: BinaryIO, most: int) -> None:
    try:
        async for data in request.stream():
            most -= len(data)
            if most < 0:
                raise HTTPException(413)
            await run_in_threadpool(file.write, data)
    except ClientDisconnect as broken:
        raise HTTPException(400, "The line broke.") from broken


@router.post("/{arrival}/done")
def done(seat: Producer, arrival: Arrival, sent: Sent) -> Response:
    """Take the whole file, if it is what was sent, and bring it in."""
    newsroom = seat.site.newsroom
    arriving = _mine(seat, arrival)
    seat.session.close()
    try:
        path = take_arrival(newsroom, arriving, sent.get("proof", ""))
    except CatalogError as problem:
        return _refused(problem, 409)
    try:
        added = add_file(newsroom, path, given_in(asdict(arriving)), seat.visitor.actor)
    except (CatalogError, MediaError) as problem:
        return _refused(problem, 400)
    finally:
        give_up(newsroom, arriving)
    note = "added" if added.is_new else "known"
    return JSONResponse({"page": f"{STUDIO}/e/{added.slug}?note={note}"})


@router.post("/{arrival}/give-up")
def stop(seat: Producer, arrival: Arrival) -> Response:
    give_up(seat.site.newsroom, _mine(seat, arrival))
    return JSONResponse({})
