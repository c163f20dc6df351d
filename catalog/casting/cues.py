"""Where a text says that people take part: the cues of all languages, found.

The wordings themselves are tables, one a language; who stands beside a cue is read in `cast`.
"""

from dataclasses import dataclass
from functools import lru_cache

import regex

from catalog.casting.patterns import LANGUAGES
from catalog.casting.wordings import GUEST, HOST, MODERATOR, Wording

_CUES_MOST = 200
_QUALIFIED = (
    r"(?:(?:today's|tonight's|this week's|our|my|your|special|chief|show|the|main|featured|"
    r"hono[u]?rable|honou?red) +){0,3}"
)
_NUMBERED = (
    r"(?: *\(s\))?(?: *(?:#|no\.?)? *\d{1,2})?(?: *(?:&|and|/|,) *\p{L}+)?"
    r"(?: (?:today|tonight|this week|names?|of the (?:day|week|episode|show)))?"
)
_SINGULAR = regex.compile(
    r"(?i).*\b(?:guest|host|moderator|anchor|presenter|interviewer|interviewee|speaker|chair)\b(?! *\(s)"
)


@dataclass(frozen=True)
class Cue:
    """A wording found in a text; `label`: it announces a list ("Guests:"), `plural`: of several people."""

    wording: Wording
    start: int
    end: int
    label: bool
    plural: bool


@lru_cache(maxsize=1)
def _wordings() -> tuple[tuple[regex.Pattern[str], Wording, bool], ...]:
    """All wordings of all languages, compiled: (pattern, wording, whether it is a label)."""
    compiled = []
    for language in LANGUAGES:
        labels = (
            (language.guest_labels, GUEST),
            (language.host_labels, HOST),
            (language.moderator_labels, MODERATOR),
        )
        for words, role in labels:
            announced = rf"{_NUMBERED}(?: *:| +[-–—=](?= )| *[–—](?= ))"
            heading = rf"(?<=^(?: |•){{0,9}}(?:{words}))(?= *\n)"
            cue = rf"{_QUALIFIED}(?:{words})(?:{announced}|{heading})"
            compiled.append((_compile(cue), Wording(cue, after=role, strength=3), True))
        compiled += [(_compile(w.cue), w, False) for w in language.wordings]
    return tuple(compiled)


def _compile(cue: str) -> regex.Pattern[str]:
    # Devanagari writes one letter with its point in one character, in two, or without the point.
    cue = regex.sub("([कखगजडढफ])\u093c", "\\1\u093c?", cue)
    cue = (
        cue.replace(" ", r"[^\S\n]")
        .replace(r"[^\S\n]*", r"[^\S\n]{0,9}")
        .replace(r"[^\S\n]+", r"[^\S\n]{1,9}")
    )
    return regex.compile(
        rf"(?<![\p{{L}}\p{{M}}\p{{N}}'-])(?:{cue})(?![\p{{L}}\p{{M}}\p{{N}}])", regex.I | regex.M
    )


def find_cues(text: str, *, is_title: bool) -> list[Cue]:
    """All cues of a text in its order; of two that overlap from one place on, the longer."""
    found = [
        Cue(wording, m.start(), m.end(), label, not (label and _SINGULAR.fullmatch(m.group())))
        for pattern, wording, label in _wordings()
        if not wording.where or is_title
        for m in pattern.finditer(text)
    ]
    found.sort(key=lambda cue: (cue.start, -cue.end, -cue.wording.strength))
    kept: list[Cue] = []
    for cue in found:
        if not kept or cue.end > kept[-1].end or (cue.start, cue.end) == (kept[-1].start, kept[-1].end):
            kept.append(cue)
    return kept[:_CUES_MOST]
