"""Talks and articles of the record as they are compared: read once, kept in files. What is done with them
is in `rounds`."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zlib import crc32

import numpy as np
from sqlmodel import col, select

from catalog.alignment import Speech
from catalog.db import reading
from catalog.errors import InvalidQuery
from catalog.models import Article, Episode, EpisodeSource, EpisodeState, Role
from catalog.newsroom import Newsroom
from catalog.passages import speech_of
from catalog.people import CastLine, cast_of
from catalog.relate.library import Entry, Library, Rarity, Shares, load_entries, save_entries
from catalog.relate.reading import Reading, read_text
from catalog.relating.named import Known, known_in_articles, known_in_talk, with_known
from catalog.script import Script, read_script
from catalog.search.embedding import Embedder, load_embedder
from catalog.transcripts import read_turns

log = logging.getLogger(__name__)

FORM = "2"  # of what is read of a text; another number has every text read anew
AT_ONCE = 500  # articles that are read together
LONG, MOST_PIECES = 2_000, 40  # characters of a text whose meaning is taken at once, and how many such pieces
TALKS = (EpisodeState.REVIEW, EpisodeState.PUBLISHED)


@dataclass(frozen=True)
class Talk:
    episode: Episode
    cast: tuple[CastLine, ...]
    reading: Reading
    script: Script
    speech: Speech
    sources: frozenset[tuple[str, str]]

    @property
    def guests(self) -> list[str]:
        return [line.name for line in self.cast if line.role not in (Role.MODERATOR, Role.HOST)]

    @property
    def day(self) -> datetime | None:
        return self.episode.recorded_at or self.episode.aired_at or self.episode.published_at


class Texts:
    """Both libraries as the record has them at the moment `at`; the talks and articles named `again` are read anew."""

    def __init__(self, newsroom: Newsroom, at: datetime, talks: set[int], articles: set[int]) -> None:
        self.engine, self.at = newsroom.engine, at
        self.folder = newsroom.settings.home / "related"
        self.embedder = _embedder(newsroom)
        self.made_with = f"{FORM}-{self.embedder.name if self.embedder else ''}"
        self.talk = lru_cache(maxsize=64)(self._talk)
        self.article = lru_cache(maxsize=256)(self._article)
        self.reading = lru_cache(maxsize=256)(self._reading)
        with reading(self.engine) as session:
            public = select(Episode.id, Episode.revision).where(col(Episode.state).in_(TALKS))
            stamps = {one or 0: revision for one, revision in session.exec(public)}
            dated = session.exec(select(Article.id, Article.related_at)).all()
        of_talks = self._entries("talks", stamps, talks)
        of_articles = self._entries(
            "articles", {one or 0: stamp_at(day or at) for one, day in dated}, articles
        )
        rarity = Rarity([of_talks, of_articles])
        self.talks, self.articles = Library(of_talks, rarity), Library(of_articles, rarity)
        self.talk_entries = {entry.id: entry for entry in of_talks}
        self.article_entries = {entry.id: entry for entry in of_articles}

    def _entries(self, name: str, stamps: Mapping[int, int], again: set[int]) -> list[Entry]:
        path = self.folder / f"{name}.npz"
        kept = load_entries(path, self.made_with)
        known = {
            one: kept[one] for one in stamps.keys() & kept.keys() - again if kept[one].stamp == stamps[one]
        }
        missing = sorted(stamps.keys() - known.keys())
        made = self._read_articles(missing) if name == "articles" else self._read_talks(missing, stamps)
        known |= {entry.id: entry for entry in made}
        entries = [known[one] for one in sorted(known)]
        if made or len(kept) != len(entries):
            save_entries(path, entries, self.made_with)
        return entries

    def _read_articles(self, ids: Sequence[int]) -> list[Entry]:
        made: list[Entry] = []
        for at in range(0, len(ids), AT_ONCE):
            with reading(self.engine) as session:
                wanted = select(Article).where(col(Article.id).in_(ids[at : at + AT_ONCE]))
                rows = session.exec(wanted).all()
                known = known_in_articles(session, rows)
            readings = [_read_article(row, known.get(row.id or 0, ())) for row in rows]
            vectors = self._vectors([f"{row.title}. {row.text}" for row in rows])
            stamps = [stamp_at(row.related_at or self.at) for row in rows]
            made += [
                Entry.of(row.id or 0, stamp, reading, vector)
                for row, stamp, reading, vector in zip(rows, stamps, readings, vectors, strict=True)
            ]
        return made

    def _read_talks(self, ids: Sequence[int], stamps: Mapping[int, int]) -> list[Entry]:
        made = []
        for one in ids:
            talk = self.talk(one)
            text = f"{talk.episode.title}. {' '.join(word.text for word in talk.script.words)}"
            made.append(Entry.of(one, stamps[one], talk.reading, self._vectors([text])[0]))
        return made

    def _vectors(self, texts: Sequence[str]) -> list[Shares]:
        """What each text means: of a long one the mean of its pieces."""
        if self.embedder is None:
            return [np.zeros(0, np.float32)] * len(texts)
        pieces = [
            [text[at : at + LONG] for at in range(0, len(text), LONG)][:MOST_PIECES] or [""] for text in texts
        ]
        rows = self.embedder.embed([piece for some in pieces for piece in some])
        ends = np.cumsum([len(some) for some in pieces])[:-1]
        return [part.mean(axis=0).astype(np.float32) for part in np.split(rows, ends)]

    def _talk(self, talk_id: int) -> Talk:
        with reading(self.engine) as session:
            episode = session.get_one(Episode, talk_id)
            cast = tuple(cast_of(session, [talk_id], public=True).get(talk_id, ()))
            script = read_script(session, talk_id)
            rows = session.exec(
                select(EpisodeSource.provider, EpisodeSource.external_id).where(
                    EpisodeSource.episode_id == talk_id
                )
            ).all()
            turns = read_turns(session, talk_id)
            known = known_in_talk(session, talk_id)
        spoken = "\n".join(turn.text for turn in turns)
        names = " and ".join(
            f"with {line.name}" for line in cast if line.role not in (Role.MODERATOR, Role.HOST)
        )
        text = f"{episode.summary}\n{names}\n{spoken}"
        return Talk(
            episode,
            cast,
            with_known(read_text(episode.title, text), known),
            script,
            speech_of(script),
            frozenset((a, b) for a, b in rows),
        )

    def _article(self, article_id: int) -> Article:
        with reading(self.engine) as session:
            article = session.get_one(Article, article_id)
            session.expunge(article)
        return article

    def _reading(self, article_id: int) -> Reading:
        article = self.article(article_id)
        with reading(self.engine) as session:
            known = known_in_articles(session, [article])
        return _read_article(article, known.get(article_id, ()))


def stamp_at(at: datetime) -> int:
    """Another number for another moment."""
    return crc32(at.isoformat().encode())


def _read_article(article: Article, known: Iterable[Known]) -> Reading:
    return with_known(read_text(article.title, f"{article.text}\n{article.captions}"), known)


def _embedder(newsroom: Newsroom) -> Embedder | None:
    try:
        return load_embedder(newsroom.settings.embedder)
    except InvalidQuery:
        log.warning("the embedder cannot be used; articles are related by their words alone")
        return None
