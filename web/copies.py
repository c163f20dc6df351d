"""The text of a talk as files to take along: captions, transcript, word times. Made once for each revision."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from sqlmodel import Session

from catalog.transcripts import read_utterances
from transcribe.captions import to_podcast_json, to_srt, to_text, to_vtt
from transcribe.timeline import Utterance
from web.words import word_times


@dataclass(frozen=True)
class Form:
    """A form in which a transcript can be had: how it is called, what for, and who writes it."""

    name: str
    purpose: str
    media_type: str
    write: Callable[[Sequence[Utterance]], str]


FORMS = {
    "txt": Form("Plain text", "Reading, slow lines", "text/plain; charset=utf-8", to_text),
    "vtt": Form("Captions, VTT", "Players on the web", "text/vtt; charset=utf-8", to_vtt),
    "srt": Form("Captions, SRT", "Players on a desk", "application/x-subrip; charset=utf-8", to_srt),
    "json": Form("JSON", "Podcast apps, research", "application/json", to_podcast_json),
}


@dataclass(frozen=True)
class TextCopies:
    """Every form of one revision of a talk, by its ending, and the word times for the page's script."""

    forms: dict[str, bytes]
    words: bytes


class CopyShelf:
    """Keeps the copies of the talks read last: making them takes longer than sending them."""

    def __init__(self, most: int = 32) -> None:
        self._most, self._held, self._lock = most, dict[tuple[int, int], TextCopies](), Lock()

    def copies_of(self, session: Session, episode_id: int, revision: int) -> TextCopies:
        """The copies of this revision; the caller has made sure that the episode is published."""
        held = self._held.get((episode_id, revision))
        if held is None:
            held = make_copies(read_utterances(session, episode_id), revision)
            with self._lock:
                self._held[episode_id, revision] = held
                while len(self._held) > self._most:
                    del self._held[next(iter(self._held))]
        return held


def make_copies(utterances: Sequence[Utterance], revision: int) -> TextCopies:
    return TextCopies(
        forms={ending: form.write(utterances).encode() for ending, form in FORMS.items()},
        words=json.dumps(word_times(utterances, revision), separators=(",", ":")).encode(),
    )
