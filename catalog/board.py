"""What the newsroom has on its desk: episodes by what must be done next. What is done is in `episodes` and `jobs`."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from catalog.jobs import OPEN, JobLine, job_lines
from catalog.models import Episode, EpisodeState, Job, LabelState, SpeakerLabel, Track, Utterance

IN_A_GROUP = 20


class Group(StrEnum):
    """What an episode needs, the most pressing first."""

    FAILED = "failed"
    REVIEW = "review"
    WORKING = "working"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class BoardLine:
    """One episode: how far it is, or what went wrong, or what there is to decide before it can be published."""

    slug: str
    title: str
    language: str
    state: str
    created_at: datetime
    published_at: datetime | None
    duration_ms: int | None
    problem: str
    may_retry: bool
    job: JobLine | None
    voices: int
    open_voices: int
    flagged: int


@dataclass(frozen=True)
class Board:
    """The lines of each group, newest first, and how many there are in all."""

    groups: dict[Group, list[BoardLine]]
    counts: dict[Group, int]


def read_board(session: Session, limit: int = IN_A_GROUP) -> Board:
    """The newest episodes of each group."""
    jobs = {line.episode: line for line in job_lines(session, only_open=True, limit=500)}
    groups: dict[Group, list[BoardLine]] = {}
    counts: dict[Group, int] = {}
    for group, rows in _grouped(session).items():
        counts[group] = len(rows)
        shown = session.exec(
            select(Episode).where(col(Episode.id).in_(rows[:limit])).order_by(col(Episode.id).desc())
        ).all()
        todo = _to_decide(session, [row.id or 0 for row in shown])
        groups[group] = [_line(row, jobs.get(row.slug), *todo[row.id or 0]) for row in shown]
    return Board(groups, counts)


def group_of(state: EpisodeState, has_problem: bool, is_worked_on: bool) -> Group:
    """
    >>> group_of(EpisodeState.NEW, True, True), group_of(EpisodeState.NEW, True, False)
    (<Group.WORKING: 'working'>, <Group.FAILED: 'failed'>)
    """
    if is_worked_on:
        return Group.WORKING
    if has_problem:
        return Group.FAILED
    if state in (EpisodeState.NEW, EpisodeState.WORKING):
        return Group.WORKING
    return Group(state.value)


def _grouped(session: Session) -> dict[Group, list[int]]:
    """The ids of every episode by group, newest first."""
    worked_on = set(session.exec(select(Job.episode_id).where(col(Job.state).in_(OPEN))).all())
    found: dict[Group, list[int]] = {group: [] for group in Group}
    query = select(Episode.id, Episode.state, Episode.problem != "").order_by(col(Episode.id).desc())
    for episode_id, state, has_problem in session.exec(query):
        found[group_of(EpisodeState(state), bool(has_problem), episode_id in worked_on)].append(
            episode_id or 0
        )
    return found


def _to_decide(session: Session, ids: list[int]) -> dict[int, tuple[int, int, int]]:
    """For each episode: voices in the transcript that is read, those nobody confirmed, passages with a flag."""
    labels = session.exec(
        select(SpeakerLabel.episode_id, SpeakerLabel.state)
        .join(
            Track,
            (col(Track.episode_id) == col(SpeakerLabel.episode_id))
            & (col(Track.revision) == col(SpeakerLabel.run))
            & col(Track.current).is_(True),
        )
        .where(col(SpeakerLabel.episode_id).in_(ids), col(SpeakerLabel.merged_into_id).is_(None))
    ).all()
    voices = Counter(episode_id for episode_id, _ in labels)
    unsure = Counter(
        episode_id for episode_id, state in labels if state in (LabelState.OPEN, LabelState.SUGGESTED)
    )
    flagged: dict[int, int] = defaultdict(int, flagged_passages(session, ids))
    return {one: (voices[one], unsure[one], flagged[one]) for one in ids}


def flagged_passages(session: Session, ids: list[int]) -> dict[int, int]:
    """How many passages of the transcript that is read carry a doubt of the machine's, by episode."""
    rows = session.exec(
        select(Track.episode_id, Utterance.flags)
        .join(Utterance, col(Utterance.track_id) == col(Track.id))
        .where(col(Track.episode_id).in_(ids), col(Track.current).is_(True))
    )
    return dict(Counter(episode_id for episode_id, flags in rows if flags))


def _line(row: Episode, job: JobLine | None, voices: int, open_voices: int, flagged: int) -> BoardLine:
    return BoardLine(
        slug=row.slug,
        title=row.title,
        language=row.language or "",
        state=row.state.value,
        created_at=row.created_at,
        published_at=row.published_at,
        duration_ms=row.duration_ms,
        problem=row.problem,
        may_retry=row.problem_retry,
        job=job,
        voices=voices,
        open_voices=open_voices,
        flagged=flagged,
    )
