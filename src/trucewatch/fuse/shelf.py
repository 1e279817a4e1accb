"""Rows in order of a key and of a time, of which new ones are put in among the standing ones cheaply.

Rules:
- most rows lie on one long shelf, those that came lately on a short one, and every search looks at both;
- the short one is put into the long one when it has more than `MOST_LATE` rows and its turn has come: one shelf a batch,
  so that no batch waits for several;
- rows of one key and time are in the order that they have elsewhere (`order`), as they are when they come.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.pairing import CELL_BITS
from trucewatch.fuse.reports import Flags, Ints

MOST_LATE = 1 << 16
CLASSES = 64
BESIDE = 8
WALKED = 4  # times as many rows are walked past as are asked for
Small = npt.NDArray[np.int32]
Singles = npt.NDArray[np.float32]


class Level(NamedTuple):
    """Rows sorted by key and time; and where these are wanted, the cells that rows of one key are."""

    keys: Ints
    times: Ints
    rows: Small
    tops: Ints  # the different keys
    starts: Ints  # where each begins
    firsts: Ints  # the time of the first of each
    lasts: Ints  # and of the last
    classes: Ints  # where the cells of each class begin, by the key's highest bits
    latest: Ints  # the last time of each class
    near: Singles  # what is asked first of each row (`asking.asked_first`)


class Both(NamedTuple):
    """The long shelf and the short one."""

    long: Level
    late: Level


class Shelf:
    """A long and a short row of rows, with what lies near where the cells are wanted too."""

    def __init__(self, keys: Ints, times: Ints, rows: Ints, near: Singles | None = None) -> None:
        self._celled = near is not None
        self.both = Both(long=self._sorted(keys, times, rows, near), late=self._none())

    def add(self, keys: Ints, times: Ints, rows: Ints, order: Ints, near: Singles | None = None) -> None:
        """Put rows in, which come in order."""
        long, late = self.both
        if not len(keys) and len(late.keys):
            return
        self.both = Both(long=long, late=self._merged(late, self._sorted(keys, times, rows, near), order))

    def settled(self, order: Ints) -> bool:
        """Put the short row into the long one if it is too long, and say whether it was."""
        long, late = self.both
        if len(late.keys) <= MOST_LATE:
            return False
        self.both = Both(long=self._merged(long, late, order), late=self._none())
        return True

    def _merged(self, one: Level, other: Level, order: Ints) -> Level:
        both = ((level.keys, level.times, level.rows, level.near) for level in (one, other))
        return self._level(*merged(*next(both), *next(both), order))

    def _sorted(self, keys: Ints, times: Ints, rows: Ints, near: Singles | None) -> Level:
        order = np.lexsort((times, keys))
        beside = np.zeros((0, BESIDE), dtype=np.float32) if near is None else near[order]
        return self._level(keys[order], times[order], rows[order].astype(np.int32), beside)

    def _none(self) -> Level:
        none = np.zeros(0, dtype=np.int64)
        return self._level(none, none, none.astype(np.int32), np.zeros((0, BESIDE), dtype=np.float32))

    def _level(self, keys: Ints, times: Ints, rows: Small, near: Singles) -> Level:
        if not self._celled:
            none = keys[:0]
            return Level(keys, times, rows, none, none, none, none, none, none, near)
        fresh = np.ones(len(keys), dtype=bool)
        fresh[1:] = keys[1:] != keys[:-1]
        starts = np.append(np.flatnonzero(fresh), len(keys))
        tops, lasts = keys[starts[:-1]], times[starts[1:] - 1]
        latest = np.full(CLASSES, -(1 << 63))
        np.maximum.at(latest, tops >> CELL_BITS, lasts)
        classes = np.searchsorted(tops, np.arange(CLASSES) << CELL_BITS)
        classes = np.append(classes, len(tops))
        return Level(keys, times, rows, tops, starts, times[starts[:-1]], lasts, classes, latest, near)


@kernel
def merged(
    keys: Ints,
    times: Ints,
    rows: Small,
    near: Singles,
    more_keys: Ints,
    more_times: Ints,
    more_rows: Small,
    more_near: Singles,
    order: Ints,
) -> tuple[Ints, Ints, Small, Singles]:
    """Return two sorted rows of rows as one."""
    many = len(keys) + len(more_keys)
    found = np.empty(many, np.int64), np.empty(many, np.int64), np.empty(many, np.int32)
    celled = len(near) + len(more_near)
    beside = np.empty((celled, BESIDE), np.float32)
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
            for column in range(BESIDE if celled else 0):
                beside[at, column] = near[one, column]
            one += 1
        else:
            found[0][at], found[1][at], found[2][at] = more_keys[other], more_times[other], more_rows[other]
            for column in range(BESIDE if celled else 0):
                beside[at, column] = more_near[other, column]
            other += 1
    return found[0], found[1], found[2], beside


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
def place_of(keys: Ints, times: Ints, rows: Small, key: int, time: int, row: int, order: Ints) -> int:
    """Return where the first row is that comes no sooner than `row` of `key` and `time`."""
    low, high = bracket(keys, key)
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
def bracket(keys: Ints, key: int) -> tuple[int, int]:
    """Return bounds between which a key comes, near where it would if keys were even, as those that are hashes are."""
    many = len(keys)
    if many == 0:
        return 0, 0
    first = float(keys[0])
    share = (float(key) - first) / max(float(keys[many - 1]) - first, 1.0)
    low, step = int(min(max(share, 0.0), 1.0) * (many - 1)), 32
    high = low
    while low > 0 and keys[low] >= key:
        low, step = max(low - step, 0), 2 * step
    while high < many and keys[high] <= key:
        high, step = min(high + step, many), 2 * step
    return low, high


@kernel
def held(both: Both, keys: Ints, times: Ints) -> Ints:
    """Return for each key and time a row that has both, -1 where none has."""
    found = np.full(len(keys), -1)
    for level in both:
        there, when, rows = level.keys, level.times, level.rows
        for at in range(len(keys)):
            key = keys[at]
            low, high = bracket(there, key)
            while low < high:
                middle = (low + high) // 2
                if there[middle] < key or (there[middle] == key and when[middle] < times[at]):
                    low = middle + 1
                else:
                    high = middle
            if low < len(there) and there[low] == key and when[low] == times[at]:
                found[at] = rows[low]
    return found


@kernel
def places_of(both: Both, key: int, time: int, row: int, order: Ints) -> tuple[int, int]:
    """Return where `row` is, or would be, on either shelf."""
    one = place_of(both.long.keys, both.long.times, both.long.rows, key, time, row, order)
    return one, place_of(both.late.keys, both.late.times, both.late.rows, key, time, row, order)


@kernel
def walked(
    both: Both,
    places: tuple[int, int],
    key: int,
    time: int,
    row: int,
    step: int,
    most: int,
    gap: int,
    order: Ints,
    kept: Flags,
) -> tuple[Ints, bool]:
    """Return the `kept` rows of a key one way from `row`, the nearest first, and whether they are all there are.

    `step` is 1 for those after it and -1 for those before; from a row that is more than `gap` off the one before no other
    is reached; `most` are returned. `places` as of `places_of`.
    """
    keys, times, rows = both.long.keys, both.long.times, both.long.rows
    late_keys, late_times, late_rows = both.late.keys, both.late.times, both.late.rows
    one, other = places
    if step < 0:
        one, other = one - 1, other - 1
    found, many, before = np.empty(most, np.int64), 0, time
    for _ in range(WALKED * most):
        in_long = 0 <= one < len(keys) and keys[one] == key
        in_late = 0 <= other < len(late_keys) and late_keys[other] == key
        if not (in_long or in_late):
            return found[:many], True
        first = in_long and (
            not in_late
            or (step > 0) == earlier(times[one], rows[one], late_times[other], late_rows[other], order)
        )
        at, when = (rows[one], times[one]) if first else (late_rows[other], late_times[other])
        if abs(when - before) > gap:
            return found[:many], True
        if many == most:
            return found, False
        before = when
        if first:
            one += step
        else:
            other += step
        if kept[at] and at != row:
            found[many] = at
            many += 1
    return found[:many], False
