"""Episodes: adding, finding, saying that one has changed. Reading is in `reading`, publishing in `publishing`."""

from datetime import datetime

from sqlmodel import Session, col, select

from catalog.authority.finding import find_in_episode
from catalog.claim_places import follow_claims
from catalog.editions import record_edition
from catalog.errors import NotFound
from catalog.models import (
    Episode,
    EpisodeSource,
    EpisodeState,
    Redaction,
    RedactionStage,
)
from catalog.models.columns import distinct, storable
from catalog.slugs import free_slug
from media.sources import Source

LONGEST_ID = 500


def find_episode(session: Session, slug: str) -> Episode:
    """By its address, or by the one it had while its title was not known."""
    episode = session.exec(select(Episode).where(Episode.slug == slug)).first()
    if episode is None and slug:
        episode = session.exec(select(Episode).where(Episode.first_slug == slug)).first()
    if episode is None:
        raise NotFound(f"No episode is called '{slug}'. `presstalk episodes` lists them.")
    return episode


def episode_by_id(session: Session, episode_id: int) -> Episode:
    episode = session.get(Episode, episode_id)
    if episode is None:
        raise NotFound(f"Episode {episode_id} is no longer in the catalog.")
    return episode


def episode_from(session: Session, source: Source) -> Episode | None:
    """The episode this source leads to, if we have it."""
    return session.exec(
        select(Episode)
        .join(EpisodeSource)
        .where(
            EpisodeSource.provider == source.provider,
            EpisodeSource.external_id == distinct(source.external_id, LONGEST_ID),
        )
    ).first()


def add_episode(
    session: Session,
    source: Source,
    *,
    title: str,
    summary: str = "",
    language: str | None = None,
    aired_at: datetime | None = None,
    provisional: bool = False,
) -> tuple[Episode, bool]:
    """The episode for this source and whether it is new: the same talk added twice is one episode.

    With `provisional` the title only stands in until the source has told its own.
    """
    known = episode_from(session, source)
    if known is not None:
        return known, False
    episode = Episode(
        slug=free_slug(session, Episode.slug, title, fallback="talk"),
        title=storable(title.strip(), 500) or "Untitled talk",
        summary=storable(summary),
        language=language,
        aired_at=aired_at,
        provisional=provisional,
    )
    session.add(episode)
    session.flush()
    remember_source(session, episode, source)
    return episode, True


def remember_source(session: Session, episode: Episode, source: Source) -> None:
    session.add(
        EpisodeSource(
            episode_id=_id(episode),
            url=source.url,
            provider=source.provider,
            external_id=distinct(source.external_id, LONGEST_ID),
        )
    )
    session.flush()


def is_told_withdrawn(episode: Episode) -> bool:
    """Whether readers are told that there was a talk and that it was withdrawn; else there never was one."""
    return episode.state is EpisodeState.WITHDRAWN and not episode.withdrawn_silently


def unfinished_redaction(session: Session, episode_id: int) -> Redaction | None:
    """The redaction that is still going on in an episode, the first that was public before it."""
    query = select(Redaction).where(
        Redaction.episode_id == episode_id, Redaction.stage != RedactionStage.DONE
    )
    return session.exec(query.order_by(col(Redaction.was_public).desc(), col(Redaction.id))).first()


def had_redaction(session: Session, episode_id: int) -> bool:
    """Whether words were ever taken out of an episode for good, or are about to be."""
    query = select(Redaction.id).where(Redaction.episode_id == episode_id)
    return session.exec(query.limit(1)).first() is not None


def touch(session: Session, episode: Episode) -> None:
    """Say that something a reader, the index or a cache could see has changed."""
    episode.revision += 1
    session.add(episode)
    record_edition(session, episode)
    find_in_episode(session, episode)
    follow_claims(session, episode)


def _id(episode: Episode) -> int:
    assert episode.id is not None  # noqa: S101  it was stored
    return episode.id
