"""Talks whose transcript was corrected under a quotation, until an editor looks. What makes a quotation stale is
decided in `passages`."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from catalog.models import ArticleQuotation, Episode, EpisodeArticle, EpisodeState, Review
from catalog.passages import passages_of_talk


@dataclass(frozen=True)
class StaleTalk:
    """A talk, and how many of its quotations were corrected since somebody looked."""

    slug: str
    title: str
    quotations: int


@lru_cache(maxsize=8)
def _counted(_engine: object) -> dict[int, tuple[Hashable, int]]:
    """How many there were in each talk, with what it was counted from: most did not change since the last time."""
    return {}


def stale_talks(session: Session) -> list[StaleTalk]:
    """Those an editor should look at again. Quotations of links that were rejected do not matter."""
    rows: dict[int, list[tuple[int, str]]] = {}
    for one, episode_id, stamp in session.exec(_quotations()):
        rows.setdefault(episode_id, []).append((one or 0, stamp))
    talks = select(Episode).where(col(Episode.id).in_(rows), Episode.state != EpisodeState.WITHDRAWN)
    found = []
    for episode in session.exec(talks.order_by(col(Episode.id))):
        mine = rows[episode.id or 0]
        count = _count(session, episode, mine)
        if count:
            found.append(StaleTalk(episode.slug, episode.title, count))
    return found


def _quotations() -> Any:
    return (
        select(ArticleQuotation.id, ArticleQuotation.episode_id, ArticleQuotation.stamp)
        .outerjoin(
            EpisodeArticle,
            (col(EpisodeArticle.episode_id) == col(ArticleQuotation.episode_id))
            & (col(EpisodeArticle.article_id) == col(ArticleQuotation.article_id)),
        )
        .where(
            ArticleQuotation.review != Review.REJECTED,
            sa.or_(col(EpisodeArticle.review).is_(None), col(EpisodeArticle.review) != Review.REJECTED),
        )
        .order_by(col(ArticleQuotation.id))
    )


def _count(session: Session, episode: Episode, rows: list[tuple[int, str]]) -> int:
    counted, state = _counted(session.get_bind()), (episode.revision, tuple(rows))
    known = counted.get(episode.id or 0)
    if known is None or known[0] != state:
        ids = {one for one, _ in rows}
        passages = passages_of_talk(session, episode.id or 0)
        known = counted[episode.id or 0] = state, sum(one.is_stale and one.id in ids for one in passages)
    return known[1]
