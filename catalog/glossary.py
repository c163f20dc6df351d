"""The newsroom's own names and terms with their spellings: one file that search, the recogniser and the proposals for
misheard names read. Its form is told in `search.tables`; editors may write it by hand or in the studio."""

import fcntl
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import Conflict, InvalidQuery
from catalog.models.columns import storable
from catalog.search.tables import GLOSSARY, KINDS, MOST_SPELLINGS
from transcribe.languages import NAMES, parse_language, script_of

LONGEST_SPELLING, LARGEST = 200, 1_000_000


@dataclass(frozen=True)
class Entry:
    """One thing: of what kind it is and how it is spelt, the usual spelling first; `line` is its place in the file."""

    line: int
    kind: str
    spellings: tuple[str, ...]


@dataclass(frozen=True)
class Glossary:
    """All entries, and the state of the file they were read from."""

    entries: tuple[Entry, ...]
    stamp: str


def read_glossary(home: Path) -> Glossary:
    """What the file holds; nothing while there is none."""
    text = _text(home)
    return Glossary(tuple(entries_in(text)), _stamp(text))


def entries_in(text: str) -> Iterator[Entry]:
    """
    >>> list(entries_in("# ours\\n[place]\\nGwadar | گوادر\\n[everyday]\\nthe"))
    [Entry(line=2, kind='place', spellings=('Gwadar', 'گوادر'))]
    """
    kind = "topic"
    for number, line in enumerate(text.splitlines()):
        bare = line.partition("#")[0].strip()
        if bare.startswith("[") and bare.endswith("]"):
            kind = bare[1:-1].strip().casefold()
        elif bare and kind in KINDS:
            yield Entry(number, kind, tuple(one.strip() for one in bare.split("|") if one.strip()))


def add_entry(home: Path, kind: str, spellings: Sequence[str]) -> Entry:
    """Write an entry behind what is there. A spelling that stands there already is a Conflict."""
    wanted = tuple(dict.fromkeys(spelling for one in spellings if (spelling := _plain(one))))
    if kind not in KINDS:
        raise InvalidQuery(f"Say what it is: {', '.join(KINDS)}.")
    if not wanted:
        raise InvalidQuery("Write at least one spelling.")
    if len(wanted) > MOST_SPELLINGS:
        raise InvalidQuery(f"One entry has at most {MOST_SPELLINGS} spellings.")
    with _held(home) as path:
        text = _text(home)
        known = {(one.kind, spelling.casefold()) for one in entries_in(text) for spelling in one.spellings}
        twice = [one for one in wanted if (kind, one.casefold()) in known]
        if twice:
            raise Conflict(f"“{twice[0]}” stands there already.")
        lines = [*text.splitlines(), f"[{kind}]", " | ".join(wanted)]
        _write(path, lines)
    return Entry(len(lines) - 1, kind, wanted)


def drop_entry(home: Path, line: int, stamp: str) -> Entry:
    """Take an entry out; refused when the file has changed since it was read."""
    with _held(home) as path:
        text = _text(home)
        if stamp != _stamp(text):
            raise Conflict("The glossary has changed since you read it. Look at it again.")
        entry = next((one for one in entries_in(text) if one.line == line), None)
        if entry is None:
            raise Conflict("That entry is no longer there.")
        lines = text.splitlines()
        _write(path, lines[:line] + lines[line + 1 :])
    return entry


def terms_for(home: Path, also: Sequence[str], language: str | None) -> tuple[str, ...]:
    """What the recogniser and the proposals are told: the terms of the settings, then of each entry the first spelling
    in a script of the language, or of any where the language is not known yet."""
    scripts = NAMES.get(parse_language(language).code, ("", ()))[1] if language else ()
    chosen = [
        next((one for one in entry.spellings if not scripts or _script(one) in scripts), "")
        for entry in read_glossary(home).entries
    ]
    return tuple(dict.fromkeys((*also, *(one for one in chosen if one))))


def _script(text: str) -> str:
    return next((script for letter in text if (script := script_of(letter))), "")


def _plain(text: str) -> str:
    return " ".join(storable(text, LONGEST_SPELLING).replace("|", " ").replace("#", " ").split()).strip("[]")


def _text(home: Path) -> str:
    path = home / GLOSSARY
    return path.read_text(encoding="utf-8", errors="replace")[:LARGEST] if path.is_file() else ""


def _stamp(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@contextmanager
def _held(home: Path) -> Iterator[Path]:
    """The file for one writer at a time."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / f".{GLOSSARY}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield home / GLOSSARY


def _write(path: Path, lines: Sequence[str]) -> None:
    """Whole or not at all."""
    partial = path.with_suffix(".part")
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial.replace(path)
