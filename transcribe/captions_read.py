"""Reading captions made elsewhere: WebVTT, SRT and what pysubs2 knows. Believes nothing about the file."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import PurePath

import pysubs2
import regex
import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from transcribe.caption_cards import clean, clean_name
from transcribe.errors import CaptionsUnreadable
from transcribe.timeline import Utterance

MOST_BYTES = 20_000_000
_VOICE = regex.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_LANG = regex.compile(r"<lang\s+([A-Za-z0-9-]+)\s*>")
_TAG = regex.compile(r"</?(?:[cbiuv]|ruby|rt|lang|font|\d)[^<>]*>", regex.IGNORECASE)
_ROLLING = regex.compile(r"<\d\d:\d\d:\d\d\.\d{3}><c>")
_SRT_TIMES = regex.compile(
    r"^\s*(\d{1,3}):(\d{1,2}):(\d{1,2})[,.](\d{1,3})\s*-->\s*(\d{1,3}):(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
)
_SRT_STYLE = regex.compile(r"\{\\[^}]*\}")


_FOREIGN = (
    MalformedCaptionError, MalformedFileError, pysubs2.Pysubs2Error,
    # What the parsers of older formats let through on nonsense.
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip


def read_captions(data: bytes, name: str, language: str = "") -> tuple[Utterance, ...]:
    """Captions as utterances, one a cue, in the order of time; `language` is what the caller knows of it.

    The ending of `name` says which format is tried. Raises CaptionsUnreadable.
    """
    ending = PurePath(name).suffix.lower()
    if len(data) > MOST_BYTES:
        raise CaptionsUnreadable(f"“{name}” is too large for a caption file ({len(data) // 1_000_000} MB).")
    text = decode(data, name)
    try:
        if ending == ".vtt":
            found = list(_read_vtt(text, language))
        elif ending == ".srt":
            found = list(_read_srt(text, language))
        else:
            found = list(_read_other(text, language))
    except _FOREIGN as error:
        raise CaptionsUnreadable(f"“{name}” is not a caption file that can be read.") from error
    if not found:
        raise CaptionsUnreadable(f"“{name}” holds no captions.")
    return tuple(sorted(found, key=lambda utterance: utterance.start_ms))


def decode(data: bytes, name: str) -> str:
    """The text of a caption file: UTF-8, or UTF-16 when it says so; old eight-bit files are refused."""
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return data.decode("utf-16" if wide else "utf-8-sig").replace("\x00", "")
    except UnicodeDecodeError as error:
        raise CaptionsUnreadable(f"“{name}” is not UTF-8 text. Save it as UTF-8 and add it again.") from error


def _read_vtt(text: str, language: str) -> Iterator[Utterance]:
    rolls = bool(_ROLLING.search(text))
    shown: list[str] = []
    for cue in webvtt.from_string(text).captions:
        lines = cue.raw_text.split("\n")
        plain = [_plain(line) for line in lines]
        # Automatic captions roll: each cue shows the line before once more.
        fresh = [line for line, said in zip(lines, plain, strict=True) if not (rolls and said in shown)]
        shown = plain
        yield from _read_cue(_moment(cue.start), _moment(cue.end), "\n".join(fresh), language)


def _read_cue(start_ms: int, end_ms: int, raw: str, language: str) -> Iterator[Utterance]:
    """One utterance for each voice of a cue."""
    lang = _LANG.search(raw)
    begins, voice = 0, ""
    for mark in [*_VOICE.finditer(raw), None]:
        part = raw[begins : mark.start() if mark else len(raw)]
        yield from _utterance(start_ms, end_ms, _plain(part), lang.group(1) if lang else language, voice)
        if mark:
            begins, voice = mark.end(), html.unescape(mark.group(1))


def _plain(raw: str) -> str:
    return html.unescape(_TAG.sub("", raw))


def _moment(time: str) -> int:
    """Milliseconds of a time as webvtt-py gives it, "00:00:01.500"."""
    clock, _, ms = time.partition(".")
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(ms)


def _read_srt(text: str, language: str) -> Iterator[Utterance]:
    """Own reader: pysubs2 takes a line of text that looks like a time for one, and cuts text in braces."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    starts = [at for at, line in enumerate(lines) if _SRT_TIMES.match(line)]
    for at, following in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
        body = lines[at + 1 : following - 1]
        h1, m1, s1, ms1, h2, m2, s2, ms2 = _SRT_TIMES.match(lines[at]).groups()  # type: ignore[union-attr]
        start = ((int(h1) * 60 + int(m1)) * 60 + int(s1)) * 1000 + int(ms1.ljust(3, "0"))
        end = ((int(h2) * 60 + int(m2)) * 60 + int(s2)) * 1000 + int(ms2.ljust(3, "0"))
        yield from _utterance(start, end, _SRT_STYLE.sub("", _TAG.sub("", "\n".join(body))), language, "")


def _read_other(text: str, language: str) -> Iterator[Utterance]:
    for event in pysubs2.SSAFile.from_string(text):
        if not event.is_comment:
            yield from _utterance(event.start, event.end, event.plaintext, language, event.name)


def _utterance(start_ms: int, end_ms: int, text: str, language: str, speaker: str) -> Iterator[Utterance]:
    """A cue as an utterance; a cue without text or that ends before it starts says nothing."""
    body = clean(text)
    if body and 0 <= start_ms <= end_ms:
        yield Utterance(start_ms, end_ms, body, language, speaker=clean_name(speaker))
