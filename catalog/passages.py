"""Paragraphs of articles and the moments of talks that they quote or report: kept, and read against the transcript as
it is now. How words are found is `quotations`' work, which articles belong to a talk that of `related`."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from catalog.alignment import Speech
from catalog.anchors import NEAR_MS, key_of, words_within
from catalog.errors import NotFound
from catalog.models import Article, ArticleQuotation, Review, Utterance
from catalog.models.columns import now, storable
from catalog.quotations import Quotation, find_quotations
from catalog.script import Script, read_script
from catalog.transcripts import NOBODY, Speaker, current_track

SEARCHED_MS = 4 * NEAR_MS  # words heard anew begin a little earlier or later


@dataclass(frozen=True)
class Passage:
    """A moment and the paragraph that quotes it. `said` is what the transcript has there today; `is_stale` says that
    it was corrected, or given to another speaker, since somebody looked. `quote` is empty where words were taken out.
    """

    id: int
    article_id: int
    episode_id: int
    paragraph: int
    text: str
    quote: str
    is_quoted: bool
    said: str
    speaker: Speaker
    language: str
    start_ms: int
    end_ms: int
    review: Review
    likeness: float
    is_stale: bool

    @property
    def is_public(self) -> bool:
        """Whether readers may see it: nobody rejected it, and its words were not taken out."""
        return self.review is not Review.REJECTED and bool(self.quote)


def paragraphs_of(article: Article) -> list[str]:
    return article.text.split("\n\n")


def speech_of(script: Script) -> Speech:
    """A talk as quotations are looked for in it."""
    return Speech.of([word.text for word in script.words])


def find_passages(article: Article, speech: Speech) -> list[Quotation]:
    """What the article quotes or reports of a talk."""
    return find_quotations(paragraphs_of(article), speech)


def keep_passages(
    session: Session, article: Article, episode_id: int, script: Script, found: Sequence[Quotation]
) -> None:
    """Put what was found into the record. What is there keeps its stamp, so that a correction shows, and what people
    decided."""
    paragraphs = paragraphs_of(article)
    known = {row.quote: row for row in _rows(session, article_id=article.id, episode_id=episode_id)}
    track = current_track(session, episode_id)
    ids: dict[int, int | None] = {}
    if found and track is not None:
        lines = select(Utterance.position, Utterance.id).where(Utterance.track_id == track.id)
        ids = dict(session.exec(lines).all())
    for one in found:
        quote = storable(paragraphs[one.paragraph][one.start : one.end])
        if quote in known or _is_taken_out(known.values(), script, one):
            continue
        session.add(_row(article, episode_id, script, one, quote, ids.get(script.paragraphs[one.first])))
    session.flush()


def drop_passages(session: Session, **of: int) -> None:
    """Forget what an article (`article_id`), or those quoting a talk (`episode_id`), do not say any more."""
    rows = _rows(session, **of)
    quoting = {row.article_id for row in rows}
    texts = dict(session.exec(select(Article.id, Article.text).where(col(Article.id).in_(quoting))).all())
    for row in rows:
        if row.quote not in texts[row.article_id]:
            session.delete(row)
    session.flush()


def _is_taken_out(rows: object, script: Script, one: Quotation) -> bool:
    """Whether words of this moment were redacted: what is left of them is not to be found again."""
    start_ms, end_ms = script.words[one.first].start_ms, script.words[one.last - 1].end_ms
    return any(not row.quote and row.start_ms < end_ms and start_ms < row.end_ms for row in rows)  # type: ignore[attr-defined]


def _row(
    article: Article, episode_id: int, script: Script, one: Quotation, quote: str, line: int | None
) -> ArticleQuotation:
    words = script.words[one.first : one.last]
    return ArticleQuotation(
        article_id=article.id or 0,
        episode_id=episode_id,
        utterance_id=line,
        paragraph=one.paragraph,
        quote=quote,
        start_ms=min(word.start_ms for word in words),
        end_ms=max(word.end_ms for word in words),
        words=len(words),
        stamp=_stamp(script, one.first, one.last),
        likeness=one.likeness,
        quoted=one.is_quoted,
    )


def passages_of_talk(session: Session, episode_id: int) -> list[Passage]:
    """In the order they were said."""
    rows = _rows(session, episode_id=episode_id)
    script = read_script(session, episode_id) if rows else None
    return [_read(session, row, script) for row in rows if script]


def passages_of_article(session: Session, article_id: int) -> list[Passage]:
    """In the order of the article's paragraphs."""
    rows = _rows(session, article_id=article_id)
    scripts = {one: read_script(session, one) for one in {row.episode_id for row in rows}}
    read = [_read(session, row, scripts[row.episode_id]) for row in rows]
    return sorted(read, key=lambda one: (one.paragraph, one.start_ms))


def look_at_passage(session: Session, passage_id: int, review: Review, *, by: str) -> Passage:
    """An editor looked: it is confirmed or rejected, and stands for the words as they are now."""
    row = session.get(ArticleQuotation, passage_id)
    if row is None:
        raise NotFound("This quotation is no longer in the record. Load the page again.")
    script = read_script(session, row.episode_id)
    places = _places(row, script)
    row.review, row.decided_by, row.decided_at = review, by, now()
    if row.quote and places is not None:
        row.stamp, row.words = _stamp(script, *places), places[1] - places[0]
        row.start_ms = min(word.start_ms for word in script.words[slice(*places)])
        row.end_ms = max(word.end_ms for word in script.words[slice(*places)])
    session.add(row)
    session.flush()
    return _read(session, row, script)


def _rows(session: Session, **wanted: int | None) -> list[ArticleQuotation]:
    query = select(ArticleQuotation).order_by(col(ArticleQuotation.start_ms), col(ArticleQuotation.id))
    for name, value in wanted.items():
        query = query.where(getattr(ArticleQuotation, name) == value)
    return list(session.exec(query).all())


def _read(session: Session, row: ArticleQuotation, script: Script) -> Passage:
    article = session.get_one(Article, row.article_id)
    paragraphs = paragraphs_of(article)
    fresh = _fresh(row, script)
    places = fresh or _places(row, script)
    words = script.words[slice(*places)] if places else ()
    return Passage(
        id=row.id or 0,
        article_id=row.article_id,
        episode_id=row.episode_id,
        paragraph=row.paragraph,
        text=next((one for one in paragraphs if row.quote and row.quote in one), ""),
        quote=row.quote,
        is_quoted=row.quoted,
        said=" ".join(word.text for word in words),
        speaker=script.speakers[places[0]] if places else NOBODY,
        language=script.languages[places[0]] if places else "",
        start_ms=min((word.start_ms for word in words), default=row.start_ms),
        end_ms=max((word.end_ms for word in words), default=row.end_ms),
        review=row.review,
        likeness=row.likeness,
        is_stale=fresh is None,
    )


def _fresh(row: ArticleQuotation, script: Script) -> tuple[int, int] | None:
    """Where the same words of the same speaker still stand, near where they stood."""
    near = (
        at
        for at, word in enumerate(script.words)
        if abs(word.start_ms - row.start_ms) <= SEARCHED_MS and at + row.words <= len(script.words)
    )
    by_nearness = sorted(near, key=lambda at: abs(script.words[at].start_ms - row.start_ms))
    places = ((at, at + row.words) for at in by_nearness)
    return next((one for one in places if _is_same(row.stamp, _stamp(script, *one))), None)


def _places(row: ArticleQuotation, script: Script) -> tuple[int, int] | None:
    return words_within(script.words, row.start_ms, row.end_ms)


def _stamp(script: Script, first: int, last: int) -> str:
    """A digest of the words, whose case and stops do not count, and one of who says them, if that is known."""
    keys = [key_of(word.text) for word in script.words[first:last]]
    people = [one.person_slug for one in dict.fromkeys(script.speakers[first:last])]
    return f"{_digest(keys)}:{_digest(people) if all(people) else ''}"


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:28]


def _is_same(before: str, after: str) -> bool:
    """A voice that had no name then and has one now says the same words; one that has another name does not."""
    words, _, speaker = before.partition(":")
    words_now, _, speaker_now = after.partition(":")
    return bool(words) and words == words_now and speaker in ("", speaker_now)
