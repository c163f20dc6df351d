"""What an article quotes found again in what was said, also where it was slightly reworded. Pure; what is stored of it,
and what becomes of it when the transcript is corrected, is in `passages`."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import regex

from catalog.normalize import folded_words, words
from catalog.relate.wording import says_nothing, stem_of

FEWEST_WORDS, FEWEST_TELLING, ENOUGH_WORDS = 4, 3, 5
LIKE = 0.62  # of what is quoted and what was said, by weight, in the same order
REPORTED_LIKE, REPORTED_TELLING = 0.72, 6  # for a sentence without quotation marks
SHORT_LIKE = 0.75  # for one of few words that tell something
SHARE = 0.6  # of what is quoted, that was said
JOINS = 0.25  # what a word that only joins others weighs
LONGEST_QUOTED = 120  # words; of a longer one the beginning is looked for
BEFORE, STRETCH, WIDEST = 6, 1.5, 10  # words: how far round its place a quotation is compared
PLACES = 3  # that are compared
ENOUGH_THERE = 0.4  # of the telling words, about where they would have to be

_PAIRS = {"“": "”", "«": "»", "„": "“”", '"': '"', "‹": "›", "”": "“"}
# An apostrophe is no quotation mark: a single one begins no word and ends none.
_QUOTED = regex.compile(
    "|".join(rf"{begin}(?P<said>[^{begin}{ends}]{{8,}}+)(?:[{ends}]|$)" for begin, ends in _PAIRS.items())
    + r"|(?<![\p{L}\p{N}])‘(?P<said>[^‘]{8,}?)(?:’(?![\p{L}\p{N}])|$)"
)
_NOT = regex.compile(r"n['’]t\b")
_SENTENCE = regex.compile(r"[^.!?۔؟।]+(?:[.!?۔؟।]+|$)")
_NUMBERS = folded_words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_TENS = folded_words("thirty forty fifty sixty seventy eighty ninety")
_DIGITS = {word: str(n) for n, word in enumerate(_NUMBERS)} | {
    word: str(10 * n) for n, word in enumerate(_TENS, 3)
}


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


@dataclass
class Speech:
    """What was said, word by word, as it is looked through."""

    keys: list[str]
    places: Mapping[str, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        places = defaultdict(list)
        for at, key in enumerate(self.keys):
            if _weight(key) == 1:
                places[key].append(at)
        self.places = places

    @classmethod
    def of(cls, said: Sequence[str]) -> "Speech":
        """A word as printed is one place, whatever is in it."""
        return cls([next(iter(_keys(word)), "") for word in said])


def find_quotations(paragraphs: Sequence[str], speech: Speech) -> list[Quotation]:
    """Where the paragraphs quote or report what was said, in their order.

    >>> said = "well I think the wells are empty and the cotton has died you know".split()
    >>> [found] = find_quotations(["He says: “The wells are empty and the cotton died.”"], Speech.of(said))
    >>> (said[found.first : found.last][0], said[found.last - 1])
    ('the', 'died')
    """
    found: list[Quotation] = []
    for number, text in enumerate(paragraphs):
        quoted = list(_quoted(text))
        found += _look(number, text, quoted, speech, LIKE, FEWEST_TELLING, is_quoted=True)
        taken = [(one.start, one.end) for one in found if one.paragraph == number]
        told = [
            span for span in _sentences(text) if not any(_overlap(span, one) for one in (*quoted, *taken))
        ]
        found += _look(number, text, told, speech, REPORTED_LIKE, REPORTED_TELLING, is_quoted=False)
    return sorted(found, key=lambda one: (one.paragraph, one.start))


def _look(
    number: int,
    text: str,
    spans: Sequence[tuple[int, int]],
    speech: Speech,
    like: float,
    telling: int,
    *,
    is_quoted: bool,
) -> Iterator[Quotation]:
    for start, end in spans:
        keys = _keys(text[start:end])[:LONGEST_QUOTED]
        found = _best(keys, speech, like) if len(keys) >= FEWEST_WORDS else None
        if found is None or found.likeness < like or found.share < SHARE:
            continue
        is_short = is_quoted and found.words >= ENOUGH_WORDS and found.likeness >= SHORT_LIKE
        if found.telling >= (2 if is_short else telling):
            yield Quotation(number, start, end, found.first, found.last, round(found.likeness, 3), is_quoted)


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


def _keys(text: str) -> list[str]:
    plain = _NOT.sub(" not", text)
    return [_DIGITS.get(folded) or stem_of(folded) for _, _, folded in words(plain)]


def _weight(key: str) -> float:
    return 1.0 if key.isdigit() else (JOINS if not key or says_nothing(key) else 1.0)


def _telling(keys: Sequence[str]) -> int:
    return sum(_weight(key) == 1 for key in keys)


@dataclass(frozen=True)
class _Aligned:
    first: int
    last: int
    likeness: float
    telling: int
    words: int
    share: float


def _best(keys: Sequence[str], speech: Speech, like: float) -> _Aligned | None:
    aligned = [_align(keys, speech, begin, like) for begin in _likely(keys, speech)]
    return max((one for one in aligned if one), key=lambda one: one.likeness, default=None)


def _likely(keys: Sequence[str], speech: Speech) -> list[int]:
    """Where the quotation may begin: where most of its telling words stand at their distance from each other."""
    step = max(4, len(keys) // 2)
    votes: dict[int, float] = defaultdict(float)
    there: dict[int, set[str]] = defaultdict(set)
    for offset, key in enumerate(keys):
        places = speech.places.get(key, [])
        for place in places:
            for bucket in {(place - offset) // step, (place - offset + step // 2) // step}:
                votes[bucket] += 1 / len(places) ** 0.5
                there[bucket].add(key)
    needed = ENOUGH_THERE * len({key for key in keys if _weight(key) == 1})
    ranked = sorted((one for one in votes if len(there[one]) >= needed), key=lambda one: -votes[one])
    return [bucket * step for bucket in ranked[:PLACES]]


def _align(keys: Sequence[str], speech: Speech, begin: int, like: float) -> _Aligned | None:
    """The heaviest common sequence of the quotation and what was said round there; None where there cannot be one
    that is `like` enough."""
    low = max(0, begin - BEFORE - len(keys) // 2)
    said = speech.keys[low : begin + int(len(keys) * STRETCH) + WIDEST + BEFORE]
    if not _may_be_like(keys, said, like):
        return None
    pairs = _common(keys, said)
    if not pairs:
        return None
    pairs = _core(pairs, keys)
    first, last = pairs[0][1], pairs[-1][1] + 1
    both = sum(_weight(keys[one]) for one, _ in pairs)
    quoted, stands = (sum(map(_weight, some)) for some in (keys, said[first:last]))
    likeness, telling = 2 * both / (quoted + stands), _telling([keys[one] for one, _ in pairs])
    return _Aligned(low + first, low + last, likeness, telling, len(pairs), both / quoted)


def _may_be_like(keys: Sequence[str], said: Sequence[str], like: float) -> bool:
    """Whether there are words enough in both, whatever their order: this costs a fraction of finding it."""
    shared = sum(_weight(key) * count for key, count in (Counter(keys) & Counter(said)).items())
    quoted = sum(map(_weight, keys))
    return shared >= SHARE * quoted and 2 * shared >= like * (quoted + shared)


def _core(pairs: list[tuple[int, int]], keys: Sequence[str]) -> list[tuple[int, int]]:
    """Without words at either end that stand far from the rest and say little."""
    while len(pairs) > 1 and pairs[1][1] - pairs[0][1] > 3 and _weight(keys[pairs[0][0]]) < 1:
        pairs = pairs[1:]
    while len(pairs) > 1 and pairs[-1][1] - pairs[-2][1] > 3 and _weight(keys[pairs[-1][0]]) < 1:
        pairs = pairs[:-1]
    return pairs


def _common(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """The places of the heaviest sequence that both have."""
    places = defaultdict(list)
    for j, key in enumerate(other):
        places[key].append(j)
    # Of the heaviest that begins at each place of the other, or behind it: its weight, and its first link.
    best, begins = [0.0] * (len(other) + 1), [0] * (len(other) + 1)
    links = [(-1, -1, 0)]  # the places of a pair, and the next link
    for i in range(len(one) - 1, -1, -1):
        weight = _weight(one[i])
        for j in places.get(one[i], ()):
            heaviest = weight + best[j + 1]
            if best[j] < heaviest:
                links.append((i, j, begins[j + 1]))
            k = j
            while k >= 0 and best[k] < heaviest:
                best[k], begins[k] = heaviest, len(links) - 1
                k -= 1
    pairs, at = [], begins[0]
    while at:
        i, j, at = links[at]
        pairs.append((i, j))
    return pairs
