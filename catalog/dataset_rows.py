"""The rows of a release, made of what readers are shown. What each column means is in `datasheet`."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, select

from catalog.datasheet import TABLES
from catalog.ledger import Wanted, read_claims
from catalog.models import Article, EpisodeArticle, Review

Row = dict[str, Any]


def pick(table: str, values: Row) -> Row:
    """The table's columns, in their order."""
    columns = next(one.columns for one in TABLES if one.name == table)
    return {column.name: values[column.name] for column in columns}


def turn_rows(slug: str, content: Row) -> Iterator[Row]:
    ids = _Ids()
    rows = [
        {
            **turn["speaker"],
            "turn_id": ids.give(f"{slug}@{turn['start_ms']}"),
            "episode": slug,
            "start_ms": turn["start_ms"],
            "end_ms": turn["end_ms"],
            "speaker": turn["speaker"]["name"],
            "language": turn["passages"][0]["language"],
            "text": " ".join(passage["text"] for passage in turn["passages"] if passage["text"]),
        }
        for turn in content["turns"]
    ]
    for row in sorted(rows, key=lambda row: (row["start_ms"], row["turn_id"])):
        yield pick("turns", row)


class _Ids:
    """Sees to it that no two rows have one id: the second begins at the same moment and says so."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def give(self, wanted: str) -> str:
        self._given[wanted] += 1
        number = self._given[wanted]
        return wanted if number == 1 else f"{wanted}.{number:03}"


@dataclass
class People:
    """Who takes part, counted talk by talk."""

    _names: dict[str, str] = field(default_factory=dict)
    _roles: dict[str, Counter[str]] = field(default_factory=dict)

    def count(self, content: Row) -> None:
        for line in content["cast"]:
            self._names[line["person"]] = line["name"]
            self._roles.setdefault(line["person"], Counter())[line["role"]] += 1

    def rows(self) -> list[Row]:
        return [
            {
                "person_id": slug,
                "name": self._names[slug],
                "episodes": self._roles[slug].total(),
                "roles": ", ".join(sorted(self._roles[slug])),
            }
            for slug in sorted(self._names)
        ]


def claim_rows(session: Session, slug: str) -> Iterator[Row]:
    """The recorded claims of a talk, as they were spoken."""
    for line in read_claims(session, Wanted(talk=slug), limit=None, as_spoken=True):
        yield {
            "claim_id": line.short_id,
            "episode": slug,
            "start_ms": line.start_ms,
            "end_ms": line.end_ms,
            "speaker": line.speaker,
            "certainty": line.certainty,
            "person": line.person_slug,
            "role": line.role,
            "affiliation": line.affiliation,
            "language": line.language,
            "text": line.text,
            "status": line.status,
            "about": "; ".join(one.name for one in line.subjects),
            "note": line.note,
            "reply": line.reply,
        }


def link_rows(session: Session, slug: str, episode_id: int) -> Iterator[Row]:
    articles = session.exec(
        select(Article)
        .join(EpisodeArticle)
        .where(EpisodeArticle.episode_id == episode_id, EpisodeArticle.review == Review.CONFIRMED)
    )
    rows = [
        {
            "link_id": f"{slug}#{hashlib.sha256(one.url.encode()).hexdigest()[:16]}",
            "episode": slug,
            "url": one.url,
            "title": one.title,
            "author": one.author,
            "published": one.published_at.date().isoformat() if one.published_at else "",
            "language": one.language,
        }
        for one in articles
    ]
    yield from sorted(rows, key=lambda row: row["link_id"])
