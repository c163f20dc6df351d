"""Fields of a query that lead nowhere: speakers nobody is called, talks that are not there, as readers are told of it.
Of what is not public nothing is told, not by silence either. What is found is `hits`' work."""

from difflib import get_close_matches

from sqlmodel import Session

from catalog.normalize import folded_words
from catalog.people import public_people
from catalog.search.query import Note, Query, parse
from catalog.search.suggest import MOST_SUGGESTED
from catalog.search.written import asks_for_talks
from catalog.sequence import keep

# What is told of a field that leads to no talk.
_OF_TALKS = {
    "episode": "No published talk has the address “{}”.",
    "article": "No published talk belongs to an article called “{}”.",
}


def meant_no_talk(query: Query) -> tuple[Note, ...]:
    """That the one field that says in which talks to look leads to none that is published."""
    fields = [one for one in query.filters if one.field in _OF_TALKS and not one.unwanted]
    if len(fields) != 1 or not asks_for_talks(query):
        return ()
    return (Note(0, _OF_TALKS[fields[0].field].format(fields[0].value[:40])),)


def nobody_called(session: Session, text: str, query: Query) -> tuple[Note, ...]:
    """That nobody in public has the speaker's name that was asked for, and who may be meant. Of others nothing is told,
    not by silence either."""
    asked = [one.value for one in parse(text).filters if one.field == "speaker" and not one.unwanted]
    names = {_folded(name): name for name in public_names(session).values()} if asked else {}
    looked_for = [_folded(one.value) for one in query.filters if one.field == "speaker" and not one.unwanted]
    is_known = any(one.field == "person" and not one.unwanted for one in query.filters)
    if not asked or is_known or any(f" {one} " in f" {name} " for one in looked_for for name in names):
        return ()
    parts = {part: name for name in names for part in (*name.split(), name)}
    like = get_close_matches(_folded(asked[0]), parts, n=MOST_SUGGESTED, cutoff=0.7)
    near = " or ".join(f"“{one}”" for one in dict.fromkeys(names[parts[part]] for part in like))
    meant = f" Perhaps {near}?" if near else ""
    return (Note(0, f"Nobody who is heard here is called “{asked[0][:40]}”.{meant}"),)


def public_names(session: Session) -> dict[str, str]:
    """Who appears in published talks: the name by the slug."""
    return keep(session, "people in public", lambda here: {one.slug: one.name for one in public_people(here)})


def _folded(name: str) -> str:
    return " ".join(folded_words(name))
