"""How far the work is, put into words, and told to an open page as it goes on. Nothing is stopped or started here."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlalchemy.engine import Engine
from starlette.responses import Response, StreamingResponse

from catalog.db import reading
from catalog.jobs import JobLine, job_lines
from web.language import ENGLISH
from web.studio.seat import Producer

EVERY_S = 1.0
TELLINGS = 55  # then the browser asks again, and is asked who it is again
STAGES = {
    "": "Waiting for a worker",
    "fetch": "Fetching",
    "prepare": "Preparing sound and picture",
    "cast": "Reading who takes part",
    "cut": "Looking for pauses",
    "hear": "Hearing what is said",
    "translate": "Translating",
    "separate": "Telling voices apart",
    "compose": "Giving words to voices",
    "name": "Naming the voices",
    "index": "Making it searchable",
}
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class ShownJob:
    """A job as it is printed; `percent` is of this stage, a whole number."""

    episode: str
    stage: str
    percent: int
    told: str


def shown_job(job: JobLine) -> ShownJob:
    told = []
    if job.speed:
        told.append(f"{job.speed:g} times as fast as it was spoken")
    if job.seconds_left:
        told.append(f"{ENGLISH.minutes(int(job.seconds_left * 1000))} left in this stage")
    return ShownJob(job.episode, STAGES.get(job.stage, job.stage), int(job.percent), ", ".join(told))


@router.get("/progress")
def tell_progress(seat: Producer, request: Request) -> Response:
    """The open jobs as server-sent events, until there are none or the page is closed."""
    seat.session.close()  # one moment of the record is not held open for a minute
    return StreamingResponse(
        _tell(request, seat.site.newsroom.engine),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _tell(request: Request, engine: Engine) -> AsyncIterator[str]:
    said = None
    for _ in range(TELLINGS):
        jobs = await asyncio.to_thread(_open_jobs, engine)
        if jobs != said:
            yield f"data: {json.dumps([vars(job) for job in jobs])}\n\n"
            said = jobs
        if not jobs or await request.is_disconnected():
            return
        await asyncio.sleep(EVERY_S)


def _open_jobs(engine: Engine) -> list[ShownJob]:
    with reading(engine) as session:
        return [shown_job(line) for line in job_lines(session, only_open=True)]
