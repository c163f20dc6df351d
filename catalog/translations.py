"""Translations of a talk: brought in from a caption file, shown to readers, taken from them again. How readers see one
is in `glosses`; how a machine makes one is in `translating`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, func, select

from catalog.adding import check_language
from catalog.audit import record_act
from catalog.episodes import find_episode, touch
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.models import Episode, Redaction, Track, TrackKind, Utterance
from catalog.models.columns import storable
from catalog.pseudonyms import hides_somebody
from catalog.redaction.words import BESIDE_MS, FLAG, MARK, touches, widen
from catalog.transcripts import current_track, write_utterances
from transcribe.captions import read_captions
from transcribe.errors import CaptionsUnreadable
from transcribe.languages import check_script, language_name, parse_language
from transcribe.timeline import Flag, Span
from transcribe.timeline import Utterance as Cue

FROM_FILE = "captions file"
MOST_CUES = 20_000
LONGEST_CUE = 5_000
ACT = "translation"


@dataclass(frozen=True)
class TranslationLine:
    """A translation as the newsroom sees it; `is_of_this_run`: it was made from the transcript that is read now."""

    number: int
    language: str
    shown: bool
    by_human: bool
    engine: str
    model: str
    lines: int
    made_at: datetime
    is_of_this_run: bool


@dataclass(frozen=True)
class Fitted:
    """Cues that lie within a talk, and how many of the others there were: after its end, or said before."""

    cues: tuple[Cue, ...]
    beyond: int = 0
    twice: int = 0


@dataclass(frozen=True)
class Brought:
    """A translation that came in, whether readers see it, and what is to be told of it."""

    number: int
    lines: int
    shown: bool
    sentence: str


def list_translation_lines(session: Session, slug: str) -> list[TranslationLine]:
    """Every translation there is, those of the transcript that is read first, the newest of a language first."""
    episode = find_episode(session, slug)
    source = current_track(session, episode.id or 0)
    counted = select(func.count()).select_from(Utterance).where(col(Utterance.track_id) == col(Track.id))
    query = select(Track, counted.scalar_subquery()).where(
        Track.episode_id == episode.id, Track.kind == TrackKind.TRANSLATION, Track.engine != ""
    )
    rows = session.exec(query.order_by(Track.language, col(Track.id).desc())).all()
    lines = [
        TranslationLine(
            number=track.id or 0,
            language=track.language,
            shown=track.current,
            by_human=track.by_human,
            engine=track.engine,
            model=track.model,
            lines=count,
            made_at=track.created_at,
            is_of_this_run=source is not None and track.source_track_id == source.id,
        )
        for track, count in rows
    ]
    return sorted(lines, key=lambda line: not line.is_of_this_run)


# ---- bringing one in --------------------------------------------------------------------------------


def import_translation(
    session: Session, slug: str, data: bytes, name: str, language: str, *, by_machine: bool = False
) -> Brought:
    """Take a caption file in another language as a translation of a talk; `by_machine`: nobody has checked it.

    Raises InvalidQuery for a file that cannot be one. What stands where words were redacted is left out.
    """
    episode = find_episode(session, slug)
    source = translatable(session, episode)
    language = check_target(episode, source, language)
    fitted = fit_cues(read_cues(data, name, language), episode.duration_ms or 0)
    _check_fit(fitted)
    if flag := check_script(" ".join(cue.text for cue in fitted.cues), language):
        raise InvalidQuery(f"This is {flag.reason}. Choose the language the file is in.")
    track = new_translation(session, episode, source, language, by_human=not by_machine)
    track.engine = FROM_FILE
    write_utterances(session, track, leave_out(fitted.cues, _redacted(session, episode)), labels={})
    session.flush()
    act = {"act": "import", "track": track.id, "language": language, "lines": len(fitted.cues)}
    record_act(session, ACT, f"episode/{episode.id}", act)
    shown = not hides_somebody(session, episode.id or 0)
    if shown:
        show_track(session, episode, track)
    return Brought(track.id or 0, len(fitted.cues), shown, _told(fitted, language, shown=shown))


def translatable(session: Session, episode: Episode) -> Track:
    """The transcript a translation is of. Raises Conflict where there is none."""
    source = current_track(session, episode.id or 0)
    if source is None:
        raise Conflict(
            f"'{episode.slug}' has no transcript yet, so there is nothing a translation could be of."
        )
    return source


def check_target(episode: Episode, source: Track, language: str) -> str:
    """The language of a translation, if a talk can have one in it. Raises InvalidQuery."""
    wanted = check_language(language.strip())
    if wanted is None:
        raise InvalidQuery("Say which language it is in, as a short tag: en, ur, pa-Arab.")
    spoken = episode.language or source.language
    if spoken and parse_language(wanted).code == parse_language(spoken).code:
        raise InvalidQuery(
            f"{language_name(spoken)} is what is spoken in this talk; a translation is in another."
        )
    return wanted


def new_translation(
    session: Session, episode: Episode, source: Track, language: str, *, by_human: bool
) -> Track:
    """A translation nobody sees yet; those before it stay."""
    before = select(func.max(Track.revision)).where(Track.episode_id == episode.id)
    track = Track(
        episode_id=episode.id or 0,
        kind=TrackKind.TRANSLATION,
        language=language,
        revision=(session.exec(before).one() or 0) + 1,
        source_track_id=source.id,
        by_human=by_human,
    )
    session.add(track)
    session.flush()
    return track


def read_cues(data: bytes, name: str, language: str) -> tuple[Cue, ...]:
    """The lines of a caption file, all in one language, without names. Raises InvalidQuery."""
    try:
        cues = read_captions(data, name, language)
    except CaptionsUnreadable as problem:
        raise InvalidQuery(problem.sentence) from problem
    if len(cues) > MOST_CUES:
        raise InvalidQuery(f"The file has {len(cues)} lines; a translation has at most {MOST_CUES}.")
    longest = max(len(cue.text) for cue in cues)
    if longest > LONGEST_CUE:
        raise InvalidQuery(
            f"A line of the file has {longest} characters; the longest may have {LONGEST_CUE}."
        )
    return tuple(replace(cue, text=storable(cue.text), language=language, speaker="") for cue in cues)


def fit_cues(cues: Iterable[Cue], duration_ms: int) -> Fitted:
    """What lies within a talk, in order, each line once; a duration of 0 is not known and cuts nothing.

    >>> cues = [Cue(4_000, 9_000, "b", "en"), *2 * [Cue(0, 900, "a", "en")], Cue(7_000, 8_000, "c", "en")]
    >>> [(cue.text, cue.end_ms) for cue in fit_cues(cues, 5_000).cues], fit_cues(cues, 5_000).beyond
    ([('a', 900), ('b', 5000)], 1)
    """
    ordered = sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))
    once = list(dict.fromkeys(ordered))
    inside = [cue for cue in once if not duration_ms or cue.start_ms < duration_ms]
    cut = [replace(cue, end_ms=min(cue.end_ms, duration_ms)) if duration_ms else cue for cue in inside]
    return Fitted(tuple(cut), len(once) - len(inside), len(ordered) - len(once))


def _check_fit(fitted: Fitted) -> None:
    if fitted.beyond >= max(1, len(fitted.cues)):
        raise InvalidQuery(
            f"{fitted.beyond} of {fitted.beyond + len(fitted.cues)} lines stand after the end of the talk: the file "
            "is of another recording, or of another cut."
        )


def leave_out(cues: Sequence[Cue], spans: Sequence[Span]) -> list[Cue]:
    """The cues without what is said in redacted spans or close to them: nobody timed the words of a translation.

    >>> [cue.text for cue in leave_out([Cue(0, 900, "a", "en"), Cue(9_000, 9_900, "b", "en")], [Span(500, 600)])]
    ['[…]', 'b']
    """
    near = widen(spans, BESIDE_MS)
    gone = (Flag(FLAG["code"], FLAG["reason"]),)
    return [
        replace(cue, text=MARK, words=(), flags=gone) if touches(cue.start_ms, cue.end_ms, near) else cue
        for cue in cues
    ]


def _redacted(session: Session, episode: Episode) -> list[Span]:
    rows = session.exec(select(Redaction).where(Redaction.episode_id == episode.id))
    return [Span(row.start_ms, row.end_ms) for row in rows]


def _told(fitted: Fitted, language: str, *, shown: bool) -> str:
    parts = [f"{len(fitted.cues)} lines in {language_name(language)} came in."]
    if fitted.beyond:
        parts.append(f"{fitted.beyond} stood after the end of the talk and were left out.")
    if fitted.twice:
        parts.append(f"{fitted.twice} stood in the file twice.")
    if not shown:
        parts.append(
            "Somebody appears in this talk under another name: read the translation for the real one, then show it."
        )
    return " ".join(parts)


# ---- showing it -------------------------------------------------------------------------------------


def show_translation(session: Session, slug: str, number: int) -> Track:
    """Let readers see a translation, in place of another in that language. Raises NotFound, Conflict."""
    episode, track = find_translation(session, slug, number)
    source = current_track(session, episode.id or 0)
    if source is None or track.source_track_id != source.id:
        raise Conflict(
            "This translation is of an earlier transcript. Bring it in again, or have it made again."
        )
    record_act(session, ACT, f"episode/{episode.id}", {"act": "show", "track": track.id})
    show_track(session, episode, track)
    return track


def hide_translation(session: Session, slug: str, number: int) -> Track:
    """Take a translation from readers; it stays in the newsroom."""
    return _marked(session, slug, number, "hide", current=False)


def check_translation(session: Session, slug: str, number: int) -> Track:
    """Somebody read a machine's translation beside the talk and stands by it; readers are told so."""
    return _marked(session, slug, number, "check", by_human=True)


def _marked(session: Session, slug: str, number: int, act: str, **marks: bool) -> Track:
    episode, track = find_translation(session, slug, number)
    record_act(session, ACT, f"episode/{episode.id}", {"act": act, "track": track.id})
    track.sqlmodel_update(marks)
    session.add(track)
    touch(session, episode)
    return track


def show_track(session: Session, episode: Episode, track: Track) -> None:
    others = select(Track).where(
        Track.episode_id == episode.id,
        Track.kind == TrackKind.TRANSLATION,
        Track.language == track.language,
        col(Track.current).is_(True),
    )
    for other in session.exec(others):
        other.current = False
        session.add(other)
    session.flush()
    track.current = True
    session.add(track)
    touch(session, episode)


def find_translation(session: Session, slug: str, number: int) -> tuple[Episode, Track]:
    """A finished translation of a talk and the talk. Raises NotFound."""
    episode = find_episode(session, slug)
    track = session.get(Track, number)
    wrong = track is None or track.episode_id != episode.id or track.kind is not TrackKind.TRANSLATION
    if track is None or wrong or not track.engine:
        raise NotFound(
            f"'{slug}' has no translation {number}. `presstalk translation list {slug}` shows those it has."
        )
    return episode, track
