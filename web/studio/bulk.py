"""One act on many talks: published, tagged with a language, named again. Each by itself; what was refused says why."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, HTTPException, Request
from sqlmodel import Session
from starlette.responses import Response

from catalog.episodes import find_episode
from catalog.errors import CatalogError, InvalidQuery, NotAllowed
from catalog.facts import facts_of, set_facts
from catalog.models import Begin, EpisodeState, UserRole
from catalog.publishing import publish_episode, withdraw_episode
from catalog.translating import work_again
from web.studio.board import ACTS
from web.studio.seat import LARGEST, Producer, Seat

MOST = 200
FOR_EDITORS = ("publish", "withdraw")
AT_ONCE = (*FOR_EDITORS, "language")  # all else is queued, and takes its time
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
    """Do it to each, and show what came of it; where it can be undone, the same page undoes it."""
    if picked.act not in ACTS:
        raise InvalidQuery("Say what to do with the talks.")
    if not picked.slugs:
        raise InvalidQuery("Tick the talks first.")
    if picked.act in FOR_EDITORS and not seat.visitor.role.may(UserRole.EDITOR):
        raise NotAllowed("That is for editors.")
    outcomes = [_one(seat, slug, picked) for slug in picked.slugs]
    return seat.show(
        "bulk.html",
        outcomes=outcomes,
        act=picked.act,
        told=ACTS[picked.act],
        is_queued=picked.act not in AT_ONCE,
        own=OWN,
    )


def _one(seat: Seat, slug: str, picked: Picked) -> Outcome:
    try:
        with seat.acting() as session:
            episode = find_episode(session, slug)
            title, before = episode.title, episode.language or ""
            sentence = _act_of(seat, picked)(session, slug)
            episode_id = episode.id or 0
    except CatalogError as problem:
        return Outcome(slug, "", problem.sentence, False)
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

    return {"publish": publish, "withdraw": withdraw, "language": tag}.get(picked.act, again)
