"""The voices of the transcript that is read, as producers see them: found, listed. Acts on them are in `speakers`."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlmodel import Session, col, select

from catalog.episodes import find_episode
from catalog.errors import NotFound
from catalog.models import Appearance, LabelState, Person, Review, SpeakerLabel, Track, Utterance
from catalog.transcripts import Speaker, current_track, evidence_of, read_speakers, resolve_merged
from transcribe.guess import Evidence


@dataclass(frozen=True)
class VoiceLine:
    """One label: how it is printed, whom it is held to be however unsure, how much it says.

    `person` is the suggestion or decision behind the printed name, printed or not, and for the house only;
    `may_be_enrolled` says that it is surely the voice of somebody who appears under their own name.
    """

    label: str
    printed: str
    certainty: str
    state: str
    person: str
    may_be_enrolled: bool
    probability: float | None
    evidence: tuple[Evidence, ...]
    turns: int
    spoken_ms: int
    first_ms: int | None
    merged_into: str
    reviewed_by: str
    reviewed_at: datetime | None


def list_voices(session: Session, slug: str) -> list[VoiceLine]:
    """Every label of the transcript that is read, in its own order; none while there is no transcript."""
    episode_id = find_episode(session, slug).id or 0
    track = current_track(session, episode_id)
    labels = labels_of(session, track) if track else []
    if not track or not labels:
        return []
    said = _said(session, track)
    speakers = read_speakers(session, episode_id)
    people = _people(session, episode_id)
    names = {label.id: label.label for label in labels}
    roots = resolve_merged(labels)
    return [
        _line(label, speakers[label.id or 0], people, said.get(label.id or 0, []), _into(label, roots, names))
        for label in labels
    ]


def _into(label: SpeakerLabel, roots: dict[int, int], names: dict[int | None, str]) -> str:
    return names[roots[label.id or 0]] if label.merged_into_id is not None else ""


def _line(
    label: SpeakerLabel,
    speaker: Speaker,
    people: dict[int | None, tuple[str, bool]],
    said: Sequence[tuple[int, int]],
    merged_into: str,
) -> VoiceLine:
    name, under_own_name = people.get(label.appearance_id, ("", False))
    return VoiceLine(
        label=label.label,
        printed=speaker.name,
        certainty=speaker.certainty,
        state=label.state.value,
        person=label.shown_as or name,
        may_be_enrolled=under_own_name and label.state is LabelState.CONFIRMED and not merged_into,
        probability=label.probability,
        evidence=evidence_of(label),
        turns=len(said),
        spoken_ms=sum(end_ms - start_ms for start_ms, end_ms in said),
        first_ms=said[0][0] if said else None,
        merged_into=merged_into,
        reviewed_by=label.reviewed_by,
        reviewed_at=label.reviewed_at,
    )


def _people(session: Session, episode_id: int) -> dict[int | None, tuple[str, bool]]:
    """The name of everybody in the cast, and whether they appear under it, by appearance."""
    rows = session.exec(
        select(Appearance.id, Person.name, Appearance.pseudonymous, Appearance.review)
        .join(Person)
        .where(Appearance.episode_id == episode_id)
    )
    return {
        number: (name, not pseudonymous and review is not Review.REJECTED)
        for number, name, pseudonymous, review in rows
    }


def _said(session: Session, track: Track) -> dict[int, list[tuple[int, int]]]:
    """When each label speaks, from its first word to its last before another's, paragraph by paragraph joined."""
    rows = session.exec(
        select(Utterance.speaker_label_id, Utterance.start_ms, Utterance.end_ms)
        .where(Utterance.track_id == track.id)
        .order_by(col(Utterance.position))
    )
    said: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for label_id, group in groupby(rows, key=lambda row: row[0]):
        spans = [(start_ms, end_ms) for _, start_ms, end_ms in group]
        said[label_id or 0].append((spans[0][0], spans[-1][1]))
    return said


def labels_of(session: Session, track: Track) -> list[SpeakerLabel]:
    """The labels of a transcript, in the order by which unconfirmed voices are numbered."""
    query = select(SpeakerLabel).where(
        SpeakerLabel.episode_id == track.episode_id, SpeakerLabel.run == track.revision
    )
    return list(session.exec(query.order_by(col(SpeakerLabel.id))).all())


def find_label(labels: Sequence[SpeakerLabel], said: str) -> SpeakerLabel:
    """The label somebody means: "S2", "s2" or only "2"."""
    wanted = said.strip().casefold()
    for spelling in (wanted, f"s{wanted}"):
        for label in labels:
            if label.label.casefold() == spelling:
                return label
    known = ", ".join(label.label for label in labels) or "none at all"
    raise NotFound(f"No voice of this talk is called '{said}'. There are: {known}.")
