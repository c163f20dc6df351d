"""A text as names are looked for in it: its words with their places, capitals and neighbours. What is a name is
decided in `mentions`."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache

import regex

from catalog.normalize import fold, words

LINE_REACH = 200  # characters: of a longer line no more is looked at

# Addresses and handles are no prose: what they are made of names nobody.
_ADDRESS = regex.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.-]+|(?<!\w)@\w+")
_DOTTED = regex.compile(r"\b(?:\p{Lu}\.){2,}(?:\p{Lu}\b)?")
# What may stand between the words of one name; a stop only behind an initial.
_GAP = regex.compile(r"[^\S\n]*\n?[^\S\n]*|\s?[-‐‑–/&'’]\s?|\p{Cf}*")
_INITIAL = regex.compile(r"\.\s?")
_COMMA = regex.compile(r"\s?[,(،]\s?")
_STOP = regex.compile(r"[.!?۔؟।॥:\n\"“”«»‘]|\s[-–—]\s?$|—")

# Case endings that Bengali writes onto a name, folded, the longest first.
_BENGALI = regex.compile(r"[\u0980-\u09ff]")
_CASES = ("", *"র ের এর দের েদের রা েরা কে েকে তে েতে ে য় য়ে টি টির".split())  # noqa: SIM905
_WITH_ALSO = {fold(case + also) for case in _CASES for also in ("", "ও", "ই")}
_ENDINGS = sorted(_WITH_ALSO - {""}, key=lambda ending: (-len(ending), ending))


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text. `stems` are what it may be a form of, each with the character where it ends."""

    start: int
    end: int
    folded: str
    stems: tuple[tuple[str, int], ...]
    is_capital: bool
    is_upper: bool


class Text:
    """The words of one text, without what stands in addresses."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = [_word(text, *span) for span in _without_addresses(text, _joined_initials(text))]

    def gap(self, at: int) -> str:
        """What stands between this word and the next."""
        return self.text[self.words[at].end : self.words[at + 1].start]

    def joins(self, at: int, *, comma: bool) -> bool:
        """Whether this word and the next may be of one name."""
        gap = self.gap(at)
        if gap == " " or _GAP.fullmatch(gap):
            return True
        if comma and _COMMA.fullmatch(gap):
            return True
        return self.words[at].end - self.words[at].start <= 2 and bool(_INITIAL.fullmatch(gap))

    def before(self, at: int) -> Word | None:
        """The word before, if nothing but a blank, or the stop of a title, parts them."""
        if at == 0:
            return None
        gap = self.gap(at - 1)
        word = self.words[at - 1]
        return word if _is_blank(gap) or (gap == ". " and len(word.folded) <= 4 and word.is_capital) else None

    def after(self, at: int) -> Word | None:
        """The word behind, if nothing but a blank or the apostrophe of a possessive parts them."""
        if at + 1 >= len(self.words):
            return None
        gap = self.gap(at)
        return self.words[at + 1] if _is_blank(gap) or gap in ("'", "’") else None

    def begins_sentence(self, at: int) -> bool:
        return at == 0 or bool(_STOP.search(self.gap(at - 1)))

    def is_cased(self, at: int) -> bool:
        """Whether this word is written in a script that has capitals."""
        letter = self.text[self.words[at].start]
        return letter.upper() != letter.lower()

    def is_shouted(self, at: int) -> bool:
        """Whether the line is written in capitals, or each of its words with one: a capital says nothing there."""
        return self._line(at) in ("shouted", "titled")

    def is_caseless(self, at: int) -> bool:
        """Whether the text has no capitals at all, as from a recogniser."""
        return self.is_cased(at) and not self._has_capitals

    @cached_property
    def _has_capitals(self) -> bool:
        return any(word.is_capital for word in self.words)

    def _line(self, at: int) -> str:
        start, end = self.words[at].start, self.words[at].end
        before = self.text[max(0, start - LINE_REACH) : start].rpartition("\n")[2]
        return _case_of(before + self.text[start : end + LINE_REACH].partition("\n")[0])


def _is_blank(gap: str) -> bool:
    return gap == " " or (gap.isspace() and gap.count("\n") < 2)


@lru_cache(maxsize=64)
def _case_of(line: str) -> str:
    long = [line[start:end] for start, end, _ in words(line) if end - start > 3]
    if len(long) > 1 and line.isupper():
        return "shouted"
    is_titled = len(long) > 3 and sum(word[0].isupper() for word in long) >= 0.9 * len(long)
    return "titled" if is_titled else ""


def _joined_initials(text: str) -> list[tuple[int, int, str]]:
    """The words, with "U.N." as one."""
    spans = words(text)
    for dotted in reversed(list(_DOTTED.finditer(text))):
        first = bisect_left(spans, (dotted.start(),))
        last = bisect_left(spans, (dotted.end(),))
        joined = "".join(folded for _, _, folded in spans[first:last])
        spans[first:last] = [(dotted.start(), dotted.end(), joined)]
    return spans


def _without_addresses(text: str, spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    taken = [found.span() for found in _ADDRESS.finditer(text)]
    if not taken:
        return spans
    kept, turn = [], 0
    for span in spans:
        while turn < len(taken) and taken[turn][1] <= span[0]:
            turn += 1
        if turn == len(taken) or span[1] <= taken[turn][0]:
            kept.append(span)
    return kept


def _word(text: str, start: int, end: int, folded: str) -> Word:
    written = text[start:end]
    stems: tuple[tuple[str, int], ...] = ((folded, end),)
    if _BENGALI.match(folded):
        stems += tuple((stem, start + size) for stem, size in _bengali_stems(written, folded))
    return Word(start, end, folded, stems, written[0].isupper(), written.isupper())


@lru_cache(maxsize=8_192)
def _bengali_stems(written: str, folded: str) -> tuple[tuple[str, int], ...]:
    """What is left of a Bengali word without a case ending, with how many of its characters that is."""
    stems = []
    for ending in _ENDINGS:
        stem = folded.removesuffix(ending)
        if stem != folded and len(stem) > 2:
            size = next((n for n in range(len(written)) if fold(written[:n]) == stem), 0)
            if size:
                stems.append((stem, size))
    return tuple(stems)
