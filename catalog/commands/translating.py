"""Commands on translations of a talk: have one made, bring one in, list them, show one to readers or take it back."""

from pathlib import Path
from typing import Annotated, Any

import typer

from catalog.audit import Actor, acting
from catalog.commands.output import AsJson, Slug, login, newsroom, print_json, print_table, say
from catalog.db import reading
from catalog.translating import ask_for_translation
from catalog.translations import (
    TranslationLine,
    check_translation,
    hide_translation,
    import_translation,
    list_translation_lines,
    show_translation,
)

app = typer.Typer()
translation = typer.Typer(no_args_is_help=True)
app.add_typer(
    translation, name="translation", help="Translations of a talk: import, list, show, hide, check."
)

Number = Annotated[int, typer.Argument(help="The translation, by its number in `list`.")]


@translation.command("import")
def bring(
    slug: Slug,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Captions: .srt, .vtt and others.")
    ],
    language: Annotated[str, typer.Option(help="The language they are in: en, ur, pa-Arab.")],
    machine: Annotated[
        bool, typer.Option("--machine", help="A machine made them and nobody has checked them.")
    ] = False,
) -> None:
    """Take captions in another language as a translation; readers see it beside the words, and as captions."""
    with acting(newsroom().engine, Actor(login())) as session:
        brought = import_translation(
            session, slug, file.read_bytes(), file.name, language, by_machine=machine
        )
    say(brought.sentence)


@translation.command("list")
def list_all(slug: Slug, as_json: AsJson = False) -> None:
    """List the translations a talk has, shown or not."""
    with reading(newsroom().engine) as session:
        lines = list_translation_lines(session, slug)
    if as_json:
        print_json([_as_json(line) for line in lines])
        return
    print_table(
        ("number", "language", "made by", "lines", "readers see it"),
        ((line.number, line.language, _maker(line), line.lines, _seen(line)) for line in lines),
        empty=f"'{slug}' has no translation. `presstalk translation import {slug} FILE --language en` brings one in.",
    )


@translation.command()
def show(slug: Slug, number: Number) -> None:
    """Let readers see a translation, in place of another in that language."""
    with acting(newsroom().engine, Actor(login())) as session:
        show_translation(session, slug, number)
    say("Readers see it beside the words, and as captions.")


@translation.command()
def hide(slug: Slug, number: Number) -> None:
    """Take a translation from readers; it stays in the newsroom."""
    with acting(newsroom().engine, Actor(login())) as session:
        hide_translation(session, slug, number)
    say("Readers no longer see it.")


@translation.command()
def check(slug: Slug, number: Number) -> None:
    """Say that you have read a machine's translation beside the talk and stand by it."""
    with acting(newsroom().engine, Actor(login())) as session:
        check_translation(session, slug, number)
    say("It is marked as checked by a person.")


@app.command()
def translate(slug: Slug) -> None:
    """Have a talk translated into English by Whisper; it waits in `translation list` until somebody shows it."""
    with acting(newsroom().engine, Actor(login())) as session:
        ask_for_translation(session, slug)
    say(
        "Queued. `presstalk work` translates it, `presstalk jobs` shows how far it is, `presstalk translation list` "
        "shows what came of it."
    )


def _maker(line: TranslationLine) -> str:
    checked = "a person" if line.by_human else "a machine"
    return f"{checked} ({line.engine}{f', {line.model}' if line.model else ''})"


def _seen(line: TranslationLine) -> str:
    if not line.is_of_this_run:
        return "no: it is of an earlier transcript"
    return "yes" if line.shown else "no"


def _as_json(line: TranslationLine) -> dict[str, Any]:
    return {**vars(line), "made_at": line.made_at.isoformat()}
