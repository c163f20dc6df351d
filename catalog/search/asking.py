"""A query in the terms of the index, and which speakers its filters let pass. Pure: nothing is searched here."""

from calendar import monthrange
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from itertools import groupby

from tantivy import FieldType, Occur, Schema
from tantivy import Query as IndexQuery

from catalog.normalize import folded_words
from catalog.search.documents import FEW, is_named
from catalog.search.pairs import little_pairs
from catalog.search.query import Clause, Filter, Group, Query, Term
from catalog.transcripts import Speaker

# A speaker is asked for by name, or by slug where the catalog knew whom the name means: one question.
_SAME_FIELD = {"person": "speaker", "after": "day", "before": "day"}
_NEVER = 1_000_000  # later than any month, as yyyymm


def turns_query(
    schema: Schema, query: Query, only: Collection[int] | None, *, among_few: bool = False
) -> IndexQuery:
    """The turns a query asks for: in one of the episodes `only`, if given; those `among_few` are in the first heaps."""
    clauses = partial(few_query if among_few else clause_query, schema)
    parts = together(clauses, query.groups)
    parts += [(Occur.MustNot, _term_query(schema, term)) for term in query.excluded]
    parts += _filter_parts(schema, query.filters)
    if only is not None:
        parts.append((Occur.Must, _quietly(IndexQuery.term_set_query(schema, "episode", list(only)))))
    if not query.groups:
        turns = IndexQuery.term_query(schema, "kind", "turn")
        parts.append((Occur.Must, _quietly(sample_query(schema, turns, FEW) if among_few else turns)))
    return all_of(parts)


def together(
    clauses: Callable[[Clause], IndexQuery], groups: Sequence[Group]
) -> list[tuple[Occur, IndexQuery]]:
    """What must occur: an alternative of each group. One that two groups share, as the sound of a name of two words, is
    enough for both; it is looked for once, and weighs for both."""
    shared = set(groups[0]).intersection(groups[1]) if len(groups) == 2 else set()
    own = [[clause for clause in group if clause not in shared] for group in groups]
    if not shared or not all(own):
        return [(Occur.Must, any_of([clauses(clause) for clause in group])) for group in groups]
    apart = all_of([(Occur.Must, any_of([clauses(clause) for clause in group])) for group in own])
    both = any_of([clauses(clause) for clause in groups[0] if clause in shared])
    return [(Occur.Must, any_of([apart, IndexQuery.boost_query(both, 2.0)]))]


def leaving_out(schema: Schema, wanted: IndexQuery, episode_ids: Sequence[int]) -> IndexQuery:
    """What of that is in none of these episodes."""
    if not episode_ids:
        return wanted
    out = IndexQuery.term_set_query(schema, "episode", list(episode_ids))
    return IndexQuery.boolean_query([(Occur.Must, wanted), (Occur.MustNot, out)])


def sample_query(schema: Schema, wanted: IndexQuery, heaps: int) -> IndexQuery:
    """So many of the SAMPLES equal heaps of what is wanted, the first ones."""
    first = any_of([IndexQuery.term_query(schema, "sample", heap) for heap in range(heaps)])
    return IndexQuery.boolean_query([(Occur.Must, wanted), (Occur.Must, _quietly(first))])


def beyond(schema: Schema, wanted: IndexQuery, column: str, number: int) -> IndexQuery:
    """What of that stands after a number in a column that orders the turns."""
    after = IndexQuery.range_query(schema, column, FieldType.Unsigned, number, include_lower=False)
    return IndexQuery.boolean_query([(Occur.Must, wanted), (Occur.Must, _quietly(after))])


def lets_pass(filters: Sequence[Filter], speaker: Speaker) -> bool:
    """Whether a turn of this speaker, as the catalog names them now, may answer a query with these filters."""
    asked = [one for one in filters if one.field in ("speaker", "person")]
    wanted = [one for one in asked if not one.unwanted]
    if any(_is_speaker(one, speaker) for one in asked if one.unwanted):
        return False
    return not wanted or any(_is_speaker(one, speaker) for one in wanted)


def _is_speaker(one: Filter, speaker: Speaker) -> bool:
    if not is_named(speaker):
        return False
    if one.field == "person":
        return one.value in (speaker.person_slug, speaker.name)
    return f" {_folded(one.value)} " in f" {_folded(speaker.name)} "


def clause_query(schema: Schema, clause: Clause, words: str = "body") -> IndexQuery:
    """What has all of its terms, looked for in one of the two fields that have words."""
    return all_of([(Occur.Must, _term_query(schema, term, words)) for term in clause])


def few_query(schema: Schema, clause: Clause) -> IndexQuery:
    """The same among the few, whose words are kept apart; their sounds are not."""
    if any(term.sound for term in clause):
        return sample_query(schema, clause_query(schema, clause), FEW)
    return clause_query(schema, clause, "few")


def _term_query(schema: Schema, term: Term, words: str = "body") -> IndexQuery:
    field = "sound" if term.sound else words
    first = term.words[0]
    if term.prefix:
        found = IndexQuery.regex_query(schema, field, f"{first}.*")  # letters, marks and digits only
    elif term.edits:
        found = IndexQuery.fuzzy_term_query(schema, field, first, term.edits)
    elif len(term.words) == 1:
        found = IndexQuery.term_query(schema, field, first)
    else:
        found = _phrase_query(schema, field, term)
    return found if term.weight == 1.0 else IndexQuery.boost_query(found, term.weight)


def _phrase_query(schema: Schema, field: str, term: Term) -> IndexQuery:
    """Words in a row; where little words are neighbours only the turns that have them so are gone through."""
    phrase = IndexQuery.phrase_query(schema, field, list(term.words), slop=term.slop)
    pairs = [] if term.slop or term.sound else little_pairs(term.words)
    together = [_quietly(IndexQuery.term_query(schema, "pair", pair)) for pair in pairs]
    return all_of([(Occur.Must, one) for one in (*together, phrase)])


def _filter_parts(schema: Schema, filters: Sequence[Filter]) -> list[tuple[Occur, IndexQuery]]:
    """Wanted values of one field are alternatives, but for days: those narrow each other."""
    parts = [
        (Occur.MustNot, _filter_query(schema, one))
        for one in filters
        if one.unwanted and one.field in _FILTERS
    ]
    wanted = sorted((one for one in filters if not one.unwanted and one.field in _FILTERS), key=_field_of)
    for field, same in groupby(wanted, key=_field_of):
        values = list(same)
        query = (
            _all_days(schema, values)
            if field == "day"
            else any_of([_filter_query(schema, one) for one in values])
        )
        parts.append((Occur.Must, _quietly(query)))
    return parts


def _field_of(one: Filter) -> str:
    return _SAME_FIELD.get(one.field, one.field)


def _filter_query(schema: Schema, one: Filter) -> IndexQuery:
    return _FILTERS[one.field](schema, one.value)


def _speaker_query(schema: Schema, name: str) -> IndexQuery:
    parts = _folded(name).split()
    if len(parts) < 2:
        return IndexQuery.term_query(schema, "speaker", "".join(parts))
    return IndexQuery.phrase_query(schema, "speaker", list[str | tuple[int, str]](parts))


def _all_days(schema: Schema, filters: Sequence[Filter]) -> IndexQuery:
    after = [date.fromisoformat(one.value) for one in filters if one.field == "after"]
    before = [date.fromisoformat(one.value) for one in filters if one.field == "before"]
    return _days(schema, max(after, default=None), min(before, default=None))


def _days(schema: Schema, first: date | None, end: date | None) -> IndexQuery:
    """From a day on, up to another one; whole months by their own number, for each that is asked for costs time."""
    if first and end and first >= end:
        return IndexQuery.empty_query()
    months = (_month(first) + (first.day > 1) if first else 0, _month(end) if end else _NEVER)
    if first and end and months[0] >= months[1]:
        return _between(schema, "day", first.toordinal(), end.toordinal())
    parts = [_between(schema, "month", *months)]
    if first and first.day > 1:
        left = monthrange(first.year, first.month)[1] - first.day + 1
        parts.append(_between(schema, "day", first.toordinal(), first.toordinal() + left))
    if end and end.day > 1:
        parts.append(_between(schema, "day", end.replace(day=1).toordinal(), end.toordinal()))
    return any_of(parts)


def _month(day: date) -> int:
    return day.year * 100 + day.month


def _between(schema: Schema, column: str, first: int, end: int) -> IndexQuery:
    return IndexQuery.range_query(
        schema, column, FieldType.Unsigned, first, end, include_upper=False, use_inverted_index=True
    )


# What a filter's value means to the index; those not named here are the catalog's to know.
_FILTERS: dict[str, Callable[[Schema, str], IndexQuery]] = {
    "speaker": _speaker_query,
    "person": lambda schema, slug: IndexQuery.term_query(schema, "person", slug),
    "topic": lambda schema, slug: IndexQuery.term_query(schema, "topic", slug),
    "role": lambda schema, role: IndexQuery.term_query(schema, "role", role),
    "language": lambda schema, language: IndexQuery.term_query(schema, "language", language),
    "after": lambda schema, day: _days(schema, date.fromisoformat(day), None),
    "before": lambda schema, day: _days(schema, None, date.fromisoformat(day)),
    "is": lambda schema, what: IndexQuery.term_query(schema, what, 1),
}


def any_of(queries: Sequence[IndexQuery]) -> IndexQuery:
    return queries[0] if len(queries) == 1 else IndexQuery.boolean_query([(Occur.Should, q) for q in queries])


def all_of(parts: Sequence[tuple[Occur, IndexQuery]]) -> IndexQuery:
    """One part stands alone where it can: the index is quickest with a bare word."""
    if len(parts) == 1 and parts[0][0] is Occur.Must:
        return parts[0][1]
    return IndexQuery.boolean_query(parts)


def _quietly(query: IndexQuery) -> IndexQuery:
    """Without a say in the order of what is found."""
    return IndexQuery.const_score_query(query, 0.0)


def _folded(text: str) -> str:
    return " ".join(folded_words(text))
