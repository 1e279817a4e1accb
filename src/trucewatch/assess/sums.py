"""Sums over all incidents that lie in a window of time, or near in place as well, without looking at every pair.

Rules:
- an incident has a first and a last moment; another surely is in its window when its last is not after this one's
  first, and its first not before the window of this one's last; it may be when any of their moments allow it;
- near a place: surely when the distance and both 90 % errors are within the radius, possibly when the distance less both is;
- sums are of whole numbers, so no order can change them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from trucewatch.assess.columns import Columns, Floats, Ints
from trucewatch.assess.held import Flags
from trucewatch.model.geodesy import ELLIPSE90, METRES_PER_DEGREE

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """First and last moments of some incidents, microseconds; a window up to each, and how strictly before it."""

    first: Ints
    last: Ints


def moments(columns: Columns, at: Ints) -> Moments:
    """Return the first and the last moment of incidents `at`."""
    start = columns.start_us[at]
    return Moments(first=start, last=np.maximum(start, columns.end_us[at] - 1))


def surely_within(asked: Moments, among: Moments, sizes: Floats, span_us: int, gap_us: int = 0) -> Floats:
    """Return for each of `asked` the sizes of `among` that are surely in the window up to it, `gap_us` before it."""
    latest, earliest = asked.first - gap_us, asked.last - span_us
    order = np.argsort(among.last, kind="stable")
    whole = np.concatenate([[0.0], np.cumsum(sizes[order])])
    all_before: Floats = whole[np.searchsorted(among.last[order], latest, side="right")]
    return all_before - below_both(among.last, among.first, sizes, latest, earliest)


def maybe_within(asked: Moments, among: Moments, sizes: Floats, span_us: int) -> Floats:
    """Return for each of `asked` the sizes of `among` that may be in the window up to it."""
    boundless = np.isinf(sizes)
    found = _maybe(asked, among, np.where(boundless, 0.0, sizes), span_us)
    return np.where(_maybe(asked, among, boundless.astype(np.float64), span_us) > 0, np.inf, found)


def _maybe(asked: Moments, among: Moments, sizes: Floats, span_us: int) -> Floats:
    begun, over = np.argsort(among.first, kind="stable"), np.argsort(among.last, kind="stable")
    by_first = np.concatenate([[0.0], np.cumsum(sizes[begun])])
    by_last = np.concatenate([[0.0], np.cumsum(sizes[over])])
    up_to: Floats = by_first[np.searchsorted(among.first[begun], asked.last, side="right")]
    ended: Floats = by_last[np.searchsorted(among.last[over], asked.first - span_us, side="left")]
    return up_to - ended


def below_both(one: Ints, other: Ints, sizes: Floats, most: Ints, below: Ints) -> Floats:
    """Return for each query the sizes whose `one` is at most `most` and whose `other` is below `below`.

    A tree of sorted blocks: each query is made of one block of every power of two in its place by `one`.
    """
    order = np.argsort(one, kind="stable")
    ranked = np.sort(other)
    many = len(one) + 1
    rank = np.searchsorted(ranked, other[order], side="left")
    upto, limit = np.searchsorted(one[order], most, side="right"), np.searchsorted(ranked, below, side="left")
    found = np.zeros(len(most))
    for level in range(len(one).bit_length()):
        asked = np.flatnonzero(upto >> level & 1)
        if not len(asked):
            continue
        keys = (np.arange(len(one)) >> level) * many + rank
        inner = np.argsort(keys, kind="stable")
        total = np.concatenate([[0.0], np.cumsum(sizes[order][inner])])
        block = (upto[asked] >> level) - 1
        place = np.searchsorted(keys[inner], block * many + limit[asked], side="left")
        found[asked] += total[place] - total[block << level]
    return found


def pairs_near(
    columns: Columns, at: Ints, among: Ints, span_us: int, around_m: float
) -> Iterator[tuple[Ints, Ints]]:
    """Yield positions in `at` and incidents of `among` that may be in their window and near them; all have a place."""
    order = np.argsort(columns.start_us[at], kind="stable")
    theirs = among[np.argsort(columns.start_us[among], kind="stable")]
    times = moments(columns, theirs)
    latest = np.maximum.accumulate(times.last) if len(theirs) else times.last
    for first in range(0, len(order), _AT_ONCE):
        mine = order[first : first + _AT_ONCE]
        own = moments(columns, at[mine])
        low = np.searchsorted(latest, own.first.min() - span_us, side="left")
        high = np.searchsorted(times.first, own.last.max(), side="right")
        block = theirs[low:high]
        tree = shapely.STRtree(_boxes(columns, block, 0.0))
        nth, met = tree.query(_boxes(columns, at[mine], around_m))
        one, other = mine[nth], block[met]
        now = moments(columns, other)
        mine_now = moments(columns, at[one])
        may = (now.first <= mine_now.last) & (now.last >= mine_now.first - span_us)
        yield one[may], other[may]


def _boxes(columns: Columns, at: Ints, around_m: float) -> np.ndarray:
    places = columns.places
    lon, lat = places.lon[at], places.lat[at]
    up = (around_m + places.major_m[at] * ELLIPSE90) / METRES_PER_DEGREE
    over = up / np.maximum(np.cos(np.radians(np.minimum(np.abs(lat) + up, 89.0))), 1e-6)
    return np.asarray(shapely.box(lon - over, lat - up, lon + over, lat + up)).reshape(-1)


def nearness(columns: Columns, one: Ints, other: Ints, around_m: float) -> tuple[Flags, Flags]:
    """Return whether pairs are surely, and whether they may be, within `around_m` of one another."""
    places = columns.places
    middle = np.radians((places.lat[one] + places.lat[other]) / 2)
    east = (places.lon[one] - places.lon[other]) * METRES_PER_DEGREE * np.cos(middle)
    north = (places.lat[one] - places.lat[other]) * METRES_PER_DEGREE
    away = np.sqrt(east * east + north * north)
    error = (places.major_m[one] + places.major_m[other]) * ELLIPSE90
    return away + error <= around_m, away - error <= around_m
