"""Looking after the store of media: is every file there and whole, mending those that are not, dropping what nobody
names. Where files stand is `media.store`'s and `media.objects`'."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select

from catalog.db import reading
from catalog.files import hashes_in_use, shelving
from catalog.models import Episode, MediaFile
from catalog.newsroom import Newsroom
from catalog.setting_values import OBJECTS
from media.errors import MediaError
from media.store import Shelf, open_shelf

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Fault:
    """A file that is `missing` or `damaged`, and the episodes it belongs to."""

    sha256: str
    what: str
    episodes: list[str]


@dataclass(frozen=True)
class Mended:
    """What a repair came to; `left` is what none of the places had whole."""

    mended: list[str]
    left: list[Fault]


def verify_store(newsroom: Newsroom, report: Report) -> tuple[int, list[Fault]]:
    """Read every file the record names, to its last byte; how many there are, and each that is not as it was put."""
    with reading(newsroom.engine) as session:
        named = sorted(hashes_in_use(session))
        faults = []
        for number, sha256 in enumerate(named):
            report("files", number, len(named))
            if not newsroom.shelf.verify(sha256):
                what = "damaged" if newsroom.shelf.has(sha256) else "missing"
                faults.append(Fault(sha256, what, _episodes(session, sha256)))
    report("files", len(named), len(named))
    return len(named), faults


def _episodes(session: Session, sha256: str) -> list[str]:
    query = select(Episode.slug).join(MediaFile).where(MediaFile.sha256 == sha256).distinct()
    return list(session.exec(query.order_by(col(Episode.slug))).all())


def repair_store(newsroom: Newsroom, places: Sequence[str], report: Report, *, dry_run: bool) -> Mended:
    """Put whole bytes in place of missing and damaged ones, from copies here and from other stores (a folder, s3://...).

    An empty store is filled in the same way from the one before.
    """
    _, faults = verify_store(newsroom, report)
    others = [_shelf_at(newsroom, place) for place in places]
    mended, left = [], []
    for number, fault in enumerate(faults):
        report("mending", number, len(faults))
        whole = _whole_copy(newsroom, others, fault.sha256)
        if whole is None:
            left.append(fault)
            continue
        if not dry_run:
            newsroom.shelf.replace(fault.sha256, whole)
        mended.append(fault.sha256)
    report("mending", len(faults), len(faults))
    return Mended(mended, left)


def _shelf_at(newsroom: Newsroom, place: str) -> Shelf:
    if place.startswith(OBJECTS):
        return open_shelf(newsroom.settings.home / "repair", place)
    return open_shelf(Path(place))


def _whole_copy(newsroom: Newsroom, others: Sequence[Shelf], sha256: str) -> Path | None:
    """A file with exactly these bytes: the copy on this machine, or one of another store."""
    for shelf in (open_shelf(newsroom.settings.shelf_folder), *others):
        if shelf.verify(sha256):
            with suppress(MediaError):  # whole there, and lost on the way
                return shelf.path(sha256)
    return None


def collect_garbage(newsroom: Newsroom, *, dry_run: bool) -> list[str]:
    """Drop what no row names, left by work that was cut off; what that was."""
    with shelving(newsroom, alone=True), reading(newsroom.engine) as session:
        orphans = sorted(set(newsroom.shelf.all()) - hashes_in_use(session))
        for sha256 in () if dry_run else orphans:
            newsroom.shelf.drop(sha256)
    return orphans


def tidy_copies(newsroom: Newsroom, *, wipe: bool = False) -> int:
    """Of an object store's files, keep no copy here that the record no longer names, nor more than there is room for;
    how many went. With `wipe` the former are overwritten first."""
    shelf = newsroom.shelf
    if next(shelf.copies(), None) is None:
        return 0
    with shelving(newsroom, alone=True), reading(newsroom.engine) as session:
        used = hashes_in_use(session)
        unnamed = [path for path in shelf.copies() if path.name not in used]
        for path in unnamed:
            if wipe:
                shelf.wipe(path.name)
            path.unlink(missing_ok=True)
    most = int(newsroom.settings.store_copies_gigabytes * 1024**3)
    return len(unnamed) + shelf.trim(most)
