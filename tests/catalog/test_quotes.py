"""Quotes in the record: the same words have the same link, what is not public is not quoted, what changed is said."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session, select
from typer.testing import CliRunner

from catalog import settings
from catalog.anchors import Landing
from catalog.cli import app
from catalog.db import reading, writing
from catalog.errors import InvalidQuery, NotFound
from catalog.models import Episode, EpisodeState, LabelState, Quote, Redaction, SpeakerLabel, Track, Utterance
from catalog.newsroom import Newsroom
from catalog.paragraphs import cut_paragraph, shift_paragraphs
from catalog.quotes import WordsGone, moment_of, quote_moment, quote_paragraph, read_quote
from catalog.speakers import merge_labels, open_label, withhold_label
from catalog.undoing import undo_last
from tests.catalog.conftest import MakeEpisode

LINES = [
    ("Zarin Test", "en", "We waited for the tea all morning and it never came to us"),
    ("Hamid Test", "en", "The tea was late because the road was closed at the bridge"),
    (None, "en", "I heard it was the snow that held it up this year again"),
]
SITE = {"base_url": "https://talk.example", "show": "The demo show", "publisher": "Demo Press"}


@pytest.fixture
def talk(record: Engine, make_episode: MakeEpisode) -> Engine:
    with writing(record) as session:
        make_episode(session, slug="tea", turns=LINES)
        make_episode(session, slug="secret", state=EpisodeState.REVIEW, turns=LINES)
    return record


def quote(engine: Engine, start_ms: int = 10_000, end_ms: int = 14_000, slug: str = "tea") -> str:
    with writing(engine) as session:
        return quote_moment(session, slug, start_ms, end_ms)


def rewrite(engine: Engine, position: int, text: str, *, keep_words: bool = True) -> None:
    with writing(engine) as session:
        row = find_line(session, position)
        row.text = text
        if not keep_words:
            row.words = []
        session.add(row)
        episode = session.exec(select(Episode).where(Episode.slug == "tea")).one()
        episode.revision += 1
        session.add(episode)


def find_line(session: Session, position: int) -> Utterance:
    query = select(Utterance).join(Track).join(Episode).where(Episode.slug == "tea")
    return session.exec(query.where(Utterance.position == position)).one()


def test_a_quote_has_the_words_their_speaker_and_their_times(talk: Engine) -> None:
    with reading(talk) as session:
        short_id = quote(talk)
        card = read_quote(session, short_id)
    assert re.fullmatch("[a-z0-9]{10}", short_id)
    assert (card.landing, card.quoted, card.now) == (
        Landing.EXACT,
        "The tea was late because",
        "The tea was late because",
    )
    assert [(s.name, s.role, s.certainty) for s in card.speakers] == [("Hamid Test", "guest", "confirmed")]
    assert (card.start_ms, card.suffix[:8]) == (10_000, "the road")


def test_the_same_words_have_the_same_link_and_others_another(talk: Engine) -> None:
    first = quote(talk)
    assert quote(talk, 10_050, 13_900) == first
    assert quote(talk, 10_000, 15_500) != first
    rewrite(talk, 0, "We had waited a long time for the tea all morning")
    assert quote(talk) == first
    with reading(talk) as session:
        assert len(session.exec(select(Quote)).all()) == 2


def test_a_paragraph_is_quoted_whole(talk: Engine) -> None:
    with writing(talk) as session:
        assert read_quote(session, quote_paragraph(session, "tea", 1)).quoted == LINES[1][2]
        with pytest.raises(InvalidQuery):
            quote_paragraph(session, "tea", 99)


@pytest.mark.parametrize(
    "span", [(5, 5), (9, 3), (-1, 4000), (10**12, 10**13), (2**70, 2**71), (0, 1)], ids=str
)
def test_a_span_without_words_is_refused(talk: Engine, span: tuple[int, int]) -> None:
    with pytest.raises(InvalidQuery):
        quote(talk, *span)


def test_more_than_three_minutes_are_refused(record: Engine, make_episode: MakeEpisode) -> None:
    with writing(record) as session:
        make_episode(session, slug="tea", turns=LINES * 7)
    with pytest.raises(InvalidQuery, match="three minutes"):
        quote(record, 0, 210_000)


@pytest.mark.parametrize("slug", ["secret", "nothing", "' OR 1=1 --"])
def test_only_published_words_are_quoted(talk: Engine, slug: str) -> None:
    with pytest.raises(NotFound):
        quote(talk, slug=slug)


def test_a_corrected_quote_shows_both(talk: Engine) -> None:
    short_id = quote(talk)
    rewrite(talk, 1, "The tea was never late because the road was closed at the bridge")
    with reading(talk) as session:
        card = read_quote(session, short_id)
    assert (card.landing, card.quoted) == (Landing.CHANGED, "The tea was late because")
    assert card.now.startswith("The tea was never late")
    assert (card.revision, card.talk.card.revision) == (1, 2)


def test_a_change_of_speaker_and_a_new_hearing_keep_the_words(talk: Engine) -> None:
    short_id = quote(talk)
    with writing(talk) as session:
        old = session.exec(select(Track).join(Episode).where(Episode.slug == "tea")).one()
        rows = session.exec(select(Utterance).where(Utterance.track_id == old.id)).all()
        old.current = False
        new = Track(episode_id=old.episode_id, language="en", revision=2, current=True)
        session.add_all([old, new])
        session.flush()
        for row in rows:
            late = [[start + 120, end + 120, text, p] for start, end, text, p in row.words]
            values = row.model_dump(exclude={"id", "track_id", "words"})
            session.add(Utterance(track_id=new.id or 0, words=late, **values | {"speaker_label_id": None}))
    with reading(talk) as session:
        card = read_quote(session, short_id)
    assert (card.landing, card.now, card.start_ms) == (Landing.EXACT, "The tea was late because", 10_120)
    assert [speaker.name for speaker in card.speakers] == ["Unconfirmed voice"]


def test_words_that_are_gone_are_not_shown(talk: Engine) -> None:
    short_id = quote(talk)
    rewrite(talk, 1, "", keep_words=False)
    with reading(talk) as session, pytest.raises(WordsGone) as problem:
        read_quote(session, short_id)
    assert problem.value.episode_slug == "tea"
    assert "tea was late" not in str(problem.value)


def test_redacted_words_are_gone_from_the_quote_too(talk: Engine) -> None:
    short_id = quote(talk)
    with writing(talk) as session:
        episode_id = find_line(session, 1).track_id
        episode_id = session.get_one(Track, episode_id).episode_id
        session.add(
            Redaction(
                episode_id=episode_id, start_ms=11_000, end_ms=12_000, reason="safety", at=datetime.now(UTC)
            )
        )
    with reading(talk) as session, pytest.raises(WordsGone):
        read_quote(session, short_id)
    rewrite(talk, 1, "The tea [redacted] late because the road was closed at the bridge")
    with reading(talk) as session:
        card = read_quote(session, short_id)
    assert (card.landing, card.quoted) == (Landing.CHANGED, "")
    assert "was late" not in card.now
    with reading(talk) as session:
        assert "was late" not in moment_of(read_quote(session, short_id), **SITE).text


@pytest.mark.parametrize("told", [True, False])
def test_a_talk_taken_back_takes_its_quotes_along(talk: Engine, told: bool) -> None:
    short_id = quote(talk)
    with writing(talk) as session:
        episode = session.exec(select(Episode).where(Episode.slug == "tea")).one()
        episode.state, episode.withdrawn_silently = EpisodeState.WITHDRAWN, not told
        session.add(episode)
    with reading(talk) as session, pytest.raises(WordsGone if told else NotFound):
        read_quote(session, short_id)


def test_a_talk_that_is_read_again_before_readers_may_has_no_quotes(talk: Engine) -> None:
    short_id = quote(talk)
    with writing(talk) as session:
        episode = session.exec(select(Episode).where(Episode.slug == "tea")).one()
        episode.state = EpisodeState.REVIEW
        session.add(episode)
    with reading(talk) as session, pytest.raises(NotFound):
        read_quote(session, short_id)


@pytest.mark.parametrize("forged", ["", "x", "aaaaaaaaaa", "a" * 5000, "' OR 1=1 --", "%", "\u202e"])
def test_a_forged_id_is_nobodys(talk: Engine, forged: str) -> None:
    quote(talk)
    with reading(talk) as session, pytest.raises(NotFound):
        read_quote(session, forged)


def test_names_carry_their_doubt_into_the_citation(talk: Engine) -> None:
    short_id = quote(talk)
    printed = []
    for probability in (0.99, 0.8, 0.2):
        with writing(talk) as session:
            label = session.get_one(SpeakerLabel, find_line(session, 1).speaker_label_id)
            label.state, label.probability = LabelState.SUGGESTED, probability
            session.add(label)
        with reading(talk) as session:
            printed.append(moment_of(read_quote(session, short_id), **SITE).speakers)
    assert printed == [("Hamid Test",), ("probably Hamid Test",), ("Unconfirmed voice 2",)]


def test_a_withheld_name_is_in_no_citation(talk: Engine) -> None:
    short_id = quote(talk)
    with writing(talk) as session:
        label = session.get_one(SpeakerLabel, find_line(session, 1).speaker_label_id)
        label.state = LabelState.WITHHELD
        session.add(label)
    with reading(talk) as session:
        assert moment_of(read_quote(session, short_id), **SITE).speakers == ("Name withheld",)


def test_the_command_cites_a_link_in_every_form(
    house: Newsroom, make_episode: MakeEpisode, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.current.cache_clear()
    monkeypatch.setenv("PRESSTALK_HOME", str(house.settings.home))
    monkeypatch.setenv("PRESSTALK_DATABASE_URL", house.settings.database_url)
    with writing(house.engine) as session:
        make_episode(session, slug="tea", turns=LINES)
        short_id = quote_moment(session, "tea", 10_000, 14_000)
    signs = {
        "csl": '"type"',
        "bibtex": "@audio{",
        "ris": "TY  - SOUND",
        "text": "Hamid Test",
        "annotation": "refinedBy",
    }
    for style, sign in signs.items():
        told = CliRunner().invoke(app, ["cite", f"https://talk.example/q/{short_id}", "--format", style])
        assert sign in told.output, told.output
        assert f"https://talk.example/q/{short_id}" in told.output
    assert isinstance(CliRunner().invoke(app, ["cite", "aaaaaaaaaa"]).exception, NotFound)
    assert isinstance(CliRunner().invoke(app, ["cite", "no link"]).exception, InvalidQuery)
    settings.current.cache_clear()


def test_words_that_others_have_replaced_are_not_shown_and_neither_are_the_others(talk: Engine) -> None:
    short_id = quote(talk)
    with writing(talk) as session:
        for position in range(3):
            row = find_line(session, position)
            row.text = " ".join(f"x{n}" for n in range(12))
            row.words = [[start, end, f"x{n}", 0.9] for n, (start, end, *_) in enumerate(row.words)]
            session.add(row)
    with reading(talk) as session, pytest.raises(WordsGone):
        read_quote(session, short_id)


def test_a_withdrawn_talk_is_told_from_one_that_never_was(talk: Engine) -> None:
    with writing(talk) as session:
        episode = session.exec(select(Episode).where(Episode.slug == "tea")).one()
        episode.state = EpisodeState.WITHDRAWN
        session.add(episode)
    with pytest.raises(WordsGone):
        quote(talk)


def test_a_redaction_of_where_the_words_stand_now_counts_too(talk: Engine) -> None:
    short_id = quote(talk)
    with writing(talk) as session:
        row = find_line(session, 1)
        row.words = [[start + 400, end + 400, text, p] for start, end, text, p in row.words]
        session.add(row)
        episode_id = session.get_one(Track, row.track_id).episode_id
        session.add(Redaction(episode_id=episode_id, start_ms=14_300, end_ms=14_400, reason="safety"))
    with reading(talk) as session:
        original = session.exec(select(Quote)).one()
        assert original.end_ms <= 14_300
        with pytest.raises(WordsGone):
            read_quote(session, short_id)


def test_moments_hold_through_the_acts_of_the_newsroom(talk: Engine) -> None:
    """Every span of two to six words, through other speakers, a name withheld, paragraphs cut and a line redacted."""
    spans = {}
    for first in range(11):
        for count in (2, 4, 6):
            span = (10_000 + first * 833, 10_000 + min(12, first + count) * 833)
            spans[quote(talk, *span)] = None
    with reading(talk) as session:
        spans = {short_id: read_quote(session, short_id) for short_id in spans}
    acts = (
        lambda session: open_label(session, "tea", "V1", by="Asma"),
        lambda session: merge_labels(session, "tea", "V1", "V0", by="Asma"),
        lambda session: withhold_label(session, "tea", "V0", by="Asma"),
        lambda session: undo_last(session, "tea", by="Asma"),
        cut_at_fifth,
    )
    for act in acts:
        with writing(talk) as session:
            act(session)
        with reading(talk) as session:
            for short_id, before in spans.items():
                card = read_quote(session, short_id)
                assert (card.landing, card.now) == (Landing.EXACT, before.quoted)
                assert abs(card.start_ms - before.start_ms) <= 500
    with writing(talk) as session:
        episode_id = session.get_one(Track, find_line(session, 0).track_id).episode_id
        session.add(Redaction(episode_id=episode_id, start_ms=13_000, end_ms=14_000, reason="safety"))
    for short_id, before in spans.items():
        hit = before.start_ms < 14_000 and before.end_ms > 13_000
        with reading(talk) as session:
            if hit:
                with pytest.raises(WordsGone):
                    read_quote(session, short_id)
            else:
                assert read_quote(session, short_id).now == before.quoted


def cut_at_fifth(session: Session) -> None:
    row = find_line(session, 1)
    shift_paragraphs(session, row.track_id, row.position, 1)
    row = find_line(session, 1)
    rest = cut_paragraph(row, 5)
    session.add_all([row, rest])
