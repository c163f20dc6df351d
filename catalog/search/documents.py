"""What the index holds, as values: its schema, an episode as documents, a query in its terms. No file is touched."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tantivy import Document, Occur, Schema, SchemaBuilder
from tantivy import Query as IndexQuery

from catalog.normalize import words
from catalog.search.query import Query, Term
from catalog.transcripts import Passage, SpokenTurn

# Raised whenever `schema` or `normalize.fold` changes: an index of another version is rebuilt.
SCHEMA_VERSION = 1

# A monologue is one turn of hours; found as a whole it would lead nowhere.
LONGEST_STRETCH_MS = 90_000


@dataclass(frozen=True)
class Entry:
    """A published episode as the index takes it."""

    episode_id: int
    revision: int
    published_at: datetime | None
    turns: Sequence[SpokenTurn]


def schema() -> Schema:
    """Words are folded before they come here, so that blanks are all there is left to cut at. Nothing is
    stored: what a reader sees comes from the catalog, and the numbers are read from their columns."""
    builder = SchemaBuilder()
    for kind in ("kind", "role", "language", "speaker_name"):
        builder.add_text_field(kind, tokenizer_name="raw", index_option="basic", fast=kind != "kind")
    for text in ("body", "speaker"):
        builder.add_text_field(text, tokenizer_name="whitespace")
    for number in ("episode", "day"):
        builder.add_unsigned_field(number, indexed=True, fast=True)
    for number in ("revision", "turn", "first_passage", "last_passage", "start_ms", "end_ms"):
        builder.add_unsigned_field(number, fast=True)
    return builder.build()


def documents(entry: Entry) -> Iterator[Document]:
    """One document a turn (a long one is cut, see `stretches`), and the stamp that says which revision this is."""
    for number, turn in enumerate(entry.turns):
        for passages in stretches(turn.passages):
            body = _folded(" ".join(passage.text for passage in passages))
            if body:
                yield _turn_document(entry, number, turn, passages, body)
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
    entry: Entry, number: int, turn: SpokenTurn, passages: Sequence[Passage], body: str
) -> Document:
    document = Document()
    document.add_text("kind", "turn")
    document.add_unsigned("episode", entry.episode_id)
    document.add_unsigned("turn", number)
    document.add_unsigned("first_passage", passages[0].number)
    document.add_unsigned("last_passage", passages[-1].number)
    document.add_unsigned("start_ms", passages[0].start_ms)
    document.add_unsigned("end_ms", passages[-1].end_ms)
    document.add_text("body", body)
    document.add_text("speaker", _folded(turn.speaker.name))
    document.add_text("speaker_name", turn.speaker.name)
    document.add_text("role", turn.speaker.role)
    for language in sorted({passage.language for passage in passages}):
        document.add_text("language", language)
    if entry.published_at is not None:
        document.add_unsigned("day", entry.published_at.toordinal())
    return document


def stamps_query(schema: Schema) -> IndexQuery:
    return IndexQuery.term_query(schema, "kind", "stamp")


def episode_query(schema: Schema, episode_id: int) -> IndexQuery:
    """Everything of an episode, its stamp too. To delete by term instead does nothing: it takes a number as signed."""
    return IndexQuery.term_query(schema, "episode", episode_id)


def turns_query(schema: Schema, query: Query, only: int | None, without: Collection[int]) -> IndexQuery:
    """The turns a query asks for: in the episode `only`, if given, and in none of `without`."""
    clauses = [
        (Occur.Must, IndexQuery.boolean_query([(Occur.Should, _term_query(schema, term)) for term in group]))
        for group in query.groups
    ]
    clauses += [(Occur.MustNot, _term_query(schema, term)) for term in query.excluded]
    if only is not None:
        clauses.append((Occur.Must, IndexQuery.const_score_query(episode_query(schema, only), 0.0)))
    if without:
        clauses.append((Occur.MustNot, IndexQuery.term_set_query(schema, "episode", list(without))))
    return IndexQuery.boolean_query(clauses)


def _term_query(schema: Schema, term: Term) -> IndexQuery:
    if term.prefix:
        return IndexQuery.regex_query(schema, "body", f"{term.words[0]}.*")  # letters, marks and digits only
    if len(term.words) == 1:
        return IndexQuery.term_query(schema, "body", term.words[0])
    return IndexQuery.phrase_query(schema, "body", list(term.words))


def _folded(text: str) -> str:
    return " ".join(word for _, _, word in words(text))
