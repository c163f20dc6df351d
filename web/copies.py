"""The text of a talk as files to take along: captions, transcript, word times. Made once for each revision."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from catalog.remembered import Remembered, Version, version_of
from catalog.transcripts import Speaker, SpokenTurn, read_turns
from transcribe.caption_cards import clean
from transcribe.captions import to_html, to_podcast_json, to_srt, to_text, to_vtt
from transcribe.timeline import Utterance
from web.language import phrase
from web.voices import is_named
from web.words import word_times


@dataclass(frozen=True)
class Form:
    """A form in which a transcript can be had: how it is called, what for, and who writes it."""

    name: str
    purpose: str
    media_type: str
    write: Callable[[Sequence[Utterance]], str]


FORMS = {
    "txt": Form(phrase("Plain text"), phrase("Reading, slow lines"), "text/plain; charset=utf-8", to_text),
    "vtt": Form(phrase("Captions, VTT"), phrase("Players on the web"), "text/vtt; charset=utf-8", to_vtt),
    "srt": Form(
        phrase("Captions, SRT"), phrase("Players on a desk"), "application/x-subrip; charset=utf-8", to_srt
    ),
    "html": Form("HTML", phrase("Podcast apps, printing"), "text/html; charset=utf-8", to_html),
    "json": Form("JSON", phrase("Podcast apps, research"), "application/json", to_podcast_json),
}
CERTAINTIES = {
    "confirmed": "confirmed by an editor",
    "named": "named on evidence",
}  # of the rest the name tells


@dataclass(frozen=True)
class TextCopies:
    """Every form of one revision of a talk, by its ending, and the word times for the page's script."""

    forms: dict[str, bytes]
    words: bytes


class CopyShelf:
    """Keeps the copies of the talks read last, and how long those of many more are: to make them takes longer than to
    make the page that offers them."""

    def __init__(self, most: int = 32, most_sizes: int = 2_000) -> None:
        self._copies = Remembered[Version, TextCopies](most)
        self._sizes = Remembered[Version, dict[str, int]](most_sizes)

    def copies_of(self, session: Session, episode_id: int, revision: int) -> TextCopies:
        """The copies of this revision; the caller has made sure that the episode is published."""
        return self._made(session, version_of(session, episode_id, revision))

    def sizes_of(self, session: Session, episode_id: int, revision: int) -> dict[str, int]:
        """How many bytes each form of this revision has."""
        version = version_of(session, episode_id, revision)
        return self._sizes.get(version, lambda: _sizes_of(self._made(session, version)))

    def _made(self, session: Session, version: Version) -> TextCopies:
        def make() -> TextCopies:
            return make_copies(read_turns(session, version.episode_id, with_words=True), version.revision)

        return self._copies.get(version, make)


def _sizes_of(copies: TextCopies) -> dict[str, int]:
    return {ending: len(copy) for ending, copy in copies.forms.items()}


def make_copies(turns: Sequence[SpokenTurn], revision: int) -> TextCopies:
    utterances = _utterances(turns)
    texts = {ending: form.write(utterances) for ending, form in FORMS.items()}
    texts["txt"] = _cast(turns) + texts["txt"]
    return TextCopies(
        forms={ending: text.encode() for ending, text in texts.items()},
        words=json.dumps(word_times(utterances, revision), separators=(",", ":")).encode(),
    )


def _utterances(turns: Sequence[SpokenTurn]) -> list[Utterance]:
    """What was said under the names as captions print them."""
    return [
        Utterance(
            passage.start_ms,
            passage.end_ms,
            passage.text,
            passage.language,
            passage.words,
            label=turn.speaker.label,
            speaker=caption_name(turn.speaker),
            flags=passage.flags,
        )
        for turn in turns
        for passage in turn.passages
    ]


def caption_name(speaker: Speaker) -> str:
    """A name with its doubt behind it, where a player has one line and no italics."""
    return f"{speaker.name} (probably)" if speaker.certainty == "probable" else speaker.name


def _cast(turns: Sequence[SpokenTurn]) -> str:
    """Who is heard, in the order they are, as the head of a transcript: name, role and affiliation on the day."""
    lines = []
    for speaker in dict.fromkeys(turn.speaker for turn in turns):
        office = (speaker.role, speaker.affiliation, CERTAINTIES.get(speaker.certainty, ""))
        facts = "; ".join(filter(None, office)) if is_named(speaker) else ""
        lines.append(clean(f"{caption_name(speaker)}: {facts}" if facts else caption_name(speaker)))
    return "\n".join(["Who is heard", *lines, "", ""]) if lines else ""
