"""Every file of a talk, made anew without what was said in the redacted spans. Rows are `rows`' work."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlmodel import Session, col, select

from catalog.db import reading, writing
from catalog.desk import bench_of
from catalog.ear import read_chunk, write_chunk
from catalog.files import file_of, name_file, shelving
from catalog.models import Cover, MediaFile, MediaKind, Redaction, RedactionStage
from catalog.newsroom import Newsroom
from catalog.redaction.words import BESIDE_MS, thin_captions, thin_segment, widen
from media.audio import probe, to_wav
from media.progress import Report
from media.redact import take_out
from transcribe.timeline import Span

SERVED = {
    kind.value: kind
    for kind in (
        MediaKind.WEB_AUDIO,
        MediaKind.WEB_AUDIO_LOW,
        MediaKind.WEB_VIDEO,
        MediaKind.POSTER,
        MediaKind.PEAKS,
    )
}
# What the rest is made from where the original is gone, the best first.
FALLBACKS = (MediaKind.WEB_VIDEO, MediaKind.WEB_AUDIO, MediaKind.WAV, MediaKind.WEB_AUDIO_LOW)

New = tuple[MediaKind, str, Path, str]  # kind, name, where it lies, mime
Shelved = tuple[MediaKind, str, str, str]  # kind, name, hash, mime


def spans_of(session: Session, episode_id: int) -> list[Span]:
    """Everything that was ever redacted in a talk."""
    rows = session.exec(select(Redaction).where(Redaction.episode_id == episode_id))
    return [Span(row.start_ms, row.end_ms) for row in rows]


def thin_chunk_file(file: Path, spans: Sequence[Span]) -> None:
    """Rid the recogniser's own file of what was said in the spans; nothing happens where there are none."""
    if spans:
        chunk = read_chunk(file.read_bytes())
        near = widen(spans, BESIDE_MS)
        segments = tuple(thin_segment(one, near) for one in chunk.heard.segments)
        heard = replace(chunk.heard, segments=segments, raw={})  # the engine's own form holds the same words
        file.write_bytes(write_chunk(replace(chunk, heard=heard)))


def clean_files(newsroom: Newsroom, redaction: Redaction, report: Report) -> None:
    """Make every file of the talk anew and name the new ones, all in one act; the old ones are no longer named."""
    bench = newsroom.shelf.workbench(bench_of("redact", redaction.episode_id))
    with reading(newsroom.engine) as session:
        spans = spans_of(session, redaction.episode_id)
        written, dropped = _clean_texts(newsroom, session, redaction.episode_id, bench, spans)
        covers = session.exec(select(Redaction).where(Redaction.episode_id == redaction.episode_id)).all()
        source = _source(newsroom, session, redaction.episode_id)
    if source is not None:
        written += _clean_sound(newsroom, source, covers, bench, report)
    with shelving(newsroom):
        shelved = [(kind, name, newsroom.shelf.put(path), mime) for kind, name, path, mime in written]
        with writing(newsroom.engine) as session:  # once the bytes are there: others wait for who writes
            _name(session, newsroom, redaction, shelved, dropped, has_sound=source is not None)
            redaction.stage = RedactionStage.SOUND
            session.add(redaction)


def _clean_texts(
    newsroom: Newsroom, session: Session, episode_id: int, bench: Path, spans: Sequence[Span]
) -> tuple[list[New], list[int]]:
    """What the recogniser and the source wrote; and the rows of what could not be read and so must go."""
    written: list[New] = []
    dropped: list[int] = []
    kinds = (MediaKind.RAW_OUTPUT, MediaKind.CAPTIONS)
    rows = select(MediaFile).where(MediaFile.episode_id == episode_id, col(MediaFile.kind).in_(kinds))
    for row in session.exec(rows.order_by(col(MediaFile.id))).all():
        target = bench / f"text-{row.id}"
        if not newsroom.shelf.has(row.sha256):
            continue
        data = newsroom.shelf.path(row.sha256).read_bytes()
        if row.kind is MediaKind.RAW_OUTPUT:
            target.write_bytes(data)
            thin_chunk_file(target, spans)
        elif (left := thin_captions(data, spans)) is not None:
            target.write_bytes(left)
        else:
            dropped.append(row.id or 0)
            continue
        written.append((row.kind, row.name, target, row.mime))
    return written, dropped


def _source(newsroom: Newsroom, session: Session, episode_id: int) -> MediaFile | None:
    rows = (file_of(session, episode_id, kind) for kind in (MediaKind.ORIGINAL, *FALLBACKS))
    return next((row for row in rows if row is not None and newsroom.shelf.has(row.sha256)), None)


def _clean_sound(
    newsroom: Newsroom, source: MediaFile, redactions: Sequence[Redaction], bench: Path, report: Report
) -> list[New]:
    """The recording with silence in place of the words, and everything that is made from it."""
    from media.renditions import make_renditions  # the site starts without numpy

    clean = bench / "clean.mkv"
    seen = take_out(
        newsroom.shelf.path(source.sha256),
        clean,
        [(one.start_ms, one.end_ms) for one in redactions],
        tones=[(one.start_ms, one.end_ms) for one in redactions if one.cover is Cover.TONE],
        blank=[(one.start_ms, one.end_ms) for one in redactions if one.blank_picture],
        report=report,
    )
    wav = bench / "sound.wav"
    to_wav(clean, wav, report)
    made: list[New] = [(MediaKind.WAV, "", wav, "audio/wav")]
    served = make_renditions(clean, bench, probe(clean), report)
    made += [(SERVED[one.kind], "", Path(one.path), one.mime) for one in served]
    if source.kind is MediaKind.ORIGINAL:
        mime = "video/x-matroska" if seen.has_video else "audio/x-matroska"
        made.append((MediaKind.ORIGINAL, "", clean, mime))
    return made


def _name(
    session: Session,
    newsroom: Newsroom,
    redaction: Redaction,
    shelved: Sequence[Shelved],
    dropped: Sequence[int],
    *,
    has_sound: bool,
) -> None:
    episode_id, shelf = redaction.episode_id, newsroom.shelf
    kept = {(kind, name) for kind, name, _, _ in shelved}
    sounds = {MediaKind.WAV, MediaKind.ORIGINAL, *SERVED.values()}
    for row in session.exec(select(MediaFile).where(MediaFile.episode_id == episode_id)).all():
        stale = has_sound and row.kind in sounds and (row.kind, row.name) not in kept
        if row.id in dropped or stale:
            session.delete(row)
    for kind, name, sha256, mime in shelved:
        before = file_of(session, episode_id, kind, name)
        if before is None:
            continue  # never kept for this talk: a later run makes it from the clean recording
        name_file(
            session,
            shelf,
            episode_id,
            kind,
            sha256,
            mime=mime,
            name=name,
            duration_ms=before.duration_ms,
            redacting=True,
        )
