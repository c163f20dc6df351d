"""Citable moments in the record: quoting published words, and reading a quote against the transcript as it is now.
How words are found again is `anchors`' work, how they are cited `cite`'s."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlmodel import Session, col, select

from catalog.anchors import Anchor, Landing, anchor_words, resolve, words_within
from catalog.cite import Moment
from catalog.episodes import is_told_withdrawn
from catalog.errors import InvalidQuery, NotFound
from catalog.models import Episode, EpisodeState, Quote, Redaction, Role
from catalog.reading import EpisodePage, read_page
from catalog.script import Script, read_script
from catalog.transcripts import Speaker
from transcribe.timeline import Utterance

LONGEST_MS = 180_000
MOST_WORDS = 800
SIGNS, ID_LENGTH = "abcdefghjkmnpqrstuvwxyz23456789", 10  # 49 bits, and no two signs that look alike


class WordsGone(NotFound):
    """The words stand in no public transcript any more; `episode_slug` is where they stood, if that still is."""

    code = "gone"

    def __init__(self, episode_slug: str = "") -> None:
        super().__init__("The words of this quote are no longer public.")
        self.episode_slug = episode_slug


@dataclass(frozen=True)
class QuoteCard:
    """A quote as readers see it today.

    `quoted` is empty where redaction took it back; `now` is what the transcript says there, the same unless the
    landing is CHANGED. Names, roles and affiliations are as the talk's own page prints them. `passages` are the same
    words by paragraph and speaker, with the times of the talk; `turns` are they by speaker.
    """

    short_id: str
    landing: Landing
    quoted: str
    now: str
    prefix: str
    suffix: str
    speakers: tuple[Speaker, ...]
    language: str
    start_ms: int
    end_ms: int
    revision: int
    talk: EpisodePage
    passages: tuple[Utterance, ...] = ()
    turns: tuple[tuple[Speaker, str], ...] = ()

    @property
    def voices(self) -> tuple[tuple[str, str], ...]:
        """Names as they are printed and what each says of `now`, where several speak; else none."""
        return (
            tuple((print_name(speaker), words) for speaker, words in self.turns)
            if len(self.turns) > 1
            else ()
        )

    @property
    def spoken_at(self) -> datetime | None:
        return self.talk.recorded_at or self.talk.aired_at or self.talk.card.published_at


def quote_moment(session: Session, slug: str, start_ms: int, end_ms: int) -> str:
    """The short id of the words of a published talk spoken in a span; the same words have the same id.

    Raises NotFound for a talk that is not public, WordsGone for one that was taken back, InvalidQuery for a span that
    holds no quotable words.
    """
    if not 0 <= start_ms < end_ms:
        raise InvalidQuery("The quote ends before it begins.")
    episode = _published(session, slug)
    script = read_script(session, episode.id or 0)
    return _quote(session, episode, script, words_within(script.words, start_ms, end_ms))


def quote_paragraph(session: Session, slug: str, number: int) -> str:
    """The short id of a whole paragraph, by its number in the transcript; raises as `quote_moment` does."""
    episode = _published(session, slug)
    script = read_script(session, episode.id or 0)
    places = [place for place, paragraph in enumerate(script.paragraphs) if paragraph == number]
    return _quote(session, episode, script, (places[0], places[-1] + 1) if places else None)


def _published(session: Session, slug: str) -> Episode:
    episode = session.exec(select(Episode).where(Episode.slug == slug)).first()
    if episode is not None and is_told_withdrawn(episode):
        raise WordsGone
    if episode is None or episode.state is not EpisodeState.PUBLISHED:
        raise NotFound(f"No published episode is called '{slug}'.")
    return episode


def _quote(session: Session, episode: Episode, script: Script, places: tuple[int, int] | None) -> str:
    if places is None:
        raise InvalidQuery("No words are written for that moment.")
    anchor = anchor_words(script.words, *places, episode.revision)
    if anchor.end_ms - anchor.start_ms > LONGEST_MS or places[1] - places[0] > MOST_WORDS:
        raise InvalidQuery("A quote is at most three minutes long. Choose fewer words.")
    known = session.exec(
        select(Quote)
        .where(Quote.episode_id == episode.id, Quote.exact == anchor.exact)
        .order_by(col(Quote.id))
    )
    for row in known:
        found = resolve(_anchor(row), script.words)
        if found.landing in (Landing.EXACT, Landing.MOVED) and (found.first, found.last) == places:
            return row.short_id
    row = _row(episode, anchor)
    session.add(row)
    session.flush()
    return row.short_id


def _row(episode: Episode, anchor: Anchor) -> Quote:
    return Quote(
        short_id="".join(secrets.choice(SIGNS) for _ in range(ID_LENGTH)),
        episode_id=episode.id or 0,
        exact=anchor.exact,
        prefix=anchor.prefix,
        suffix=anchor.suffix,
        start_ms=anchor.start_ms,
        end_ms=anchor.end_ms,
        revision=anchor.revision,
    )


def _anchor(row: Quote) -> Anchor:
    return Anchor(row.start_ms, row.end_ms, row.exact, row.prefix, row.suffix, row.revision)


def read_quote(session: Session, short_id: str) -> QuoteCard:
    """A quote with all its card shows. Raises NotFound for an id nobody was given, WordsGone where the talk was
    withdrawn or no words stand there any more."""
    row = session.exec(select(Quote).where(Quote.short_id == short_id[: ID_LENGTH + 1])).first()
    episode = session.get(Episode, row.episode_id) if row else None
    if row is None or episode is None:
        raise NotFound("No quote has this address.")
    if episode.state is not EpisodeState.PUBLISHED:
        raise WordsGone if is_told_withdrawn(episode) else NotFound("No quote has this address.")
    if not row.exact:  # redaction took the words
        raise WordsGone(episode.slug)
    script = read_script(session, row.episode_id)
    found = resolve(_anchor(row), script.words)
    if found.landing is Landing.GONE:
        raise WordsGone(episode.slug)
    stands = script.words[found.first : found.last]
    taken_back = _is_redacted(session, row.episode_id, row.start_ms, row.end_ms) or _is_redacted(
        session, row.episode_id, min(w.start_ms for w in stands), max(w.end_ms for w in stands)
    )
    return _card(session, episode, row, script, found.landing, (found.first, found.last), taken_back)


def _is_redacted(session: Session, episode_id: int, start_ms: int, end_ms: int) -> bool:
    return (
        session.exec(
            select(Redaction.id).where(
                Redaction.episode_id == episode_id,
                Redaction.start_ms < end_ms,
                Redaction.end_ms > start_ms,
            )
        ).first()
        is not None
    )


def _card(
    session: Session,
    episode: Episode,
    row: Quote,
    script: Script,
    landing: Landing,
    places: tuple[int, int],
    taken_back: bool,
) -> QuoteCard:
    now = anchor_words(script.words, *places, episode.revision)
    same = landing is not Landing.CHANGED
    if taken_back and same:
        raise WordsGone(episode.slug)
    return QuoteCard(
        short_id=row.short_id,
        landing=landing,
        quoted="" if taken_back else row.exact,
        now=row.exact if same else now.exact,
        prefix=now.prefix,
        suffix=now.suffix,
        speakers=_in_order(script.speakers[places[0] : places[1]]),
        language=script.languages[places[0]],
        start_ms=now.start_ms,
        end_ms=now.end_ms,
        revision=row.revision,
        talk=read_page(session, episode.slug),
        passages=tuple(_passages(script, *places)),
        turns=tuple(_turns(script, *places)),
    )


def _passages(script: Script, first: int, last: int) -> Iterator[Utterance]:
    for _, group in groupby(range(first, last), lambda n: (script.paragraphs[n], script.speakers[n])):
        places = list(group)
        words, speaker = script.words[places[0] : places[-1] + 1], script.speakers[places[0]]
        yield Utterance(
            min(word.start_ms for word in words),
            max(word.end_ms for word in words),
            " ".join(word.text for word in words),
            script.languages[places[0]],
            tuple(words),
            label=speaker.label,
            speaker=print_name(speaker),
        )


def _turns(script: Script, first: int, last: int) -> Iterator[tuple[Speaker, str]]:
    for speaker, places in groupby(range(first, last), lambda n: script.speakers[n]):
        yield speaker, " ".join(script.words[place].text for place in places)


def _in_order(speakers: Sequence[Speaker]) -> tuple[Speaker, ...]:
    """Each speaker once, the first heard first."""
    return tuple(dict.fromkeys(speakers))


def moment_of(card: QuoteCard, *, base_url: str, show: str, publisher: str) -> Moment:
    """A quote as a citation tells it; names carry their doubt, as on the page."""
    talk = card.talk.card
    address = f"{base_url}/e/{talk.slug}"
    return Moment(
        short_id=card.short_id,
        url=f"{base_url}/q/{card.short_id}",
        talk_url=address,
        text=card.quoted or card.now,
        now=card.now,
        voices=() if card.landing is Landing.CHANGED else card.voices,
        speakers=tuple(print_name(speaker) for speaker in card.speakers),
        offices=tuple(", ".join(filter(None, (s.role, s.affiliation))) for s in card.speakers),
        hosts=tuple(line.name for line in talk.cast if line.role in (Role.MODERATOR, Role.HOST)),
        title=talk.title,
        show=show,
        publisher=publisher,
        language=card.language,
        filmed=talk.has_video,
        spoken_on=card.spoken_at.date() if card.spoken_at else None,
        start_ms=card.start_ms,
        end_ms=card.end_ms,
        revision=card.revision,
        prefix=card.prefix,
        suffix=card.suffix,
    )


def print_name(speaker: Speaker) -> str:
    return f"probably {speaker.name}" if speaker.certainty == "probable" else speaker.name
