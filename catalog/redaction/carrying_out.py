"""A redaction step by step, from the order to the last copy. Each step is done once more after a crash, without harm;
until the last is done the talk is not served."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from catalog.db import (
    REDACTING,
    DatabaseUnusable,
    erase_everywhere,
    held_between_machines,
    reading,
    writing,
)
from catalog.episodes import touch
from catalog.files import sweep_shelf
from catalog.models import Episode, EpisodeState, Redaction, RedactionStage
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.nodes.snapshots import drop_snapshots
from catalog.nodes.waiting import wait_for_nodes
from catalog.pulse import Fenced
from catalog.redaction.copies import clean_copies, cleaning
from catalog.redaction.files import clean_files
from catalog.redaction.rows import take_out_words
from catalog.search.refresh import open_index, refresh_episode
from catalog.vault import keep_sealed
from transcribe.timeline import Span

log = logging.getLogger(__name__)

PATIENCE, WAIT_S = 15, 2.0  # readers of an older moment of the record are gone within seconds

Tell = Callable[[str], None]


def is_unfinished(newsroom: Newsroom) -> bool:
    """Is a redaction left to be carried out?"""
    with reading(newsroom.engine) as session:
        return session.exec(_unfinished().limit(1)).first() is not None


def finish_redactions(newsroom: Newsroom, tell: Tell = lambda _: None) -> int:
    """Carry out every redaction that was ordered and is not done, the oldest first; how many there were.

    One that fails keeps no other waiting; what the first of them met is raised at the end.
    """
    count, failed = 0, dict[int, Exception]()
    with _alone(newsroom):
        while True:
            with reading(newsroom.engine) as session:
                redaction = session.exec(_unfinished().where(col(Redaction.id).not_in(failed))).first()
            if redaction is None:
                break
            try:
                _carry_out(newsroom, redaction, tell)
                count += 1
            except Fenced:  # others do all of this worker's work
                raise
            except Exception as problem:
                failed[redaction.id or 0] = problem
    if failed:
        raise next(iter(failed.values()))
    return count


def start_finishing(newsroom: Newsroom) -> Thread:
    """The same beside whatever else goes on: it may take as long as the talk does. A failure is tried again by the
    next worker that looks."""
    thread = Thread(target=_finish_quietly, args=(newsroom,), daemon=True)
    thread.start()
    return thread


def _finish_quietly(newsroom: Newsroom) -> None:
    try:
        finish_redactions(newsroom)
    except Fenced:  # others do this worker's work; it says so itself
        return
    except Exception:
        log.exception("a redaction broke off; a worker goes on with it")


def _unfinished() -> SelectOfScalar[Redaction]:
    query = select(Redaction).where(Redaction.stage != RedactionStage.DONE)
    return query.order_by(col(Redaction.id))


@contextmanager
def _alone(newsroom: Newsroom) -> Iterator[None]:
    with cleaning(newsroom), held_between_machines(newsroom.engine, REDACTING):
        yield


def _carry_out(newsroom: Newsroom, redaction: Redaction, tell: Tell) -> None:
    if redaction.stage is RedactionStage.ORDERED:
        tell(
            "sealing what goes, for the editors who may open it" if newsroom.settings.vault_keys else "words"
        )
        keep_sealed(newsroom, redaction)
        with writing(newsroom.engine) as session:
            take_out_words(session, redaction.episode_id, [Span(redaction.start_ms, redaction.end_ms)])
            redaction.stage = RedactionStage.WORDS
            session.add(redaction)
    if redaction.stage is RedactionStage.WORDS:
        tell("sound and files")
        clean_files(newsroom, redaction, lambda _: None)
    tell("copies, index and database")
    with writing(newsroom.engine, unseen=True) as session:
        drop_snapshots(session)
    sweep_shelf(newsroom, wipe=True)
    clean_copies(newsroom, [redaction.episode_id])
    wait_for_nodes(newsroom, redaction.id or 0, tell)
    _erase(newsroom)
    with writing(newsroom.engine) as session:
        _end(session, redaction)
    _show_again(newsroom, redaction.episode_id)


def _erase(newsroom: Newsroom) -> None:
    for last in [False] * PATIENCE + [True]:
        try:
            erase_everywhere(newsroom.engine)
        except DatabaseUnusable:
            if last:
                raise
            time.sleep(WAIT_S)
        else:
            return


def _end(session: Session, redaction: Redaction) -> None:
    """Done; the talk is read again if it was, and if nothing else is being taken out of it."""
    redaction.stage, redaction.finished_at = RedactionStage.DONE, now()
    stored = session.get_one(Redaction, redaction.id)
    was_public = stored.was_public  # who withdrew it meanwhile has said so here
    stored.stage, stored.finished_at, stored.was_public = redaction.stage, redaction.finished_at, False
    session.add(stored)
    session.flush()
    others = session.exec(_unfinished().where(Redaction.episode_id == redaction.episode_id)).all()
    episode = session.get_one(Episode, redaction.episode_id)
    if was_public and others:
        others[0].was_public = True
        session.add(others[0])
    elif was_public and episode.state is EpisodeState.WITHDRAWN:
        episode.state = EpisodeState.PUBLISHED
    touch(session, episode)


def _show_again(newsroom: Newsroom, episode_id: int) -> None:
    words = open_index(newsroom.settings.index_folder, newsroom.engine)
    with Session(newsroom.engine) as session:
        refresh_episode(session, words, episode_id)
