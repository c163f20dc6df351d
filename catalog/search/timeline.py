"""How often something is said, month by month, by everybody and by each speaker. Drawing it is the site's work."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from catalog.people import public_name
from catalog.search.hits import read_question
from catalog.search.index import TurnIndex
from catalog.search.query import Filter, Query
from catalog.search.tables import Tables

MOST_SPEAKERS = 6
FEW_TURNS = 100  # a share of fewer says little
MOST_MONTHS = 120  # a longer time is told by years

Counts = Mapping[tuple[str, int], int]


@dataclass(frozen=True)
class Point:
    """A month (yyyymm) or year (yyyy) with talks in it: so many turns were found `of` so many."""

    period: int
    found: int
    of: int

    @property
    def per_thousand(self) -> float:
        return self.found * 1000 / self.of

    @property
    def is_doubtful(self) -> bool:
        return self.of < FEW_TURNS


@dataclass(frozen=True)
class Course:
    """How often it was said by somebody; `person` is "" for everybody and for the rest of them. A time when nothing
    was said at all has no point: that is no zero."""

    person: str
    name: str
    points: tuple[Point, ...]

    @property
    def found(self) -> int:
        return sum(point.found for point in self.points)

    @property
    def of(self) -> int:
        return sum(point.of for point in self.points)


@dataclass(frozen=True)
class Timeline:
    """`everybody` first, then by speaker; `periods` go from the first to the last without a break."""

    periods: tuple[int, ...]
    everybody: Course
    speakers: tuple[Course, ...] = ()

    @property
    def by_year(self) -> bool:
        return bool(self.periods) and self.periods[0] < 10_000


def read_timeline(
    session: Session,
    index: TurnIndex,
    text: str,
    *,
    episode: str | None = None,
    expand: bool = True,
    tables: Tables | None = None,
) -> Timeline:
    """The timeline of a reader's search, asked as `hits.search_turns` is asked; empty when it asks for no words.

    A speaker is told of by the name that the page of people has; who is not there is among the rest.
    """
    asked = read_question(session, text, episode=episode, expand=expand, tables=tables)
    if not _asks_what(asked.query) or asked.only == []:
        return lay_out({}, {}, {})
    found = index.count_by_month(asked.query, only=asked.only, without=asked.without)
    names = _public_names(session, found)
    every = without_words(asked.query)
    said = dict(index.count_by_month(every, only=asked.only, without=asked.without))
    if names:  # the index tells of those who said most; these may not be among them
        theirs = index.count_by_month(of_people(every, names), only=asked.only, without=asked.without)
        said |= {(person, month): turns for (person, month), turns in theirs.items() if person in names}
    return lay_out(found, said, names)


def _asks_what(query: Query) -> bool:
    """Whether it asks for words or for a topic, and not only for whose or when."""
    return bool(query.groups) or any(one.field == "topic" and not one.unwanted for one in query.filters)


def totals_of(counts: Counts) -> Counter[str]:
    """How many turns of each person, in all months."""
    totals: Counter[str] = Counter()
    for (person, _), turns in counts.items():
        totals[person] += turns
    return totals


def of_people(query: Query, people: Iterable[str]) -> Query:
    """The same for these people only."""
    others = tuple(one for one in query.filters if one.unwanted or one.field not in ("person", "speaker"))
    return replace(query, filters=others + tuple(Filter("person", person) for person in people))


def _public_names(session: Session, found: Counts) -> dict[str, str]:
    """Of the people who said it most often, the names that readers may see, with their slugs."""
    names: dict[str, str] = {}
    for slug, _ in totals_of(found).most_common():
        name = public_name(session, slug) if slug else ""
        if name:
            names[slug] = name
        if len(names) == MOST_SPEAKERS:
            break
    return names


def without_words(query: Query) -> Query:
    """The query that finds every turn among which this one looks: the same speakers, days and languages."""
    others = tuple(one for one in query.filters if one.field != "topic")
    return replace(query, groups=(), excluded=(), filters=others)


def lay_out(found: Counts, said: Counts, names: Mapping[str, str]) -> Timeline:
    """The timeline of what was `found` among what was `said`, both by (person or "" for everybody, yyyymm).

    Of the people in `names` (who may be named, and how) those with most turns found come each alone; everybody
    else, the unnamed too, is told together.
    """
    months = [month for person, month in said if not person]
    if not months:
        return Timeline((), Course("", "Everybody", ()))
    if len(_months(min(months), max(months))) > MOST_MONTHS:
        found, said = _by_year(found), _by_year(said)
        periods: Sequence[int] = range(min(months) // 100, max(months) // 100 + 1)
    else:
        periods = _months(min(months), max(months))
    everybody = _course("", "Everybody", found, said)
    chosen = _most(found, names)
    courses = [_course(person, names[person], found, said) for person in chosen]
    rest = _rest(everybody, courses)
    return Timeline(tuple(periods), everybody, (*courses, *([rest] if rest.found and courses else ())))


def _most(found: Counts, names: Mapping[str, str]) -> list[str]:
    totals: Counter[str] = Counter()
    for (person, _), turns in found.items():
        if person in names:
            totals[person] += turns
    return sorted(totals, key=lambda person: (-totals[person], names[person]))[:MOST_SPEAKERS]


def _course(person: str, name: str, found: Counts, said: Counts) -> Course:
    mine = sorted((period, turns) for (whose, period), turns in said.items() if whose == person and turns)
    return Course(
        person, name, tuple(Point(period, min(found.get((person, period), 0), of), of) for period, of in mine)
    )


def _rest(everybody: Course, courses: Iterable[Course]) -> Course:
    found: Counter[int] = Counter()
    of: Counter[int] = Counter()
    for point in (point for course in courses for point in course.points):
        found[point.period] += point.found
        of[point.period] += point.of
    left = [
        Point(point.period, max(point.found - found[point.period], 0), point.of - of[point.period])
        for point in everybody.points
    ]
    return Course("", "Everybody else", tuple(point for point in left if point.of > 0))


def _by_year(counts: Counts) -> Counts:
    years: Counter[tuple[str, int]] = Counter()
    for (person, month), turns in counts.items():
        years[person, month // 100] += turns
    return years


def _months(first: int, last: int) -> list[int]:
    """
    >>> _months(202311, 202402)
    [202311, 202312, 202401, 202402]
    """
    numbers = range(first // 100 * 12 + first % 100 - 1, last // 100 * 12 + last % 100)
    return [number // 12 * 100 + number % 12 + 1 for number in numbers]
