"""How quickly names are found in text, with 100,000 of them, and how right they are on the labelled set."""

import json
import random
import time
from pathlib import Path

from catalog.entity_names import Entity, EntityFile, NameIndex
from catalog.mentions import find_mentions
from tests.bench.figures import Figure
from tests.catalog.labelled import WRITTEN, unmark

ALIASES, ROUNDS, KILOBYTES = 100_000, 3, 4_000
SET = WRITTEN / "mentions.json"


def measure(_work: Path) -> list[Figure]:
    told = json.loads(SET.read_text(encoding="utf-8"))
    known = EntityFile.model_validate(told).entities
    passages = [unmark(one["text"])[0] for one in told["passages"]]
    index = NameIndex([*known, *_many(ALIASES - sum(len(one.full_names) for one in known))])
    names = sum(len(one.full_names) for one in index.entities)
    text = _long_text(passages, [one.name for one in index.entities])
    kilobytes = len(text.encode()) / 1000
    readings = tuple(kilobytes / _seconds(text, index) for _ in range(ROUNDS))
    precision, recall = _judge(told["passages"], NameIndex(known))
    return [
        Figure(
            f"text read for names, {names:,} of them", sorted(readings)[1], "kB/s", None, readings, least=200
        ),
        Figure("names found rightly, held half", precision, "", None, least=0.97),
        Figure("names found at all, held half", recall, "", None, least=0.85),
    ]


def _many(names: int) -> list[Entity]:
    """Invented people and places, each with a name in two scripts."""
    draw = random.Random(7)
    parts = ["ka", "mi", "ru", "ba", "lo", "she", "ti", "na", "go", "pa", "zi", "du", "ha", "ve", "sa", "jo"]
    urdu = ["کا", "می", "رو", "با", "لو", "شے", "تی", "نا", "گو", "پا", "زی", "دو", "ہا", "وے", "سا", "جو"]
    entities = []
    for number in range(names // 2):
        given, family = ([draw.randrange(16) for _ in range(draw.randint(2, 4))] for _ in range(2))
        latin = " ".join("".join(parts[n] for n in word).capitalize() for word in (given, family))
        local = " ".join("".join(urdu[n] for n in word) for word in (given, family))
        kind = "person" if number % 2 else "place"
        entities.append(Entity(id=f"n{number}", name=latin, kind=kind, aliases=(local,)))
    return entities


def _long_text(passages: list[str], names: list[str]) -> str:
    """The labelled passages again and again, with names of the many put in: the finder meets what it looks for."""
    draw = random.Random(8)
    pieces: list[str] = []
    size = 0
    while size < KILOBYTES * 1000:
        piece = f"{draw.choice(passages)} {draw.choice(names)} was there. {draw.choice(names)} was not.\n\n"
        pieces.append(piece)
        size += len(piece.encode())
    return "".join(pieces)


def _seconds(text: str, index: NameIndex) -> float:
    """Read as talks are: an hour's words at a time."""
    pieces = [text[start : start + 60_000] for start in range(0, len(text), 60_000)]
    begun = time.process_time()
    for piece in pieces:
        find_mentions(piece, index)
    return time.process_time() - begun


def _judge(passages: list[dict], index: NameIndex) -> tuple[float, float]:
    right = wrong = missed = 0
    for passage in passages:
        if passage["half"] == "held":
            text, wanted = unmark(passage["text"])
            got = {(one.start, one.end, one.entity) for one in find_mentions(text, index)}
            right += len(got & wanted)
            wrong += len(got - wanted)
            missed += len(wanted - got)
    return right / (right + wrong), right / (right + missed)
