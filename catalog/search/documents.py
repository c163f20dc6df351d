"""What the index holds, as values: its schema, an episode as documents. How it is asked is in `asking`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from zlib import crc32

from tantivy import Document, Schema, SchemaBuilder
from tantivy import Query as IndexQuery

from catalog.normalize import folded_words
from catalog.search.pairs import little_pairs
from catalog.search.sound import sound_of
from catalog.transcripts import Passage, Speaker, SpokenTurn

# Raised whenever `schema`, `normalize.fold`, `LITTLE` or `sound_of` changes: an index of another version is rebuilt.
SCHEMA_VERSION = 7

# A monologue is one turn of hours; found as a whole it would lead nowhere.
LONGEST_STRETCH_MS = 90_000
SAMPLES = 64
FEW = 4  # heaps whose words are kept apart too
NO_SOUND = "-"
# A day, an episode and a passage share the 64 bits of a column: 22 for days to the year 9999, 22 for four million
# episodes, 20 for a million passages in each.
_PASSAGE_BITS = 20
_PLACE_BITS = 42
_NO_DAY = (1 << 22) - 1


@dataclass(frozen=True)
class Entry:
    """A published episode as the index takes it; `corrected` when a person has gone over its words. `topics` are the
    slugs of the entities that each passage names, by its number; `mentions` rises when they were found to be others.
    `claims` are the passages, from one to another, in which something recorded in the ledger is said."""

    episode_id: int
    revision: int
    aired_at: datetime | None
    turns: Sequence[SpokenTurn]
    corrected: bool = False
    topics: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    mentions: int = 0
    claims: tuple[tuple[int, int], ...] = ()

    @property
    def stamp(self) -> int:
        return stamp_of(self.revision, self.mentions, self.claims)


def stamp_of(revision: int, mentions: int, claims: Sequence[tuple[int, int]] = ()) -> int:
    """The state of an episode as one number: that of its mentions and claims stands above 32 bits for its revision.

    >>> stamp_of(3, 0), stamp_of(3, 0, [(1, 1)]) != stamp_of(3, 0, [(1, 2)])
    (3, True)
    """
    claimed = crc32(repr(sorted(claims)).encode()) if claims else 0
    return revision + ((mentions ^ claimed) << 32)


@cache
def schema() -> Schema:
    """Words are folded before they come here, so that blanks are all there is left to cut at. Nothing is
    stored: what a reader sees comes from the catalog, and the numbers are read from their columns.

    `sound` has the skeleton of each word of `body`, at its place. `person` is whose voice it is: the slug, or
    the name shown of somebody without one, or nothing while the voice is not to be named. `sample` parts the
    documents in SAMPLES equal heaps, and `few` has the words of the first FEW again: where everybody says a word, these
    are gone through instead of all. `pair` has the little words that are neighbours, for phrases. `opens` is the first
    passage of the whole turn. `place`, `newest` and `oldest` order the turns, no two of which have the same number
    there. `topic` has the slug of each entity a turn names.
    """
    builder = SchemaBuilder()
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    for kind in ("person", "role", "language", "topic"):
        builder.add_text_field(kind, tokenizer_name="raw", index_option="basic", fast=True)
    for text in ("body", "few", "sound", "speaker"):
        builder.add_text_field(text, tokenizer_name="whitespace")
    builder.add_text_field("pair", tokenizer_name="whitespace", index_option="freq")
    for number in ("episode", "day", "month"):
        builder.add_unsigned_field(number, indexed=True, fast=True)
    for number in ("sample", "corrected", "claim"):
        builder.add_unsigned_field(number, indexed=True)
    for number in ("revision", "turn", "opens", "first_passage", "last_passage", "year"):
        builder.add_unsigned_field(number, fast=True)
    for number in ("place", "newest", "oldest"):
        builder.add_unsigned_field(number, fast=True)
    return builder.build()


def documents(entry: Entry) -> Iterator[Document]:
    """One document a turn (a long one is cut, see `stretches`), and the stamp that says which revision this is."""
    for number, turn in enumerate(entry.turns):
        for passages in stretches(turn.passages):
            spoken = [word for passage in passages for word in folded_words(passage.text)]
            if spoken:
                yield _turn_document(entry, number, turn, passages, spoken)
    stamp = Document()
    stamp.add_text("kind", "stamp")
    stamp.add_unsigned("episode", entry.episode_id)
    stamp.add_unsigned("revision", entry.stamp)
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
    document.add_text("sound", " ".join(map(_heard, spoken)))
    document.add_text("pair", " ".join(little_pairs(spoken)))
    document.add_unsigned("episode", entry.episode_id)
    document.add_unsigned("turn", number)
    document.add_unsigned("opens", turn.passages[0].number)
    document.add_unsigned("first_passage", passages[0].number)
    document.add_unsigned("last_passage", passages[-1].number)
    _add_order(document, entry, passages[0].number)
    sample = crc32(f"{entry.episode_id}.{passages[0].number}".encode()) % SAMPLES
    document.add_unsigned("sample", sample)
    if sample < FEW:
        document.add_text("few", " ".join(spoken))
    document.add_unsigned("corrected", int(entry.corrected))
    is_claimed = any(
        first <= passages[-1].number and passages[0].number <= last for first, last in entry.claims
    )
    document.add_unsigned("claim", int(is_claimed))
    for language in sorted({passage.language.casefold() for passage in passages}):
        document.add_text("language", language)
    if entry.aired_at is not None:
        document.add_unsigned("day", entry.aired_at.toordinal())
        document.add_unsigned("year", entry.aired_at.year)
        document.add_unsigned("month", entry.aired_at.year * 100 + entry.aired_at.month)
    for topic in sorted({slug for one in passages for slug in entry.topics.get(one.number, ())}):
        document.add_text("topic", topic)
    _add_speaker(document, turn.speaker)
    return document


def _add_order(document: Document, entry: Entry, passage: int) -> None:
    """Talk by talk as spoken, the newest talk first, or the oldest; talks without a date come last."""
    place = (entry.episode_id << _PASSAGE_BITS) + passage
    day = entry.aired_at.toordinal() if entry.aired_at else None
    document.add_unsigned("place", place)
    document.add_unsigned("newest", ((_NO_DAY if day is None else _NO_DAY - day) << _PLACE_BITS) + place)
    document.add_unsigned("oldest", ((_NO_DAY if day is None else day) << _PLACE_BITS) + place)


def _add_speaker(document: Document, speaker: Speaker) -> None:
    """Only a name that may be printed: a voice nobody is sure of is found by its words alone."""
    if is_named(speaker):
        document.add_text("speaker", _folded_name(speaker.name))
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


@lru_cache(maxsize=65_536)  # the words of an archive are few, and its speakers fewer
def _heard(word: str) -> str:
    return sound_of(word) or NO_SOUND


@lru_cache(maxsize=4_096)
def _folded_name(name: str) -> str:
    return " ".join(folded_words(name))
