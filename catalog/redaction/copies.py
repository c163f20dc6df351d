"""What one home made of the record and the files, freed of what was redacted: clips, vectors, releases, copies of
stored files, the index. Each home does so for itself; the record and the store are `carrying_out`'s."""

import fcntl
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from sqlmodel import col, select

from catalog.clips import forget_clips
from catalog.datasheet import list_releases
from catalog.db import reading
from catalog.desk import benches_of
from catalog.models import Episode
from catalog.newsroom import Newsroom
from catalog.nodes.snapshots import clear_packing
from catalog.search.refresh import open_index, rebuild
from catalog.setting_values import OBJECTS
from catalog.storing import tidy_copies

LOCK = "redacting.lock"


@contextmanager
def cleaning(newsroom: Newsroom, *, wait: bool = True) -> Iterator[bool]:
    """Be the one process of this home that cleans; with `wait=False` it gives False when another one is."""
    newsroom.settings.home.mkdir(parents=True, exist_ok=True)
    with (newsroom.settings.home / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True


def clean_copies(newsroom: Newsroom, episode_ids: Collection[int]) -> None:
    """Nothing that this home keeps of these talks is older than the record. Done twice it is done once."""
    settings = newsroom.settings
    for episode_id in episode_ids:
        for bench in benches_of(episode_id):
            newsroom.shelf.clear(bench)
        forget_clips(settings.clips_folder, episode_id)
        for vectors in settings.meanings_folder.glob(f"*/{episode_id}.npz"):
            vectors.unlink(missing_ok=True)
    with reading(newsroom.engine) as session:
        found = session.exec(select(Episode.slug).where(col(Episode.id).not_in(episode_ids))).all()
    others = frozenset(found)  # a talk that changed its address with a name is in no list by the old one
    drop_releases(newsroom, lambda slug: slug not in others)
    if settings.store.startswith(OBJECTS):
        tidy_copies(newsroom, wipe=True)
    clear_packing(newsroom)
    if settings.index_folder.exists():
        rebuild(newsroom.engine, open_index(settings.index_folder, newsroom.engine))


def drop_releases(newsroom: Newsroom, is_meant: Callable[[str], bool]) -> None:
    """Releases of the data that hold such a talk, and all after the first of them: they tell what has changed since."""
    found = False
    for release in reversed(list_releases(newsroom.settings.dataset_folder)):
        found = found or any(is_meant(talk[0]) for talk in release.sheet["talks"])
        if found:
            shutil.rmtree(release.folder)
