"""What the index holds, as values: its schema, an episode as documents. How it is asked is in `asking`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from tantivy import Document, Schema, SchemaBuilder
from tantivy import Query as IndexQuery

from catalog.normalize import words
from catalog.search.matching import skeleton
from catalog.transcripts import Passage, Speaker, SpokenTurn

# Raised whenever `schema`, `normalize.fold` or `sound_of` changes: an index of another version is rebuilt.
SCHEMA_VERSION = 2

# A monologue is one turn of hours; found as a whole it would lead nowhere.
LONGEST_STRETCH_MS = 90_000
SAMPLES = 16
NO_SOUND = "-"


@dataclass(frozen=True)
class Entry:
    """A published episode as the index takes it; `corrected` when a person has gone over its words."""

    episode_id: int
    revision: int
    aired_at: datetime | None
    turns: Sequence[SpokenTurn]
    corrected: bool = False


def schema() -> Schema:
    """Words are folded before they come here, so that blanks are all there is left to cut at. Nothing is
    stored: what a reader sees comes from the catalog, and the numbers are read from their columns.

    `sound` has the skeleton of each word of `body`, at its place. `person` is whose voice it is: the slug, or
    the name shown of somebody without one, or nothing while the voice is not to be named. `sample` parts the
    documents in SAMPLES equal heaps. `opens` is the first passage of the whole turn, `place` orders as spoken.
    """
    builder = SchemaBuilder()
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    for kind in ("person", "role", "language"):
        builder.add_text_field(kind, tokenizer_name="raw", index_option="basic", fast=True)
    for text in ("body", "sound", "speaker"):
        builder.add_text_field(text, tokenizer_name="whitespace")
    for number in ("episode", "day"):
        builder.add_unsigned_field(number, indexed=True, fast=True)
    for number in ("sample", "corrected"):
        builder.add_unsigned_field(number, indexed=True)
    for number in ("revision", "turn", "opens", "first_passage", "last_passage", "year", "place"):
        builder.add_unsigned_field(number, fast=True)
    return builder.build()


def documents(entry: Entry) -> Iterator[Document]:
    """One document a turn (a long one is cut, see `stretches`), and the stamp that says which revision this is."""
    for number, turn in enumerate(entry.turns):
        for passages in stretches(turn.passages):
            spoken = _folded(" ".join(passage.text for passage in passages))
            if spoken:
                yield _turn_document(entry, number, turn, passages, spoken)
    stamp = Document()
    stamp.add_text("kind", "stamp")
    stamp.add_unsigned("episode", entry.episode_id)
    stamp.add_unsigned("revision", entry.revision)
    yield stamp


def stretches(passages: Sequence[Passage]) -> Iterator[Sequence[Passage]]:
    """A turn's passages in runs of at most LONGEST_STRETCH_MS, each of at least one passage."""
    first = 0
    for number, passage in enumerate(passages):
        if number > first and passage.end_ms - passages[first].start_ms > LONGEST_STRETCH_MS:
            yield passages[first:number]
            first = number
    yield passages[first:]


def _turn_document(
    entry: Entry, number: int, turn: SpokenTurn, passages: Sequence[Passage], spoken: list[str]
) -> Document:
    document = Document()
    document.add_text("kind", "turn")
    document.add_text("body", " ".join(spoken))
    document.add_text("sound", " ".join(skeleton(word) or NO_SOUND for word in spoken))
    document.add_unsigned("episode", entry.episode_id)
    document.add_unsigned("turn", number)
    document.add_unsigned("opens", turn.passages[0].number)
    document.add_unsigned("first_passage", passages[0].number)
    document.add_unsigned("last_passage", passages[-1].number)
    document.add_unsigned("place", (entry.episode_id << 40) + passages[0].start_ms)
    document.add_unsigned("sample", crc32(f"{entry.episode_id}.{passages[0].number}".encode()) % SAMPLES)
    document.add_unsigned("corrected", int(entry.corrected))
    for language in sorted({passage.language.casefold() for passage in passages}):
        document.add_text("language", language)
    if entry.aired_at is not None:
        document.add_unsigned("day", entry.aired_at.toordinal())
        document.add_unsigned("year", entry.aired_at.year)
    _add_speaker(document, turn.speaker)
    return document


def _add_speaker(document: Document, speaker: Speaker) -> None:
    """Only a name that may be printed: a voice nobody is sure of is found by its words alone."""
    if is_named(speaker):
        document.add_text("speaker", " ".join(_folded(speaker.name)))
        document.add_text("person", speaker.person_slug or speaker.name)
        if speaker.role:
            document.add_text("role", speaker.role)


def is_named(speaker: Speaker) -> bool:
    """Whether we are sure enough of a voice to print a name: only then is it found, or counted, by one."""
    return speaker.certainty != "unconfirmed"


def stamps_query(schema: Schema) -> IndexQuery:
    return IndexQuery.term_query(schema, "kind", "stamp")


def episode_query(schema: Schema, episode_id: int) -> IndexQuery:
    """Everything of an episode, its stamp too. To delete by term instead does nothing: it takes a number as signed."""
    return IndexQuery.term_query(schema, "episode", episode_id)


def _folded(text: str) -> list[str]:
    return [word for _, _, word in words(text)]
