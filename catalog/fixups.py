"""Misheard names and terms: proposals kept, listed, accepted or rejected by a person. What may be one is decided in
`transcribe.fixups`."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from catalog.acts import Act, Done, begin_act
from catalog.episodes import find_episode
from catalog.errors import Conflict, NotFound
from catalog.models import Correction, Fixup, FixupState, Track, Utterance
from catalog.models.columns import now
from catalog.paragraphs import is_timed, time_words, write_words
from catalog.transcripts import NOBODY, current_track, read_speakers
from transcribe.fixups import Suggestion

# Two runs put the same word a little apart; what a person rejected is known again by its moment.
SAME_MOMENT_MS = 2_000
_LONGEST = 500


@dataclass(frozen=True)
class FixupLine:
    """A proposal as a producer decides on it: `before` and `after` are the words around it."""

    id: int
    start_ms: int
    speaker: str
    before: str
    heard: str
    after: str
    proposed: str
    state: str


def store_fixups(
    session: Session, track_id: int, suggestions: Sequence[Suggestion], first_position: int = 0
) -> int:
    """Keep proposals for a track, whose utterance number 0 stands at `first_position`; how many are new.

    Again changes nothing. What a person rejected, here or in an earlier run, is not proposed for the same words again.
    """
    places = {one.utterance + first_position for one in suggestions}
    meant = select(Utterance).where(Utterance.track_id == track_id, col(Utterance.position).in_(places))
    lines = {line.position: line for line in session.exec(meant)}
    known = {
        (row.utterance_id, row.first)
        for row in session.exec(select(Fixup).join(Utterance).where(Utterance.track_id == track_id))
    }
    rejected = _rejected(session, session.get_one(Track, track_id).episode_id)
    stored = 0
    for one in suggestions:
        line = lines.get(one.utterance + first_position)
        if line is None or not _stand_there(line, one.first, one.last, one.heard):
            continue
        if max(len(one.heard), len(one.proposed)) > _LONGEST or (line.id, one.first) in known:
            continue
        moments = rejected.get((one.heard, one.proposed), [])
        if any(abs(moment - _moment(line, one.first)) <= SAME_MOMENT_MS for moment in moments):
            continue
        session.add(
            Fixup(
                utterance_id=line.id or 0,
                first=one.first,
                last=one.last,
                heard=one.heard,
                proposed=one.proposed,
            )
        )
        stored += 1
    session.flush()
    return stored


def _rejected(session: Session, episode_id: int) -> dict[tuple[str, str], list[int]]:
    rows = session.exec(
        select(Fixup, Utterance)
        .join(Utterance, col(Fixup.utterance_id) == col(Utterance.id))
        .join(Track, col(Utterance.track_id) == col(Track.id))
        .where(Track.episode_id == episode_id, Fixup.state == FixupState.REJECTED)
    )
    moments: dict[tuple[str, str], list[int]] = {}
    for fixup, line in rows:
        moments.setdefault((fixup.heard, fixup.proposed), []).append(_moment(line, fixup.first))
    return moments


def _words(line: Utterance) -> list[str]:
    return [word[2] for word in line.words] or line.text.split()


def _stand_there(line: Utterance, first: int, last: int, heard: str) -> bool:
    """Are these words still those that were heard, as written and as timed?"""
    words = _words(line)[first:last]
    return bool(words) and heard.split(" ") == words and (not line.words or is_timed(line))


def _moment(line: Utterance, place: int) -> int:
    return int(line.words[place][0]) if place < len(line.words) else line.start_ms


# ---- what producers do ------------------------------------------------------------------------------


def list_fixups(session: Session, slug: str, *, only_open: bool = True) -> list[FixupLine]:
    """The proposals for the transcript that is read, in its order."""
    episode_id = find_episode(session, slug).id or 0
    track = current_track(session, episode_id)
    if track is None:
        return []
    query = (
        select(Fixup, Utterance)
        .join(Utterance)
        .where(Utterance.track_id == track.id)
        .order_by(col(Utterance.position), col(Fixup.first))
    )
    rows = session.exec(query.where(Fixup.state == FixupState.OPEN) if only_open else query).all()
    speakers = read_speakers(session, episode_id)
    return [_line(row, line, speakers.get(line.speaker_label_id or 0, NOBODY).name) for row, line in rows]


def _line(row: Fixup, line: Utterance, speaker: str) -> FixupLine:
    words = line.text.split()
    return FixupLine(
        id=row.id or 0,
        start_ms=_moment(line, row.first),
        speaker=speaker,
        before=" ".join(words[max(0, row.first - 6) : row.first]),
        heard=row.heard,
        after=" ".join(words[row.last : row.last + 6]),
        proposed=row.proposed,
        state=row.state.value,
    )


def accept_fixup(session: Session, slug: str, fixup_id: int, *, by: str) -> Done:
    """Write the proposed words in place of those that were heard, over the same time; the correction is kept."""
    act = begin_act(session, slug, by)
    row, line = _open_fixup(act, fixup_id)
    if not _stand_there(line, row.first, row.last, row.heard):
        raise Conflict(f"Proposal {fixup_id} was for words that have changed since. Reject it.")
    heard, proposed, text = line.words[row.first : row.last], row.proposed.split(), line.text
    write_words(line, row.first, row.last, row.proposed)
    if heard:
        line.words = [*line.words[: row.first], *time_words(heard, proposed), *line.words[row.last :]]
    correction = Correction(utterance_id=line.id or 0, field="text", before=text, after=line.text)
    session.add(correction)
    _move_others(session, row, row.first + len(proposed) - row.last)
    _decide(act, row, FixupState.ACCEPTED)
    act.track.by_human = True
    session.add_all([line, act.track])
    session.flush()
    return act.finish("accept", f"“{row.heard}” is now “{row.proposed}”.", corrections=[correction.id])


def reject_fixup(session: Session, slug: str, fixup_id: int, *, by: str) -> Done:
    """Leave the words as they were heard; the same is not proposed again."""
    act = begin_act(session, slug, by)
    row, _ = _open_fixup(act, fixup_id)
    _decide(act, row, FixupState.REJECTED)
    return act.finish("reject", f"“{row.heard}” stays.")


def _open_fixup(act: Act, fixup_id: int) -> tuple[Fixup, Utterance]:
    found = act.session.exec(
        select(Fixup, Utterance)
        .join(Utterance)
        .where(Fixup.id == fixup_id, Utterance.track_id == act.track.id)
    ).first()
    if found is None:
        raise NotFound(
            f"There is no proposal {fixup_id} here. `presstalk fixups list {act.episode.slug}` lists them."
        )
    if found[0].state is not FixupState.OPEN:
        raise Conflict(f"Proposal {fixup_id} was {found[0].state.value} before.")
    return found


def _decide(act: Act, row: Fixup, state: FixupState) -> None:
    row.state, row.decided_by, row.decided_at = state, act.by, now()
    act.session.add(row)


def _move_others(session: Session, row: Fixup, by: int) -> None:
    """The proposals behind this one move with their words; farthest first, so that no two meet at one."""
    later = select(Fixup).where(Fixup.utterance_id == row.utterance_id, Fixup.first >= row.last)
    for other in sorted(session.exec(later).all(), key=lambda other: -other.first if by > 0 else other.first):
        other.first, other.last = other.first + by, other.last + by
        session.flush()
    row.last += by
