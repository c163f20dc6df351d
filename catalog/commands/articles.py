"""Commands on the newsroom's written articles: bringing them in, listing them, looking again at where they are from."""

from typing import Annotated, Any

import typer

from catalog.articles import WITHOUT_ADDRESS, Change, Kept, articles
from catalog.commands.output import AsJson, newsroom, print_json, print_table, say
from catalog.db import reading
from catalog.importing import import_source, poll_sources
from catalog.models import Article
from catalog.written.found import Found

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
    anew: Annotated[
        bool, typer.Option("--anew", help="All of it, also what has not changed since the last time.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring in written articles; talks among them are named as episode candidates."""
    found, kept = import_source(newsroom(), source, anew=anew)
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
    told = [
        {"url": url, **_report(found, kept)} if found and kept else {"url": url, "problem": problem}
        for url, found, kept, problem in poll_sources(newsroom())
    ]
    if as_json:
        print_json(told)
        return
    for one in told:
        say(f"{one['url']}: {one.get('problem') or _counts(one)}")
    if not told:
        say("No address is known yet. `presstalk articles import ADDRESS` brings articles in from one.")


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
                "url": one.address,
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
