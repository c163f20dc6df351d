"""What the pages say, gathered from templates and code, and put into every catalogue: `python -m tests.messages`."""

import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po

from web.language import CATALOGUES

ROOT = Path(__file__).parents[1]
KEYWORDS = ("say", "many:1,2", "phrase")


def gather() -> Catalog:
    """Every message there is, untranslated."""
    keywords = [word for keyword in KEYWORDS for word in ("-k", keyword)]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "messages.pot"
        mapping = ["-F", str(ROOT / "pyproject.toml")]
        CommandLineInterface().run(
            [
                "pybabel",
                "-q",
                "extract",
                *mapping,
                *keywords,
                "--no-location",
                "-o",
                str(out),
                str(ROOT / "web"),
            ]
        )
        with out.open("rb") as file:
            return read_po(file)


def renew(path: Path, gathered: Catalog) -> list[str]:
    """Add what is new to a catalogue, drop what is gone; returns what is to be translated."""
    with path.open("rb") as file:
        held = read_po(file, locale=path.stem)
    renewed = Catalog(locale=path.stem, header_comment=held.header_comment, fuzzy=False)
    for message in gathered:
        if message.id:
            known = held.get(message.id)
            renewed.add(message.id, known.string if known else blank(message), flags=message.flags)
    with path.open("wb") as file:
        write_po(file, renewed, width=0, sort_output=True, omit_header=True)
    head = HEAD.format(comment=held.header_comment, code=path.stem, plurals=held.plural_forms)
    path.write_text(head + path.read_text(encoding="utf-8"), encoding="utf-8")
    return [str(message.id) for message in renewed if message.id and not any(strings_of(message.string))]


def blank(message: Message) -> str | tuple[str, str]:
    return ("", "") if message.pluralizable else ""


def strings_of(string: str | tuple[str, ...] | list[str]) -> list[str]:
    return [string] if isinstance(string, str) else list(string)


HEAD = """{comment}
msgid ""
msgstr ""
"Language: {code}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

if __name__ == "__main__":
    every = gather()
    missing = {path.name: renew(path, every) for path in sorted(CATALOGUES.glob("*.po"))}
    for name, ids in missing.items():
        print(f"{name}: {len(every)} messages, {len(ids)} to translate", *ids, sep="\n  ")
    sys.exit(any(missing.values()))
