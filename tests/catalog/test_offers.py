"""Talks as feeds and site maps tell of them: public ones only, with what is offered of each, on both databases."""

from collections.abc import Sequence

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session

from catalog.db import reading, writing
from catalog.models import Chapter, EpisodeState, MediaFile, MediaKind
from catalog.offers import Offered, count_offers, read_offers
from catalog.people import find_person
from catalog.publishing import publish_episode
from catalog.speakers import withhold_label
from tests.catalog.conftest import MakeEpisode

LINES = [("Zarin Test", "en", "The tea is hot"), ("Hamid Test", "en", "It was hotter")]
SOUND = Offered((MediaKind.WEB_AUDIO, MediaKind.WEB_AUDIO_LOW))


@pytest.fixture
def talks(record: Engine, make_episode: MakeEpisode) -> Engine:
    """Three talks: one with sound and chapters, one with film only, one in review with sound."""
    with writing(record) as session:
        for slug, kind, state in (
            ("sound", MediaKind.WEB_AUDIO_LOW, EpisodeState.PUBLISHED),
            ("film", MediaKind.WEB_VIDEO, EpisodeState.PUBLISHED),
            ("hidden", MediaKind.WEB_AUDIO, EpisodeState.REVIEW),
        ):
            episode = make_episode(session, slug=slug, state=state, turns=LINES)
            for one in (kind, MediaKind.ORIGINAL):
                session.add(MediaFile(episode_id=episode.id or 0, kind=one, sha256="0" * 64, size=7))
            if slug == "sound":
                for start in (5_000, 0):
                    session.add(
                        Chapter(episode_id=episode.id or 0, start_ms=start, end_ms=9_000, title=str(start))
                    )
    return record


def slugs(session: Session, wanted: Offered, **part: int) -> Sequence[str]:
    return [offer.card.slug for offer in read_offers(session, wanted, **{"limit": 9} | part)]


def test_a_talk_is_offered_with_its_public_files_and_its_chapters_in_order(talks: Engine) -> None:
    with reading(talks) as session:
        assert slugs(session, Offered()) == ["film", "sound"]
        [offer] = read_offers(session, SOUND, limit=9)
        assert [line.kind for line in offer.files] == ["web_audio_low"]
        assert [chapter.start_ms for chapter in offer.chapters] == [0, 5_000]
        assert offer.changed_at == offer.card.published_at


def test_only_talks_with_such_a_file_are_offered_and_only_public_ones(talks: Engine) -> None:
    with reading(talks) as session:
        assert slugs(session, SOUND) == ["sound"] and count_offers(session, SOUND) == 1
        assert slugs(session, Offered((MediaKind.WEB_VIDEO,))) == ["film"]
        assert slugs(session, Offered(), limit=1, offset=1) == ["sound"]
    with writing(talks) as session:
        publish_episode(session, "hidden")
    with reading(talks) as session:
        assert slugs(session, SOUND) == ["hidden", "sound"]
        newest = read_offers(session, SOUND, limit=1)[0]
        assert newest.changed_at is not None and newest.card.published_at is not None
        assert newest.changed_at >= newest.card.published_at, "when its edition was made"


def test_a_talk_in_which_somebody_is_withheld_is_none_of_theirs(talks: Engine) -> None:
    with reading(talks) as session:
        theirs = Offered((), find_person(session, "hamid-test").id)
        assert slugs(session, theirs) == ["film", "sound"]
    with writing(talks) as session:
        withhold_label(session, "film", "V1", by="an editor")
    with reading(talks) as session:
        assert slugs(session, theirs) == ["sound"] and count_offers(session, theirs) == 1
