"""The newsroom's written articles for readers: their list, and of each a short extract, the original's address, and the
talks that belong to it. Which do, and why, is asked of the catalog."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import RedirectResponse, Response

from catalog.articles import WITHOUT_ADDRESS, count_articles, find_article, list_articles
from catalog.authority.topics import Written
from catalog.errors import NotFound
from catalog.models import Article
from catalog.reading import EpisodePage
from catalog.related import RelatedArticle, articles_of_talk, talks_of_article
from catalog.slugs import slugify
from web.deps import PageNumber, Reader, Visit
from web.making import pages_of
from web.reasons import tell

ON_PAGE = 30
router = APIRouter(include_in_schema=False)
page = pages_of(router)
Name = Annotated[str, Path(pattern=r"^[1-9]\d{0,8}(-[a-z0-9-]{0,120})?$")]


@page("/articles")
def articles(visit: Reader, number: PageNumber = 1) -> Response:
    count = count_articles(visit.session)
    listed = list_articles(visit.session, limit=ON_PAGE, offset=(number - 1) * ON_PAGE)
    if not listed and number > 1:
        raise NotFound("The list of articles is not that long.")
    return visit.show(
        "articles.html",
        articles=[(one, address_of(one)) for one in listed],
        count=count,
        number=number,
        last=max(1, -(-count // ON_PAGE)),
    )


@page("/articles/{name}")
def article(visit: Reader, name: Name) -> Response:
    """The number finds it; whatever words stand behind it, the page has one address."""
    found = find_article(visit.session, int(name.partition("-")[0]))
    settings = visit.site.newsroom.settings
    if address_of(found) != f"/articles/{name}":
        return RedirectResponse(f"{visit.language.root}{address_of(found)}", 301)
    talks = talks_of_article(visit.session, found.id or 0, settings.related_from)
    return visit.show(
        "article.html",
        article=found,
        original=original_of(found),
        extract=extract_of(found, settings.extract_words),
        talks=[(one, one.reason or tell(visit.language, one.evidence, one.guests)) for one in talks],
        path=address_of(found),
    )


def related_values(visit: Visit, talk: EpisodePage) -> list[dict[str, object]]:
    """The articles that a talk's page shows, each with its reason as this reader reads it; names in `talk` stand as the
    record has them."""
    shown = articles_of_talk(visit.session, talk, visit.site.newsroom.settings.related_from)
    return [
        {
            "article": one,
            "address": address_of(one),
            "reason": one.reason or tell(visit.language, one.evidence, one.guests),
            "passages": [passage for passage in one.passages if passage.is_public],
        }
        for one in shown
    ]


def address_of(article: Article | RelatedArticle | Written) -> str:
    """Our page of it."""
    return f"/articles/{article.id}-{slugify(article.title, 'article')}"


def original_of(article: Article) -> str:
    """Where it was published; empty where that is not known, or it is there no more."""
    return "" if article.url.startswith(WITHOUT_ADDRESS) or article.gone_at else article.url


def extract_of(article: Article, longest: int) -> str:
    """Its beginning, so many words of it.

    >>> extract_of(Article(url="", title="", text="One two three four"), 3)
    'One two three …'
    """
    words = article.text.split()
    return " ".join(words[:longest]) + (" …" if len(words) > longest > 0 else "")
