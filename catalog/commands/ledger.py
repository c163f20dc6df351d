"""Commands for the ledger: what may be claims, and what an editor says of it."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer
from sqlalchemy.engine import Engine
from sqlmodel import Session

from catalog import claim_acts
from catalog.audit import Actor, acting
from catalog.claim_proposals import seek_claims, seek_due
from catalog.claim_queue import HouseClaim, house_claim, list_changed, list_claims
from catalog.commands.output import AsJson, clock, login, newsroom, print_json, print_table, say
from catalog.db import reading, writing
from catalog.episodes import find_episode
from catalog.models import Claim, ClaimStatus
from catalog.search.refresh import open_index, refresh_episode

app = typer.Typer()
claims = typer.Typer(no_args_is_help=True)
app.add_typer(
    claims, name="claims", help="The ledger of claims: proposed by the machine, decided by editors."
)

Numbers = Annotated[list[str], typer.Argument(help="The claims, by their number in `presstalk claims list`.")]


@claims.command("list")
def list_them(
    slug: Annotated[str, typer.Argument(help="Only those of this episode.")] = "",
    status: Annotated[
        ClaimStatus | None, typer.Option(help="Only those of this status; without it, what is recorded.")
    ] = None,
    changed: Annotated[bool, typer.Option("--changed", help="Those whose words were changed since.")] = False,
    as_json: AsJson = False,
) -> None:
    """List claims: number, status, who said it, when, in which words; and why readers do not see one."""
    with reading(newsroom().engine) as session:
        if slug:
            find_episode(session, slug)
        statuses = (status,) if status else claim_acts.RECORDED
        found = (
            list_changed(session, slug=slug)
            if changed
            else list_claims(session, slug=slug, statuses=statuses)
        )
    if as_json:
        print_json([_told(one) for one in found])
        return
    rows = (
        (
            one.short_id,
            one.status,
            one.speaker.name,
            one.slug,
            clock(one.start_ms),
            one.text,
            one.hidden or one.why,
        )
        for one in found
    )
    columns = ("claim", "status", "speaker", "episode", "at", "words", "remark")
    print_table(
        columns, rows, empty="None. `presstalk claims propose` looks for them in talks that were heard."
    )


@claims.command()
def propose(
    slug: Annotated[
        str, typer.Argument(help="Only in this episode; without it, wherever words are new.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Look for claims in what was heard; editors decide. What was rejected is not proposed again."""
    house = newsroom()
    if slug:
        with writing(house.engine, unseen=True) as session:
            count = seek_claims(session, find_episode(session, slug))
    else:
        before = _waiting(house.engine)
        while seek_due(house.engine, limit=20):
            pass
        count = _waiting(house.engine) - before
    if as_json:
        print_json({"proposed": count})
        return
    say(f"{count} proposed. `presstalk claims list --status candidate` shows them.")


def _waiting(engine: Engine) -> int:
    with reading(engine) as session:
        return len(list_claims(session, statuses=(ClaimStatus.CANDIDATE,), limit=1_000_000))


@claims.command()
def confirm(numbers: Numbers, as_json: AsJson = False) -> None:
    """Record claims: you stand by it that this was said. Whether it is true is not decided by that."""
    _do(numbers, claim_acts.confirm_claim, as_json=as_json)


@claims.command()
def reject(numbers: Numbers, as_json: AsJson = False) -> None:
    """These are no claims: they are not proposed again."""
    _do(numbers, claim_acts.reject_claim, as_json=as_json)


@claims.command()
def reopen(numbers: Numbers, as_json: AsJson = False) -> None:
    """Take a decision back: these wait for one again, and readers do not see them."""
    _do(numbers, claim_acts.reopen_claim, as_json=as_json)


@claims.command()
def withdraw(
    numbers: Numbers,
    reason: Annotated[str, typer.Option(help="Why, for the newsroom's record.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take recorded claims from readers, at once."""
    _do(numbers, lambda session, number: claim_acts.withdraw_claim(session, number, reason), as_json=as_json)


def _do(numbers: list[str], act: Callable[[Session, str], Claim], *, as_json: bool) -> None:
    """All of them or, if one cannot be done, none."""
    house = newsroom()
    with acting(house.engine, Actor(login())) as session:
        done = [house_claim(session, act(session, number)) for number in numbers]
        talks = {find_episode(session, one.slug).id or 0 for one in done}
    index = open_index(house.settings.index_folder, house.engine)
    for episode_id in talks:
        with reading(house.engine) as session:
            refresh_episode(session, index, episode_id)
    if as_json:
        print_json([_told(one) for one in done])
        return
    for one in done:
        say(f"{one.short_id} is {one.status}. {one.hidden}".strip())


def _told(one: HouseClaim) -> dict[str, object]:
    told = asdict(one)
    speaker = told.pop("speaker")
    return told | {"speaker": speaker["name"], "certainty": speaker["certainty"]}
