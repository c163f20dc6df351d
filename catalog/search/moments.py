"""What was found, as readers see it: who, when, in which words, asked what; read from the catalog as it is now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from catalog.models import Utterance
from catalog.normalize import folded_words
from catalog.search.answering import Place
from catalog.search.asking import lets_pass
from catalog.search.finding import Finder, Match, has
from catalog.search.heard import HeardPassage, HeardTalk, read_heard
from catalog.search.query import Query
from catalog.search.said import said_in
from catalog.search.snippet import Pieces, best_match, cut_end, cut_snippet
from catalog.standing import standing_of
from catalog.transcripts import NOBODY, Speaker

LONGEST_PROMPT = 240


@dataclass(frozen=True)
class Prompt:
    """What was said just before a turn, by somebody else."""

    speaker: str
    certainty: str
    language: str
    text: str
    start_ms: int


@dataclass(frozen=True)
class Hit:
    """A turn that was found. It starts, for the player, at the first word shown as found; `prompt` is what
    somebody else said just before it. `aired_at` is the day of the talk, as far as we know it. `text` is all of the
    turn, or of the stretch of a long one, and begins at `turn_start_ms`; `status` is its standing: machine,
    corrected (the talk, in places) or reviewed (all of this); `by_meaning` when none of the words is in it."""

    episode_slug: str
    episode_title: str
    published_at: datetime | None
    speaker: str
    speaker_slug: str
    certainty: str
    role: str
    language: str
    start_ms: int
    end_ms: int
    snippet: Pieces
    aired_at: datetime | None = None
    prompt: Prompt | None = None
    turn_start_ms: int = 0
    text: str = ""
    affiliation: str = ""
    status: str = "machine"
    by_meaning: bool = False

    @property
    def turn_id(self) -> str:
        """The same for as long as the turn, or the stretch of a long one, begins where it does."""
        return f"{self.episode_slug}@{self.turn_start_ms}"

    @property
    def snippet_text(self) -> str:
        return "".join(text for text, _ in self.snippet)


def read_hits(
    session: Session, query: Query, places: Sequence[Place], near: Collection[Place] = ()
) -> list[Hit]:
    """The hits at these places, in their order, but for what may not be shown or no longer answers the query.
    Those `near` it in meaning need have none of its words, but none that it excludes."""
    finder, anything = Finder(query), Finder(Query())
    heard = read_heard(session, places)
    found = (
        _near_hit(query, anything, heard[place.episode_id], place)
        if place in near
        else _hit(query, finder, heard[place.episode_id], place)
        for place in places
        if place.episode_id in heard
    )
    return [hit for hit in found if hit is not None]


def _near_hit(query: Query, anything: Finder, heard: HeardTalk, place: Place) -> Hit | None:
    hit = _hit(replace(query, groups=()), anything, heard, place)
    if hit is None or any(has(said_in(hit.text), term) for term in query.excluded):
        return None
    return replace(hit, by_meaning=True)


def _hit(query: Query, finder: Finder, heard: HeardTalk, place: Place) -> Hit | None:
    """The hit at this place; None when the words are no longer there, or no longer this speaker's."""
    stretch = range(place.first_passage, place.last_passage + 1)
    talk = heard.talk
    passages = [heard.passages[number] for number in stretch if number in heard.passages]
    text = " ".join(passage.text for passage in passages)
    said = said_in(text)
    matches = finder.find(said)
    if not text or (query.groups and not matches):
        return None
    anchor = best_match(matches) if matches else None
    passage, position = _passage_at(passages, anchor.start if anchor else 0)
    speaker = talk.speakers.get(passage.speaker_label_id or 0, NOBODY)
    if not lets_pass(query.filters, speaker):
        return None
    return Hit(
        episode_slug=talk.slug,
        episode_title=talk.title,
        published_at=talk.published_at,
        speaker=speaker.name,
        speaker_slug=speaker.person_slug,
        certainty=speaker.certainty,
        role=speaker.role,
        language=passage.language,
        start_ms=_start_of(passage, anchor, position) if anchor else passage.start_ms,
        end_ms=passages[-1].end_ms,
        snippet=cut_snippet(said, matches, anchor),
        aired_at=talk.aired_at or talk.published_at,
        prompt=_prompt(heard.passages.get(place.opens - 1), speaker, talk.speakers),
        turn_start_ms=passages[0].start_ms,
        text=text,
        affiliation=speaker.affiliation,
        status=standing_of(
            by_human=talk.by_human, paragraphs=len(passages), checked=sum(one.checked for one in passages)
        ).value,
    )


def _prompt(before: HeardPassage | None, speaker: Speaker, speakers: Mapping[int, Speaker]) -> Prompt | None:
    """What another speaker ended with; its end when it is long, for there the question stands."""
    asking = speakers.get(before.speaker_label_id or 0, NOBODY) if before else NOBODY
    if before is None or asking == speaker:
        return None
    return Prompt(
        asking.name, asking.certainty, before.language, cut_end(before.text, LONGEST_PROMPT), before.start_ms
    )


def _passage_at(passages: Sequence[HeardPassage], position: int) -> tuple[HeardPassage, int]:
    """The passage in which a place of the joined text lies, and where in it."""
    for passage in passages:
        if position < len(passage.text):
            return passage, position
        position -= len(passage.text) + 1
    raise IndexError("the place is not in these passages")


def _start_of(passage: HeardPassage, anchor: Match, position: int) -> int:
    heard = passage.start_at(position)
    return moment_in(passage, anchor.folded, position) if heard is None else heard


def moment_in(passage: HeardPassage | Utterance, folded: str, position: int) -> int:
    """When the word at a position is said. Edited text may no longer be the words that were timed: unless both
    have this word equally often, the passage's own start is as near as we can honestly say."""
    said = said_in(passage.text)
    written = [start for start, word in zip(said.starts, said.words, strict=True) if word == folded]
    spoken = [
        start_ms for start_ms, _, timed, _ in passage.words for word in folded_words(timed) if word == folded
    ]
    return spoken[written.index(position)] if len(spoken) == len(written) else passage.start_ms
