"""Is this machine fit for the work? One check a function, each with what was found and what to do."""

import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa
from yt_dlp.version import __version__ as YTDLP_VERSION  # noqa: N812

from catalog.db import DatabaseUnusable, found_revision, newest_revision, why_closed
from catalog.mailing import MailFailed, server_of, try_server
from catalog.newsroom import Newsroom
from catalog.pulse import has_worker
from catalog.record_health import Finding, look_at_clock, look_at_files, look_at_index, look_at_pages
from catalog.settings import GIBIBYTE, Settings
from catalog.work_health import look_at_backup, look_at_queue
from media.ffmpeg import ffmpeg_path
from transcribe.device import count_cores
from transcribe.models import find_model, missing_files, read_note
from transcribe.voice_model import VoiceModelMissing, find_voice_model
from transcribe.voice_print import VOICE_MODEL

YTDLP_OLD_DAYS = 90
Check = Callable[[Settings], Finding]


def examine(settings: Settings) -> list[Finding]:
    """Every check, in the order a new machine would fail them; none of them changes anything."""
    return [check(settings) for check in CHECKS]


def _python(_settings: Settings) -> Finding:
    return Finding(
        "python", "ok", f"{platform.python_version()} on {platform.system()}, {count_cores()} cores"
    )


def _ffmpeg(_settings: Settings) -> Finding:
    try:
        path = ffmpeg_path()
        line = subprocess.run(
            [path, "-version"], capture_output=True, text=True, check=True, timeout=30
        ).stdout
    except (OSError, RuntimeError, subprocess.SubprocessError) as problem:
        return Finding(
            "ffmpeg", "error", str(problem), "Install ffmpeg, or the Python package imageio-ffmpeg."
        )
    return Finding("ffmpeg", "ok", f"{line.split(' Copyright')[0].strip()} ({path})")


def _model(settings: Settings) -> Finding:
    folder = find_model(settings.model, settings.models_folder)
    advice = (
        f"`presstalk models fetch {settings.model}` fetches it, or set PRESSTALK_MODEL to a model folder."
    )
    if folder is None:
        return Finding("model", "error", f"'{settings.model}' is not on this machine.", advice)
    missing = missing_files(folder)
    if missing:
        return Finding("model", "error", f"{folder} lacks {', '.join(missing)}.", advice)
    note = read_note(folder)
    return Finding("model", "warning" if note else "ok", f"{settings.model}{': ' + note if note else ''}")


def _voices(settings: Settings) -> Finding:
    try:
        find_voice_model(settings.models_folder)
    except VoiceModelMissing:
        advice = (
            "`presstalk models fetch voices` fetches it; until then everybody in a talk is one unnamed voice."
        )
        return Finding("voices", "warning", "the voice encoder is not on this machine.", advice)
    return Finding("voices", "ok", VOICE_MODEL)


def _downloader(_settings: Settings) -> Finding:
    released = datetime.strptime(".".join(YTDLP_VERSION.split(".")[:3]), "%Y.%m.%d").replace(tzinfo=UTC)
    days = (datetime.now(UTC) - released).days
    runtime = shutil.which("deno") or shutil.which("node")
    detail = f"yt-dlp {YTDLP_VERSION}, {days} days old; JavaScript runtime: {runtime or 'none'}"
    if days > YTDLP_OLD_DAYS:
        return Finding("yt-dlp", "warning", detail, "Video sites change often: install a newer yt-dlp.")
    if not runtime:
        return Finding("yt-dlp", "warning", detail, "YouTube needs deno or node >= 22; other sources do not.")
    return Finding("yt-dlp", "ok", detail)


def _disk(settings: Settings) -> Finding:
    home = next(folder for folder in (settings.home, *settings.home.parents) if folder.exists())
    if not (home.is_dir() and os.access(home, os.W_OK | os.X_OK)):
        return Finding(
            "disk", "error", f"{home} cannot be written to", "Set PRESSTALK_HOME to a folder of yours."
        )
    free = shutil.disk_usage(home).free / GIBIBYTE
    detail = f"{free:.1f} GB free for {settings.home}"
    if free < settings.min_free_gigabytes:
        return Finding("disk", "error", detail, "Free some space; nothing is fetched until then.")
    return Finding("disk", "ok", detail)


def _database(settings: Settings) -> Finding:
    if not _is_made(settings):
        return Finding("database", "warning", "there is none yet", "Any command of the record makes it.")
    address = sa.make_url(settings.catalog_url).render_as_string(hide_password=True)
    try:
        found = found_revision(settings.catalog_url)
    except DatabaseUnusable as problem:
        return Finding("database", "error", problem.sentence, "Check PRESSTALK_DATABASE_URL and the server.")
    wanted = newest_revision(settings.catalog_url)
    if found is None:
        return Finding("database", "warning", f"{address}: empty", "Any command of the record fills it.")
    if closed := why_closed(found):
        return Finding("database", "error", address, closed)
    if found != wanted:
        return Finding(
            "database",
            "error",
            f"{address}: schema {found}, expected {wanted}",
            "Install the newest presstalk, then run any command.",
        )
    return Finding("database", "ok", f"{address}: schema {found}")


def _worker(settings: Settings) -> Finding:
    try:
        working = _is_made(settings) and has_worker(Newsroom(settings))
    except (DatabaseUnusable, sa.exc.SQLAlchemyError):
        working = False
    if not working:
        return Finding("worker", "warning", "no worker is at work", "`presstalk work` starts one.")
    return Finding("worker", "ok", "at least one worker is at work")


def _mail(settings: Settings) -> Finding:
    if server_of(settings) is None:
        return Finding("mail", "ok", "no server is set: links of invitations are given by hand")
    try:
        try_server(settings)
    except MailFailed as problem:
        return Finding(
            "mail", "warning", problem.sentence, "Links of invitations are given by hand meanwhile."
        )
    return Finding("mail", "ok", "the server takes letters")


def _is_made(settings: Settings) -> bool:
    """Is there a database to look into? Opening one that is not there would make it."""
    return bool(settings.database_url) or (settings.home / "catalog.db").exists()


def _kept(look: Check) -> Check:
    """The check of something kept, once anything is."""

    def check(settings: Settings) -> Finding:
        name = look.__name__.removeprefix("look_at_")
        return look(settings) if _is_made(settings) else Finding(name, "ok", "nothing is kept yet")

    return check


CHECKS: tuple[Check, ...] = (
    _python,
    _ffmpeg,
    _model,
    _voices,
    _downloader,
    _disk,
    _database,
    _kept(look_at_pages),
    _kept(look_at_files),
    _kept(look_at_index),
    _kept(look_at_clock),
    _kept(look_at_queue),
    _kept(look_at_backup),
    _worker,
    _mail,
)


def is_fit(findings: list[Finding]) -> bool:
    return all(finding.level != "error" for finding in findings)
