"""What a feed, a channel or a watched folder offers just now. What is already known, the catalog decides."""

import calendar
import html
import io
import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin

import feedparser

from media.errors import MediaError, Refused, Unreadable
from media.failures import failure_of
from media.fetch import fetch_bytes
from media.guard import PAGE_BYTES, Limits, Wire
from media.sources import MEDIA_EXTENSIONS, Source, recognise
from media.ydl import fetcher

FEED_BYTES = 8 * 1024 * 1024
_NOT_OVER = ("is_live", "is_upcoming", "post_live")


@dataclass(frozen=True)
class Item:
    """One talk that a feed or channel offers; `guid` is the publisher's own name for it, or its address."""

    source: Source
    title: str
    description: str
    published_at: str | None
    guid: str


def parse_feed(data: bytes, base_url: str) -> list[Item]:
    """The talks in an RSS or Atom feed, in its order: the enclosure where there is one, else the page it links to.

    Raises Unreadable("not_a_feed") or, for a feed that defines entities, Unreadable("hostile_feed").
    """
    if re.search(rb"<!ENTITY", data.replace(b"\0", b""), re.IGNORECASE):
        raise Unreadable(
            "hostile_feed", "This feed is built in a way that no honest feed is; it was not read."
        )
    # A stream, because feedparser takes bare bytes for a file name first.
    try:
        feed = feedparser.parse(io.BytesIO(data), response_headers={"content-location": base_url})
    except Exception as error:  # its parsers stumble over broken input in many ways
        raise _not_a_feed() from error
    if not feed.get("version"):
        raise _not_a_feed()
    return [item for entry in feed.entries if (item := _item(entry, base_url)) is not None]


def list_items(url: str, limits: Limits, newest: int) -> list[Item]:
    """What a feed, channel or playlist offers: its first `newest` items (of a channel: of talks and of broadcasts
    each), without broadcasts that are not over.

    Raises as `media.download`, and Unreadable("not_a_feed") when there is no list behind the address.
    """
    address = recognise(url).url
    wire = Wire(limits, PAGE_BYTES)
    try:
        with fetcher(wire, playlist_items=f"1:{newest}") as ydl:
            if any(ie.suitable(address) and key != "Generic" for key, ie in ydl._ies.items()):
                return list(listed(ydl, address))
        return newest_first(parse_feed(fetch_bytes(address, limits, FEED_BYTES), address))[:newest]
    except Exception as error:  # extractors fail in any way when their site changes
        raise wire.tripped or failure_of(error, wire.failed) from error


def newest_first(items: list[Item]) -> list[Item]:
    """Items by their date, those without one first in the order they came: feeds are written in any order."""
    dated = sorted((item for item in items if item.published_at), key=_date, reverse=True)
    return [item for item in items if not item.published_at] + dated


def _date(item: Item) -> str:
    return item.published_at or ""


def list_folder(folder: Path, settled_s: int) -> list[Path]:
    """The recordings in a watched folder and the folders below it that nobody has written to for `settled_s`.

    Hidden files and folders, empty files and links that lead out of the folder are left out.
    """
    now = time.time()
    root = folder.resolve()
    found: list[Path] = []
    for place, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths = (Path(place, name) for name in sorted(names) if not name.startswith("."))
        found += [path for path in paths if _is_settled_recording(path, root, now - settled_s)]
    return found


def _is_settled_recording(path: Path, root: Path, before: float) -> bool:
    """Change time, not modification time: copying tools set the latter back to the original's."""
    if path.suffix.lower() not in MEDIA_EXTENSIONS:
        return False
    try:
        inside, status = path.resolve().is_relative_to(root), path.stat()
    except (OSError, RuntimeError):  # taken away meanwhile, or a link to nothing or to itself
        return False
    return inside and stat.S_ISREG(status.st_mode) and status.st_size > 0 and status.st_ctime <= before


def _item(entry: Any, base_url: str) -> Item | None:
    address = _enclosure(entry) or entry.get("link")
    if not address:
        return None
    try:
        source = recognise(urljoin(base_url, address))
    except (Refused, ValueError):  # no address at all, in the words of urljoin
        return None
    contents = [part.get("value", "") for part in entry.get("content", [])]
    return Item(
        source=source,
        title=_plain(entry.get("title", "")),
        description=_plain(max([entry.get("summary", ""), *contents], key=len)),
        published_at=_moment(entry),
        guid=entry.get("id") or source.url,
    )


def _enclosure(entry: Any) -> str | None:
    """The address of the recording: the first attachment that is sound or video by its type or its name."""
    attached = [*entry.get("enclosures", []), *entry.get("media_content", [])]
    for one in attached:
        address = one.get("href") or one.get("url") or ""
        extension = PurePosixPath(address.partition("?")[0]).suffix.lower()
        if one.get("type", "").startswith(("audio/", "video/")) or extension in MEDIA_EXTENSIONS:
            return str(address)
    return None


def _moment(entry: Any) -> str | None:
    parsed = entry.get("published_parsed") if "published_parsed" in entry else entry.get("updated_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat() if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _plain(markup: str) -> str:
    """The words of a description that may hold HTML; paragraphs stay lines."""
    text = re.sub(r"<(br|/p|/div|/li|/h\d)\b[^>]*>", "\n", markup, flags=re.IGNORECASE)
    text = html.unescape(re.sub(r"<[^>]*>", "", text))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def listed(ydl: Any, address: str, depth: int = 0) -> Iterator[Item]:
    """The entries of a channel or playlist; a channel lists tabs, which are opened once."""
    listing = ydl.extract_info(address, download=False) or {}
    if listing.get("_type") not in ("playlist", "multi_video"):
        raise _not_a_feed()
    for entry in listing.get("entries") or []:
        url = (entry or {}).get("url") or (entry or {}).get("webpage_url") or ""
        if str((entry or {}).get("ie_key")).endswith("Tab"):
            if depth == 0 and not url.endswith("/shorts"):
                yield from listed(ydl, url, depth + 1)
        elif entry and entry.get("live_status") not in _NOT_OVER:
            yield from _flat_item(entry, url)


def _flat_item(entry: dict[str, Any], url: str) -> Iterator[Item]:
    try:
        source = recognise(url)
    except MediaError:
        return
    moment = entry.get("timestamp")
    yield Item(
        source=source,
        title=str(entry.get("title") or ""),
        description=str(entry.get("description") or ""),
        published_at=datetime.fromtimestamp(moment, UTC).isoformat() if moment else None,
        guid=str(entry.get("id") or source.url),
    )


def _not_a_feed() -> Unreadable:
    return Unreadable("not_a_feed", "There is no feed, channel or playlist behind this address.")
