"""Commands on the tokens of the newsroom's own programs."""

from typing import Annotated

import typer

from catalog.audit import Actor, acting
from catalog.commands.output import AsJson, login, newsroom, print_json, print_table, say
from catalog.db import reading
from catalog.tokens import Scope, add_token, list_tokens, revoke_token
from catalog.users import find_user

app = typer.Typer()
token = typer.Typer(no_args_is_help=True)
app.add_typer(token, name="token", help="Let the newsroom's own programs add, correct, publish and redact.")


@token.command()
def add(
    name: Annotated[str, typer.Argument(help="What the token is for.")],
    user: Annotated[str, typer.Option(help="The account it acts for.")],
    scope: Annotated[list[Scope], typer.Option(help="What it may do; give it several times.")],
    days: Annotated[int, typer.Option(help="For how long it holds.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Make a token for somebody's programs; its secret is shown only now."""
    with acting(newsroom().engine, Actor(login())) as session:
        secret = add_token(session, find_user(session, user), name, [one.value for one in scope], days)
    if as_json:
        print_json({"name": name, "token": secret})
    else:
        say(f"Token, shown only now: {secret}")


@token.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the tokens, what they may do, and when they were last used."""
    with reading(newsroom().engine) as session:
        lines = list_tokens(session)
    if as_json:
        print_json([vars(line) for line in lines])
        return
    print_table(
        ("number", "for", "of", "may", "last used", ""),
        (
            (
                line.id,
                line.name,
                line.owner,
                ", ".join(line.scopes),
                f"{line.used_at:%Y-%m-%d %H:%M}" if line.used_at else "",
                f"until {line.expires_at:%Y-%m-%d}" if line.is_open else "closed",
            )
            for line in lines
        ),
        empty="No tokens. `presstalk token add NAME --user WHO --scope status` makes one.",
    )


@token.command()
def revoke(number: Annotated[int, typer.Argument(help="Its number in `presstalk token list`.")]) -> None:
    """Let a token open nothing any more."""
    with acting(newsroom().engine, Actor(login())) as session:
        revoke_token(session, number)
    say(f"Revoked: token {number}.")
