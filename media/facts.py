"""What yt-dlp learned about a recording, read as our own values: pure. How it is learned lives in `download`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from media.errors import Refused
from media.guard import Limits, too_large
from media.sources import readable_title

CAPTION_FORMATS = ("vtt", "srt")
# What the kept info JSON must not hold: addresses signed for us, what identifies us, and paths of this machine.
_PRIVATE = frozenset(
    {"automatic_captions", "cookies", "downloader_options", "filename", "filepath", "formats", "fragments"}
    | {
        "http_headers",
        "infojson_filename",
        "manifest_url",
        "player_url",
        "request_data",
        "requested_downloads",
    }
    | {
        "requested_entries",
        "requested_formats",
        "requested_subtitles",
        "subtitles",
        "thumbnails",
        "url",
        "urls",
    }
)

Info = dict[str, Any]


@dataclass(frozen=True)
class Chapter:
    """A chapter as the publisher set it; half-open."""

    start_ms: int
    end_ms: int
    title: str


def must_be_wanted(info: Info, limits: Limits, free_bytes: int) -> None:
    """Raise `Refused` for what the page itself says we must not fetch: live, too long, too large, no room."""
    status = info.get("live_status")
    if status == "is_upcoming":
        raise Refused("upcoming", "This has not been broadcast yet. Add it again when it is over.")
    if info.get("is_live") or status in ("is_live", "post_live"):
        raise Refused("live", "This is a live broadcast. Add it again when it is over.")
    must_not_be_longer(milliseconds(info.get("duration")) or 0, limits)
    expected = announced_bytes(info) or 0
    if expected > limits.max_bytes:
        raise too_large(limits.max_bytes)
    must_have_room(free_bytes - expected, limits)


def must_not_be_longer(duration_ms: int, limits: Limits) -> None:
    """Raise Refused("too_long") for a recording beyond the limit."""
    if duration_ms > limits.max_duration_ms:
        allowed = f"{limits.max_duration_ms / 3_600_000:.3g}"
        raise Refused("too_long", f"The recording is longer than the {allowed} hours that are allowed.")


def must_have_room(free_bytes: int, limits: Limits) -> None:
    """Raise Refused("disk_full") when less would be left than must stay free."""
    if free_bytes < limits.min_free_bytes:
        raise Refused("disk_full", "There is too little room left on the disk. Free some and try again.")


def announced_bytes(info: Info) -> int | None:
    """The size of all that will be downloaded, where every part of it is announced."""
    parts = info.get("requested_formats") or [info]
    sizes = [part.get("filesize") or part.get("filesize_approx") for part in parts]
    return int(sum(sizes)) if all(sizes) else None


def title(info: Info) -> str:
    """The title its page gives; for a bare media address the words of its file name."""
    given = " ".join(str(info.get("title") or "").split())
    number = str(info.get("id")).rpartition("-")[2]
    if not info.get("direct"):
        return given.removesuffix(f" ({number})")  # yt-dlp counts the players of a page, even a single one
    address = urlsplit(str(info["webpage_url"]))
    return readable_title(address.path) or address.netloc


def published_at(info: Info, file_dates: set[int]) -> str | None:
    """When it was published, ISO 8601; the date of a file on the server is not when a talk was held.

    >>> published_at({"upload_date": "20250603"}, set()), published_at({"timestamp": 0, "direct": True}, {0})
    ('2025-06-03', None)
    """
    moment = info.get("release_timestamp") or info.get("timestamp")
    if moment:
        return None if moment in file_dates else datetime.fromtimestamp(moment, UTC).isoformat()
    day = info.get("release_date") or info.get("upload_date")
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else None


def language(info: Info) -> str | None:
    """The language its publisher states; none where sound in several was taken together."""
    stated = info.get("language")
    return str(stated) if stated and "+" not in stated else None


def chapters(info: Info, duration_ms: int) -> Iterator[Chapter]:
    """The publisher's chapters, cut to the recording; yt-dlp's own fillers are left out."""
    for given in info.get("chapters") or []:
        start_ms = milliseconds(given.get("start_time")) or 0
        end_ms = min(milliseconds(given.get("end_time")) or duration_ms, duration_ms)
        name = str(given.get("title") or "").strip()
        if start_ms < end_ms and name and not name.startswith("<Untitled Chapter"):
            yield Chapter(start_ms, end_ms, name)


def captions_on_offer(info: Info) -> tuple[str, dict[str, Info]]:
    """The captions worth keeping, as ("human", language -> file); "automatic" ones only where no human made any.

    Of YouTube's automatic captions only those of the spoken language count, the others are translations.
    """
    human = _best_files(info.get("subtitles") or {})
    if human:
        return "human", human
    offered = info.get("automatic_captions") or {}
    heard = [name for name in offered if name.endswith("-orig")] or [info.get("language")]
    found = _best_files({name: offered[name] for name in heard[:1] if name in offered})
    return "automatic", {name.removesuffix("-orig"): file for name, file in found.items()}


def _best_files(offered: dict[str, list[Info]]) -> dict[str, Info]:
    """Of each language the plain file in the format we like best."""
    best: dict[str, Info] = {}
    for name, files in offered.items():
        plain = [
            file
            for file in files
            if file.get("ext") in CAPTION_FORMATS and file.get("protocol") in (None, "http", "https")
        ]
        if plain and name != "live_chat":
            best[name] = min(plain, key=lambda file: CAPTION_FORMATS.index(file["ext"]))
    return best


def without_private(value: Any) -> Any:
    """The info as it may be kept: no signed addresses, headers, cookies or paths."""
    if isinstance(value, dict):
        kept = ((k, v) for k, v in value.items() if k not in _PRIVATE and not k.startswith("_"))
        return {k: without_private(v) for k, v in kept}
    return [without_private(one) for one in value] if isinstance(value, list) else value


def milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(float(seconds) * 1000)
