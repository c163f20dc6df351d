"""Written articles as a search of programs finds them, and found words with what was looked for marked."""

import datetime as dates

from pydantic import Field

from catalog.search.answering import Sort
from catalog.search.tables import Tables
from catalog.search.written import (
    ArticleHit,
    FoundArticles,
    asks_for_articles,
    asks_for_articles_only,
    search_articles,
)
from web.api.asking import Asking
from web.api.values import Value


class SnippetPiece(Value):
    """A piece of the words, and whether it is what was looked for."""

    text: str
    found: bool


class FoundArticleValue(Value):
    """A written article in which it stands."""

    id: int
    title: str
    date: dates.date | None
    url: str | None = Field(description="The original; null where it is not known or was taken down.")
    page: str = Field(description="The permanent link: its page here.")
    snippet: list[SnippetPiece]


def find_articles(
    asking: Asking, text: str, limit: int, cursor: str, sort: Sort, tables: Tables | None, *, expand: bool
) -> FoundArticles:
    """The articles a query asks for. Alone they come in pages; beside turns, the first few on the first page."""
    alone = asks_for_articles_only(text)
    if not asks_for_articles(text) or (cursor and not alone):
        return FoundArticles()
    return search_articles(
        asking.session,
        asking.site.read_articles(),
        text,
        limit=limit,
        after=cursor if alone else "",
        sort=sort,
        expand=expand,
        tables=tables,
    )


def article_value(asking: Asking, hit: ArticleHit) -> FoundArticleValue:
    return FoundArticleValue(
        id=hit.id,
        title=hit.title,
        date=hit.published_at and hit.published_at.date(),
        url=hit.url or None,
        page=asking.link(f"/articles/{hit.id}"),
        snippet=[SnippetPiece(text=piece, found=found) for piece, found in hit.snippet],
    )
