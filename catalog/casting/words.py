"""The words of a text as tokens, and which run of capitalised words is a name.

The words known of each language stand in its table; lists of people are read in `casting.names`.
"""

from dataclasses import dataclass

import regex

from catalog.casting.patterns import LANGUAGES
from catalog.casting.wordings import SHOW
from catalog.normalize import fold


def _words(column: str) -> frozenset[str]:
    return frozenset(fold(w) for language in LANGUAGES for w in getattr(language, column).split())


HONORIFICS, ROLES, ORGANISATIONS, ORDINARY = map(_words, ("honorifics", "roles", "organisations", "ordinary"))
TOPICS, JOINS, OPENINGS, ARTICLES = map(_words, ("topics", "joins", "openings", "articles"))
BREAKS = TOPICS | _words("breaks")
CONNECTS = _words("connects")
_PARTICLES = frozenset(
    """al el ul ur uz us ud bin bint ibn ben de da del della di van von der den la le dos das""".split()  # noqa: SIM905
)
_SHORT_ACRONYMS = frozenset(["us", "uk", "un", "eu", "pm", "mp", "tv", "ai", "hr", "hm"])
_NAME_MOST, _CASELESS_MOST = 6, 5

_TOKEN = regex.compile(
    r"""(?P<bullet>(?<!\S)\(?\p{Nd}{1,2}[.)](?=\s)|[•●▪◦‣·*►▶✦✓→]+)
    |(?P<word>(?:\p{Lu}\.)+(?!\p{L})|\ue000+|[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d'`]*(?:[-‑&][\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d'`]*)*)
    |(?P<newline>\n\s*)|(?P<comma>[,،、])|(?P<semi>[;؛|/])|(?P<stop>[.?!۔।…]+)|(?P<colon>[:：])
    |(?P<open>[(\[（])|(?P<close>[)\]）])|(?P<dash>[-–—―]+)|(?P<join>[&+])|(?P<other>\S)""",
    regex.X,
)
_CAPITAL = regex.compile(r"[\p{Lu}\p{Lt}\p{Lo}\ue000]|\p{Ll}{1,2}[-'‑]\p{Lu}")
_ACRONYM = regex.compile(r"\p{Lu}{3,}s?|\p{Lu}[\p{Lu}\p{N}&]*[-‑]\p{Lu}+|\p{Lu}+\p{N}+")
_INITIAL = regex.compile(r"(?:\p{Lu}\.)+|\p{Lu}{1,2}")
_TRADE = regex.compile(
    r"\p{L}{2,}(?:ist|grapher|ician|arian|maker|worker|fighter|keeper|writer|player|[^u]man|woman)"
)
_OBLIQUE_PLURAL = regex.compile(r".+(?:وں|ों)")


@dataclass(frozen=True)
class Token:
    """A word or a mark, with its offsets in the text."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def folded(self) -> str:
        return fold(self.text.rstrip("."))

    @property
    def joins(self) -> bool:
        return self.kind == "join" or self.folded in JOINS

    @property
    def is_capital(self) -> bool:
        """Whether the word could stand in a name: capitalised, or of a script without capitals."""
        if self.kind != "word" or not _CAPITAL.match(self.text):
            return False
        return bool(_INITIAL.fullmatch(self.text)) or self.folded not in BREAKS | JOINS | ARTICLES

    @property
    def is_role(self) -> bool:
        """Whether the word says what a person does; trades nobody listed are known by how they end."""
        return self.folded in ROLES or bool(self.text.islower() and _TRADE.fullmatch(self.text))

    @property
    def is_possessive(self) -> bool:
        return self.text.casefold().endswith(("'s", "s'"))


def tokenise(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Cut a stretch into words and marks; an abbreviated title keeps its full stop."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        token = Token(str(match.lastgroup), match.group(), match.start(), match.end())
        last = tokens[-1] if tokens else None
        if token.text == "." and last and last.end == token.start and last.folded in HONORIFICS:
            tokens[-1] = Token("word", last.text + ".", last.start, token.end)
        else:
            tokens.append(token)
    return tokens


def standing(token: Token, shouting: bool) -> str:
    """What a capitalised word is when it is no part of a name: role, organisation, ..., else an empty string."""
    word = token.folded
    if word in HONORIFICS:
        return "honorific"
    if word in ROLES:
        return "role"
    if token.is_possessive:
        return "possessive"
    if word in ORGANISATIONS or word.startswith(SHOW):
        return "organisation"
    if word in ORDINARY or _OBLIQUE_PLURAL.fullmatch(token.text) or regex.search(r"\p{N}", token.text):
        return "ordinary"
    acronym = _ACRONYM.fullmatch(token.text) or (word in _SHORT_ACRONYMS and token.text.isupper())
    return "acronym" if acronym and not shouting else ""


def _is_name(tokens: list[Token]) -> bool:
    """Whether plain words make a name of one word or more (never initials or particles alone)."""
    whole = [t for t in tokens if not _INITIAL.fullmatch(t.text) and t.folded not in _PARTICLES]
    caseless = any(regex.match(r"\p{Lo}", t.text) for t in tokens)
    return bool(whole) and len(tokens) <= (_CASELESS_MOST if caseless else _NAME_MOST)


def name_in_run(run: list[Token], shouting: bool) -> tuple[int, int] | None:
    """Find the name in a run of capitalised words: after the last title or role, else before the first.

    "BNP Leader Sara Misaal" and "Sara Misaal Chairperson BNP" have one, "Sara Misaal Foundation" has none.
    """
    while len(run) > 1 and standing(run[-1], shouting) == "honorific":
        run = run[:-1]
    marks = [(k, kind) for k, token in enumerate(run) if (kind := standing(token, shouting))]
    last = marks[-1][0] + 1 if marks else 0
    first, kind = marks[0] if marks else (len(run), "")
    if kind in ("role", "honorific") and first >= 2 and len(run) - last < 2:
        return (0, first) if _is_name(run[:first]) else None
    if last < len(run):
        return (last, len(run)) if _is_name(run[last:]) else None
    return None


def run_at(tokens: list[Token], i: int) -> list[Token]:
    """The capitalised words from one on, particles between them included ("Fatima bint Namoona")."""
    j = i
    while j < len(tokens):
        particle = (
            j > i and tokens[j].folded in _PARTICLES and j + 1 < len(tokens) and tokens[j + 1].is_capital
        )
        if not (tokens[j].is_capital or particle):
            break
        j += 1
    while j > i + 1 and tokens[j - 1].folded in _PARTICLES and not tokens[j - 1].is_capital:
        j -= 1
    return tokens[i:j]
