"""Episodes: which acts fit which state, what the public sees, one episode for one talk."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import select

from catalog.db import reading, writing
from catalog.episodes import add_episode, find_episode, remember_source
from catalog.errors import Conflict, NotFound
from catalog.files import public_file
from catalog.models import EpisodeState, MediaFile, MediaKind, Track
from catalog.models.columns import now
from catalog.publishing import publish_episode, withdraw_episode
from catalog.reading import count_published, preview_page, published_cards, read_page
from media.sources import Source, recognise
from tests.catalog.conftest import MakeEpisode

NEW, WORKING, REVIEW, PUBLISHED, WITHDRAWN = EpisodeState

# What each act makes of each state; None is a refusal.
PUBLISHING = {NEW: None, WORKING: None, REVIEW: PUBLISHED, PUBLISHED: PUBLISHED, WITHDRAWN: PUBLISHED}
WITHDRAWING = {NEW: None, WORKING: None, REVIEW: None, PUBLISHED: WITHDRAWN, WITHDRAWN: WITHDRAWN}
TABLE = [
    (act, before, after)
    for act, outcomes in ((publish_episode, PUBLISHING), (withdraw_episode, WITHDRAWING))
    for before, after in outcomes.items()
]


@pytest.fixture
def talk(record: Engine, make_episode: MakeEpisode) -> Callable[..., None]:
    def make(state: EpisodeState, slug: str = "talk", **values: object) -> None:
        with writing(record) as session:
            episode = make_episode(session, slug=slug, state=state, turns=[("Zarin Test", "en", "words")])
            for name, value in values.items():
                setattr(episode, name, value)
            session.add(
                MediaFile(episode_id=episode.id or 0, kind=MediaKind.WEB_AUDIO, sha256="0" * 64, size=1)
            )

    return make


def test_acts_and_states(record: Engine, talk: Callable[..., None]) -> None:
    for number, (act, before, after) in enumerate(TABLE):
        slug = f"talk-{number}"
        talk(before, slug)
        with writing(record) as session:
            if after is None:
                with pytest.raises(Conflict):
                    act(session, slug)
            else:
                act(session, slug)
        with reading(record) as session:
            episode = find_episode(session, slug)
            assert episode.state is (after or before), (act, before)
            assert episode.revision == (2 if after not in (None, before) else 1), (act, before)


@pytest.mark.parametrize(
    ("address", "is_shown"),
    [("https://youtu.be/aqz-KE-bpKQ", True), ("https://drive.example/raw?key=secret", False)],
)
def test_a_link_that_may_be_private_is_shown_to_the_house_only(
    record: Engine, talk: Callable[..., None], address: str, is_shown: bool
) -> None:
    talk(PUBLISHED)
    with writing(record) as session:
        remember_source(session, find_episode(session, "talk"), recognise(address))
    with reading(record) as session:
        assert preview_page(session, "talk").source_url == recognise(address).url
        assert read_page(session, "talk").source_url == (recognise(address).url if is_shown else "")


@pytest.mark.parametrize("state", EpisodeState)
def test_nothing_unpublished_comes_out(
    record: Engine, talk: Callable[..., None], state: EpisodeState
) -> None:
    talk(state)
    with reading(record) as session:
        public = state is PUBLISHED
        assert [card.slug for card in published_cards(session)] == (["talk"] if public else [])
        assert count_published(session) == int(public)
        assert (public_file(session, "talk", MediaKind.WEB_AUDIO) is not None) == public
        assert preview_page(session, "talk").card.slug == "talk"
        if public:
            assert read_page(session, "talk").turns[0].speaker.name == "Zarin Test"
        else:
            with pytest.raises(NotFound):
                read_page(session, "talk")


def test_the_original_is_never_public(record: Engine, talk: Callable[..., None]) -> None:
    talk(PUBLISHED)
    with writing(record) as session:
        session.add(MediaFile(episode_id=1, kind=MediaKind.ORIGINAL, sha256="1" * 64, size=1))
    with reading(record) as session:
        assert public_file(session, "talk", MediaKind.ORIGINAL) is None
        assert [file.kind for file in read_page(session, "talk").files] == ["web_audio"]


def test_an_embargo_holds_until_its_day(record: Engine, talk: Callable[..., None]) -> None:
    talk(REVIEW, embargo_until=now() + timedelta(hours=1))
    with pytest.raises(Conflict, match="under embargo until"), writing(record) as session:
        publish_episode(session, "talk")
    with writing(record) as session:
        find_episode(session, "talk").embargo_until = now() - timedelta(seconds=1)
    with writing(record) as session:
        assert publish_episode(session, "talk").state is PUBLISHED


def test_a_talk_without_a_transcript_is_not_published(record: Engine, talk: Callable[..., None]) -> None:
    talk(REVIEW)
    with writing(record) as session:
        session.exec(select(Track)).one().current = False
    with pytest.raises(Conflict, match="no transcript"), writing(record) as session:
        publish_episode(session, "talk")


def test_a_refusal_tells_what_went_wrong_before(record: Engine, talk: Callable[..., None]) -> None:
    talk(NEW, problem="The recording is private.")
    with pytest.raises(Conflict, match="The recording is private"), writing(record) as session:
        publish_episode(session, "talk")


def test_the_day_of_publishing_is_kept_when_a_talk_comes_back(
    record: Engine, talk: Callable[..., None]
) -> None:
    day = datetime(2024, 5, 17, tzinfo=UTC)
    talk(WITHDRAWN, published_at=day)
    with writing(record) as session:
        assert publish_episode(session, "talk").published_at == day


def test_the_talk_put_out_last_comes_first_wherever_it_was_added(
    record: Engine, talk: Callable[..., None]
) -> None:
    for year in (2021, 2024, 2022):
        talk(PUBLISHED, slug=f"of-{year}", aired_at=datetime(year, 1, 1, tzinfo=UTC))
    with reading(record) as session:
        assert [card.slug for card in published_cards(session)] == ["of-2024", "of-2022", "of-2021"]
        assert [card.slug for card in published_cards(session, limit=1, offset=1)] == ["of-2022"]


def test_one_talk_by_any_form_of_its_address_is_one_episode(record: Engine) -> None:
    forms = (
        "https://youtu.be/aqz-KE-bpKQ",
        "https://www.youtube.com/watch?v=aqz-KE-bpKQ&t=3s",
        "m.youtube.com/shorts/aqz-KE-bpKQ",
    )
    with writing(record) as session:
        outcomes = [add_episode(session, recognise(form), title="A talk") for form in forms]
    assert [is_new for _, is_new in outcomes] == [True, False, False]
    assert len({episode.id for episode, _ in outcomes}) == 1


def test_two_talks_of_one_title_are_two(record: Engine) -> None:
    with writing(record) as session:
        slugs = [
            add_episode(session, Source("web", str(n), f"http://example.org/{n}"), title="A talk")[0].slug
            for n in range(3)
        ]
    assert slugs == ["a-talk", "a-talk-2", "a-talk-3"]


def test_any_title_can_be_kept(record: Engine) -> None:
    for number, title in enumerate(["", "   ", "گفتگو", "\0\udcff", "x" * 900]):
        with writing(record) as session:
            source = Source("web", str(number), f"http://example.org/{number}")
            added, _ = add_episode(session, source, title=title, summary=title)
        assert 0 < len(added.title) <= 500
        assert added.slug


def test_a_talk_is_found_by_the_address_it_had_before_its_title_was_known(
    record: Engine, talk: Callable[..., None]
) -> None:
    talk(REVIEW, first_slug="talk-mp4")
    with reading(record) as session:
        assert find_episode(session, "talk-mp4").slug == "talk"
        for nothing in ("", "talk-mp3"):
            with pytest.raises(NotFound):
                find_episode(session, nothing)
