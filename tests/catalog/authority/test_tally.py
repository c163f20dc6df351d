"""How often published talks name each entity: counted step by step as if it were counted anew, whatever happens."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from catalog.authority import tally as tallying
from catalog.authority.changing import edit_entity, merge_entities, retire_entity, undo_entity
from catalog.authority.entries import entry_of
from catalog.authority.finding import follow_authority
from catalog.authority.reading import public_topics
from catalog.authority.tally import Tally, tally_of
from catalog.db import reading, writing
from catalog.editing import edit_paragraph, stamp_of
from catalog.episodes import find_episode, touch
from catalog.errors import CatalogError
from catalog.models import EpisodeState, Track, Utterance
from catalog.publishing import publish_episode, withdraw_episode
from catalog.redaction.rows import take_out_words
from tests.catalog.authority.test_finding import TURNS, bring
from tests.catalog.conftest import MakeEpisode
from transcribe.timeline import Span

SLUGS = ("tea", "cups", "pots")
# Said another way than the tally does: over all talks at once.
ANEW = """
SELECT m.entity_id, count(DISTINCT m.utterance_id), count(DISTINCT t.episode_id)
FROM mention m JOIN utterance u ON u.id = m.utterance_id JOIN track t ON t.id = u.track_id
JOIN episode e ON e.id = t.episode_id
WHERE t.current AND t.kind = 'original' AND e.state = 'published' GROUP BY m.entity_id
"""


@pytest.fixture
def talks(record: Engine, make_episode: MakeEpisode) -> None:
    bring(record)
    with writing(record) as session:
        for number, slug in enumerate(SLUGS):
            touch(session, make_episode(session, slug=slug, state=EpisodeState.REVIEW, turns=TURNS[number:]))


def _publish(session: Session, slug: str, dice: random.Random) -> None:
    publish_episode(session, slug)


def _withdraw(session: Session, slug: str, dice: random.Random) -> None:
    withdraw_episode(session, slug)


def _edit(session: Session, slug: str, dice: random.Random) -> None:
    line = session.exec(
        select(Utterance).join(Track).where(Track.episode_id == find_episode(session, slug).id)
    ).first()
    text = dice.choice(["A kettle in Teapur.", "Nothing at all.", "Teapur and the House of Cups."])
    if line is not None:
        edit_paragraph(session, slug, line.id or 0, text, stamp_of(line), by="Sana")


def _redact(session: Session, slug: str, dice: random.Random) -> None:
    episode = find_episode(session, slug)
    take_out_words(session, episode.id or 0, [Span(0, dice.choice([1_000, 6_000]))])
    touch(session, episode)


def _merge(session: Session, slug: str, dice: random.Random) -> None:
    merge_entities(session, "kettles", "teapur")


def _retire(session: Session, slug: str, dice: random.Random) -> None:
    retire_entity(session, dice.choice(["hidden", "zarin-chai"]))


def _undo(session: Session, slug: str, dice: random.Random) -> None:
    undo_entity(session, dice.choice(["teapur", "hidden", "zarin-chai"]))


def _rename(session: Session, slug: str, dice: random.Random) -> None:
    edit_entity(
        session, "teapur", replace(entry_of(session, "teapur")[1], aliases=dice.choice([(), ("ٹیپور",)]))
    )


ACTS: tuple[Callable[[Session, str, random.Random], None], ...] = (
    *(_publish, _publish, _withdraw, _edit, _edit, _redact, _merge, _retire, _undo, _undo, _rename),
)


@pytest.mark.parametrize("seed", range(2))
def test_counts_after_any_acts_are_those_counted_anew(record: Engine, talks: None, seed: int) -> None:
    dice, tally, counted = random.Random(seed), Tally(), 0
    for _ in range(30):
        act, slug = dice.choice(ACTS), dice.choice(SLUGS)
        try:
            with writing(record) as session:
                act(session, slug, dice)
        except CatalogError:
            pass  # it cannot be done now: nothing has changed
        if dice.random() < 0.3:
            follow_authority(record)
        with reading(record) as session:
            anew = {entity: (turns, talks) for entity, turns, talks in session.execute(sa.text(ANEW))}
            assert tally.count(session) == anew
        counted += len(anew)
    assert counted


def test_only_talks_that_changed_are_counted_again(
    record: Engine, talks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[int]] = []
    count_turns = tallying._count_turns

    def note(session: Session, episode_ids: list[int]) -> object:
        asked.append(sorted(episode_ids))
        return count_turns(session, episode_ids)

    monkeypatch.setattr(tallying, "_count_turns", note)
    tally = Tally()
    with writing(record) as session:
        ids = [publish_episode(session, slug).id for slug in SLUGS]
    for change in (None, "cups", None):
        if change:
            with writing(record) as session:
                _edit(session, change, random.Random(1))
        with reading(record) as session:
            tally.count(session)
    assert asked == [sorted(ids), [ids[1]]]


def test_who_writes_counts_what_nobody_sees_yet_and_leaves_the_tally_alone(
    record: Engine, talks: None
) -> None:
    with writing(record) as session:
        publish_episode(session, "tea")
    with reading(record) as session:
        before = {slug: one.turns for slug, one in public_topics(session).items()}
    with pytest.raises(ZeroDivisionError), writing(record) as session:
        publish_episode(session, "cups")
        assert public_topics(session)["teapur"].turns > before["teapur"]
        raise ZeroDivisionError
    with reading(record) as session:
        assert {slug: one.turns for slug, one in public_topics(session).items()} == before
        assert tally_of(record).count(session)
