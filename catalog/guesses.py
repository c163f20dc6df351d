"""What the machine writes to the labels of a run: its guesses, and what people decided of an earlier run. It never
overwrites a decision. Weighing is in `transcribe.naming` and `carrying`."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlmodel import Session, col, select

from catalog.acts import compare, read_state, record
from catalog.carrying import Carried, HeldLabel, NewLabel, carry_over
from catalog.errors import NotFound
from catalog.labels import labels_of
from catalog.models import LabelState, SpeakerLabel, Track, TrackKind, Turn, Utterance
from catalog.transcripts import resolve_merged
from transcribe.guess import MOST_LOG_ODDS, Evidence, Guess
from transcribe.timeline import Span

DECIDED = (LabelState.CONFIRMED, LabelState.WITHHELD)
EARLIER = "earlier run"


def write_guesses(
    session: Session, episode_id: int, run: int, guesses: Sequence[Guess], appearance_of: Mapping[str, int]
) -> int:
    """Write the machine's guesses to the labels of a run; how many labels were still open to it.

    `appearance_of` gives the appearance for each person of the guesses. A label people decided on stays as it is,
    and whose name was withheld in this run is guessed nowhere in it.
    """
    rows = {row.label: row for row in labels_of(session, _track(session, episode_id, run))}
    withheld = _withheld_people(rows.values())
    written = 0
    for guess in guesses:
        if guess.label not in rows:
            raise NotFound(f"Run {run} of episode {episode_id} has no voice '{guess.label}'.")
        row = rows[guess.label]
        if row.state in DECIDED:
            continue
        appearance_id = appearance_of[guess.person] if guess.person is not None else None
        if appearance_id is None or appearance_id in withheld:
            _write_open(row)
        else:
            row.state, row.appearance_id, row.shown_as = LabelState.SUGGESTED, appearance_id, ""
            row.probability = guess.probability
            row.evidence = [{**asdict(reason), "appearance_id": appearance_id} for reason in guess.evidence]
        session.add(row)
        written += 1
    session.flush()
    return written


def carry_names(
    session: Session,
    episode_id: int,
    from_run: int,
    to_run: int,
    likeness: Mapping[tuple[str, str], float] | None = None,
) -> tuple[Carried, ...]:
    """Write what people decided of an earlier run to the labels of a new one; call it after `write_guesses`.

    A name that was withheld is suggested nowhere in the new run. Doing it again changes nothing.
    """
    earlier, newer = (_track(session, episode_id, run) for run in (from_run, to_run))
    held = _held(session, earlier)
    rows = labels_of(session, newer)
    before = read_state(session, newer, ["label"])
    spoken = _speech(session, newer)
    after = [NewLabel(row.label, tuple(spoken[row.id or 0])) for row in rows if row.merged_into_id is None]
    carried = carry_over([label for label, _ in held.values()], after, likeness)
    by_label = {row.label: row for row in rows}
    for one in carried:
        if by_label[one.label].state not in DECIDED:
            _write_carried(by_label[one.label], held[one.held][1], one)
    withheld = _withheld_people([row for _, row in held.values()])
    for row in rows:
        if row.state is LabelState.SUGGESTED and row.appearance_id in withheld:
            _write_open(row)
    session.add_all(rows)
    session.flush()
    if changes := compare(before, read_state(session, newer, ["label"])):
        record(session, newer, "carry", "", changes=changes)
    return carried


def _track(session: Session, episode_id: int, run: int) -> Track:
    track = session.exec(
        select(Track).where(
            Track.episode_id == episode_id, Track.kind == TrackKind.ORIGINAL, Track.revision == run
        )
    ).first()
    if track is None:
        raise NotFound(f"Episode {episode_id} has no run {run}.")
    return track


def _withheld_people(rows: Sequence[SpeakerLabel] | Any) -> set[int]:
    return {
        row.appearance_id
        for row in rows
        if row.state is LabelState.WITHHELD and row.appearance_id is not None
    }


def _write_open(row: SpeakerLabel) -> None:
    row.state, row.appearance_id, row.shown_as = LabelState.OPEN, None, ""
    row.probability, row.evidence = None, []


# ---- an earlier run ---------------------------------------------------------------------------------


def _held(session: Session, track: Track) -> dict[str, tuple[HeldLabel, SpeakerLabel]]:
    """What people decided of a run, by label: merged labels and labels of one person are one."""
    labels = labels_of(session, track)
    roots = resolve_merged(labels)
    spoken = _speech(session, track)
    people: dict[Any, SpeakerLabel] = {}
    spans: dict[str, list[Span]] = defaultdict(list)
    for label in labels:
        root = next(one for one in labels if one.id == roots[label.id or 0])
        if root.state in DECIDED:
            same = people.setdefault((root.state, root.appearance_id or root.label), root)
            spans[same.label] += spoken[label.id or 0]
    return {
        row.label: (HeldLabel(row.label, row.state, tuple(spans[row.label])), row) for row in people.values()
    }


def _speech(session: Session, track: Track) -> dict[int, list[Span]]:
    """When each label of a run speaks: its turns, or where voices were never told apart its paragraphs."""
    turns = session.exec(
        select(Turn.speaker_label_id, Turn.start_ms, Turn.end_ms)
        .join(SpeakerLabel)
        .where(SpeakerLabel.episode_id == track.episode_id, SpeakerLabel.run == track.revision)
        .order_by(col(Turn.start_ms), col(Turn.id))
    ).all()
    paragraphs = select(Utterance.speaker_label_id, Utterance.start_ms, Utterance.end_ms).where(
        Utterance.track_id == track.id
    )
    spoken: dict[int, list[Span]] = defaultdict(list)
    for label_id, start_ms, end_ms in turns or session.exec(paragraphs).all():
        spoken[label_id or 0].append(Span(start_ms, end_ms))
    return spoken


def _write_carried(row: SpeakerLabel, held: SpeakerLabel, carried: Carried) -> None:
    """Give a label what was decided: in full where that is sure, else as a suggestion to look at."""
    same = (row.appearance_id, row.shown_as) == (held.appearance_id, held.shown_as)
    row.appearance_id, row.shown_as = held.appearance_id, held.shown_as
    row.evidence = [
        {**asdict(_reason(carried)), "appearance_id": held.appearance_id},
        *(reason for reason in row.evidence if reason["kind"] != EARLIER),
    ]
    if carried.state is LabelState.SUGGESTED:
        sure = row.probability or 0.0 if same else 0.0
        row.state, row.probability = LabelState.SUGGESTED, max(sure, carried.probability)
        return
    row.state, row.reviewed_by, row.reviewed_at = carried.state, held.reviewed_by, held.reviewed_at
    row.probability = row.probability if same else held.probability


def _reason(carried: Carried) -> Evidence:
    if carried.state is LabelState.SUGGESTED:
        text = "confirmed by a producer in an earlier run, for a voice that may be this one"
        return Evidence(EARLIER, text, math.log(carried.probability / (1 - carried.probability)))
    return Evidence(EARLIER, f"{carried.state.value} by a producer in an earlier run", MOST_LOG_ODDS)
