"""Sound of one person alone, out of which a voice print is made: turns of an episode that a human confirmed. A stretch
of a file is `sample_files`; nothing is kept here, prints and consent are `voices`."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select

from catalog.episodes import find_episode
from catalog.errors import Conflict
from catalog.files import sound_of
from catalog.labels import find_label, labels_of
from catalog.models import Appearance, Episode, LabelState, Person, Review, SpeakerLabel, Turn
from catalog.newsroom import Newsroom
from catalog.transcripts import current_track, resolve_merged
from transcribe.timeline import Span

ENOUGH_MS = 30_000
SURE = 0.8  # a turn the diarizer doubts more may be somebody else's
EDGE_MS = 200  # at its ends a turn may hold the end of another voice
SHORTEST_PIECE_MS = 1_000


@dataclass(frozen=True)
class Sample:
    """Stretches of a 16 kHz WAV in which one person speaks, and in words where they are from."""

    wav: Path
    spans: tuple[Span, ...]
    made_from: str
    episode_id: int | None = None

    @property
    def spoken_ms(self) -> int:
        return sum(span.duration_ms for span in self.spans)


def sample_episode(
    newsroom: Newsroom, session: Session, person: Person, slug: str, label: str = ""
) -> Sample:
    """The cleanest half minute of a person in an episode, of voices a human confirmed as theirs and of no others.

    `label` chooses one of several such voices. Raises NotFound, Conflict, StepFailed when the sound is lost.
    """
    episode = find_episode(session, slug)
    voices = confirmed_voices(session, episode, person)
    names = ", ".join(voice.label for voice in voices) or "none"
    if label:
        voices = [voice for voice in voices if voice.label.casefold() == label.strip().casefold()]
    if not voices:
        raise Conflict(
            f"A print is made only of a voice that somebody confirmed as {person.name}'s. "
            f"Confirmed in '{slug}': {names}. Confirm the name in the transcript first."
        )
    ids = [voice.id for voice in voices]
    spans = cleanest(session.exec(select(Turn).where(col(Turn.speaker_label_id).in_(ids))).all())
    if not spans:
        raise Conflict(
            f"{person.name} is nowhere in '{slug}' heard clearly and alone. Choose another episode or a file."
        )
    wav = sound_of(newsroom.shelf, session, episode.id or 0)
    made_from = f"the episode {slug}, voice {', '.join(voice.label for voice in voices)}"
    return Sample(wav, spans, made_from, episode.id)


def confirmed_voices(session: Session, episode: Episode, person: Person) -> list[SpeakerLabel]:
    """The labels of the transcript that is read which a human confirmed as this person, or merged into such a one."""
    track = current_track(session, episode.id or 0)
    labels = labels_of(session, track) if track else []
    appearances = select(Appearance.id).where(
        Appearance.episode_id == episode.id,
        Appearance.person_id == person.id,
        Appearance.review != Review.REJECTED,
    )
    theirs = set(session.exec(appearances).all())
    confirmed = {
        label.id for label in labels if label.state is LabelState.CONFIRMED and label.appearance_id in theirs
    }
    roots = resolve_merged(labels)
    return [label for label in labels if roots[label.id or 0] in confirmed]


def person_behind(session: Session, slug: str, label: str) -> Person:
    """Whose voice a label is, by the word of a human. Raises NotFound, Conflict."""
    episode = find_episode(session, slug)
    track = current_track(session, episode.id or 0)
    found = find_label(labels_of(session, track) if track else [], label)
    appearance = session.get(Appearance, found.appearance_id) if found.appearance_id else None
    person = session.get_one(Person, appearance.person_id) if appearance else None
    if person is None or found not in confirmed_voices(session, episode, person):
        raise Conflict(
            f"Nobody has confirmed whose voice {found.label} is. A print is made of a confirmed voice only."
        )
    return person


def cleanest(turns: Iterable[Turn]) -> tuple[Span, ...]:
    """The longest stretches without anybody else in them, half a minute in all, in order of time; perhaps none.

    >>> cleanest([Turn(start_ms=0, end_ms=5000), Turn(start_ms=5000, end_ms=6000, overlap=True)])
    (Span(start_ms=200, end_ms=4800),)
    """
    sure = (turn for turn in turns if not turn.overlap and turn.posterior >= SURE)
    alone = (
        Span(turn.start_ms + EDGE_MS, max(turn.start_ms + EDGE_MS, turn.end_ms - EDGE_MS)) for turn in sure
    )
    pieces = sorted(alone, key=lambda span: (-span.duration_ms, span.start_ms))
    chosen, left_ms = [], ENOUGH_MS
    for span in pieces:
        if min(span.duration_ms, left_ms) < SHORTEST_PIECE_MS:
            break
        chosen.append(Span(span.start_ms, span.start_ms + min(span.duration_ms, left_ms)))
        left_ms -= chosen[-1].duration_ms
    return tuple(sorted(chosen))
