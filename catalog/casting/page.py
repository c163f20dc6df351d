"""The text of a title or description made ready for reading: what cannot name the cast is blanked, offsets stay.

Nothing about people is known here.
"""

from collections.abc import Sequence

import regex

from catalog.casting.patterns import ELSEWHERE_HEADINGS, ELSEWHERE_SENTENCES
from catalog.casting.wordings import SHOW

# One letter for one: offsets must stay, so this cannot be `normalize.fold`.
_KEYBOARDS = str.maketrans("يىكهةۃۂ’ʼ", "ییکہہہہ''")
_UNSPOKEN = regex.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+|[#@][\p{L}\p{M}\p{N}_]+")
_EMOJI = regex.compile(r"[\p{Extended_Pictographic}--[\p{N}©®™]]", regex.V1)
_INVISIBLE = regex.compile(
    r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff\u00ad\u20e3*_~\"“”«»„\t\r\xa0]"
)
_QUOTED = regex.compile(r"[\"“«„][^\"“”«»„\n]{30,600}[\"”»“]")
_CALL = regex.compile(r"(?i)\b(?:please )?(?:do )?subscribe\b[^.?!\n]*")
_TIME_CODE = regex.compile(r"(?m)^[ \t]*[(\[]?\d{1,2}(?::\d{2}){1,2}[)\]]?")
_SENTENCE = regex.compile(r"[^.?!۔।\n]{1,2000}[.?!۔।]*")
_ELSEWHERE_LINE = regex.compile(rf"(?i)^\W*(?:{ELSEWHERE_HEADINGS})\b[^:\n]{{0,40}}:?\s*$")
_ELSEWHERE = regex.compile(rf"(?i)\b(?:{ELSEWHERE_SENTENCES})")


def _blank(match: regex.Match[str]) -> str:
    return " " * len(match.group())


def _without_other_episodes(text: str) -> str:
    """Blank blocks under headings like "Previous episodes:" and sentences about another day's talk."""
    lines, blanking = [], False
    for line in text.split("\n"):
        blanking = bool(line.strip()) and (blanking or bool(_ELSEWHERE_LINE.match(line)))
        lines.append(" " * len(line) if blanking else line)
    return _SENTENCE.sub(lambda m: _blank(m) if _ELSEWHERE.search(m.group()) else m.group(), "\n".join(lines))


def make_readable(text: str, show_titles: Sequence[str] = ()) -> str:
    """Return a text of the same length without links, tags, long quotes, marks and other episodes.

    The show's own titles become `SHOW`; letters of Arabic keyboards become their Urdu twins.
    """
    for pattern in (_UNSPOKEN, _QUOTED, _CALL, _TIME_CODE):
        text = pattern.sub(_blank, text)
    text = _EMOJI.sub("•", _INVISIBLE.sub(" ", text)).translate(_KEYBOARDS)
    for show in sorted(filter(str.strip, show_titles), key=len, reverse=True):
        text = regex.sub(rf"(?i)\b{regex.escape(show)}\b", lambda m: SHOW * len(m.group()), text)
    return _without_other_episodes(text)
