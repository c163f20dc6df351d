"""The timeline as small charts: bars, ground and ticks as the paths of an SVG, and its words. Pure; counts nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor, log10

from catalog.search.timeline import Course, Point, Timeline
from web.language import ENGLISH, Language

WIDTH, HEIGHT = 600, 140
LEFT, TOP, GROUND = 52, 12, 108  # where bars begin, the highest ends, all stand
WIDEST_BAR = 26
MOST_TICKS = 6
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)  # months, or years
_EDGE = 60


@dataclass(frozen=True)
class Tick:
    """A time under the chart; `beside` is how its text stands to it; every second one may give way on a phone."""

    x: int
    label: str
    beside: str
    gives_way: bool


@dataclass(frozen=True)
class Panel:
    """The chart of one course: bars to trust, bars of too few turns, the ground where anything was said at all."""

    course: Course
    bars: str
    doubtful: str
    ground: str
    told: str


@dataclass(frozen=True)
class Chart:
    """Panels on one scale, from nothing to `top` turns per thousand."""

    panels: tuple[Panel, ...]
    ticks: tuple[Tick, ...]
    top: str


def draw_chart(timeline: Timeline, courses: Sequence[Course], language: Language = ENGLISH) -> Chart:
    """Courses of a timeline side by side."""
    top = scale_of([point for course in courses for point in course.points])
    places = {period: number for number, period in enumerate(timeline.periods)}
    slot = (WIDTH - LEFT) / max(len(places), 1)
    panels = tuple(_panel(course, places, slot, top, language) for course in courses)
    return Chart(panels, tuple(_ticks(timeline, slot, language)), language.in_digits(f"{top:g}"))


def scale_of(points: Sequence[Point]) -> float:
    """The end of the scale, a round number: the highest share that can be trusted fits, if there is one.

    >>> scale_of([Point(202401, 3, 1000), Point(202402, 1, 1)]), scale_of([Point(202401, 1, 40)]), scale_of([])
    (5, 50, 1)
    """
    trusted = [point.per_thousand for point in points if not point.is_doubtful]
    highest = max(trusted, default=0.0) or max((point.per_thousand for point in points), default=0.0)
    if not highest:
        return 1
    power: float = 10 ** floor(log10(highest))
    return next(round(power * step, 6) for step in (1, 2, 5, 10) if power * step >= highest * 0.999999)


def period_name(period: int, language: Language = ENGLISH) -> str:
    """
    >>> period_name(202403), period_name(2024)
    ('March 2024', '2024')
    """
    return language.month(_first_of(period)) if period > 9999 else language.in_digits(str(period))


def _first_of(month: int) -> datetime:
    return datetime(month // 100, month % 100, 1)  # noqa: DTZ001 - a month of any clock


def _panel(course: Course, places: dict[int, int], slot: float, top: float, language: Language) -> Panel:
    width = max(min(slot * 0.78, WIDEST_BAR), 0.8)
    bars: list[str] = []
    doubtful: list[str] = []
    ground: list[str] = []
    for point in course.points:
        middle = LEFT + (places[point.period] + 0.5) * slot
        ground.append(f"M{middle - slot / 2:.1f} {GROUND}h{slot:.1f}")
        height = min(point.per_thousand / top, 1) * (GROUND - TOP)
        if point.found:
            bar = f"M{middle - width / 2:.1f} {GROUND}v{-max(height, 1):.1f}h{width:.1f}V{GROUND}z"
            (doubtful if point.is_doubtful else bars).append(bar)
    return Panel(course, "".join(bars), "".join(doubtful), "".join(ground), _told(course, language))


def _told(course: Course, language: Language) -> str:
    """The chart in a sentence or two."""
    found = language.number(course.found)
    counted = language.many(
        "%(found)s of %(number)s turn in all.",
        "%(found)s of %(number)s turns in all.",
        course.of,
        found=found,
    )
    trusted = [point for point in course.points if point.found and not point.is_doubtful]
    if not trusted:
        return counted
    most = max(trusted, key=lambda point: point.per_thousand)
    return language.say(
        "%(counted)s Most in %(period)s: %(share)s per 1,000.",
        counted=counted,
        period=period_name(most.period, language),
        share=language.number(most.per_thousand, 1),
    )


def _ticks(timeline: Timeline, slot: float, language: Language) -> list[Tick]:
    """A few times, each at the middle of its bar, at steps a reader expects: quarters, halves, years."""
    periods = timeline.periods
    step = next((step for step in _STEPS if len(periods) / step <= MOST_TICKS), _STEPS[-1])
    chosen = [(n, period) for n, period in enumerate(periods) if _number(period) % step == 0]
    chosen = chosen or [(n, period) for n, period in enumerate(periods) if n in (0, len(periods) - 1)]
    ticks = []
    for number, (n, period) in enumerate(chosen):
        x = round(LEFT + (n + 0.5) * slot)
        beside = "start" if x < LEFT + _EDGE else "end" if x > WIDTH - _EDGE else "middle"
        label = _short(period // 100 if period > 9999 and step >= 12 else period, language)
        ticks.append(Tick(x, label, beside, number % 2 == 1))
    return ticks


def _number(period: int) -> int:
    return period // 100 * 12 + period % 100 - 1 if period > 9999 else period


def _short(period: int, language: Language) -> str:
    return language.short_month(_first_of(period)) if period > 9999 else language.in_digits(str(period))
