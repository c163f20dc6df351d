"""What an article quotes found again in what was said, also where it was slightly reworded. Pure; how words are
compared is in `alignment` and `quoted_words`, what is stored and what becomes of it when the transcript is corrected in
`passages`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from catalog.alignment import Alignment, Speech, align
from catalog.quoted_words import keys_of

# What is enough, of words alike and of what they tell, to be no chance.
LIKE, SHARE, ENOUGH_TOLD = 0.7, 0.65, 3
SHORT_LIKE, SHORT_WORDS, SHORT_TOLD = 0.82, 4, 2
REPORTED_LIKE, REPORTED_TOLD = (
    0.72,
    4,
)  # a sentence without quotation marks; of what it tells as much as it is alike
BESIDE_LIKE, BESIDE_WORDS, BESIDE_TOLD = 0.85, 3, 1  # in an article that surely quotes the talk elsewhere
LONGEST_QUOTED = 120  # words; of a longer one the beginning is looked for

_PAIRS = {"“": "”", "«": "»", "„": "“”", '"': '"', "‹": "›", "”": "“"}
# An apostrophe is no quotation mark: a single one begins no word and ends none.
_QUOTED = regex.compile(
    "|".join(rf"{begin}(?P<said>[^{begin}{ends}]{{8,}}+)(?:[{ends}]|$)" for begin, ends in _PAIRS.items())
    + r"|(?<![\p{L}\p{N}])‘(?P<said>[^‘]{8,}?)(?:’(?![\p{L}\p{N}])|$)"
)
_SENTENCE = regex.compile(r"[^.!?۔؟।]+(?:[.!?۔؟।]+|$)")
_GAP = regex.compile(r"\[?(?:…|\.\.\.+|۔۔۔+)\]?")
_ADDED = regex.compile(r"\[[^\]]{1,60}\]|\([^)]{1,60}\)")  # by the writer
_SAYING = "says?|said|claims?|claimed|explains?|explained|recalls?|recalled|adds?|added|told|tells|remembers?"
_ATTRIBUTED = regex.compile(
    rf",\s(?:[\p{{L}}’'-]+\s){{0,4}}?(?:{_SAYING}|according to)(?:\s[\p{{L}}’'-]+){{0,4}}?(?:,|$|(?=[.!?]))"
)


@dataclass(frozen=True)
class Quotation:
    """Characters `start` to `end` of a paragraph are words [first, last) of what was said. `is_quoted`: they stand in
    quotation marks; else they are reported."""

    paragraph: int
    start: int
    end: int
    first: int
    last: int
    likeness: float
    is_quoted: bool = True


def find_quotations(paragraphs: Sequence[str], speech: Speech) -> list[Quotation]:
    """Where the paragraphs quote or report what was said, in their order.

    >>> said = "well I think the wells are empty and the cotton has died you know".split()
    >>> [found] = find_quotations(["He says: “The wells are empty and the cotton died.”"], Speech.of(said))
    >>> (said[found.first : found.last][0], said[found.last - 1])
    ('the', 'died')
    """
    found = [one for number, text in enumerate(paragraphs) for one in _look(number, text, speech)]
    is_source = any(_is_sure(*one) for one in found)
    return [one[0] for one in found if _is_sure(*one) or (is_source and _is_likely(*one))]


def _look(number: int, text: str, speech: Speech) -> Iterator[tuple[Quotation, Alignment]]:
    """What of a paragraph is like something that was said, in its order, and how."""
    quoted = list(_quoted(text))
    told = [span for span in _sentences(text) if not any(_overlap(span, one) for one in quoted)]
    for start, end in sorted([*quoted, *told]):
        is_quoted = (start, end) in quoted
        found = _find(text[start:end], speech, is_quoted=is_quoted)
        if found:
            yield (
                Quotation(number, start, end, found.first, found.last, round(found.likeness, 3), is_quoted),
                found,
            )


def _find(text: str, speech: Speech, *, is_quoted: bool) -> Alignment | None:
    if not is_quoted:
        text = _ATTRIBUTED.sub(",", text)
    keys: list[str] = []
    gaps = set()
    for part in _GAP.split(text):
        gaps.add(len(keys))
        keys += keys_of(_ADDED.sub(" ", part))
    keys = keys[:LONGEST_QUOTED]
    return align(keys, speech, LIKE if is_quoted else REPORTED_LIKE, gaps - {0}) if keys else None


def _quoted(text: str) -> Iterator[tuple[int, int]]:
    for found in _QUOTED.finditer(text):
        yield found.span("said")


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    for found in _SENTENCE.finditer(text):
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        if start < found.end():
            yield start, found.end()


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _is_sure(quotation: Quotation, found: Alignment) -> bool:
    """Whether so much is not said by chance, wherever it stands."""
    if not quotation.is_quoted:
        return found.likeness >= REPORTED_LIKE and found.likeness * found.tells >= REPORTED_TOLD
    if found.tells >= ENOUGH_TOLD and found.likeness >= LIKE and found.share >= SHARE:
        return True
    return _is_beyond(found, SHORT_LIKE, SHORT_WORDS, SHORT_TOLD)


def _is_likely(quotation: Quotation, found: Alignment) -> bool:
    """Whether so little is no chance in an article that surely quotes the talk elsewhere."""
    return quotation.is_quoted and _is_beyond(found, BESIDE_LIKE, BESIDE_WORDS, BESIDE_TOLD)


def _is_beyond(found: Alignment, like: float, words: int, told: float) -> bool:
    return found.likeness >= like and found.words >= words and found.tells >= told
