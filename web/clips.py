"""The passage of a quote as a file to take along: sound, video, captions. What is cut, and when, the catalog knows."""

from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from catalog.clips import Busy, Clip, forget_clips, plan_clips
from catalog.db import reading
from catalog.errors import StepFailed
from catalog.quotes import QuoteCard, WordsGone, moment_of, read_quote
from media.errors import MediaError
from transcribe.captions import to_vtt
from transcribe.timeline import Utterance, Word
from web.answer import OPEN_TO_ALL, answer
from web.deps import Reader, Withdrawn, site_of
from web.forms import Allowance, address_of
from web.sending import send_file

A_MINUTE = 10  # clips made for a client address; those that are there already are files like others
TYPES = {"opus": "audio/ogg; codecs=opus", "mp3": "audio/mpeg", "mp4": "video/mp4"}

QuoteId = Annotated[str, Path(pattern=r"^[a-z0-9]{1,16}$")]

router = APIRouter(include_in_schema=False)
fetched = partial(router.api_route, methods=["GET", "HEAD"])
allowance = Allowance(A_MINUTE)


@fetched("/q/{short_id}.opus")
@fetched("/q/{short_id}.mp3")
@fetched("/q/{short_id}.mp4")
async def clip(request: Request, short_id: QuoteId) -> Response:
    """The passage, cut when it is first asked for. Its words are looked up before it is cut and again before it is
    sent: they may be taken back meanwhile."""
    site = site_of(request)
    form = request.url.path.rpartition(".")[2]
    card, wanted = await run_in_threadpool(_plan, request, short_id, form)
    path = site.clips.find(wanted)
    if path is None:
        allowance.take(address_of(request))
        try:
            source = site.newsroom.shelf.path(wanted.source_sha256)
            path = await site.clips.make(wanted, source)
            again = await run_in_threadpool(_plan, request, short_id, form)
        except Busy as problem:
            raise HTTPException(503, headers={"Retry-After": str(problem.after_s)}) from problem
        except (StepFailed, MediaError) as problem:
            raise HTTPException(404) from problem
        except Withdrawn:
            forget_clips(site.newsroom.settings.clips_folder, wanted.episode_id)
            raise
        if again[1] != wanted:
            raise HTTPException(503, headers={"Retry-After": "1"})
    response = send_file(request, path, f'"{wanted.key}"', TYPES[form])
    response.headers.update(_as_file(card, form))
    return response


@fetched("/q/{short_id}.vtt")
def captions(visit: Reader, short_id: QuoteId) -> Response:
    """The words of the passage with times from its beginning: beside the video they are its captions."""
    card = read_open_quote(visit.session, short_id)
    text = to_vtt([shift(passage, card.start_ms) for passage in card.passages])
    headers = OPEN_TO_ALL | _as_file(card, "vtt")
    return answer(visit.request, text.encode("utf-8", "replace"), "text/vtt; charset=utf-8", headers=headers)


def read_open_quote(session: Session, short_id: str) -> QuoteCard:
    try:
        return read_quote(session, short_id)
    except WordsGone as problem:
        raise Withdrawn from problem


def shift(passage: Utterance, by_ms: int) -> Utterance:
    """The passage, that much earlier; it begins at 0 at the earliest."""

    def at(ms: int) -> int:
        return max(0, ms - by_ms)

    words = tuple(Word(at(w.start_ms), at(w.end_ms), w.text, w.probability) for w in passage.words)
    return replace(passage, start_ms=at(passage.start_ms), end_ms=at(passage.end_ms), words=words)


def _plan(request: Request, short_id: str, form: str) -> tuple[QuoteCard, Clip]:
    site = site_of(request)
    settings = site.newsroom.settings
    with reading(site.newsroom.engine) as session:
        card = read_open_quote(session, short_id)
    base_url = (settings.base_url or str(request.base_url)).rstrip("/")
    moment = moment_of(card, base_url=base_url, show=settings.site_title, publisher=settings.publisher)
    clips = plan_clips(card, moment)
    if form not in clips:
        raise HTTPException(404)
    return card, clips[form]


def _as_file(card: QuoteCard, ending: str) -> dict[str, str]:
    """The name says talk and moment: `tea-00h12m34s.opus`."""
    minutes, seconds = divmod(card.start_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    name = f"{card.talk.card.slug}-{hours:02}h{minutes:02}m{seconds:02}s.{ending}"
    return {"Content-Disposition": f'attachment; filename="{name}"', "X-Robots-Tag": "noindex"}
