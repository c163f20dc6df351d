"""Claims as others take them: schema.org as JSON-LD, CSV, an Atom feed. Which claims, the routes say."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from catalog.ledger import LedgerLine
from catalog.search.export import permalink
from catalog.settings import Settings
from catalog.tabular import csv_lines
from web.saved import ATOM, NEVER
from web.wording import UNFIT, clock, fit

CSV_COLUMNS = (
    *(
        "claim",
        "url",
        "text",
        "status",
        "speaker",
        "person",
        "role",
        "affiliation",
        "date",
        "episode",
        "title",
    ),
    *("start_ms", "end_ms", "moment", "language", "about", "note", "reply", "evidence", "corrected_at"),
)
THINGS = {
    "person": "Person",
    "place": "Place",
    "organisation": "Organization",
    "outlet": "NewsMediaOrganization",
}
STANDS_FOR = {
    "recorded": "",
    "supported": " (evidence supports it)",
    "disputed": " (disputed)",
    "corrected": " (corrected by the speaker)",
}

Data = dict[str, Any]


@dataclass(frozen=True)
class Stretch:
    """Where the site is, whose it is, and which part of the ledger is told."""

    base: str
    settings: Settings
    place: str = "/claims"


# ---- schema.org -----------------------------------------------------------------------------------------


def claim_data(line: LedgerLine, stretch: Stretch) -> Data:
    """A claim with the quotation it was made in. It is told as said by its speaker; the site vouches for no more."""
    address = f"{stretch.base}/claims/{line.short_id}"
    said = _quotation(line, stretch)
    return _known(
        {
            "@context": "https://schema.org",
            "@type": "Claim",
            "@id": address,
            "url": address,
            "text": fit(line.text),
            "inLanguage": line.language,
            "author": said["creator"],
            "creativeWorkStatus": line.status,
            "dateCreated": said.get("dateCreated"),
            "datePublished": line.confirmed_at.date().isoformat() if line.confirmed_at else "",
            "firstAppearance": said,
            "correction": _correction(line, stretch),
            "about": [
                {"@type": THINGS.get(one.kind, "Thing"), "name": fit(one.name)} for one in line.subjects
            ],
            "citation": [
                _known(
                    {
                        "@type": "CreativeWork",
                        "url": one.url,
                        "name": fit(one.title),
                        "abstract": fit(one.note),
                    }
                )
                for one in line.grounds
            ],
        }
    )


def _correction(line: LedgerLine, stretch: Stretch) -> Data:
    """Where the speaker corrected it, in sound."""
    if line.later is None:
        return {}
    return {
        "@type": "CorrectionComment",
        "url": permalink(line.later.slug, line.later.at_ms, stretch.base),
        "isPartOf": {
            "@type": "PodcastEpisode",
            "@id": f"{stretch.base}/e/{line.later.slug}",
            "name": fit(line.later.title),
        },
    }


def _quotation(line: LedgerLine, stretch: Stretch) -> Data:
    speaker = {
        "@type": "Person",
        "@id": f"{stretch.base}/people/{line.person_slug}" if line.person_slug else "",
        "name": fit(line.speaker),
        "affiliation": fit(line.affiliation),
    }
    talk = {
        "@type": "PodcastEpisode",
        "@id": f"{stretch.base}/e/{line.episode_slug}",
        "name": fit(line.episode_title),
    }
    return _known(
        {
            "@type": "Quotation",
            "text": fit(line.text),
            "inLanguage": line.language,
            "creator": _known(speaker),
            "isPartOf": talk,
            "url": permalink(line.episode_slug, line.start_ms, stretch.base),
            "dateCreated": line.spoken_at.date().isoformat() if line.spoken_at else "",
        }
    )


def review_data(line: LedgerLine, stretch: Stretch) -> list[Data]:
    """The review, where an editor wrote one; else there is none."""
    if not line.review:
        return []
    address = f"{stretch.base}/claims/{line.short_id}"
    newsroom = {
        "@type": "NewsMediaOrganization",
        "name": stretch.settings.publisher,
        "url": f"{stretch.base}/",
    }
    return [
        _known(
            {
                "@context": "https://schema.org",
                "@type": "ClaimReview",
                "@id": f"{address}#review",
                "url": f"{address}#review",
                "claimReviewed": fit(line.text),
                "reviewBody": fit(line.review),
                "reviewRating": {"@type": "Rating", "alternateName": fit(line.rating)},
                "author": newsroom,
                "datePublished": line.reviewed_at.date().isoformat() if line.reviewed_at else "",
                "itemReviewed": {"@type": "Claim", "@id": address},
            }
        )
    ]


def _known(data: Data) -> Data:
    return {name: value for name, value in data.items() if value not in ("", None, [], {})}


def write_jsonld(lines: Sequence[LedgerLine], stretch: Stretch) -> bytes:
    graph = [
        {name: value for name, value in one.items() if name != "@context"}
        for line in lines
        for one in (claim_data(line, stretch), *review_data(line, stretch))
    ]
    told = {"@context": "https://schema.org", "@graph": graph}
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


# ---- tables and feeds -----------------------------------------------------------------------------------


def write_csv(lines: Sequence[LedgerLine], stretch: Stretch) -> bytes:
    return b"".join(csv_lines(CSV_COLUMNS, (_cells(line, stretch.base) for line in lines)))


def _cells(line: LedgerLine, base: str) -> tuple[str, ...]:
    return (
        line.short_id,
        f"{base}/claims/{line.short_id}",
        line.text,
        line.status,
        line.speaker,
        line.person_slug,
        line.role,
        line.affiliation,
        line.spoken_at.date().isoformat() if line.spoken_at else "",
        line.episode_slug,
        line.episode_title,
        str(line.start_ms),
        str(line.end_ms),
        permalink(line.episode_slug, line.start_ms, base),
        line.language,
        "; ".join(one.name for one in line.subjects),
        line.note,
        line.reply,
        " ".join(f"{one.stance}: {one.url}" for one in line.grounds),
        permalink(line.later.slug, line.later.at_ms, base) if line.later else "",
    )


def write_atom(lines: Sequence[LedgerLine], stretch: Stretch) -> bytes:
    """Claims recorded last. The words stand as what their speaker said."""
    root = Element(f"{{{ATOM}}}feed")
    here = f"{stretch.base}{stretch.place}"
    _head(root, f"{here}.atom", f"{fit(stretch.settings.site_title)}: the ledger of claims", _newest(lines))
    _add(_add(root, "author"), "name", fit(stretch.settings.publisher))
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{here}.atom")
    _add(root, "link", rel="alternate", type="text/html", href=here)
    for line in lines:
        entry = _add(root, "entry")
        where = f"{fit(line.episode_title)}, {clock(line.start_ms)}"
        title = f"{fit(line.speaker)}, {where}{STANDS_FOR[line.status]}"
        _head(entry, f"urn:presstalk:claim:{line.short_id}", title, line.confirmed_at or NEVER)
        _add(_add(entry, "author"), "name", fit(line.speaker))
        _add(entry, "link", rel="alternate", type="text/html", href=f"{stretch.base}/claims/{line.short_id}")
        _add(entry, "content", f"“{UNFIT.sub('', line.text)}”", type="text")
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _newest(lines: Iterable[LedgerLine]) -> datetime:
    return max((line.confirmed_at for line in lines if line.confirmed_at), default=NEVER)


def _head(element: Element, name: str, title: str, changed: datetime) -> None:
    _add(element, "id", name)
    _add(element, "title", title)
    _add(element, "updated", changed.isoformat(timespec="seconds"))


def _add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    child = SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    child.text = text
    return child


FORMS: dict[str, tuple[str, Callable[[Sequence[LedgerLine], Stretch], bytes]]] = {
    "atom": ("application/atom+xml; charset=utf-8", write_atom),
    "csv": ("text/csv; charset=utf-8; header=present", write_csv),
    "jsonld": ("application/ld+json", write_jsonld),
}
