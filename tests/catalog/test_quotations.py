"""Quotations found again in what was said, and told when it was corrected."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from catalog.alignment import Speech
from catalog.amber import stale_talks
from catalog.articles import keep_articles
from catalog.db import reading, writing
from catalog.editing import edit_paragraph, stamp_of
from catalog.models import Article, ArticleQuotation, Episode, Review, Track, Utterance
from catalog.newsroom import Newsroom
from catalog.passages import Passage, look_at_passage, passages_of_talk
from catalog.quotations import find_quotations
from catalog.redaction.rows import take_out_words
from catalog.relating.rounds import relate_all
from catalog.speakers import withhold_label
from catalog.undoing import undo_last
from catalog.written.found import Found, FoundArticle
from tests.catalog.conftest import MakeEpisode
from tests.catalog.labelled import read
from transcribe.timeline import Span

AT = datetime(2024, 6, 1, tzinfo=UTC)


def bare(words: str) -> set[str]:
    return {word.strip(".,؛۔").casefold() for word in words.split()}


def figures(half: str) -> tuple[float, float]:
    """Precision and recall: each paragraph is looked for in every talk of the half."""
    right = wrong = missed = 0
    talks = read(f"quotations-{half}.json")["talks"]
    for talk in talks:
        for paragraph in talk["paragraphs"]:
            for other in talks:
                said = other["said"].split()
                found = find_quotations([paragraph["text"]], Speech.of(said))
                truth = bare(paragraph["said"]) if other is talk else set()
                agree = [
                    one
                    for one in found
                    if 2 * len(truth & bare(" ".join(said[one.first : one.last])))
                    >= len(truth | bare(" ".join(said[one.first : one.last])))
                ]
                right, wrong = right + bool(agree), wrong + len(found) - len(agree)
                missed += bool(truth) and not agree
    return right / (right + wrong), right / (right + missed)


def figures_of_articles(name: str) -> tuple[float, float]:
    """The same of whole articles, each of which is looked for in every talk; one found twice counts once."""
    right = wrong = missed = 0
    written = read(f"quotations-{name}.json")
    for talk in written["talks"]:
        said = talk["said"].split()
        speech, all_said = Speech.of(said), bare_line(talk["said"])
        for article in written["articles"]:
            paragraphs = article["paragraphs"]
            truth = {
                (number, words)
                for number, paragraph in enumerate(paragraphs)
                for words in paragraph["said"]
                if bare_line(words) in all_said
            }
            met = set()
            for one in find_quotations([paragraph["text"] for paragraph in paragraphs], speech):
                agree = {
                    each
                    for each in truth
                    if each[0] == one.paragraph and is_like(each[1], said[one.first : one.last])
                }
                met |= agree
                wrong += not agree
            right, missed = right + len(met), missed + len(truth - met)
    return right / (right + wrong), right / (right + missed)


def bare_line(words: str) -> str:
    """Without stops and capitals, so that one can be looked for in another."""
    return " " + " ".join(re.sub(r"[^\w ]", "", words).casefold().split()) + " "


def is_like(words: str, said: list[str]) -> bool:
    one, other = (set(bare_line(text).split()) for text in (words, " ".join(said)))
    return 2 * len(one & other) >= len(one | other)


@pytest.mark.parametrize("half", ["tuning", "held"])
def test_what_is_found_is_quoted_and_most_of_what_is_quoted_is_found(half: str) -> None:
    precision, recall = figures(half)
    assert precision >= 0.95
    assert recall >= 0.85


@pytest.mark.parametrize("name", ["second", "third"])
def test_what_whole_articles_quote_is_found_in_the_right_talk(name: str) -> None:
    precision, recall = figures_of_articles(name)
    assert precision >= 0.95
    assert recall >= 0.85


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("“We sort … and letters are heavy”", 1),  # something was left out
        ("“We sort [all] the letters by candle light”", 1),  # something was put in
        ("“We never sort the letters by candle light”", 0),
        ("“In 1971 it was 310 letters”", 1),
        (
            "The letters, he says, are sorted by candle light since nineteen seventy one, three hundred and ten.",
            0,
        ),
        ("“letters are heavy”", 0),
        (
            "“letters are heavy”, “We sort the letters by candle light”",
            2,
        ),  # a few words beside a sure quotation
    ],
)
def test_what_writers_do_to_a_quotation_is_known(text: str, found: int) -> None:
    said = (
        "we sort the letters by candle light and letters are heavy in nineteen seventy one it was three hundred "
        "and ten letters"
    )
    assert len(find_quotations([text], Speech.of(said.split()))) == found


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_text_is_looked_through(text: str, said: str) -> None:
    for one in find_quotations([text, f"“{text}”"], Speech.of(said.split())):
        assert 0 <= one.first < one.last <= len(said.split())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("“We sort letters by candle light”", 1),
        ("«We sort letters by candle light»", 1),
        ('"We sort letters by candle light"', 1),
        ("‘We sort letters by candle light’ he said", 1),
        ("”ہم چراغ کی روشنی میں خط چھانٹتے ہیں“", 1),
        ("“candle light”", 0),
        ("“We sort nothing at all today”", 0),
    ],
)
def test_every_kind_of_quotation_mark_is_known(text: str, found: int) -> None:
    said = "well we sort letters by candle light ہم چراغ کی روشنی میں خط چھانٹتے ہیں"
    assert len(find_quotations([text], Speech.of(said.split()))) == found


# ---- corrected since -----------------------------------------------------------------------------

SAID = "The wells of our valley are empty and the cotton has died"
LINES = [
    ("Zarin Test", "en", "How is it now"),
    ("Hamid River", "en", SAID),
    ("Zarin Test", "en", "Thank you"),
]
ARTICLE = FoundArticle(
    "Dry", url="https://blog.example/dry", text="“The wells of our valley are empty and the cotton died.”"
)


@pytest.fixture
def talk(house: Newsroom, make_episode: MakeEpisode) -> Engine:
    with writing(house.engine) as session:
        make_episode(session, slug="dry", turns=LINES)
        keep_articles(session, Found((ARTICLE,)), "https://blog.example/feed", AT)
    relate_all(house)
    return house.engine


def passage(engine: Engine) -> Passage:
    with reading(engine) as session:
        [one] = passages_of_talk(session, 1)
        return one


def line(session: Session, position: int = 1) -> Utterance:
    current = select(Utterance).join(Track).where(Track.current, Utterance.position == position)
    return session.exec(current).one()


def edit(session: Session) -> None:
    row = line(session)
    edit_paragraph(session, "dry", row.id or 0, SAID.replace("empty", "full"), stamp_of(row), by="Mina")


def edit_and_undo_and_edit(session: Session) -> None:
    edit(session)
    undo_last(session, "dry", by="Mina")
    edit(session)


def redact(session: Session) -> None:
    take_out_words(session, 1, [Span(13_000, 15_000)])


def hear_again(session: Session) -> None:
    """Another run of the recogniser hears other words there, a little later."""
    old = line(session)
    track = session.exec(select(Track)).one()
    track.current = False
    session.add(track)
    new = Track(episode_id=1, language="en", current=True, revision=2)
    session.add(new)
    session.flush()
    words = [
        [start + 120, end + 120, "hollow" if word == "empty" else word, 0.9]
        for start, end, word, _ in old.words
    ]
    text = " ".join(str(row[2]) for row in words)
    session.add(
        Utterance(
            track_id=new.id or 0,
            position=1,
            start_ms=10_000,
            end_ms=20_000,
            language="en",
            text=text,
            words=words,
        )
    )


def lose_the_words(session: Session) -> None:
    session.delete(line(session))


def write_over(session: Session) -> None:
    """Words without times, as a person may write them."""
    row = line(session)
    row.text, row.words = SAID.replace("cotton", "wheat"), []
    session.add(row)


def withhold(session: Session) -> None:
    withhold_label(session, "dry", "V1", by="Mina")


CHANGES = [edit, edit_and_undo_and_edit, redact, hear_again, lose_the_words, write_over, withhold]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_every_way_to_change_quoted_words_shows(
    talk: Engine, house: Newsroom, change: Callable[[Session], None]
) -> None:
    assert not passage(talk).is_stale
    with writing(talk) as session:
        change(session)
    assert passage(talk).is_stale
    relate_all(house, ["dry"])
    assert passage(talk).is_stale, "the next round of relating must not hide it"
    with reading(talk) as session:
        assert [(one.slug, one.quotations) for one in stale_talks(session)] == [("dry", 1)]


@pytest.mark.parametrize("position", range(len(SAID.split())))
def test_whichever_word_is_changed_shows(talk: Engine, position: int) -> None:
    words = SAID.split()
    words[position] = "something"
    with writing(talk) as session:
        row = line(session)
        edit_paragraph(session, "dry", row.id or 0, " ".join(words), stamp_of(row), by="Mina")
    outside = words[position] not in passage(talk).said.split() and position in (0, len(words) - 1)
    assert passage(talk).is_stale or outside


def test_undone_it_is_as_before(talk: Engine) -> None:
    with writing(talk) as session:
        edit(session)
        undo_last(session, "dry", by="Mina")
    assert not passage(talk).is_stale


def test_words_beside_it_and_the_same_words_heard_again_change_nothing(talk: Engine) -> None:
    with writing(talk) as session:
        row = line(session, 0)
        edit_paragraph(session, "dry", row.id or 0, "How is the harvest now", stamp_of(row), by="Mina")
        row = line(session)
        row.words = [[start + 300, end + 300, word, sure] for start, end, word, sure in row.words]
        row.text = SAID.replace("wells", "Wells,")
        session.add(row)
    assert not passage(talk).is_stale


@pytest.mark.parametrize("review", [Review.CONFIRMED, Review.REJECTED])
def test_an_editor_who_looks_ends_it(talk: Engine, house: Newsroom, review: Review) -> None:
    with writing(talk) as session:
        edit(session)
        look_at_passage(session, passage(talk).id, review, by="Karima")
    assert passage(talk).review is review
    assert not passage(talk).is_stale
    relate_all(house, ["dry"])
    assert passage(talk).review is review


def test_redacted_words_are_neither_quoted_nor_found_again(talk: Engine, house: Newsroom) -> None:
    with writing(talk) as session:
        redact(session)
    relate_all(house, ["dry"])
    with reading(talk) as session:
        rows = session.exec(select(ArticleQuotation)).all()
    assert [(row.quote, row.stamp) for row in rows] == [("", "")]
    assert not passage(talk).is_public


def test_what_the_article_does_not_say_any_more_is_no_quotation(talk: Engine, house: Newsroom) -> None:
    with writing(talk) as session:
        changed = FoundArticle(
            "Dry", url=ARTICLE.url, text="The wells of the valley are dry, and no cotton grows."
        )
        keep_articles(session, Found((changed,)), "https://blog.example/feed", AT)
    relate_all(house, ["dry"])
    with reading(talk) as session:
        assert passages_of_talk(session, 1) == []
        assert session.exec(select(Article)).one().related_at is not None
        assert session.exec(select(Episode)).one().id == 1
