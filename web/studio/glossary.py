"""The glossary in the studio: names and terms with their spellings, added, taken out."""

from fastapi import APIRouter
from starlette.responses import Response

from catalog.audit import record_act
from catalog.glossary import Entry, add_entry, drop_entry, read_glossary
from catalog.search.tables import KINDS
from web.studio.seat import Producer, Seat, Sent, go

NOTES = {"added": "Added: search knows it now, and the next talk that is heard."}
router = APIRouter(include_in_schema=False)


@router.api_route("/glossary", methods=["GET", "HEAD"])
def glossary_page(seat: Producer, note: str = "") -> Response:
    return _page(seat, note=NOTES.get(note, ""))


def _page(seat: Seat, *, note: str = "", dropped: Entry | None = None) -> Response:
    held = read_glossary(seat.site.newsroom.settings.home)
    groups = [(kind, [one for one in held.entries if one.kind == kind]) for kind in KINDS]
    return seat.show(
        "glossary.html",
        groups=[(kind, entries) for kind, entries in groups if entries],
        stamp=held.stamp,
        kinds=KINDS,
        note=note,
        dropped=dropped,
    )


@router.post("/glossary")
def add(seat: Producer, sent: Sent) -> Response:
    """One thing with its spellings, one a line or parted by |."""
    spellings = sent.get("spellings", "").replace("|", "\n").splitlines()
    entry = add_entry(seat.site.newsroom.settings.home, sent.get("kind", ""), spellings)
    with seat.acting() as session:
        record_act(session, "glossary_add", "glossary", {"kind": entry.kind}, words={"of": entry.spellings})
    return go("/glossary", "added")


@router.post("/glossary/drop")
def drop(seat: Producer, sent: Sent) -> Response:
    """Take one out; the page that answers can put it back."""
    line = sent.get("line", "")
    entry = drop_entry(
        seat.site.newsroom.settings.home, int(line) if line.isdecimal() else -1, sent.get("stamp", "")
    )
    with seat.acting() as session:
        record_act(session, "glossary_drop", "glossary", {"kind": entry.kind}, words={"of": entry.spellings})
    return _page(seat, dropped=entry)
