"""One act on many talks: published, tagged with a language, named again. Each by itself and told when it is done; what
was refused says why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, HTTPException, Request
from sqlmodel import Session
from starlette.responses import Response

from catalog.audit import acting
from catalog.episodes import find_episode
from catalog.errors import CatalogError, InvalidQuery, NotAllowed
from catalog.facts import facts_of, set_facts
from catalog.jobs import cancel_job
from catalog.models import Begin, EpisodeState, UserRole
from catalog.publishing import publish_episode, withdraw_episode
from catalog.translating import work_again
from web.studio.board import ACTS
from web.studio.one_by_one import do_apart
from web.studio.plainly import without_commands
from web.studio.seat import LARGEST, Producer, Seat

MOST = 200
FOR_EDITORS = ("publish", "withdraw")
CANCEL = {"cancel": "Cancel"}  # what the page of queued acts offers
AT_ONCE = (*FOR_EDITORS, *CANCEL, "language")  # all else is queued, and takes its time
BACK = {  # what undoes an act on many, and how its button says it
    "publish": ("withdraw", "Undo: withdraw them all"),
    "withdraw": ("publish", "Undo: publish them all again"),
    "language": ("language", "Undo for all of them"),
}
CANCELLED = ("cancel", "Cancel them all")
OWN = "language-"
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Picked:
    """What was ticked, and what is to be done with it."""

    slugs: tuple[str, ...]
    act: str
    language: str
    languages: dict[str, str]  # by talk, where each goes back to its own

    def language_of(self, slug: str) -> str:
        return self.languages.get(slug, self.language).strip()


@dataclass(frozen=True)
class Outcome:
    slug: str
    title: str
    sentence: str
    is_done: bool
    before: str = ""


async def read_picked(request: Request) -> Picked:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise HTTPException(413)
    try:
        pairs = parse_qsl(
            body.decode("ascii", "replace"), max_num_fields=2 * MOST + 10, keep_blank_values=True
        )
    except ValueError as problem:
        raise HTTPException(400, f"Choose at most {MOST} talks at once.") from problem
    one = dict(pairs)
    slugs = tuple(dict.fromkeys(value for name, value in pairs if name == "talk"))
    languages = {name.removeprefix(OWN): value for name, value in pairs if name.startswith(OWN)}
    return Picked(slugs, one.get("act", ""), one.get("language", ""), languages)


@router.post("/bulk")
def do_to_many(seat: Producer, picked: Annotated[Picked, Depends(read_picked)]) -> Response:
    """Do it to each, and show what came of it as it is done; where it can be undone, the same page undoes it."""
    acts = {**ACTS, **CANCEL}
    if picked.act not in acts:
        raise InvalidQuery("Say what to do with the talks.")
    if not picked.slugs:
        raise InvalidQuery("Tick the talks first.")
    if picked.act in FOR_EDITORS and not seat.visitor.role.may(UserRole.EDITOR):
        raise NotAllowed("That is for editors.")
    seat.session.close()  # one moment of the record is not held open until all are done
    done: list[Outcome] = []
    is_queued = picked.act not in AT_ONCE
    return seat.tell(
        "bulk.html",
        outcomes=_kept(do_apart(partial(_one, seat, picked), picked.slugs), done),
        done=done,
        count=len(picked.slugs),
        act=picked.act,
        told=acts[picked.act],
        is_queued=is_queued,
        back=CANCELLED if is_queued else BACK.get(picked.act),
        own=OWN,
    )


def _kept(outcomes: Iterator[Outcome], done: list[Outcome]) -> Iterator[Outcome]:
    """Each outcome as it comes; those that are done stay in `done`, for the end of the page."""
    for one in outcomes:
        if one.is_done:
            done.append(one)
        yield one


def _one(seat: Seat, picked: Picked, slug: str) -> Outcome:
    try:
        with acting(seat.site.newsroom.engine, seat.visitor.actor) as session:
            episode = find_episode(session, slug)
            title, before = episode.title, episode.language or ""
            sentence = _act_of(seat, picked)(session, slug)
            episode_id = episode.id or 0
    except CatalogError as problem:
        return Outcome(slug, "", without_commands(problem.sentence), False)
    seat.follow(episode_id)
    return Outcome(slug, title, sentence, True, before)


def _act_of(seat: Seat, picked: Picked) -> Callable[[Session, str], str]:
    two_people = seat.site.newsroom.settings.two_people

    def publish(session: Session, slug: str) -> str:
        episode = publish_episode(session, slug, two_people=two_people)
        return (
            "Published." if episode.state is EpisodeState.PUBLISHED else "Agreed to; another must publish it."
        )

    def withdraw(session: Session, slug: str) -> str:
        withdraw_episode(session, slug, "one of many, in one act")
        return "Withdrawn."

    def tag(session: Session, slug: str) -> str:
        facts = facts_of(find_episode(session, slug))
        wanted = picked.language_of(slug)
        set_facts(session, slug, replace(facts, language=wanted or None))
        return f"Language: {wanted or 'not known'}."

    def again(session: Session, slug: str) -> str:
        work_again(session, slug, Begin(picked.act))
        return "Queued; the board shows how far it is."

    def cancel(session: Session, slug: str) -> str:
        cancel_job(session, slug)
        return "Cancelled. What was finished stays."

    acts = {"publish": publish, "withdraw": withdraw, "language": tag, "cancel": cancel}
    return acts.get(picked.act, again)
