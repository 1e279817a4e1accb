"""When it happened: the share of an incident's interval in a window, in hours of the day, on days from D-day.

Rules:
- an incident happened at any moment of its interval alike; an instant is in a window or not;
- hours of the day are those of the clock on the wall, summer time and all; hours past midnight belong to the day
  on which they begin;
- D+0 is D-day's own calendar day by the agreement's clock; an agreement without a D-day leaves days unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from trucewatch.assess.columns import Floats, Ints, micros
from trucewatch.model.condition import Days, Hours

_LEAST, _MOST = -(2**60), 2**60
_FIRST, _LAST = date(1, 1, 3), date(9999, 12, 28)
Spans = tuple[Ints, Ints]
"""Starts and ends of windows that do not meet, rising."""


def share(start: Ints, end: Ints, spans: Spans) -> Floats:
    """Return the share of each interval that lies in `spans`; of an instant, whether it does."""
    opens, closes = spans
    before = np.concatenate([[0], np.cumsum(closes - opens)])

    def passed(moment: Ints) -> Ints:
        at = np.searchsorted(opens, moment, side="right")
        inside = np.minimum(moment, closes[at - 1]) - opens[at - 1] if len(opens) else np.zeros_like(moment)
        return np.where(at > 0, before[at - 1] + inside, 0)

    length = end - start
    nth = np.searchsorted(opens, start, side="right")
    now = (nth > 0) & (start < closes[nth - 1]) if len(opens) else np.zeros(len(start), dtype=bool)
    part = (passed(end) - passed(start)) / np.maximum(length, 1)
    return np.where(length > 0, part, now.astype(np.float64))


def window(starts: datetime | None, ends: datetime | None) -> Spans:
    """Return one window; without a start since ever, without an end for ever."""
    opens, closes = _LEAST if starts is None else micros(starts), _MOST if ends is None else micros(ends)
    return np.array([opens] if opens < closes else []), np.array([closes] if opens < closes else [])


def hours(said: Hours, start: Ints, end: Ints) -> Spans:
    """Return the windows of `said` on every day that intervals from `start` to `end` touch."""
    if not len(start):
        return window(_at(_LAST, 0, ZoneInfo("UTC")), _at(_FIRST, 0, ZoneInfo("UTC")))
    clock = ZoneInfo(said.clock)
    first, last = (_day(int(us)) for us in (start.min(), end.max()))
    days = [first + timedelta(days=n) for n in range(-2, (last - first).days + 3)]
    lasts = (said.until_minute - said.from_minute) % 1440 or 1440
    chosen = [day for day in days if not said.weekdays or day.weekday() in said.weekdays]
    ends = (
        (day + timedelta(days=(said.from_minute + lasts) // 1440), said.until_minute % 1440) for day in chosen
    )
    opens = [micros(_at(day, said.from_minute, clock)) for day in chosen]
    closes = [micros(_at(day, minute, clock)) for day, minute in ends]
    return _apart(opens, closes)


def days(said: Days, d_day: datetime, clock: str | None) -> Spans:
    """Return the window of days counted from `d_day` by `clock`, else by UTC."""
    zone = ZoneInfo(clock or "UTC")
    zero = d_day.astimezone(zone).date()
    starts = None if said.from_day is None else _at(zero + timedelta(days=said.from_day), 0, zone)
    ends = None if said.to_day is None else _at(zero + timedelta(days=said.to_day + 1), 0, zone)
    return window(starts, ends)


def _day(us: int) -> date:
    found = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)).date()
    return min(max(found, _FIRST), _LAST)


def _at(day: date, minute: int, clock: ZoneInfo) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), clock).astimezone(UTC)


def _apart(opens: Sequence[int], closes: Sequence[int]) -> Spans:
    """Return windows in their order, those that meet or overlap made one."""
    starts, ends = np.array(opens, dtype=np.int64), np.array(closes, dtype=np.int64)
    kept = ends > starts
    starts, ends = starts[kept], np.maximum.accumulate(ends[kept]) if kept.any() else ends[kept]
    fresh = np.concatenate([[True], starts[1:] > ends[:-1]]) if len(starts) else np.zeros(0, dtype=bool)
    lasts = np.concatenate([fresh[1:], [True]]) if len(starts) else fresh
    return starts[fresh], ends[lasts]
