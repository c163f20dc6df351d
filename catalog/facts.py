"""What the newsroom says of a talk: title, description, language, days, embargo, what the guests agreed to.

What the source says is written when the talk is fetched, in `steps`; what a person said here is never replaced by it.
"""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlmodel import Session

from catalog.adding import check_language
from catalog.audit import record_act
from catalog.editions import rename_in_editions
from catalog.episodes import find_episode, had_redaction, touch
from catalog.errors import Conflict, InvalidQuery
from catalog.models import Episode, EpisodeState
from catalog.models.columns import now, storable

LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_CONSENT = 500, 20_000, 2000
SEEN = ("title", "summary", "language", "recorded_at", "aired_at")  # by readers


@dataclass(frozen=True)
class Facts:
    """All that may be said; None or "" where nothing is known."""

    title: str
    summary: str = ""
    language: str | None = None
    recorded_at: datetime | None = None
    aired_at: datetime | None = None
    embargo_until: datetime | None = None
    consent: str = ""


def facts_of(episode: Episode) -> Facts:
    return Facts(**{one.name: getattr(episode, one.name) for one in fields(Facts)})


def set_facts(session: Session, slug: str, facts: Facts) -> Episode:
    """Write what is said of a talk; readers of a published one see it at once, as a new edition."""
    episode = find_episode(session, slug)
    wanted = _checked(facts)
    if episode.state is EpisodeState.PUBLISHED and wanted.embargo_until and wanted.embargo_until > now():
        raise Conflict("It is published already, so that it cannot be under embargo. Withdraw it first.")
    before, after = asdict(facts_of(episode)), asdict(wanted)
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return episode
    for name in changed:
        setattr(episode, name, after[name])
    if {"title", "summary"} & set(changed):
        episode.provisional = False
    session.add(episode)
    cleaned = had_redaction(session, episode.id or 0)
    told = {name: kept_pair(before[name], after[name], cleaned=cleaned) for name in changed}
    record_act(session, "describe", f"episode/{episode.id}", {"fields": changed}, words=told)
    if cleaned:
        _mend_editions(session, episode, before)
    if set(changed) & set(SEEN):
        touch(session, episode)
    return episode


def _checked(facts: Facts) -> Facts:
    title, summary = " ".join(storable(facts.title).split()), storable(facts.summary.strip())
    consent = storable(facts.consent.strip())
    if not title:
        raise InvalidQuery("A talk needs a title.")
    for name, text, longest in (
        ("title", title, LONGEST_TITLE),
        ("description", summary, LONGEST_SUMMARY),
        ("note of what was agreed", consent, LONGEST_CONSENT),
    ):
        if len(text) > longest:
            raise InvalidQuery(f"The {name} has {len(text):,} characters; {longest:,} are the most.")
    return Facts(
        title,
        summary,
        check_language(facts.language),
        facts.recorded_at,
        facts.aired_at,
        facts.embargo_until,
        consent,
    )


def kept_pair(before: Any, after: Any, *, cleaned: bool) -> list[Any]:
    """What the log keeps of a change. Where words were taken out for good, not what was before: it may be the very
    words, which a person mends by hand."""
    return [_plain(after)] if cleaned else [_plain(before), _plain(after)]


def _mend_editions(session: Session, episode: Episode, before: dict[str, Any]) -> None:
    """What is mended by hand after words were taken out is mended in earlier editions too."""
    now_said = {"title": episode.title, "summary": episode.summary}

    def mend(content: dict[str, Any]) -> dict[str, Any]:
        return {name: text for name, text in now_said.items() if content[name] == before[name]}

    rename_in_editions(session, episode.id or 0, mend)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
