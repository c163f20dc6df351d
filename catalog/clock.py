"""Moments as people write them, and whether this machine's clock may be believed. Who waits for one is not here."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from catalog.errors import InvalidQuery

LEAP_S = 120.0  # what the clock may be set by without anybody wondering
AHEAD = timedelta(hours=1)  # machines that share a record differ by less
HOLD_S = 600.0  # after a leap, time for somebody, or the network, to set it right


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name, as the world's list of them has it. Raises InvalidQuery."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as unknown:
        raise InvalidQuery(
            f"'{name}' is no time zone. Write it as Europe/Paris, Asia/Karachi or UTC."
        ) from unknown


def read_moment(written: str, zone: ZoneInfo) -> datetime:
    """The moment somebody wrote, in UTC; without an offset of its own it is meant in `zone`. Raises InvalidQuery, also
    for an hour that the clocks leave out or strike twice.

    >>> read_moment("2026-12-01 09:00", ZoneInfo("Asia/Karachi")).isoformat()
    '2026-12-01T04:00:00+00:00'
    >>> read_moment("2026-12-01T09:00-05:00", ZoneInfo("Asia/Karachi")).isoformat()
    '2026-12-01T14:00:00+00:00'
    """
    try:
        moment = datetime.fromisoformat(written.strip().upper())
    except ValueError as problem:
        raise InvalidQuery(
            f"'{written.strip()[:40]}' is no time. Write day and time, 2026-12-01 09:00, if need be with its "
            "offset: 2026-12-01T09:00+05:00."
        ) from problem
    if moment.tzinfo is None:
        moment = _in_zone(moment, zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError as problem:
        raise InvalidQuery("That day is beyond what a calendar holds.") from problem


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise InvalidQuery(
            f"The clocks of {zone.key} go forward that night: {moment:%H:%M} never comes. Choose another time."
        )
    raise InvalidQuery(
        f"The clocks of {zone.key} strike {moment:%H:%M} twice that night. Add which you mean: "
        f"{first.isoformat(timespec='minutes')} or {second.isoformat(timespec='minutes')}."
    )


def tell_moment(moment: datetime, zone: ZoneInfo) -> str:
    """
    >>> tell_moment(datetime(2026, 12, 1, 4, tzinfo=UTC), ZoneInfo("Asia/Karachi"))
    '1 December 2026, 09:00 (Asia/Karachi)'
    """
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B %Y, %H:%M} ({zone.key})"


def is_from_the_future(moment: datetime) -> bool:
    """Whether the clock was ahead when this moment was noted: what holds for days from then would hold too long."""
    return moment > datetime.now(UTC) + AHEAD


def steady_s() -> float:
    """Seconds since some moment that nobody can set; they go on while the machine sleeps, where it can tell."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


@dataclass
class Watch:
    """Compares the clock on the wall, which can be set, with one that cannot. All times in seconds.

    A wall clock that leaps forward would publish early what somebody's safety waits for: for `HOLD_S` after a leap it
    is not believed. One that falls back only makes things late.
    """

    wall_s: float | None = None
    steady_s: float = 0.0
    hold_until_s: float = field(default=float("-inf"))

    def may_be_believed(self, wall_s: float, steady_s: float) -> bool:
        """
        >>> watch = Watch()
        >>> watch.may_be_believed(1000, 0), watch.may_be_believed(1005, 5), watch.may_be_believed(90_000, 10)
        (True, True, False)
        >>> watch.may_be_believed(90_500, 510), watch.may_be_believed(90_605, 615)
        (False, True)
        """
        if self.wall_s is not None and abs((wall_s - self.wall_s) - (steady_s - self.steady_s)) > LEAP_S:
            self.hold_until_s = steady_s + HOLD_S
        self.wall_s, self.steady_s = wall_s, steady_s
        return steady_s >= self.hold_until_s
