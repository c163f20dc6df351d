"""Whom a phrase is about: from phrases heard to cues on voices, with how often such a cue is right. Weighs nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from transcribe.cues.reading import Phrase, Turn
from transcribe.cues.table import Kind

# How often each kind of cue is right; starting values, from the literature's handful of hand-checked episodes.
PRECISION = {
    Kind.SELF: 0.95,
    Kind.OPENING: 0.85,
    Kind.INTRODUCTION: 0.85,
    Kind.ADDRESS: 0.85,
    Kind.THANKS: 0.85,
    Kind.REPORTED: 0.85,
}
IN_A_ROW = 0.6
SOON_MS = 20_000
# An address is answered at once; more sentences after the name were said to all.
LAST_SENTENCES = 3
# Fewer words in all are a cough, a laugh, a "hm" with a label of its own.
LEAST_WORDS = 4


@dataclass(frozen=True)
class Cue:
    """A voice is one of `people` (or, `against`, none of them), right in `precision` of such cases.

    `speaker` is the label that said `quote` at `at_ms`. Several people are namesakes or named together; an
    OPENING names nobody and speaks for whoever moderates.
    """

    label: str
    kind: Kind
    people: tuple[str, ...]
    precision: float
    speaker: str
    at_ms: int
    quote: str
    against: bool = False


def place_cues(turns: Sequence[Turn], phrases: Sequence[Phrase]) -> list[Cue]:
    """Cues on voices, in the order their phrases were said, each phrase's doubt about its own speaker last."""
    words = Counter[str]()
    for turn in turns:
        words[turn.label] += len(turn.words)
    heard = [number for number, turn in enumerate(turns) if words[turn.label] >= LEAST_WORDS]
    by_turn = {number: list(group) for number, group in groupby(phrases, key=lambda phrase: phrase.turn)}
    cues = [
        cue
        for place, number in enumerate(heard)
        for cue in _of_turn(turns, heard, place, by_turn.get(number, []))
    ]
    return [*cues, *_introduced(turns, heard, phrases), *_not_the_speaker(turns, phrases)]


def _of_turn(
    turns: Sequence[Turn], heard: Sequence[int], place: int, phrases: Sequence[Phrase]
) -> Iterator[Cue]:
    """Cues of one turn on its own voice, the one before and the one after."""
    turn = turns[heard[place]]
    for kind in (Kind.SELF, Kind.OPENING):
        for phrase in [phrase for phrase in phrases if phrase.kind is kind][:1]:
            yield _cue(phrase, turn.label, turn.label)
    if place and (thanks := _at_the_start(phrases)):
        yield _cue(thanks, turns[heard[place - 1]].label, turn.label)
    if place + 1 < len(heard) and (address := _at_the_end(phrases)):
        following = turns[heard[place + 1]]
        if following.start_ms - turn.end_ms <= SOON_MS:
            yield _cue(address, following.label, turn.label)


def _at_the_start(phrases: Sequence[Phrase]) -> Phrase | None:
    """The thanks a turn begins with; whoever is thanked in a row was not all speaking just before."""
    thanks: list[Phrase] = []
    for phrase in (phrase for phrase in phrases if phrase.kind is Kind.THANKS):
        if phrase.sentence <= (thanks[-1].sentence + 1 if thanks else 1):
            thanks.append(phrase)
    return _together(thanks)


def _at_the_end(phrases: Sequence[Phrase]) -> Phrase | None:
    """The last address of a turn, if little is said after it; several in one sentence are asked together."""
    near = [
        phrase
        for phrase in phrases
        if phrase.kind is Kind.ADDRESS and phrase.sentences - phrase.sentence <= LAST_SENTENCES
    ]
    return _together([phrase for phrase in near if phrase.sentence == near[-1].sentence])


def _together(phrases: Sequence[Phrase]) -> Phrase | None:
    if not phrases:
        return None
    people = tuple(dict.fromkeys(person for phrase in phrases for person in phrase.people))
    quote = " ".join(dict.fromkeys(phrase.quote for phrase in phrases))
    first = phrases[0]
    return Phrase(first.kind, people, first.turn, first.sentence, first.sentences, first.at_ms, quote)


def _introduced(turns: Sequence[Turn], heard: Sequence[int], phrases: Sequence[Phrase]) -> Iterator[Cue]:
    """Who is introduced is the next new voice; several introduced in a row speak, mostly, in that order."""
    waiting: list[Phrase] = []
    in_a_row = False
    known: set[str] = set()
    for number in heard:
        turn = turns[number]
        if turn.label not in known and waiting:
            phrase = waiting.pop(0)
            in_a_row = in_a_row or bool(waiting)
            soon = turn.start_ms - phrase.at_ms <= SOON_MS + (turns[phrase.turn].end_ms - phrase.at_ms)
            precision = IN_A_ROW if in_a_row or not soon else PRECISION[Kind.INTRODUCTION]
            yield _cue(phrase, turn.label, turns[phrase.turn].label, precision)
        in_a_row = in_a_row and bool(waiting)
        known.add(turn.label)
        for phrase in phrases:
            fresh = all(phrase.people != one.people for one in waiting)
            if phrase.turn == number and phrase.kind is Kind.INTRODUCTION and fresh:
                waiting.append(phrase)


def _not_the_speaker(turns: Sequence[Turn], phrases: Sequence[Phrase]) -> Iterator[Cue]:
    """Nobody but in introducing themselves says their own name; counted once for a voice and a person."""
    said: set[tuple[str, str]] = set()
    for phrase in phrases:
        label = turns[phrase.turn].label
        for person in phrase.people if len(phrase.people) == 1 and phrase.kind is not Kind.SELF else ():
            if (label, person) not in said:
                said.add((label, person))
                yield Cue(
                    label,
                    phrase.kind,
                    (person,),
                    PRECISION[Kind.REPORTED],
                    label,
                    phrase.at_ms,
                    phrase.quote,
                    against=True,
                )


def _cue(phrase: Phrase, label: str, speaker: str, precision: float | None = None) -> Cue:
    right = PRECISION[phrase.kind] if precision is None else precision
    return Cue(label, phrase.kind, phrase.people, right, speaker, phrase.at_ms, phrase.quote)
