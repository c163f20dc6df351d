"""Questions of words that are said everywhere, in the terms of the index: to rank all that answer takes longest and
says least, so that they are ranked and counted among a few of the turns. Nothing is searched here."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tantivy import Query as IndexQuery
from tantivy import Schema

from catalog.search.asking import all_of, any_of, clause_query, few_query, together
from catalog.search.documents import FEW, SAMPLES
from catalog.search.query import Clause, Group, Query, Term

LARGE = 250_000  # turns; a smaller archive is looked through in no time
EVERYWHERE = 4  # said in more than one turn of so many
IN_PHRASE = 16  # the same for a word of a phrase: what it costs grows with all of its words
LEAST = 1_250  # among the few: who finds fewer wants to see them all
WRITTEN = 1.0  # the weight of what readers wrote; other spellings weigh less
TIMES = SAMPLES // FEW


@dataclass(frozen=True)
class Sampled:
    """What is to be ranked, and what is to be counted among the few: None when that is the same. With fewer than
    `least` there, everything is to be gone through after all."""

    ranked: IndexQuery
    counted: IndexQuery | None = None
    least: int = 0


def sampled(schema: Schema, query: Query, turns: int, turns_with: Callable[[str], int]) -> Sampled | None:
    """How to ask for turns with words that are said everywhere; None when the question is another one. The archive has
    so many `turns`, and `turns_with` tells how many have a word.

    Words that must occur together, or stand in a phrase, are looked for among the few. Of alternatives only those that
    are said everywhere: a rare one, which everybody wants to see first, is found wherever it is.
    """
    if turns < LARGE or query.filters or query.excluded or not query.groups:
        return None

    def is_everywhere(clause: Clause) -> bool:
        return all(_is_plain(term) and _is_in_more(term) for term in clause)

    def _is_in_more(term: Term) -> bool:
        parts = EVERYWHERE if len(term.words) == 1 else IN_PHRASE
        return all(turns_with(word) * parts > turns for word in term.words)

    written = [
        [one for one in group if any(term.weight == WRITTEN for term in one)] for group in query.groups
    ]
    if len(query.groups) == 1 and all(len(term.words) == 1 for clause in written[0] for term in clause):
        everywhere = any(map(is_everywhere, written[0]))
        return _alternatives(schema, query.groups[0], is_everywhere) if everywhere else None
    everywhere = all(is_everywhere(clause) for group in written for clause in group)
    if not everywhere:
        return None
    return Sampled(all_of(together(partial(few_query, schema), query.groups)), least=LEAST)


def _alternatives(schema: Schema, group: Group, is_everywhere: Callable[[Clause], bool]) -> Sampled:
    """Each alternative is looked for among the few apart: to unite them first would mean to go through them all."""
    few = [few_query(schema, clause) for clause in group]
    if all(map(is_everywhere, group)):
        return Sampled(any_of(few))
    said = [
        inside if is_everywhere(clause) else clause_query(schema, clause)
        for clause, inside in zip(group, few, strict=True)
    ]
    return Sampled(any_of(said), IndexQuery.const_score_query(any_of(few), 0.0))


def _is_plain(term: Term) -> bool:
    return term == Term(term.words, weight=term.weight, slop=term.slop)
