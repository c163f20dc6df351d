"""Words that went to the wrong voice: producers split a label, or give one turn to another. The words stay."""

from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile
from string import ascii_lowercase
from typing import Any, Literal

from sqlmodel import Session, col, select

from catalog.acts import Act, Done, begin_act
from catalog.errors import Conflict
from catalog.labels import find_label, labels_of
from catalog.models import Fixup, FixupState, SpeakerLabel, Turn, Utterance
from catalog.models.columns import now
from catalog.paragraphs import cut_paragraph, is_timed, shift_paragraphs, word_at
from catalog.transcripts import NOBODY, read_speakers, resolve_merged
from transcribe.timeline import Span

Whole = Literal["turn", "rest"]
_FOREVER_MS = 2**40
_LONGEST_STEM = 36


def split_label(
    session: Session, slug: str, label: str, at_ms: int, whole: Whole = "turn", *, by: str
) -> Done:
    """Give what a label says from a moment on to a voice of its own: to the end of that "turn", or all the "rest".

    A moment inside a paragraph cuts it at the word; one whose words were not timed, or were edited since, goes or
    stays whole. The new voice has no name until it is given one.
    """
    act = begin_act(session, slug, by)
    labels = labels_of(session, act.track)
    given = find_label(labels, label)
    roots = resolve_merged(labels)
    same = {label_id for label_id, root in roots.items() if root == roots[given.id or 0]}
    start, told, cuts = _find_start(act, same, at_ms, whole, given.label)
    lines = _paragraphs(act)
    if whole == "turn":
        wanted = list(takewhile(lambda line: line.speaker_label_id in same, lines[start:]))
    else:
        wanted = [line for line in lines[start:] if line.speaker_label_id in same]
    if not wanted:
        raise Conflict(
            f"{given.label} says nothing from there on. `presstalk show {slug}` tells who speaks when."
        )
    if len(wanted) == sum(line.speaker_label_id in same for line in lines):
        raise Conflict(f"That is all {given.label} says. Name it, or merge it with another voice.")
    new = _add_label(act, labels, given.label)
    _give(act, lines, wanted, new)
    sentence = (
        f"{_count(wanted)} of {given.label} {'is' if len(wanted) == 1 else 'are'} now {new.label}.{told}"
    )
    return act.finish("split", sentence, new.label, cuts=cuts)


def reassign_turn(session: Session, slug: str, at_ms: int, to_label: str, *, by: str) -> Done:
    """Give the whole turn that is said at a moment, as it is printed, to another voice."""
    act = begin_act(session, slug, by)
    labels = labels_of(session, act.track)
    given = find_label(labels, to_label)
    target = next(one for one in labels if one.id == resolve_merged(labels)[given.id or 0])
    lines = _paragraphs(act)
    at = next((n for n, line in enumerate(lines) if line.start_ms <= at_ms < line.end_ms), None)
    if at is None:
        raise Conflict(f"Nobody speaks at that moment. `presstalk show {slug}` tells who speaks when.")
    speakers = read_speakers(session, act.track.episode_id)

    def is_of_turn(line: Utterance) -> bool:
        return speakers.get(line.speaker_label_id or 0, NOBODY) == speakers.get(
            lines[at].speaker_label_id or 0, NOBODY
        )

    wanted = [
        *reversed(list(takewhile(is_of_turn, reversed(lines[:at])))),
        *takewhile(is_of_turn, lines[at:]),
    ]
    if resolve_merged(labels).get(lines[at].speaker_label_id or 0) == target.id:
        raise Conflict(f"{target.label} speaks at that moment already.")
    _give(act, lines, wanted, target)
    whose = speakers[target.id or 0].name
    return act.finish("reassign", f"{_count(wanted)} given to {target.label}, {whose}.", target.label)


def _paragraphs(act: Act) -> list[Utterance]:
    query = select(Utterance).where(Utterance.track_id == act.track.id)
    return list(act.session.exec(query.order_by(col(Utterance.position))).all())


def _count(lines: Sequence[Utterance]) -> str:
    return "1 paragraph" if len(lines) == 1 else f"{len(lines)} paragraphs"


# ---- where a split begins ---------------------------------------------------------------------------


def _find_start(
    act: Act, same: set[int], at_ms: int, whole: Whole, label: str
) -> tuple[int, str, list[dict[str, Any]]]:
    """Which paragraph is the first that goes, what to tell of it, and the cut that was made for it."""
    lines = _paragraphs(act)
    start = next(
        (n for n, line in enumerate(lines) if line.speaker_label_id in same and line.end_ms > at_ms),
        len(lines),
    )
    if whole == "turn" and any(line.start_ms <= at_ms < line.end_ms for line in lines[:start]):
        raise Conflict(f"Somebody else than {label} speaks at that moment.")
    if start == len(lines) or lines[start].start_ms >= at_ms:
        return start, "", []
    line = lines[start]
    if not is_timed(line):
        stays = at_ms - line.start_ms > line.end_ms - at_ms
        told = " The paragraph there has no timed words, so it {} whole."
        return start + stays, told.format("stays" if stays else "goes"), []
    place = word_at(line, at_ms)
    if place in (0, len(line.words)):
        return start + (place > 0), "", []
    return start + 1, " The paragraph was cut at the word.", [_cut(act, line, place)]


def _cut(act: Act, line: Utterance, place: int) -> dict[str, Any]:
    """Cut a paragraph before word number `place`; proposals go with their words."""
    session, track_id = act.session, line.track_id
    rest, space = cut_paragraph(line, place)
    shift_paragraphs(session, track_id, line.position, 1)
    session.add(rest)
    session.flush()
    for fixup in session.exec(select(Fixup).where(Fixup.utterance_id == line.id)):
        if fixup.first >= place:
            fixup.utterance_id, fixup.first, fixup.last = (
                rest.id or 0,
                fixup.first - place,
                fixup.last - place,
            )
        elif fixup.last > place and fixup.state is FixupState.OPEN:  # its words are two people's now
            fixup.state, fixup.decided_by, fixup.decided_at = FixupState.REJECTED, act.by, now()
    session.flush()
    return {"utterance": line.id, "rest": rest.id, "space": space}


def _add_label(act: Act, labels: Sequence[SpeakerLabel], label: str) -> SpeakerLabel:
    """A new label named after the one it comes from: S2b of S2, S2c of S2 or S2b."""
    taken = {one.label for one in labels}
    stem = label[:-1] if label[:-1] in taken else label[:_LONGEST_STEM]
    letters = [*ascii_lowercase[1:], *(f"z{number}" for number in range(2, len(taken) + 3))]
    name = next(stem + letter for letter in letters if stem + letter not in taken)
    new = SpeakerLabel(episode_id=act.track.episode_id, run=act.track.revision, label=name)
    act.session.add(new)
    act.session.flush()
    return new


# ---- giving -----------------------------------------------------------------------------------------


def _give(act: Act, lines: Sequence[Utterance], wanted: Sequence[Utterance], to: SpeakerLabel) -> None:
    """Let these paragraphs, and the diarizer's turns in their time, be another label's. A re-run keeps this track."""
    sources = {line.speaker_label_id for line in wanted}
    own = [line for line in lines if line.speaker_label_id in sources]
    chosen = {line.id for line in wanted}
    spans = stretches([Span(line.start_ms, line.end_ms) for line in own], [line.id in chosen for line in own])
    query = select(Turn).where(col(Turn.speaker_label_id).in_({source or 0 for source in sources}))
    for turn in act.session.exec(query.order_by(col(Turn.id))).all():
        _carve(act.session, turn, spans, to.id or 0)
    for line in wanted:
        line.speaker_label_id = to.id
        act.session.add(line)
    act.track.by_human = True
    act.session.add(act.track)
    act.session.flush()


def stretches(spans: Sequence[Span], chosen: Sequence[bool]) -> list[Span]:
    """The time of each run of chosen paragraphs of a voice, up to half way to those that are not chosen.

    >>> stretches([Span(0, 10), Span(20, 30), Span(40, 50)], [False, True, False])
    [Span(start_ms=15, end_ms=35)]
    """
    found: list[Span] = []
    between = [(one.end_ms + other.start_ms) // 2 for one, other in pairwise(spans)]
    edges = sorted([0, *between, _FOREVER_MS])
    for place, is_chosen in enumerate(chosen):
        if is_chosen and place and chosen[place - 1]:
            found[-1] = Span(found[-1].start_ms, edges[place + 1])
        elif is_chosen:
            found.append(Span(edges[place], edges[place + 1]))
    return found


def _carve(session: Session, turn: Turn, spans: Iterable[Span], to: int) -> None:
    """Give the part of a turn that lies in the spans to another label; no time of it is lost."""
    whole, source = Span(turn.start_ms, turn.end_ms), turn.speaker_label_id
    inside = [part for span in spans if (part := whole & span)]
    edges = sorted(
        {whole.start_ms, whole.end_ms, *(edge for part in inside for edge in (part.start_ms, part.end_ms))}
    )
    for number, (start_ms, end_ms) in enumerate(pairwise(edges)):
        row = Turn(**turn.model_dump(exclude={"id"})) if number else turn
        row.start_ms, row.end_ms = start_ms, end_ms
        row.speaker_label_id = to if any(start_ms in part for part in inside) else source
        session.add(row)
