"""Invented talks in which names are said as talk shows say them: introductions, calls, thanks, and misleading talk.

Two sets of wordings: the tables of cues were mended with "looked at" in sight, "kept aside" is only ever measured.
Every sentence is made of words that the demo recogniser can know; none is about real people.
"""

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

LEARNED = ("Asma", "Daniel", "Karima", "Hamid", "Saleem", "Arif", "Terry", "Ali", "Mohsin", "Sajid")
# The demo recogniser never met these and writes "far hen", "Gulf are", "nobody": the worst that can be heard.
UNHEARD_OF = ("Gulzar", "Nadia", "Farhan", "Leila", "Omar", "Zara")
LAST = ("Green", "Hill", "Stone", "River", "Field")
WORDS = {
    slot: words.split("|")
    for slot, words in {
        "work": "teacher|farmer|doctor|journalist|lawyer|student|editor|senator|reporter|judge",
        "place": "Lahore|Quetta|Karachi|Peshawar|Toronto|Paris|London|Delhi|Kabul|Geneva|Punjab|Berlin",
        "thing": "tea|cricket|rain|music|radio|football|coffee|cotton|rice|bread|snow|wheat",
        "noun": "village|school|river|newspaper|market|court|letter|phone|bridge|story|book|road|hospital",
        "adj": "simple|difficult|honest|old|new|small|important|dangerous|beautiful|strange",
        "num": "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve",
        "group": "the police|the army|the government|the court|the students|the farmers|the editors",
        "time": "last year|last week|every day|in 1998|two years ago|this morning|at night",
    }.items()
}
LEAST_CUES = 3


@dataclass(frozen=True)
class Wording:
    """How a set of talks says things: {me} who speaks, {you} who is spoken to or of (first names: {Me}, {You})."""

    opening: tuple[str, ...]
    own_name: tuple[str, ...]
    introduce: tuple[str, ...]
    introduce_two: tuple[str, ...]
    ask_who: tuple[str, ...]
    introduce_oneself: tuple[str, ...]
    greet: tuple[str, ...]
    greet_back: tuple[str, ...]
    call: tuple[str, ...]
    ask: tuple[str, ...]
    thank: tuple[str, ...]
    answer: tuple[str, ...]
    mention: tuple[str, ...]
    absent: tuple[str, ...]
    thank_back: tuple[str, ...]
    close: tuple[str, ...]


LOOKED_AT = Wording(
    opening=(
        "Hello and welcome to the programme.",
        "Good evening. Welcome to the programme.",
        "Good evening from {place}. Our topic tonight is {thing} and {thing}.",
        "This is a programme about {thing} and {thing}.",
    ),
    own_name=("I am {me}.", "My name is {me}.", "I am your host, {me}.", ""),
    introduce=(
        "My guest today is {you}, a {work} from {place}.",
        "With me in the studio is {you}, a {work} from {place}.",
        "And from {place} we have {you}, a {work}.",
        "Joining me from {place} is {you}.",
        "{you} is a {work} from {place}.",
        "And {you} is a {work} from {place}.",
        "{you} is joining me from {place}.",
    ),
    introduce_two=(
        "I have two guests with me today, {you} and {other}.",
        "My guests tonight are {you} and {other}.",
    ),
    ask_who=("And who are you?", "Please say your name."),
    introduce_oneself=("I am {me}, good evening from {place}.", "My name is {me}, I am a {work}."),
    greet=("Welcome, {You}.", "Hello, {You}.", "It is good to see you, {You}.", "Good evening, {You}."),
    greet_back=(
        "Thank you, {You}. It is a great pleasure to be here.",
        "Thank you for the invitation, {You}.",
        "Good evening. I am happy to be here with you.",
        "Hello, {You}. Can you hear me?",
    ),
    call=(
        "{You}, {ask}",
        "{ask} {You}?",
        "And {You}, {ask}",
        "Let me ask you, {You}. {ask}",
        "{You}, you were a {work}. {ask}",
        "And {You}?",
        "What do you think, {You}?",
    ),
    ask=(
        "what did the {noun} do this year?",
        "how do you check a {noun}?",
        "when did you buy your first {noun}?",
        "do you have {thing} in {place}?",
        "what happened after the {noun}?",
        "why did {group} close the {noun}?",
        "is there {thing} in {place}?",
        "what is the best part of your {noun}?",
        "who is responsible for the {noun}?",
    ),
    thank=(
        "Thank you, {You}.",
        "Thank you very much, {You}.",
        "Thanks, {You}.",
        "Thank you so much, {You}.",
    ),
    answer=(
        "We had one {noun}, and the whole {noun} came to listen.",
        "The {noun} came by bus, {num} days late.",
        "I read every page, also the page about the price of {thing}.",
        "My grandmother said that the {noun} was older than my father.",
        "The {thing} is good, but half of the {thing} is lost.",
        "I ask {num} questions about the {noun}.",
        "If nobody can answer, it is not news.",
        "They came to my {noun} {time} and took my {noun}.",
        "In the morning we have {thing} and {thing}.",
        "Nobody knew where the {noun} was.",
        "I left {place} because {group} closed my {noun}.",
        "That was {num} years ago, and it was a {adj} {noun}.",
        "The {noun} was over the road, and the bridge was closed.",
        "Yes, of course. Sometimes a {noun} is {adj}.",
        "I learned to make {thing} with a lot of sugar.",
    ),
    mention=(
        "As {You} said, it was a {adj} {noun}.",
        "I agree with {You}.",
        "{You} is right, the {noun} was {adj}.",
        "With respect, {You}, I think your {noun} is {adj}.",
        "{You} wrote a book about it {time}.",
        "I also read what {You} wrote about the {noun}.",
    ),
    absent=(
        "{you} could not come tonight.",
        "{You} was here last week.",
        "I would like to talk about it with {you}.",
    ),
    thank_back=("Thank you, {You}.", "Thank you for having me.", "Thanks very much.", "Good night."),
    close=(
        "That is all for tonight. Good night.",
        "This was our programme for today. Good night and stay safe.",
        "You were listening to a programme about {thing}. Good night.",
    ),
)

KEPT_ASIDE = Wording(
    opening=(
        "Welcome back to our programme. Tonight we talk about {thing}.",
        "Hello, hello. It is {num} in the evening, and this is the news.",
        "Today we talk about {thing}, {thing} and {group}.",
        "Good morning to everybody who listens to us in {place}.",
    ),
    own_name=("This is {me} with you.", "I am {me}, and I ask the questions.", "", "Your host is {me}."),
    introduce=(
        "Let me welcome {you}, who is a {work} in {place}.",
        "Today I talk to {you}, the {work} from {place}.",
        "Here with us is the {work} {you}.",
        "We are joined by {you} from {place}.",
        "Our next guest is {you}, who came from {place} today.",
        "On the phone from {place} is {you}.",
        "From {place} comes {you}, an old {work}.",
        "Also with us tonight, {you}, a {work}.",
    ),
    introduce_two=(
        "Two people came to our studio today, {you} and {other}.",
        "Tonight I am with {you} and with {other}.",
    ),
    ask_who=("Who is on the phone, please?", "Tell us your name and your work."),
    introduce_oneself=("This is {me} from {place}, hello.", "Yes, {me} here. I am a {work} from {place}."),
    greet=(
        "{You}, good evening.",
        "A very good evening to you, {You}.",
        "{You}, welcome.",
        "Can you hear us, {You}?",
    ),
    greet_back=(
        "Yes, I can hear you very well, {You}.",
        "Good evening, {You}, and good evening to everybody.",
        "Thanks for having me.",
        "That is very kind, thank you {You}.",
    ),
    call=(
        "Now {You}, {ask}",
        "{ask} {You}, please.",
        "I have a question for {You}. {ask}",
        "{You}, as a {work}, {ask}",
        "Go ahead, {You}.",
        "{You}, you have the last word.",
        "Back to {You}. {ask}",
        "Do you agree, {You}?",
        "Please continue, {You}.",
    ),
    ask=(
        "how long did you stay in {place}?",
        "where is the {noun} today?",
        "can you explain why {group} did nothing?",
        "which {noun} do you remember from {place}?",
        "what has changed since the {noun}?",
        "are you afraid of {group}?",
        "what is your message to {group}?",
        "did they find the {noun}?",
    ),
    thank=(
        "Many thanks, {You}.",
        "That was very clear, {You}, thank you.",
        "I thank you, {You}.",
        "Thank you, {You}, for this {adj} answer.",
        "That is nice to hear, {You}.",
    ),
    answer=(
        "There is no {noun} without a {adj} {noun}.",
        "When I was a {work} in {place}, we used to read every {noun}.",
        "The {noun} and the {noun} are not the same thing.",
        "He said that {place} is a {adj} place.",
        "My brother has a {noun}, and my sister has {num} books.",
        "They listen, they ask, and then they write.",
        "We walked from {place} to {place} in {num} days.",
        "Well, the {noun} of the {noun} is always {adj}.",
        "I was born in {place}, but I live in {place} now.",
        "To be honest, {group} said nothing about the {noun}.",
        "You cannot stop a {noun} with a {noun}.",
        "It happened {time}, and then it happened again.",
        "My mother and my father are still in {place}.",
        "Everybody can read it, also a student in {place}.",
    ),
    mention=(
        "What {You} told us about the {noun} is true.",
        "I do not think so, {You} is wrong about {group}.",
        "Like {You}, I was a {work} in {place}.",
        "{You} and I met in {place} {time}.",
        "Can I answer {You} first? The {noun} is {adj}.",
        "My friend {You} knows the {noun}.",
    ),
    absent=(
        "{you} is not here today.",
        "We wanted to ask {you}, but nobody answered the phone.",
        "Do you remember {You}, who was our guest last month?",
    ),
    thank_back=(
        "Thank you, {You}, and good night.",
        "It was a great pleasure.",
        "Always.",
        "Good night, {You}.",
    ),
    close=(
        "We will come back to that next week. Good night.",
        "Our time is over. Thank you for listening, and good night.",
        "That was the last question for today. Stay safe.",
    ),
)
WORDINGS = {"looked at": LOOKED_AT, "kept aside": KEPT_ASIDE}


@dataclass(frozen=True)
class Talk:
    """A script: `cast` has (name, role), the moderator first; `lines` are (name of who speaks, sentence)."""

    cast: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]

    @property
    def speaking(self) -> tuple[str, ...]:
        said = {name for name, _ in self.lines}
        return tuple(name for name, _ in self.cast if name in said)


def write_talk(
    wording: Wording, seed: int, *, names: Sequence[str] = LEARNED, absent_listed: bool = False
) -> Talk:
    """A talk of two or three guests, each named by at least three cues; the same for the same seed.

    Odd seeds give hardly more cues than three a guest.

    `names` are the first names to choose from. In half of the talks somebody is spoken of who never came; with
    `absent_listed` always, and the page lists them as a guest all the same.
    """
    chance = random.Random(f"{wording.close[0]} {seed}")
    return _Writer(wording, chance, names, absent_listed, sparing=seed % 2 == 1).write()


@dataclass
class _Writer:
    wording: Wording
    chance: random.Random
    names: Sequence[str]
    absent_listed: bool
    sparing: bool
    lines: list[tuple[str, str]] = field(default_factory=list)
    cues: Counter[str] = field(default_factory=Counter)

    def write(self) -> Talk:
        moderator, stranger, *invited = self._people(self.chance.choice((4, 5)))
        absent = stranger if self.absent_listed or self.chance.random() < 0.5 else ""
        self._open(moderator)
        self._introduce(moderator, invited)
        for round_ in range(self.chance.choice((4, 5))):
            for guest in self.chance.sample(invited, len(invited)):
                self._exchange(
                    moderator,
                    guest,
                    invited,
                    absent,
                    must_call=self.cues[guest] < min(LEAST_CUES, 1 + round_),
                )
        self._close(moderator, invited)
        everybody = [(moderator, "moderator"), *((guest, "guest") for guest in invited)]
        if self.absent_listed:
            everybody.append((absent, "guest"))
        return Talk(tuple(everybody), tuple(self.lines))

    def _people(self, count: int) -> list[str]:
        """Different first names; family names may be shared, as they are in life."""
        return [f"{first} {self.chance.choice(LAST)}" for first in self.chance.sample(self.names, count)]

    def _say(self, me: str, kind: str, you: str = "", *, cue: bool = False, **words: str) -> None:
        line = self.chance.choice(getattr(self.wording, kind))
        line = line.replace("{ask}", self.chance.choice(self.wording.ask))
        names = {"me": me, "you": you, "Me": me.split()[0], "You": you.split()[0] if you else "", **words}
        text = re.sub(r"\{(\w+)\}", lambda slot: names.get(slot[1]) or self._word(slot[1]), line)
        text = re.sub(r"\b(a) (?=[aeio])", r"\1n ", text)
        text = re.sub(r"\? (\w+)\?$", r", \1?", text)  # "what happened? Karima?" is one question
        text = re.sub(r"\? (\w+, please\.)$", r", \1", text)
        sentences = [part.strip() for part in re.findall(r"[^.?!]+[.?!]", text)]
        self.lines += [(me, sentence[0].upper() + sentence[1:]) for sentence in sentences]
        if cue and you and (you in text or names["You"] in text):
            self.cues[you] += 1

    def _word(self, slot: str) -> str:
        return self.chance.choice(WORDS[slot])

    def _open(self, moderator: str) -> None:
        self._say(moderator, "opening")
        self._say(moderator, "own_name")

    def _introduce(self, moderator: str, guests: list[str]) -> None:
        how = self.chance.choice(("row", "one by one", "one by one", "two", "themselves"))
        if how == "row" or (how == "two" and len(guests) != 2):
            for guest in guests:
                self._say(moderator, "introduce", guest, cue=True)
        elif how == "two":
            self._say(moderator, "introduce_two", guests[0], other=guests[1])
            self.cues.update(guests)
        if how in ("row", "two"):
            order = guests if self.chance.random() < 0.7 else guests[::-1]
            for guest in order:
                if self.chance.random() < 0.4:
                    self._say(moderator, "greet", guest, cue=True)
                self._say(guest, "greet_back", moderator)
            return
        for guest in guests:
            if how == "themselves":
                self._say(moderator, "ask_who")
                self._say(guest, "introduce_oneself", moderator)
                self.cues[guest] += 1
                self._say(moderator, "greet", guest)
            else:
                self._say(moderator, "introduce", guest, cue=True)
                if self.chance.random() < 0.5:
                    self._say(moderator, "greet", guest, cue=True)
                self._say(guest, "greet_back", moderator)

    def _exchange(
        self, moderator: str, guest: str, guests: list[str], absent: str, *, must_call: bool
    ) -> None:
        if must_call or (not self.sparing and self.chance.random() < 0.5):
            self._say(moderator, "call", guest, cue=True)
        elif self.chance.random() < 0.8:
            self._say(moderator, "ask")
        # else: the guest speaks up unasked
        others = [other for other in guests if other != guest]
        if self.chance.random() < 0.08:  # who was called is not who answers
            self._say(self.chance.choice(others), "answer")
        if absent and self.chance.random() < 0.25:
            self._say(guest, "absent", absent)
        if self.chance.random() < 0.3:
            self._say(guest, "mention", self.chance.choice(others))
        for _ in range(self.chance.choice((1, 2, 2, 3, 4))):
            self._say(guest, "answer")
        if not self.sparing and self.chance.random() < 0.3:
            self._say(moderator, "thank", guest, cue=True)

    def _close(self, moderator: str, guests: list[str]) -> None:
        for guest in self.chance.sample(guests, len(guests)):
            if self.cues[guest] < LEAST_CUES or (not self.sparing and self.chance.random() < 0.7):
                self._say(moderator, "thank", guest, cue=True)
                if self.chance.random() < 0.5:
                    self._say(guest, "thank_back", moderator)
        self._say(moderator, "close")
