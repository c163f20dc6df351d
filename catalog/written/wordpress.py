"""Posts as the REST interface of WordPress lists them, into articles. Paging and fetching are in `gather`."""

from datetime import UTC, datetime
from typing import Any

from catalog.errors import InvalidQuery
from catalog.written.decode import mend
from catalog.written.feed import article_of
from catalog.written.found import Found, addresses_in
from catalog.written.prose import plain, read_prose
from catalog.written.talks import candidate, is_talk


def read_posts(posts: list[Any], address: str, show_titles: tuple[str, ...] = ()) -> Found:
    """The articles of one page of posts; a post that cannot be read is a problem."""
    articles, candidates, problems = [], [], []
    for number, post in enumerate(posts, 1):
        if not isinstance(post, dict) or not (title := plain(mend(_rendered(post, "title")))):
            problems.append(f"{address}, post {number}: it has no title.")
            continue
        if post.get("status", "publish") not in ("publish", "trash"):
            continue
        html = mend(_rendered(post, "content") or _rendered(post, "excerpt"))
        try:
            lines = read_prose(html).paragraphs
        except InvalidQuery as problem:
            problems.append(f"{address}, post {number}: {problem.sentence}.")
            continue
        if is_talk(title, lines):
            candidates.append(candidate(title, lines, show_titles, addresses_in(html)))
            continue
        articles.append(
            article_of(
                title,
                html,
                url=str(post.get("link") or ""),
                author=_author(post),
                date=_date(post),
                gone=post.get("status") == "trash",
            )
        )
    changed = [_date(post, "modified_gmt") for post in posts if isinstance(post, dict)]
    newest = max(filter(None, changed), default=None)
    return Found(tuple(articles), tuple(candidates), tuple(problems), newest=newest)


def _rendered(post: dict[str, Any], name: str) -> str:
    told = post.get(name, "")
    return str(told.get("rendered", "") if isinstance(told, dict) else told or "")


def _author(post: dict[str, Any]) -> str:
    embedded = post.get("_embedded")
    authors = embedded.get("author") if isinstance(embedded, dict) else None
    listed = authors if isinstance(authors, list) else []
    names = [plain(mend(str(one.get("name", "")))) for one in listed if isinstance(one, dict)]
    return " AND ".join(filter(None, names))


def _date(post: dict[str, Any], name: str = "") -> datetime | None:
    told = str((post.get(name) if name else post.get("date_gmt") or post.get("date")) or "")
    try:
        return datetime.fromisoformat(told.replace("Z", "+00:00")).replace(tzinfo=UTC) if told else None
    except ValueError:
        return None
