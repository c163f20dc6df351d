"""Links between talks and articles in the record: what a machine suggests, what people decide, what readers see. How
two are compared is in `relate`, when that is done in `relating`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from catalog.audit import record_act
from catalog.errors import InvalidQuery, NotFound
from catalog.models import Article, Episode, EpisodeArticle, EpisodeRelated, EpisodeState, Review
from catalog.models.columns import now, storable
from catalog.normalize import fold
from catalog.passages import Passage, passages_of_article, passages_of_talk
from catalog.reading import EpisodePage, preview_page, read_page
from catalog.relate.reasons import Evidence, only_said, read_evidence

LONGEST_REASON = 500
ACTS = ("confirm", "reject", "reopen", "pin", "unpin", "up", "down", "reason")


@dataclass(frozen=True)
class RelatedArticle:
    """An article as a talk's page or desk shows it; `evidence` tells only what the talk still says. `passages` are
    the moments it quotes; `is_stale` when the transcript under one of them was corrected and nobody looked since."""

    id: int
    title: str
    url: str
    byline: str
    language: str
    published_at: datetime | None
    gone_at: datetime | None
    text: str
    evidence: Evidence
    reason: str
    confidence: float
    review: Review
    pinned: bool
    guests: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()

    @property
    def is_stale(self) -> bool:
        return any(one.is_stale and one.review is not Review.REJECTED for one in self.passages)


@dataclass(frozen=True)
class RelatedTalk:
    """A published talk as an article's page shows it."""

    slug: str
    title: str
    published_at: datetime | None
    language: str
    guests: tuple[str, ...]
    evidence: Evidence
    reason: str
    confidence: float
    review: Review
    passages: tuple[Passage, ...] = ()
    is_public: bool = True

    @property
    def is_stale(self) -> bool:
        return any(one.is_stale and one.review is not Review.REJECTED for one in self.passages)


def articles_of_talk(session: Session, slug: str, shown_from: float) -> list[RelatedArticle]:
    """What readers of a published talk are shown: what people confirmed, and suggestions sure enough to be."""
    page = read_page(session, slug)
    return [
        one
        for one in _articles(session, page)
        if one.review is Review.CONFIRMED or (one.review is Review.SUGGESTED and one.confidence >= shown_from)
    ]


def desk_of_talk(session: Session, slug: str) -> list[RelatedArticle]:
    """Every link of a talk in any state, for the house: rejected ones last."""
    found = _articles(session, preview_page(session, slug))
    return sorted(found, key=lambda one: one.review is Review.REJECTED)


def _articles(session: Session, page: EpisodePage) -> list[RelatedArticle]:
    rows = session.exec(
        select(EpisodeArticle, Article)
        .join(Article, col(EpisodeArticle.article_id) == col(Article.id))
        .where(EpisodeArticle.episode_id == page.card.id)
        .order_by(*_ORDER)
    ).all()
    if not rows:
        return []
    said, passages = _said(page), passages_of_talk(session, page.card.id)
    guests = [line.name for line in page.card.cast]
    return [
        RelatedArticle(
            id=article.id or 0,
            title=article.title,
            url=article.url,
            byline=article.byline,
            language=article.language,
            published_at=article.published_at,
            gone_at=article.gone_at,
            text=article.text,
            evidence=only_said(read_evidence(link.evidence), said, guests),
            reason=link.reason,
            confidence=link.score or 0.0,
            review=link.review,
            pinned=link.pinned,
            guests=tuple(guests),
            passages=tuple(one for one in passages if one.article_id == article.id),
        )
        for link, article in rows
    ]


# What was pinned, then what was confirmed in the order people gave it, then the surest.
_ORDER = (
    col(EpisodeArticle.pinned).desc(),
    col(EpisodeArticle.review) == Review.SUGGESTED,
    col(EpisodeArticle.place),
    col(EpisodeArticle.score).desc().nulls_last(),
    col(EpisodeArticle.id),
)


def _said(page: EpisodePage) -> Callable[[str], bool]:
    """Whether words stand in a talk as it is printed."""
    text = fold(" ".join((page.card.title, page.card.summary, *(turn.text for turn in page.turns))))
    return lambda said: fold(said) in text


def talks_of_article(session: Session, article_id: int, shown_from: float) -> list[RelatedTalk]:
    """The published talks that readers of an article are shown, those people confirmed first."""
    talks = _talks(session, article_id, public=True)
    return [
        replace(one, passages=tuple(passage for passage in one.passages if passage.is_public))
        for one in talks
        if one.review is Review.CONFIRMED or (one.review is Review.SUGGESTED and one.confidence >= shown_from)
    ]


def desk_of_article(session: Session, article_id: int) -> list[RelatedTalk]:
    """Every link of an article in any state, for the house: rejected ones last."""
    return sorted(_talks(session, article_id, public=False), key=lambda one: one.review is Review.REJECTED)


def _talks(session: Session, article_id: int, *, public: bool) -> list[RelatedTalk]:
    query = (
        select(EpisodeArticle, Episode)
        .join(Episode, col(EpisodeArticle.episode_id) == col(Episode.id))
        .where(EpisodeArticle.article_id == article_id)
        .order_by(*_ORDER)
    )
    if public:
        query = query.where(Episode.state == EpisodeState.PUBLISHED)
    rows = session.exec(query).all()
    passages = passages_of_article(session, article_id) if rows else []
    return [_talk(session, link, episode, passages) for link, episode in rows]


def _talk(
    session: Session, link: EpisodeArticle, episode: Episode, passages: Sequence[Passage]
) -> RelatedTalk:
    page = preview_page(session, episode.slug)
    guests = tuple(line.name for line in page.card.cast)
    return RelatedTalk(
        slug=episode.slug,
        title=episode.title,
        published_at=page.card.published_at,
        language=page.card.language,
        guests=guests,
        evidence=only_said(read_evidence(link.evidence), _said(page), guests),
        reason=link.reason,
        confidence=link.score or 0.0,
        review=link.review,
        passages=tuple(one for one in passages if one.episode_id == episode.id),
        is_public=episode.state is EpisodeState.PUBLISHED,
    )


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
    return list(session.exec(query.order_by(*_ORDER)).all())


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
