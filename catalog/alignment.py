"""Where a run of words stands, or nearly stands, in what was said: the likeliest places, and how alike they are. What
words weigh is in `quoted_words`, what is enough for a quotation in `quotations`. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from catalog.quoted_words import COMMON, NO, TELLS, keys_and_places, weight_of

BEFORE, STRETCH, WIDEST = 6, 1.5, 10  # words: how far round its place a quotation is compared
LEFT_OUT = 40  # words that an ellipsis may stand for
PLACES = 3  # that are compared
THE_SAME = 0.95  # as good as it gets: no other place is looked at
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
    best = None
    for begin in _likely(keys, speech):
        found = _align(keys, speech, begin, like, gaps)
        if found and (best is None or (found.likeness, found.tells) > (best.likeness, best.tells)):
            best = found
        if best and best.likeness >= THE_SAME:
            break
    return best


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


def _may_be_like(keys: Sequence[str], said: Sequence[str], like: float) -> bool:
    """Whether there are words enough in both, whatever their order: this costs a fraction of finding it."""
    shared = sum(weight_of(key) * count for key, count in (Counter(keys) & Counter(said)).items())
    quoted = sum(map(weight_of, keys))
    return shared >= SHARE * quoted and 2 * shared >= like * (quoted + shared)


def _tightest(keys: Sequence[str], said: Sequence[str]) -> Pairs:
    """The heaviest sequence that both have, in the fewest words of what was said: it begins as late as it can and, from
    there, ends as early as it can."""
    pairs = _common(keys, said)
    if not pairs or pairs[-1][1] - pairs[0][1] < len(pairs):
        return pairs
    first = pairs[0][1]
    backwards = _common(keys[::-1], said[first:][::-1])
    return [(len(keys) - 1 - i, len(said) - 1 - j) for i, j in reversed(backwards)]


def _trimmed(
    pairs: Pairs, keys: Sequence[str], said: Sequence[str], gaps: Collection[int]
) -> tuple[float, Pairs]:
    """The pairs without those at either end that stand so far from the rest that they are likelier without them, and
    how alike that makes them."""
    span = _Span(pairs, keys, said, gaps)
    every = len(pairs)
    left = max(range(every), key=lambda begin: (span.likeness(begin, every), -begin))
    right = max(range(left + 1, every + 1), key=lambda end: (span.likeness(left, end), end))
    return span.likeness(left, right), pairs[left:right]


class _Span:
    """Parts of one alignment, whose weights are summed up once."""

    def __init__(self, pairs: Pairs, keys: Sequence[str], said: Sequence[str], gaps: Collection[int]) -> None:
        self.quoted = sum(map(weight_of, keys))
        self.denies = any(key in NO for key in keys)
        self.first = [j for _, j in pairs]
        self.both = _sums(weight_of(keys[i]) for i, _ in pairs)
        self.stands = _sums(map(weight_of, said))
        self.denied = _sums(key in NO for key in said)
        # What stands between two pairs counts for nothing where the writer left something out.
        self.left_out = _sums(
            self.stands[there] - self.stands[here + 1] if any(before < gap <= after for gap in gaps) else 0.0
            for (before, here), (after, there) in pairwise(pairs)
        )

    def likeness(self, left: int, right: int) -> float:
        """How alike the pairs from `left` on and before `right` are to the whole quotation."""
        first, last = self.first[left], self.first[right - 1] + 1
        both = self.both[right] - self.both[left]
        stands = self.stands[last] - self.stands[first] - (self.left_out[right - 1] - self.left_out[left])
        denied = 2 * DENIED * (self.denies != (self.denied[last] > self.denied[first]))
        return 2 * both / (self.quoted + stands + denied)


def _sums(weights: Iterable[float]) -> list[float]:
    """The sum of those before each place, and of all."""
    return [0.0, *accumulate(weights)]


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
