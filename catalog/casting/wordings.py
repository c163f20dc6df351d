"""What a language tells about casts: the ways to say who takes part, and the words that stand around names.

The tables themselves stand in one module a language; `casting.patterns` gathers them.
"""

from dataclasses import dataclass

GUEST, HOST, MODERATOR = "guest", "host", "moderator"
# `read_cast` puts this character where the show's own title stood: a show is not a person.
SHOW = "\ue000"


@dataclass(frozen=True)
class Wording:
    """One way to say who takes part: a cue (a regular expression) and who stands before and after it."""

    cue: str
    before: str = ""
    after: str = ""
    needs: str = ""  # "both" sides must be people; "host": the one before must be known as host
    strength: int = 2  # 3: a label, nothing surer; 2: running text; 1: a habit of titles
    where: str = ""  # "title": only there


@dataclass(frozen=True)
class Language:
    """What one language contributes; words are folded (see `fold`) and split at white space."""

    guest_labels: str = ""
    host_labels: str = ""
    moderator_labels: str = ""
    wordings: tuple[Wording, ...] = ()
    honorifics: str = ""  # dropped from a name
    roles: str = ""  # what a person is or does; may stand before or after a name
    organisations: str = ""  # a run of words with one of these is no person
    ordinary: str = ""  # written like names in titles, never part of one
    topics: str = ""  # words by which a list of people may be followed: about, on, to
    breaks: str = ""  # other words no name and no role reaches across
    connects: str = ""  # of, for: join a role to what it belongs to
    articles: str = ""
    joins: str = ""  # "and"
    openings: str = ""  # words after which the people before a cue may begin
