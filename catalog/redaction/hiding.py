"""Another name for a guest, from the order to the redaction. What is changed is in `pseudonyms`."""

from catalog.audit import Actor, acting
from catalog.episodes import episode_by_id
from catalog.newsroom import Newsroom
from catalog.pseudonyms import give_pseudonym
from catalog.redaction.carrying_out import drop_releases
from catalog.voices import sweep_voices


def hide_guest(newsroom: Newsroom, by: Actor, slug: str, person_slug: str, pseudonym: str) -> str:
    """Order it; the address the talk has from now on. Whoever asks carries the redaction out, or a worker does."""
    with acting(newsroom.engine, by) as session:
        redaction = give_pseudonym(session, slug, person_slug, pseudonym)
        where = episode_by_id(session, redaction.episode_id).slug
    drop_releases(newsroom, slug)
    sweep_voices(newsroom)
    return where
