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
from web.language import ENGLISH, Language, phrase
from web.strip import WIDTH, Row, Strip
from web.wording import clock, readable, tongue

MOST_REASONS = (
    6  # an hour of talk may hold thirty greetings by name; they weigh together, few are worth a reader's time
)
# A reason in three words, for the line under the name.
IN_SHORT = {
    "self": phrase("says this name"),
    "introduction": phrase("introduced by name"),
    "address": phrase("answers to this name"),
    "thanks": phrase("thanked by name"),
    "opening": phrase("opens or closes the talk"),
    "voice": phrase("known voice"),
    "role": phrase("leads the talk"),
    "elimination": phrase("nobody else is left"),
}
STANDINGS = {
    "confirmed": phrase("Confirmed by an editor."),
    "unconfirmed": phrase(
        "Nobody is named: what is heard does not say clearly enough who this is, and we do not guess."
    ),
    "withheld": phrase("We do not say who this is."),
    "": phrase("No voice is matched to this name yet."),
}
BESIDE_A_TURN = {"confirmed": phrase("Confirmed"), "unconfirmed": phrase("Why no name?"), "withheld": ""}
SHARES = {
    "confirmed": phrase("confirmed by an editor"),
    "named": phrase("named on evidence"),
    "probable": phrase("named with a “probably”"),
    "unconfirmed": phrase("by nobody we can name"),
    "withheld": phrase("by somebody we do not name"),
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


def list_voices(
    page: EpisodePage, strip: Strip, labels: Sequence[VoiceLine], language: Language = ENGLISH
) -> list[Voice]:
    """The cast in its order, then the voices that are heard without being in it, told in a language.

    Of `labels`, which are the house's, only how sure a printed name is and that a name is withheld are told.
    """
    held = {label.label: label for label in labels}
    heard: dict[str, list[Row]] = defaultdict(list)
    for row in strip.rows:
        heard[row.speaker.person_slug].append(row)
    telling, voices = _Telling(language, page.card.language), list[Voice]()
    for line in page.card.cast:
        described = telling.described(line)
        rows = heard.pop(line.person_slug, [])
        voices += [telling.heard(row, held.get(row.speaker.label), described) for row in rows] or [
            telling.unheard(line, described)
        ]
    others = (row for row in strip.rows if row.speaker.person_slug in heard)
    voices += [telling.heard(row, held.get(row.speaker.label), ()) for row in others]
    return [replace(voice, anchor=f"voice-{number}") for number, voice in enumerate(voices, 1)]


@dataclass(frozen=True)
class _Telling:
    """Puts voices into words: in the reader's `language`, of a talk that is `spoken` in another, maybe."""

    language: Language
    spoken: str

    def unheard(self, line: CastLine, described: tuple[Reason, ...]) -> Voice:
        """Somebody said to take part, whose voice nobody has found."""
        return Voice(
            name=line.name,
            certainty="",
            standing=self._standing("", "", ()),
            person_slug=line.person_slug,
            role=line.role,
            affiliation=line.affiliation,
            reasons=described,
        )

    def heard(self, row: Row, label: VoiceLine | None, described: tuple[Reason, ...]) -> Voice:
        speaker = row.speaker
        certainty = "withheld" if label and label.state == "withheld" else speaker.certainty
        # what points at a name we do not print would print it
        evidence = speaker.evidence if is_named(speaker) else ()
        chance = self._chance(label)
        beside = BESIDE_A_TURN.get(certainty, "")
        return Voice(
            name=speaker.name,
            certainty=certainty,
            standing=self._standing(certainty, chance, evidence),
            sure=chance if certainty in ("named", "probable") else beside and self.language.say(beside),
            person_slug=speaker.person_slug,
            role=speaker.role,
            affiliation=speaker.affiliation,
            reasons=(*(self._reason(one) for one in _for(evidence)[:MOST_REASONS]), *described),
            doubts=tuple(self._reason(one) for one in evidence if one.log_odds < 0)[:MOST_REASONS],
            spoken_ms=row.spoken_ms,
            first_ms=row.first_ms,
            speaker=speaker,
        )

    def described(self, line: CastLine) -> tuple[Reason, ...]:
        """The words of the title or description that say who takes part."""
        if not line.evidence:
            return ()
        quote = re.sub(r'^["“”«]|["“”»]$', "", readable(line.evidence))
        return (self._quoting(phrase("In the description"), quote),)

    def _standing(self, certainty: str, chance: str, evidence: Sequence[Evidence]) -> str:
        if certainty in STANDINGS:
            return self.language.say(STANDINGS[certainty])
        kinds = dict.fromkeys(IN_SHORT[one.kind] for one in _for(evidence) if one.kind in IN_SHORT)
        if not kinds:
            return self.language.say("%(chance)s. No editor has confirmed it.", chance=chance)
        reasons = self.language.listed(self.language.say(kind) for kind in list(kinds)[:3])
        return self.language.say(
            "%(chance)s: %(reasons)s. No editor has confirmed it.", chance=chance, reasons=reasons
        )

    def _chance(self, label: VoiceLine | None) -> str:
        """How sure the guess is; never wholly, whatever the figures say, for no machine is."""
        share = min(label.probability or 0.0, 0.99) if label else 0.0
        return self.language.say("%(share)s\u00a0sure", share=self.language.percent(share))

    def _reason(self, evidence: Evidence) -> Reason:
        """The sentence without its time, which stands in the margin, and apart from the words it quotes."""
        said = readable(evidence.text).removeprefix("but ")
        if evidence.at_ms is not None:
            said = re.sub(rf" at (0?0:)?0?{clock(evidence.at_ms)}\b", "", said, count=1)
        text, quote = said, ""
        if found := re.fullmatch(r"([^“]*?):? ?“(.*)”", said):
            text, quote = found[1], found[2]
        return self._quoting(text, quote, evidence.at_ms)

    def _quoting(self, text: str, quote: str, at_ms: int | None = None) -> Reason:
        told = self.language.told(text)
        return Reason(told[:1].upper() + told[1:], quote, tongue(quote, self.spoken, page=""), at_ms)


def is_named(speaker: Speaker) -> bool:
    """Is this voice printed with a name, be it with a "probably"?"""
    return speaker.certainty in ("confirmed", "named", "probable")


def _for(evidence: Sequence[Evidence]) -> list[Evidence]:
    return [one for one in evidence if one.log_odds > 0]


def share_speech(voices: Sequence[Voice], language: Language = ENGLISH) -> list[Share]:
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
            told = language.percent(rounded / 100 or ms / whole)
            shares.append(Share(certainty, language.say(SHARES[certainty]), told, left, right - left))
            done += ms
    return shares
