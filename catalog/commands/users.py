"""Commands on people and the audit log: who may work here, and what they did."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from catalog.audit import Actor, acting, read_log, verify_log
from catalog.commands.output import AsJson, login, newsroom, print_json, print_table, say
from catalog.db import reading
from catalog.errors import CatalogError
from catalog.models import Purpose, User, UserRole
from catalog.passwords import make_password
from catalog.settings import Settings
from catalog.users import add_user, disable_user, find_user, list_users, make_link

app = typer.Typer()
user = typer.Typer(no_args_is_help=True)
audit = typer.Typer(no_args_is_help=True)
app.add_typer(user, name="user", help="Who may work in the studio: add, list, disable, a new link.")
app.add_typer(audit, name="audit", help="What was done by whom: verify the log, hand it out.")

Name = Annotated[str, typer.Argument(help="The account, by its name.")]


class LogBroken(CatalogError):
    """The audit log is not what was written."""

    code = "log_broken"


@user.command()
def add(
    name: Name,
    role: Annotated[UserRole, typer.Option(help="What they may do; each may do what those before may.")],
    link: Annotated[
        bool, typer.Option("--link", help="Print a link by which they choose a password.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add an account. A password is asked for; an empty one, or no terminal: it is made and printed this once."""
    house = newsroom()
    asked = "" if link or not sys.stdin.isatty() else _ask_password()
    password = "" if link else asked or make_password()
    with acting(house.engine, Actor(login())) as session:
        row = add_user(session, name, role, password)
        token = make_link(session, row, Purpose.INVITATION) if link else ""
    told = {"name": row.name, "role": row.role.value}
    if token:
        told["link"] = link_address(house.settings, token)
    elif not asked:
        told["password"] = password
    if as_json:
        print_json(told)
        return
    say(f"Added {row.role.value} '{row.name}'. They sign in at /studio/ of the site.")
    _tell_secret(told)


def _ask_password() -> str:
    said: str = typer.prompt("Password (empty: one is made)", default="", hide_input=True, show_default=False)
    if said and said != typer.prompt("Once more", hide_input=True):
        raise typer.BadParameter("those were two different passwords")
    return said


def _tell_secret(told: dict[str, str]) -> None:
    if "password" in told:
        say(f"Password, shown only now: {told['password']}")
    if "link" in told:
        say(f"Link, works once, shown only now: {told['link']}")


@user.command("list")
def list_accounts(as_json: AsJson = False) -> None:
    """List the accounts, their roles, and when they were last seen."""
    with reading(newsroom().engine) as session:
        lines = list_users(session)
    if as_json:
        print_json([vars(line) for line in lines])
        return
    print_table(
        ("name", "role", "second factor", "last seen", ""),
        (
            (
                line.name,
                line.role,
                "on" if line.has_second_factor else "off",
                f"{line.seen_at:%Y-%m-%d %H:%M}" if line.seen_at else "",
                "disabled" if line.is_disabled else "" if line.has_password else "invited",
            )
            for line in lines
        ),
        empty="No accounts yet. `presstalk user add NAME --role admin` adds the first.",
    )


@user.command()
def disable(name: Name) -> None:
    """Let nobody sign in to an account any more; what it did stays on record."""
    with acting(newsroom().engine, Actor(login())) as session:
        disable_user(session, find_user(session, name))
    say(f"Disabled: '{name}'. Whoever was signed in to it is out.")


@user.command("link")
def new_link(name: Name, as_json: AsJson = False) -> None:
    """Make a link by which the owner of an account chooses a new password, once, within a day."""
    house = newsroom()
    with acting(house.engine, Actor(login())) as session:
        row: User = find_user(session, name)
        token = make_link(session, row, Purpose.RESET)
    told = {"name": row.name, "link": link_address(house.settings, token)}
    if as_json:
        print_json(told)
    else:
        _tell_secret(told)


def link_address(settings: Settings, token: str) -> str:
    base = settings.base_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    return f"{base}/studio/link/{token}"


@audit.command()
def verify(
    head: Annotated[
        str, typer.Option(help="The digest an earlier run printed: looks that nothing was cut off since.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Check that the log is what was written: no row changed, added in between or taken away."""
    with reading(newsroom().engine) as session:
        verdict = verify_log(session, head.strip())
    if as_json:
        print_json(vars(verdict))
    elif verdict.broken is None:
        say(f"The audit log holds: {verdict.rows} rows, the last with digest {verdict.head or 'none'}.")
    if verdict.broken is not None:
        raise LogBroken(f"The audit log is broken at row {verdict.broken}: {verdict.reason}.")


@audit.command()
def export(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write, as JSON lines.")],
) -> None:
    """Write the whole log to a file, one act a line, with the words that were not redacted."""
    with reading(newsroom().engine) as session, file.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in read_log(session))
    say(f"Written to {file}. What was redacted is not in it.")
