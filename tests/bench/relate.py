"""How well and how quickly talks and articles are brought together: `make bench-relate`.

The last line is a summary, the exit status says whether every bar holds. `python -m tests.bench.relate fit` fits the
weights of `catalog.relate.scoring` anew, to the tuning half of the labelled set alone, whole and cut to a few lines.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from catalog.articles import keep_articles
from catalog.db import writing
from catalog.models import Episode, EpisodeState, Track, Utterance
from catalog.models.columns import now
from catalog.newsroom import Newsroom, open_newsroom
from catalog.relate.judging import RelateFile, Text, judge_relating, read_entries
from catalog.relate.library import Entry, Library, Rarity
from catalog.relate.reading import read_text
from catalog.relate.scoring import FITTED, Weights, features
from catalog.relating.rounds import near, relate_all
from catalog.search.embedding import WordLlamaEmbedder
from catalog.settings import Settings
from catalog.written.gather import Gatherer
from tests.bench import mentions
from tests.bench.figures import Figure
from tests.catalog.blog import post
from tests.catalog.labelled import read
from tests.catalog.test_quotations import figures as quotation_figures
from tests.catalog.test_quotations import figures_of_articles

ARTICLES, TALKS = 10_000, 1_000
SENTENCES, WORDS_AN_HOUR = 25, 9_000
FIRST_WORDS = (500, 35, 20)
RIDGE = 0.5
SITE = "https://blog.example/wp-json/wp/v2/posts"


def measure(articles: int = ARTICLES, talks: int = TALKS) -> list[Figure]:
    """Every figure of relating; fewer articles and talks are quicker, and hold no bar."""
    found = list(_well())
    with tempfile.TemporaryDirectory() as home:
        room = open_newsroom(Settings(home=Path(home)))
        begun = time.process_time()
        _bring_in(room, articles)
        imported = time.process_time() - begun
        begun = time.process_time()
        relate_all(room)
        read_once = time.process_time() - begun
        slug = _add_talk(room)
        begun = time.process_time()
        relate_all(room, [slug])
        related = time.process_time() - begun
    grows, pairs = _grows(articles, talks)
    return [
        *found,
        *mentions.measure(Path()),
        Figure(f"import of {articles:,} articles", imported / 60, "minutes of one core", 10),
        Figure("the same, read for relating", read_once / 60, "minutes of one core", None),
        Figure(f"one new talk against {articles:,} articles", related, "s of one core", 2),
        Figure(f"{talks:,} talks against {articles:,} articles", pairs, "s of one core", None),
        Figure("time a talk, with four times the articles", grows, "times", 4.3),
    ]


def _well() -> Iterator[Figure]:
    for half in ("tuning", "held"):
        score = judge_relating(RelateFile.model_validate(read(f"relate-{half}.json")), WordLlamaEmbedder())
        yield Figure(f"nDCG@5 of talks and articles, {half}", score.ndcg, "", None, least=0.80)
        yield Figure(f"of the links shown related, {half}", score.precision, "", None, least=0.90)
        yield Figure(f"of the related shown, {half}", score.recall, "", None)
        precision, recall = quotation_figures(half)
        yield Figure(f"quotations found that are one, {half}", precision, "", None, least=0.95)
        yield Figure(f"quotations found of all there are, {half}", recall, "", None, least=0.85)
    for name in ("second", "third"):
        precision, recall = figures_of_articles(name)
        yield Figure(f"quotations found that are one, {name}", precision, "", None, least=0.95)
        yield Figure(f"quotations found of all there are, {name}", recall, "", None, least=0.85)


# ---- a blog and an archive of the size ------------------------------------------------------------


def _sentences() -> list[str]:
    judged = [RelateFile.model_validate(read(f"relate-{half}.json")) for half in ("tuning", "held")]
    texts = [one.text for file in judged for one in (*file.episodes, *file.articles)]
    return [part.strip() for text in texts for part in text.split(". ") if len(part.split()) > 4]


def _names(chance: random.Random, count: int) -> list[str]:
    parts = ["ba", "ri", "mo", "ten", "gul", "sha", "ko", "ni", "za", "war", "lin", "do", "par", "hes", "tu"]
    return ["".join(chance.choices(parts, k=3)).title() for _ in range(count)]


def _bodies(count: int) -> Iterator[str]:
    """Texts of about 400 words: sentences of ours, and people and places that only some of them have."""
    chance, pool = random.Random(7), _sentences()
    names = _names(chance, count // 2 + 2)
    for _ in range(count):
        person, place = " ".join(chance.sample(names, 2)), chance.choice(names)
        told = [f"{person} spoke in {place} of it", *chance.choices(pool, k=SENTENCES)]
        yield ". ".join(told) + "."


def posts(count: int) -> list[dict[str, Any]]:
    """An invented blog, as WordPress has it."""
    return [
        post(
            number,
            f"{body.partition('. ')[0]} {number}",
            "".join(f"<p>{part}.</p>" for part in body.split(". ")),
        )
        for number, body in enumerate(_bodies(count), 1)
    ]


def _bring_in(room: Newsroom, count: int) -> None:
    """The REST interface of WordPress, from memory: fetching is not measured, all else is."""
    blog = posts(count)

    def fetch(address: str) -> bytes:
        page = int(address.partition("&page=")[2].partition("&")[0] or 1)
        return json.dumps(blog[(page - 1) * 100 : page * 100]).encode()

    found = Gatherer(fetch).gather(SITE)
    with writing(room.engine) as session:
        kept = keep_articles(session, found, SITE, now())
    assert len(kept.changes) == count


def _add_talk(room: Newsroom) -> str:
    chance, pool = random.Random(11), _sentences()
    with writing(room.engine) as session:
        talk = Episode(slug="new", title="A new talk", state=EpisodeState.REVIEW, language="en")
        session.add(talk)
        session.flush()
        track = Track(episode_id=talk.id or 0, language="en", current=True)
        session.add(track)
        session.flush()
        said, position = 0, 0
        while said < WORDS_AN_HOUR:
            text = ". ".join(chance.choices(pool, k=4))
            start, words = position * 20_000, text.split()
            timed = [[start + 300 * n, start + 300 * n + 300, word, 0.9] for n, word in enumerate(words)]
            end = max(start + 20_000, timed[-1][1])
            line = Utterance(
                track_id=track.id or 0,
                position=position,
                start_ms=start,
                end_ms=end,
                language="en",
                text=text,
                words=timed,
            )
            session.add(line)
            said, position = said + len(words), position + 1
    return "new"


def _grows(articles: int, talks: int) -> tuple[float, float]:
    """How many times longer one talk takes against four times the articles; seconds for all talks and articles."""
    nothing = np.zeros(0, np.float32)
    every = [Entry.of(n, n, read_text("", body), nothing) for n, body in enumerate(_bodies(articles))]
    asked = every[:talks]
    quarter = _seconds(every[: articles // 4], asked[: talks // 4])
    whole = _seconds(every, asked)
    return (whole / len(asked)) / (quarter / len(asked[: talks // 4])), whole


def _seconds(entries: list[Entry], asked: list[Entry]) -> float:
    library = Library(entries, Rarity([entries]))
    begun = time.process_time()
    for entry in asked:
        near(library, entry, set())
    return time.process_time() - begun


# ---- the weights ----------------------------------------------------------------------------------


def fit() -> Weights:
    """The weights under which the grades of the tuning half are likeliest."""
    rows = [row for words in FIRST_WORDS for row in _rows(words)]
    given = np.array([[*values, 1.0] for values, _ in rows])
    related = np.array([is_related for _, is_related in rows], float)
    ridge = np.array([RIDGE] * (given.shape[1] - 1) + [1e-6])
    weights = np.zeros(given.shape[1])
    for _ in range(100):
        likely = 1 / (1 + np.exp(-given @ weights))
        slope = given.T @ (likely - related) + ridge * weights
        bend = (given.T * (likely * (1 - likely))) @ given + np.diag(ridge)
        weights -= np.linalg.solve(bend, slope)
    return Weights(*(round(float(weight), 2) for weight in weights))


def _rows(words: int) -> Iterator[tuple[tuple[float, ...], bool]]:
    judged = RelateFile.model_validate(read("relate-tuning.json"))
    grades = {(one.episode, one.article): one.grade for one in judged.grades}
    embedder = WordLlamaEmbedder()
    talks, articles = (
        [entry for entry, _ in read_entries(tuple(_cut(one, words) for one in texts), embedder)]
        for texts in (judged.episodes, judged.articles)
    )
    library = Library(articles, Rarity([talks, articles]))
    for episode, entry in zip(judged.episodes, talks, strict=True):
        for at, common in library.compare(entry).items():
            yield features(common), grades.get((episode.id, judged.articles[at].id), 0) > 0


def _cut(text: Text, words: int) -> Text:
    return text.model_copy(update={"text": " ".join(text.text.split()[:words])})


def main(words: list[str]) -> int:
    if words == ["fit"]:
        print("used:  ", astuple(FITTED))
        print("fitted:", astuple(fit()))
        return 0
    figures = measure(*(int(word) for word in words))
    table = Table("what", "figure", "bar", "", box=None)
    for figure in figures:
        table.add_row(figure.name, figure.shown, figure.bar, "holds" if figure.holds else "DOES NOT HOLD")
    Console().print(table)
    failed = [figure.name for figure in figures if not figure.holds]
    print(f"FAIL: {', '.join(failed)}" if failed else f"PASS: all {len(figures)} figures within their bars")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
