"""Backups in an object store: sealed, restored without a difference; told when it is away, busy or damaged."""

from pathlib import Path

import pytest
from sqlmodel import select

from catalog.backups.addresses import place_at
from catalog.backups.failures import BackupFailed
from catalog.backups.inventory import list_backups
from catalog.backups.keeping import prune
from catalog.backups.ledger import read_ledger
from catalog.backups.looking import verify_backups
from catalog.backups.making import Wishes, back_up
from catalog.backups.objects import ObjectPlace
from catalog.backups.places import LOCK
from catalog.backups.restoring import restore
from catalog.db import reading, writing
from catalog.files import name_file
from catalog.models import Episode, MediaFile, MediaKind, Redaction
from catalog.newsroom import Newsroom, open_newsroom
from catalog.sealing import new_identity
from catalog.settings import Settings

SECRET, PUBLIC = new_identity()
SEALED = Wishes((PUBLIC,))
LARGE = bytes(range(256)) * 80_000  # 20 MB: it goes up in parts


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = open_newsroom(Settings(home=tmp_path / "home"))
    with writing(room.engine) as session:
        episode = Episode(slug="talk", title="A talk")
        session.add(episode)
        session.flush()
        for kind, content in ((MediaKind.ORIGINAL, LARGE), (MediaKind.POSTER, b"picture")):
            file = room.shelf.workbench("tests") / kind.value
            file.write_bytes(content)
            name_file(session, room.shelf, episode.id or 0, kind, room.shelf.put(file))
        session.add(Redaction(episode_id=episode.id or 0, start_ms=0, end_ms=9, reason="x", stage="done"))
    return room


@pytest.fixture
def place(bucket: str) -> ObjectPlace:
    found = place_at(bucket.replace("/media", "/safe"))
    assert isinstance(found, ObjectPlace)
    return found


def files_of(room: Newsroom) -> dict[str, bytes]:
    with reading(room.engine) as session:
        rows = session.exec(select(MediaFile)).all()
        return {row.kind.value: room.shelf.path(row.sha256).read_bytes() for row in rows}


def complaint(act: object) -> str:
    with pytest.raises(BackupFailed) as told:
        act()  # type: ignore[operator]
    assert told.value.sentence.endswith(".")
    return told.value.code


def test_what_went_to_a_bucket_comes_back_without_a_difference(
    room: Newsroom, place: ObjectPlace, tmp_path: Path
) -> None:
    first = back_up(room, place, SEALED, quiet)
    again = back_up(room, place, SEALED, quiet)
    assert (first.new_blobs > 3, again.new_blobs) == (True, 0)
    assert verify_backups(place, quiet, SECRET)[1] == []
    assert len(read_ledger(place)) == 1
    settings = Settings(home=tmp_path / "new")
    done = restore(settings, place, quiet, identity=SECRET)
    assert (done.files, done.damaged) == (2, [])
    assert files_of(Newsroom(settings)) == files_of(room)
    pruned = prune(place, {"d": 1}, dry_run=False)
    assert (len(pruned.kept), len(list_backups(place).backups)) == (1, 1)
    assert set(place.sizes("blobs")) == {blob.key for blob in again.inventory.blobs}
    assert LOCK not in place.sizes("")


def test_it_goes_there_sealed_or_not_at_all(room: Newsroom, place: ObjectPlace) -> None:
    assert complaint(lambda: back_up(room, place, Wishes(), quiet)) == "unsealed"
    assert place.sizes("") == {}


def test_damage_and_loss_are_named(room: Newsroom, place: ObjectPlace) -> None:
    blobs = back_up(room, place, SEALED, quiet).inventory.blobs
    place.put(blobs[0].key, lambda out: out.write(b"something else"))
    place.drop(blobs[1].key)
    faults = {fault.key: fault.what for fault in verify_backups(place, quiet)[1]}
    assert faults == {blobs[0].key: "damaged", blobs[1].key: "missing"}


def test_what_breaks_off_half_way_leaves_no_key(place: ObjectPlace) -> None:
    def write(out: object) -> None:
        out.write(b"half")  # type: ignore[attr-defined]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place.put("blobs/aa/half", write)
    assert place.sizes("") == {}


def test_two_at_once_are_one_and_who_died_keeps_nobody_out(bucket: str) -> None:
    place, other = (ObjectPlace(bucket, still_here_s=0.2, gone_s=2.0) for _ in range(2))
    with place.alone():
        assert complaint(lambda: other.alone().__enter__()) == "busy"
    with other.alone():  # let go of, it is free at once
        pass
    place.put(LOCK, lambda out: out.write(b"of one that was killed"))
    with other.alone():
        assert LOCK in other.sizes("")
    assert LOCK not in other.sizes("")


def test_a_store_that_is_away_is_told(bucket: str, monkeypatch: pytest.MonkeyPatch, room: Newsroom) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setattr("catalog.backups.objects.TRIES", {"max_retries": 0})
    assert complaint(lambda: back_up(room, ObjectPlace(bucket), SEALED, quiet)) == "store"
