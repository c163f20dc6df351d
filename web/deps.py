"""What a route is handed: the site, a session that only reads, an episode that may be seen. No page is made here."""

import logging
from collections.abc import AsyncIterator, Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Path, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from catalog.clips import ClipShelf
from catalog.db import DatabaseUnusable, reading
from catalog.episodes import find_episode, is_told_withdrawn
from catalog.errors import InvalidQuery, NotFound
from catalog.models import Episode, EpisodeState
from catalog.newsroom import Newsroom
from catalog.reading import EpisodeCard, EpisodePage
from catalog.remembered import Remembered, Version
from catalog.search.generations import FolderStamp
from catalog.search.index import TurnIndex
from catalog.search.refresh import follow_meanings, open_index
from catalog.search.spellings import glossary_stamp
from catalog.search.written import follow_articles, open_articles
from catalog.sequence import sequence_of
from catalog.transcripts import Passage, Speaker
from web.assets import Assets
from web.copies import CopyShelf
from web.gate import CLOSED, Gate
from web.language import Language
from web.render import Pages
from web.spelling import names_for, people_in, people_of, spell_card, spell_page

if TYPE_CHECKING:
    from catalog.search.meaning import Meanings


log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Site:
    """All that the pages stand on; one for each application."""

    newsroom: Newsroom
    pages: Pages
    assets: Assets
    copies: CopyShelf = field(default_factory=CopyShelf)
    gate: Gate = field(default_factory=Gate)
    said: Remembered[Version, tuple[Speaker, Passage] | None] = field(default_factory=lambda: Remembered(50))

    def stamp(self) -> Hashable:
        """Another one whenever a page may look different: record, index, glossary or day have changed. None is good
        while we may not serve."""
        if not self.gate.is_open:
            raise DatabaseUnusable(CLOSED)
        newsroom = self.newsroom
        return (
            sequence_of(newsroom.engine).number(),
            self._index_stamp.read(),
            glossary_stamp(newsroom.settings.home),
            datetime.now(UTC).date(),
        )

    @cached_property
    def _index_stamp(self) -> FolderStamp:
        return FolderStamp(self.newsroom.settings.index_folder)

    async def in_turn(self, make: Callable[[], _Answer]) -> _Answer:
        """What it makes, in a thread, after those who asked before: Python runs one thread at a time, and when answers
        are made one after the other all wait less than if they shared it by the millisecond. Who waits must hold no
        connection to the record: whose turn it is may need it."""
        return await to_thread.run_sync(make, limiter=self.turn)

    async def search_in_turn(self, search: Callable[[], _Answer]) -> _Answer:
        """The same for what asks the index. That is opened first: to make it anew takes minutes, in which other pages
        have their turn."""
        if "index" not in vars(self):
            await to_thread.run_sync(lambda: self.index, limiter=self._opening)
        return await self.in_turn(search)

    @cached_property
    def turn(self) -> CapacityLimiter:
        return CapacityLimiter(1)

    @cached_property
    def _opening(self) -> CapacityLimiter:
        return CapacityLimiter(1)

    @cached_property
    def index(self) -> TurnIndex:
        return open_index(self.newsroom.settings.index_folder, self.newsroom.engine)

    @cached_property
    def articles(self) -> TurnIndex:
        """The index of written articles; `read_articles` brings it in step first."""
        return open_articles(self.newsroom.settings.index_folder, self.newsroom.engine)

    def read_articles(self) -> TurnIndex:
        follow_articles(self.newsroom.engine, self.articles)
        return self.articles

    @cached_property
    def meanings(self) -> "Meanings | None":
        """None when searching by meaning is switched off."""
        from catalog.search.meaning import open_meanings  # here, for the site starts without numpy

        settings = self.newsroom.settings
        return open_meanings(settings.meanings_folder, settings.embedder)

    def read_meanings(self) -> "Meanings | None":
        """The vectors of what is published now; None when searching by meaning is switched off, or does not work: the
        log says why, for readers could not mend it."""
        try:
            if self.meanings is not None:
                follow_meanings(self.newsroom.engine, self.meanings)
        except InvalidQuery:
            log.exception("Searching by meaning does not work.")
            return None
        return self.meanings

    @cached_property
    def clips(self) -> ClipShelf:
        return ClipShelf(self.newsroom.settings.clips_folder)


@dataclass(frozen=True)
class Visit:
    """One reader asking for one page."""

    request: Request
    site: Site
    session: Session

    @property
    def base(self) -> str:
        """Where the site is; no slash at its end."""
        return self.site.pages.base_of(self.request)

    @property
    def language(self) -> Language:
        """What this reader reads the pages in."""
        return self.site.pages.language_of(self.request)

    def spell(self, page: EpisodePage) -> EpisodePage:
        """A talk with its people's names as this reader reads them, where we know how."""
        return spell_page(page, names_for(self.session, self.language, people_in(page)))

    def spell_all(self, cards: Iterable[EpisodeCard]) -> list[EpisodeCard]:
        listed = list(cards)
        people = [person for card in listed for person in people_of(card)]
        names = names_for(self.session, self.language, people)
        return [spell_card(card, names) for card in listed]

    def show(self, template: str, *, status: int = 200, kept: bool = True, **values: Any) -> Response:
        return self.site.pages.show(self.request, template, status=status, kept=kept, **values)


class Withdrawn(Exception):
    """The talk was here and was taken back: 410, where 404 would be no answer to who has a link to it. `note` is what
    the newsroom tells readers of it."""

    def __init__(self, note: str = "") -> None:
        super().__init__(note)
        self.note = note


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


async def open_visit(request: Request) -> AsyncIterator[Visit]:
    """Opening and letting go wait for nothing, so that no thread is woken for them: the record is first asked where the
    page is made."""
    site = site_of(request)
    with reading(site.newsroom.engine) as session:
        yield Visit(request, site, session)


# The record is let go of before the answer is sent: who reads a file slowly must not keep others from it.
Reader = Annotated[Visit, Depends(open_visit, scope="function")]
Slug = Annotated[str, Path(pattern="^[a-z0-9-]{1,120}$")]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=10_000)]


def published_episode(visit: Reader, slug: Slug) -> Episode:
    """The episode of an address; nothing that is not published is told from nothing at all, but for what was
    withdrawn openly."""
    episode = find_episode(visit.session, slug)
    if is_told_withdrawn(episode):
        raise Withdrawn(episode.withdrawn_note)
    if episode.state is not EpisodeState.PUBLISHED:
        raise NotFound(f"No published episode is called '{slug}'.")
    return episode


def episode_to_show(visit: Reader, slug: Slug) -> Episode:
    """The same for a route behind it, which waits for a thread of its own: many who waited and each held a connection
    to the record would keep it from those who have a thread. The route sees the record as it is then."""
    episode = published_episode(visit, slug)
    visit.session.expunge(episode)
    visit.session.rollback()
    return episode


Published = Annotated[Episode, Depends(episode_to_show, scope="function")]
