"""A query widened to the other spellings of what it asks for: from the tables, by the forms a word takes, and by
sound for what may be a name. Pure. What the tables hold is in `tables`, forms in `forms`, how a name sounds in `sound`.

Exact words are left alone; a phrase takes spellings of the tables, never forms or sound. A name of several words is
looked up, and sounded, as a whole: never by its last word alone, which a namesake shares.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice, product, zip_longest

from catalog.normalize import folded_words
from catalog.search.compounds import SHORTEST_SOUND, whole_otherwise, written_otherwise
from catalog.search.forms import forms_of, script_of
from catalog.search.initials import initials_in, spelled_out
from catalog.search.query import Clause, Group, Note, Query, Term
from catalog.search.sound import sounds_of
from catalog.search.tables import LONGEST_SPELLING, Concept, Tables, Words, spellings_of

SHORTEST_PAIR = 5
MOST_OF_A_RUN, MOST_OF_A_LAST = 8, 10  # forms
MOST_BETWEEN = 1  # names between two others
SHORTEST_TOPIC = 5  # of what is no name
SHORTEST_BORROWED = 6  # of English words that other scripts write as they sound
MOST_LOOSE = 2  # words between those that tell
MOST_SOUNDS, MOST_SOUNDED = 4, 6
MOST_IN_A_NAME, MOST_PAIRS = 4, 9
MOST_ADDED = 300  # terms, to one thing asked for; those that no text has are not looked for
MOST_ADDED_IN_ALL = 800
MOST_SHOWN, MOST_SHOWN_IN_ALL = 8, 24  # spellings told to readers
MOST_IN_A_SCRIPT = 2  # spellings of a word that is part of a phrase
SPELLED, FORMED, SOUNDED = 0.7, 0.6, 0.5


ARTICLES = frozenset(("ud", "ul", "ur", "us", "uz", "al", "ad"))


@dataclass(frozen=True)
class Added:
    """A term that means the same, and the spelling readers are shown for it ("" where there is none)."""

    term: Term
    shown: str = ""


def expand(query: Query, tables: Tables) -> Query:
    """The query with other spellings as further alternatives, each of less weight; `also` names them, and a note
    says which words need not occur."""
    groups: list[Group] = []
    joining: list[Group] = []  # words that only join the others
    also: list[str] = []
    room, at = MOST_ADDED_IN_ALL, 0
    names = _names(query.groups, tables)
    while at < len(query.groups):
        run = _known_run(query.groups[at:], tables)
        asked = _as_one(query.groups[at : at + run]) if run > 1 else query.groups[at]
        found = [one for clause in asked for one in _added(clause, tables)]
        added = [*_beside(names, at), *_run_together(query.groups, at, tables), *found][
            : min(MOST_ADDED, room)
        ]
        groups.append((*asked, *((one.term,) for one in added)))
        if not run and _is_one_of(asked, tables.joining):
            joining.append(groups[-1])
        also += _told(added)
        room -= len(added)
        at += max(run, 1)
    return _without_joining(query, groups, joining, also)


def other_names(name: str, tables: Tables) -> tuple[str, ...]:
    """Other spellings of what a speaker may be called, as readers write them; part of a name has those of that part."""
    asked = tuple(folded_words(name))
    known = (one for one in tables.find(asked) if one.kind in ("person", "name"))
    spelled = [shown for words, shown in spellings_of(known) if words != asked and shown]
    spelled += [" ".join(words) for words in _in_each_script(asked, tables) if words != asked]
    return tuple(dict.fromkeys(spelled))[:MOST_SHOWN]


def _without_joining(query: Query, groups: list[Group], joining: list[Group], also: list[str]) -> Query:
    """Other languages say "in" and "of" in other places, or not at all: beside something that may be met in
    another language they need not occur."""
    notes = query.notes
    telling = [group for group in groups if group not in joining]
    if joining and any(len(group) > 1 for group in telling):
        left_out = ", ".join(dict.fromkeys(f"“{group[0][0].words[0]}”" for group in joining))
        notes, groups = (*notes, Note(0, f"Need not occur: {left_out}.")), telling
    shown = tuple(dict.fromkeys(also))[:MOST_SHOWN_IN_ALL]
    return replace(query, groups=tuple(groups), notes=notes, also=shown)


def _told(added: Iterable[Added]) -> list[str]:
    """What readers are told of one thing: some of its spellings, and that more were looked for."""
    shown = list(dict.fromkeys(one.shown for one in added if one.shown))
    more = len(shown) - MOST_SHOWN
    return [*shown[:MOST_SHOWN], f"{more} more like these"] if more > 1 else shown


def _is_one_of(group: Group, listed: frozenset[str]) -> bool:
    return len(group) == 1 and _is_plain_word(group[0]) and group[0][0].words[0] in listed


def _names(groups: tuple[Group, ...], tables: Tables) -> list[Words]:
    """The skeletons of each group that is one word and may be a name, none of the others."""

    def skeletons(group: Group) -> Words:
        if len(group) > 1 or not _is_plain_word(group[0]):
            return ()
        words = group[0][0].words
        known = tables.find(words)
        if any(not one.is_name for one in known) or words[0] in tables.everyday | tables.joining:
            return ()
        others = (one[0] for one, _ in spellings_of(known) if len(one) == 1)
        return tuple(dict.fromkeys(chain(*map(sounds_of, (words[0], *others)))))[:MOST_SOUNDED]

    return list(map(skeletons, groups))


def _beside(names: list[Words], at: int) -> Iterator[Added]:
    """The sound of a name with the one before and the one after it: a short one (Munir, Ali) says too little alone.
    A third may stand between them."""
    if not names[at]:
        return
    if min(map(len, names[at])) < SHORTEST_SOUND:
        for pair in (names[max(at - 1, 0) : at + 1], names[at : at + 2]):
            for both in islice(product(*pair), MOST_PAIRS) if len(pair) > 1 else ():
                if len("".join(both)) >= SHORTEST_PAIR:
                    yield Added(Term(both, sound=True, slop=MOST_BETWEEN, weight=SOUNDED))
    else:
        yield from (Added(Term(way, sound=True, weight=SOUNDED)) for way in written_otherwise(names[at][:1]))
    first = max((n + 1 for n in range(at) if not names[n]), default=0)
    end = next((n for n in range(at, len(names)) if not names[n]), len(names))
    whole = tuple(name[0] for name in names[first:end][:MOST_IN_A_NAME])
    yield from (
        Added(Term(way, sound=True, slop=MOST_BETWEEN if len(way) > 1 else 0, weight=SOUNDED))
        for way in whole_otherwise(whole)
    )


def _run_together(groups: tuple[Group, ...], at: int, tables: Tables) -> Iterator[Added]:
    """A word written as one with its neighbour, in our scripts: मातृ भाषा, मातृभाषा."""
    plain = [
        "" if len(group) > 1 or not _is_plain_word(group[0]) else group[0][0].words[0] for group in groups
    ]
    for pair in (plain[max(at - 1, 0) : at + 1], plain[at : at + 2]):
        if len(pair) > 1 and all(pair) and _is_ours(tuple(pair)) and not tables.joining.intersection(pair):
            run = "".join(pair)
            yield from (
                Added(Term((form,), weight=SPELLED)) for form in (run, *forms_of(run)[:MOST_OF_A_RUN])
            )


def _known_run(groups: tuple[Group, ...], tables: Tables) -> int:
    """How many of these groups, from the first on, are plain words that make up one known spelling; 0 for none."""
    plain: list[Words] = []
    for group in groups[:LONGEST_SPELLING]:
        if len(group) > 1 or not (_is_plain_word(group[0]) or _is_whose(group[0])):
            break
        plain.append(group[0][0].words)
    runs = [(size, tuple(chain(*plain[:size]))) for size in range(len(plain), 0, -1)]
    return next((size for size, words in runs if tables.find(words) or initials_in(words)), 0)


def _is_plain_word(clause: Clause) -> bool:
    return len(clause) == 1 and clause[0] == Term(clause[0].words[:1])


def _is_whose(clause: Clause) -> bool:
    """An English genitive, which is two words: women's."""
    return len(clause) == 1 and clause[0] == Term((*clause[0].words[:1], "s"))


def _as_one(groups: tuple[Group, ...]) -> Group:
    return (tuple(Term((word,)) for group in groups for term in group[0] for word in term.words),)


def _added(clause: Clause, tables: Tables) -> Iterator[Added]:
    if any(term != Term(term.words) for term in clause) or (len(clause) > 1 and not _are_words(clause)):
        return
    if _is_whose(clause):  # women's cricket
        clause = (Term(clause[0].words[:1]),)
    elif len(clause) == 1 and len(clause[0].words) > 2 and clause[0].words[1] in ARTICLES:  # Shams-ud-Din
        skeletons = tuple(sounds_of(word)[0] for word in clause[0].words if sounds_of(word))
        yield from (Added(Term(way, sound=True, weight=SOUNDED)) for way in written_otherwise(skeletons))
    asked = tuple(word for term in clause for word in term.words)
    loose = _are_words(clause)
    concepts = tables.find(asked) if loose else tables.concepts.get(asked, ())
    spelled = [
        *spellings_of(concepts),
        *((words, " ".join(words)) for words in _in_each_script(asked, tables)),
    ]
    if loose and len(asked) > 1:
        spelled.append((asked, ""))  # side by side it weighs more
    seen = {asked} if len(clause) == 1 else set[Words]()
    yield from (Added(Term(words, weight=SPELLED), shown) for words, shown in spelled if words not in seen)
    if not any(one.is_name for one in concepts):
        yield from (Added(Term(words, weight=SPELLED)) for words in _as_initials(asked, tables))
    if loose:  # a phrase means these words and no others
        is_plain = not concepts and len(asked) == 1 and asked[0] not in tables.everyday | tables.joining
        yield from _sounded([asked] if is_plain else [], concepts)
        yield from _loosened([words for words, _ in spelled], tables.joining)
        if not any(one.kind in ("person", "name") for one in concepts):  # Siddiqui is not Siddiqa
            yield from _formed([words for words, _ in spelled] or ([asked] if is_plain else []), seen)


def _as_initials(asked: Words, tables: Tables) -> Iterator[Words]:
    """FIR, if that may be initials, as other scripts write it, and the other way about."""
    initials = initials_in(asked) or (asked[0] if len(asked) == 1 else "")
    if not (tables.everyday | tables.joining).intersection(asked) and (written := spelled_out(initials)):
        yield from (words for words in ((initials,), *written) if words != asked)


def _are_words(clause: Clause) -> bool:
    return all(len(term.words) == 1 for term in clause)


def _in_each_script(asked: Words, tables: Tables) -> Iterator[Words]:
    """A name of several known names, in each script that has them all."""
    parts = [[one for one in tables.find((word,)) if one.is_name] for word in asked]
    if not 1 < len(parts) <= LONGEST_SPELLING or not all(parts):
        return
    by_script = [_single_words(part) for part in parts]
    for script in by_script[0]:
        yield from product(*(part.get(script, ()) for part in by_script))


def _single_words(concepts: Iterable[Concept]) -> dict[str, list[str]]:
    """Spellings of one word, by script; of each the first few."""
    found: dict[str, list[str]] = {}
    for words, _ in spellings_of(concepts):
        several = found.setdefault(script_of(words[0]), [])
        if len(words) == 1 and len(several) < MOST_IN_A_SCRIPT:
            several.append(words[0])
    return found


def _loosened(spelled: Iterable[Words], joining: frozenset[str]) -> Iterator[Added]:
    """The words that tell of each spelling in our scripts, in any form of the last, without those that only join them:
    عورتوں کے حقوق, عورتوں کے بنیادی حقوق."""
    for words in spelled:
        telling = tuple(word for word in words if word not in joining)
        if len(telling) > 1 and _is_ours(telling):
            last = (telling[-1], *forms_of(telling[-1])[:MOST_OF_A_LAST])
            yield from (Added(Term((*telling[:-1], form), slop=MOST_LOOSE, weight=FORMED)) for form in last)


def _formed(spelled: list[Words], seen: set[Words]) -> Iterator[Added]:
    """Forms of the last word of each spelling, the likeliest of all of them first."""
    varied = [[(*words[:-1], form) for form in forms_of(words[-1])] for words in spelled]
    forms = dict.fromkeys(form for rank in zip_longest(*varied) for form in rank if form is not None)
    yield from (
        Added(Term(form, weight=FORMED)) for form in forms if form not in seen and form not in spelled
    )


def _sounded(asked: list[Words], concepts: Iterable[Concept]) -> Iterator[Added]:
    """By sound: names in any spelling, others by spellings in our scripts, for English has words of all sounds."""
    names = [*asked, *(words for one in concepts if one.is_name for words, _ in spellings_of([one]))]
    others = [words for one in concepts if not one.is_name for words, _ in spellings_of([one])]
    borrowed = [words for words in others if len(words) > 1 and not _is_ours(words)]
    heard: dict[Words, Words] = {}
    for least, spelled in (
        (SHORTEST_SOUND, names),
        (SHORTEST_TOPIC, filter(_is_ours, others)),
        (SHORTEST_BORROWED, borrowed),
    ):
        for words in spelled:
            for skeletons in islice(product(*map(sounds_of, words)), MOST_SOUNDS):
                if len("".join(skeletons)) >= least:
                    heard.setdefault(skeletons, words)
                if least == SHORTEST_BORROWED:
                    heard.setdefault(("".join(skeletons),), words)
    untold = {words for words, shown in spellings_of(concepts) if not shown}
    for skeletons, words in islice(heard.items(), MOST_SOUNDED):
        shown = "" if words in untold else f"sounds like “{' '.join(words)}”"
        yield Added(Term(skeletons, sound=True, weight=SOUNDED), shown)


def _is_ours(words: Words) -> bool:
    return not any(word.isascii() for word in words)
