"""Links between talks and articles in the record: what a machine suggests and what people decide. How they are read is
in `related`, when they are looked for in `relating`."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, select

from catalog.audit import record_act
from catalog.errors import InvalidQuery, NotFound
from catalog.models import Article, Episode, EpisodeArticle, EpisodeRelated, Review
from catalog.models.columns import now, storable
from catalog.relate.reasons import Evidence
from catalog.related import LINK_ORDER

LONGEST_REASON = 500
ACTS = ("confirm", "reject", "reopen", "pin", "unpin", "up", "down", "reason")

# ---- what a machine suggests ---------------------------------------------------------------------


@dataclass(frozen=True)
class Suggestion:
    """A link as a machine would have it."""

    episode_id: int
    article_id: int
    confidence: float
    evidence: Evidence


def keep_suggestions(
    session: Session,
    found: Iterable[Suggestion],
    *,
    episode_id: int | None = None,
    article_id: int | None = None,
) -> int:
    """The suggestions for a talk, or for an article: those of before that are none any more go; what people decided
    stays as it is, with the evidence of today. How many are new."""
    mine = EpisodeArticle.episode_id == episode_id if episode_id else EpisodeArticle.article_id == article_id
    known = {
        (row.episode_id, row.article_id): row
        for row in session.exec(select(EpisodeArticle).where(mine)).all()
    }
    new = 0
    for one in found:
        row = known.pop((one.episode_id, one.article_id), None)
        new += row is None
        row = row or EpisodeArticle(episode_id=one.episode_id, article_id=one.article_id)
        row.score, row.evidence = round(one.confidence, 4), one.evidence.as_json()
        session.add(row)
    for row in known.values():
        if row.review is Review.SUGGESTED:
            session.delete(row)
    session.flush()
    return new


# ---- what people decide --------------------------------------------------------------------------


def decide_link(session: Session, slug: str, article_id: int, act: str, *, by: str, reason: str = "") -> str:
    """Confirm, reject, reopen, pin or move a link, or say the reason in one's own words; what was done, in a word.

    Raises NotFound for a link that is not there, InvalidQuery for an act that is none.
    """
    if act not in ACTS:
        raise InvalidQuery("That is nothing that can be done with a link.")
    episode = session.exec(select(Episode).where(Episode.slug == slug)).first()
    row = session.exec(
        select(EpisodeArticle).where(
            EpisodeArticle.episode_id == (episode.id if episode else 0),
            EpisodeArticle.article_id == article_id,
        )
    ).first()
    if episode is None or row is None:
        raise NotFound("This link is no longer in the record. Load the page again.")
    before = row.review
    _apply(session, row, act, reason)
    row.decided_by, row.decided_at = by, now()
    session.add(row)
    detail = {"article": article_id, "act": act, "before": before.value, "after": row.review.value}
    words = {"reason": row.reason} if act == "reason" and row.reason else None
    record_act(session, "link", f"episode/{episode.id}", detail, words=words)
    session.flush()
    return _DONE[act]


_DONE = {
    "confirm": "Confirmed: readers see it.",
    "reject": "Rejected: it will not be suggested again.",
    "reopen": "Open again: a suggestion like before.",
    "pin": "Pinned: it comes first.",
    "unpin": "No longer pinned.",
    "up": "Moved up.",
    "down": "Moved down.",
    "reason": "Saved: readers see this reason.",
}


def _apply(session: Session, row: EpisodeArticle, act: str, reason: str) -> None:
    if act == "confirm":
        row.review = Review.CONFIRMED
        row.place = row.place or 1 + max((one.place for one in _confirmed(session, row)), default=0)
    elif act in ("reject", "reopen"):
        row.review = Review.REJECTED if act == "reject" else Review.SUGGESTED
        row.pinned, row.place = False, 0
    elif act in ("pin", "unpin"):
        row.pinned = act == "pin"
        if row.pinned:
            row.review = Review.CONFIRMED
    elif act == "reason":
        row.reason = storable(" ".join(reason.split()), LONGEST_REASON)
    else:
        _move(session, row, -1 if act == "up" else 1)


def _confirmed(session: Session, row: EpisodeArticle) -> list[EpisodeArticle]:
    query = select(EpisodeArticle).where(
        EpisodeArticle.episode_id == row.episode_id, EpisodeArticle.review == Review.CONFIRMED
    )
    return list(session.exec(query.order_by(*LINK_ORDER)).all())


def _move(session: Session, row: EpisodeArticle, by: int) -> None:
    order = _confirmed(session, row)
    if row not in order:
        raise InvalidQuery("Only confirmed links are put in order. Confirm it first.")
    at = order.index(row)
    order.insert(max(0, at + by), order.pop(at))
    for place, one in enumerate(order, 1):
        one.place = place
        session.add(one)


def ask_anew(session: Session, slug: str) -> None:
    """Have the next round of relating look at a talk, whether it has changed or not."""
    episode = session.exec(select(Episode).where(Episode.slug == slug)).first()
    known = session.get(EpisodeRelated, episode.id) if episode else None
    if known is not None:
        session.delete(known)


def add_link(session: Session, slug: str, article_id: int, *, by: str) -> None:
    """Link a talk with an article that no machine suggested; confirmed, for a person did it."""
    episode = session.exec(select(Episode).where(Episode.slug == slug)).first()
    if episode is None or session.get(Article, article_id) is None:
        raise NotFound("The talk or the article is not in the record.")
    known = select(EpisodeArticle).where(
        EpisodeArticle.episode_id == episode.id, EpisodeArticle.article_id == article_id
    )
    if session.exec(known).first() is None:
        session.add(EpisodeArticle(episode_id=episode.id or 0, article_id=article_id))
        session.flush()
    decide_link(session, slug, article_id, "confirm", by=by)
