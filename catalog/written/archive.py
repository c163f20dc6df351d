"""A plain-text scrape of a blog's archive page, where article follows article, read back into its entries. Pure."""

from dataclasses import dataclass

import regex

from catalog.written.bylines import (
    is_caption,
    is_cross_link,
    is_embed,
    read_byline,
    read_date,
    sort_lines,
    take_head,
)
from catalog.written.found import Found, FoundArticle, addresses_in
from catalog.written.talks import candidate, is_talk_title, tells_of_talk

LONGEST_TITLE = 200

_ENDS_SENTENCE = regex.compile(r"[.;,:۔।]\s*$")


@dataclass(frozen=True)
class _Entry:
    """Lines `title` up to the next entry; a talk, or an article."""

    title: int
    is_talk: bool


def read_archive(text: str, show_titles: tuple[str, ...] = ()) -> Found:
    """The articles of a scrape, in its order, and the talks between them as candidates with their cast.

    >>> found = read_archive("A Dry Year\\n\\nBy Sana Misaal AND Gul Nakli\\n\\nThe wells are low.")
    >>> found.articles[0].title, found.articles[0].byline, found.articles[0].text
    ('A Dry Year', 'Sana Misaal AND Gul Nakli', 'The wells are low.')
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    entries = _entries(lines)
    if not entries:
        return Found(
            problems=("No article was found in this text: none has a title with a byline or a date.",)
        )
    ends = [entry.title for entry in entries[1:]] + [len(lines)]
    articles, candidates = [], []
    for entry, end in zip(entries, ends, strict=True):
        part = lines[entry.title : end]
        if entry.is_talk:
            candidates.append(candidate(part[0], part[1:], show_titles))
        else:
            articles.append(_article(part))
    lost = _lost(lines[: entries[0].title])
    return Found(tuple(articles), tuple(candidates), lost)


def _lost(lines: list[str]) -> tuple[str, ...]:
    long = [line for line in lines if len(line) > LONGEST_TITLE]
    return (f"{len(long)} paragraphs before the first title belong to no article.",) if long else ()


def _entries(lines: list[str]) -> list[_Entry]:
    found: dict[int, _Entry] = {}
    for at, line in enumerate(lines):
        if read_byline(line) or read_date(line):
            title = _title_above(lines, at, set(found))
            if title is not None and not _is_credit(lines, at, found):
                found[title] = _Entry(title, is_talk=_is_talk(lines, title))
    for at in range(len(lines) - 1):
        if at not in found and _begins_talk(lines, at) and not _heads(lines, at + 1):
            found[at] = _Entry(at, is_talk=True)
    return [found[at] for at in sorted(found)]


def _heads(lines: list[str], at: int) -> bool:
    return bool(read_byline(lines[at]) or read_date(lines[at]))


def _title_above(lines: list[str], at: int, taken: set[int]) -> int | None:
    """The title of the byline or date in this line: what stands above it, other such lines skipped."""
    above = at - 1
    while above >= 0 and _heads(lines, above):
        above -= 1
    return above if above >= 0 and above not in taken and _may_be_title(lines[above]) else None


def _is_credit(lines: list[str], at: int, found: dict[int, _Entry]) -> bool:
    """Whether a byline stands under a picture and names who took it."""
    return is_caption(lines[at - 1]) and bool(found)


def _may_be_title(line: str) -> bool:
    if len(line) > LONGEST_TITLE or _ENDS_SENTENCE.search(line):
        return False
    return not (is_caption(line) or is_cross_link(line) or is_embed(line))


def _begins_talk(lines: list[str], at: int) -> bool:
    if not _may_be_title(lines[at]) or (tells_of_talk(lines[at]) and not is_talk_title(lines[at])):
        return False
    below = lines[at + 1]
    if is_talk_title(lines[at]):
        return tells_of_talk(" ".join(lines[at + 1 : at + 4])) or not _may_be_title(below)
    return tells_of_talk(below) and not is_cross_link(below) and len(lines[at].split()) > 2


def _is_talk(lines: list[str], title: int) -> bool:
    """An entry with a date may be a talk; one with a byline is an article, whatever it is called."""
    below = lines[title + 1 : title + 4]
    if any(read_byline(line) for line in below):
        return False
    return bool(is_talk_title(lines[title]) or tells_of_talk(" ".join(below)))


def _article(lines: list[str]) -> FoundArticle:
    byline, date, rest = take_head(lines[1:])
    body = sort_lines(rest)
    return FoundArticle(
        title=lines[0],
        byline=byline.who,
        dateline=byline.dateline,
        published_at=date,
        text=body.text,
        captions=body.captions,
        links=body.links,
        addresses=addresses_in(" ".join(rest)),
    )
