"""A text that is looked at closely: its words, where they stand, how they sound. Pure; what is looked for in it is
in `finding`."""

from functools import cached_property, lru_cache

from catalog.normalize import place_words
from catalog.search.sound import sound_of


class Said:
    """`words` are folded; the n-th stands from `starts[n]` to `ends[n]` of the text as it is written.

    >>> said = Said("Old roads")
    >>> said.words, said.starts, said.ends, said.sounds
    (['old', 'roads'], [0, 4], [3, 9], ['ald', 'rds'])
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.words, self.starts, self.ends = place_words(text)
        self.different = frozenset(self.words)

    @cached_property
    def sounds(self) -> list[str]:
        return list(map(sound_of, self.words))


said_in = lru_cache(maxsize=256)(Said)  # one text is gone through for its matches, its frame and its moment
