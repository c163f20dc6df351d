"""What stands behind an answer to a program: a session that reads, the site, and the address its links begin with."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session

from catalog.db import reading
from catalog.episodes import find_episode, is_told_withdrawn
from catalog.errors import NotFound
from catalog.models import Episode, EpisodeState
from catalog.settings import Settings
from web.deps import Site, Withdrawn, site_of
from web.wording import seconds


@dataclass(frozen=True)
class Asking:
    """One program asking for one thing. `base` is where the site is, without a slash at its end."""

    session: Session
    site: Site
    base: str

    def link(self, path: str) -> str:
        return self.base + path

    def link_to_moment(self, slug: str, start_ms: int) -> str:
        """The page of a talk, opened and played at a moment."""
        at = seconds(start_ms)
        return f"{self.base}/e/{slug}?t={at}#t={at}"

    def published(self, slug: str) -> Episode:
        """A published episode. Raises Withdrawn, or NotFound in the same words for all else that is not public."""
        missing = NotFound(f"No published talk is called '{slug}'.")
        try:
            episode = find_episode(self.session, slug)
        except NotFound as problem:
            raise missing from problem
        if is_told_withdrawn(episode):
            raise Withdrawn(episode.withdrawn_note)
        if episode.state is not EpisodeState.PUBLISHED:
            raise missing
        return episode


def open_asking(request: Request) -> Iterator[Asking]:
    site = site_of(request)
    with reading(site.newsroom.engine) as session:
        yield Asking(session, site, base_of(request, site.newsroom.settings))


def base_of(request: Request, settings: Settings) -> str:
    """Where the site is: as the newsroom says, else as the reader asked for it."""
    return settings.base_url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"


Program = Annotated[Asking, Depends(open_asking, scope="function")]
