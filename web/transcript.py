"""A talk laid out for reading: turns cut at chapters, moments given their addresses. Who is heard is in `voices`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from catalog.reading import ChapterLine, EpisodePage
from catalog.transcripts import Passage
from transcribe.languages import NOT_TRANSCRIBED
from transcribe.timeline import Flag
from web.language import ENGLISH, Language
from web.voices import Voice
from web.wording import readable, seconds, tongue

LONGEST_BLOCK = 12  # paragraphs; the browser skips blocks that are out of sight, so none may be a whole talk


@dataclass(frozen=True)
class Paragraph:
    """A passage as it is printed. `anchor` is its id, empty when an earlier one begins at the same moment.

    `in_hand` is the moment inside it that the reader's address asks for, `moments` are those that evidence points
    at, all written as in a media fragment.
    """

    passage: Passage
    anchor: str
    text: str
    tongue: dict[str, str]
    in_hand: str = ""
    moments: tuple[str, ...] = ()

    @property
    def quotable(self) -> bool:
        return all(flag.code != NOT_TRANSCRIBED for flag in self.passage.flags)

    @property
    def doubts(self) -> tuple[Flag, ...]:
        """What is noted under the words; that they could not be written stands in their place already."""
        return tuple(flag for flag in self.passage.flags if flag.code != NOT_TRANSCRIBED)


@dataclass(frozen=True)
class ChapterHead:
    chapter: ChapterLine
    anchor: str


@dataclass
class Block:
    """Paragraphs of one voice, after the heads of the chapters that begin here.

    `named`: the name is printed; `introduced`: so is what the voice is, for it is heard for the first time.
    """

    voice: Voice
    named: bool = True
    introduced: bool = False
    heads: tuple[ChapterHead, ...] = ()
    paragraphs: list[Paragraph] = field(default_factory=list)


def lay_out(page: EpisodePage, voices: Sequence[Voice], asked_ms: int | None = None) -> list[Block]:
    """The transcript as blocks in reading order, the passage at `asked_ms` marked; anchors are unique.

    `voices` holds the voice of every turn.
    """
    voice_of = {voice.speaker: voice for voice in voices if voice.speaker}
    unheard = set(voice_of)
    chapters = list(page.chapters)
    taken = {passage.start_ms for turn in page.turns for passage in turn.passages}
    used: set[int] = set()
    blocks: list[Block] = []
    for turn in page.turns:
        voice = voice_of[turn.speaker]
        blocks.append(Block(voice, introduced=turn.speaker in unheard))
        unheard.discard(turn.speaker)
        for passage in turn.passages:
            heads = tuple(_heads(chapters, passage.start_ms, taken))
            block = blocks[-1]
            if block.paragraphs and (heads or len(block.paragraphs) >= LONGEST_BLOCK):
                block = Block(voice, named=bool(heads))
                blocks.append(block)
            block.heads += heads
            block.paragraphs.append(_paragraph(passage, passage.start_ms not in used))
            used.add(passage.start_ms)
    if asked_ms is not None:
        _mark(blocks, asked_ms)
    for moment_ms in sorted(_evidence_moments(voices) - taken):
        if moment_ms != asked_ms:
            _point_at(blocks, moment_ms)
    return blocks


def _evidence_moments(voices: Sequence[Voice]) -> set[int]:
    reasons = (reason for voice in voices for reason in (*voice.reasons, *voice.doubts))
    return {reason.at_ms for reason in reasons if reason.at_ms is not None}


def _mark(blocks: list[Block], asked_ms: int) -> None:
    """Put the asked moment on the last paragraph that has begun by then."""
    if begun := _begun(blocks, asked_ms):
        paragraphs, place = begun
        paragraphs[place] = replace(paragraphs[place], in_hand=f"t={seconds(asked_ms)}")


def _point_at(blocks: list[Block], moment_ms: int) -> None:
    """Give a moment of the evidence an address, inside the last paragraph that has begun by then."""
    if begun := _begun(blocks, moment_ms):
        paragraphs, place = begun
        moments = (*paragraphs[place].moments, f"t={seconds(moment_ms)}")
        paragraphs[place] = replace(paragraphs[place], moments=moments)


def _begun(blocks: list[Block], moment_ms: int) -> tuple[list[Paragraph], int] | None:
    """Where the last paragraph stands that has begun by a moment."""
    begun = [
        (block.paragraphs, place)
        for block in blocks
        for place, paragraph in enumerate(block.paragraphs)
        if paragraph.passage.start_ms <= moment_ms
    ]
    return begun[-1] if begun else None


def _heads(chapters: list[ChapterLine], up_to_ms: int, taken: set[int]) -> Iterator[ChapterHead]:
    """Take the chapters that have begun by this moment off the list."""
    while chapters and chapters[0].start_ms <= up_to_ms:
        chapter = chapters.pop(0)
        anchor = "" if chapter.start_ms in taken else f"t={seconds(chapter.start_ms)}"
        taken.add(chapter.start_ms)
        yield ChapterHead(chapter, anchor)


def _paragraph(passage: Passage, is_first: bool) -> Paragraph:
    text = readable(passage.text)
    unheard = any(flag.code == NOT_TRANSCRIBED for flag in passage.flags)  # our words stand in for theirs
    attributes = {} if unheard else tongue(text, passage.language, page="")
    return Paragraph(passage, f"t={seconds(passage.start_ms)}" if is_first else "", text, attributes)


def unknowns(page: EpisodePage, language: Language = ENGLISH) -> list[str]:
    """Sentences on what we do not know of this talk; the trust box always ends with them."""
    sentences = []
    strangers = [turn for turn in page.turns if turn.speaker.certainty == "unconfirmed"]
    if page.turns and len(strangers) == len(page.turns):
        sentences.append(language.say("We have not confirmed who speaks in any part of this talk."))
    elif strangers:
        sentences.append(
            language.many(
                "We have not confirmed who speaks in %(some)s of %(number)s turn.",
                "We have not confirmed who speaks in %(some)s of %(number)s turns.",
                len(page.turns),
                some=language.number(len(strangers)),
            )
        )
    codes = [flag.code for turn in page.turns for passage in turn.passages for flag in passage.flags]
    unheard = codes.count(NOT_TRANSCRIBED)
    if unheard:
        sentences.append(
            language.many(
                "One passage is in a language we cannot write down yet.",
                "%(number)s passages are in a language we cannot write down yet.",
                unheard,
            )
        )
    if len(codes) > unheard:
        sentences.append(language.say("Where we doubt the words of a passage, a note stands under it."))
    sentences.append(
        language.say("No person has compared every word with the sound: names and numbers may be wrong.")
    )
    return sentences
