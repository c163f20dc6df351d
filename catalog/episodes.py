"""Episodes: adding, finding, publishing, withdrawing. How they are read is in `reading`, bringing one in in `steps`."""

from datetime import datetime

from sqlmodel import Session, col, select

from catalog.audit import record_act
from catalog.claim_places import follow_claims
from catalog.editions import record_edition
from catalog.errors import Conflict, NotFound
from catalog.models import (
    Episode,
    EpisodeSource,
    EpisodeState,
    Redaction,
    RedactionStage,
)
from catalog.models.columns import distinct, now, storable
from catalog.slugs import free_slug
from catalog.transcripts import current_track
from media.sources import Source

LONGEST_ID = 500
LONGEST_REASON = 2000


def find_episode(session: Session, slug: str) -> Episode:
    episode = session.exec(select(Episode).where(Episode.slug == slug)).first()
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


def publish_episode(session: Session, slug: str) -> Episode:
    """Make an episode public. Only one that was heard and brought to review, or was withdrawn, can be,
    and not before the day somebody promised to wait for."""
    episode = find_episode(session, slug)
    if episode.state is EpisodeState.PUBLISHED:
        return episode
    if episode.state not in (EpisodeState.REVIEW, EpisodeState.WITHDRAWN):
        what_next = episode.problem or "Run a worker and wait for review."
        raise Conflict(f"'{slug}' is not ready: it is {episode.state.value}. {what_next}")
    if episode.embargo_until is not None and episode.embargo_until > now():
        day = f"{episode.embargo_until:%d %B %Y, %H:%M} UTC"
        raise Conflict(f"'{slug}' is under embargo until {day}. Publish it then.")
    if unfinished_redaction(session, _id(episode)) is not None:
        raise Conflict(
            f"Words are being taken out of '{slug}'. `presstalk redactions --finish` goes on with it."
        )
    if current_track(session, _id(episode)) is None:
        raise Conflict(f"'{slug}' has no transcript to publish. `presstalk retry {slug}` hears it again.")
    _record_state(session, episode, "publish", EpisodeState.PUBLISHED)
    episode.state = EpisodeState.PUBLISHED
    episode.published_at = episode.published_at or now()
    touch(session, episode)
    return episode


def withdraw_episode(session: Session, slug: str, reason: str = "") -> Episode:
    """Take an episode from the public; everything is kept in the house, and why it was done in the audit log."""
    episode = find_episode(session, slug)
    if episode.state is EpisodeState.WITHDRAWN:
        pending = unfinished_redaction(session, _id(episode))
        if pending is not None:
            pending.was_public = False  # it stays away when the redaction is done
            session.add(pending)
        return episode
    if episode.state is not EpisodeState.PUBLISHED:
        raise Conflict(f"'{slug}' is not published, so there is nothing to withdraw.")
    _record_state(session, episode, "withdraw", EpisodeState.WITHDRAWN, reason)
    episode.state = EpisodeState.WITHDRAWN
    touch(session, episode)
    return episode


def unfinished_redaction(session: Session, episode_id: int) -> Redaction | None:
    """The redaction that is still going on in an episode, the first that was public before it."""
    query = select(Redaction).where(
        Redaction.episode_id == episode_id, Redaction.stage != RedactionStage.DONE
    )
    return session.exec(query.order_by(col(Redaction.was_public).desc(), col(Redaction.id))).first()


def _record_state(
    session: Session, episode: Episode, act: str, after: EpisodeState, reason: str = ""
) -> None:
    detail = {"before": episode.state.value, "after": after.value}
    words = {"reason": storable(reason.strip(), LONGEST_REASON)} if reason.strip() else None
    record_act(session, act, f"episode/{episode.id}", detail, words=words)


def touch(session: Session, episode: Episode) -> None:
    """Say that something a reader, the index or a cache could see has changed."""
    episode.revision += 1
    session.add(episode)
    record_edition(session, episode)
    follow_claims(session, episode)


def _id(episode: Episode) -> int:
    assert episode.id is not None  # noqa: S101  it was stored
    return episode.id
