"""When a talk becomes public and when it stops being so: now, at a time, with one person's word or two people's.

Each act is one transaction: two tabs that publish at once publish once. What to look at before is in `checklist`.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from catalog.audit import Actor, act_as, actor_of, record_act
from catalog.authority.joining import join_cast
from catalog.clock import tell_moment, zone_of
from catalog.db import reading, writing
from catalog.episodes import find_episode, touch, unfinished_redaction
from catalog.errors import CatalogError, Conflict, InvalidQuery, NotAllowed
from catalog.guests import who_objects
from catalog.models import Episode, EpisodeState, User, UserRole
from catalog.models.columns import now, storable
from catalog.newsroom import Newsroom
from catalog.search.refresh import follow_episode
from catalog.transcripts import current_track

LONGEST_REASON = 2000
FARTHEST = timedelta(days=3 * 366)
SCHEDULE = Actor("the schedule")


def publish_episode(session: Session, slug: str, *, two_people: bool = False) -> Episode:
    """Make an episode public. Only one that was heard and brought to review, or was withdrawn, can be,
    and not before the day somebody promised to wait for.

    With `two_people` the first who asks agrees to it, as it is then, and the second makes it public.
    """
    episode = find_episode(session, slug)
    if episode.state is EpisodeState.PUBLISHED:
        return episode
    check_ready(session, episode, now())
    if not two_people or _is_agreed(session, episode):
        _make_public(session, episode)
    return episode


def check_ready(session: Session, episode: Episode, at: datetime) -> None:
    """Raises Conflict that says why an episode could not be published at that moment."""
    slug = episode.slug
    if episode.state not in (EpisodeState.REVIEW, EpisodeState.WITHDRAWN):
        what_next = episode.problem or "Run a worker and wait for review."
        raise Conflict(f"'{slug}' is not ready: it is {episode.state.value}. {what_next}")
    if episode.embargo_until is not None and episode.embargo_until > at:
        day = tell_moment(episode.embargo_until, zone_of("UTC"))
        raise Conflict(f"'{slug}' is under embargo until {day}. Publish it then.")
    if unfinished_redaction(session, episode.id or 0) is not None:
        raise Conflict(
            f"Words are being taken out of '{slug}'. `presstalk redactions --finish` goes on with it."
        )
    if objecting := who_objects(session, slug):
        raise Conflict(
            f"Something is wrong with '{slug}', says {', '.join(objecting)}. Once that is settled, take the link back "
            "on its page in the studio; then it can be published."
        )
    if current_track(session, episode.id or 0) is None:
        raise Conflict(f"'{slug}' has no transcript to publish. `presstalk retry {slug}` hears it again.")


def _make_public(session: Session, episode: Episode) -> None:
    _record_state(session, episode, "publish", EpisodeState.PUBLISHED)
    episode.state = EpisodeState.PUBLISHED
    episode.published_at = episode.published_at or now()
    episode.publish_at, episode.publish_problem = None, ""
    episode.withdrawn_note, episode.withdrawn_silently = "", False
    _forget_agreement(episode)
    join_cast(session, episode.id or 0)
    touch(session, episode)


# ---- two people -----------------------------------------------------------------------------------------


def _is_agreed(session: Session, episode: Episode) -> bool:
    """Whether somebody else agreed to the episode as it is; if nobody did, whoever acts does so now."""
    actor = actor_of(session)
    if actor.user_id is None:
        raise NotAllowed(
            "Two people must agree here, each with an account of their own: publish it at /studio/, where both sign in."
        )
    first = agreed_by(session, episode)
    if first is not None and first.id == actor.user_id:
        raise Conflict("You have agreed to it already. Somebody else must look at it and publish it.")
    if first is not None:
        return True
    episode.approved_by_id, episode.approved_revision = actor.user_id, episode.revision
    session.add(episode)
    record_act(session, "agree to publish", f"episode/{episode.id}", {"revision": episode.revision})
    return False


def agreed_by(session: Session, episode: Episode) -> User | None:
    """The editor who agreed to the episode as it is now: what was changed since, nobody has agreed to."""
    if episode.approved_by_id is None or episode.approved_revision != episode.revision:
        return None
    user = session.get(User, episode.approved_by_id)
    may = user is not None and user.disabled_at is None and user.role.may(UserRole.EDITOR)
    return user if may else None


def _forget_agreement(episode: Episode) -> None:
    episode.approved_by_id, episode.approved_revision = None, 0


# ---- at a time ------------------------------------------------------------------------------------------


def schedule_episode(session: Session, slug: str, at: datetime, *, two_people: bool = False) -> Episode:
    """Have an episode published at a moment, by the worker that is at work then or by the next that starts."""
    episode = find_episode(session, slug)
    if episode.state is EpisodeState.PUBLISHED:
        raise Conflict(f"'{slug}' is published already. Withdraw it first, if it is to wait.")
    if at <= now():
        raise InvalidQuery("That moment has passed. Choose a later one, or publish it now.")
    if at > now() + FARTHEST:
        raise InvalidQuery("That is more than three years away. Is the year right?")
    check_ready(session, episode, at)
    if two_people and not _is_agreed(session, episode):
        return episode
    before = episode.publish_at.isoformat() if episode.publish_at else ""
    episode.publish_at, episode.publish_problem = at, ""
    session.add(episode)
    record_act(session, "schedule", f"episode/{episode.id}", {"before": before, "after": at.isoformat()})
    return episode


def unschedule_episode(session: Session, slug: str) -> Episode:
    """Let an episode wait until somebody publishes it."""
    episode = find_episode(session, slug)
    if episode.publish_at is None:
        raise Conflict(f"'{slug}' waits for no moment.")
    record_act(
        session, "schedule", f"episode/{episode.id}", {"before": episode.publish_at.isoformat(), "after": ""}
    )
    episode.publish_at, episode.publish_problem = None, ""
    _forget_agreement(episode)
    session.add(episode)
    return episode


def publish_due(newsroom: Newsroom, moment: datetime) -> list[str]:
    """Publish what was to be public by that moment, the earliest first; each by itself, so that none holds up others.

    What cannot be published is not tried again: it says why, and waits for somebody.
    """
    with reading(newsroom.engine) as session:
        due = select(Episode).where(
            col(Episode.publish_at) <= moment, Episode.state != EpisodeState.PUBLISHED
        )
        waiting = session.exec(due.order_by(col(Episode.publish_at), col(Episode.id))).all()
        ready = [one.slug for one in waiting if unfinished_redaction(session, one.id or 0) is None]
    return [slug for slug in ready if _publish_one(newsroom, slug, moment)]


def _publish_one(newsroom: Newsroom, slug: str, moment: datetime) -> bool:
    with writing(newsroom.engine) as session:
        act_as(session, SCHEDULE)
        episode = find_episode(session, slug)
        if episode.publish_at is None or episode.publish_at > moment:
            return False  # somebody was quicker: published it, or let it wait
        try:
            check_ready(session, episode, moment)
            if newsroom.settings.two_people and agreed_by(session, episode) is None:
                raise Conflict("It was changed since two people agreed to it. Look at it again, both of you.")
            _make_public(session, episode)
        except CatalogError as problem:
            at = tell_moment(episode.publish_at, zone_of(newsroom.settings.timezone))
            episode.publish_at = None
            episode.publish_problem = f"It was to be published on {at} and was not. {problem.sentence}"
            session.add(episode)
            record_act(session, "schedule missed", f"episode/{episode.id}")
            return False
    follow_episode(newsroom, episode.id or 0)
    return True


# ---- withdrawing ----------------------------------------------------------------------------------------


def withdraw_episode(
    session: Session, slug: str, reason: str = "", *, note: str = "", silently: bool = False
) -> Episode:
    """Take an episode from the public; everything is kept in the house, and why it was done in the audit log.

    `note` is what readers are told at its address; with `silently` they are told that there is no such talk. Said of
    a talk that is withdrawn already, it holds from now on.
    """
    episode = find_episode(session, slug)
    note = storable(note.strip(), LONGEST_REASON)
    if silently and note:
        raise InvalidQuery("Either readers are told why, or nothing at all. Leave one of the two away.")
    if episode.state not in (EpisodeState.PUBLISHED, EpisodeState.WITHDRAWN):
        raise Conflict(f"'{slug}' is not published, so there is nothing to withdraw.")
    if episode.state is EpisodeState.WITHDRAWN:
        _leave_withdrawn(session, episode, note, silently)
        return episode
    _record_state(session, episode, "withdraw", EpisodeState.WITHDRAWN, reason, note, silently)
    episode.state = EpisodeState.WITHDRAWN
    episode.withdrawn_note, episode.withdrawn_silently = note, silently
    touch(session, episode)
    return episode


def _leave_withdrawn(session: Session, episode: Episode, note: str, silently: bool) -> None:
    pending = unfinished_redaction(session, episode.id or 0)
    if pending is not None:
        pending.was_public = False  # it stays away when the redaction is done
        session.add(pending)
    if (note or silently) and (note, silently) != (episode.withdrawn_note, episode.withdrawn_silently):
        _record_state(session, episode, "withdraw", EpisodeState.WITHDRAWN, "", note, silently)
        episode.withdrawn_note, episode.withdrawn_silently = note, silently
        session.add(episode)


def _record_state(
    session: Session,
    episode: Episode,
    act: str,
    after: EpisodeState,
    reason: str = "",
    note: str = "",
    silently: bool = False,
) -> None:
    detail: dict[str, object] = {"before": episode.state.value, "after": after.value}
    if silently:
        detail["silently"] = True
    words = {"reason": storable(reason.strip(), LONGEST_REASON), "told to readers": note}
    kept = {name: text for name, text in words.items() if text}
    record_act(session, act, f"episode/{episode.id}", detail, words=kept or None)
