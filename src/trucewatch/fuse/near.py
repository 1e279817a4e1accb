"""Which spots lie near one another in place and time.

Rules:
- spots are sorted into classes by how far and how long they reach, so that a few coarse ones don't
  make every fine one look far;
- cells are fixed on the globe and in time: a spot elsewhere changes no pair here;
- a spot looks at no more than `MOST_SEEN` others in a cell, those nearest in time: a crowd at one point
  costs a bounded time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from trucewatch.fuse.reports import Ints
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

MOST_SEEN = 64
PAIRS_AT_ONCE = 500_000
_MARGIN = 1.05  # cells are laid out by the row's own latitude, distances by the pair's
_SECONDS = 1 << 33
_ACROSS = 1 << 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """Places and times with how far each reaches; only spots of one group are near one another."""

    index: Ints  # whatever the caller knows them by
    group: Ints
    lon: Floats
    lat: Floats
    middle_s: Floats
    reach_m: Floats
    reach_s: Floats

    def take(self, which: Ints) -> Spots:
        """Return the spots at the indices `which`."""
        return Spots(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


def near(left: Spots, right: Spots) -> Iterator[tuple[Ints, Ints]]:
    """Yield pairs of `index` that may be near: a superset, in a fixed order; a table's own pairs come in any
    direction, some twice, and each with itself."""
    classes = _classes(right)
    for at, mine in enumerate(_classes(left)):
        for other in classes[at if left is right else 0 :]:
            yield from _meet(left.take(mine), right.take(other))


def _classes(spots: Spots) -> list[Ints]:
    place = np.ceil(np.log2(np.maximum(spots.reach_m, 16.0))).astype(np.int64)
    time = np.ceil(np.log2(np.maximum(spots.reach_s, 1.0)) / 2).astype(np.int64)
    both = place * 64 + time
    return [np.flatnonzero(both == one) for one in np.unique(both)]


def _row_of(lat: Floats, side_m: float) -> Ints:
    row: Ints = np.floor(lat * METRES_PER_DEGREE / side_m).astype(np.int64)
    return row


def _column_of(lon: Floats, row: Ints, side_m: float) -> Ints:
    middle = np.clip((row + 0.5) * side_m / METRES_PER_DEGREE, -89.9, 89.9)
    column: Ints = np.floor(lon * METRES_PER_DEGREE * np.cos(np.radians(middle)) / side_m).astype(np.int64)
    return column


def _key(group: Ints, row: Ints, column: Ints) -> Ints:
    return (group * _ACROSS + row + _ACROSS // 2) * _ACROSS + column + _ACROSS // 2


def _clock(middle_s: Floats) -> Ints:
    clock: Ints = np.clip(np.floor(middle_s) + _SECONDS // 2, 0, _SECONDS - 1).astype(np.int64)
    return clock


def _meet(left: Spots, right: Spots) -> Iterator[tuple[Ints, Ints]]:
    side = _MARGIN * float(left.reach_m.max() + right.reach_m.max())
    row = _row_of(right.lat, side)
    keys, cell = np.unique(_key(right.group, row, _column_of(right.lon, row, side)), return_inverse=True)
    clock = _clock(right.middle_s)
    order = np.lexsort((right.index, clock, cell))
    stamped = cell[order] * _SECONDS + clock[order]
    widest = float(right.reach_s.max())
    mine = _row_of(left.lat, side)
    for down in (-1, 0, 1):
        for over in (-1, 0, 1):
            key = _key(left.group, mine + down, _column_of(left.lon, mine + down, side) + over)
            at = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
            here = np.flatnonzero(keys[at] == key)
            if len(here):
                lows, highs = _windows(left.take(here), at[here], stamped, widest)
                yield from _spread_out(left.index[here], lows, highs, right.index[order])


def _windows(left: Spots, cell: Ints, stamped: Ints, widest_s: float) -> tuple[Ints, Ints]:
    floor = cell * _SECONDS
    reach = left.reach_s + widest_s
    lows = np.searchsorted(stamped, floor + _clock(left.middle_s - reach))
    highs = np.searchsorted(stamped, floor + _clock(left.middle_s + reach), side="right")
    centre = np.searchsorted(stamped, floor + _clock(left.middle_s))
    lows = np.where(highs - lows > MOST_SEEN, np.maximum(lows, centre - MOST_SEEN // 2), lows)
    return lows, np.minimum(highs, lows + MOST_SEEN)


def _spread_out(mine: Ints, lows: Ints, highs: Ints, others: Ints) -> Iterator[tuple[Ints, Ints]]:
    most = np.cumsum(highs - lows)
    start = 0
    while start < len(mine):
        done = most[start - 1] if start else 0
        end = max(start + 1, int(np.searchsorted(most, done + PAIRS_AT_ONCE, side="right")))
        many = (highs - lows)[start:end]
        inside = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        if len(inside):
            yield np.repeat(mine[start:end], many), others[np.repeat(lows[start:end], many) + inside]
        start = end
