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
from web.bulk import Bulk, weigh
from web.language import phrase
from web.voices import is_named
from web.words import word_times


@dataclass(frozen=True)
class Form:
    """A form in which a transcript can be had: how it is called, what for, who writes it, and about how many bytes a
    talk takes in it."""

    name: str
    purpose: str
    media_type: str
    write: Callable[[Sequence[Utterance]], str]
    about: Callable[[Bulk], int]


FORMS = {
    "txt": Form(
        phrase("Plain text"),
        phrase("Reading, slow lines"),
        "text/plain; charset=utf-8",
        to_text,
        lambda talk: talk.words + talk.voice_names + 13 * talk.voices + 2 * talk.paragraphs,
    ),
    "vtt": Form(
        phrase("Captions, VTT"),
        phrase("Players on the web"),
        "text/vtt; charset=utf-8",
        to_vtt,
        lambda talk: talk.words + talk.card_names + 37 * talk.cards,
    ),
    "srt": Form(
        phrase("Captions, SRT"),
        phrase("Players on a desk"),
        "application/x-subrip; charset=utf-8",
        to_srt,
        lambda talk: talk.words + talk.voice_names + 37 * talk.cards,
    ),
    "html": Form(
        "HTML",
        phrase("Podcast apps, printing"),
        "text/html; charset=utf-8",
        to_html,
        lambda talk: talk.words + talk.paragraph_names + 70 * talk.paragraphs + 300,
    ),
    "json": Form(
        "JSON",
        phrase("Podcast apps, research"),
        "application/json",
        to_podcast_json,
        lambda talk: talk.words + talk.paragraph_names + 90 * talk.paragraphs,
    ),
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
    """Keeps the copies of the talks read last: to make them takes longer than to make the page that offers them."""

    def __init__(self, most: int = 32) -> None:
        self._copies = Remembered[Version, TextCopies](most)

    def copies_of(self, session: Session, episode_id: int, revision: int) -> TextCopies:
        """The copies of this revision; the caller has made sure that the episode is published."""
        version = version_of(session, episode_id, revision)

        def make() -> TextCopies:
            return make_copies(read_turns(session, episode_id, with_words=True), revision)

        return self._copies.get(version, make)


def about_sizes(turns: Sequence[SpokenTurn]) -> dict[str, int]:
    """About how many bytes a talk has in each form, a tenth more or less where it is longer than some minutes."""
    bulk = weigh(turns)
    return {ending: form.about(bulk) for ending, form in FORMS.items()}


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
