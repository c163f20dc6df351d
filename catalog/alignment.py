"""Where a run of words stands, or nearly stands, in what was said: the likeliest places, and how alike they are. What
words weigh is in `quoted_words`, what is enough for a quotation in `quotations`. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from catalog.quoted_words import COMMON, NO, TELLS, keys_and_places, weight_of

BEFORE, STRETCH, WIDEST = 6, 1.5, 10  # words: how far round its place a quotation is compared
LEFT_OUT = 40  # words that an ellipsis may stand for
PLACES = 3  # that are compared
ENOUGH_THERE = 0.4  # of the telling words, about where they would have to be
SHARE = 0.6  # of what is quoted, that must be there
DENIED = 2.0  # what it weighs that one of the two says "not" and the other does not
Pairs = list[tuple[int, int]]  # places of a word in the quotation, and in what was said


@dataclass
class Speech:
    """What was said, word by word, as it is looked through: `places` are those of the words that tell something,
    `word_at` tells which printed word a key belongs to."""

    keys: list[str]
    word_at: list[int]
    places: Mapping[str, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        places = defaultdict(list)
        for at, key in enumerate(self.keys):
            if weight_of(key) >= COMMON:
                places[key].append(at)
        self.places = places

    @classmethod
    def of(cls, said: Sequence[str]) -> "Speech":
        return cls(*keys_and_places(said))


@dataclass(frozen=True)
class Alignment:
    """Words [first, last) of what was said are like the quotation: `likeness` and `share` of it by weight, how many
    `words` both have, and what those tell."""

    first: int
    last: int
    likeness: float
    share: float
    words: int
    tells: float


def align(keys: Sequence[str], speech: Speech, like: float, gaps: Collection[int] = ()) -> Alignment | None:
    """The best place of the keys in what was said; before those at `gaps` something was left out. Places where they
    cannot be `like` enough are passed over."""
    aligned = [_align(keys, speech, begin, like, gaps) for begin in _likely(keys, speech)]
    return max((one for one in aligned if one), key=lambda one: (one.likeness, one.tells), default=None)


def _likely(keys: Sequence[str], speech: Speech) -> list[int]:
    """Where the quotation may begin: where most of its telling words stand at their distance from each other."""
    seeds = {key for key in keys if weight_of(key) == TELLS} or {
        key for key in keys if weight_of(key) == COMMON
    }
    step = max(4, len(keys) // 2)
    votes: dict[int, float] = defaultdict(float)
    there: dict[int, set[str]] = defaultdict(set)
    for offset, key in enumerate(keys):
        places = speech.places.get(key, []) if key in seeds else []
        for place in places:
            for bucket in {(place - offset) // step, (place - offset + step // 2) // step}:
                votes[bucket] += 1 / len(places) ** 0.5
                there[bucket].add(key)
    needed = ENOUGH_THERE * len(seeds)
    ranked = sorted((one for one in votes if len(there[one]) >= needed), key=lambda one: -votes[one])
    return [bucket * step for bucket in ranked[:PLACES]]


def _align(
    keys: Sequence[str], speech: Speech, begin: int, like: float, gaps: Collection[int]
) -> Alignment | None:
    """The heaviest common sequence of the quotation and what was said round there; None where there cannot be one
    that is `like` enough."""
    low = max(0, begin - BEFORE - len(keys) // 2)
    said = speech.keys[low : begin + int(len(keys) * STRETCH) + WIDEST + BEFORE + LEFT_OUT * len(gaps)]
    if not _may_be_like(keys, said, like):
        return None
    pairs = _tightest(keys, said)
    if not pairs:
        return None
    likeness, pairs = _trimmed(pairs, keys, said, gaps)
    both = [weight_of(keys[one]) for one, _ in pairs]
    first, last = pairs[0][1], pairs[-1][1] + 1
    return Alignment(
        first=speech.word_at[low + first],
        last=speech.word_at[_end_of_number(speech.keys, low + last) - 1] + 1,
        likeness=likeness,
        share=sum(both) / sum(map(weight_of, keys)),
        words=len(pairs),
        tells=sum(weight for weight in both if weight >= COMMON),
    )


def _end_of_number(keys: Sequence[str], end: int) -> int:
    """The rest of a number's words have no key of their own."""
    while end < len(keys) and not keys[end]:
        end += 1
    return end


def _left_out(pairs: Pairs, said: Sequence[str], gaps: Collection[int]) -> float:
    """What the words weigh that an ellipsis stands for."""
    return sum(
        sum(map(weight_of, said[here + 1 : there]))
        for (before, here), (after, there) in pairwise(pairs)
        if any(before < gap <= after for gap in gaps)
    )


def _may_be_like(keys: Sequence[str], said: Sequence[str], like: float) -> bool:
    """Whether there are words enough in both, whatever their order: this costs a fraction of finding it."""
    shared = sum(weight_of(key) * count for key, count in (Counter(keys) & Counter(said)).items())
    quoted = sum(map(weight_of, keys))
    return shared >= SHARE * quoted and 2 * shared >= like * (quoted + shared)


def _tightest(keys: Sequence[str], said: Sequence[str]) -> Pairs:
    """The heaviest sequence that both have, in the fewest words of what was said: it begins as late as it can and, from
    there, ends as early as it can."""
    pairs = _common(keys, said)
    if not pairs:
        return []
    first = pairs[0][1]
    backwards = _common(keys[::-1], said[first:][::-1])
    return [(len(keys) - 1 - i, len(said) - 1 - j) for i, j in reversed(backwards)]


def _trimmed(
    pairs: Pairs, keys: Sequence[str], said: Sequence[str], gaps: Collection[int]
) -> tuple[float, Pairs]:
    """The pairs without those at either end that stand so far from the rest that it is likelier without them."""
    best, left, right = _likeness(pairs, keys, said, gaps), 0, len(pairs)
    for begin in range(1, len(pairs)):
        if (now := _likeness(pairs[begin:], keys, said, gaps)) > best:
            best, left = now, begin
    for end in range(len(pairs) - 1, left, -1):
        if (now := _likeness(pairs[left:end], keys, said, gaps)) > best:
            best, right = now, end
    return best, pairs[left:right]


def _likeness(pairs: Pairs, keys: Sequence[str], said: Sequence[str], gaps: Collection[int]) -> float:
    part = said[pairs[0][1] : pairs[-1][1] + 1]
    stands = sum(map(weight_of, part)) - _left_out(pairs, said, gaps)
    denied = 2 * DENIED * (any(key in NO for key in keys) != any(key in NO for key in part))
    both = sum(weight_of(keys[one]) for one, _ in pairs)
    return 2 * both / (sum(map(weight_of, keys)) + stands + denied)


def _common(one: Sequence[str], other: Sequence[str]) -> Pairs:
    """The places of the heaviest sequence that both have."""
    places = defaultdict(list)
    for j in range(len(other) - 1, -1, -1):
        places[other[j]].append(j)
    # Of the heaviest that begins at each place of the other, or behind it: its weight, and its first link.
    best, begins = [0.0] * (len(other) + 1), [0] * (len(other) + 1)
    links = [(-1, -1, 0)]  # the places of a pair, and the next link
    for i in range(len(one) - 1, -1, -1):
        weight = weight_of(one[i])
        behind = [(j, weight + best[j + 1], begins[j + 1]) for j in places.get(one[i], ())]
        for j, heaviest, follows in behind:
            if best[j] < heaviest:
                links.append((i, j, follows))
            k = j
            while k >= 0 and best[k] < heaviest:
                best[k], begins[k] = heaviest, len(links) - 1
                k -= 1
    pairs, at = [], begins[0]
    while at:
        i, j, at = links[at]
        pairs.append((i, j))
    return pairs
