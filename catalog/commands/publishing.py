"""Commands that bring a talk to readers and take it from them, and that say what it is."""

from dataclasses import replace
from typing import Annotated, Any

import typer

from catalog.audit import Actor, acting
from catalog.clock import read_moment, tell_moment, zone_of
from catalog.commands.output import AsJson, Slug, login, newsroom, print_json, say
from catalog.episodes import find_episode
from catalog.facts import facts_of, set_facts
from catalog.publishing import publish_episode, schedule_episode, unschedule_episode, withdraw_episode
from catalog.search.refresh import follow_episode

app = typer.Typer()
Zone = Annotated[str, typer.Option(help="Time zone it is meant in; else PRESSTALK_TIMEZONE.")]


@app.command()
def publish(slugs: Annotated[list[str], typer.Argument(help="The episodes to publish.")]) -> None:
    """Make episodes public: page, captions, media and search follow in the same act."""
    house = newsroom()
    for slug in slugs:
        with acting(house.engine, Actor(login())) as session:
            episode = publish_episode(session, slug, two_people=house.settings.two_people)
        follow_episode(house, episode.id or 0)
        say(f"Published '{slug}'. It is at /e/{slug} on the site.")


@app.command()
def schedule(
    slug: Slug,
    at: Annotated[str, typer.Option(help="When: 2026-12-01 09:00, or with an offset.")] = "",
    zone: Zone = "",
    cancel: Annotated[
        bool, typer.Option("--cancel", help="Let it wait until somebody publishes it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Have an episode published at a moment; a worker does it, also one that starts later."""
    house = newsroom()
    where = zone_of(zone or house.settings.timezone)
    if bool(at) == cancel:
        raise typer.BadParameter("say either --at or --cancel")
    with acting(house.engine, Actor(login())) as session:
        if cancel:
            episode = unschedule_episode(session, slug)
        else:
            moment = read_moment(at, where)
            episode = schedule_episode(session, slug, moment, two_people=house.settings.two_people)
    if as_json:
        print_json(
            {"slug": slug, "publish_at": episode.publish_at.isoformat() if episode.publish_at else None}
        )
    elif episode.publish_at is None:
        say(f"'{slug}' waits until somebody publishes it.")
    else:
        say(f"'{slug}' will be published on {tell_moment(episode.publish_at, where)}, by `presstalk work`.")


@app.command()
def withdraw(
    slugs: Annotated[list[str], typer.Argument(help="The episodes to withdraw.")],
    reason: Annotated[str, typer.Option(help="Why, for the newsroom's record only.")] = "",
    note: Annotated[str, typer.Option(help="What readers are told at its address.")] = "",
    silently: Annotated[
        bool, typer.Option("--silently", help="Tell readers nothing: as if there never was such a talk.")
    ] = False,
) -> None:
    """Take episodes from the public; everything stays in the house."""
    house = newsroom()
    for slug in slugs:
        with acting(house.engine, Actor(login())) as session:
            episode = withdraw_episode(session, slug, reason, note=note, silently=silently)
        follow_episode(house, episode.id or 0)
        say(f"Withdrawn: '{slug}'.")


@app.command()
def describe(
    slug: Slug,
    title: Annotated[str | None, typer.Option(help="Its title.")] = None,
    summary: Annotated[str | None, typer.Option(help="Its description.")] = None,
    language: Annotated[str | None, typer.Option(help="Its language: en, ur, pa-Arab.")] = None,
    recorded: Annotated[str | None, typer.Option(help="When it was recorded; empty: not known.")] = None,
    aired: Annotated[str | None, typer.Option(help="When it was first put out; empty: not known.")] = None,
    embargo: Annotated[str | None, typer.Option(help="Not to be published before; empty: none.")] = None,
    consent: Annotated[str | None, typer.Option(help="What the guests agreed to, for the newsroom.")] = None,
    zone: Zone = "",
) -> None:
    """Say what an episode is: what is left away stays as it is."""
    house = newsroom()
    where = zone_of(zone or house.settings.timezone)
    words = {"title": title, "summary": summary, "language": language, "consent": consent}
    times = {"recorded_at": recorded, "aired_at": aired, "embargo_until": embargo}
    with acting(house.engine, Actor(login())) as session:
        given: dict[str, Any] = {name: text for name, text in words.items() if text is not None}
        given |= {
            name: read_moment(text, where) if text else None
            for name, text in times.items()
            if text is not None
        }
        facts = replace(facts_of(find_episode(session, slug)), **given)
        episode = set_facts(session, slug, facts)
    follow_episode(house, episode.id or 0)
    say(f"Kept, for '{slug}'.")
