"""Pairs looked for: each spot asks the cells that it may reach, class by class.

Rules:
- spots are sorted into classes by how far they err in time and place; a spot looks for others of its own
  class and of coarser ones, in cells of each class's own size, sorted by time;
- a class whose best possible weight at the local density is below the least listed is never looked at;
- what is cheap to ask of a pair is asked first, and never too strictly;
- where more than `MOST_SEEN` others in a cell are near in time, a spot looks at those nearest: a crowd at one
  point costs a bounded time.
"""

from __future__ import annotations

import math

import numpy as np

from trucewatch.fuse.compiled import eastward, exp_of, kernel
from trucewatch.fuse.pairs import (
    GATE2,
    LN_TAU,
    MARGIN,
    MOST_NUMBER,
    MOST_SEEN,
    PER_NAT,
    SLACK_NATS,
    WIDER,
    columns_per_degree,
    first_from,
    key_of,
    near_enough,
    row_of,
    weigh,
)
from trucewatch.fuse.reports import Ints
from trucewatch.fuse.spots import DENSE, EE, EN, LAT, LON, LONE, NN, SHRINK, SPREAD
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

GROUND, REACH2, LIMIT = range(3)  # of what a spot is before it looks into a class
AWAY, ACROSS, WINDOW = range(3)  # how far it looks there: metres, degrees of longitude, seconds


@kernel
def bounds_of(numbers: Floats, starts: Ints) -> Floats:
    """Return the least and greatest longitude and latitude in each cell."""
    found = np.empty((len(starts) - 1, 4))
    for cell in range(len(starts) - 1):
        found[cell, 0] = found[cell, 2] = np.inf
        found[cell, 1] = found[cell, 3] = -np.inf
        for at in range(starts[cell], starts[cell + 1]):
            found[cell, 0] = min(found[cell, 0], numbers[at, LON])
            found[cell, 1] = max(found[cell, 1], numbers[at, LON])
            found[cell, 2] = min(found[cell, 2], numbers[at, LAT])
            found[cell, 3] = max(found[cell, 3], numbers[at, LAT])
    return found


@kernel
def looking(numbers: Floats, begin: int, end: int, most: float) -> Floats:
    """Return what spots are before they look: the root of their ground, their reach and the most that both may be.

    `most` is the most nats that two places and times at no distance may lack.
    """
    found = np.empty((3, end - begin))
    for at in range(begin, end):
        ee, en, nn = numbers[at, EE], numbers[at, EN], numbers[at, NN]
        found[GROUND, at - begin] = math.sqrt(max(ee * nn - en * en, 1.0))
        found[REACH2, at - begin] = 0.5 * (ee + nn) + math.sqrt(0.25 * (ee - nn) ** 2 + en**2)
        found[LIMIT, at - begin] = exp_of(2.0 * (most - numbers[at, LONE] - numbers[at, DENSE]))
    return found


@kernel
def reached(
    numbers: Floats, begin: int, first: Floats, to: Floats, live: Ints, reaches: Floats
) -> tuple[int, float, float]:
    """Put into `live` the spots that may find something in a class, and into `reaches` how far they look.

    Returned are how many, and the farthest in metres and in degrees of longitude.
    """
    many, most, wide = 0, 0.0, 0.0
    for at in range(first.shape[1]):
        ground, spread = first[GROUND, at] + to[3], numbers[begin + at, SPREAD]
        if ground * ground * (spread + to[4]) > first[LIMIT, at]:
            continue
        away = math.sqrt(GATE2 * (first[REACH2, at] + to[1]))
        across = away * MARGIN / (METRES_PER_DEGREE * numbers[begin + at, SHRINK])
        reaches[AWAY, many], reaches[ACROSS, many] = away / METRES_PER_DEGREE, across
        reaches[WINDOW, many] = math.sqrt(GATE2 * (spread + to[2]))
        most, wide = max(most, away), max(wide, across)
        live[many] = begin + at
        many += 1
    return many, most, wide


@kernel
def look(
    numbers: Floats,
    wholes: Ints,
    places: Floats,
    times: Floats,
    family: Ints,
    rank: Ints,
    starts: Ints,
    keys: Ints,
    bounds: Floats,
    classes: Floats,
    cells_from: Ints,
    kinds: Floats,
    least: float,
    low: int,
    high: int,
) -> tuple[Ints, Ints, Ints]:
    """Return pairs of rows with their weights for the spots in the cells from `low` up to `high`.

    `places` has what is asked first, as of `asked_first`, and `bounds` what `bounds_of` gives.
    """
    found, many = np.empty((3, 4096), np.int64), 0
    most = kinds.max() + MOST_NUMBER + 2.0 * SLACK_NATS - 1.5 * LN_TAU - least
    longest = 1
    for own in range(low, high):
        longest = max(longest, starts[own + 1] - starts[own])
    live, reaches = np.empty(longest, np.int64), np.empty((3, longest))
    for own in range(low, high):
        begin = starts[own]
        first = looking(numbers, begin, starts[own + 1], most)
        for to in range(rank[begin], len(classes)):
            some, reach, wide = reached(numbers, begin, first, classes[to], live, reaches)
            if some == 0:
                continue
            side = classes[to, 0]
            lowest = row_of(bounds[own, 2] - reach / METRES_PER_DEGREE, side)
            for row in range(lowest, row_of(bounds[own, 3] + reach / METRES_PER_DEGREE, side) + 1):
                scale = columns_per_degree(row, side)
                from_key = key_of(family[begin], row, math.floor((bounds[own, 0] - wide) * scale))
                last = key_of(family[begin], row, math.floor((bounds[own, 1] + wide) * scale))
                cell = first_from(keys, cells_from[to], cells_from[to + 1], from_key)
                if to == rank[begin]:
                    cell = max(cell, own)
                while cell < cells_from[to + 1] and keys[cell] <= last:
                    begins, ends = starts[cell], starts[cell + 1]
                    found, many = into(
                        numbers,
                        wholes,
                        places,
                        times,
                        kinds,
                        least,
                        live,
                        some,
                        reaches,
                        bounds[cell],
                        begins,
                        ends,
                        cell == own,
                        found,
                        many,
                    )
                    cell += 1
    return found[0, :many], found[1, :many], found[2, :many]


@kernel
def into(
    numbers: Floats,
    wholes: Ints,
    places: Floats,
    times: Floats,
    kinds: Floats,
    least: float,
    live: Ints,
    some: int,
    reaches: Floats,
    bound: Floats,
    begin: int,
    until: int,
    own: bool,
    found: Ints,
    many: int,
) -> tuple[Ints, int]:
    """Put the pairs of `some` spots with those of one cell behind the `many` that are `found`."""
    nearest = middle = from_ = begin
    west, east, south, north = bound
    for one in range(some):
        at = live[one]
        lat, lon, time, window = places[at, 0], places[at, 1], times[at], reaches[WINDOW, one]
        if max(lat - north, south - lat) > reaches[AWAY, one]:
            continue
        if max(lon - east, west - lon) > reaches[ACROSS, one]:
            continue
        if own:
            from_ = at + 1
        nearest = max(nearest, from_)
        while nearest < until and times[nearest] < time - window:
            nearest += 1
        while nearest > from_ and times[nearest - 1] >= time - window:
            nearest -= 1
        low, high = nearest, until
        if until - nearest > MOST_SEEN and times[nearest + MOST_SEEN] <= time + window:
            middle = max(middle, nearest)
            while middle < until and times[middle] < time:
                middle += 1
            while middle > nearest and times[middle - 1] >= time:
                middle -= 1
            low = max(nearest, middle - MOST_SEEN // 2)
            high = min(until, low + MOST_SEEN)
        for other in range(low, high):
            if times[other] > time + window:
                break
            if far(places, at, other) or not near_enough(numbers, wholes, at, other, kinds, least):
                continue
            nats = weigh(numbers, wholes, at, other, kinds)
            if nats < least:
                continue
            if many == found.shape[1]:
                found = np.concatenate((found, np.empty_like(found)), axis=1)
            found[0, many], found[1, many], found[2, many] = at, other, round(nats * PER_NAT)
            many += 1
    return found, many


@kernel
def asked_first(numbers: Floats) -> Floats:
    """Return what `far` asks of each spot: its latitude and longitude, the cosine, and how far it errs north and east."""
    found = np.empty((len(numbers), 5))
    for at in range(len(numbers)):
        found[at, 0], found[at, 1], found[at, 2] = numbers[at, LAT], numbers[at, LON], numbers[at, SHRINK]
        found[at, 3], found[at, 4] = numbers[at, NN], numbers[at, EE]
    return found


@kernel
def far(places: Floats, a: int, b: int) -> bool:
    """Say whether two spots are farther apart north or east than their errors allow."""
    north = (places[b, 0] - places[a, 0]) * METRES_PER_DEGREE
    over = eastward(places[a, 1], places[b, 1])
    east = over * METRES_PER_DEGREE * (places[a, 2] + places[b, 2]) * 0.5
    return bool(
        (north * north > WIDER * GATE2 * (places[a, 3] + places[b, 3]))
        | (east * east > WIDER * GATE2 * (places[a, 4] + places[b, 4]))
    )
