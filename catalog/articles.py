"""The newsroom's articles: one record for each, by whatever way it came, with what it was before. How a source is read
stands in `catalog.written`; nothing is fetched here."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from catalog.audit import record_act
from catalog.authority.finding import find_in_article
from catalog.errors import InvalidQuery, NotFound
from catalog.models import Article, ArticleSource, ArticleVersion
from catalog.models.columns import storable
from catalog.normalize import fold
from catalog.written.bylines import authors_of
from catalog.written.found import Found, FoundArticle, canonical_url

LONGEST_URL = 2000
LONGEST_SUMMARY = 300
WITHOUT_ADDRESS = "urn:presstalk:article:"
FEWEST_TITLE_WORDS = 3  # of a title that tells two articles apart
_BEGINNING = 200  # characters by which two texts are known to be one


class Change(StrEnum):
    """What an import did to the record of an article."""

    NEW = "new"
    UPDATED = "updated"
    SAME = "same"
    GONE = "gone"


@dataclass
class Kept:
    """Articles of one import, each with what was done to its record."""

    changes: list[tuple[Article, Change]] = field(default_factory=list)

    def count(self, change: Change) -> int:
        return sum(one is change for _, one in self.changes)


def keep_articles(session: Session, found: Found, source: str, at: datetime) -> Kept:
    """Put what an import found into the record; what was deleted at its source stays, and says so."""
    shelf = _Shelf(session, source, at)
    kept = Kept([pair for one in found.articles if (pair := shelf.keep(one)) is not None])
    if found.is_whole:
        leave_out(session, kept, source, at)
    session.flush()
    for article, change in kept.changes:
        if change in (Change.NEW, Change.UPDATED):
            find_in_article(session, article)
    return kept


def leave_out(session: Session, kept: Kept, source: str, at: datetime) -> None:
    """Mark what this source has brought and lists no more, when all it lists was `kept`."""
    listed = {article.id for article, _ in kept.changes}
    kept.changes += _Shelf(session, source, at).leave_out(listed)


def articles(session: Session) -> list[Article]:
    """All of them, the newest first; those without a date come last."""
    newest = col(Article.published_at).desc().nulls_last()
    return list(session.exec(select(Article).order_by(newest, col(Article.id))).all())


def list_articles(session: Session, *, limit: int, offset: int = 0, named: str = "") -> list[Article]:
    """A page of them, the newest first; `named` is in the title or the address."""
    newest = col(Article.published_at).desc().nulls_last()
    found = _named(select(Article), named).order_by(newest, col(Article.id).desc())
    return list(session.exec(found.limit(limit).offset(offset)).all())


def count_articles(session: Session, *, named: str = "") -> int:
    return int(session.exec(_named(select(func.count()).select_from(Article), named)).one())


def _named(query: Any, named: str) -> Any:
    named = named.replace("\0", "").strip()
    if not named:
        return query
    return query.where(
        sa.or_(
            col(Article.title).icontains(named, autoescape=True),
            col(Article.url).contains(named, autoescape=True),
        )
    )


def find_article(session: Session, article_id: int) -> Article:
    article = session.get(Article, article_id)
    if article is None:
        raise NotFound("There is no article of this number.")
    return article


def summarise_article(session: Session, article_id: int, summary: str) -> Article:
    """Keep the newsroom's own line on an article, "" for none; no import changes it. Raises NotFound, InvalidQuery."""
    article = find_article(session, article_id)
    summary = storable(" ".join(summary.split()))
    if len(summary) > LONGEST_SUMMARY:
        raise InvalidQuery(f"That is {len(summary)} characters; a summary has at most {LONGEST_SUMMARY}.")
    if summary != article.summary:
        article.summary = summary
        session.add(article)
        record_act(session, "summary", f"article/{article_id}", words={"summary": summary})
    return article


def article_at(session: Session, url: str) -> Article | None:
    """The article of an address, with or without its tracking, www and closing slash."""
    bare = _address_key(url)
    tries = [f"{scheme}://{www}{bare}" for scheme in ("https", "http") for www in ("", "www.")]
    return session.exec(select(Article).where(col(Article.url).in_([*tries, url]))).first()


def read_article_ref(session: Session, text: str) -> int:
    """The number of the article that a number or an address means. Raises NotFound."""
    text = text.strip()
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return find_article(session, int(text)).id or 0
    article = article_at(session, text)
    if article is None:
        raise NotFound("No article of this address is in the record. Bring it in first, then link it.")
    return article.id or 0


def article_source(session: Session, url: str) -> ArticleSource | None:
    return session.exec(select(ArticleSource).where(ArticleSource.url == url)).first()


def history(session: Session, article: Article) -> list[ArticleVersion]:
    """What the article was before, the oldest first."""
    mine = select(ArticleVersion).where(ArticleVersion.article_id == article.id)
    return list(session.exec(mine.order_by(col(ArticleVersion.id))).all())


def remember_source(session: Session, url: str, at: datetime, problem: str = "") -> ArticleSource:
    """Note that an address was looked at, and what went wrong; it is looked at again by a poll."""
    known = session.exec(select(ArticleSource).where(ArticleSource.url == url)).first()
    source = known or ArticleSource(url=url)
    source.polled_at, source.problem = at, storable(problem)
    session.add(source)
    return source


def ask_for_source(session: Session, url: str) -> None:
    """Have a worker bring in what an address has."""
    known = article_source(session, url[:LONGEST_URL]) or ArticleSource(url=url[:LONGEST_URL])
    known.polled_at, known.problem = None, ""
    session.add(known)


def article_sources(session: Session) -> list[ArticleSource]:
    return list(session.exec(select(ArticleSource).order_by(col(ArticleSource.id))).all())


class _Shelf:
    """Every record by the marks it is known by, while one import lasts."""

    def __init__(self, session: Session, source: str, at: datetime) -> None:
        self.session, self.source, self.at = session, source[:LONGEST_URL], at
        self.by_address: dict[str, Article] = {}
        self.by_title: dict[str, list[Article]] = {}
        for article in session.exec(select(Article)).all():
            self._enter(article)

    def keep(self, found: FoundArticle) -> tuple[Article, Change] | None:
        """The record of an article with what was done to it; None for one that is gone and was never here."""
        known = self._known(found)
        if found.is_gone:
            return self._take_back(known) if known else None
        if known is None:
            return self._add(found), Change.NEW
        return known, self._update(known, found)

    def leave_out(self, listed: set[int | None]) -> list[tuple[Article, Change]]:
        """Mark what this source has brought and lists no more."""
        mine = [one for one in self.by_address.values() if one.source == self.source and one.id not in listed]
        return [taken for article in mine if (taken := self._take_back(article)) is not None]

    def _take_back(self, article: Article) -> tuple[Article, Change] | None:
        if article.gone_at is not None:
            return None
        article.gone_at = self.at
        self.session.add(article)
        return article, Change.GONE

    def _known(self, found: FoundArticle) -> Article | None:
        if article := self.by_address.get(_address_key(_url(found))):
            return article
        same = [one for one in self.by_title.get(fold(found.title), []) if _is_one(one, found)]
        return same[0] if len(same) == 1 else None

    def _add(self, found: FoundArticle) -> Article:
        article = Article(url=_url(found), title="", source=self.source)
        _write(article, found, self.at)
        self.session.add(article)
        self.session.flush()
        self._enter(article)
        return article

    def _update(self, article: Article, found: FoundArticle) -> Change:
        before = ArticleVersion(
            article_id=article.id or 0,
            url=article.url,
            title=article.title,
            byline=article.byline,
            text=article.text,
            replaced_at=self.at,
        )
        came_back, article.gone_at = article.gone_at is not None, None
        _write(article, found, self.at)
        is_changed = any(
            getattr(before, name) != getattr(article, name) for name in ("title", "byline", "text", "url")
        )
        if is_changed:
            article.related_at = None
            self.session.add(before)
            self._enter(article)
        self.session.add(article)
        return Change.UPDATED if is_changed or came_back else Change.SAME

    def _enter(self, article: Article) -> None:
        self.by_address[_address_key(article.url)] = article
        titled = self.by_title.setdefault(fold(article.title), [])
        if article not in titled:
            titled.append(article)


def _write(article: Article, found: FoundArticle, at: datetime) -> None:
    """Write what was found; what the source does not tell this time stays as it was."""
    if found.url and len(found.url) <= LONGEST_URL:
        article.url = storable(found.url)
    article.title = storable(found.title, 500) or article.title
    article.byline = storable(found.byline, 500) or article.byline
    article.author = storable(", ".join(authors_of(found.byline)), 300) or article.author
    article.language = storable(found.language, 20) or article.language
    article.published_at = found.published_at or article.published_at
    article.links = storable("\n".join(found.addresses)) or article.links
    article.captions = storable("\n".join(found.captions)) or article.captions
    if not _is_summary(found.text, article.text):
        article.text = storable(found.text)
    article.fetched_at = at


def _is_summary(text: str, known: str) -> bool:
    """Whether a text is only the beginning of the one we have: feeds are often cut."""
    beginning = fold(text)[:80]
    return not text or (len(text) < 0.6 * len(known) and fold(known).startswith(beginning[:60]))


def _is_one(article: Article, found: FoundArticle) -> bool:
    """Whether an article of the same title is this one: where only one has an address, or it moved."""
    if len(fold(found.title).split()) < FEWEST_TITLE_WORDS or not _agree_on_day(article, found):
        return False
    named = bool(found.url) and not article.url.startswith(WITHOUT_ADDRESS)
    beginnings = {fold(text)[:_BEGINNING] for text in (article.text, found.text)}
    return not named or (len(beginnings) == 1 and article.published_at is not None)


def _agree_on_day(article: Article, found: FoundArticle) -> bool:
    if article.published_at is None or found.published_at is None:
        return True
    return abs((article.published_at - found.published_at).total_seconds()) < 36 * 3600  # time zones


def _url(found: FoundArticle) -> str:
    if found.url and len(found.url) <= LONGEST_URL:
        return storable(found.url)
    marks: Iterable[str] = (fold(found.title), fold(found.byline), fold(found.text)[:_BEGINNING])
    return WITHOUT_ADDRESS + hashlib.sha256("\n".join(marks).encode()).hexdigest()[:32]


def _address_key(url: str) -> str:
    """The same for http and https, with and without www."""
    return (canonical_url(url) or url).removeprefix("https://").removeprefix("http://").removeprefix("www.")
