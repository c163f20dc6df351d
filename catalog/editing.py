"""A paragraph as a person writes it: the words change, the times of those that stay do not. Who asks: the studio.

Two people never overwrite each other: whoever saves says which state of the paragraph they saw (`stamp_of`), and one
that has changed since is refused, with what it says now.
"""

import hashlib
import json
from difflib import SequenceMatcher
from typing import Any

from sqlmodel import Session, select

from catalog.acts import Act, Done, begin_act
from catalog.anchors import key_of
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.models import Correction, Fixup, FixupState, Utterance
from catalog.models.columns import now, storable

LONGEST_TEXT = 20_000
LONGEST_NOTE = 500

Row = list[Any]


class ChangedMeanwhile(Conflict):
    """Somebody else saved this paragraph since it was read; `text` is what it says now, `stamp` its state."""

    code = "changed_meanwhile"

    def __init__(self, text: str, stamp: str) -> None:
        super().__init__(
            "Somebody else has changed this paragraph since you read it. Nothing of yours was saved yet."
        )
        self.text, self.stamp = text, stamp


def stamp_of(line: Utterance) -> str:
    """The state of a paragraph: it changes with its words, its times and whose it is."""
    state = [line.id, line.text, line.words, line.start_ms, line.end_ms, line.speaker_label_id]
    return hashlib.sha256(json.dumps(state, ensure_ascii=False).encode()).hexdigest()[:16]


def retime(words: list[Row], text: str, start_ms: int, end_ms: int) -> list[Row]:
    """The words of a text over the times in which others were heard.

    A word that stays keeps its times and how sure the recogniser was; words that are new share the time between those
    around them, in their order, and are sure: a person wrote them.

    >>> retime([[0, 400, "Gull", 0.4], [500, 900, "is", 0.9]], "Gul Khan is", 0, 900)
    [[0, 250, 'Gul', 1.0], [250, 500, 'Khan', 1.0], [500, 900, 'is', 0.9]]
    """
    written = text.split()
    ours, theirs = (
        [key_of(word) or word for word in written],
        [key_of(str(row[2])) or str(row[2]) for row in words],
    )
    timed: list[Row | None] = [None] * len(written)
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            begin, end, heard, sure = words[block.b + step]
            word = written[block.a + step]
            timed[block.a + step] = [begin, end, word, sure if word == heard else 1.0]
    return _fill(timed, written, start_ms, end_ms)


def _fill(timed: list[Row | None], written: list[str], start_ms: int, end_ms: int) -> list[Row]:
    rows: list[Row] = []
    at = start_ms
    for place, row in enumerate(timed):
        if row is not None:
            row[0] = max(at, min(row[0], end_ms))
            row[1] = max(row[0], min(row[1], end_ms))
        else:
            following = next((n for n in range(place, len(timed)) if timed[n] is not None), len(timed))
            until = max(at, min(timed[following][0], end_ms)) if following < len(timed) else max(at, end_ms)  # type: ignore[index]
            row = [at, at + (until - at) // (following - place), written[place], 1.0]
        rows.append(row)
        at = row[0] if timed[place] is not None else row[1]
        at = max(at, row[1])
    return rows


def edit_paragraph(
    session: Session, slug: str, utterance_id: int, text: str, seen: str, *, by: str, public_note: str = ""
) -> Done:
    """Write a paragraph anew. Raises NotFound, InvalidQuery, ChangedMeanwhile; the same text again changes nothing."""
    act = begin_act(session, slug, by)
    line = find_paragraph(act, utterance_id)
    wanted = " ".join(storable(text, LONGEST_TEXT + 1).split())
    if not wanted:
        raise InvalidQuery("A paragraph needs words. To take words out for good, an editor redacts them.")
    if len(wanted) > LONGEST_TEXT:
        raise InvalidQuery(f"A paragraph has at most {LONGEST_TEXT} characters. Split it first.")
    if wanted == line.text:
        return Done("edit", "It says that already.")
    if seen != stamp_of(line):
        raise ChangedMeanwhile(line.text, stamp_of(line))
    return write_paragraph(act, line, wanted, public_note)


def find_paragraph(act: Act, utterance_id: int) -> Utterance:
    query = select(Utterance).where(Utterance.id == utterance_id, Utterance.track_id == act.track.id)
    line = act.session.exec(query).first()
    if line is None:
        raise NotFound("This paragraph is no longer in the transcript that is read. Load the page again.")
    return line


def write_paragraph(act: Act, line: Utterance, text: str, public_note: str = "") -> Done:
    """The words, their times, and the correction that tells of it; proposals for words that changed are closed."""
    correction = rewrite(act, line, text, public_note)
    return act.finish("edit", "Saved.", corrections=[correction.id])


def rewrite(act: Act, line: Utterance, text: str, public_note: str = "") -> Correction:
    """The same as a part of an act that does more."""
    before, words = line.text, line.words
    line.text, line.words = text, retime(words, text, line.start_ms, line.end_ms) if words else []
    correction = Correction(
        utterance_id=line.id or 0,
        field="text",
        before=before,
        after=text,
        public_note=storable(public_note.strip(), LONGEST_NOTE),
    )
    for fixup in act.session.exec(
        select(Fixup).where(Fixup.utterance_id == line.id, Fixup.state == FixupState.OPEN)
    ):
        fixup.state, fixup.decided_by, fixup.decided_at = FixupState.REJECTED, act.by, now()
        act.session.add(fixup)
    act.track.by_human = True
    act.session.add_all([line, act.track, correction])
    act.session.flush()
    return correction
