"""The files of an episode: rows in the catalog that name bytes on the shelf. Making the bytes is `media`'s work."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select

from catalog.db import SHELVES, held_between_machines, reading
from catalog.episodes import unfinished_redaction
from catalog.errors import StepFailed
from catalog.models import Episode, EpisodeState, IndexSnapshot, Job, MediaFile, MediaKind
from catalog.newsroom import Newsroom
from media.store import Shelf

# What a reader may be given once the episode is published; everything else stays in the house.
PUBLIC_KINDS = (
    MediaKind.WEB_AUDIO,
    MediaKind.WEB_AUDIO_LOW,
    MediaKind.WEB_VIDEO,
    MediaKind.POSTER,
    MediaKind.PEAKS,
)


@dataclass(frozen=True)
class FileLine:
    """A file as it is offered to a reader: `kind`, `mime`, `size` in bytes and the hash of its bytes."""

    kind: str
    sha256: str
    mime: str
    size: int
    duration_ms: int | None


@contextmanager
def shelving(newsroom: Newsroom, *, alone: bool = False) -> Iterator[None]:
    """Hold the shelf while bytes are put there *and* named in the record; the sweeper comes `alone`.

    The bytes come first, so that a row never names bytes that are not there; without this the sweeper
    could take bytes away whose row is just being written. On PostgreSQL it holds between machines too.
    """
    shelf_folder = newsroom.settings.shelf_folder
    shelf_folder.mkdir(parents=True, exist_ok=True)
    with (shelf_folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        with held_between_machines(newsroom.engine, SHELVES, shared=not alone):
            yield


def name_file(
    session: Session,
    shelf: Shelf,
    episode_id: int,
    kind: MediaKind,
    sha256: str,
    *,
    mime: str = "application/octet-stream",
    name: str = "",
    duration_ms: int | None = None,
    redacting: bool = False,
) -> MediaFile:
    """Name bytes that stand on the shelf in the record, in place of what had that name before.

    While words are taken out of a talk only who does that (`redacting`) may: what was made from its files before
    would bring them back. Raises StepFailed("redacting").
    """
    if not redacting and unfinished_redaction(session, episode_id) is not None:
        raise StepFailed(
            "redacting", "Words are being taken out of this talk. Retry when that is done.", True
        )
    row = file_of(session, episode_id, kind, name) or MediaFile(
        episode_id=episode_id, kind=kind, name=name, sha256=sha256, size=0
    )
    row.sha256, row.size, row.mime, row.duration_ms = sha256, shelf.size(sha256), mime, duration_ms
    session.add(row)
    session.flush()
    return row


def sweep_shelf(newsroom: Newsroom, *, wipe: bool = False) -> int:
    """Drop bytes that no row names, left by work that was cut off; how many there were. With `wipe` they are
    overwritten first."""
    shelf = newsroom.shelf
    with shelving(newsroom, alone=True), reading(newsroom.engine) as session:
        orphans = set(shelf.all()) - hashes_in_use(session)
        for sha256 in orphans:
            (shelf.wipe if wipe else shelf.drop)(sha256)
    return len(orphans)


def file_of(session: Session, episode_id: int, kind: MediaKind, name: str = "") -> MediaFile | None:
    return session.exec(
        select(MediaFile).where(
            MediaFile.episode_id == episode_id, MediaFile.kind == kind, MediaFile.name == name
        )
    ).first()


def sound_of(shelf: Shelf, session: Session, episode_id: int) -> Path:
    """Where the sound prepared for the recogniser lies. Raises StepFailed("file_lost")."""
    row = file_of(session, episode_id, MediaKind.WAV)
    if row is None:
        raise StepFailed(
            "file_lost", "The prepared sound is no longer in the store. Retry to prepare it again.", False
        )
    return shelf.path(row.sha256)


def owner_of(session: Session, sha256: str) -> Episode | None:
    """The episode whose original these bytes are, however it came by them."""
    return session.exec(
        select(Episode)
        .join(MediaFile)
        .where(MediaFile.kind == MediaKind.ORIGINAL, MediaFile.sha256 == sha256)
    ).first()


def public_files(session: Session, episode_id: int) -> list[FileLine]:
    rows = session.exec(
        select(MediaFile)
        .where(MediaFile.episode_id == episode_id, col(MediaFile.kind).in_(PUBLIC_KINDS))
        .order_by(col(MediaFile.id))
    ).all()
    return [FileLine(row.kind.value, row.sha256, row.mime, row.size, row.duration_ms) for row in rows]


def public_file(session: Session, slug: str, kind: MediaKind) -> MediaFile | None:
    """The file of a *published* episode that any reader may have, else None."""
    if kind not in PUBLIC_KINDS:
        return None
    return session.exec(
        select(MediaFile)
        .join(Episode)
        .where(Episode.slug == slug, Episode.state == EpisodeState.PUBLISHED, MediaFile.kind == kind)
    ).first()


def hashes_in_use(session: Session) -> set[str]:
    """Every hash some row still names."""
    given = session.exec(select(Job.given_turns).where(Job.given_turns != "")).all()
    snapshots = session.exec(select(IndexSnapshot.sha256)).all()
    return {*session.exec(select(MediaFile.sha256).distinct()).all(), *given, *snapshots}
