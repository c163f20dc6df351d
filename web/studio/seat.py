"""What a route of the studio is handed: who is signed in and what they may do. No page is made here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, HTTPException, Path, Request
from sqlmodel import Session
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from catalog.audit import acting
from catalog.db import reading, writing
from catalog.door import Door
from catalog.models import UserRole
from catalog.search.refresh import refresh_episode
from catalog.sign_in import SignedIn, find_session, note_seen
from web.deps import Site, site_of
from web.forms import read_fields
from web.studio.plainly import without_commands

STUDIO = "/studio"
SIGN_IN = f"{STUDIO}/sign-in"
LARGEST = 64_000  # bytes of a form: a reason or a summary in any script
OUT = (
    "You are signed out. Sign in in another tab, then go back here and send it once more: what you wrote is still in "
    "the form."
)


class SignInFirst(Exception):
    """Nobody is signed in where somebody must be."""


@dataclass(frozen=True)
class Seat:
    """Somebody of the newsroom asking for one page."""

    request: Request
    site: Site
    session: Session
    visitor: SignedIn

    def show(self, template: str, *, status: int = 200, **values: Any) -> Response:
        return show(self.request, template, status=status, visitor=self.visitor, **values)

    def tell(self, template: str, **values: Any) -> Response:
        """A page that comes piece by piece, as what it tells of is done."""
        values |= {"visitor": self.visitor, "plainly": without_commands}
        pages = self.site.pages.stream(self.request, f"studio/{template}", **values)
        return StreamingResponse(pages, media_type="text/html", headers={"X-Accel-Buffering": "no"})

    @contextmanager
    def acting(self) -> Iterator[Session]:
        """A session in which whatever is done is this person's, on record; what is read afterwards is new."""
        self.session.rollback()
        with acting(self.site.newsroom.engine, self.visitor.actor) as session:
            yield session

    def follow(self, episode_id: int) -> None:
        """Let the index follow what was done to an episode; it would be mended later anyway."""
        with reading(self.site.newsroom.engine) as session:
            refresh_episode(session, self.site.index, episode_id)


@dataclass(frozen=True)
class Reception:
    """What the studio keeps while it runs: the count of those who guess."""

    door: Door = field(default_factory=Door)


def show(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page of the studio: nobody keeps a copy of it."""
    values.setdefault("visitor", None)
    values["plainly"] = without_commands
    body = site_of(request).pages.render(request, f"studio/{template}", **values)
    return HTMLResponse(body, status)


def go(path: str, note: str = "", place: str = "") -> Response:
    """On to another page of the studio, to a place on it; `note` is the name of something it says there, never its
    words."""
    query = f"?note={quote(note)}" if note else ""
    return RedirectResponse(f"{STUDIO}{path}{query}{f'#{place}' if place else ''}", 303)


def cookie_name(request: Request, kind: str) -> str:
    """With https the browser itself sees to it that nobody else can set or read it."""
    return f"__Host-presstalk-{kind}" if request.url.scheme == "https" else f"presstalk-{kind}"


def visitor_of(request: Request, session: Session) -> SignedIn | None:
    """Who is signed in, if anybody is."""
    token = request.cookies.get(cookie_name(request, "session"), "")
    found = find_session(session, token, request.headers.get("user-agent", ""))
    if found is None:
        return None
    visitor, is_due = found
    if is_due:
        with writing(site_of(request).newsroom.engine, unseen=True) as writer:
            note_seen(writer, visitor.session_id)
    return visitor


def seat_for(role: UserRole) -> Callable[[Request], Iterator[Seat]]:
    """A dependency: somebody who is signed in and has at least this role."""

    def take(request: Request) -> Iterator[Seat]:
        site = site_of(request)
        with reading(site.newsroom.engine) as session:
            visitor = visitor_of(request, session)
            if visitor is None:
                raise SignInFirst
            if not visitor.role.may(role):
                raise HTTPException(
                    403, f"That is for {role.value}s. Ask one of them, or an admin for the role."
                )
            yield Seat(request, site, session, visitor)

    return take


take_seat = seat_for(UserRole.PRODUCER)
Anyone = Annotated[Seat, Depends(seat_for(UserRole.RESEARCHER))]
Producer = Annotated[Seat, Depends(take_seat)]
Editor = Annotated[Seat, Depends(seat_for(UserRole.EDITOR))]
Admin = Annotated[Seat, Depends(seat_for(UserRole.ADMIN))]


async def read_sent(request: Request) -> dict[str, str]:
    return await read_fields(request, LARGEST)


Sent = Annotated[dict[str, str], Depends(read_sent)]
Slug = Annotated[str, Path(pattern="^[a-z0-9-]{1,120}$")]
Label = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,40}$")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
