"""What was changed after it was published: the log and its Atom feed. What readers may know the catalog decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from catalog.changes import Change, read_changes
from web.answer import OPEN_TO_ALL, answer
from web.deps import Reader
from web.making import pages_of
from web.saved import NEVER
from web.wording import fit

ON_PAGE, MOST_READ = 25, 100  # talks on a page; editions looked at for it
FEW, AROUND = 2, 8  # words: that are no break between changes, and that are shown around one
MOST_COMPARED = 600  # words of a paragraph: comparing takes their square
LONGEST = 400  # signs of what is not compared

router = APIRouter(include_in_schema=False)
page = pages_of(router)
fetched = partial(router.api_route, methods=["GET", "HEAD"])

Step = tuple[str, int, int, int, int]  # as difflib tells it


@dataclass(frozen=True)
class Piece:
    """Words of a paragraph: "same", "del" (were there) or "ins" (are there now)."""

    kind: str
    text: str


@page("/corrections")
def corrections(visit: Reader, beyond: Annotated[int, Query(ge=0, le=2**53)] = 0) -> Response:
    """Every change a reader could see, the latest first."""
    told = read_changes(visit.session, limit=ON_PAGE, most_read=MOST_READ, beyond=beyond)
    return visit.show("corrections.html", told=told, compare=compare)


@fetched("/corrections.xml")
def corrections_feed(visit: Reader) -> Response:
    """The latest changes, for who wants to be told."""
    told = read_changes(visit.session, limit=ON_PAGE, most_read=MOST_READ)
    changed = max((talk.made_at for talk in told.talks), default=NEVER)
    body = visit.site.pages.write(
        visit.request, "corrections.xml", told=told, changed=changed, compare=compare
    )
    return answer(visit.request, body, "application/atom+xml; charset=utf-8", headers=OPEN_TO_ALL)


def compare(change: Change) -> list[Piece]:
    """The words of a change with a few around them.

    >>> [f"{one.kind} {one.text}" for one in compare(Change("words", "the tee is hot", "the tea is hot"))]
    ['same the', 'del tee', 'ins tea', 'same is hot']
    """
    before, after = fit(change.before).split(), fit(change.after).split()
    if max(len(before), len(after)) > MOST_COMPARED:
        pieces = (("del", " ".join(before)), ("ins", " ".join(after)))
        return [Piece(kind, text[:LONGEST]) for kind, text in pieces if text]
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    found: list[Piece] = []
    for is_same, group in groupby(steps, lambda step: step[0] == "equal" and _is_seen(step, steps)):
        part = list(group)
        (_, first, _, start, _), (_, _, last, _, end) = part[0], part[-1]
        if is_same:
            words = _shorten(before[first:last], part[0] is not steps[0], part[-1] is not steps[-1])
            found.append(Piece("same", words))
            continue
        taken, given = " ".join(before[first:last]), " ".join(after[start:end])
        found += [Piece(kind, text) for kind, text in (("del", taken), ("ins", given)) if text]
    return found


def _is_seen(step: Step, steps: Sequence[Step]) -> bool:
    """A word or two that stayed between others that were changed are read as changed with them."""
    _, first, last, _, _ = step
    return last - first > FEW or step in (steps[0], steps[-1])


def _shorten(words: list[str], goes_before: bool, comes_after: bool) -> str:
    """
    >>> _shorten([str(number) for number in range(30)], False, True)
    '… 22 23 24 25 26 27 28 29'
    """
    kept = AROUND * (goes_before + comes_after)
    if len(words) <= kept:
        return " ".join(words)
    head = words[:AROUND] if goes_before else []
    tail = words[-AROUND:] if comes_after else []
    return " ".join([*head, "…", *tail])
