"""Looking for the articles of talks, and for the talks of articles, wherever one is new or has changed. What the record
keeps of it is in `related` and `passages`; how two are compared in `relate`."""

import fcntl
import logging
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Thread

import sqlalchemy as sa
from sqlmodel import Session, col, select

from catalog.db import reading, writing
from catalog.importing import import_asked
from catalog.links import Suggestion, keep_suggestions
from catalog.models import Article, ArticleSource, Episode, EpisodeRelated
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.normalize import fold
from catalog.passages import drop_passages, find_passages, keep_passages
from catalog.pulse import Fenced
from catalog.quotations import Quotation
from catalog.relate.library import Entry, Library
from catalog.relate.reasons import Evidence, gather_evidence
from catalog.relate.scoring import Common, confidence
from catalog.relating.links import Links
from catalog.relating.texts import AT_ONCE, TALKS, Talk, Texts
from catalog.written.bylines import authors_of

log = logging.getLogger(__name__)

LOCK = "relating.lock"
KEPT_FROM = 0.3  # less sure links are not even suggested
LOOKED_AT_FROM = 0.15  # what is quoted may still make them so
MOST_KEPT = 30  # to one talk, or to one article
SETTLED = timedelta(minutes=5)  # a talk that is being edited is not related anew with every word


@dataclass(frozen=True)
class Related:
    """What one round did."""

    talks: int = 0
    articles: int = 0
    new_links: int = 0


def relate_all(newsroom: Newsroom, slugs: Sequence[str] = (), *, at_once: bool = False) -> Related:
    """Relate what is new or has changed; with `slugs` these talks, whether they have changed or not. `at_once` does not
    wait until a talk that is being edited has come to rest. Raises InvalidQuery for an embedder that does not work."""
    with _alone(newsroom):
        return _Round(newsroom).go(slugs, at_once=at_once)


def is_due(newsroom: Newsroom) -> bool:
    """Is there anything to bring in or to relate?"""
    with reading(newsroom.engine) as session:
        asked = select(ArticleSource.id).where(col(ArticleSource.polled_at).is_(None))
        if session.exec(asked.limit(1)).first() is not None:
            return True
        if session.exec(select(Article.id).limit(1)).first() is None:
            return False
        article = session.exec(select(Article.id).where(col(Article.related_at).is_(None)).limit(1)).first()
        return article is not None or bool(_due_talks(session, at_once=False))


def start_relating(newsroom: Newsroom) -> Thread:
    """The same beside whatever else goes on; what breaks off is done by the next round."""
    thread = Thread(target=_relate_quietly, args=(newsroom,), daemon=True)
    thread.start()
    return thread


def _relate_quietly(newsroom: Newsroom) -> None:
    try:
        import_asked(newsroom)
        relate_all(newsroom)
    except Fenced:  # others do this worker's work; it says so itself
        return
    except Exception:
        log.exception("relating broke off; the next round goes on with it")


@contextmanager
def _alone(newsroom: Newsroom) -> Iterator[None]:
    newsroom.settings.home.mkdir(parents=True, exist_ok=True)
    with (newsroom.settings.home / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _due_talks(session: Session, *, at_once: bool) -> list[int]:
    """Talks with a transcript that were never related, or have changed since and come to rest."""
    query = (
        select(Episode.id, EpisodeRelated.at)
        .outerjoin(EpisodeRelated, col(EpisodeRelated.episode_id) == col(Episode.id))
        .where(col(Episode.state).in_(TALKS))
        .where(
            sa.or_(
                col(EpisodeRelated.revision).is_(None), col(EpisodeRelated.revision) != col(Episode.revision)
            )
        )
    )
    rows = session.exec(query.order_by(col(Episode.id))).all()
    return [one or 0 for one, at in rows if at_once or at is None or now() - at >= SETTLED]


class _Round:
    """One round of relating: everything is read once, compared, and written down in parts."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom, self.engine, self.at = newsroom, newsroom.engine, now()
        self.links = Links(self.engine)
        self.quoted: dict[tuple[int, int], list[Quotation]] = {}

    def go(self, slugs: Sequence[str], *, at_once: bool) -> Related:
        with reading(self.engine) as session:
            named = select(Episode.id).where(col(Episode.slug).in_(slugs))
            talks = (
                [one or 0 for one in session.exec(named)] if slugs else _due_talks(session, at_once=at_once)
            )
            due = select(Article.id).where(col(Article.related_at).is_(None)).order_by(col(Article.id))
            articles = [one or 0 for one in session.exec(due)]
        if not talks and not articles:
            return Related()
        self.texts = Texts(self.newsroom, self.at, set(talks), set(articles))
        new = sum(self._relate_talk(talk) for talk in talks)
        for at in range(0, len(articles), AT_ONCE):
            new += self._relate_articles(articles[at : at + AT_ONCE])
        return Related(len(talks), len(articles), new)

    def _relate_talk(self, talk_id: int) -> int:
        """Find the articles of a talk and write them down; how many links are new."""
        talk = self.texts.talk(talk_id)
        linking = self.links.to_talk(talk)
        found = near(self.texts.articles, self.texts.talk_entries[talk_id], linking)
        suggestions = [self._suggest(talk, one, common, one in linking) for one, common in found.items()]
        with writing(self.engine) as session:
            sure = [one for one in suggestions if one.confidence >= KEPT_FROM]
            new = keep_suggestions(session, sure, episode_id=talk_id)
            drop_passages(session, episode_id=talk_id)
            for one in sure:
                self._keep_passages(session, talk, one.article_id)
            known = session.get(EpisodeRelated, talk_id) or EpisodeRelated(
                episode_id=talk_id, revision=0, at=self.at
            )
            known.revision, known.at = self.texts.talk_entries[talk_id].stamp, self.at
            session.add(known)
        return new

    def _relate_articles(self, ids: Sequence[int]) -> int:
        """Find the talks of these articles and write them down, all at once; how many links are new."""
        found: dict[int, list[Suggestion]] = {}
        for article_id in ids:
            linked = self.links.of_article(self.texts.article(article_id)) & self.texts.talk_entries.keys()
            talks = near(self.texts.talks, self.texts.article_entries[article_id], linked)
            found[article_id] = [
                self._suggest(self.texts.talk(one), article_id, common, one in linked)
                for one, common in talks.items()
            ]
        new = 0
        with writing(self.engine) as session:
            for article_id, suggestions in found.items():
                sure = [one for one in suggestions if one.confidence >= KEPT_FROM]
                new += keep_suggestions(session, sure, article_id=article_id)
                drop_passages(session, article_id=article_id)
                for one in sure:
                    self._keep_passages(session, self.texts.talk(one.episode_id), article_id)
            session.execute(sa.update(Article).where(col(Article.id).in_(ids)).values(related_at=self.at))
        return new

    def _suggest(self, talk: Talk, article_id: int, common: Common, is_linked: bool) -> Suggestion:
        article = self.texts.article(article_id)
        author = next((name for name in talk.guests if _wrote(article, name)), "")
        days = abs((article.published_at - talk.day).days) if article.published_at and talk.day else None
        common = replace(common, is_linked=is_linked, is_by_guest=bool(author), days_apart=days)
        quotes = sum(one.is_quoted for one in self._passages(talk, article))
        sure = confidence(replace(common, quotations=quotes))
        if sure < KEPT_FROM:
            return Suggestion(talk.episode.id or 0, article_id, sure, Evidence())
        evidence = gather_evidence(
            talk.reading, self.texts.reading(article_id), self.texts.articles.weights_of
        )
        evidence = replace(evidence, is_linked=is_linked, author=author, days_apart=days, quotations=quotes)
        return Suggestion(talk.episode.id or 0, article_id, sure, evidence)

    def _keep_passages(self, session: Session, talk: Talk, article_id: int) -> None:
        article = self.texts.article(article_id)
        keep_passages(session, article, talk.episode.id or 0, talk.script, self._passages(talk, article))

    def _passages(self, talk: Talk, article: Article) -> list[Quotation]:
        """What the article quotes of the talk; looked for once."""
        pair = talk.episode.id or 0, article.id or 0
        if pair not in self.quoted:
            self.quoted[pair] = find_passages(article, talk.speech)
        return self.quoted[pair]


def near(library: Library, entry: Entry, linked: Set[int]) -> dict[int, Common]:
    """What a text has in common with those worth a closer look, by their ids: with the ones it is linked to, then with
    the likeliest."""
    places = [at for one in sorted(linked) if (at := library.place_of(one)) is not None]
    found = library.likeliest(entry, LOOKED_AT_FROM, MOST_KEPT, places)
    chosen = [*places, *(at for at in found if at not in places)][:MOST_KEPT]
    return {library.entries[at].id: found[at] for at in chosen}


def _wrote(article: Article, name: str) -> bool:
    return any(fold(author) == fold(name) for author in authors_of(article.byline or article.author))
