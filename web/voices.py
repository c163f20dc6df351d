"""Who is heard in a talk, how sure we are of each name, and why, put into words. Decides no name and prints no HTML."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from catalog.labels import VoiceLine
from catalog.people import CastLine
from catalog.reading import EpisodePage
from catalog.transcripts import Speaker
from transcribe.guess import Evidence
from web.strip import WIDTH, Row, Strip
from web.wording import clock, percent, readable, tongue

MOST_REASONS = (
    6  # an hour of talk may hold thirty greetings by name; they weigh together, few are worth a reader's time
)
# A reason in three words, for the line under the name.
IN_SHORT = {
    "self": "says this name",
    "introduction": "introduced by name",
    "address": "answers to this name",
    "thanks": "thanked by name",
    "opening": "opens or closes the talk",
    "voice": "known voice",
    "role": "leads the talk",
    "elimination": "nobody else is left",
}
STANDINGS = {
    "confirmed": "Confirmed by an editor.",
    "unconfirmed": "Nobody is named: what is heard does not say clearly enough who this is, and we do not guess.",
    "withheld": "We do not say who this is.",
    "": "No voice is matched to this name yet.",
}
BESIDE_A_TURN = {"confirmed": "Confirmed", "unconfirmed": "Why no name?", "withheld": ""}
SHARES = {
    "confirmed": "confirmed by an editor",
    "named": "named on evidence",
    "probable": "named with a “probably”",
    "unconfirmed": "by nobody we can name",
    "withheld": "by somebody we do not name",
}


@dataclass(frozen=True)
class Reason:
    """One piece of evidence as it is printed: our sentence, the words it quotes with their tongue, the moment."""

    text: str
    quote: str = ""
    tongue: dict[str, str] = field(default_factory=dict)
    at_ms: int | None = None


@dataclass(frozen=True)
class Voice:
    """Somebody who is heard, or said to be: `spoken_ms` is None while no voice was matched to the name.

    `certainty` is the speaker's, or empty without a voice. `sure` stands beside the first turn, `standing` in the
    cast; `reasons` speak for the name, `doubts` against it. `anchor` is where the cast holds this voice.
    """

    name: str
    certainty: str
    standing: str
    sure: str = ""
    person_slug: str = ""
    role: str = ""
    affiliation: str = ""
    reasons: tuple[Reason, ...] = ()
    doubts: tuple[Reason, ...] = ()
    spoken_ms: int | None = None
    first_ms: int = 0
    speaker: Speaker | None = None
    anchor: str = ""


@dataclass(frozen=True)
class Share:
    """How much of the speech is printed with one kind of certainty, in words and of a thousand."""

    certainty: str
    words: str
    percent: str
    start: int
    width: int


def list_voices(page: EpisodePage, strip: Strip, labels: Sequence[VoiceLine]) -> list[Voice]:
    """The cast in its order, then the voices that are heard without being in it.

    Of `labels`, which are the house's, only how sure a printed name is and that a name is withheld are told.
    """
    held = {label.label: label for label in labels}
    heard: dict[str, list[Row]] = defaultdict(list)
    for row in strip.rows:
        heard[row.speaker.person_slug].append(row)
    language, voices = page.card.language, list[Voice]()
    for line in page.card.cast:
        described = _described(line, language)
        rows = heard.pop(line.person_slug, [])
        voices += [_heard(row, held.get(row.speaker.label), described, language) for row in rows] or [
            _unheard(line, described)
        ]
    others = (row for row in strip.rows if row.speaker.person_slug in heard)
    voices += [_heard(row, held.get(row.speaker.label), (), language) for row in others]
    return [replace(voice, anchor=f"voice-{number}") for number, voice in enumerate(voices, 1)]


def _unheard(line: CastLine, described: tuple[Reason, ...]) -> Voice:
    """Somebody said to take part, whose voice nobody has found."""
    return Voice(
        name=line.name,
        certainty="",
        standing=STANDINGS[""],
        person_slug=line.person_slug,
        role=line.role,
        affiliation=line.affiliation,
        reasons=described,
    )


def _heard(row: Row, label: VoiceLine | None, described: tuple[Reason, ...], language: str) -> Voice:
    speaker = row.speaker
    certainty = "withheld" if label and label.state == "withheld" else speaker.certainty
    evidence = (
        speaker.evidence if is_named(speaker) else ()
    )  # what points at a name we do not print would print it
    chance = _chance(label)
    return Voice(
        name=speaker.name,
        certainty=certainty,
        standing=STANDINGS.get(certainty) or f"{chance}{_in_short(evidence)}. No editor has confirmed it.",
        sure=chance if certainty in ("named", "probable") else BESIDE_A_TURN[certainty],
        person_slug=speaker.person_slug,
        role=speaker.role,
        affiliation=speaker.affiliation,
        reasons=(*(_reason(one, language) for one in _for(evidence)[:MOST_REASONS]), *described),
        doubts=tuple(_reason(one, language) for one in evidence if one.log_odds < 0)[:MOST_REASONS],
        spoken_ms=row.spoken_ms,
        first_ms=row.first_ms,
        speaker=speaker,
    )


def is_named(speaker: Speaker) -> bool:
    """Is this voice printed with a name, be it with a "probably"?"""
    return speaker.certainty in ("confirmed", "named", "probable")


def _for(evidence: Sequence[Evidence]) -> list[Evidence]:
    return [one for one in evidence if one.log_odds > 0]


def _chance(label: VoiceLine | None) -> str:
    """How sure the guess is; never wholly, whatever the figures say, for no machine is."""
    return f"{percent(min(label.probability or 0.0, 0.99) if label else 0.0)}\u00a0sure"


def _in_short(evidence: Sequence[Evidence]) -> str:
    """What a guess rests on, in a few words."""
    kinds = dict.fromkeys(IN_SHORT[one.kind] for one in _for(evidence) if one.kind in IN_SHORT)
    return f": {', '.join(list(kinds)[:3])}" if kinds else ""


def _described(line: CastLine, language: str) -> tuple[Reason, ...]:
    """The words of the title or description that say who takes part."""
    if not line.evidence:
        return ()
    quote = re.sub(r'^["“”«]|["“”»]$', "", readable(line.evidence))
    return (Reason("In the description", quote, tongue(quote, language, page="")),)


def _reason(evidence: Evidence, language: str) -> Reason:
    """The sentence without its time, which stands in the margin, and apart from the words it quotes."""
    said = readable(evidence.text).removeprefix("but ")
    if evidence.at_ms is not None:
        said = re.sub(rf" at (0?0:)?0?{clock(evidence.at_ms)}\b", "", said, count=1)
    text, quote = said, ""
    if found := re.fullmatch(r"([^“]*?):? ?“(.*)”", said):
        text, quote = found[1], found[2]
    text = text[:1].upper() + text[1:]
    return Reason(text, quote, tongue(quote, language, page=""), evidence.at_ms)


def share_speech(voices: Sequence[Voice]) -> list[Share]:
    """How the time of all speech divides by certainty, the surest first; empty when nothing is said."""
    spoken = dict.fromkeys(SHARES, 0)
    for voice in voices:
        if voice.spoken_ms:
            spoken[voice.certainty] += voice.spoken_ms
    whole = sum(spoken.values())
    shares, done = [], 0
    for certainty, ms in spoken.items():
        if ms:
            start, end = done / whole, (done + ms) / whole
            rounded = round(end * 100) - round(start * 100)  # in all they are a hundred
            left, right = round(start * WIDTH), round(end * WIDTH)
            words = SHARES[certainty]
            shares.append(Share(certainty, words, percent(rounded / 100 or ms / whole), left, right - left))
            done += ms
    return shares
