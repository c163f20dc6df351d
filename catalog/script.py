"""The words of a transcript one after the other, as quotes and claims point at them. `anchors` finds them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session

from catalog.anchors import time_words
from catalog.transcripts import Speaker, SpokenTurn, read_turns
from transcribe.languages import NOT_TRANSCRIBED
from transcribe.timeline import Word


@dataclass(frozen=True)
class Script:
    """The words of a transcript in reading order; for each, its paragraph, who says it and in which language."""

    words: tuple[Word, ...]
    paragraphs: tuple[int, ...]
    speakers: tuple[Speaker, ...]
    languages: tuple[str, ...]


def read_script(session: Session, episode_id: int) -> Script:
    return script_of(read_turns(session, episode_id, with_words=True))


def script_of(turns: Iterable[SpokenTurn]) -> Script:
    """All words that were spoken and written down; our own remark where nothing could be written is no speech."""
    words: list[Word] = []
    said: list[tuple[int, Speaker, str]] = []
    for turn in turns:
        for passage in turn.passages:
            if any(flag.code == NOT_TRANSCRIBED for flag in passage.flags):
                continue
            timed = time_words(passage.text, passage.words, passage.start_ms, passage.end_ms)
            words += timed
            said += [(passage.number, turn.speaker, passage.language)] * len(timed)
    return Script(
        tuple(words),
        tuple(number for number, _, _ in said),
        tuple(speaker for _, speaker, _ in said),
        tuple(language for _, _, language in said),
    )
