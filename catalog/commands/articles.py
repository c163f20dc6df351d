"""Commands on the newsroom's written articles: bringing them in, listing them, looking again at where they are from."""

from dataclasses import replace
from typing import Annotated, Any

import typer

from catalog.articles import (
    WITHOUT_ADDRESS,
    Change,
    Kept,
    article_sources,
    articles,
    keep_articles,
    remember_source,
)
from catalog.commands.output import AsJson, newsroom, print_json, print_table, say
from catalog.db import reading, writing
from catalog.models import Article
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.written.found import Found
from catalog.written.gather import LARGEST_PAGE, Gatherer
from media.errors import MediaError
from media.fetch import fetch_bytes
from media.guard import Limits

PAGE_TIMEOUT_S = 60

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="articles", help="Written articles: bring in, list, look again.")


@group.command("import")
def import_articles(
    source: Annotated[
        str,
        typer.Argument(
            help="A WordPress site, a feed, a sitemap or a page by its address; or a file: feed, WXR export, HTML, "
            "plain-text scrape of an archive page, list of addresses."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Bring in written articles; talks among them are named as episode candidates."""
    house = newsroom()
    found = _gatherer(house).gather(source)
    kept = _keep(house, source, found)
    if as_json:
        print_json(_report(found, kept))
        return
    _say_report(found, kept)


@group.command("list")
def list_articles(as_json: AsJson = False) -> None:
    """List the articles, the newest first; those deleted at their source say so."""
    with reading(newsroom().engine) as session:
        rows = [_told(article) | {"gone": article.gone_at is not None} for article in articles(session)]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("date", "title", "byline", "address"),
        (
            (row["date"], row["title"], row["byline"], "deleted there" if row["gone"] else row["url"])
            for row in rows
        ),
        empty="There are no articles yet. `presstalk articles import SOURCE` brings them in.",
    )


@group.command("poll")
def poll_articles(as_json: AsJson = False) -> None:
    """Look again at every address articles were imported from: new, changed and deleted ones."""
    house = newsroom()
    with reading(house.engine) as session:
        urls = [source.url for source in article_sources(session)]
    told = []
    for url in urls:
        try:
            found = _gatherer(house).gather(url)
        except MediaError as problem:
            with writing(house.engine) as session:
                remember_source(session, url, now(), problem.sentence)
            told.append({"url": url, "problem": problem.sentence})
            continue
        told.append({"url": url, **_report(found, _keep(house, url, found))})
    if as_json:
        print_json(told)
        return
    for one in told:
        say(f"{one['url']}: {one.get('problem') or _counts(one)}")
    if not told:
        say("No address is known yet. `presstalk articles import ADDRESS` brings articles in from one.")


def _gatherer(house: Newsroom) -> Gatherer:
    limits = Limits(**house.settings.limits())
    page = replace(limits, timeout_s=min(PAGE_TIMEOUT_S, limits.timeout_s))
    show_titles = (house.settings.site_title, house.settings.publisher)
    return Gatherer(lambda url: fetch_bytes(url, page, LARGEST_PAGE), show_titles)


def _keep(house: Newsroom, source: str, found: Found) -> Kept:
    with writing(house.engine) as session:
        kept = keep_articles(session, found, source, now())
        if source.startswith(("http://", "https://")):
            remember_source(session, source, now(), "\n".join(found.problems))
    return kept


def _report(found: Found, kept: Kept) -> dict[str, Any]:
    return {
        "articles": [_told(article) | {"change": change.value} for article, change in kept.changes],
        "episode_candidates": [
            {
                "title": one.title,
                "description": one.description,
                "cast": [
                    {"name": member.name, "role": member.role, "affiliation": member.affiliation}
                    for member in one.cast
                ],
            }
            for one in found.candidates
        ],
        "problems": list(found.problems),
    }


def _told(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "byline": article.byline,
        "date": article.published_at.date().isoformat() if article.published_at else None,
        "url": "" if article.url.startswith(WITHOUT_ADDRESS) else article.url,
    }


def _say_report(found: Found, kept: Kept) -> None:
    counts = [f"{count} {change.value}" for change in Change if (count := kept.count(change))]
    say(f"Articles: {', '.join(counts) or 'none'}.")
    for one in found.candidates:
        say(
            f"A talk, not an article: {one.title}"
            + "".join(f"; {member.name} ({member.role})" for member in one.cast)
        )
    for problem in found.problems:
        say(f"Not read: {problem}")


def _counts(report: dict[str, Any]) -> str:
    changes = [article["change"] for article in report["articles"]]
    told = [f"{changes.count(change.value)} {change.value}" for change in Change if change.value in changes]
    return f"{', '.join(told) or 'nothing'}; {len(report['problems'])} problems"
