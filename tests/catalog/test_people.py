"""People: one spelling is one person, namesakes are kept apart, and a machine never undoes what a human decided."""

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from catalog.cast import CastMember
from catalog.db import reading, writing
from catalog.errors import NotFound
from catalog.models import (
    Appearance,
    Episode,
    EpisodeState,
    LabelState,
    Person,
    Review,
    Role,
    SpeakerLabel,
    Track,
)
from catalog.people import (
    add_person,
    cast_of,
    find_person,
    people_named,
    person_named,
    public_appearances,
    public_people,
    suggest_cast,
)


def guest(name: str, affiliation: str = "", role: str = "guest") -> CastMember:
    return CastMember(name=name, role=role, affiliation=affiliation, evidence=f"with {name}")


def add_talk(session: Session, slug: str, state: EpisodeState = EpisodeState.REVIEW) -> int:
    episode = Episode(slug=slug, title=slug, state=state)
    session.add(episode)
    session.flush()
    assert episode.id is not None
    return episode.id


def suggest(engine: Engine, talk: int, *members: CastMember) -> list[str]:
    with writing(engine) as session:
        suggest_cast(session, talk, members)
    with reading(engine) as session:
        return [line.person_slug for line in cast_of(session, [talk]).get(talk, [])]


def judge(engine: Engine, talk: int, review: Review) -> None:
    with writing(engine) as session:
        row = session.exec(select(Appearance).where(Appearance.episode_id == talk)).one()
        row.review = review
        row.affiliation = "as the editor wrote it"


@pytest.fixture
def talks(record: Engine) -> list[int]:
    with writing(record) as session:
        return [add_talk(session, f"talk-{n}") for n in range(4)]


def test_a_person_is_found_by_any_keyboards_spelling(record: Engine) -> None:
    with writing(record) as session:
        added = add_person(session, "کراچی والا")
        assert person_named(session, "كراچي والا") is added
        assert person_named(session, "Somebody Else") is None


def test_a_cast_is_printed_with_the_moderator_first_and_read_again_without_doubling(
    record: Engine, talks: list[int]
) -> None:
    members = (guest("Zarin Test"), guest("Omid Test"), guest("Mina Test", role="moderator"))
    assert suggest(record, talks[0], *members) == ["mina-test", "zarin-test", "omid-test"]
    assert suggest(record, talks[0], *members) == ["mina-test", "zarin-test", "omid-test"]
    assert suggest(record, talks[0], guest("Omid Test"), guest("OMID TEST")) == ["omid-test"]
    with reading(record) as session:
        assert len(session.exec(select(Person)).all()) == 3


def test_what_a_human_confirmed_or_rejected_is_left_alone(record: Engine, talks: list[int]) -> None:
    for talk, review in ((talks[0], Review.CONFIRMED), (talks[1], Review.REJECTED)):
        suggest(record, talk, guest("Zarin Test", "Old House"))
        judge(record, talk, review)
        suggest(record, talk, guest("Zarin Test", "New House", role="host"))
        with reading(record) as session:
            row = session.exec(select(Appearance).where(Appearance.episode_id == talk)).one()
            assert (row.review, row.role, row.affiliation) == (review, Role.GUEST, "as the editor wrote it")
        suggest(record, talk)
        with reading(record) as session:
            assert (
                session.exec(select(Appearance).where(Appearance.episode_id == talk)).one().review is review
            )


def test_a_suggestion_follows_the_description_until_someone_decided(record: Engine, talks: list[int]) -> None:
    suggest(record, talks[0], guest("Zarin Test", "Old House"))
    suggest(record, talks[0], guest("Zarin Test", "New House", role="host"))
    with reading(record) as session:
        line = cast_of(session, [talks[0]])[talks[0]][0]
    assert (line.role, line.affiliation, line.confirmed) == ("host", "New House", False)
    assert suggest(record, talks[0]) == []


def test_a_voice_keeps_its_name_when_the_description_no_longer_names_the_person(
    record: Engine, talks: list[int]
) -> None:
    suggest(record, talks[0], guest("Zarin Test"))
    with writing(record) as session:
        appearance = session.exec(select(Appearance)).one()
        session.add(
            SpeakerLabel(
                episode_id=talks[0], label="1", state=LabelState.CONFIRMED, appearance_id=appearance.id
            )
        )
    assert suggest(record, talks[0]) == ["zarin-test"]


@pytest.fixture
def namesakes(record: Engine, talks: list[int]) -> Engine:
    """Two people called Ali Test, of the Lake Paper and of the Hill Paper, in the first two talks."""
    with writing(record) as session:
        for talk, house in ((talks[0], "Lake Paper"), (talks[1], "Hill Paper")):
            person = add_person(session, "Ali Test")
            session.add(
                Appearance(
                    episode_id=talk,
                    person_id=person.id or 0,
                    role=Role.GUEST,
                    affiliation=house,
                    review=Review.CONFIRMED,
                )
            )
    return record


def test_of_two_namesakes_the_one_of_the_same_house_is_meant(namesakes: Engine, talks: list[int]) -> None:
    assert suggest(namesakes, talks[2], guest("Ali Test", "Hill  paper")) == ["ali-test-2"]


def test_of_two_namesakes_the_one_already_in_the_talk_is_meant(namesakes: Engine, talks: list[int]) -> None:
    assert suggest(namesakes, talks[1], guest("Ali Test")) == ["ali-test-2"]


def test_a_doubtful_namesake_is_a_person_apart_and_stays_one_when_read_again(
    namesakes: Engine, talks: list[int]
) -> None:
    assert suggest(namesakes, talks[2], guest("Ali Test", "A third paper")) == ["ali-test-3"]
    assert suggest(namesakes, talks[2], guest("Ali Test", "A third paper")) == ["ali-test-3"]
    with reading(namesakes) as session:
        assert [person.slug for person in people_named(session, "ali test")] == [
            "ali-test",
            "ali-test-2",
            "ali-test-3",
        ]
        assert person_named(session, "Ali Test") is None


def test_only_people_of_published_talks_are_public(record: Engine, talks: list[int]) -> None:
    with writing(record) as session:
        public = add_talk(session, "public", EpisodeState.PUBLISHED)
        withdrawn = add_talk(session, "withdrawn", EpisodeState.WITHDRAWN)
    for talk in (talks[0], withdrawn, public):
        suggest(record, talk, guest("Zarin Test"), guest(f"Only In {talk}"))
    with reading(record) as session:
        assert {person.name for person in public_people(session)} == {"Zarin Test", f"Only In {public}"}
        zarin = find_person(session, "zarin-test")
        assert [line.episode_slug for line in public_appearances(session, zarin.id or 0)] == ["public"]


def test_a_rejected_appearance_is_nowhere(record: Engine) -> None:
    with writing(record) as session:
        public = add_talk(session, "public", EpisodeState.PUBLISHED)
    suggest(record, public, guest("Zarin Test"))
    judge(record, public, Review.REJECTED)
    with reading(record) as session:
        zarin = find_person(session, "zarin-test")
        assert public_people(session) == []
        assert public_appearances(session, zarin.id or 0) == []
        assert cast_of(session, [public]) == {}


def test_nobody_of_that_name_is_told_in_a_sentence(record: Engine) -> None:
    with reading(record) as session, pytest.raises(NotFound, match="nobody-here"):
        find_person(session, "nobody-here")


def test_a_very_long_name_fits(record: Engine, talks: list[int]) -> None:
    assert len(suggest(record, talks[0], guest("Ω" * 300, "Ω" * 900))) == 1


def test_whose_voice_is_withheld_is_not_in_the_public_cast_of_that_talk(record: Engine) -> None:
    """Nor in the lists that lead there: the one name without a voice would be the voice without a name."""
    with writing(record) as session:
        talk = add_talk(session, "talk", EpisodeState.PUBLISHED)
        session.add(Track(episode_id=talk, revision=2, current=True))
    suggest(record, talk, guest("Zarin Test"), guest("Omar Test"))
    with writing(record) as session:
        zarin = session.exec(select(Appearance).join(Person).where(Person.name == "Zarin Test")).one()
        session.add(
            SpeakerLabel(
                episode_id=talk, run=2, label="S1", state=LabelState.WITHHELD, appearance_id=zarin.id
            )
        )
    with reading(record) as session:
        person = find_person(session, "zarin-test")
        assert [line.name for line in cast_of(session, [talk], public=True)[talk]] == ["Omar Test"]
        assert [line.name for line in cast_of(session, [talk])[talk]] == ["Zarin Test", "Omar Test"]
        assert public_appearances(session, person.id or 0) == []
        assert [one.name for one in public_people(session)] == ["Omar Test"]
    with writing(record) as session:
        session.exec(select(SpeakerLabel)).one().state = LabelState.OPEN
    with reading(record) as session:
        assert len(public_people(session)) == 2
