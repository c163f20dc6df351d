"""Redactions made after a backup, done again on what was restored: the one place where a restore calls redaction."""

from collections.abc import Sequence

from sqlmodel import col, select

from catalog.audit import Actor, acting, record_act
from catalog.backups.ledger import Redacted
from catalog.episodes import touch
from catalog.models import Episode, EpisodeState
from catalog.newsroom import Newsroom

RESTORE = Actor("restore")


def replay_redactions(newsroom: Newsroom, redactions: Sequence[Redacted]) -> list[str]:
    """Let nothing be read that was taken out since; the names of the talks that nobody may see until somebody looked.

    The talks are withdrawn, whole: safe, whatever can be taken out of words and sound.
    """
    spans: dict[int, int] = {}
    for one in redactions:
        spans[one.episode_id] = spans.get(one.episode_id, 0) + 1
    with acting(newsroom.engine, RESTORE) as session:
        found = session.exec(
            select(Episode).where(col(Episode.id).in_(spans)).order_by(col(Episode.id))
        ).all()
        for episode in found:
            detail = {"before": episode.state.value, "redactions": spans[episode.id or 0]}
            record_act(session, "withdraw_to_redact", f"episode/{episode.id}", detail)
            if episode.state is EpisodeState.PUBLISHED:
                episode.state = EpisodeState.WITHDRAWN
            touch(session, episode)
        return [episode.slug for episode in found]
