"""Words found over a whole talk and replaced in one act, after a look at what would change. Who asks: the studio."""

from collections.abc import Mapping
from dataclasses import dataclass

import regex
from sqlmodel import Session, col, select

from catalog.acts import Done, begin_act
from catalog.editing import LONGEST_TEXT, rewrite, stamp_of
from catalog.episodes import find_episode
from catalog.errors import Conflict, InvalidQuery
from catalog.models import Utterance
from catalog.models.columns import storable
from catalog.transcripts import current_track

LONGEST = 200
_LETTER = r"[\p{L}\p{M}\p{N}]"


@dataclass(frozen=True)
class Wanted:
    """What is looked for and what shall stand there; both as typed, whole words or parts of them too."""

    find: str
    instead: str
    whole_words: bool = True
    same_case: bool = False


@dataclass(frozen=True)
class Hit:
    """A paragraph in which it is found: pieces of its text as (is it what is looked for, text), and its state."""

    utterance_id: int
    start_ms: int
    language: str
    pieces: tuple[tuple[bool, str], ...]
    stamp: str

    @property
    def times(self) -> int:
        return sum(found for found, _ in self.pieces)


def find_words(session: Session, slug: str, wanted: Wanted) -> list[Hit]:
    """Every paragraph of the transcript that is read in which the words stand, in order."""
    track = current_track(session, find_episode(session, slug).id or 0)
    pattern = pattern_of(wanted)
    query = select(Utterance).where(Utterance.track_id == (track.id if track else 0))
    lines = session.exec(query.order_by(col(Utterance.position)))
    return [
        Hit(line.id or 0, line.start_ms, line.language, pieces, stamp_of(line))
        for line in lines
        if len(pieces := cut_out(line.text, pattern)) > 1 or pieces[0][0]
    ]


def replace_words(
    session: Session, slug: str, wanted: Wanted, chosen: Mapping[int, str], *, by: str, public_note: str = ""
) -> Done:
    """Replace the words in the chosen paragraphs, each with the state that was looked at; one act, undone at once.

    Nothing is done when one of them has changed since.
    """
    act = begin_act(session, slug, by)
    pattern, instead = pattern_of(wanted), _plain(wanted.instead)
    here = select(Utterance).where(Utterance.track_id == act.track.id, col(Utterance.id).in_(chosen))
    lines = list(session.exec(here.order_by(col(Utterance.position))))
    if len(lines) != len(chosen) or any(stamp_of(line) != chosen[line.id or 0] for line in lines):
        raise Conflict("Some of these paragraphs have changed since you looked. Look again, then replace.")
    told, times = [], 0
    for line in lines:
        text, count = pattern.subn(lambda _match: instead, line.text)
        text = " ".join(text.split())
        if not text:
            raise InvalidQuery(
                "That would leave a paragraph without words. To take words out for good, redact them."
            )
        if text != line.text and len(text) <= LONGEST_TEXT:
            told.append(rewrite(act, line, text, public_note).id)
            times += count
    if not told:
        raise InvalidQuery("Nothing is chosen that would change.")
    return act.finish("replace", f"Replaced {times} times in {len(told)} paragraphs.", corrections=told)


def pattern_of(wanted: Wanted) -> "regex.Pattern[str]":
    """
    >>> pattern_of(Wanted("tea", "")).findall("Tea, teapot and tea")
    ['Tea', 'tea']
    >>> pattern_of(Wanted("tea", "", whole_words=False)).findall("teapot")
    ['tea']
    """
    words = _plain(wanted.find).split()
    if not words:
        raise InvalidQuery("Write what to look for.")
    body = r"\s+".join(map(regex.escape, words))
    if wanted.whole_words:
        body = f"(?<!{_LETTER}){body}(?!{_LETTER})"
    return regex.compile(body, 0 if wanted.same_case else regex.IGNORECASE)


def cut_out(text: str, pattern: "regex.Pattern[str]") -> tuple[tuple[bool, str], ...]:
    """The text in pieces, those that are found marked as such.

    >>> cut_out("two teas", pattern_of(Wanted("two", "")))
    ((True, 'two'), (False, ' teas'))
    """
    pieces: list[tuple[bool, str]] = []
    done = 0
    for match in pattern.finditer(text):
        pieces += [(False, text[done : match.start()]), (True, match.group())]
        done = match.end()
    return tuple(piece for piece in [*pieces, (False, text[done:])] if piece[1]) or ((False, ""),)


def _plain(text: str) -> str:
    return " ".join(storable(text, LONGEST).split())
