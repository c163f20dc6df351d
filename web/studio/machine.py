"""The machine in the browser, for admins: is it fit, what is set, what takes room. It changes no setting."""

import asyncio
import json
import os
import sys
from functools import partial
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from catalog.audit import record_act
from catalog.mailing import MailFailed, send_letter, server_of, write_letter
from catalog.settings import Settings
from catalog.storage import clean, free_bytes, list_waste, measure
from web.studio.seat import Admin, Seat, Sent, go

LONGEST_S = 90
TEST_LETTER = "The newsroom’s mail server works. Nobody needs to do anything."
SECRET = ("metrics_token", "database_url", "mail_password")  # what is not shown, only that it is there
SET = ("ffmpeg", "model", "voices", "disk", "database", "files", "mail")  # findings that hang on settings
NOTES = {"cleaned": "Thrown away."}
router = APIRouter(include_in_schema=False)


@router.api_route("/health", methods=["GET", "HEAD"])
async def health_page(seat: Admin) -> Response:
    """What `presstalk doctor` says; it runs beside the site, for it looks at what the site does not load."""
    seat.session.close()
    findings, problem = await examine(seat.site.newsroom.settings)
    return await run_in_threadpool(_show_health, seat, findings, problem)


def _show_health(seat: Seat, findings: list[dict[str, str]], problem: str) -> Response:
    return seat.show("health.html", findings=findings, problem=problem)


async def examine(settings: Settings) -> tuple[list[dict[str, str]], str]:
    """The findings, or why there are none."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "catalog.cli", "doctor", "--json"),
        env=os.environ | as_environment(settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), LONGEST_S)
    except TimeoutError:
        process.kill()
        return [], f"It did not come to an end within {LONGEST_S} seconds. `presstalk doctor` may say more."
    try:
        told: list[dict[str, str]] = json.loads(said)["checks"]
    except (ValueError, KeyError):
        return [], "It broke off. `presstalk doctor` on the machine says why."
    return told, ""


def as_environment(settings: Settings) -> dict[str, str]:
    """The settings of this process, as another one reads them.

    >>> as_environment(Settings(home="/tmp", languages=("en", "ur")))["PRESSTALK_LANGUAGES"]
    'en,ur'
    """
    plain = settings.model_dump(exclude_unset=True)
    return {
        f"PRESSTALK_{name.upper()}": ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in plain.items()
        if value is not None
    }


@router.api_route("/settings", methods=["GET", "HEAD"])
def settings_page(seat: Admin) -> Response:
    return _show_settings(seat)


@router.post("/settings/try")
def try_setting(seat: Admin, sent: Sent) -> Response:
    """Whether a value would be taken, before somebody writes it into the environment; nothing is changed."""
    name, value = sent.get("name", ""), sent.get("value", "")
    return _show_settings(seat, tried={"name": name, "value": value, "problem": check_setting(name, value)})


@router.post("/settings/work")
async def try_what_is_set(seat: Admin) -> Response:
    """Whether what is set works: the disk, the database, the store, the models, looked at for real."""
    seat.session.close()
    findings, problem = await examine(seat.site.newsroom.settings)
    working = [one for one in findings if one["name"] in SET]
    return await run_in_threadpool(partial(_show_settings, seat, working=working, problem=problem))


def _show_settings(seat: Seat, **told: Any) -> Response:
    settings = seat.site.newsroom.settings
    values = {"tried": None, "working": (), "mailed": None} | told
    return seat.show(
        "settings.html", lines=list_settings(settings), has_mail=server_of(settings) is not None, **values
    )


@router.post("/settings/mail")
def try_mail(seat: Admin, sent: Sent) -> Response:
    """Send a letter that says nothing, to see whether one comes. Where it went is kept nowhere."""
    settings = seat.site.newsroom.settings
    letter = write_letter(settings, sent.get("to", ""), f"A test from {settings.site_title}", TEST_LETTER)
    seat.session.close()
    try:
        send_letter(settings, letter)
    except MailFailed as failed:
        return _show_settings(seat, mailed=failed.sentence)
    return _show_settings(seat, mailed="")


def list_settings(settings: Settings) -> list[dict[str, Any]]:
    """Every setting: what it is, whether the environment set it, its value unless that is a secret."""
    lines = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = (
            ", ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
        )
        hidden = name in SECRET and shown
        lines.append(
            {
                "name": f"PRESSTALK_{name.upper()}",
                "told": field.description or "",
                "value": "set, and not shown" if hidden else shown,
                "is_set": name in settings.model_fields_set,
            }
        )
    return lines


def check_setting(name: str, value: str) -> str:
    """Why a value would not be taken; "" if it would.

    >>> check_setting("PRESSTALK_PORT", "99999"), check_setting("PRESSTALK_PORT", "8080"), check_setting("X", "1")
    ('Input should be less than or equal to 65535', '', 'There is no such setting.')
    """
    plain = name.removeprefix("PRESSTALK_").lower()
    if not name.startswith("PRESSTALK_") or plain not in Settings.model_fields:
        return "There is no such setting."
    try:
        Settings.model_validate({plain: value})
    except ValidationError as problem:
        return str(problem.errors()[0]["msg"]).removeprefix("Value error, ")
    return ""


@router.api_route("/storage", methods=["GET", "HEAD"])
def storage_page(seat: Admin, note: str = "") -> Response:
    newsroom = seat.site.newsroom
    return seat.show(
        "storage.html",
        rooms=measure(newsroom),
        waste=list_waste(newsroom),
        free=free_bytes(newsroom),
        note=NOTES.get(note, ""),
    )


@router.post("/storage/clean")
def clean_up(seat: Admin, sent: Sent) -> Response:
    """Throw away what was ticked of what nobody needs."""
    wanted = sorted(name for name, value in sent.items() if value == "yes")
    seat.session.rollback()
    freed = clean(seat.site.newsroom, wanted)
    with seat.acting() as session:
        record_act(session, "clean up", "storage", {"what": wanted, "bytes": freed})
    return go("/storage", "cleaned")
