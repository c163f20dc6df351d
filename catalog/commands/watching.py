"""A progress bar over one job until it is over, working on it here when no worker is at work."""

import time
from contextlib import ExitStack

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from catalog.commands.output import err
from catalog.db import reading
from catalog.errors import StepFailed
from catalog.jobs import JobLine, job_line
from catalog.models import JobState
from catalog.newsroom import Newsroom
from catalog.pulse import has_worker
from catalog.worker import WorkingNewsroom

LOOK_EVERY_S = 0.5
STAGES = {
    "": "waiting for a worker",
    "fetch": "fetching",
    "prepare": "preparing the sound",
    "cast": "reading the cast",
    "cut": "looking for silences",
    "hear": "hearing",
    "compose": "writing the transcript",
    "index": "indexing",
}


def watch_job(house: Newsroom, job_id: int, *, quiet: bool) -> str:
    """Wait for the job and return the episode's name then; raises StepFailed with what went wrong."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%  {task.fields[speed]}"),
        console=err,
        disable=quiet,
    )
    with ExitStack() as held:
        work = None
        if not has_worker(house):
            work = WorkingNewsroom(house)
            work.start()
            held.callback(work.stop)
        held.enter_context(bar)
        task = bar.add_task(STAGES[""], total=100.0, speed="")
        while True:
            if work is not None:
                work.tick()
            with reading(house.engine) as session:
                line = job_line(session, job_id)
            if line is None:
                raise StepFailed("gone", "The episode was removed while it was worked on.", False)
            _show(bar, task, line)
            if line.state not in (JobState.QUEUED, JobState.RUNNING):
                break
            time.sleep(LOOK_EVERY_S)
    if line.state != JobState.DONE:
        raise StepFailed(line.state, line.problem, True)
    return line.episode


def _show(bar: Progress, task: TaskID, line: JobLine) -> None:
    speed = f"{line.speed:g} x real time" if line.speed else ""
    if line.seconds_left:
        speed += f", about {line.seconds_left:.0f} s left"
    bar.update(task, description=STAGES.get(line.stage, line.stage), completed=line.percent, speed=speed)
