"""Quoted words are found again after anything that happens to a transcript, or are said to have changed."""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import count
from random import Random

import pytest

from catalog.anchors import Anchor, Landing, anchor_words, resolve, time_words, words_within
from transcribe.timeline import Word

MOMENTS_OF_A_TALK, TALKS, ROUNDS = 50, 10, 5
SPOKEN = [f"w{n}" for n in range(80)]
CHANTS = ["no no no", "we want justice now we want justice now", "you know i mean you know", "haan haan"]
serial = count()


@dataclass(frozen=True)
class Said:
    """A word with an identity that outlives edits, the moment it was truly spoken at, and the time it is given."""

    text: str
    true_ms: int
    length_ms: int
    start_ms: int
    number: int

    @property
    def word(self) -> Word:
        return Word(self.start_ms, self.start_ms + self.length_ms, self.text)


def a_talk(chance: Random, length: int = 1200) -> list[Said]:
    texts: list[str] = []
    while len(texts) < length:
        texts += chance.choice(CHANTS).split() if chance.random() < 0.06 else [chance.choice(SPOKEN)]
        if chance.random() < 0.01:
            texts += texts[-12:]  # a whole sentence, said twice
    at, said = 300, []
    for text in texts:
        lasts = chance.randrange(150, 500)
        said.append(Said(text, at, lasts, at, next(serial)))
        at += lasts + (chance.randrange(0, 900) if chance.random() < 0.1 else 0)
    return said


def other_word(chance: Random, said: Said) -> Said:
    text = chance.choice([word for word in SPOKEN if word != said.text])
    return replace(said, text=text, number=next(serial))


def replace_words(chance: Random, talk: list[Said], share: float) -> list[Said]:
    return [other_word(chance, said) if chance.random() < share else said for said in talk]


def delete_words(chance: Random, talk: list[Said], share: float) -> list[Said]:
    return [said for said in talk if chance.random() >= share]


def insert_words(chance: Random, talk: list[Said], share: float) -> list[Said]:
    edited = []
    for said in talk:
        if chance.random() < share:
            edited.append(replace(other_word(chance, said), length_ms=1))
        edited.append(said)
    return edited


def time_anew(chance: Random, talk: list[Said]) -> list[Said]:
    shift = chance.randrange(-80, 81)
    return [replace(s, start_ms=max(0, s.true_ms + shift + chance.randrange(-60, 61))) for s in talk]


def hear_again(chance: Random, talk: list[Said]) -> list[Said]:
    heard = replace_words(chance, delete_words(chance, insert_words(chance, talk, 0.01), 0.02), 0.05)
    return time_anew(chance, heard)


def edit(chance: Random, talk: list[Said]) -> list[Said]:
    kind = chance.choice(["replace", "insert", "delete", "hear again", "time anew", "stretch gone"])
    if kind == "replace":
        return replace_words(chance, talk, 0.02)
    if kind == "insert":
        return insert_words(chance, talk, 0.02)
    if kind == "delete":
        return delete_words(chance, talk, 0.02)
    if kind == "stretch gone":
        at = chance.randrange(len(talk) - 10)
        return talk[:at] + talk[at + chance.randrange(1, 10) :]
    return hear_again(chance, talk) if kind == "hear again" else time_anew(chance, talk)


def printed_words(chance: Random, talk: list[Said]) -> list[Word]:
    """As the record gives them back: cut into paragraphs anywhere, with new stops and capitals."""
    words: list[Word] = []
    while len(words) < len(talk):
        paragraph = [said.word for said in talk[len(words) : len(words) + chance.randrange(1, 60)]]
        text = " ".join(word.text for word in paragraph).capitalize() + "."
        words += time_words(text, paragraph, paragraph[0].start_ms, paragraph[-1].end_ms)
    return words


def test_moments_land_on_their_words_or_say_that_they_changed() -> None:
    chance = Random(4)
    figures: Counter[str] = Counter()
    worst_ms = 0
    for _ in range(TALKS):
        talk = a_talk(chance)
        moments = []
        for _ in range(MOMENTS_OF_A_TALK):
            first = chance.randrange(len(talk) - 30)
            last = first + chance.randrange(1, 26)
            moments.append((talk[first:last], anchor_words([s.word for s in talk], first, last, 1)))
        for _ in range(ROUNDS):
            talk = edit(chance, talk)
            words = printed_words(chance, talk)
            place = {said.number: n for n, said in enumerate(talk)}
            for quoted, anchor in moments:
                found = resolve(anchor, words)
                there = [place.get(said.number, -1) for said in quoted]
                untouched = there[0] >= 0 and there == list(range(there[0], there[0] + len(there)))
                landed = found.landing in (Landing.EXACT, Landing.MOVED)
                figures["untouched" if untouched else "touched"] += 1
                figures["untouched and exact"] += untouched and found.landing is Landing.EXACT
                figures["touched and declared"] += not untouched and not landed
                if landed:
                    figures["on other words"] += [s.number for s in talk[found.first : found.last]] != [
                        said.number for said in quoted
                    ]
                    worst_ms = max(worst_ms, abs(words[found.first].start_ms - quoted[0].true_ms))
    share = figures["untouched and exact"] / figures["untouched"]
    print(f"\n{dict(figures)}; exact {share:.2%} of the untouched; worst time {worst_ms} ms")
    assert figures["untouched"] + figures["touched"] == MOMENTS_OF_A_TALK * TALKS * ROUNDS
    assert share >= 0.99
    assert figures["on other words"] == 0
    assert figures["touched and declared"] == figures["touched"]
    assert worst_ms <= 500


def talk_of(text: str, step_ms: int = 300, begin_ms: int = 0) -> list[Word]:
    parts = text.split()
    return [Word(begin_ms + n * step_ms, begin_ms + (n + 1) * step_ms, part) for n, part in enumerate(parts)]


LONG = "a b c d e f g h i j the quoted words k l m n o p q r s t"


def test_words_of_a_recording_that_was_cut_anew_have_moved() -> None:
    anchor = anchor_words(talk_of(LONG, begin_ms=90_000), 10, 13, 1)
    found = resolve(anchor, talk_of(LONG))
    assert (found.landing, found.first, found.last) == (Landing.MOVED, 10, 13)


def test_a_second_saying_is_never_taken_for_the_first() -> None:
    anchor = anchor_words(talk_of(f"{LONG} x y z {LONG}"), 10, 13, 1)
    corrected = LONG.replace("quoted", "other")
    assert resolve(anchor, talk_of(f"{corrected} x y z {LONG}")).landing is Landing.CHANGED


@pytest.mark.parametrize("without", [0, 1, 2])
def test_of_three_like_words_the_one_taken_out_is_not_found_in_its_neighbours(without: int) -> None:
    words = talk_of("yes no no no then")
    anchor = anchor_words(words, 1 + without, 2 + without, 1)
    left = [word for n, word in enumerate(words) if n != 1 + without]
    assert resolve(anchor, left).landing is Landing.GONE


def test_capitals_and_stops_are_no_change_and_a_percent_sign_is() -> None:
    anchor = anchor_words(talk_of("it rose 25 percent there"), 1, 4, 1)
    assert resolve(anchor, talk_of("it Rose, 25 percent. there")).landing is Landing.EXACT
    assert resolve(anchor, talk_of("it rose 25% percent there")).landing is Landing.CHANGED


def test_an_anchor_without_words_or_a_transcript_without_any_lands_nowhere() -> None:
    assert resolve(Anchor(0, 1000, "tea"), []).landing is Landing.GONE
    assert resolve(Anchor(0, 1000, " "), []).landing is Landing.GONE


def test_words_are_taken_by_their_middle() -> None:
    assert words_within(talk_of("a b c d"), 299, 901) == (1, 3)
    assert words_within(talk_of("a b c d"), 900, 299) is None
    assert words_within(talk_of("a b"), 10**12, 10**13) is None


def test_other_words_at_the_same_time_are_not_taken_for_a_correction() -> None:
    anchor = anchor_words(talk_of(LONG), 10, 13, 1)
    other = " ".join(f"x{n}" for n in range(30))
    assert resolve(anchor, talk_of(other)).landing is Landing.GONE
    assert (
        resolve(anchor, talk_of(LONG.replace("the quoted words", "an other saying"))).landing
        is Landing.CHANGED
    )
    assert resolve(anchor, talk_of(other.replace("x10 x11", "the quoted"))).landing is Landing.CHANGED
