"""After the authority file has changed: every text read anew for its names, and the index brought along."""

import logging
from threading import Thread

from catalog.authority.finding import follow_authority
from catalog.newsroom import Newsroom
from catalog.pulse import Fenced
from catalog.search.refresh import open_index

log = logging.getLogger(__name__)


def follow(newsroom: Newsroom) -> int:
    """Read anew what was read with an older file; how many texts had other mentions. Broken off, it goes on later."""
    changed = follow_authority(newsroom.engine)
    if changed:
        open_index(newsroom.settings.index_folder, newsroom.engine)  # which mends what differs
    return changed


def start_following(newsroom: Newsroom) -> Thread:
    """The same beside whatever else goes on. A failure is mended by the next worker that looks."""
    thread = Thread(target=_follow_quietly, args=(newsroom,), daemon=True)
    thread.start()
    return thread


def _follow_quietly(newsroom: Newsroom) -> None:
    try:
        follow(newsroom)
    except Fenced:  # others do this worker's work; it says so itself
        return
    except Exception:
        log.exception("reading texts for names broke off; a worker goes on with it")
