"""What is given to researchers whole: the data set, editions of transcripts, talks as TEI. The catalog makes them."""

import json
from functools import partial
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from starlette.responses import Response

from catalog.datasheet import Release, find_release, list_releases, may_be_given_out
from catalog.editions import edition_now, find_edition, list_editions
from catalog.errors import NotFound
from catalog.models import Edition, Episode
from catalog.tei import MEDIA_TYPE, NO_LICENCE, Imprint, write_tei
from web.answer import OPEN_TO_ALL, answer
from web.api.asking import base_of
from web.deps import Published, Reader, Visit
from web.sending import send_file

MOST_SHOWN = 5  # releases on the page: for each, every talk in it is asked about
CLOSED = (
    "Something in this release has been taken back since it was made, so it is no longer given out. "
    "A newer release has the rest."
)
TYPES = {
    "json": "application/json",
    "jsonl": "application/jsonl; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "xml": MEDIA_TYPE,
}

router = APIRouter(include_in_schema=False)
fetched = partial(router.api_route, methods=["GET", "HEAD"])
Number = Annotated[int, Path(ge=1, le=10**9)]
Day = Annotated[str, Path(pattern=r"^\d{4}-\d{2}-\d{2}$")]


# ---- editions ---------------------------------------------------------------------------------------


@fetched("/e/{slug}/r/{number}.json")
def edition(visit: Reader, published: Published, number: Number) -> Response:
    """A revision of a transcript as readers saw it, at an address that stays."""
    kept = find_edition(visit.session, published.id or 0, number)
    if kept is None and number == published.revision:
        kept = _edition_now(visit, published)
    if kept is None or kept.number != number:
        raise NotFound(f"'{published.slug}' has no edition {number}.")
    told = {
        "episode": published.slug,
        "revision": number,
        "made_at": kept.made_at.isoformat(),
        "digest": kept.digest,
        "edited_for_safety": kept.edited_at is not None,
        "url": _address(visit, published.slug, number),
        "page": f"{_base(visit)}/e/{published.slug}",
        "transcript": json.loads(kept.content),
    }
    return _as_json(visit, told)


@fetched("/e/{slug}/revisions.json")
def revisions(visit: Reader, published: Published) -> Response:
    """The editions of a talk, the first first."""
    lines = list_editions(visit.session, published.id or 0)
    if not lines or lines[-1].number != published.revision:
        _edition_now(visit, published)
        visit.session.rollback()  # look again
        lines = list_editions(visit.session, published.id or 0)
    told = [
        {
            "revision": line.number,
            "made_at": line.made_at.isoformat(),
            "digest": line.digest,
            "edited_for_safety": line.edited_for_safety,
            "url": _address(visit, published.slug, line.number),
        }
        for line in lines
    ]
    return _as_json(visit, {"episode": published.slug, "revisions": told})


@fetched("/e/{slug}.tei.xml")
def tei(visit: Reader, published: Published) -> Response:
    """The transcript as TEI, for those who study speech."""
    kept = find_edition(visit.session, published.id or 0, published.revision) or _edition_now(
        visit, published
    )
    settings = visit.site.newsroom.settings
    imprint = Imprint(settings.publisher, settings.site_title, settings.licence, _base(visit))
    body = write_tei(json.loads(kept.content), kept.number, imprint)
    name = {"Content-Disposition": f'inline; filename="{published.slug}.tei.xml"'}
    return answer(visit.request, body, MEDIA_TYPE, headers=OPEN_TO_ALL | name)


def _edition_now(visit: Visit, published: Episode) -> Edition:
    return edition_now(visit.site.newsroom.engine, published.id or 0)


def _address(visit: Visit, slug: str, number: int) -> str:
    return f"{_base(visit)}/e/{slug}/r/{number}.json"


def _base(visit: Visit) -> str:
    return base_of(visit.request, visit.site.newsroom.settings)


def _as_json(visit: Visit, told: object) -> Response:
    body = json.dumps(told, ensure_ascii=False).encode()
    return answer(visit.request, body, "application/json", headers=OPEN_TO_ALL)


# ---- the data set -----------------------------------------------------------------------------------


@fetched("/data/")
def releases(visit: Reader) -> Response:
    """What the data set is, and the releases there are."""
    found = list_releases(visit.site.newsroom.settings.dataset_folder)
    shown = [(release, may_be_given_out(visit.session, release)) for release in found[:MOST_SHOWN]]
    newest = next((release for release, is_open in shown if is_open), None)
    return visit.show(
        "data.html",
        kept=False,  # releases are folders
        newest=newest,
        files=_files_shown(newest) if newest else [],
        releases=shown,
        licence=visit.site.newsroom.settings.licence or NO_LICENCE,
    )


def _files_shown(release: Release) -> list[dict[str, object]]:
    """The tables and what changed; the talks' own files are too many for a page."""
    return [one for one in release.sheet["files"] if "/" not in one["name"]]


@fetched("/data/{day}/{name:path}")
def release_file(visit: Reader, day: Day, name: str) -> Response:
    """A file of a release, for as long as everything in it is public."""
    release = find_release(visit.site.newsroom.settings.dataset_folder, day)
    path = release.file(name) if release else None
    if release is None or path is None or not path.is_file():
        raise HTTPException(404)
    if not may_be_given_out(visit.session, release):
        raise HTTPException(410, CLOSED)
    tag = next((one["sha256"] for one in release.sheet["files"] if one["name"] == name), None)
    if tag is None:
        return answer(visit.request, path.read_bytes(), _type(name), headers=OPEN_TO_ALL)
    return send_file(visit.request, path, f'"{tag}"', _type(name))


def _type(name: str) -> str:
    """
    >>> _type("turns.parquet"), _type("datasheet.md")
    ('application/vnd.apache.parquet', 'text/markdown; charset=utf-8')
    """
    return TYPES.get(name.rpartition(".")[2], "application/octet-stream")
