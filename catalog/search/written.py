"""Searching written articles: an index of their own beside that of the turns, in the same language of queries. What a
reader asks for with `in:` and `article:` is decided here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from zlib import crc32

from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from catalog.articles import WITHOUT_ADDRESS
from catalog.db import reading
from catalog.models import Article, EpisodeArticle, Review
from catalog.normalize import fold
from catalog.search.answering import Sort
from catalog.search.documents import Entry
from catalog.search.expand import expand as other_spellings
from catalog.search.facets import Facet
from catalog.search.finding import Finder
from catalog.search.index import TurnIndex
from catalog.search.query import Note, Query, parse
from catalog.search.said import Said
from catalog.search.snippet import Pieces, best_match, cut_snippet
from catalog.search.tables import Tables, starter_tables
from catalog.transcripts import NOBODY, Passage, SpokenTurn

FOLDER = "articles"  # beside the index of the turns
AT_ONCE = 200  # articles, in one commit
LIKELY = 0.8  # a link nobody confirmed counts from here on
MOST_CALLED_SO = 50
OF_ARTICLES = ("year", "language")  # what they can be narrowed by
OF_TALKS = ("speaker", "role", "topic", "is", "episode")


@dataclass(frozen=True)
class ArticleHit:
    """An article that answers; `snippet` shows where."""

    id: int
    title: str
    url: str
    byline: str
    language: str
    published_at: datetime | None
    is_gone: bool
    snippet: Pieces

    @property
    def snippet_text(self) -> str:
        return "".join(text for text, _ in self.snippet)


@dataclass(frozen=True)
class FoundArticles:
    """A page of the articles that answer, of how many, the cursor of the next page ("" after the last), and how they
    are spread over years and languages."""

    total: int = 0
    hits: tuple[ArticleHit, ...] = ()
    notes: tuple[Note, ...] = ()
    next: str = ""
    facets: tuple[Facet, ...] = ()


def asks_for_articles(text: str) -> bool:
    """
    >>> asks_for_articles("rain in:articles"), asks_for_articles("rain in:both"), asks_for_articles("rain")
    (True, True, False)
    """
    return bool(_places(parse(text)) & {"articles", "both"})


def asks_for_articles_only(text: str) -> bool:
    """
    >>> asks_for_articles_only("rain in:articles"), asks_for_articles_only("rain in:both")
    (True, False)
    """
    return _places(parse(text)) == {"articles"}


def asks_for_talks(query: Query) -> bool:
    """Whether turns are to be looked for: not when a reader wants articles only."""
    return _places(query) != {"articles"}


def _places(query: Query) -> set[str]:
    return {one.value for one in query.filters if one.field == "in" and not one.unwanted}


def open_articles(folder: Path, engine: Engine) -> TurnIndex:
    """The index of articles beside the one of turns in `folder`, in step with the record."""
    index = TurnIndex(folder.with_name(f"{folder.name}-{FOLDER}"), partial(_entries, engine))
    follow_articles(engine, index)
    return index


def follow_articles(engine: Engine, index: TurnIndex) -> int:
    """Repair what differs between index and record; how many articles that were."""
    known = index.stamps()
    with reading(engine) as session:
        rows = session.exec(select(Article.id, Article.related_at)).all()
    stamps = {one or 0: _stamp(at) for one, at in rows}
    differing = sorted(one for one in known.keys() | stamps.keys() if known.get(one) != stamps.get(one))
    for start in range(0, len(differing), AT_ONCE):
        part = differing[start : start + AT_ONCE]
        with reading(engine) as session:
            read = {one.id: one for one in session.exec(select(Article).where(col(Article.id).in_(part)))}
        index.update(part, partial(_of, read))
    return len(differing)


def _of(read: dict[int | None, Article], article_id: int) -> Entry | None:
    return _entry(read[article_id]) if article_id in read else None


def _stamp(at: datetime | None) -> int:
    """Articles are taken anew whenever they were related, which they are when they are new or have changed."""
    return crc32(at.isoformat().encode()) if at else 1


def _entries(engine: Engine) -> Iterator[Entry]:
    with reading(engine) as session:
        ids = session.exec(select(Article.id).order_by(col(Article.id))).all()
    for start in range(0, len(ids), AT_ONCE):
        with reading(engine) as session:
            wanted = select(Article).where(col(Article.id).in_(ids[start : start + AT_ONCE]))
            rows = session.exec(wanted).all()
        yield from map(_entry, rows)


def _entry(article: Article) -> Entry:
    """All of an article as one stretch: its words need not stand in one paragraph."""
    language = article.language.partition("-")[0]
    passages = tuple(Passage(number, 0, 0, text, language) for number, text in enumerate(_parts(article)))
    turn = SpokenTurn(NOBODY, passages)
    return Entry(article.id or 0, _stamp(article.related_at), article.published_at, (turn,))


def _parts(article: Article) -> list[str]:
    return [article.title, *article.text.split("\n\n"), article.captions, article.byline]


def search_articles(
    session: Session,
    index: TurnIndex,
    text: str,
    *,
    limit: int = 20,
    after: str = "",
    sort: Sort = Sort.RELEVANCE,
    expand: bool = True,
    tables: Tables | None = None,
) -> FoundArticles:
    """The articles that answer, the likeliest first; none unless the text asks `in:articles` or `in:both`. `after` is
    the `next` of the page before, and InvalidQuery is raised for any other."""
    asked = parse(text)
    if not _places(asked) & {"articles", "both"}:
        return FoundArticles()
    query = other_spellings(asked, tables or starter_tables()) if expand else asked
    left_out = [one.field for one in query.filters if one.field in OF_TALKS and not one.unwanted]
    notes = (Note(0, "Articles have no speaker, role or topic: none was looked for with these fields."),)
    if left_out or not query.asks_something:
        return FoundArticles(notes=notes if left_out else ())
    only = articles_meant(session, query)
    if only == []:
        return FoundArticles()
    found = index.search(query, limit=limit, after=after, only=only, sort=sort, facets=True)
    rows = select(Article).where(col(Article.id).in_([place.episode_id for place in found.places]))
    articles = {one.id: one for one in session.exec(rows)}
    hits = [hit for one in found.places if (hit := _hit(query, articles.get(one.episode_id)))]
    total = found.total - len(found.places) + len(hits)
    facets = tuple(one for one in found.facets if one.field in OF_ARTICLES) if total else ()
    return FoundArticles(total, tuple(hits), next=found.next, facets=facets)


def _hit(query: Query, article: Article | None) -> ArticleHit | None:
    """None where the words are no longer there: the index is believed about where to look, not what may be shown."""
    if article is None:
        return None
    finder = Finder(query)
    said = Said(" ".join(filter(None, _parts(article))))
    matches = finder.find(said)
    if query.groups and not matches:
        return None
    snippet = cut_snippet(said, matches, best_match(matches) if matches else None)
    return ArticleHit(
        article.id or 0,
        article.title,
        "" if article.url.startswith(WITHOUT_ADDRESS) or article.gone_at else article.url,
        article.byline,
        article.language,
        article.published_at,
        article.gone_at is not None,
        snippet,
    )


def articles_meant(session: Session, query: Query) -> list[int] | None:
    """The articles a query names with `article:`, by number, address or words of the title; None when it names none."""
    asked = [one.value for one in query.filters if one.field == "article" and not one.unwanted]
    if not asked:
        return None
    return sorted({one for value in asked for one in _called(session, value)})


def talks_of_articles(session: Session, ids: list[int]) -> list[int]:
    """The episodes that belong to these articles: by somebody's word, or surely enough by a machine's."""
    rows = session.exec(select(EpisodeArticle).where(col(EpisodeArticle.article_id).in_(ids))).all()
    return sorted(
        {
            row.episode_id
            for row in rows
            if row.review is Review.CONFIRMED
            or (row.review is Review.SUGGESTED and (row.score or 0.0) >= LIKELY)
        }
    )


def _called(session: Session, value: str) -> list[int]:
    value = value.strip()
    if value.isascii() and value.isdecimal() and len(value) < 10:
        return list(filter(None, session.exec(select(Article.id).where(Article.id == int(value)))))
    first = max(value.split(), key=len, default="")
    likely = select(Article.id, Article.title, Article.url).where(
        col(Article.title).icontains(first, autoescape=True)
        | col(Article.url).contains(value, autoescape=True)
    )
    rows = session.exec(likely.limit(MOST_CALLED_SO * 10)).all()
    wanted = fold(value).split()
    called = [one or 0 for one, title, url in rows if value in url or set(wanted) <= set(fold(title).split())]
    return called[:MOST_CALLED_SO]
