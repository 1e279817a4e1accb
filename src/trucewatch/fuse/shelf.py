"""Rows in order of a key and of a time, of which new ones are put in among the standing ones cheaply.

Rules:
- most rows lie on one long shelf, those that came lately on a short one, and every search looks at both;
- the short one is put into the long one when it has more than `MOST_LATE` rows;
- rows of one key and time are in the order that they have elsewhere (`order`), as they are when they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.reports import Flags, Ints

MOST_LATE = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows sorted by key and time; `tops` are the different keys, and `starts` where each begins."""

    keys: Ints
    times: Ints
    rows: Ints
    tops: Ints
    starts: Ints


class Shelf:
    """A long and a short row of `Rows`."""

    def __init__(self, keys: Ints, times: Ints, rows: Ints) -> None:
        self.long = _rows(keys, times, rows, np.lexsort((times, keys)))
        none = np.zeros(0, dtype=np.int64)
        self.late = _rows(none, none, none, none)

    def add(self, keys: Ints, times: Ints, rows: Ints, order: Ints) -> None:
        """Put rows in, which come in order."""
        if not len(keys):
            return
        at, late = np.lexsort((times, keys)), self.late
        self.late = _named(merged(late.keys, late.times, late.rows, keys[at], times[at], rows[at], order))
        if len(self.late.keys) > MOST_LATE:
            late, long = self.late, self.long
            self.long = _named(
                merged(long.keys, long.times, long.rows, late.keys, late.times, late.rows, order)
            )
            none = np.zeros(0, dtype=np.int64)
            self.late = _rows(none, none, none, none)

    @property
    def arrays(self) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
        """Return keys, times and rows of the long one and of the short one."""
        long, late = self.long, self.late
        return long.keys, long.times, long.rows, late.keys, late.times, late.rows


def _rows(keys: Ints, times: Ints, rows: Ints, order: Ints) -> Rows:
    return _named((keys[order], times[order], rows[order]))


def _named(sorted_rows: Sequence[Ints]) -> Rows:
    keys, times, rows = sorted_rows
    fresh = np.ones(len(keys), dtype=bool)
    fresh[1:] = keys[1:] != keys[:-1]
    starts = np.flatnonzero(fresh)
    return Rows(keys=keys, times=times, rows=rows, tops=keys[starts], starts=np.append(starts, len(keys)))


@kernel
def merged(
    keys: Ints,
    times: Ints,
    rows: Ints,
    more_keys: Ints,
    more_times: Ints,
    more_rows: Ints,
    order: Ints,
) -> tuple[Ints, Ints, Ints]:
    """Return two sorted rows of rows as one."""
    many = len(keys) + len(more_keys)
    found = np.empty(many, np.int64), np.empty(many, np.int64), np.empty(many, np.int64)
    one, other = 0, 0
    for at in range(many):
        if other == len(more_keys) or (
            one < len(keys)
            and (
                keys[one] < more_keys[other]
                or (
                    keys[one] == more_keys[other]
                    and earlier(times[one], rows[one], more_times[other], more_rows[other], order)
                )
            )
        ):
            found[0][at], found[1][at], found[2][at] = keys[one], times[one], rows[one]
            one += 1
        else:
            found[0][at], found[1][at], found[2][at] = more_keys[other], more_times[other], more_rows[other]
            other += 1
    return found


@kernel
def sooner(order: Ints, a: int, b: int) -> bool:
    """Say whether the row `a` comes before the row `b`, by what each is in order of."""
    for column in range(order.shape[1]):
        if order[a, column] != order[b, column]:
            return bool(order[a, column] < order[b, column])
    return a < b


@kernel
def earlier(time: int, row: int, other_time: int, other: int, order: Ints) -> bool:
    """Say whether a row comes before another, by their times and by what they are in order of."""
    return bool(time < other_time or (time == other_time and sooner(order, row, other)))


@kernel
def place_of(keys: Ints, times: Ints, rows: Ints, key: int, time: int, row: int, order: Ints) -> int:
    """Return where the first row is that comes no sooner than `row` of `key` and `time`."""
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key or (
            keys[middle] == key and earlier(times[middle], rows[middle], time, row, order)
        ):
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def around(
    long: Ints,
    long_times: Ints,
    long_rows: Ints,
    late: Ints,
    late_times: Ints,
    late_rows: Ints,
    key: int,
    time: int,
    row: int,
    before: int,
    after: int,
    order: Ints,
    kept: Flags,
) -> tuple[Ints, bool, bool]:
    """Return the `kept` rows of a key around `row`, in order, and whether they are all before, and all after.

    From each shelf come at most `before` and `after` rows; `order` is what rows of one time are in order of.
    """
    found = np.empty(2 * (before + after), np.int64)
    times = np.empty(2 * (before + after), np.int64)
    many, least, most = 0, -1, -1
    least_time, most_time = time, time
    for which in range(2):
        keys, when, rows = (long, long_times, long_rows) if which == 0 else (late, late_times, late_rows)
        at = place_of(keys, when, rows, key, time, row, order)
        low, high = max(at - before, 0), min(at + after, len(keys))
        while low < at and keys[low] != key:
            low += 1
        while high > at and keys[high - 1] != key:
            high -= 1
        if (
            low > 0
            and keys[low - 1] == key
            and (least < 0 or earlier(least_time, least, when[low], rows[low], order))
        ):
            least, least_time = rows[low], when[low]
        if (
            high < len(keys)
            and keys[high] == key
            and (most < 0 or earlier(when[high - 1], rows[high - 1], most_time, most, order))
        ):
            most, most_time = rows[high - 1], when[high - 1]
        for one in range(low, high):
            if kept[rows[one]]:
                found[many], times[many] = rows[one], when[one]
                many += 1
    free = 0
    for one in range(many):
        if (least >= 0 and earlier(times[one], found[one], least_time, least, order)) or (
            most >= 0 and earlier(most_time, most, times[one], found[one], order)
        ):
            continue
        it, its = found[one], times[one]
        to = free
        while to > 0 and earlier(its, it, times[to - 1], found[to - 1], order):
            found[to], times[to] = found[to - 1], times[to - 1]
            to -= 1
        found[to], times[to] = it, its
        free += 1
    return found[:free].copy(), least < 0, most < 0
