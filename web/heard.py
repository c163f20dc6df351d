"""Where a person is heard: when their voice speaks in a talk, what it says longest. Only where it is named. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.labels import VoiceLine
from catalog.reading import EpisodeCard, EpisodePage
from catalog.transcripts import Passage
from web.language import ENGLISH, Language
from web.strip import draw_strip
from web.voices import Voice, list_voices
from web.wording import readable


@dataclass(frozen=True)
class Heard:
    """A voice with this person's name in a talk: its bars, its number of turns, its longest passage."""

    card: EpisodeCard
    voice: Voice
    path: str
    turns: int
    longest: Passage

    @property
    def said(self) -> str:
        return readable(self.longest.text)


def heard_in(
    page: EpisodePage, labels: Sequence[VoiceLine], person_slug: str, language: Language = ENGLISH
) -> list[Heard]:
    """The voices of a talk that are printed with this person's name; more than one if they are not equally sure."""
    strip = draw_strip(page.turns, page.card.duration_ms)
    paths = {row.speaker: row.path for row in strip.rows}
    found = []
    for voice in list_voices(page, strip, labels, language):
        if voice.speaker and voice.person_slug == person_slug:
            turns = [turn for turn in page.turns if turn.speaker == voice.speaker]
            longest = max((part for turn in turns for part in turn.passages), key=lambda part: len(part.text))
            found.append(Heard(page.card, voice, paths[voice.speaker], len(turns), longest))
    return found
