"""Links that somebody made: articles that link to a talk, embed it or print its title."""

from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import col, select

from catalog.db import reading
from catalog.models import Article, Episode, EpisodeSource
from catalog.normalize import fold
from catalog.relating.texts import Talk
from media.errors import MediaError
from media.sources import recognise

TITLE_WORDS = 5  # of a title that names its talk, wherever it stands
SHORTEST_MARK = 8  # characters of what a source calls a talk


class Links:
    """What links to what, while one round lasts."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def to_talk(self, talk: Talk) -> set[int]:
        """Articles that link to a talk or embed it, or print its title."""
        marks = [mark for _, mark in talk.sources if len(mark) >= SHORTEST_MARK] + [f"/e/{talk.episode.slug}"]
        title = talk.episode.title
        told = [col(Article.links).contains(mark, autoescape=True) for mark in marks]
        if len(title.split()) >= TITLE_WORDS:
            told.append(col(Article.text).contains(title, autoescape=True))
        with reading(self.engine) as session:
            return {one or 0 for one in session.exec(select(Article.id).where(sa.or_(*told)))}

    def of_article(self, article: Article) -> set[int]:
        """Talks an article links to, embeds, or names by their titles."""
        known = self._known_talks
        text = fold(article.text)
        linked = {one for one, title, _ in known if len(title.split()) >= TITLE_WORDS and fold(title) in text}
        for address in article.links.splitlines():
            linked |= self._sources.get(_source(address) or ("", ""), set())
            linked |= {one for one, _, slug in known if address.rstrip("/").endswith(f"/e/{slug}")}
        return linked

    @cached_property
    def _known_talks(self) -> list[tuple[int, str, str]]:
        with reading(self.engine) as session:
            rows = session.exec(select(Episode.id, Episode.title, Episode.slug)).all()
        return [(one or 0, title, slug) for one, title, slug in rows]

    @cached_property
    def _sources(self) -> dict[tuple[str, str], set[int]]:
        with reading(self.engine) as session:
            rows = session.exec(
                select(EpisodeSource.provider, EpisodeSource.external_id, EpisodeSource.episode_id)
            ).all()
        talks: dict[tuple[str, str], set[int]] = {}
        for provider, external_id, episode_id in rows:
            talks.setdefault((provider, external_id), set()).add(episode_id)
        return talks


def _source(address: str) -> tuple[str, str] | None:
    try:
        source = recognise(address)
    except MediaError:
        return None
    return source.provider, source.external_id
