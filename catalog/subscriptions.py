"""Looking at what is followed: feeds, channels, playlists and the watched folder, and what is new in them."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from catalog.adding import LONGEST_URL, Given, add_file, add_source
from catalog.child import Child
from catalog.db import reading, writing
from catalog.episodes import find_episode
from catalog.errors import StepFailed
from catalog.followed import FOLDER, subscription_to, subscriptions
from catalog.models import Subscription, SubscriptionItem
from catalog.models.columns import distinct, now, storable
from catalog.newsroom import Newsroom
from media.errors import MediaError
from media.sources import Source
from media.subscribe import list_folder

log = logging.getLogger(__name__)

LOOKED_AT = 100  # items of a feed or channel that are looked at each time, newest first
SETTLED_S = 10
LONGEST_GUID = 500

Item = dict[str, Any]  # a `media.subscribe.Item`, as the child hands it over


@dataclass(frozen=True)
class Polled:
    """What one look at a subscription brought; `problem` is empty when nothing went wrong."""

    url: str
    new: int
    added: tuple[str, ...]
    problem: str = ""


async def poll_all(newsroom: Newsroom) -> int:
    """Look at every subscription and the watched folder once; how many talks were new."""
    polled = [polled async for polled in poll_each(newsroom)]
    for one in polled:
        if one.problem:
            log.warning("%s: %s", one.url, one.problem)
    return sum(one.new for one in polled)


async def poll_each(newsroom: Newsroom) -> AsyncIterator[Polled]:
    """Look at one after the other; one that cannot be reached does not keep the others waiting."""
    with reading(newsroom.engine) as session:
        found = subscriptions(session)
    for subscription in found:
        if not subscription.url.startswith(FOLDER):
            yield await _poll(newsroom, subscription.url)
    if newsroom.settings.watch_folder is not None:
        yield await asyncio.to_thread(_look_in_folder, newsroom, newsroom.settings.watch_folder)


async def _poll(newsroom: Newsroom, url: str) -> Polled:
    request = {"url": url, "limits": newsroom.settings.limits(), "newest": LOOKED_AT}
    try:
        async with Child("list_items") as child:
            items = await child.ask(request)
    except StepFailed as problem:
        await asyncio.to_thread(_note_problem, newsroom, url, problem.sentence)
        return Polled(url, 0, (), problem.sentence)
    return await asyncio.to_thread(take_in, newsroom, url, items)


def _note_problem(newsroom: Newsroom, url: str, sentence: str) -> None:
    with writing(newsroom.engine) as session:
        subscription = subscription_to(session, url)
        if subscription is not None:  # else it was given up while we looked
            subscription.problem = storable(sentence)
            session.add(subscription)


def take_in(newsroom: Newsroom, url: str, items: list[Item]) -> Polled:
    """Remember what is new in a list and add it as the subscription says; a bad item is noted and spoils no other."""
    with writing(newsroom.engine) as session:
        subscription = subscription_to(session, url)
        if subscription is None:  # given up while we looked
            return Polled(url, 0, ())
        fresh = choose_new(items, _seen(session, subscription))
        is_first_look = subscription.polled_at is None
        wanted = (subscription.newest if is_first_look else len(fresh)) if subscription.automatic else 0
        added: list[str] = []
        problems: list[str] = []
        for item in fresh[:wanted]:
            _bring_in(session, subscription, item, added, problems)
        for item in fresh[wanted:]:
            _remember(session, subscription, item, None)
        subscription.polled_at, subscription.problem = now(), storable(" ".join(problems))
        session.add(subscription)
        return Polled(url, len(fresh), tuple(added), subscription.problem)


def choose_new(items: list[Item], seen: set[str]) -> list[Item]:
    """Those not seen before, each once, the newest first; where dates are missing the list's own order is believed."""
    fresh: dict[str, Item] = {}
    for item in items:
        if distinct(item["guid"], LONGEST_GUID) not in seen:
            fresh.setdefault(distinct(item["guid"], LONGEST_GUID), item)
    if any(item["published_at"] is None for item in fresh.values()):
        return list(fresh.values())
    return sorted(fresh.values(), key=_aired, reverse=True)


def _aired(item: Item) -> datetime:
    moment = datetime.fromisoformat(item["published_at"])
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _bring_in(
    session: Session, subscription: Subscription, item: Item, added: list[str], problems: list[str]
) -> None:
    given = Given(
        title=item["title"].strip(),
        summary=item["description"],
        aired_at=_aired(item) if item["published_at"] else None,
        later=True,
    )
    slug = None
    try:
        asked_by = f"subscription-{subscription.id}"
        slug = add_source(session, Source(**item["source"]), given, asked_by=asked_by).slug
        added.append(slug)
    except MediaError as problem:
        problems.append(f"{item['title'] or 'A talk without a title'}: {problem.sentence}")
    _remember(session, subscription, item, slug)


def _seen(session: Session, subscription: Subscription) -> set[str]:
    guids = select(SubscriptionItem.guid).where(SubscriptionItem.subscription_id == subscription.id)
    return set(session.exec(guids).all())


def _remember(session: Session, subscription: Subscription, item: Item, slug: str | None) -> None:
    session.add(
        SubscriptionItem(
            subscription_id=subscription.id or 0,
            guid=distinct(item["guid"], LONGEST_GUID),
            url=storable(item["source"]["url"], LONGEST_URL),
            title=storable(item["title"], 500),
            episode_id=find_episode(session, slug).id if slug else None,
        )
    )


def _look_in_folder(newsroom: Newsroom, folder: Path) -> Polled:
    """Add what lies settled in the watched folder and was not seen before."""
    url = f"{FOLDER}{distinct(str(folder), LONGEST_GUID)}"
    with writing(newsroom.engine) as session:
        watched = subscription_to(session, url) or Subscription(url=url)
        session.add(watched)
        session.flush()
        seen = _seen(session, watched)
    added: list[str] = []
    problems: list[str] = []
    for file in list_folder(folder, SETTLED_S):
        try:
            _take_file(newsroom, watched, file, seen, added)
        except MediaError as problem:
            problems.append(f"{storable(file.name)}: {problem.sentence}")
        except OSError as problem:
            problems.append(f"{storable(file.name)}: it cannot be read now ({problem.strerror}).")
    if not folder.is_dir():
        problems.append(f"There is no folder at {storable(str(folder))}.")
    with writing(newsroom.engine) as session:
        watched = session.merge(watched)
        watched.polled_at, watched.problem = now(), " ".join(problems)
    return Polled(url, len(added), tuple(added), watched.problem)


def _take_file(
    newsroom: Newsroom, watched: Subscription, file: Path, seen: set[str], added: list[str]
) -> None:
    """Add a file once, or complain of it once; one that was replaced is new. A full disk is no fault of the file."""
    status = file.stat()
    guid = distinct(f"{file}:{status.st_size}:{status.st_ctime_ns}", LONGEST_GUID)
    if guid in seen:
        return
    try:
        given = add_file(newsroom, file, Given(later=True), asked_by="folder")
    except MediaError:
        _remember_file(newsroom, watched, file, guid, None)
        raise
    _remember_file(newsroom, watched, file, guid, given.slug)
    if given.is_new:
        added.append(given.slug)


def _remember_file(
    newsroom: Newsroom, watched: Subscription, file: Path, guid: str, slug: str | None
) -> None:
    item = {"guid": guid, "title": file.name, "source": {"url": file.as_uri()}}
    with writing(newsroom.engine) as session:
        if guid not in _seen(session, watched):  # another process may be looking too
            _remember(session, watched, item, slug)
