"""What a person has listened to and stands by, paragraph by paragraph, and what to look at first. Where a machine is
likely wrong is decided in `transcribe.doubts`."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from catalog.acts import Done, begin_act
from catalog.episodes import find_episode
from catalog.models import Fixup, FixupState, LabelState, SpeakerLabel, Utterance
from catalog.models.columns import now
from catalog.transcripts import current_track, read_speakers
from transcribe.doubts import Heard, Stretch, rank_stretches
from transcribe.timeline import Flag, Word

NAMELESS = 0.3  # of a voice that nobody named nothing wrong is printed, yet something is missing
MOST_NAMES = 3.0  # errors that one name in doubt counts for, however often it stands there
DOUBTED = 0.5  # how likely a word is wrong, for its stretch to be shown


def share_checked(session: Session, episode_id: int) -> float:
    """The part of the time in which somebody speaks that a person has checked, from 0 to 1."""
    track = current_track(session, episode_id)
    if track is None:
        return 0.0
    rows = session.exec(
        select(Utterance.start_ms, Utterance.end_ms, Utterance.checked_by).where(
            Utterance.track_id == track.id
        )
    ).all()
    whole_ms = sum(end_ms - start_ms for start_ms, end_ms, _ in rows)
    checked_ms = sum(end_ms - start_ms for start_ms, end_ms, checked_by in rows if checked_by)
    return checked_ms / whole_ms if whole_ms else 0.0


def mark_checked(
    session: Session, slug: str, utterance_ids: Collection[int], *, by: str, checked: bool = True
) -> Done:
    """Say that these paragraphs were looked at and are right as they stand, or take that back."""
    act = begin_act(session, slug, by)
    query = select(Utterance).where(
        Utterance.track_id == act.track.id, col(Utterance.id).in_(list(utterance_ids))
    )
    lines = [line for line in session.exec(query) if bool(line.checked_by) != checked]
    for line in lines:
        line.checked_by, line.checked_at = (act.by, now()) if checked else ("", None)
        session.add(line)
    if not lines:
        return Done("check", "That is so already.")
    told = "Marked as checked." if checked else "No longer marked as checked."
    return act.finish("check", told, new_to_readers=False)


@dataclass(frozen=True)
class ToLookAt:
    """A paragraph that is likely wrong somewhere: the stretches in it, the worst first, and why."""

    line: Utterance
    stretches: tuple[Stretch, ...]
    reasons: tuple[str, ...]

    @property
    def first(self) -> Stretch:
        return self.stretches[0]


@dataclass(frozen=True)
class Queue:
    """What to look at first; how long listening to it takes, and what part of the errors to expect is in it."""

    items: tuple[ToLookAt, ...]
    listen_ms: int
    share: float
    left: int


def look_first(session: Session, slug: str, most: int = 30) -> Queue:
    """The paragraphs nobody has checked in which a minute of listening mends most."""
    track = current_track(session, find_episode(session, slug).id or 0)
    here = Utterance.track_id == (track.id if track else 0)
    rows = list(session.exec(select(Utterance).where(here).order_by(col(Utterance.position))))
    lines = [line for line in rows if not line.checked_by]
    proposed: dict[int, set[int]] = {}
    for fixup in session.exec(select(Fixup).join(Utterance).where(here, Fixup.state == FixupState.OPEN)):
        proposed.setdefault(fixup.utterance_id, set()).update(range(fixup.first, fixup.last))
    names = _names_in_doubt(session, slug, lines)
    heard = [
        _heard(line, proposed.get(line.id or 0, set()), *names.get(line.id or 0, (0.0, ""))) for line in lines
    ]
    return choose(lines, rank_stretches(heard), most)


def _names_in_doubt(session: Session, slug: str, lines: Sequence[Utterance]) -> dict[int, tuple[float, str]]:
    """For the first paragraph of each voice whose name nobody confirmed: how many paragraphs to expect under a wrong
    name, and why. One look there settles all of them."""
    episode_id = find_episode(session, slug).id or 0
    labels = {label.id: label for label in session.exec(_labels(episode_id))}
    speakers = read_speakers(session, episode_id)
    spoken = Counter(line.speaker_label_id for line in lines)
    found: dict[int, tuple[float, str]] = {}
    told: set[int | None] = set()
    for line in lines:
        label = labels.get(line.speaker_label_id)
        if label is None or label.id in told or label.state not in (LabelState.OPEN, LabelState.SUGGESTED):
            continue
        told.add(label.id)
        is_guessed = label.state is LabelState.SUGGESTED
        doubt = 1 - (label.probability or 0.0) if is_guessed else NAMELESS
        name = speakers[label.id or 0].name if label.id in speakers else ""
        why = (
            f"the name of this voice is a guess, {label.probability or 0:.2f} sure"
            if is_guessed
            else f"nobody has named {name}"
        )
        found[line.id or 0] = (min(MOST_NAMES, doubt * spoken[label.id]), why)
    return found


def _labels(episode_id: int) -> SelectOfScalar[SpeakerLabel]:
    return select(SpeakerLabel).where(SpeakerLabel.episode_id == episode_id)


def choose(lines: Sequence[Utterance], ranked: Sequence[Stretch], most: int) -> Queue:
    """The paragraphs of the first stretches, each once, at the place of its worst one. Pure."""
    by_line: dict[int, list[Stretch]] = {}
    doubtful = [stretch for stretch in ranked if stretch.worst >= DOUBTED]
    for stretch in doubtful:
        if stretch.passage in by_line or len(by_line) < most:
            by_line.setdefault(stretch.passage, []).append(stretch)
    shown = [stretch for found in by_line.values() for stretch in found]
    whole = sum(stretch.expected for stretch in ranked)
    return Queue(
        items=tuple(
            ToLookAt(lines[number], tuple(found), tuple(dict.fromkeys(r for s in found for r in s.reasons)))
            for number, found in by_line.items()
        ),
        listen_ms=sum(stretch.span.duration_ms for stretch in shown),
        share=sum(stretch.expected for stretch in shown) / whole if whole else 0.0,
        left=len({stretch.passage for stretch in doubtful}) - len(by_line),
    )


def _heard(line: Utterance, proposed: set[int], also: float, because: str) -> Heard:
    flags = tuple(Flag(flag["code"], flag["reason"]) for flag in line.flags)
    words = tuple(Word(*word) for word in line.words)
    return Heard(words, flags, proposed, line.language, also, because)
