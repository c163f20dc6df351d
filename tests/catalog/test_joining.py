"""Two records of one person: joined, found under every spelling, parted again exactly."""

import pytest
from sqlmodel import select

from catalog.db import reading, writing
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.joining import join_people, likely_same, list_directory, list_joins, list_offices, part_people
from catalog.models import Appearance, PersonAlias, Review, SpeakerLabel, VoiceReference
from catalog.newsroom import Newsroom
from catalog.normalize import fold
from catalog.people import add_person, find_person, people_named, public_appearances
from tests.catalog.conftest import MakeEpisode


@pytest.fixture
def people(house: Newsroom, make_episode: MakeEpisode) -> Newsroom:
    """Zarin in one talk, "Z. Lake" in another, both in a third."""
    with writing(house.engine) as session:
        for name in ("Zarin Lake", "Z Lake"):
            add_person(session, name)
        make_episode(session, slug="one", turns=[("Zarin Lake", "en", "Good evening")])
        make_episode(session, slug="two", turns=[("Z Lake", "en", "Good morning")])
        make_episode(session, slug="both", turns=[("Z Lake", "en", "Good night")])
        first = find_person(session, "zarin-lake")
        session.add(Appearance(episode_id=3, person_id=first.id or 0, role="guest"))
        session.add(
            PersonAlias(person_id=find_person(session, "z-lake").id or 0, name="زرین", folded=fold("زرین"))
        )
    return house


def everything(house: Newsroom) -> list[object]:
    with reading(house.engine) as session:
        tables = (Appearance, PersonAlias, SpeakerLabel, VoiceReference)
        return [
            row.model_dump() for table in tables for row in session.exec(select(table).order_by(table.id))
        ]


def test_what_was_joined_is_one_person_everywhere_and_parted_it_is_as_before(people: Newsroom) -> None:
    before = everything(people)
    with writing(people.engine) as session:
        join_people(session, "z-lake", "zarin-lake")
    with reading(people.engine) as session:
        person = find_person(session, "zarin-lake")
        assert {line.episode for line in list_offices(session, person.id or 0)} == {"one", "two", "both"}
        assert len(public_appearances(session, person.id or 0)) == 3
        assert [one.slug for one in people_named(session, "زرین")] == ["zarin-lake"]
        assert [one.slug for one in people_named(session, "Z Lake")] == ["zarin-lake"]
        assert [line.slug for line in list_directory(session)] == ["zarin-lake"]
        assert [(line.slug, line.name) for line in list_joins(session, person.id or 0)] == [
            ("z-lake", "Z Lake")
        ]
        assert session.exec(select(Appearance.review)).all().count(Review.REJECTED) == 1
    with writing(people.engine) as session:
        part_people(session, "z-lake")
    assert everything(people) == before
    with pytest.raises(NotFound), writing(people.engine) as session:
        part_people(session, "z-lake")


def test_what_was_done_after_a_join_stays_with_who_it_was_done_to(people: Newsroom) -> None:
    with writing(people.engine) as session:
        join_people(session, "z-lake", "zarin-lake")
        label = session.exec(select(SpeakerLabel).where(SpeakerLabel.episode_id == 2)).one()
        other = Appearance(episode_id=2, person_id=add_person(session, "Hamid River").id or 0, role="guest")
        session.add(other)
        session.flush()
        label.appearance_id, kept = other.id, label.id
    with writing(people.engine) as session:
        part_people(session, "z-lake")
        assert session.get_one(SpeakerLabel, kept).appearance_id == other.id


def test_people_who_are_heard_in_one_talk_are_not_joined(people: Newsroom, make_episode: MakeEpisode) -> None:
    with writing(people.engine) as session:
        make_episode(session, slug="four", turns=[("Zarin Lake", "en", "One"), ("Z Lake", "en", "Two")])
    before = everything(people)
    with pytest.raises(Conflict, match="two people"), writing(people.engine) as session:
        join_people(session, "z-lake", "zarin-lake")
    assert everything(people) == before


def test_what_makes_no_sense_is_refused(people: Newsroom) -> None:
    with writing(people.engine) as session:
        with pytest.raises(InvalidQuery):
            join_people(session, "z-lake", "z-lake")
        with pytest.raises(NotFound):
            join_people(session, "z-lake", "nobody")
        session.exec(select(Appearance)).first().pseudonymous = True
        with pytest.raises(Conflict, match="another's place"):
            join_people(session, "z-lake", "zarin-lake")


def test_who_is_spelled_the_same_is_shown(people: Newsroom) -> None:
    with writing(people.engine) as session:
        add_person(session, "ZARIN  Lake")
        found = likely_same(session, find_person(session, "zarin-lake"))
        assert [line.slug for line in found] == ["zarin-lake-2"]
