"""Moments, intervals and the reporting day.

Rules:
- a datetime without a zone cannot get in;
- an interval is half open, from the start up to but not including the end;
- a reporting day bears the date on which it ends: 29 October runs from 28 October 19:30 to 29 October
  19:30 in the mission's zone (OSCE SMM daily reports), and is 23 or 25 hours long when clocks change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from trucewatch.errors import TimeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A half-open interval of time in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for moment in (self.start, self.end):
            if moment.tzinfo is None:
                raise TimeError(
                    f"{moment.isoformat()} has no zone: give the offset, or set `zone` for the source"
                )
        if self.end < self.start:
            raise TimeError(
                f"the interval ends at {self.end.isoformat()}, before it starts at {self.start.isoformat()}"
            )
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))

    @property
    def hours(self) -> float:
        """Its length in hours."""
        return (self.end - self.start) / timedelta(hours=1)

    def contains(self, moment: datetime) -> bool:
        """Say whether `moment` lies in it."""
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A mission's own time: its zone and the hour at which one reporting day ends and the next begins."""

    zone: ZoneInfo
    cut: time = time(19, 30)

    def day(self, day: date) -> Interval:
        """Return the reporting day that bears the date `day`."""
        end = datetime.combine(day, self.cut, self.zone)
        start = datetime.combine(day - timedelta(days=1), self.cut, self.zone)
        if self.cut == time(0):
            start, end = end, datetime.combine(day + timedelta(days=1), self.cut, self.zone)
        return Interval(start=start, end=end)

    def day_of(self, moment: datetime) -> date:
        """Return the date of the reporting day in which `moment` lies."""
        local = moment.astimezone(self.zone)
        if self.cut == time(0):
            return local.date()
        return local.date() if local.time() < self.cut else local.date() + timedelta(days=1)


def moment(text: str, zone: ZoneInfo | None = None) -> datetime:
    """Return the ISO 8601 time `text` in UTC, read in `zone` when it has no offset of its own.

    Raises TimeError when there is neither offset nor zone, or when the local time does not exist or
    comes twice because clocks change.
    """
    try:
        parsed = datetime.fromisoformat(text.strip())
        if parsed.tzinfo is not None:
            return parsed.astimezone(UTC)
        if zone is None:
            raise TimeError(f"{text!r} has no zone: give the offset, or set `zone` for the source")
        first, second = (parsed.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    except (ValueError, OverflowError) as fault:
        raise TimeError(f"{text!r} is not an ISO 8601 time such as 2026-01-06T18:00+02:00") from fault
    if first != second:
        raise TimeError(
            f"{text!r} does not exist or comes twice in {zone.key}, where clocks change: give the offset"
        )
    return first
