"""What is followed and what of it was offered: begun, ended, listed, picked from. `subscriptions` looks for it."""

from sqlmodel import Session, col, select

from catalog.adding import Added, Given, add_source, check_length
from catalog.episodes import find_episode
from catalog.errors import NotFound
from catalog.models import Episode, Subscription, SubscriptionItem
from media.sources import recognise

FOLDER = "folder:"  # how the watched folder stands among the subscriptions


def subscribe(session: Session, pasted: str, *, automatic: bool = True, newest: int = 3) -> Subscription:
    """Follow a feed, channel or playlist; one that is followed already is followed in this way from now on."""
    url = check_length(recognise(pasted)).url
    subscription = subscription_to(session, url) or Subscription(url=url)
    subscription.automatic, subscription.newest = automatic, newest
    session.add(subscription)
    session.flush()
    return subscription


def unsubscribe(session: Session, pasted: str) -> None:
    """Follow it no longer; the episodes that came of it stay."""
    url = pasted if pasted.startswith(FOLDER) else recognise(pasted).url
    known = subscription_to(session, url)
    if known is None:
        raise NotFound(f"There is no subscription to {url}. `presstalk subscriptions` lists them.")
    session.delete(known)


def subscriptions(session: Session) -> list[Subscription]:
    return list(session.exec(select(Subscription).order_by(col(Subscription.id))).all())


def unsubscribe_by_id(session: Session, subscription_id: int) -> None:
    """The same by its number."""
    known = session.get(Subscription, subscription_id)
    if known is None:
        raise NotFound("That is followed no longer.")
    session.delete(known)


def list_new(session: Session, limit: int) -> list[SubscriptionItem]:
    """What was offered and nobody brought in, the newest first."""
    query = select(SubscriptionItem).where(
        col(SubscriptionItem.episode_id).is_(None), col(SubscriptionItem.url).startswith("http")
    )
    return list(session.exec(query.order_by(col(SubscriptionItem.id).desc()).limit(limit)))


def bring_in_item(session: Session, item_id: int) -> Added:
    """One of what was offered becomes an episode; the one it is already, if it is. Raises Refused."""
    item = session.get(SubscriptionItem, item_id)
    if item is None:
        raise NotFound("Nothing of that number was offered.")
    known = session.get(Episode, item.episode_id) if item.episode_id else None
    if known is not None:
        return Added(known.slug, False, None)
    added = add_source(session, recognise(item.url), Given(), item.title)
    item.episode_id = find_episode(session, added.slug).id
    session.add(item)
    return added


def subscription_to(session: Session, url: str) -> Subscription | None:
    return session.exec(select(Subscription).where(Subscription.url == url)).first()
