"""Copying the public site into a folder: asked of the site itself, page by page, so that both say the same. What
differs is in `rewriting`, the search that needs no server in `words`."""

import json
import re
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from catalog.db import reading
from catalog.files import public_file
from catalog.models import MediaKind
from catalog.reading import published_slugs
from web.mirror.addresses import NOWHERE, file_of
from web.mirror.manifest import (
    MANIFEST,
    SIGNATURE,
    Listed,
    MirrorUnusable,
    digest,
    holds,
    put,
    read_files,
    write_manifest,
)
from web.mirror.rewriting import Rewritten, rewrite_page, rewrite_style
from web.mirror.words import write_words

STARTS = (
    "/",
    "/episodes",
    "/people",
    "/topics",
    "/about",
    "/accessibility",
    "/search/help",
    "/corrections",
    "/feed.xml",
    "/sitemap.xml",
)
STANDING = ("/static/site.css", "/static/mirror.js", "/static/icon.svg")
PENDING = ".mirror-pending"  # what a copy that was cut off may have left behind
_NAME = re.compile(r'"[^"\\]*"')
_MEDIA = "/media/"
_NAMES_THE_SITE = re.compile(
    r"/(.*/)?(feed.*|sitemap.*|corrections)\.xml|/(.*/)?e/[^/]+(\.tei\.xml|\.jsonld|/revisions\.json)"
    r"|/(.*/)?claims(/.*)?\.(atom|csv|jsonld)"
)


@dataclass(frozen=True)
class Copied:
    """What a copy came to. `missing` names addresses that pages lead to and the site does not answer."""

    files: int
    written: int
    removed: int
    bytes: int
    missing: tuple[str, ...] = ()


@dataclass
class _Copy:
    """One copy on its way. Files are written as they come, and only those that differ."""

    app: FastAPI
    folder: Path
    with_media: bool
    told: Callable[[int, int], None]
    files: dict[str, Listed] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    written: int = 0

    def file_of(self, address: str) -> str:
        """The file of an address, "" for what this copy leaves out: feeds and some copies name the site, and must know
        where it is."""
        is_left_out = (address.startswith(_MEDIA) and not self.with_media) or (
            _NAMES_THE_SITE.fullmatch(address) and not self.app.state.site.newsroom.settings.base_url
        )
        return "" if is_left_out else file_of(address)

    def keep(self, name: str, content: bytes) -> None:
        found = digest(content)
        self.files[name] = found
        if not holds(self.folder / name, found):
            self._make_room(name)
            put(self.folder / name, content)
            self.written += 1

    def keep_file(self, name: str, source: Path, sha256: str) -> None:
        found = Listed(source.stat().st_size, sha256)
        self.files[name] = found
        if not holds(self.folder / name, found):
            self._make_room(name)
            target = self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.part")
            shutil.copyfile(source, part)
            part.replace(target)
            self.written += 1

    def _make_room(self, name: str) -> None:
        """Say what is coming, and take away what stands in its way: a folder of its name, a file above it."""
        path = self.folder / name
        for above in path.relative_to(self.folder).parents:
            if (there := self.folder / above).exists() and not there.is_dir():
                there.unlink()
        if path.is_dir():
            shutil.rmtree(path)
        with (self.folder / PENDING).open("a", encoding="utf-8") as pending:
            pending.write(
                "\n" + json.dumps(name, ensure_ascii=False)
            )  # the line before may have been cut off


async def copy_site(
    app: FastAPI,
    folder: Path,
    key: Ed25519PrivateKey,
    *,
    with_media: bool = True,
    told: Callable[[int, int], None],
) -> Copied:
    """Bring the mirror in `folder` in step with the site; `told` hears how many addresses of how many are copied.

    Only what changed is written, and what is gone from the site goes from the mirror. Raises MirrorUnusable for a
    folder with anything else in it.
    """
    before = _prepare(folder)
    copy = _Copy(app, folder, with_media, told)
    (folder / SIGNATURE).unlink(missing_ok=True)  # until all is done this is no whole mirror
    site: Any = app.state.site
    settings = site.newsroom.settings
    await _crawl(copy, _starts(site))
    for name, content in write_words(site, _about(settings)):
        copy.keep(name, content)
    removed = _remove(folder, {*before, *_pending(folder)} - copy.files.keys())
    about = {
        "site": settings.base_url,
        "title": settings.site_title,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_manifest(folder, copy.files, key, about)
    (folder / PENDING).unlink(missing_ok=True)
    size = sum(one.size for one in copy.files.values())
    return Copied(len(copy.files), copy.written, removed, size, tuple(sorted(set(copy.missing))))


def _about(settings: Any) -> str:
    of = f" of {settings.base_url}" if settings.base_url else ""
    return f"A copy{of}, to be read without a connection."


def _prepare(folder: Path) -> dict[str, Listed]:
    if folder.exists() and not folder.is_dir():
        raise MirrorUnusable(f"{folder} is a file. Name a folder for the mirror.")
    folder.mkdir(parents=True, exist_ok=True)
    ours = (folder / MANIFEST).is_file() or (folder / PENDING).is_file()
    if not ours and any(folder.iterdir()):
        raise MirrorUnusable(
            f"{folder} has other files in it, and a mirror removes what is not its own. Name an empty one."
        )
    for path in folder.rglob("*"):
        if path.is_symlink():
            path.unlink()  # what is written through a link lands elsewhere
    (folder / PENDING).touch()
    return read_files(folder)


def _pending(folder: Path) -> set[str]:
    lines = (folder / PENDING).read_text(encoding="utf-8", errors="replace").splitlines()
    return {json.loads(line) for line in lines if _NAME.fullmatch(line)}


def _remove(folder: Path, names: Iterable[str]) -> int:
    count = 0
    for name in names:
        path = folder / name
        if folder.resolve() in path.resolve().parents and path.is_file():
            path.unlink()
            count += 1
    for part in folder.rglob(".*.part"):
        part.unlink()
    for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()
    return count


def _starts(site: Any) -> Iterator[str]:
    yield from (*STARTS, *STANDING)
    with reading(site.newsroom.engine) as session:
        yield from (f"/e/{slug}" for slug in published_slugs(session))


async def _crawl(copy: _Copy, starts: Iterable[str]) -> None:
    note = _about(copy.app.state.site.newsroom.settings)
    waiting, known = deque(dict.fromkeys(starts)), set(starts)
    settings = copy.app.state.site.newsroom.settings
    base = settings.base_url or NOWHERE
    transport = httpx.ASGITransport(copy.app)
    done = 0
    async with httpx.AsyncClient(
        transport=transport, base_url=base, headers={"accept-encoding": "identity"}
    ) as site:
        while waiting:
            address = waiting.popleft()
            for needed in await _copy_one(copy, site, address, note):
                plain = urlsplit(needed)._replace(fragment="").geturl()
                if plain not in known:
                    known.add(plain)
                    waiting.append(plain)
            done += 1
            copy.told(done, done + len(waiting))


async def _copy_one(copy: _Copy, site: httpx.AsyncClient, address: str, note: str) -> tuple[str, ...]:
    name = copy.file_of(address)
    if not name or name in copy.files:
        return ()
    if address.startswith(_MEDIA):
        _copy_media(copy, address, name)
        return ()
    answer = await site.get(address)
    if answer.status_code != 200:
        copy.missing.append(address)
        return ()
    made = _rewritten(copy, answer, name, note)
    copy.keep(name, made.text.encode() if made else answer.content)
    return made.needs if made else ()


def _rewritten(copy: _Copy, answer: httpx.Response, name: str, note: str) -> Rewritten | None:
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind == "text/html":
        return rewrite_page(answer.text, name, copy.file_of, note)
    return rewrite_style(answer.text, answer.request.url.path) if kind == "text/css" else None


def _copy_media(copy: _Copy, address: str, name: str) -> None:
    """Media are copied from the shelf: a film does not fit into memory."""
    newsroom = copy.app.state.site.newsroom
    _, slug, file = unquote(address).removeprefix("/").split("/")
    with reading(newsroom.engine) as session:
        row = public_file(session, slug, MediaKind(file.partition(".")[0]))
    if row is None or not newsroom.shelf.has(row.sha256):
        copy.missing.append(address)
    else:
        copy.keep_file(name, newsroom.shelf.path(row.sha256), row.sha256)
