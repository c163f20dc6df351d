"""How far a talk may be trusted, as facts: who wrote the words, what people checked, how sure the names are, which
bytes were published. What we do not know is told by `transcript.unknowns`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.reading import EpisodePage
from web.language import ENGLISH, Language, phrase
from web.voices import Voice

SURE = (
    ("confirmed", phrase("%(number)s confirmed by an editor")),
    ("named", phrase("%(number)s named on evidence")),
    ("probable", phrase("%(number)s with “probably”")),
    ("unconfirmed", phrase("%(number)s not known")),
    ("withheld", phrase("%(number)s withheld")),
)
SOUNDS = ("web_audio", "web_audio_low", "web_video")


@dataclass(frozen=True)
class Fact:
    """A term, what is known of it, and small print; `kind` says how it is set: "", "foreign" (English) or "hash"."""

    term: str
    known: str
    small: str = ""
    kind: str = ""


def trust_facts(talk: EpisodePage, voices: Sequence[Voice], language: Language = ENGLISH) -> list[Fact]:
    """What the trust panel lists, in the order a doubter asks."""
    say = language.say
    facts = [_words(talk, language)]
    if names := _names(voices, language):
        facts.append(names)
    trust = talk.trust
    if trust and trust.engine:
        facts.append(
            Fact(say("Written by"), f"{trust.engine} {trust.engine_version}".strip(), trust.note, "foreign")
        )
        facts.append(Fact(say("Model"), trust.model, kind="foreign"))
    if talk.caption_languages:
        tongues = language.listed(map(language.language_name, talk.caption_languages))
        facts.append(Fact(say("Captions by people"), tongues))
    if trust and trust.corrected_at:
        times = language.many("%(number)s correction", "%(number)s corrections", trust.corrections)
        facts.append(Fact(say("Corrected"), language.day(trust.corrected_at), times))
    published = next((line for kind in SOUNDS for line in talk.files if line.kind == kind), None)
    if published:
        facts.append(Fact(say("Published sound"), "sha256", published.sha256, "hash"))
    if trust and trust.original_sha256:
        facts.append(Fact(say("Recording"), "sha256", trust.original_sha256, "hash"))
    return facts


def _words(talk: EpisodePage, language: Language) -> Fact:
    trust = talk.trust
    term = language.say("Words")
    if trust is None or not trust.paragraphs:
        return Fact(term, language.say("None yet"))
    if trust.checked == trust.paragraphs:
        return Fact(term, language.say("Checked by people, every paragraph"))
    if not trust.corrected_by_human and not trust.checked:
        return Fact(term, language.say("Machine draft, not checked"))
    share = language.percent(trust.checked / trust.paragraphs)
    small = language.say("%(share)s of the paragraphs read by a person", share=share) if trust.checked else ""
    return Fact(term, language.say("Machine draft, corrected by people in places"), small)


def _names(voices: Sequence[Voice], language: Language) -> Fact | None:
    """How many of the voices that are heard are printed with which certainty."""
    counts = Counter(voice.certainty for voice in voices if voice.spoken_ms is not None)
    told = [
        language.say(words, number=language.number(counts[certainty]))
        for certainty, words in SURE
        if counts[certainty]
    ]
    if not told:
        return None
    voices_heard = language.many("%(number)s voice", "%(number)s voices", counts.total())
    return Fact(language.say("Names"), voices_heard, language.listed(told))
