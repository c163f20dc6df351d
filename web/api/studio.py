"""`/api/v1/studio`: what a newsroom's own programs do, with a token: add, look, correct, publish, withdraw, redact.

Each act is one of the catalog's, for the owner of the token, on record under both names.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.exceptions import HTTPException

from catalog.adding import Given, add_link
from catalog.audit import Actor, acting
from catalog.checklist import check_episode
from catalog.clock import read_moment, zone_of
from catalog.correcting import correct_words
from catalog.db import reading, writing
from catalog.episodes import find_episode
from catalog.errors import CatalogError, Conflict, NotAllowed
from catalog.jobs import job_line, open_job
from catalog.models import Cover, Episode
from catalog.publishing import publish_episode, schedule_episode, unschedule_episode, withdraw_episode
from catalog.redaction.carrying_out import start_finishing
from catalog.redaction.orders import Order, order_redaction
from catalog.search.refresh import refresh_episode
from catalog.tokens import Scope, check_scope, find_token, note_used
from media.errors import MediaError
from web.api.gate import Gate
from web.api.problems import answering, join_problems
from web.deps import Site, site_of
from web.forms import Allowance

ACTS = 120  # requests a minute from one address
LARGEST = 64_000
Slug = Annotated[str, Path(pattern="^[a-z0-9-]{1,120}$")]


@dataclass(frozen=True)
class Hand:
    """A program that acts for somebody."""

    site: Site
    actor: Actor

    @contextmanager
    def acting(self) -> Iterator[Session]:
        with acting(self.site.newsroom.engine, self.actor) as session:
            yield session

    def follow(self, episode_id: int) -> None:
        with reading(self.site.newsroom.engine) as session:
            refresh_episode(session, self.site.index, episode_id)


def hand_for(scope: Scope) -> Callable[[Request], Hand]:
    """A dependency: a token that may do this."""

    def take(request: Request) -> Hand:
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        site = site_of(request)
        with reading(site.newsroom.engine) as session:
            found = find_token(session, secret.strip()) if kind.lower() == "bearer" else None
        if found is None:
            told = "This needs a token: `Authorization: Bearer ...`. `presstalk token add` makes one."
            raise HTTPException(401, told, {"WWW-Authenticate": "Bearer"})
        token, user = found
        check_scope(token, user, scope)
        with writing(site.newsroom.engine, unseen=True) as session:
            note_used(session, token.id or 0)
        return Hand(site, Actor(f"{user.name}, by token “{token.name}”", user.id))

    return take


Looking = Annotated[Hand, Depends(hand_for(Scope.STATUS))]
Adding = Annotated[Hand, Depends(hand_for(Scope.ADD))]
Correcting = Annotated[Hand, Depends(hand_for(Scope.CORRECT))]
Publishing = Annotated[Hand, Depends(hand_for(Scope.PUBLISH))]
Withdrawing = Annotated[Hand, Depends(hand_for(Scope.WITHDRAW))]
Redacting = Annotated[Hand, Depends(hand_for(Scope.REDACT))]


class NewTalk(BaseModel):
    link: str = Field(max_length=2000)
    title: str = Field("", max_length=500)
    summary: str = Field("", max_length=20_000)
    language: str | None = Field(None, max_length=20)


class At(BaseModel):
    at: str = Field(max_length=40, description="A moment: with an offset, or in the newsroom's own zone.")


class Withdrawal(BaseModel):
    reason: str = Field(min_length=1, max_length=2000)
    note: str = Field("", max_length=2000)
    silently: bool = False


class Words(BaseModel):
    start_ms: int = Field(ge=0, le=2**31 - 1, description="A moment within the paragraph.")
    before: str = Field(min_length=1, max_length=5000, description="What stands there, once.")
    after: str = Field(max_length=5000)
    note: str = Field("", max_length=500, description="For readers.")


class Span(BaseModel):
    from_ms: int = Field(ge=0, le=2**31 - 1)
    to_ms: int = Field(ge=0, le=2**31 - 1)
    reason: str = Field(min_length=1, max_length=200)
    cover: Cover = Cover.SILENCE
    blank_picture: bool = False


def create_studio_api(site: Site) -> FastAPI:
    """The interface for the newsroom's own programs; to be mounted at `/api/v1/studio`, before `/api/v1`."""
    api = FastAPI(title="The studio for programs", version="1", openapi_url=None, redirect_slashes=False)
    api.state.site = site
    for method, path, act, status in ROUTES:
        api.add_api_route(path, act, methods=[method], status_code=status)
    api.add_middleware(Gate, allowance=Allowance(ACTS, "acts"), largest=LARGEST)
    join_problems(api)
    for cause, status in ((NotAllowed, 403), (Conflict, 409), (MediaError, 400), (CatalogError, 409)):
        api.add_exception_handler(cause, answering(status))
    return api


def told(session: Session, episode: Episode) -> dict[str, Any]:
    """How a talk stands."""
    job = open_job(session, episode.id or 0)
    line = job_line(session, job.id or 0) if job else None
    return {
        "slug": episode.slug,
        "title": episode.title,
        "state": episode.state.value,
        "revision": episode.revision,
        "published_at": _iso(episode.published_at),
        "publish_at": _iso(episode.publish_at),
        "problem": episode.problem or episode.publish_problem or None,
        "job": line.as_json() if line else None,
        "checks": [vars(check) for check in check_episode(session, episode.slug)],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _look(hand: Hand, slug: str) -> dict[str, Any]:
    with reading(hand.site.newsroom.engine) as session:
        return told(session, find_episode(session, slug))


def look(hand: Looking, slug: Slug) -> dict[str, Any]:
    return _look(hand, slug)


def add(hand: Adding, talk: NewTalk) -> dict[str, Any]:
    given = Given(talk.title.strip(), talk.summary.strip(), talk.language or None)
    added = add_link(hand.site.newsroom, talk.link.strip(), given, hand.actor)
    return {"slug": added.slug, "is_new": added.is_new, "job": added.job_id}


def correct(hand: Correcting, slug: Slug, words: Words) -> dict[str, Any]:
    with hand.acting() as session:
        correct_words(
            session,
            slug,
            words.start_ms,
            words.before,
            words.after,
            by=hand.actor.name,
            public_note=words.note,
        )
        episode_id = find_episode(session, slug).id or 0
    hand.follow(episode_id)
    return _look(hand, slug)


def publish(hand: Publishing, slug: Slug) -> dict[str, Any]:
    with hand.acting() as session:
        episode = publish_episode(session, slug, two_people=hand.site.newsroom.settings.two_people)
    hand.follow(episode.id or 0)
    return _look(hand, slug)


def schedule(hand: Publishing, slug: Slug, when: At) -> dict[str, Any]:
    settings = hand.site.newsroom.settings
    moment = read_moment(when.at, zone_of(settings.timezone))
    with hand.acting() as session:
        schedule_episode(session, slug, moment, two_people=settings.two_people)
    return _look(hand, slug)


def unschedule(hand: Publishing, slug: Slug) -> dict[str, Any]:
    with hand.acting() as session:
        unschedule_episode(session, slug)
    return _look(hand, slug)


def withdraw(hand: Withdrawing, slug: Slug, why: Withdrawal) -> dict[str, Any]:
    with hand.acting() as session:
        episode = withdraw_episode(session, slug, why.reason, note=why.note, silently=why.silently)
    hand.follow(episode.id or 0)
    return _look(hand, slug)


def redact(hand: Redacting, slug: Slug, span: Span) -> dict[str, Any]:
    order = Order(span.from_ms, span.to_ms, span.reason, span.cover, span.blank_picture)
    with hand.acting() as session:
        redaction = order_redaction(session, slug, order)
        number, episode_id = redaction.id, redaction.episode_id
    hand.follow(episode_id)
    start_finishing(hand.site.newsroom)
    return {"redaction": number, **_look(hand, slug)}


ROUTES: tuple[tuple[str, str, Callable[..., Any], int], ...] = (
    ("POST", "/talks", add, 201),
    ("GET", "/talks/{slug}", look, 200),
    ("POST", "/talks/{slug}/corrections", correct, 200),
    ("POST", "/talks/{slug}/publish", publish, 200),
    ("POST", "/talks/{slug}/schedule", schedule, 200),
    ("DELETE", "/talks/{slug}/schedule", unschedule, 200),
    ("POST", "/talks/{slug}/withdraw", withdraw, 200),
    ("POST", "/talks/{slug}/redactions", redact, 202),
)
