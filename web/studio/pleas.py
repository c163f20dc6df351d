"""What people outside ask about themselves: read and answered by editors, the most pressing first."""

from fastapi import APIRouter
from starlette.responses import Response

from catalog.pleas import list_pleas, settle_plea
from web.pleas import KINDS
from web.studio.seat import Editor, Number, Sent, go

NOTES = {"settled": "Answered. They read it at their own address; how to reach them is forgotten."}
router = APIRouter(prefix="/pleas", include_in_schema=False)


@router.api_route("", methods=["GET", "HEAD"])
def pleas_page(seat: Editor, note: str = "", every: bool = False) -> Response:
    kinds = {kind.value: told for kind, told in KINDS.items()}
    lines = list_pleas(seat.session, every=every)
    return seat.show("pleas.html", lines=lines, kinds=kinds, every=every, note=NOTES.get(note, ""))


@router.post("/{plea_id}")
def settle(seat: Editor, plea_id: Number, sent: Sent) -> Response:
    with seat.acting() as session:
        settle_plea(session, plea_id, sent.get("answer", ""), seat.visitor.name)
    return go("/pleas", "settled")
