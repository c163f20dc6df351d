"""A paragraph cut at a word, put together again, other words written into it. Who asks: `moving`, `fixups`."""

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from catalog.models import Utterance

_WORD = re.compile(r"\S+")


def is_timed(utterance: Utterance) -> bool:
    """Is each written word one that was timed? Only then can a place in the sound be a place in the text."""
    return bool(utterance.words) and _WORD.findall(utterance.text) == [word[2] for word in utterance.words]


def word_at(utterance: Utterance, at_ms: int) -> int:
    """The number of the first word that is said, by its middle, at or after a moment; len(words) if none is."""
    middles = ((start_ms + end_ms) / 2 for start_ms, end_ms, *_ in utterance.words)
    return next((place for place, middle in enumerate(middles) if middle >= at_ms), len(utterance.words))


def cut_paragraph(utterance: Utterance, place: int) -> Utterance:
    """Leave the words before number `place` and return the rest as a paragraph, one position later.

    `place` must be inside it, and the words timed or not timed at all: then letters tell where the cut falls in time.
    """
    before, after = list(_WORD.finditer(utterance.text))[place - 1 : place + 1]
    words, text = utterance.words, utterance.text
    start_ms, end_ms = utterance.start_ms, utterance.end_ms
    here_ms = start_ms + (end_ms - start_ms) * after.start() // len(text)
    spoken_until_ms = max(word[1] for word in words[:place]) if words else here_ms
    rest = Utterance(
        track_id=utterance.track_id,
        position=utterance.position + 1,
        start_ms=min(max(words[place][0] if words else here_ms, start_ms), end_ms),
        end_ms=end_ms,
        speaker_label_id=utterance.speaker_label_id,
        language=utterance.language,
        text=text[after.start() :],
        words=words[place:],
        flags=utterance.flags,
        checked_by=utterance.checked_by,
        checked_at=utterance.checked_at,
    )
    utterance.end_ms = min(max(spoken_until_ms, start_ms), end_ms)
    utterance.text, utterance.words = text[: before.end()], words[:place]
    return rest


def join_paragraphs(utterance: Utterance, rest: Utterance) -> None:
    """Put the words of the next paragraph behind those of this one. If only one of them is timed, the other's words
    share its time by their letters."""
    if bool(utterance.words) != bool(rest.words):
        for one in (utterance, rest):
            one.words = one.words or spread_words(one.text, one.start_ms, one.end_ms)
    utterance.text = f"{utterance.text} {rest.text}"
    utterance.words = [*utterance.words, *rest.words]
    utterance.end_ms = max(utterance.end_ms, rest.end_ms)
    utterance.flags = [*utterance.flags, *(flag for flag in rest.flags if flag not in utterance.flags)]
    if not rest.checked_by:
        utterance.checked_by, utterance.checked_at = "", None


def spread_words(text: str, start_ms: int, end_ms: int) -> list[list[Any]]:
    """Words over a time in which none was timed.

    >>> spread_words("tea for two", 0, 900)
    [[0, 300, 'tea', 1.0], [300, 600, 'for', 1.0], [600, 900, 'two', 1.0]]
    """
    return time_words([[start_ms, end_ms, "", 1.0]], text.split()) if text.split() else []


def shift_paragraphs(session: Session, track_id: int, after: int, by: int) -> None:
    """Move all paragraphs behind a position, to make room or to close a gap; rows at hand are read anew."""
    session.flush()
    position, here = col(Utterance.position), col(Utterance.track_id) == track_id
    steps = (
        (position > after, -position - by),  # through numbers nobody has: two rows may never share one
        (position < 0, -position),
    )
    for which, value in steps:
        update = sa.update(Utterance).where(here, which).values(position=value)
        session.execute(update, execution_options={"synchronize_session": False})
    session.expire_all()


def write_words(utterance: Utterance, first: int, last: int, text: str) -> None:
    """Write `text` in place of words [first, last); the timed words are another matter (see `time_words`)."""
    written = list(_WORD.finditer(utterance.text))[first:last]
    utterance.text = utterance.text[: written[0].start()] + text + utterance.text[written[-1].end() :]


def time_words(heard: Sequence[Sequence[Any]], words: Sequence[str]) -> list[list[Any]]:
    """Words over the time in which others were heard: one for one, else by their length. A person wrote them.

    >>> time_words([[0, 400, "Gul", 0.4], [500, 900, "alai", 0.3]], ["Gulalai"])
    [[0, 900, 'Gulalai', 1.0]]
    """
    if len(heard) == len(words) and heard[0][2]:
        return [
            [start_ms, end_ms, word, 1.0] for (start_ms, end_ms, *_), word in zip(heard, words, strict=True)
        ]
    start_ms, end_ms = heard[0][0], max(word[1] for word in heard)
    letters = [len(word) for word in words]
    edges = [start_ms + (end_ms - start_ms) * sum(letters[:n]) // sum(letters) for n in range(len(words) + 1)]
    return [[edges[n], edges[n + 1], word, 1.0] for n, word in enumerate(words)]
