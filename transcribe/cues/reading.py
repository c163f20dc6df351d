"""From turns of talk to cues: which voice is, or is not, which of the cast, and the words that say so.

No language is known here: phrases come from the tables, people from the roll.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import regex

from transcribe.cues import english, roman_urdu, urdu
from transcribe.cues.table import Kind
from transcribe.names import Mention, Roll
from transcribe.sentences import ends_sentence
from transcribe.spellings import plain
from transcribe.timeline import Utterance, Word

TABLES = (english.TABLE, urdu.TABLE, roman_urdu.TABLE)
HONORIFICS = frozenset(word for table in TABLES for word in table.honorifics)
QUESTIONS = frozenset(word for table in TABLES for word in table.questions)

_COMMA = regex.compile(r"[,،;:–—]$")
_NAME = regex.compile(r"<(\d+)>")


@dataclass(frozen=True)
class Turn:
    """All a voice said until another voice spoke."""

    label: str
    words: tuple[Word, ...]

    @property
    def start_ms(self) -> int:
        return self.words[0].start_ms

    @property
    def end_ms(self) -> int:
        return max(word.end_ms for word in self.words)


@dataclass(frozen=True)
class Phrase:
    """A phrase heard in a sentence of a turn; `people` are everybody it can name, `first_sentence` counts from 0."""

    kind: Kind
    people: tuple[str, ...]
    turn: int
    sentence: int
    sentences: int
    at_ms: int
    quote: str


def to_turns(utterances: Sequence[Utterance]) -> tuple[Turn, ...]:
    """Utterances of one voice after another as turns; those without a voice are left out."""
    voiced = [utterance for utterance in utterances if utterance.label and utterance.text]
    return tuple(
        Turn(label, tuple(word for utterance in group for word in _words_of(utterance)))
        for label, group in groupby(voiced, key=lambda utterance: utterance.label)
    )


def _words_of(utterance: Utterance) -> Iterator[Word]:
    """Captions have no times for words; the utterance's own are near enough for cues."""
    if utterance.words:
        yield from utterance.words
    else:
        yield from (Word(utterance.start_ms, utterance.end_ms, text) for text in utterance.text.split())


def sentences_of(turn: Turn) -> list[tuple[Word, ...]]:
    """A turn's words cut at sentence ends."""
    sentences, start = [], 0
    for at, word in enumerate(turn.words):
        following = turn.words[at + 1].text if at + 1 < len(turn.words) else ""
        if not following or ends_sentence(word.text, following):
            sentences.append(turn.words[start : at + 1])
            start = at + 1
    return sentences


def read_phrases(turns: Sequence[Turn], roll: Roll) -> list[Phrase]:
    """Every phrase of every table in every sentence, in order; a sentence's talk is often of two languages."""
    return [
        phrase for number, turn in enumerate(turns) for phrase in _read_turn(number, sentences_of(turn), roll)
    ]


def _read_turn(number: int, sentences: list[tuple[Word, ...]], roll: Roll) -> Iterator[Phrase]:
    for place, sentence in enumerate(sentences):
        mentions = roll.find([word.text for word in sentence])
        line = _as_line(sentence, mentions)
        for kind, people in _phrases_in(line, mentions):
            yield Phrase(
                kind,
                people,
                number,
                place,
                len(sentences),
                sentence[0].start_ms,
                " ".join(word.text for word in sentence),
            )


def _as_line(sentence: Sequence[Word], mentions: Sequence[Mention]) -> str:
    """The sentence as phrases see it: plain words, "," for commas, "<0>" for the first mention."""
    named = {
        at: number for number, mention in enumerate(mentions) for at in range(mention.first, mention.last)
    }
    parts: list[str] = []
    for at, word in enumerate(sentence):
        part = f"<{named[at]}>" if at in named else plain(word.text)
        if part and parts[-1:] != [part]:
            parts.append(part)
        if _COMMA.search(word.text):
            parts.append(",")
    return " ".join(parts)


def _phrases_in(line: str, mentions: Sequence[Mention]) -> Iterator[tuple[Kind, tuple[str, ...]]]:
    """The phrases in one sentence; a mention counts once, for the first kind that explains it."""
    if _OPENINGS.search(line):
        yield Kind.OPENING, ()
    free = set(range(len(mentions)))
    for kind, patterns in _PATTERNS.items():
        for match in (match for pattern in patterns for match in pattern.finditer(line, overlapped=True)):
            numbers = {int(number) for place in match.captures("name") for number in _NAME.findall(place)}
            if numbers & free:
                yield kind, _people(mentions, numbers & free)
                free -= numbers
    if free:
        yield Kind.REPORTED, _people(mentions, free)


def _people(mentions: Sequence[Mention], numbers: set[int]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person for number in sorted(numbers) for person in mentions[number].people))


_JOINERS = "|".join(sorted(word for table in TABLES for word in table.joiners))
_NAMES = rf"(?P<name><\d+>(?: ,)?(?:(?: (?:{_JOINERS}))? <\d+>(?: ,)?)*)"
# A name set off by a comma, or all of a sentence, calls somebody in every language.
_CALLS = (
    r"^(?:\w+ ){0,2}?NAME$",
    r"^(?:\w+ (?:, )?){0,2}?(?P<name><\d+>) , ",
    r" , (?P<name><\d+>)$",
)


def _compiled(phrase: str) -> regex.Pattern[str]:
    folded = regex.sub(r"\p{sc=Arabic}+", lambda letters: plain(letters[0]), phrase)
    return regex.compile(rf"(?<!\w)(?:{folded.replace(' ', '(?: ,)? ').replace('NAME', _NAMES)})")


def _compile_kind(kind: Kind) -> list[regex.Pattern[str]]:
    return [_compiled(phrase) for table in TABLES for phrase in table.phrases[kind]]


# Tried in this order: a name is said once, and the surest reading of it counts.
_PATTERNS: dict[Kind, list[regex.Pattern[str]]] = {
    kind: _compile_kind(kind)
    for kind in (Kind.SELF, Kind.THANKS, Kind.REPORTED, Kind.INTRODUCTION, Kind.ADDRESS)
}
_PATTERNS[Kind.ADDRESS] += [regex.compile(call.replace("NAME", _NAMES)) for call in _CALLS]
_OPENINGS = regex.compile("|".join(pattern.pattern for pattern in _compile_kind(Kind.OPENING)))
