"""Cutting utterances into cards of two short lines with right times, and cleaning hostile text. Knows no format."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from transcribe.languages import NOT_TRANSCRIBED
from transcribe.sentences import ends_sentence
from transcribe.timeline import Utterance, Word

LINES = 2
# A card stays at most so long; broadcasters' guides agree on six to seven seconds.
CARD_MS = 7_000
PAUSE_MS = 1_000
LAST_MOMENT_MS = 100 * 3_600_000 - 1
# Embeddings, overrides and isolates can turn round the rest of the page; speech needs none of them.
_BIDI_CONTROLS = regex.compile("[\u202a-\u202e\u2066-\u2069]")
_UNPRINTABLE = regex.compile(r"[\p{Cc}\p{Cs}\uFFFE\uFFFF\uFEFF]")
_SPACE = regex.compile(r"[\s\u0085\u2028\u2029\x1c-\x1f]+")
_MARKUP = str.maketrans("<>&", "   ")


@dataclass(frozen=True)
class Card:
    """One caption on the screen: one or two lines of words out of one utterance."""

    utterance: Utterance
    lines: tuple[tuple[Word, ...], ...]
    start_ms: int
    end_ms: int

    @property
    def spoken(self) -> bool:
        return is_spoken(self.utterance)


def clean(text: str) -> str:
    """Text that is safe in any caption file: one line, no control characters, no lone surrogates, no overrides.

    Joiners and direction marks stay: Urdu, Bengali and Hindi words need them.

    >>> clean("  one\\r\\n\\x00two\\u202e three ")
    'one two three'
    """
    if (
        text.isprintable() and "  " not in text
    ):  # nearly every word: then it has none of these, and blanks alone
        return text.strip(" ")
    text = _SPACE.sub(" ", text)
    return _SPACE.sub(" ", _UNPRINTABLE.sub("", _BIDI_CONTROLS.sub("", text))).strip()


def clean_name(name: str) -> str:
    """A name that can stand in a voice span, which ends at > and may hold no & and no line break.

    >>> clean_name("Asma <Green> &\\nCo")
    'Asma Green Co'
    """
    return clean(name.translate(_MARKUP))


def first_strong(text: str) -> str:
    """L or R: the direction of the first letter that has one; empty when none has.

    >>> first_strong("(42) سلام"), first_strong("Lahore"), first_strong("42!")
    ('R', 'L', '')
    """
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in {"L", "R", "AL"}:
            return "L" if direction == "L" else "R"
    return ""


def is_spoken(utterance: Utterance) -> bool:
    """Are these the speaker's words, and not our note that they could not be written?"""
    return all(flag.code != NOT_TRANSCRIBED for flag in utterance.flags)


def cut_into_cards(utterances: Sequence[Utterance], width: int, name_first: bool = False) -> Iterator[Card]:
    """Cards in the order of the utterances, lines of at most `width` characters, each card longer than 0 ms.

    `name_first` leaves room for the speaker's name in the first line of each utterance.
    """
    for utterance in utterances:
        words = timed_words(utterance)
        if any(len(word.text) > width for word in words):
            words = [piece for word in words for piece in _split_long(word, width)]
        indent = (
            min(len(clean_name(utterance.speaker)) + 2, width // 2) if name_first and utterance.speaker else 0
        )
        start = 0
        while start < len(words):
            lines = _fill_lines(words[start:], width, indent)
            count = sum(len(line) for line in lines)
            yield _card(utterance, lines, words[start + count : start + count + 1])
            start, indent = start + count, 0


def timed_words(utterance: Utterance) -> list[Word]:
    """The words of the text with times: their own where words and text agree, else shared out by length.

    A human correction changes the text first; what is read is always the text. A note in place of words
    begins with the utterance and takes no time of its own.
    """
    cleaned = [Word(w.start_ms, w.end_ms, clean(w.text), w.probability) for w in utterance.words]
    text = clean(utterance.text)
    if not is_spoken(utterance):
        return [Word(utterance.start_ms, utterance.start_ms, piece) for piece in text.split()]
    if cleaned and " ".join(word.text for word in cleaned if word.text) == text:
        return [word for word in cleaned if word.text]
    pieces = text.split()
    total = sum(len(piece) + 1 for piece in pieces)
    edges, done = [utterance.start_ms], 0
    for piece in pieces:
        done += len(piece) + 1
        edges.append(utterance.start_ms + utterance.span.duration_ms * done // total)
    return [Word(start, end, piece) for piece, (start, end) in zip(pieces, pairwise(edges), strict=True)]


def _split_long(word: Word, width: int) -> Iterator[Word]:
    """A word wider than a line in pieces, never inside a letter with its marks."""
    if len(word.text) <= width:
        yield word
        return
    pieces = [""]
    for letter in regex.findall(r"\X", word.text):
        # Thousands of marks on one letter are an attack, not a letter.
        for part in [letter[at : at + width] for at in range(0, len(letter), width)]:
            if len(pieces[-1]) + len(part) > width:
                pieces.append("")
            pieces[-1] += part
    span = word.end_ms - word.start_ms
    for at, piece in enumerate(pieces):
        yield Word(
            word.start_ms + span * at // len(pieces), word.start_ms + span * (at + 1) // len(pieces), piece
        )


def _fill_lines(words: Sequence[Word], width: int, indent: int) -> tuple[tuple[Word, ...], ...]:
    """As many words as one card takes: two lines, seven seconds, and no further than a pause or a sentence end."""
    lines: list[list[Word]] = [[]]
    room = width - indent
    for at, word in enumerate(words):
        if at and _should_part(words[at - 1], word, words[0], lines):
            break
        needed = len(word.text) + bool(lines[-1])
        if needed > room and lines[-1]:
            if len(lines) == LINES:
                break
            lines.append([])
            room, needed = width, len(word.text)
        lines[-1].append(word)
        room -= needed
    return tuple(tuple(line) for line in lines)


def _should_part(previous: Word, word: Word, first: Word, lines: list[list[Word]]) -> bool:
    long_enough = len(lines) == LINES or previous.end_ms - first.start_ms >= CARD_MS // 2
    return (
        word.start_ms - previous.end_ms >= PAUSE_MS
        or word.end_ms - first.start_ms > CARD_MS
        or (long_enough and ends_sentence(previous.text, word.text))
    )


def _card(utterance: Utterance, lines: tuple[tuple[Word, ...], ...], following: Sequence[Word]) -> Card:
    """Times from the first to the last word; a card without length borrows a little from what follows."""
    words = [word for line in lines for word in line]
    start = min(words[0].start_ms, LAST_MOMENT_MS - 1)
    end = max(word.end_ms for word in words) if is_spoken(utterance) else utterance.end_ms
    if following:
        end = min(end, max(following[0].start_ms, start))
    return Card(utterance, lines, start, min(max(end, start + 1), LAST_MOMENT_MS))
