"""Chapters of a talk: proposed where its words change, written by a person, kept as readers see them."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from sqlmodel import Session, col, select

from catalog.audit import record_act
from catalog.episodes import find_episode, had_redaction, touch
from catalog.errors import InvalidQuery
from catalog.facts import kept_pair
from catalog.models import Chapter
from catalog.models.columns import storable
from catalog.talk_time import read_time
from catalog.transcripts import Passage, read_turns
from transcribe.score import plain_words

MOST, LONGEST_TITLE = 200, 500
SHORTEST_MS = 120_000  # of a proposed chapter
BESIDE_MS = 90_000  # of talk on each side that is compared
LETTERS = 4  # shorter words say little of what is spoken about
TITLE_WORDS = 3
_LINE = re.compile(r"(\d[\d:.,]*:[\d:.,]*)\s+(\S.*)", re.ASCII)

Marks = list[tuple[int, str]]


def read_chapters(session: Session, slug: str) -> Marks:
    """When each chapter begins and what it is called."""
    episode_id = find_episode(session, slug).id or 0
    query = select(Chapter).where(Chapter.episode_id == episode_id).order_by(col(Chapter.start_ms))
    return [(row.start_ms, row.title) for row in session.exec(query)]


def set_chapters(session: Session, slug: str, marks: Sequence[tuple[int, str]]) -> None:
    """Write the chapters anew; each lasts until the next begins. The same again changes nothing."""
    episode = find_episode(session, slug)
    length_ms = episode.duration_ms or 0
    if marks and length_ms and marks[-1][0] >= length_ms:
        raise InvalidQuery("The last chapter begins after the talk has ended.")
    before = read_chapters(session, slug)
    if before == list(marks):
        return
    for row in session.exec(select(Chapter).where(Chapter.episode_id == episode.id)):
        session.delete(row)
    session.flush()
    ends = [*(start for start, _ in marks[1:]), length_ms]
    for (start_ms, title), end_ms in zip(
        marks, ends, strict=False
    ):  # without marks there is one end too many
        row = Chapter(
            episode_id=episode.id or 0, start_ms=start_ms, end_ms=max(start_ms, end_ms), title=title
        )
        session.add(row)
    told = {"chapters": kept_pair(before, list(marks), cleaned=had_redaction(session, episode.id or 0))}
    record_act(session, "chapters", f"episode/{episode.id}", {"chapters": len(marks)}, words=told)
    touch(session, episode)


def marks_in(text: str) -> Marks:
    """Chapters as they are written, one a line: when, and what about. Raises InvalidQuery with the line.

    >>> marks_in("0:00 Good evening\\n1:02:03 What the rain did\\n")
    [(0, 'Good evening'), (3723000, 'What the rain did')]
    """
    marks: Marks = []
    for line in filter(None, map(str.strip, storable(text).splitlines())):
        match = _LINE.fullmatch(line)
        if match is None:
            raise InvalidQuery(f"“{line[:60]}” is no chapter: write a time and a title, such as 12:30 Roads.")
        start_ms = read_time(match[1])
        if marks and start_ms <= marks[-1][0]:
            raise InvalidQuery(f"“{line[:60]}” begins before the chapter above it.")
        marks.append((start_ms, match[2][:LONGEST_TITLE]))
    if len(marks) > MOST:
        raise InvalidQuery(f"A talk has at most {MOST} chapters.")
    return marks


def propose(session: Session, slug: str) -> Marks:
    """Chapters where the words of the transcript that is read change; a person looks at them before they are kept."""
    turns = read_turns(session, find_episode(session, slug).id or 0)
    return propose_chapters([passage for turn in turns for passage in turn.passages])


def propose_chapters(passages: Sequence[Passage]) -> Marks:
    """Where other words are spoken than before (Hearst 1997): the talk is compared on both sides of each paragraph, and
    cut where both are least alike. A title is the words that tell a chapter from the others, as they were written."""
    said = [Counter(_telling(passage.text)) for passage in passages]
    if len(said) < 2:
        return [(passages[0].start_ms // 1000 * 1000, _title(said, 0))] if said and said[0] else []
    alike = [_likeness(passages, said, place) for place in range(1, len(passages))]
    mean = sum(alike) / len(alike)
    spread = math.sqrt(sum((one - mean) ** 2 for one in alike) / len(alike))
    starts = [0]
    for place in sorted(range(1, len(passages)), key=lambda place: alike[place - 1]):
        at = passages[place].start_ms
        far = all(abs(at - passages[other].start_ms) >= SHORTEST_MS for other in starts)
        if alike[place - 1] < mean - spread / 2 and far and passages[-1].end_ms - at >= SHORTEST_MS:
            starts.append(place)
    edges = [*sorted(starts), len(passages)]
    parts = [sum(said[first:last], Counter[str]()) for first, last in pairwise(edges)]
    return [(passages[first].start_ms // 1000 * 1000, _title(parts, n)) for n, first in enumerate(edges[:-1])]


def _telling(text: str) -> Iterable[str]:
    return (word for word in plain_words(text) if len(word) >= LETTERS)


def _likeness(passages: Sequence[Passage], said: Sequence[Counter[str]], place: int) -> float:
    """How alike the words before and behind a paragraph's beginning are, from 0 to 1."""
    at = passages[place].start_ms
    before, behind = Counter[str](), Counter[str]()
    for passage, words in zip(passages, said, strict=True):
        if at - BESIDE_MS <= passage.start_ms < at:
            before += words
        elif at <= passage.start_ms < at + BESIDE_MS:
            behind += words
    product = sum(count * behind[word] for word, count in before.items())
    lengths = [math.sqrt(sum(count * count for count in one.values())) for one in (before, behind)]
    return product / (lengths[0] * lengths[1]) if all(lengths) else 0.0


def _title(parts: Sequence[Counter[str]], number: int) -> str:
    """The words said most here and least elsewhere."""
    seen = Counter(word for part in parts for word in part)
    weighed = {word: count * math.log((1 + len(parts)) / seen[word]) for word, count in parts[number].items()}
    first = sorted(weighed, key=lambda word: (-weighed[word], word))[:TITLE_WORDS]
    return ", ".join(first).capitalize() or "Untitled"
