"""Where the terms of a query stand in a text: the index's own rules, followed on the few texts that are shown. Pure."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from catalog.search.query import Term


def find_term(term: Term, folded: Sequence[str]) -> list[int]:
    """The numbers of the words that a term means, of a text of folded words (skeletons for a term of sound).

    >>> find_term(Term(("b", "c")), ["a", "b", "c", "b"])
    [1, 2]
    >>> sorted(find_term(Term(("old", "bridge"), slop=2), ["bridge", "so", "old", "old"]))
    [0, 2]
    """
    first = term.words[0]
    if term.prefix:
        return [at for at, word in enumerate(folded) if word.startswith(first)]
    if term.edits:
        return [at for at, word in enumerate(folded) if is_within(first, word, term.edits)]
    if len(term.words) == 1:
        return [at for at, word in enumerate(folded) if word == first] if first in folded else []
    return list(_find_together(term, folded))


def _find_together(term: Term, folded: Sequence[str]) -> Iterator[int]:
    size, reach = len(term.words), len(term.words) + term.slop
    wanted = set(term.words)
    for start, word in enumerate(folded):
        if word not in wanted:
            continue
        here = folded[start : start + reach]
        if term.slop:
            if wanted <= set(here):
                yield from (start + here.index(one) for one in term.words)
        elif tuple(here) == term.words:
            yield from range(start, start + size)


def is_within(asked: str, word: str, edits: int) -> bool:
    """Whether at most so many letters must be changed, added, left out, or swapped with their neighbour.

    >>> is_within("kitab", "kitaab", 1), is_within("teh", "the", 1), is_within("road", "raid", 0)
    (True, True, False)
    """
    return how_far(asked, word, edits) is not None


@lru_cache(maxsize=4_096)  # a page of hits has few words, said often
def how_far(asked: str, word: str, most: int) -> int | None:
    """How many such changes lie between two words; None when it is more than `most`."""
    if abs(len(asked) - len(word)) > most:
        return None
    before: list[int] = []
    row = list(range(len(word) + 1))
    for at, letter in enumerate(asked, start=1):
        earlier, before, row = before, row, [at]
        for to, other in enumerate(word, start=1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != other))
            if at > 1 and to > 1 and letter == word[to - 2] and asked[at - 2] == other:
                cost = min(cost, earlier[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
