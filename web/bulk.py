"""About how large a transcript is as a file, told from its paragraphs alone: to make the files only to weigh them takes
three times as long as the page that offers them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from catalog.transcripts import SpokenTurn
from transcribe.caption_cards import CARD_MS, LINES

FULL_MS, FULL_LINE = CARD_MS * 5 // 6, 52  # as cards come to be filled: sentences and pauses end them early


@dataclass(frozen=True)
class Bulk:
    """What of a talk takes room, and how often: bytes of its words, and of the names where each voice begins, each
    paragraph or each caption card is headed by one."""

    words: int
    voices: int
    paragraphs: int
    cards: int
    voice_names: int
    paragraph_names: int
    card_names: int


def weigh(turns: Sequence[SpokenTurn]) -> Bulk:
    """The bulk of a talk; cards are reckoned, not cut."""
    words = voices = paragraphs = cards = voice_names = paragraph_names = card_names = 0
    last = None
    for turn in turns:
        name = len(turn.speaker.name.encode())
        count = sum(_cards(len(one.text), one.end_ms - one.start_ms) for one in turn.passages)
        if turn.speaker.name != last:  # two whom nobody named follow each other under one head
            last = turn.speaker.name
            voices += 1
            voice_names += name
        words += sum(len(one.text.encode()) for one in turn.passages)
        paragraphs += len(turn.passages)
        paragraph_names += name * len(turn.passages)
        cards += count
        card_names += name * count
    return Bulk(words, voices, paragraphs, cards, voice_names, paragraph_names, card_names)


def _cards(letters: int, duration_ms: int) -> int:
    return max(1, ceil(letters / (LINES * FULL_LINE)), ceil(duration_ms / FULL_MS))
