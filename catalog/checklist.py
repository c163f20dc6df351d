"""What to look at before an episode is published. It advises; what is refused is decided in `episodes`."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from catalog.board import flagged_passages
from catalog.episodes import find_episode
from catalog.fixups import list_fixups
from catalog.guests import GuestLine, list_guest_links
from catalog.labels import VoiceLine, list_voices
from catalog.models import Episode, GuestAnswer
from catalog.models.columns import now
from catalog.outside_names import outside_names
from catalog.people import cast_of
from catalog.pseudonyms import hides_somebody

MOST_NAMES = 6


@dataclass(frozen=True)
class Check:
    """One thing to look at: whether it is settled, and a sentence that says how it stands."""

    name: str
    is_settled: bool
    sentence: str


def check_episode(session: Session, slug: str) -> list[Check]:
    """Every check, in the order in which a producer works."""
    episode = find_episode(session, slug)
    voices = [voice for voice in list_voices(session, slug) if not voice.merged_into and voice.turns]
    hidden = [_check_outside_names(session, episode)] if hides_somebody(session, episode.id or 0) else []
    return [
        check_names(voices),
        _check_fixups(len(list_fixups(session, slug))),
        _check_flags(flagged_passages(session, [episode.id or 0]).get(episode.id or 0, 0)),
        _check_facts(episode, has_cast=bool(cast_of(session, [episode.id or 0]))),
        _check_embargo(episode),
        _check_consent(episode, list_guest_links(session, slug)),
        *hidden,
    ]


def check_names(voices: list[VoiceLine]) -> Check:
    open_ones = [voice.label for voice in voices if voice.state in ("open", "suggested")]
    if not voices:
        return Check(
            "Names", False, "No voice is told apart yet: everything stands under one unconfirmed name."
        )
    if not open_ones:
        return Check("Names", True, f"Somebody decided on each of the {count(len(voices), 'voice')}.")
    return Check(
        "Names",
        False,
        f"Nobody has confirmed {len(open_ones)} of {count(len(voices), 'voice')}: {', '.join(open_ones)}.",
    )


def _check_fixups(waiting: int) -> Check:
    told = f"{count(waiting, 'name')} may be misheard." if waiting else "No name seems misheard."
    return Check("Misheard names", not waiting, told)


def _check_flags(flagged: int) -> Check:
    told = f"The machine doubts {count(flagged, 'passage')}." if flagged else "The machine doubts no passage."
    return Check("Passages", not flagged, told)


def _check_facts(episode: Episode, *, has_cast: bool) -> Check:
    given = {
        "a title of your own": not episode.provisional,
        "a summary": bool(episode.summary),
        "the language": bool(episode.language),
        "the day it was put out or recorded": bool(episode.aired_at or episode.recorded_at),
        "who takes part": has_cast,
    }
    missing = [name for name, is_there in given.items() if not is_there]
    told = (
        f"Missing: {', '.join(missing)}." if missing else "Title, summary, language, day and cast are there."
    )
    return Check("Facts", not missing, told)


def _check_embargo(episode: Episode) -> Check:
    until = episode.embargo_until
    if until is None or until <= now():
        return Check("Embargo", True, "Nothing was promised to wait for.")
    return Check("Embargo", False, f"Not before {until:%d %B %Y, %H:%M} UTC.")


def _check_consent(episode: Episode, links: Sequence[GuestLine]) -> Check:
    """What the newsroom noted and what guests answered by their links; no note settles an objection."""
    objecting = [link.meant_for or "a guest" for link in links if link.objects]
    agreeing = [link for link in links if link.answer == GuestAnswer.AGREED]
    waiting = [link for link in links if link.answer == GuestAnswer.WAITING and link.is_open]
    if objecting:
        return Check(
            "Consent", False, f"Something is wrong, says {', '.join(objecting)}: see the links below."
        )
    if waiting:
        return Check("Consent", False, f"{count(len(waiting), 'link')} to a guest without an answer.")
    if episode.consent or agreeing:
        noted = "What was agreed is noted." if episode.consent else ""
        agreed = f"{count(len(agreeing), 'guest')} agreed by link." if agreeing else ""
        return Check("Consent", True, f"{noted} {agreed}".strip())
    return Check("Consent", False, "Nobody noted what the guests agreed to.")


def _check_outside_names(session: Session, episode: Episode) -> Check:
    """Somebody is hidden here: whoever else was named in writing may be them, and no machine can know."""
    found = outside_names(session, episode)
    if not found:
        return Check("Hidden guest", True, "Nobody outside the cast was named in writing.")
    told = "; ".join(f"{name} ({', '.join(places)})" for name, places in list(found.items())[:MOST_NAMES])
    more = f" and {len(found) - MOST_NAMES} more" if len(found) > MOST_NAMES else ""
    return Check("Hidden guest", False, f"Look that none of these is who is hidden: {told}{more}.")


def count(number: int, noun: str) -> str:
    """
    >>> count(1, "voice"), count(2, "voice")
    ('1 voice', '2 voices')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
