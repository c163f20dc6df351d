"""Commands on what is followed: feeds, channels, playlists, the watched folder."""

import asyncio
from typing import Annotated

import typer

from catalog.commands.output import AsJson, newsroom, print_json, print_table, say
from catalog.db import reading, writing
from catalog.followed import subscribe, subscriptions, unsubscribe
from catalog.subscriptions import Polled, poll_each

app = typer.Typer()


@app.command("subscribe")
def subscribe_to(
    url: Annotated[str, typer.Argument(help="A podcast feed, a channel or a playlist.")],
    newest: Annotated[int, typer.Option(min=0, help="How many of the talks already there to bring in.")] = 3,
    only_list: Annotated[
        bool, typer.Option("--only-list", help="Remember new talks, but bring none in by itself.")
    ] = False,
) -> None:
    """Follow a feed, channel or playlist: workers look at it and bring in what is new."""
    with writing(newsroom().engine) as session:
        subscription = subscribe(session, url, automatic=not only_list, newest=newest)
        say(f"Following {subscription.url}. `presstalk poll` looks at it now; workers look by themselves.")


@app.command("unsubscribe")
def unsubscribe_from(url: Annotated[str, typer.Argument(help="The address that was subscribed to.")]) -> None:
    """Follow a feed, channel or playlist no longer; its episodes stay."""
    with writing(newsroom().engine) as session:
        unsubscribe(session, url)
    say("Followed no longer.")


@app.command("subscriptions")
def list_subscriptions(as_json: AsJson = False) -> None:
    """List what is followed, when it was looked at, and what went wrong."""
    with reading(newsroom().engine) as session:
        rows = subscriptions(session)
    if as_json:
        print_json([row.model_dump(mode="json") for row in rows])
        return
    print_table(
        ("address", "looked at", "problem"),
        (
            (row.url, row.polled_at.isoformat(timespec="minutes") if row.polled_at else "never", row.problem)
            for row in rows
        ),
        empty="Nothing is followed yet. `presstalk subscribe URL` follows a feed, channel or playlist.",
    )


@app.command()
def poll(as_json: AsJson = False) -> None:
    """Look at every subscription and the watched folder now, and queue what is new."""
    house = newsroom()

    async def look() -> list[Polled]:
        return [polled async for polled in poll_each(house)]

    polled = asyncio.run(look())
    if as_json:
        print_json([vars(one) for one in polled])
        return
    for one in polled:
        say(f"{one.url}: {one.problem or f'{one.new} new, {len(one.added)} added'}")
    if not polled:
        say("Nothing is followed yet. `presstalk subscribe URL` follows a feed, channel or playlist.")
