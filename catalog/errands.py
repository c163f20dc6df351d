"""What a worker looks after beside the jobs: redactions left undone, links, names, talks whose hour has come. Each in a
thread of its own where it may take long. What is done in them is known elsewhere."""

import logging
import time
from threading import Thread

from catalog.authority.finding import is_behind
from catalog.authority.following import start_following
from catalog.claim_proposals import is_unsought, start_seeking
from catalog.clock import HOLD_S, Watch, steady_s
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.publishing import publish_due
from catalog.redaction.carrying_out import is_unfinished, start_finishing
from catalog.relating.rounds import is_due, start_relating

log = logging.getLogger(__name__)


class Errands:
    """Run them every few seconds; those that are still under way are left alone."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._redacting: Thread | None = None
        self._relating: Thread | None = None
        self._reading: Thread | None = None
        self._seeking: Thread | None = None
        self._watch, self._was_believed = Watch(), True

    def run(self) -> None:
        newsroom = self._newsroom
        if not _busy(self._redacting) and is_unfinished(newsroom):
            self._redacting = start_finishing(newsroom)
        if not _busy(self._relating) and is_due(newsroom):  # talks and articles that are new or have changed
            self._relating = start_relating(newsroom)
        if not _busy(self._reading) and is_behind(newsroom.engine):  # texts, since the authority file changed
            self._reading = start_following(newsroom)
        if not _busy(self._seeking) and is_unsought(newsroom.engine):  # claims, where words are new
            self._seeking = start_seeking(newsroom.engine)
        self._publish_due()

    def _publish_due(self) -> None:
        """What was to be public by now; never by a clock that has just leapt forward."""
        believed = self._watch.may_be_believed(time.time(), steady_s())
        if not believed and self._was_believed:
            log.warning("the clock has leapt: nothing is published by it for %d minutes", HOLD_S // 60)
        self._was_believed = believed
        for slug in publish_due(self._newsroom, now()) if believed else ():
            log.info("published %s, as it was scheduled", slug)


def _busy(thread: Thread | None) -> bool:
    return thread is not None and thread.is_alive()
