"""A question without what cannot help: of the many ways to write a word an archive has few, a sound that everybody
makes is no name, and each that is looked for takes time. Pure; how many turns have a word is asked of the index."""

from collections.abc import Callable
from dataclasses import replace

from catalog.search.query import Clause, Query, Term

TurnsWith = Callable[[str, str], int]  # of the field and the word
LARGE = 50_000  # turns; a smaller archive is looked through in no time
IN_MANY = 20  # a sound made in more than one turn of so many


def without_unspoken(query: Query, turns: int, turns_with: TurnsWith) -> Query:
    """The same question: alternatives that cannot be met, or are only sounds that many words make, are left out. The
    archive has so many `turns`.

    >>> road, rasta = (Term(("road",)),), (Term(("راستہ",), weight=0.5),)
    >>> without_unspoken(Query(((road, rasta),)), 9, lambda field, word: word == "road").groups == ((road,),)
    True
    """
    most = turns // IN_MANY if turns > LARGE else turns

    def helps(clause: Clause) -> bool:
        return all(map(_is_spoken, clause)) and not all(map(_is_only_sound, clause))

    def _is_spoken(term: Term) -> bool:
        field = "sound" if term.sound else "body"
        return bool(term.prefix or term.edits) or all(turns_with(field, word) for word in term.words)

    def _is_only_sound(term: Term) -> bool:
        return term.sound and all(turns_with("sound", word) > most for word in term.words)

    groups = tuple(tuple(filter(helps, group)) or group[:1] if group[1:] else group for group in query.groups)
    return replace(query, groups=groups)
