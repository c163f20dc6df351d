"""Links between talks and articles as readers and the house see them. What is suggested and decided is in `links`, how
two are compared in `relate`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from catalog.models import Article, Episode, EpisodeArticle, EpisodeState, Review
from catalog.normalize import fold
from catalog.passages import Passage, passages_of_article, passages_of_talk
from catalog.reading import EpisodePage, preview_page
from catalog.relate.reasons import Evidence, only_said, read_evidence
from catalog.standing import Standing


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
    standing: Standing = Standing.MACHINE

    @property
    def is_stale(self) -> bool:
        return any(one.is_stale and one.review is not Review.REJECTED for one in self.passages)


def articles_of_talk(session: Session, page: EpisodePage, shown_from: float) -> list[RelatedArticle]:
    """What readers of a talk that they see so are shown: what people confirmed, and suggestions sure enough to be."""
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
        .order_by(*LINK_ORDER)
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
LINK_ORDER = (
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
        .order_by(*LINK_ORDER)
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
        standing=page.trust.standing if page.trust else Standing.MACHINE,
    )
