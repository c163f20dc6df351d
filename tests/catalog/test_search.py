import logging
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from catalog.db import connect, reading, writing
from catalog.errors import InvalidQuery
from catalog.models import Episode, EpisodeState, LabelState, SpeakerLabel, Track, Utterance
from catalog.search.documents import Entry
from catalog.search.hits import MOST_HITS, Hit, Results, search_turns
from catalog.search.index import TurnIndex
from catalog.search.refresh import heal, open_index, published_entries, rebuild, refresh_episode
from catalog.transcripts import SpokenTurn, read_turns

TURNS = [
    ("Zarin Test", "en", "Welcome to a talk about the old bridge and the river."),
    ("Kamal Probe", "ur", "لاپتہ كتاب کی کہانی، اور دریا کا پل"),
    ("Zarin Test", "hi", "यह हिन्दी किताब बहुत अच्छी है।"),
    ("Kamal Probe", "bn", "বিশ্ববিদ্যালয় নদীর ওপারে।"),
    (None, "en", "Nobody knows who mended the river bridge."),
]


@pytest.fixture
def talk(engine: Engine, make_episode: Callable[..., Episode]) -> int:
    """The id of a published talk."""
    with writing(engine) as session:
        episode_id = make_episode(session, slug="bridge", title="The bridge", turns=TURNS).id
    assert episode_id
    return episode_id


@pytest.fixture
def index(engine: Engine, talk: int, tmp_path: Path) -> TurnIndex:
    return open_index(tmp_path / "index", engine)


def search(engine: Engine, index: TurnIndex, text: str, **options: object) -> Results:
    """What is found by the very words; other spellings are tried in `test_search_expand`."""
    with reading(engine) as session:
        return search_turns(session, index, text, **({"expand": False} | options))  # type: ignore[arg-type]


def starts(engine: Engine, index: TurnIndex, text: str) -> set[int]:
    """The starts, in seconds, of the passages in which hits were found."""
    return {hit.start_ms // 10_000 * 10 for hit in search(engine, index, text).hits}


def only_hit(engine: Engine, index: TurnIndex, text: str) -> Hit:
    (hit,) = search(engine, index, text).hits
    return hit


@pytest.mark.parametrize(
    ("typed", "found_at"),
    [
        ("bridge", {0, 40}),
        ("OLD bridge", {0}),
        ('"river bridge"', {40}),
        ('"bridge river"', set()),
        ("bridge -old", {40}),
        ("old OR nobody", {0, 40}),
        ("rive*", {0, 40}),
        ("riv", set()),
        ("لاپته", {10}),
        ("کتاب", {10}),
        ("كتاب", {10}),
        ("کهاني", {10}),
        ("हिंदी", {20}),
        ("कित*", {20}),
        ("क", set()),  # no piece of a word
        ("বিশ্ববিদ্যালয়", {30}),
        ("বিশ্ব", set()),
        ("zarin", set()),  # names are not words that were said
    ],
)
def test_words_are_found_in_every_script_and_from_every_keyboard(
    engine: Engine, index: TurnIndex, typed: str, found_at: set[int]
) -> None:
    assert starts(engine, index, typed) == found_at


def test_a_hit_says_who_spoke_how_sure_that_is_and_where_it_starts(engine: Engine, index: TurnIndex) -> None:
    hit = only_hit(engine, index, "old bridge")
    assert (hit.episode_slug, hit.episode_title) == ("bridge", "The bridge")
    assert (hit.speaker, hit.speaker_slug, hit.certainty, hit.role) == (
        *("Zarin Test", "zarin-test"),
        *("confirmed", "guest"),
    )
    assert hit.language == "en"
    assert hit.start_ms == 6 * (10_000 // 11)  # the seventh of eleven words: "old"
    assert hit.end_ms == 10_000
    assert [text for text, found in hit.snippet if found] == ["old", "bridge"]
    assert hit.snippet_text == TURNS[0][2]
    assert only_hit(engine, index, "mended").certainty == "unconfirmed"


def test_search_is_the_same_on_every_database(
    database_url: str, tmp_path: Path, make_episode: Callable[..., Episode]
) -> None:
    engine = connect(database_url)
    with writing(engine) as session:
        make_episode(session, slug="draft", state=EpisodeState.REVIEW, turns=TURNS)
        make_episode(session, slug="bridge", turns=TURNS)
    index = open_index(tmp_path / "index", engine)
    assert [hit.start_ms // 10_000 for hit in search(engine, index, "کتاب").hits] == [1]
    assert rebuild(engine, index) == 1
    engine.dispose()


def test_a_hit_starts_with_its_passage_where_the_timed_words_are_no_longer_those_written(
    engine: Engine, index: TurnIndex
) -> None:
    with writing(engine) as session:
        passage = session.exec(select(Utterance).where(col(Utterance.position) == 4)).one()
        passage.words = [[40_000, 50_000, "mumbling", 0.2]]
    assert only_hit(engine, index, "mended").start_ms == 40_000


def test_a_long_turn_is_found_at_the_passage_that_was_asked_for(
    engine: Engine, index: TurnIndex, make_episode: Callable[..., Episode]
) -> None:
    monologue = [(None, "en", f"Thought number {number} of many, marker{number}") for number in range(60)]
    with writing(engine) as session:
        make_episode(session, slug="monologue", turns=monologue)
    assert heal(engine, index) == 1
    hit = only_hit(engine, index, "marker47")
    assert 470_000 <= hit.start_ms < 480_000
    assert hit.end_ms - hit.start_ms <= 90_000
    assert len(search(engine, index, "thought", episode="monologue").hits) == 7


def test_an_episode_can_be_searched_alone(
    engine: Engine, index: TurnIndex, make_episode: Callable[..., Episode]
) -> None:
    with writing(engine) as session:
        make_episode(session, slug="other", turns=[(None, "en", "another bridge")])
        make_episode(
            session, slug="draft", state=EpisodeState.REVIEW, turns=[(None, "en", "a bridge not yet built")]
        )
    heal(engine, index)
    assert search(engine, index, "bridge").total == 3
    assert [hit.episode_slug for hit in search(engine, index, "bridge", episode="other").hits] == ["other"]
    for slug in ("draft", "nowhere"):
        assert search(engine, index, "bridge", episode=slug) == Results(0, (), ())


def test_pages_of_hits_follow_each_other_and_their_total_stays(
    engine: Engine, index: TurnIndex, make_episode: Callable[..., Episode]
) -> None:
    with writing(engine) as session:
        for number in range(5):
            make_episode(session, slug=f"t{number}", turns=[(None, "en", "one word: lantern")])
    heal(engine, index)
    pages = [search(engine, index, "lantern", limit=2)]
    while pages[-1].next:
        pages.append(search(engine, index, "lantern", limit=2, after=pages[-1].next))
    assert [len(page.hits) for page in pages] == [2, 2, 1]
    assert {page.total for page in pages} == {5}
    assert len({hit.episode_slug for page in pages for hit in page.hits}) == 5


@pytest.mark.parametrize("limit", [0, -1, 10**12, MOST_HITS])
def test_no_limit_is_a_failure(engine: Engine, index: TurnIndex, limit: int) -> None:
    assert search(engine, index, "bridge", limit=limit).total == 2


@pytest.mark.parametrize("after", ["x", "é" * 24, "A" * 24, "0" * 10_000])
def test_a_forged_cursor_is_refused_with_a_sentence(engine: Engine, index: TurnIndex, after: str) -> None:
    with pytest.raises(InvalidQuery, match="first page"):
        search(engine, index, "bridge", after=after)


def test_what_may_have_been_meant_is_said_where_nothing_was_found(engine: Engine, index: TurnIndex) -> None:
    found = search(engine, index, "bridgs")
    assert found.total == 0
    assert "bridge" in found.suggestions


# ---- what is not public is not found ---------------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in EpisodeState if state is not EpisodeState.PUBLISHED])
def test_a_stale_index_never_shows_what_is_not_published_now(
    engine: Engine, index: TurnIndex, talk: int, state: EpisodeState
) -> None:
    assert search(engine, index, "bridge").total == 2
    with writing(engine) as session:
        session.get_one(Episode, talk).state = state
    assert search(engine, index, "bridge") == Results(0, (), ())
    assert talk in index.stamps()


def test_a_stale_index_never_shows_words_that_were_taken_out(
    engine: Engine, index: TurnIndex, talk: int
) -> None:
    with writing(engine) as session:
        passage = session.exec(select(Utterance).where(col(Utterance.position) == 4)).one()
        passage.text, passage.words = "Nobody knows.", []
    assert search(engine, index, "mended") == Results(0, (), ())
    with writing(engine) as session:
        session.exec(select(Track).where(Track.episode_id == talk)).one().current = False
    assert search(engine, index, "river") == Results(0, (), ())


def test_a_name_is_shown_as_the_catalog_has_it_now(engine: Engine, index: TurnIndex) -> None:
    with writing(engine) as session:
        label = session.exec(select(SpeakerLabel).order_by(col(SpeakerLabel.id))).first()
        assert label
        label.state = LabelState.WITHHELD
    hit = only_hit(engine, index, "welcome")
    assert (hit.speaker, hit.speaker_slug) == ("Name withheld", "")


def test_publish_edit_and_withdraw_reach_a_reader_that_is_already_open(
    engine: Engine, talk: int, tmp_path: Path
) -> None:
    reader, writer = (open_index(tmp_path / "index", engine) for _ in range(2))
    assert search(engine, reader, "bridge").total == 2

    def change(state: EpisodeState, text: str) -> None:
        with writing(engine) as session:
            episode = session.get_one(Episode, talk)
            episode.state, episode.revision = state, episode.revision + 1
            session.exec(select(Utterance).where(col(Utterance.position) == 0)).one().text = text
        with reading(engine) as session:
            refresh_episode(session, writer, talk)

    change(EpisodeState.PUBLISHED, "Welcome to the lighthouse.")
    assert search(engine, reader, "lighthouse").total == 1
    assert search(engine, reader, "bridge").total == 1
    assert reader.stamps() == {talk: 2}
    change(EpisodeState.WITHDRAWN, "Welcome to the lighthouse.")
    assert search(engine, reader, "lighthouse").total == 0
    assert reader.stamps() == {}


# ---- the index takes care of itself -----------------------------------------------------------------


def test_healing_repairs_only_what_differs(
    engine: Engine, index: TurnIndex, talk: int, make_episode: Callable[..., Episode]
) -> None:
    assert heal(engine, index) == 0
    with writing(engine) as session:
        new = make_episode(session, slug="new", turns=[(None, "en", "a windmill")]).id
        session.get_one(Episode, talk).state = EpisodeState.WITHDRAWN
    assert heal(engine, index) == 2
    assert index.stamps() == {new: 1}
    assert heal(engine, index) == 0


def generation(folder: Path) -> Path:
    return folder / (folder / "current").read_text()


def damage_every_file(folder: Path) -> None:
    for path in generation(folder).iterdir():
        path.write_bytes(b"\x00" * path.stat().st_size)


def damage_inside(folder: Path) -> None:
    """Only the beginnings: the frames at the end still look right, and tantivy panics when it reads on."""
    for suffix in ("idx", "pos", "term"):
        (path,) = generation(folder).glob(f"*.{suffix}")
        with path.open("r+b") as file:
            file.write(b"\xff" * max(0, path.stat().st_size - 150))


def make_older(folder: Path) -> None:
    old = generation(folder)
    old.rename(folder / "v0-abc")
    (folder / "current").write_text("v0-abc")


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(shutil.rmtree, id="all gone"),
        pytest.param(lambda folder: shutil.rmtree(generation(folder)), id="generation gone"),
        pytest.param(lambda folder: (generation(folder) / "meta.json").unlink(), id="meta gone"),
        pytest.param(damage_every_file, id="zeroes"),
        pytest.param(damage_inside, id="damaged inside"),
        pytest.param(make_older, id="older"),
        pytest.param(
            lambda folder: (folder / "current").write_bytes(b"\xff\x00/../.."), id="pointer garbage"
        ),
        pytest.param(lambda folder: (folder / "current").write_text("v1-"), id="pointer cut"),
    ],
)
@pytest.mark.parametrize("already_open", [True, False])
def test_a_spoiled_index_is_rebuilt_from_the_catalog_and_says_so(
    engine: Engine,
    index: TurnIndex,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[Path], object],
    already_open: bool,
) -> None:
    spoil(tmp_path / "index")
    with caplog.at_level(logging.WARNING):
        used = index if already_open else open_index(tmp_path / "index", engine)
        found = search(engine, used, '"old bridge" OR "river bridge"')
    assert found.total == 2
    # an index whose files are mapped goes on from memory where nothing on the path it reads has changed
    assert already_open or "rebuilt from the catalog" in caplog.text
    assert heal(engine, open_index(tmp_path / "index", engine)) == 0


def test_a_write_to_a_spoiled_index_is_not_lost(
    engine: Engine, index: TurnIndex, talk: int, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "index")
    with writing(engine) as session:
        session.get_one(Episode, talk).revision = 9
    with reading(engine) as session:
        refresh_episode(session, index, talk)
    assert index.stamps() == {talk: 9}


def test_a_write_that_fails_half_way_changes_nothing(engine: Engine, index: TurnIndex, talk: int) -> None:
    def read(episode_id: int) -> Entry:
        def turns() -> Iterator[SpokenTurn]:
            with reading(engine) as session:
                yield from read_turns(session, talk)
            raise KeyError("the catalog went away")

        return Entry(episode_id, 7, None, turns())  # type: ignore[arg-type]

    with pytest.raises(KeyError):
        index.update([talk], read)
    assert index.stamps() == {talk: 1}
    assert search(engine, index, "bridge").total == 2


def test_an_index_answers_while_it_is_being_rebuilt_and_one_generation_remains(
    engine: Engine, index: TurnIndex, tmp_path: Path
) -> None:
    answers = []

    def entries_while_searching() -> object:
        answers.append(search(engine, index, "bridge").total)
        yield from published_entries(engine)
        answers.append(search(engine, index, "bridge").total)

    before = generation(tmp_path / "index")
    assert TurnIndex(tmp_path / "index", entries_while_searching).rebuild() == 1  # type: ignore[arg-type]
    assert answers == [2, 2]
    assert generation(tmp_path / "index") != before
    assert search(engine, index, "bridge").total == 2
    assert [path for path in (tmp_path / "index").iterdir() if path.is_dir()] == [
        generation(tmp_path / "index")
    ]


def test_what_is_published_during_a_rebuild_is_found_after_it(
    engine: Engine, talk: int, tmp_path: Path, make_episode: Callable[..., Episode]
) -> None:
    def entries_while_publishing() -> object:
        yield from published_entries(engine)
        with writing(engine) as session:
            new = make_episode(session, slug="new", turns=[(None, "en", "a windmill")]).id
        assert new
        with reading(engine) as session:
            refresh_episode(session, other, new)

    other = open_index(tmp_path / "index", engine)
    rebuild(engine, TurnIndex(tmp_path / "index", entries_while_publishing))  # type: ignore[arg-type]
    assert search(engine, other, "windmill").total == 1


WRITES = """
import sys
from pathlib import Path
from catalog.db import connect, reading
from catalog.search.refresh import open_index, refresh_episode
engine = connect(sys.argv[1])
index = open_index(Path(sys.argv[2]), engine)
print("ready", flush=True)
sys.stdin.readline()
for episode_id in sys.argv[3:]:
    with reading(engine) as session:
        refresh_episode(session, index, int(episode_id))
"""


def test_processes_and_threads_that_write_at_once_lose_nothing(
    engine: Engine,
    index: TurnIndex,
    talk: int,
    sqlite_url: str,
    tmp_path: Path,
    make_episode: Callable[..., Episode],
) -> None:
    command = [sys.executable, "-c", WRITES, sqlite_url, str(tmp_path / "index")]
    with writing(engine) as session:
        drafts = [
            make_episode(
                session, slug=f"t{n}", state=EpisodeState.REVIEW, turns=[(None, "en", f"lantern {n}")]
            )
            for n in range(12)
        ]
    ids = [str(episode.id) for episode in drafts]
    writers = [
        subprocess.Popen([*command, *ids[part::3]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for part in range(2)
    ]
    for writer in writers:
        assert writer.stdout and writer.stdout.readline() == b"ready\n"
    with writing(engine) as session:
        for episode in session.exec(select(Episode)):
            episode.state = EpisodeState.PUBLISHED

    def refresh(session_of: Engine, chosen: list[str]) -> None:
        for episode_id in chosen:
            with Session(session_of) as session:
                refresh_episode(session, index, int(episode_id))

    threads = [threading.Thread(target=refresh, args=(engine, ids[2::6])) for _ in range(2)]
    threads += [threading.Thread(target=refresh, args=(engine, ids[5::6]))]
    for thread in threads:
        thread.start()
    for writer in writers:
        writer.communicate(b"go\n", timeout=120)
        assert writer.returncode == 0
    for thread in threads:
        thread.join()
    assert index.stamps() == {talk: 1, **{int(episode_id): 1 for episode_id in ids}}
    assert search(engine, index, "lantern").total == 12


# ---- hostile queries ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "a" * 10_000,
        "bridge " * 2_000,
        "\ud800\udfff\ud83d",
        '"' * 999,
        "OR " * 300,
        '- -- --- -"',
        "\x00\x00bridge\x00",
        "* ** ***",
        "aa* " * 300,
        " ".join(["क" * 120 + "*"] * 8),
        "(" * 900,
        "(a+)+$ .* [^x] \\p{L}{1000}",
        "' OR 1=1; DROP TABLE episode --",
        "<script>alert(1)</script>",
        "\u202e\u2066bridge",
        "",
        "   ",
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_a_hostile_query_is_answered(engine: Engine, index: TurnIndex, typed: str) -> None:
    results = search(engine, index, typed)
    assert results.total == len(results.hits)


@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.sampled_from(["bridge", "OR", "-", '"', "*", "riv", "کتاب", "कि", "\x00", "\ud800", " ", "(", "é"])
    )
)
def test_any_query_is_answered_with_as_many_hits_as_it_says(
    engine: Engine, index: TurnIndex, typed: list[str]
) -> None:
    results = search(engine, index, "".join(typed))
    assert results.total == len(results.hits)
