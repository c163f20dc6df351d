"""Utterances as captions and transcripts: WebVTT, SRT, podcast JSON, HTML, text. Reading is in `captions_read`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

import regex

from transcribe.caption_cards import Card, clean, clean_name, cut_into_cards, first_strong
from transcribe.captions_read import read_captions
from transcribe.languages import is_right_to_left, parse_language
from transcribe.timeline import Utterance, Word

__all__ = ["read_captions", "to_html", "to_podcast_json", "to_srt", "to_text", "to_vtt"]

LINE = 65
RIGHT_TO_LEFT_MARK, LEFT_TO_RIGHT_MARK = "\u200f", "\u200e"
_VTT_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# SRT has no escapes: players read <...> and {...} as styling, a backslash as a break and an arrow as a time line.
_SRT_LOOKALIKES = str.maketrans({"<": "‹", ">": "›", "{": "(", "}": ")", "\\": "∖"})

HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Transcript</title>
</head>
<body>
{}</body>
</html>
"""


def to_vtt(utterances: Sequence[Utterance], language: str = "", word_times: bool = False) -> str:
    """WebVTT (https://www.w3.org/TR/webvtt1/): voice spans, at most two lines of 65 characters a cue.

    Utterances in another language than `language` (default: the first one's) stand in `<lang>`. `word_times`
    adds a timestamp inside the cue before each word.
    """
    main = language or (utterances[0].language if utterances else "")
    blocks = ["WEBVTT"]
    for card in cut_into_cards(utterances, LINE - 1):  # one place is kept for a direction mark
        lines = _vtt_lines(card, word_times)
        if card.utterance.language and card.utterance.language != main:
            lines = f"<lang {_tag(card.utterance.language)}>{lines}</lang>"
        if speaker := clean_name(card.utterance.speaker):
            lines = f"<v {speaker}>{lines}"
        blocks.append(f"{_clock(card.start_ms)} --> {_clock(card.end_ms)}\n{lines}")
    return "\n\n".join(blocks) + "\n"


def to_srt(utterances: Sequence[Utterance]) -> str:
    """SubRip: numbered cards of at most two lines, `Name: ` where a voice begins; a new voice is a new card."""
    blocks = []
    speaker = ""
    for number, card in enumerate(cut_into_cards(utterances, LINE, name_first=True), 1):
        lines = [" ".join(word.text for word in line) for line in card.lines]
        name = clean_name(card.utterance.speaker)
        if name and name != speaker:
            lines[0] = f"{name}: {lines[0]}"
        speaker = name
        text = "\n".join(line.replace("-->", "→").translate(_SRT_LOOKALIKES) for line in lines)
        times = f"{_clock(card.start_ms)} --> {_clock(card.end_ms)}".replace(".", ",")
        blocks.append(f"{number}\n{times}\n{text}\n")
    return "\n".join(blocks)


def to_podcast_json(utterances: Sequence[Utterance]) -> str:
    """Podcasting 2.0 transcript JSON, version 1.0.0: one segment an utterance, seconds as numbers."""
    segments = []
    for utterance in utterances:
        segment: dict[str, str | float] = (
            {"speaker": clean_name(utterance.speaker)} if utterance.speaker else {}
        )
        segment |= {
            "startTime": utterance.start_ms / 1000,
            "endTime": max(utterance.end_ms, utterance.start_ms + 1) / 1000,
            "body": clean(utterance.text),
        }
        if segment["body"]:
            segments.append(segment)
    return json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False, indent=1) + "\n"


def to_text(utterances: Sequence[Utterance]) -> str:
    """A transcript to read: the moment and the name where a voice begins, then its paragraphs."""
    parts: list[str] = []
    speaker: str | None = None
    for utterance in utterances:
        if not (text := clean(utterance.text)):
            continue
        name = clean_name(utterance.speaker)
        moment = _clock(utterance.start_ms)[:8]
        head = f"[{moment}] {name}".rstrip() + "\n" if name != speaker or not name else ""
        parts.append(f"{head}{text}\n")
        speaker = name
    return "\n".join(parts)


def to_html(utterances: Sequence[Utterance]) -> str:
    """The HTML transcript of the podcast name space: who in `cite`, when in `time`, what in `p`."""
    parts = []
    for utterance in utterances:
        if not (text := clean(utterance.text)):
            continue
        who = f"<cite>{escape(name)}:</cite> " if (name := clean_name(utterance.speaker)) else ""
        way = "rtl" if is_right_to_left(utterance.language) and not text.isascii() else "ltr"
        tongue = f' lang="{_tag(utterance.language)}"' if utterance.language else ""
        moment = f"<time>{_clock(utterance.start_ms)[:8]}</time>"
        parts.append(f'{who}{moment}\n<p{tongue} dir="{way}">{escape(text)}</p>\n')
    return HTML.format("".join(parts))


def _vtt_lines(card: Card, word_times: bool) -> str:
    """The card's lines, escaped; a word's moment is given only where it rises strictly inside the cue."""
    lines, last = [], card.start_ms
    for line in card.lines:
        words = []
        for word in line:
            stamped = word_times and last < word.start_ms < card.end_ms
            last = word.start_ms if stamped else last
            moment = f"<{_clock(word.start_ms)}>" if stamped else ""
            words.append(moment + word.text.translate(_VTT_ESCAPES))
        lines.append(_mark(line, card) + " ".join(words))
    return "\n".join(lines)


def _mark(line: Sequence[Word], card: Card) -> str:
    """A direction mark when the line's first letters run against the language it is in: players go by them."""
    language = card.utterance.language
    first = first_strong(" ".join(word.text for word in line))
    if not (first and card.spoken and parse_language(language).scripts):
        return ""
    if is_right_to_left(language):
        return RIGHT_TO_LEFT_MARK if first == "L" else ""
    return LEFT_TO_RIGHT_MARK if first == "R" else ""


def _tag(language: str) -> str:
    return regex.sub(r"[^A-Za-z0-9-]", "", language) or "und"


def _clock(moment_ms: int) -> str:
    seconds, ms = divmod(moment_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"
