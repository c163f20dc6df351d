"""Commands on what was done to a transcript, and to what is said of the talk: list the acts, put an earlier state
back."""

from typing import Annotated

import typer

from catalog.audit import Actor, acting
from catalog.commands.output import AsJson, Slug, login, newsroom, print_json, print_table, say
from catalog.db import reading
from catalog.episodes import find_episode
from catalog.errors import InvalidQuery
from catalog.history import HistoryLine, read_history, restore_after, restore_edition
from catalog.past_facts import FactsLine, read_past_facts, restore_facts
from catalog.search.refresh import follow_episode

app = typer.Typer()
history = typer.Typer(no_args_is_help=True)
app.add_typer(
    history, name="history", help="What was done to a transcript: list it, put an earlier state back."
)

OfFacts = Annotated[
    bool,
    typer.Option(
        "--facts", help="What is said of the talk, title, description, days, chapters: not its words."
    ),
]


@history.command("list")
def list_acts(slug: Slug, facts: OfFacts = False, as_json: AsJson = False) -> None:
    """List the acts on the transcript that is read, the last first, and the editions readers saw after each."""
    if facts:
        _list_facts(slug, as_json=as_json)
        return
    with reading(newsroom().engine) as session:
        found = read_history(session, slug)
    if as_json:
        acts = [
            {**vars(line), "at": line.at.isoformat(), "said": [vars(one) for one in line.said]}
            for line in found.lines
        ]
        print_json({"acts": acts, "is_cut": found.is_cut, "first_editions": found.editions})
        return
    print_table(
        ("act", "when", "who", "what", "words", "editions"),
        (
            (
                line.number,
                f"{line.at:%Y-%m-%d %H:%M}",
                line.who,
                line.act,
                _words(line),
                _editions(line.editions),
            )
            for line in found.lines
        ),
        empty="Nobody has changed this transcript since it was heard, or since words were taken out for good.",
    )


def _list_facts(slug: str, *, as_json: bool) -> None:
    with reading(newsroom().engine) as session:
        lines = read_past_facts(session, slug)
    if as_json:
        print_json(
            [
                {**vars(line), "at": line.at.isoformat(), "changes": [vars(one) for one in line.changes]}
                for line in lines
            ]
        )
        return
    print_table(
        ("act", "when", "who", "what", "now"),
        ((line.number, f"{line.at:%Y-%m-%d %H:%M}", line.who, *_changed(line)) for line in lines),
        empty="Nobody has changed what the source says of this talk.",
    )


def _changed(line: FactsLine) -> tuple[str, str]:
    return ", ".join(one.name for one in line.changes), "; ".join(one.after[:40] for one in line.changes)


@history.command()
def restore(
    slug: Slug,
    facts: OfFacts = False,
    edition: Annotated[int, typer.Option(min=0, help="The words readers saw in this edition.")] = 0,
    act: Annotated[int, typer.Option(min=0, help="As it was after this act, by its number in `list`.")] = 0,
    first: Annotated[
        bool, typer.Option("--first", help="As the machine heard it, or since words were taken out for good.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who decides this; your login name if not said.")] = "",
) -> None:
    """Put an earlier state of a transcript back, words and voices; `speakers undo` takes it back again."""
    if sum((bool(edition), bool(act), first)) != 1 or (facts and edition):
        raise InvalidQuery("Say one of --edition NUMBER (of the words), --act NUMBER and --first.")
    house, who = newsroom(), by or login()
    with acting(house.engine, Actor(who)) as session:
        if facts:
            told = restore_facts(session, slug, act)
        elif edition:
            told = restore_edition(session, slug, edition, by=who).sentence
        else:
            told = restore_after(session, slug, act, by=who).sentence
        episode_id = find_episode(session, slug).id or 0
    follow_episode(house, episode_id)
    say(told)


def _words(line: HistoryLine) -> str:
    if not line.said:
        return ""
    first = line.said[0]
    more = len(line.said) - 1 + line.more
    return f"{first.before[:40]} > {first.after[:40]}{f', and {more} more' if more else ''}"


def _editions(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))
