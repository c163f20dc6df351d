"""A reader's search as the page shows it: hits gathered by talk, with what was not understood. The index searches."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.search.hits import Hit, search_turns
from web.deps import Visit

ON_PAGE = 20
LONGEST = 300


@dataclass(frozen=True)
class Found:
    """`talks` are the hits of this page, by talk, the best talk first; `within` names the one talk searched."""

    text: str
    within: str = ""
    within_title: str = ""
    total: int = 0
    talks: tuple[tuple[Hit, ...], ...] = ()
    notes: tuple[str, ...] = ()
    number: int = 1
    last: int = 1


def find_turns(visit: Visit, text: str, within: str, number: int) -> Found:
    """Search the published talks; what was not understood comes back as notes."""
    text = " ".join(text.replace("\0", " ").split())[:LONGEST]
    if not text:
        return Found("", within, within)
    results = search_turns(
        visit.session,
        visit.site.index,
        text,
        limit=ON_PAGE,
        offset=(number - 1) * ON_PAGE,
        episode=within or None,
    )
    last = max(1, -(-results.total // ON_PAGE))
    return Found(
        text,
        within,
        results.hits[0].episode_title if within and results.hits else within,
        results.total,
        by_talk(results.hits),
        tuple(note.text for note in results.notes),
        number,
        last,
    )


def by_talk(hits: Sequence[Hit]) -> tuple[tuple[Hit, ...], ...]:
    """Hits of one talk together, talks in the order of their best hit, moments in the order they were spoken."""
    talks: dict[str, list[Hit]] = {}
    for hit in hits:
        talks.setdefault(hit.episode_slug, []).append(hit)
    return tuple(tuple(sorted(talk, key=lambda hit: hit.start_ms)) for talk in talks.values())
