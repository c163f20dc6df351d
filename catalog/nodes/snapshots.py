"""The index as a file in the store that all nodes share: a new node, or one that lost its index, starts from it and
follows what has changed since. It holds words, so that a redaction drops it first; anybody makes another."""

import shutil
import tarfile
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlmodel import Session, col, select

from catalog.db import reading, writing
from catalog.files import hashes_in_use, shelving
from catalog.models import IndexSnapshot, Redaction, RedactionStage
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.nodes.standing import to_clean
from catalog.search.documents import SCHEMA_VERSION
from catalog.search.index import TurnIndex
from catalog.search.refresh import published_entries
from catalog.worker_names import machine_of
from media.errors import MediaError

KEPT_FOR = timedelta(days=1)


def is_wanted(newsroom: Newsroom) -> bool:
    """Is there a store that others see, and no snapshot in it that is of any use?"""
    if not newsroom.settings.store:
        return False
    with reading(newsroom.engine) as session:
        row = _newest(session)
        return row is None or row.made_at < now() - KEPT_FOR


def keep_snapshot(newsroom: Newsroom, index: TurnIndex, number: int) -> bool:
    """Put the index as it stands at that change into the store, in place of the one before, for who is the one that
    cleans in this home. Not while words are being taken out of a talk: they would stand in it; then it is False."""
    shelf = newsroom.shelf
    packed = _pack(newsroom, index)
    with shelving(newsroom):
        sha256 = shelf.put(packed, move=True)
        with writing(newsroom.engine, unseen=True) as session:
            is_clean = _may_be_kept(session, machine_of(newsroom))
            is_named = sha256 in hashes_in_use(session)  # the same bytes as before
            if is_clean:
                drop_snapshots(session)
                session.add(IndexSnapshot(sha256=sha256, version=SCHEMA_VERSION, number=number))
        if not (is_clean or is_named):
            shelf.wipe(sha256)
    clear_packing(newsroom)
    return is_clean


def _pack(newsroom: Newsroom, index: TurnIndex) -> Path:
    """Beside the index, which may be on another disk than the store; others pack theirs at the same time elsewhere."""
    clear_packing(newsroom)
    folder = _packing(newsroom) / "index"
    folder.mkdir(parents=True)
    index.generations.link_to(folder)
    packed = folder.with_suffix(".tar")
    with tarfile.open(packed, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, path.name)
    return packed


def clear_packing(newsroom: Newsroom) -> None:
    """Throw away what a snapshot is made of here: it holds words, and who made it may have been killed."""
    shutil.rmtree(_packing(newsroom), ignore_errors=True)


def _packing(newsroom: Newsroom) -> Path:
    return newsroom.settings.home / "index-snapshot"


def _may_be_kept(session: Session, machine: str) -> bool:
    undone = select(Redaction.id).where(Redaction.stage != RedactionStage.DONE).limit(1)
    return session.exec(undone).first() is None and not to_clean(session, machine)


def take_snapshot(newsroom: Newsroom) -> bool:
    """Start from the one in the store where this home has no index; False when there is none to start from."""
    with reading(newsroom.engine) as session:
        row = _newest(session)
    if row is None:
        return False
    folder = newsroom.settings.index_folder
    index = TurnIndex(folder, partial(published_entries, newsroom.engine))
    try:
        return index.generations.adopt(partial(_unpack, newsroom.shelf.path(row.sha256)))
    except (MediaError, OSError, tarfile.TarError, ValueError):
        return False  # whatever is wrong with it: the record has everything


def drop_snapshots(session: Session) -> None:
    """From now on no row names their bytes: the next sweep of the store takes them."""
    for row in session.exec(select(IndexSnapshot)).all():
        session.delete(row)


def _newest(session: Session) -> IndexSnapshot | None:
    query = select(IndexSnapshot).where(IndexSnapshot.version == SCHEMA_VERSION)
    return session.exec(query.order_by(col(IndexSnapshot.id).desc())).first()


def _unpack(packed: Path, folder: Path) -> None:
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
