"""What was said, read with names applied: tracks, turns, passages. How sound becomes words is `transcribe`'s work."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from catalog.models import (
    Appearance,
    LabelState,
    Person,
    Review,
    SpeakerLabel,
    Track,
    TrackKind,
    Utterance,
)
from transcribe.guess import NAMED, PROBABLY, Evidence
from transcribe.timeline import Flag, Word
from transcribe.timeline import Utterance as SpokenUtterance


@dataclass(frozen=True)
class Speaker:
    """Whose voice a turn is, as far as we can say. Two that are equal are one voice to a reader.

    `certainty` is confirmed (a human said so), named (the machine is sure), probable (print the doubt) or
    unconfirmed; `evidence`, strongest first, is given with a name only, and never says who confirmed it.
    """

    label: str
    name: str
    certainty: str
    person_slug: str = ""
    role: str = ""
    affiliation: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Passage:
    """One paragraph of a turn; `number` is its position in the track, stable within a revision."""

    number: int
    start_ms: int
    end_ms: int
    text: str
    language: str
    flags: tuple[Flag, ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class SpokenTurn:
    """What one speaker says until somebody else does."""

    speaker: Speaker
    passages: tuple[Passage, ...]

    @property
    def start_ms(self) -> int:
        return self.passages[0].start_ms

    @property
    def end_ms(self) -> int:
        return self.passages[-1].end_ms

    @property
    def text(self) -> str:
        return " ".join(passage.text for passage in self.passages)


NOBODY = Speaker(label="", name="Unconfirmed voice", certainty="unconfirmed")


# Columns, not whole rows: an index is built of every passage there is.
_PASSAGE = ("position", "start_ms", "end_ms", "speaker_label_id", "language", "text", "flags")


def current_track(session: Session, episode_id: int) -> Track | None:
    """The track that is read: what was said, as heard by the newest run somebody stands by."""
    return session.exec(_CURRENT, params={"episode_id": episode_id}).first()


def read_turns(session: Session, episode_id: int, *, with_words: bool = False) -> list[SpokenTurn]:
    """The current transcript as turns with names applied, in time order; empty when there is none."""
    query = _PASSAGES_AND_WORDS if with_words else _PASSAGES
    spoken = session.execute(query, {"episode_id": episode_id}).all()
    speakers = read_speakers(session, episode_id) if spoken else {}
    turns = groupby(spoken, lambda row: speakers.get(row.speaker_label_id or 0, NOBODY))
    return [SpokenTurn(speaker, tuple(_passage(row, with_words) for row in rows)) for speaker, rows in turns]


def read_utterances(session: Session, episode_id: int) -> list[SpokenUtterance]:
    """The current transcript as utterances with words and printed names, for captions and exports."""
    return [
        SpokenUtterance(
            passage.start_ms,
            passage.end_ms,
            passage.text,
            passage.language,
            passage.words,
            label=turn.speaker.label,
            speaker=turn.speaker.name,
            flags=passage.flags,
        )
        for turn in read_turns(session, episode_id, with_words=True)
        for passage in turn.passages
    ]


def read_speakers(session: Session, episode_id: int) -> dict[int, Speaker]:
    """The printed speaker for each label of an episode, by the label's id; a merged one is read as the other."""
    return read_all_speakers(session, [episode_id]).get(episode_id, {})


def read_all_speakers(
    session: Session, episode_ids: Sequence[int], *, with_evidence: bool = True
) -> dict[int, dict[int, Speaker]]:
    """The same for several episodes at once, each that has labels by its id."""
    voices = _VOICES if with_evidence else _NAMES
    rows = session.connection().execute(voices, {"ids": episode_ids})
    return {
        episode_id: _printed(list(voices)) for episode_id, voices in groupby(rows, lambda row: row.episode_id)
    }


def _select_voices(evidence: sa.SQLColumnExpression[Any]) -> sa.Select[Any]:
    """Columns, not whole rows: a page of hits reads the voices of twenty talks."""
    label = ("id", "episode_id", "run", "label", "state", "shown_as", "probability")
    return (
        sa.select(
            *(getattr(SpeakerLabel, name) for name in (*label, "merged_into_id", "appearance_id")),
            evidence.label("evidence"),
            *(getattr(Appearance, name) for name in ("role", "affiliation", "review")),
            *(getattr(Person, name) for name in ("slug", "name")),
        )
        .outerjoin(Appearance, col(SpeakerLabel.appearance_id) == col(Appearance.id))
        .outerjoin(Person, col(Appearance.person_id) == col(Person.id))
        .where(col(SpeakerLabel.episode_id).in_(sa.bindparam("ids", expanding=True)))
        .order_by(col(SpeakerLabel.episode_id), col(SpeakerLabel.run), col(SpeakerLabel.id))
    )


# Of the tracks of a talk, the one that is read.
IS_READ = (col(Track.kind) == TrackKind.ORIGINAL, col(Track.current).is_(True))
# Made once: to put a question together takes about as long as to answer it.
_OF_CURRENT = (col(Track.episode_id) == sa.bindparam("episode_id"), *IS_READ)
_CURRENT = select(Track).where(*_OF_CURRENT)
_PASSAGES = (
    sa.select(*(getattr(Utterance, name) for name in _PASSAGE))
    .join(Track, col(Utterance.track_id) == col(Track.id))
    .where(*_OF_CURRENT)
    .order_by(col(Utterance.position))
)
_PASSAGES_AND_WORDS = _PASSAGES.add_columns(col(Utterance.words))
_VOICES = _select_voices(col(SpeakerLabel.evidence))
_NAMES = _select_voices(sa.null())


def _printed(rows: Sequence[Any]) -> dict[int, Speaker]:
    """Labels of one run that are printed as the same person, equally sure, are one speaker: the first label, with
    all evidence."""
    counted: Counter[int] = Counter()
    keys: dict[int, tuple[Any, ...]] = {}
    people: dict[tuple[Any, ...], list[Speaker]] = {}
    for row in rows:
        counted[row.run] += 1
        if row.merged_into_id is None:
            voice = _speaker(row, counted[row.run])
            alone = "" if voice.person_slug else voice.label
            keys[row.id] = key = (row.run, voice.person_slug, voice.name, voice.certainty, alone)
            people.setdefault(key, []).append(voice)
    joined = {key: _as_one(voices) for key, voices in people.items()}
    return {label_id: joined[keys[root]] for label_id, root in resolve_merged(rows).items()}


def _as_one(voices: Sequence[Speaker]) -> Speaker:
    first = voices[0]
    return replace(first, evidence=_join_evidence(voices)) if any(one.evidence for one in voices) else first


def resolve_merged(labels: Sequence[SpeakerLabel]) -> dict[int, int]:
    """The id under which each label is read: its own, or that of the label at the end of its merges."""
    into = {label.id or 0: label.merged_into_id for label in labels}
    roots = {}
    for label_id in into:
        root = label_id
        while (following := into[root]) is not None:
            root = following
        roots[label_id] = root
    return roots


def _join_evidence(voices: Sequence[Speaker]) -> tuple[Evidence, ...]:
    reasons = dict.fromkeys(reason for voice in voices for reason in voice.evidence)
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.log_odds)))


def _speaker(voice: Any, number: int) -> Speaker:
    """Apply the answer rule to a row of _VOICES. A voice keeps its `number` in the run, whoever else gets a name."""
    if voice.state is LabelState.WITHHELD:
        return Speaker(voice.label, "Name withheld", "unconfirmed")
    certainty = certainty_of(voice)
    rejected = voice.review is Review.REJECTED or certainty == "unconfirmed"
    if rejected or not (voice.slug or voice.shown_as):
        return Speaker(voice.label, f"Unconfirmed voice {number}", "unconfirmed")
    evidence = evidence_of(voice)
    if voice.slug is None:
        return Speaker(voice.label, voice.shown_as, certainty, evidence=evidence)
    return Speaker(
        voice.label,
        voice.shown_as or voice.name,
        certainty,
        voice.slug,
        voice.role.value,
        voice.affiliation,
        evidence,
    )


def evidence_of(label: SpeakerLabel) -> tuple[Evidence, ...]:
    """What speaks for the name the label has; what spoke for another one, before a person decided, is not told."""
    return tuple(
        Evidence(reason["kind"], reason["text"], reason["log_odds"], reason["at_ms"])
        for reason in label.evidence or ()
        if reason.get("appearance_id", label.appearance_id) == label.appearance_id
    )


def certainty_of(label: SpeakerLabel) -> str:
    """How sure the name of a label is, by the answer rule."""
    if label.state is LabelState.CONFIRMED:
        return "confirmed"
    probability = label.probability or 0.0
    if label.state is not LabelState.SUGGESTED or probability < PROBABLY:
        return "unconfirmed"
    return "named" if probability >= NAMED else "probable"


def _passage(row: Any, with_words: bool) -> Passage:
    return Passage(
        number=row.position,
        start_ms=row.start_ms,
        end_ms=row.end_ms,
        text=row.text,
        language=row.language,
        flags=tuple(Flag(flag["code"], flag["reason"]) for flag in row.flags) if row.flags else (),
        words=tuple(Word(*word) for word in row.words) if with_words else (),
    )


def write_utterances(
    session: Session,
    track: Track,
    utterances: Sequence[SpokenUtterance],
    labels: dict[str, int],
    *,
    first: int = 0,
) -> None:
    """Store what was heard under the track, in order from position `first` on; `labels` gives each label's row."""
    session.add_all(
        Utterance(
            track_id=track.id or 0,
            position=position,
            start_ms=spoken.start_ms,
            end_ms=spoken.end_ms,
            speaker_label_id=labels.get(spoken.label),
            language=spoken.language,
            text=spoken.text,
            words=[_row(word) for word in spoken.words],
            flags=[{"code": flag.code, "reason": flag.reason} for flag in spoken.flags],
        )
        for position, spoken in enumerate(utterances, start=first)
    )


def _row(word: Word) -> list[Any]:
    return [word.start_ms, word.end_ms, word.text, round(word.probability, 3)]
