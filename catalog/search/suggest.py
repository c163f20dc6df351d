"""What a reader may have meant where nothing was found: the query with words that are said in published talks."""

from catalog.normalize import words
from catalog.search.index import TurnIndex
from catalog.search.query import Query, Term

MOST_SUGGESTED = 3
MOST_WORDS = 6  # of a longer query nobody looks at each
SHORTEST = 4


def suggest(index: TurnIndex, text: str, query: Query) -> tuple[str, ...]:
    """The text with one word put as it is said in published turns, the likeliest first.

    A word is at most one letter off, two from six letters on; exact words, phrases and fields are left as they are.
    """
    asked = {group[0][0].words[0] for group in query.groups if _is_plain(group[0][0])}
    suggestions: list[tuple[int, str]] = []
    for start, end, word in words(text)[:MOST_WORDS]:
        if word in asked and len(word) >= SHORTEST:
            near = index.near(word, edits=1 + (len(word) > 5), limit=2)
            if not any(said == word for said, _ in near):
                suggestions += [(-turns, text[:start] + said + text[end:]) for said, turns in near]
    return tuple(dict.fromkeys(one for _, one in sorted(suggestions)))[:MOST_SUGGESTED]


def _is_plain(term: Term) -> bool:
    return len(term.words) == 1 and term == Term(term.words)
