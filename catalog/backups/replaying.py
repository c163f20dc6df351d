"""Redactions made after a backup, done again on what was restored: the one place where a restore calls redaction."""

import logging
from collections.abc import Sequence

from sqlmodel import Session, col, select

from catalog.audit import Actor, acting, record_act
from catalog.backups.ledger import Redacted
from catalog.db import reading
from catalog.episodes import touch
from catalog.errors import InvalidQuery
from catalog.models import Episode, EpisodeState, Redaction
from catalog.newsroom import Newsroom
from catalog.redaction.carrying_out import finish_redactions, is_unfinished
from catalog.redaction.orders import Order, order_redaction

RESTORE = Actor("restore")
REASON = "It was taken out after this backup was made."
log = logging.getLogger(__name__)


def replay_redactions(newsroom: Newsroom, redactions: Sequence[Redacted]) -> list[str]:
    """Take out again what was taken out since; the names of the talks that nobody may see until somebody looked.

    The talks are withdrawn, whole: how the picture was covered, and what was mended by hand then, is not known here.
    One whose words cannot be taken out now stays withheld, and a worker goes on with it. Cut off, the same again.
    """
    ordered = _order_all(newsroom, redactions) if redactions else []
    with reading(newsroom.engine) as session:
        again = select(Redaction.episode_id).where(Redaction.reason == REASON)
        unseen = select(Episode.slug).where(
            col(Episode.id).in_(again), Episode.state != EpisodeState.PUBLISHED
        )
        waiting = session.exec(unseen.order_by(col(Episode.id))).all()
    if is_unfinished(newsroom):
        try:
            finish_redactions(newsroom)
        except Exception:
            log.exception("what was redacted is not out of every file yet; a worker goes on")
    return list(dict.fromkeys([*ordered, *waiting]))


def _order_all(newsroom: Newsroom, redactions: Sequence[Redacted]) -> list[str]:
    spans: dict[int, list[Redacted]] = {}
    for one in redactions:
        spans.setdefault(one.episode_id, []).append(one)
    with acting(newsroom.engine, RESTORE) as session:
        query = select(Episode).where(col(Episode.id).in_(spans)).order_by(col(Episode.id))
        found = session.exec(query).all()
        for episode in found:
            _order(session, episode, spans[episode.id or 0])
        return [episode.slug for episode in found]


def _order(session: Session, episode: Episode, redactions: Sequence[Redacted]) -> None:
    detail = {"before": episode.state.value, "redactions": len(redactions)}
    record_act(session, "withdraw_to_redact", f"episode/{episode.id}", detail)
    if episode.state is EpisodeState.PUBLISHED:
        episode.state = EpisodeState.WITHDRAWN
    for one in redactions:
        try:
            order_redaction(session, episode.slug, Order(one.start_ms, one.end_ms, REASON))
        except InvalidQuery:  # nothing of this talk, as the backup has it, is said there
            continue
    waiting = select(Redaction).where(Redaction.episode_id == episode.id, col(Redaction.was_public))
    for row in session.exec(waiting).all():  # one that was under way would show the talk again
        row.was_public = False
        session.add(row)
    touch(session, episode)
