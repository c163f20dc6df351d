"""Every row that may hold words of a talk, rid of those spoken in a span. One transaction, called by `carrying_out`.

What has a time loses what lies in the span. What has none, such as a note in the log, goes when it holds a word that
is now nowhere in the transcript: a word that was taken out must not stand beside it either.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from catalog.audit import empty_words as empty_audit_words
from catalog.editions import empty_words as empty_edition_words
from catalog.editions import rename_in_editions
from catalog.models import (
    ArticleQuotation,
    AuditEvent,
    AuditWords,
    Chapter,
    Claim,
    ClaimEntity,
    ClaimEvidence,
    ClaimStatus,
    Correction,
    Episode,
    EpisodeArticle,
    Fixup,
    GuestLink,
    Mention,
    MentionDoubt,
    MentionVerdict,
    Plea,
    Proposal,
    Quote,
    SpeakerLabel,
    Track,
    TrackKind,
    Utterance,
)
from catalog.redaction.words import BESIDE_MS, FLAG, keys_in, take_out, touches, widen
from transcribe.timeline import Span

Keys = frozenset[str]


def take_out_words(session: Session, episode_id: int, spans: Sequence[Span]) -> None:
    """Leave nothing of what was said in the spans in any row of a talk."""
    gone, touched = _thin_tracks(session, episode_id, spans)
    gone -= _still_said(session, episode_id)
    _empty_corrections(session, episode_id, touched, gone)
    for row in session.exec(select(Fixup).where(col(Fixup.utterance_id).in_(touched))):
        session.delete(row)
    _delete_mentions(session, episode_id, touched, gone)
    _empty_claims(session, episode_id, spans, gone)
    _empty_quotes(session, episode_id, spans, gone)
    _drop_proposals(session, episode_id, spans, gone)
    _empty_links(session, episode_id, touched, gone)
    _empty_quotations(session, episode_id, spans)
    _thin_evidence(session, episode_id, spans, gone)
    _empty_notes(session, episode_id, gone)
    _empty_log(session, episode_id, gone)
    for span in spans:
        empty_edition_words(session, episode_id, span.start_ms, span.end_ms)
    _clean_edition_heads(session, episode_id, gone)
    session.flush()


def also_written(session: Session, episode_id: int, gone: Keys) -> list[str]:
    """Where people wrote words of the span themselves: title, description, chapters. They mend these by hand."""
    episode = session.get_one(Episode, episode_id)
    places = {"the title": episode.title, "the description": episode.summary}
    for chapter in session.exec(select(Chapter).where(Chapter.episode_id == episode_id)):
        places[f"the chapter at {chapter.start_ms // 1000} s"] = chapter.title
    return [place for place, text in places.items() if _holds(text, gone)]


def words_within_span(
    session: Session, episode_id: int, spans: Sequence[Span]
) -> tuple[tuple[str, ...], Keys]:
    """What is said there, word by word, and those that would be nowhere in the transcript; nothing is changed."""
    said: tuple[str, ...] = ()
    gone: set[str] = set()
    left: set[str] = set()
    for line in _lines(session, episode_id):
        rest = take_out(line.text, line.words, line.start_ms, line.end_ms, spans)
        said += rest.said if rest else ()
        gone |= rest.taken if rest else frozenset()
        left |= set(keys_in(rest.text if rest else line.text))
    return said, frozenset(gone - left)


def _lines(session: Session, episode_id: int) -> Sequence[Utterance]:
    """The transcript that is read, in the language that was spoken."""
    query = (
        select(Utterance)
        .join(Track)
        .where(
            Track.episode_id == episode_id,
            Track.kind == TrackKind.ORIGINAL,
            col(Track.current).is_(True),
        )
    )
    return session.exec(query.order_by(col(Utterance.position))).all()


def _thin_tracks(session: Session, episode_id: int, spans: Sequence[Span]) -> tuple[set[str], list[int]]:
    """All transcripts, of every run and language; the words that went and the paragraphs they went from."""
    gone: set[str] = set()
    touched: list[int] = []
    for track in session.exec(select(Track).where(Track.episode_id == episode_id)):
        is_read = track.current and track.kind is TrackKind.ORIGINAL  # other words are timed less well
        here = spans if is_read else widen(spans, BESIDE_MS)
        track.dropped = [one for one in track.dropped if not touches(one["start_ms"], one["end_ms"], here)]
        session.add(track)
        for line in session.exec(select(Utterance).where(Utterance.track_id == track.id)):
            rest = take_out(line.text, line.words, line.start_ms, line.end_ms, here)
            if rest is None:
                continue
            gone |= rest.taken
            touched.append(line.id or 0)
            line.text, line.words = rest.text, rest.words
            line.flags = [*(flag for flag in line.flags if flag["code"] != FLAG["code"]), FLAG]
            session.add(line)
    session.flush()
    return gone, touched


def _still_said(session: Session, episode_id: int) -> set[str]:
    return {key for line in _lines(session, episode_id) for key in keys_in(line.text)}


def _holds(value: Any, gone: set[str] | Keys) -> bool:
    return any(key in gone for key in keys_in(value))


def _empty_corrections(session: Session, episode_id: int, touched: Sequence[int], gone: set[str]) -> None:
    query = select(Correction).join(Utterance).join(Track).where(Track.episode_id == episode_id)
    for row in session.exec(query):
        if row.utterance_id in touched or _holds([row.before, row.after, row.public_note], gone):
            row.before = row.after = row.public_note = ""
            session.add(row)


def _delete_mentions(session: Session, episode_id: int, touched: Sequence[int], gone: set[str]) -> None:
    """What was found is found anew when the talk is read again; what people said of a name goes with the name."""
    session.execute(sa.delete(Mention).where(col(Mention.utterance_id).in_(touched)))
    session.execute(sa.delete(MentionDoubt).where(col(MentionDoubt.utterance_id).in_(touched)))
    for row in session.exec(select(MentionVerdict).where(MentionVerdict.episode_id == episode_id)):
        if _holds(row.folded, gone):
            session.delete(row)


def _empty_claims(session: Session, episode_id: int, spans: Sequence[Span], gone: set[str]) -> None:
    """What was proposed goes whole; of what was recorded the place stays, empty and withdrawn."""
    for row in session.exec(select(Claim).where(Claim.episode_id == episode_id)).all():
        if touches(row.start_ms, row.end_ms, spans) or _holds(row.exact, gone):
            _empty_claim(session, row)
            continue
        for name in ("note", "reply", "review", "rating"):
            if _holds(getattr(row, name), gone):
                setattr(row, name, "")
        if _holds([row.prefix, row.suffix], gone):
            row.prefix = row.suffix = ""
        session.add(row)
        for page in session.exec(select(ClaimEvidence).where(ClaimEvidence.claim_id == row.id)).all():
            if _holds([page.url, page.title, page.note], gone):
                session.delete(page)


def _empty_claim(session: Session, row: Claim) -> None:
    for table in (ClaimEvidence, ClaimEntity):
        session.execute(sa.delete(table).where(col(table.claim_id) == row.id))
    if row.status in (ClaimStatus.CANDIDATE, ClaimStatus.REJECTED):
        session.delete(row)
        return
    row.exact = row.prefix = row.suffix = row.note = row.reply = row.review = row.rating = ""
    row.status, row.stands, row.reasons = ClaimStatus.WITHDRAWN, False, []
    session.add(row)


def _empty_quotes(session: Session, episode_id: int, spans: Sequence[Span], gone: set[str]) -> None:
    for row in session.exec(select(Quote).where(Quote.episode_id == episode_id)):
        if touches(row.start_ms, row.end_ms, spans) or _holds(row.exact, gone):
            row.exact = row.prefix = row.suffix = ""
        elif _holds([row.prefix, row.suffix], gone):
            row.prefix = row.suffix = ""
        session.add(row)


def _drop_proposals(session: Session, episode_id: int, spans: Sequence[Span], gone: set[str]) -> None:
    """What readers wrote of a paragraph is what was said in it, or near to it."""
    for row in session.exec(select(Proposal).where(Proposal.episode_id == episode_id)):
        near = touches(row.start_ms, row.start_ms + 1, spans)
        if near or _holds([row.before, row.text, row.remark], gone):
            session.delete(row)


def _empty_links(session: Session, episode_id: int, touched: Sequence[int], gone: set[str]) -> None:
    for row in session.exec(select(EpisodeArticle).where(EpisodeArticle.episode_id == episode_id)):
        if row.utterance_id in touched or _holds([row.reason, row.evidence], gone):
            row.evidence = row.reason = ""
            session.add(row)


def _empty_quotations(session: Session, episode_id: int, spans: Sequence[Span]) -> None:
    """That an article quotes the moment would tell what was said there."""
    query = select(ArticleQuotation).where(ArticleQuotation.episode_id == episode_id)
    for row in session.exec(query):
        if touches(row.start_ms, row.end_ms, spans):
            row.stamp = row.quote = ""
            session.add(row)


def _thin_evidence(session: Session, episode_id: int, spans: Sequence[Span], gone: set[str]) -> None:
    """Why a voice has its name is often told in words that were said."""
    near = widen(spans, BESIDE_MS)
    for row in session.exec(select(SpeakerLabel).where(SpeakerLabel.episode_id == episode_id)):
        kept = [
            one for one in row.evidence if not _is_said_there(one, near) and not _holds(one.get("text"), gone)
        ]
        if len(kept) != len(row.evidence):
            row.evidence = kept
            session.add(row)


def _is_said_there(evidence: dict[str, Any], spans: Sequence[Span]) -> bool:
    at_ms = evidence.get("at_ms")
    return at_ms is not None and touches(at_ms, at_ms, spans)


def _clean_edition_heads(session: Session, episode_id: int, gone: set[str]) -> None:
    """Title and description of earlier editions, where they differ from today's: those people mend by hand, and what
    they mend is mended in the editions too."""
    episode = session.get_one(Episode, episode_id)
    today = {"title": episode.title, "summary": episode.summary}

    def clean(content: dict[str, Any]) -> dict[str, Any]:
        held = [name for name in today if _holds(content[name], gone) and content[name] != today[name]]
        return {name: "" if _holds(today[name], gone) else today[name] for name in held}

    rename_in_editions(session, episode_id, clean)


def _empty_notes(session: Session, episode_id: int, gone: set[str]) -> None:
    """What the newsroom and its guests wrote beside a talk."""
    episode = session.get_one(Episode, episode_id)
    for name in ("consent", "withdrawn_note", "publish_problem"):
        if _holds(getattr(episode, name), gone):
            setattr(episode, name, "")
    session.add(episode)
    for link in session.exec(select(GuestLink).where(GuestLink.episode_id == episode_id)):
        if _holds([link.said, link.meant_for], gone):
            link.said = link.meant_for = ""
            session.add(link)
    for plea in session.exec(select(Plea).where(Plea.episode_id == episode_id)):
        if _holds([plea.said, plea.name, plea.answer], gone):
            plea.said = plea.name = plea.answer = ""
            session.add(plea)


def _empty_log(session: Session, episode_id: int, gone: set[str]) -> None:
    """The chain of the log holds: it covers digests, and the words lie beside it."""
    subject = f"episode/{episode_id}"
    query = (
        select(AuditEvent.id, AuditWords.words)
        .join(AuditWords)
        .where(sa.or_(col(AuditEvent.subject) == subject, col(AuditEvent.subject).startswith(f"{subject}/")))
    )
    for event_id, words in session.exec(query).all():
        if _holds(words, gone):
            empty_audit_words(session, event_id or 0)
