"""Captions that came with a talk: kept as they are, and as a track beside ours when a human made them."""

from pathlib import Path

from sqlmodel import Session

from catalog.files import name_file
from catalog.models import MediaKind, Track, TrackKind
from catalog.transcripts import write_utterances
from media.store import Shelf
from transcribe.captions import read_captions
from transcribe.errors import CaptionsUnreadable


def keep_captions(
    session: Session, shelf: Shelf, episode_id: int, *, path: str, language: str, kind: str
) -> None:
    """Store one caption file; `kind` is "human" or "automatic". A file that cannot be read is kept, not shown."""
    file = Path(path)
    language = language[:20]
    sha256, name = shelf.put(file), f"{kind}-{language}"
    name_file(session, shelf, episode_id, MediaKind.CAPTIONS, sha256, name=name, mime="text/vtt")
    if kind != "human":
        return
    try:
        utterances = read_captions(file.read_bytes(), file.name)
    except CaptionsUnreadable:
        return
    track = Track(
        episode_id=episode_id,
        kind=TrackKind.CAPTIONS,
        language=language,
        by_human=True,
        engine="captions of the source",
    )
    session.add(track)
    session.flush()
    write_utterances(session, track, utterances, labels={})
