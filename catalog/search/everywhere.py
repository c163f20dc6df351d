"""Questions of words that are said everywhere, in the terms of the index: to rank all that answer takes longest and
says least, so that they are ranked and counted within one heap of the turns. Nothing is searched here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tantivy import Occur, Schema
from tantivy import Query as IndexQuery

from catalog.search.asking import all_of, any_of, clause_query, sample_query
from catalog.search.query import Clause, Group, Query, Term

LARGE = 250_000  # turns; a smaller archive is looked through in no time
EVERYWHERE = 4  # said in more than one turn of so many
WRITTEN = 1.0  # the weight of what readers wrote; other spellings weigh less


@dataclass(frozen=True)
class Sampled:
    """What is to be ranked, and the heap of it that is to be counted: None when that is the same."""

    ranked: IndexQuery
    counted: IndexQuery | None


def sampled(schema: Schema, query: Query, turns: int, turns_with: Callable[[str], int]) -> Sampled | None:
    """How to ask for turns with words that are said everywhere; None when the question is another one. The archive has
    so many `turns`, and `turns_with` tells how many have a word.

    Where words must occur together, all of them are looked for in the heap. Of alternatives only those that are said
    everywhere: a rare one, which everybody wants to see first, is found wherever it is.
    """
    if turns < LARGE or query.filters or query.excluded or not query.groups:
        return None

    def is_everywhere(clause: Clause) -> bool:
        return all(_is_word(term) and turns_with(term.words[0]) * EVERYWHERE > turns for term in clause)

    written = [
        [one for one in group if any(term.weight == WRITTEN for term in one)] for group in query.groups
    ]
    if len(query.groups) > 1:
        everywhere = all(is_everywhere(clause) for group in written for clause in group)
        return Sampled(_together(schema, query.groups), None) if everywhere else None
    if len(written[0]) > 1 and any(map(is_everywhere, written[0])):
        return _alternatives(schema, query.groups[0], is_everywhere)
    return None


def _together(schema: Schema, groups: Sequence[Group]) -> IndexQuery:
    wanted = [any_of([clause_query(schema, clause) for clause in group]) for group in groups]
    return sample_query(schema, all_of([(Occur.Must, one) for one in wanted]))


def _alternatives(schema: Schema, group: Group, is_everywhere: Callable[[Clause], bool]) -> Sampled:
    """Each alternative is looked for in the heap apart: to unite them first would mean to go through them all."""
    heap = [sample_query(schema, clause_query(schema, clause)) for clause in group]
    if all(map(is_everywhere, group)):
        return Sampled(any_of(heap), None)
    said = [
        inside if is_everywhere(clause) else clause_query(schema, clause)
        for clause, inside in zip(group, heap, strict=True)
    ]
    return Sampled(any_of(said), IndexQuery.const_score_query(any_of(heap), 0.0))


def _is_word(term: Term) -> bool:
    return term == Term(term.words[:1], weight=term.weight)
