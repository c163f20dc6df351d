"""Articles of talks in the record: suggested, decided by people, never suggested against them, looked for when due."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from catalog.articles import keep_articles
from catalog.authority.bringing import bring_in
from catalog.authority.finding import follow_authority
from catalog.authority.sheet import read_sheet
from catalog.db import reading, writing
from catalog.errors import InvalidQuery, NotFound
from catalog.links import add_link, decide_link
from catalog.models import Article, Episode, EpisodeArticle, EpisodeSource, EpisodeState, Review
from catalog.newsroom import Newsroom
from catalog.reading import read_page
from catalog.redaction.rows import take_out_words
from catalog.relate.reasons import tell_reason
from catalog.related import articles_of_talk, desk_of_talk, talks_of_article
from catalog.relating.rounds import is_due, relate_all
from catalog.written.found import Found, FoundArticle
from tests.catalog.conftest import MakeEpisode
from transcribe.timeline import Span

AT = datetime(2024, 6, 1, tzinfo=UTC)
LINES = [
    ("Zarin Test", "en", "The glacier lake above Shimdar has tripled and the sirens have no batteries"),
    ("Hamid River", "en", "When the moraine bursts the flood needs twenty minutes to reach our village"),
    ("Zarin Test", "en", "And who was paid for the sirens and for the early warning of the valley"),
]
LAKE = FoundArticle(
    "A lake waits above Shimdar",
    url="https://blog.example/lake",
    byline="Sana Misaal",
    published_at=datetime(2024, 5, 20, tzinfo=UTC),
    text="The sirens of Shimdar have no batteries, says Hamid River.\n\n"
    "“When the moraine bursts, the flood needs twenty minutes to reach our village,” he said on the glacier.",
)
TEA = FoundArticle(
    "Tea is dear", url="https://blog.example/tea", text="A cup costs two rupees more. Stalls close."
)
CAMELS = FoundArticle(
    "The camel market moves", url="https://blog.example/camel", text="Camels walk to Rohwala now."
)


@pytest.fixture
def room(house: Newsroom, make_episode: MakeEpisode) -> Newsroom:
    with writing(house.engine) as session:
        make_episode(session, slug="lake", title="The lake of Shimdar", turns=LINES)
        make_episode(
            session, slug="chess", title="Chess", turns=[("Asma Green", "en", "A good endgame is tidy")]
        )
        keep_articles(session, Found((LAKE, TEA, CAMELS)), "https://blog.example/feed", AT)
    return house


def titles(room: Newsroom, slug: str = "lake", shown_from: float = 0.8) -> list[str]:
    with reading(room.engine) as session:
        return [one.title for one in articles_of_talk(session, read_page(session, slug), shown_from)]


def article_id(session: Session, title: str) -> int:
    return session.exec(select(Article.id).where(Article.title == title)).one() or 0


def decide(room: Newsroom, title: str, act: str, reason: str = "") -> None:
    with writing(room.engine) as session:
        decide_link(session, "lake", article_id(session, title), act, by="Mina", reason=reason)


def test_a_talk_gets_its_article_with_the_reason_and_another_none(room: Newsroom) -> None:
    done = relate_all(room)
    assert (done.talks, done.articles) == (2, 3)
    assert titles(room) == ["A lake waits above Shimdar"]
    assert titles(room, "chess") == []
    with reading(room.engine) as session:
        [one] = articles_of_talk(session, read_page(session, "lake"), 0.8)
        reason = tell_reason(one.evidence, one.guests)
        assert reason.startswith(
            "The article quotes this talk. Hamid River of this talk is named in the article."
        )
        assert one.passages[0].said == LINES[1][2]
        [talk] = talks_of_article(session, one.id, 0.8)
        assert (talk.slug, set(talk.guests)) == ("lake", {"Hamid River", "Zarin Test"})


def test_only_what_is_new_or_has_changed_is_looked_at_again(room: Newsroom) -> None:
    assert is_due(room)
    relate_all(room)
    assert not is_due(room)
    assert relate_all(room).talks == 0
    with writing(room.engine) as session:
        changed = FoundArticle(
            "Tea is dear", url=TEA.url, text="The sirens of Shimdar and its glacier lake. " * 3
        )
        keep_articles(session, Found((LAKE, changed)), "https://blog.example/feed", AT)
    assert is_due(room)
    assert relate_all(room).articles == 1
    assert "Tea is dear" in titles(room, shown_from=0.3)


SHEET = """id,kind,name,aliases,short_forms,description,not
zarin,person,Zarin Kettlemaker,Lioness of Shimdar,,,
"""


def test_who_only_the_newsroom_knows_to_be_one_is_had_in_common(
    room: Newsroom, make_episode: MakeEpisode
) -> None:
    said = "The Lioness of Shimdar said no. The Lioness of Shimdar means it: no bread from the old mill"
    text = "Zarin Kettlemaker met the bakers. Zarin Kettlemaker wants no bread from the old mill."

    def people() -> list[tuple[str, str]]:
        relate_all(room)
        with reading(room.engine) as session:
            links = [one for one in desk_of_talk(session, "bread") if one.title == met.title]
        return [(thing.written, thing.said) for one in links for thing in one.evidence.people]

    met = FoundArticle("No bread from the old mill", url="https://blog.example/met", text=text)
    with writing(room.engine) as session:
        make_episode(session, slug="bread", title="The old mill", turns=[("Asma Green", "en", said)])
        keep_articles(session, Found((met,)), "", AT)
    assert people() == []
    with writing(room.engine) as session:
        bring_in(session, read_sheet(SHEET))
    assert follow_authority(room.engine) > 0
    assert is_due(room)  # whom they name is known now
    assert people() == [("Zarin Kettlemaker", "Lioness of Shimdar")]


def test_a_rejected_link_is_remembered(room: Newsroom) -> None:
    relate_all(room)
    decide(room, LAKE.title, "reject")
    relate_all(room, ["lake"])
    assert titles(room, shown_from=0) == []
    with reading(room.engine) as session:
        assert [one.review for one in desk_of_talk(session, "lake")] == [Review.REJECTED]
    decide(room, LAKE.title, "reopen")
    assert titles(room) == [LAKE.title]


def test_confirmed_links_stand_in_the_order_people_gave_and_outlive_every_round(room: Newsroom) -> None:
    relate_all(room)
    with writing(room.engine) as session:
        add_link(session, "lake", article_id(session, TEA.title), by="Mina")
        add_link(session, "lake", article_id(session, CAMELS.title), by="Mina")
    decide(room, LAKE.title, "confirm")
    assert titles(room) == [TEA.title, CAMELS.title, LAKE.title]
    decide(room, CAMELS.title, "up")
    assert titles(room) == [CAMELS.title, TEA.title, LAKE.title]
    decide(room, LAKE.title, "pin")
    relate_all(room, ["lake"])
    assert titles(room, shown_from=1) == [LAKE.title, CAMELS.title, TEA.title]
    decide(room, LAKE.title, "unpin")
    decide(room, LAKE.title, "down")
    assert titles(room) == [CAMELS.title, TEA.title, LAKE.title]


def test_a_reason_in_ones_own_words_stays(room: Newsroom) -> None:
    relate_all(room)
    decide(room, LAKE.title, "reason", "  He says it\n on the ice. ")
    relate_all(room, ["lake"])
    with reading(room.engine) as session:
        assert (
            articles_of_talk(session, read_page(session, "lake"), 0.8)[0].reason == "He says it on the ice."
        )


def test_what_cannot_be_done_is_said(room: Newsroom) -> None:
    relate_all(room)
    with pytest.raises(InvalidQuery):
        decide(room, LAKE.title, "burn")
    with pytest.raises(NotFound):
        decide(room, CAMELS.title, "confirm")
    with pytest.raises(InvalidQuery, match="Confirm it first"):
        decide(room, LAKE.title, "up")


def test_an_article_that_links_to_a_talk_belongs_to_it_whatever_it_says(room: Newsroom) -> None:
    with writing(room.engine) as session:
        talk = session.exec(select(Episode).where(Episode.slug == "chess")).one()
        url = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
        session.add(
            EpisodeSource(episode_id=talk.id or 0, url=url, provider="youtube", external_id="dQw4w9WgXcQ")
        )
        linking = FoundArticle(
            "Sunday", url="https://blog.example/s", text="Watch.", addresses=("https://youtu.be/dQw4w9WgXcQ",)
        )
        keep_articles(session, Found((linking,)), "https://blog.example/feed", AT)
    relate_all(room)
    with reading(room.engine) as session:
        [one] = articles_of_talk(session, read_page(session, "chess"), 0.9)
        assert tell_reason(one.evidence) == "The article links to this talk."


def test_an_article_deleted_at_its_source_stays_and_says_so(room: Newsroom) -> None:
    relate_all(room)
    with writing(room.engine) as session:
        keep_articles(session, Found((TEA, CAMELS), is_whole=True), "https://blog.example/feed", AT)
    with reading(room.engine) as session:
        assert articles_of_talk(session, read_page(session, "lake"), 0.8)[0].gone_at == AT


def test_readers_of_an_article_see_published_talks_alone(room: Newsroom) -> None:
    relate_all(room)
    with writing(room.engine) as session:
        talk = session.exec(select(Episode).where(Episode.slug == "lake")).one()
        talk.state = EpisodeState.WITHDRAWN
        session.add(talk)
        assert talks_of_article(session, article_id(session, LAKE.title), 0) == []
        with pytest.raises(NotFound):
            read_page(session, "lake")


def test_the_reason_holds_no_word_that_was_redacted(room: Newsroom) -> None:
    relate_all(room)
    with writing(room.engine) as session:
        talk = session.exec(select(Episode).where(Episode.slug == "lake")).one()
        take_out_words(session, talk.id or 0, [Span(0, 30_000)])
        [one] = desk_of_talk(session, "lake")
        assert {thing.said for thing in one.evidence.subjects} <= {"lake"}, "the title says it too"
        assert [passage.quote for passage in one.passages] == [""]
        kept = session.exec(select(EpisodeArticle.evidence)).one()
        assert "siren" not in kept
