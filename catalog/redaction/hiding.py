"""Another name for a guest, from the order to the redaction. What is changed is in `pseudonyms`."""

from sqlmodel import select

from catalog.audit import Actor, acting
from catalog.db import reading
from catalog.episodes import episode_by_id
from catalog.models import VoiceReference
from catalog.newsroom import Newsroom
from catalog.private_files import PrivateFolder
from catalog.pseudonyms import give_pseudonym
from catalog.redaction.copies import drop_releases


def hide_guest(newsroom: Newsroom, by: Actor, slug: str, person_slug: str, pseudonym: str) -> str:
    """Order it; the address the talk has from now on. Whoever asks carries the redaction out, or a worker does."""
    with acting(newsroom.engine, by) as session:
        redaction = give_pseudonym(session, slug, person_slug, pseudonym)
        where = episode_by_id(session, redaction.episode_id).slug
    drop_releases(newsroom, lambda one: one == slug)
    _wipe_prints(newsroom)
    return where


def _wipe_prints(newsroom: Newsroom) -> None:
    """Files of prints that no row names any more; a worker that starts does the same."""
    folder = PrivateFolder(newsroom.settings.voices_folder)
    if not folder.exists:
        return
    with folder.alone():
        with reading(newsroom.engine) as session:
            named = set(session.exec(select(VoiceReference.file_name)).all())
        for name in folder.names() - named:
            folder.wipe(name)
