"""What was redacted, sealed for named editors and for nobody else. Without their keys nothing is kept."""

import json
import os
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from sqlmodel import col, select

from catalog.db import reading
from catalog.errors import NotFound
from catalog.files import file_of
from catalog.models import MediaKind, Redaction, Track, Utterance
from catalog.newsroom import Newsroom
from catalog.sealing import check_recipients, seal, unseal
from transcribe.timeline import Span

ONLY_US, ONLY_US_FOLDER = 0o600, 0o700
WORDS, RECORDING = "words.json", "recording"


def recipients_of(newsroom: Newsroom) -> list[str]:
    """The public keys of the editors. Raises SealFailed for what is none: before anything is destroyed."""
    keys = [key.rpartition("=")[2].strip() for key in newsroom.settings.vault_keys]
    if keys:
        check_recipients(keys)
    return keys


def keep_sealed(newsroom: Newsroom, redaction: Redaction) -> None:
    """Seal the words of the span, in every transcript, and the recording as it was; once, whole or not at all."""
    keys = recipients_of(newsroom)
    if not keys:
        return
    folder = newsroom.settings.vault_folder
    folder.mkdir(mode=ONLY_US_FOLDER, parents=True, exist_ok=True)
    _seal(BytesIO(_words(newsroom, redaction)), _file(folder, redaction.id or 0, WORDS), keys)
    with reading(newsroom.engine) as session:
        row = file_of(session, redaction.episode_id, MediaKind.ORIGINAL)
    if row is not None and newsroom.shelf.has(row.sha256):
        with newsroom.shelf.path(row.sha256).open("rb") as recording:
            _seal(recording, _file(folder, redaction.id or 0, RECORDING), keys)


def open_sealed(newsroom: Newsroom, redaction_id: int, identity: str, folder: Path) -> list[Path]:
    """Write what was sealed for a redaction into a folder. Raises NotFound, SealFailed."""
    opened = []
    for name in (WORDS, RECORDING):
        sealed = _file(newsroom.settings.vault_folder, redaction_id, name)
        if sealed.is_file():
            folder.mkdir(mode=ONLY_US_FOLDER, parents=True, exist_ok=True)
            target = folder / f"redaction-{redaction_id}.{name}"
            with sealed.open("rb") as source, _private(target) as to:
                unseal(source, to, identity)
            opened.append(target)
    if not opened:
        raise NotFound(
            f"Nothing is kept of redaction {redaction_id}: no editor's key was set (PRESSTALK_VAULT_KEYS)."
        )
    return opened


def _words(newsroom: Newsroom, redaction: Redaction) -> bytes:
    span = Span(redaction.start_ms, redaction.end_ms)
    with reading(newsroom.engine) as session:
        query = (
            select(Utterance)
            .join(Track)
            .where(
                Track.episode_id == redaction.episode_id,
                Utterance.start_ms < span.end_ms,
                Utterance.end_ms > span.start_ms,
            )
            .order_by(col(Utterance.track_id), col(Utterance.position))
        )
        lines = [
            {
                "track": one.track_id,
                "start_ms": one.start_ms,
                "end_ms": one.end_ms,
                "text": one.text,
                "words": one.words,
            }
            for one in session.exec(query)
        ]
    told = {"redaction": redaction.id, "start_ms": span.start_ms, "end_ms": span.end_ms, "paragraphs": lines}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _seal(source: BinaryIO, target: Path, keys: list[str]) -> None:
    if target.exists():
        return  # sealed before we were cut off; what is there now may have lost its words
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    with _private(part) as to:
        seal(source, to, keys)
        to.flush()
        os.fsync(to.fileno())
    part.replace(target)


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, ONLY_US), "wb")


def _file(folder: Path, redaction_id: int, name: str) -> Path:
    return folder / f"redaction-{redaction_id}.{name}.age"
