"""What a spot might be one event with, asked of both shelves of spots.

Rules:
- what is found is what `pairing.pairs_of` finds; where a crowd would be cut short there, nothing is found here, and that
  is said;
- a class whose best possible weight at the local density is below the least listed is never looked at, nor one
  whose last spot lies before all that are near in time.
"""

from __future__ import annotations

import math

import numpy as np

from trucewatch.fuse.compiled import kernel, ln
from trucewatch.fuse.pairing import CELL_BITS
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
from trucewatch.fuse.reports import Flags, Ints
from trucewatch.fuse.shelf import Both, Level
from trucewatch.fuse.spots import DENSE, EE, EN, LAT, LON, LONE, NN, SHRINK, SPREAD, TIME
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

PER_SECOND = 1e6
SLACK_US = 2.0
FULL, CROWD = -1, -2
ROUGH_DEGREES = 4e-5  # what numbers of half the digits may be off by, and more
ROUGH_S = 1e-5
ROUGHLY = 1.0001 * GATE2


@kernel
def asked(
    rows: Ints,
    numbers: Floats,
    wholes: Ints,
    family: Ints,
    alive: Flags,
    own_key: Ints,
    both: Both,
    classes: Floats,
    kinds: Floats,
    least: float,
) -> tuple[Ints, Ints, Ints, bool]:
    """Return where each row's pairs begin, the others and the gains; False where there is a crowd."""
    starts = np.zeros(len(rows) + 1, np.int64)
    found = np.empty((2, 4096), np.int64)
    long, late = both.long, both.late
    top = kinds.max() + MOST_NUMBER + SLACK_NATS
    for at in range(len(rows)):
        row, many = rows[at], FULL
        while many == FULL:
            many = asked_one(
                row,
                numbers,
                wholes,
                family,
                alive,
                own_key[row],
                long,
                late,
                classes,
                kinds,
                least,
                top,
                found,
                starts[at],
            )
            if many == FULL:
                found = np.concatenate((found, np.empty_like(found)), axis=1)
        if many == CROWD:
            return starts, found[0, :0], found[1, :0], False
        starts[at + 1] = many
    many = starts[len(rows)]
    return starts, found[0, :many], found[1, :many], True


@kernel
def asked_one(
    row: int,
    numbers: Floats,
    wholes: Ints,
    family: Ints,
    alive: Flags,
    key: int,
    long: Level,
    late: Level,
    classes: Floats,
    kinds: Floats,
    least: float,
    top: float,
    found: Ints,
    many: int,
) -> int:
    """Put the pairs of a row behind the `many` that are `found`, and return how many there are then; or `FULL`, or `CROWD`."""
    own = key >> CELL_BITS
    wide = 2.0 * math.sqrt(2.0 * GATE2 * classes[own, 2]) * PER_SECOND
    middle = numbers[row, TIME] * PER_SECOND
    seen = crowd_of(long, key, middle - wide, middle + wide)
    if seen + crowd_of(late, key, middle - wide, middle + wide) > MOST_SEEN:
        return CROWD
    for to in range(len(classes)):
        if classes[to, 5] == 0.0:
            continue
        away, across, window = reach_of(numbers, row, classes, to, top, least)
        if away == 0.0:
            continue
        side, degrees = classes[to, 0], away / METRES_PER_DEGREE
        from_us, until_us = middle - window * PER_SECOND - SLACK_US, middle + window * PER_SECOND + SLACK_US
        lowest = row_of(numbers[row, LAT] - degrees, side)
        for line in range(lowest, row_of(numbers[row, LAT] + degrees, side) + 1):
            scale = columns_per_degree(line, side)
            first = key_of(family[row], line, math.floor((numbers[row, LON] - across) * scale))
            last = key_of(family[row], line, math.floor((numbers[row, LON] + across) * scale))
            first, last = first + (to << CELL_BITS), last + (to << CELL_BITS)
            many = scanned(
                row,
                long,
                first,
                last,
                from_us,
                until_us,
                degrees,
                to >= own,
                numbers,
                wholes,
                alive,
                kinds,
                least,
                found,
                many,
            )
            if many >= 0:
                many = scanned(
                    row,
                    late,
                    first,
                    last,
                    from_us,
                    until_us,
                    degrees,
                    to >= own,
                    numbers,
                    wholes,
                    alive,
                    kinds,
                    least,
                    found,
                    many,
                )
            if many < 0:
                return many
    return many


@kernel
def crowd_of(level: Level, key: int, from_us: float, until_us: float) -> int:
    """Return how many rows of a cell lie in a window."""
    own = key >> CELL_BITS
    if level.latest[own] < from_us:
        return 0
    cell = first_from(level.tops, level.classes[own], level.classes[own + 1], key)
    if cell == level.classes[own + 1] or level.tops[cell] != key or level.lasts[cell] < from_us:
        return 0
    low = first_from(level.times, level.starts[cell], level.starts[cell + 1], from_us)
    return first_from(level.times, low, level.starts[cell + 1], until_us) - low


@kernel
def reach_of(
    numbers: Floats, row: int, classes: Floats, to: int, top: float, least: float
) -> tuple[float, float, float]:
    """Return how far in metres, degrees of longitude and seconds a row looks in a class, as `pairs.reaches_of`."""
    ee, en, nn = numbers[row, EE], numbers[row, EN], numbers[row, NN]
    ground = math.sqrt(max(ee * nn - en * en, 1.0)) + classes[to, 3]
    best = -1.5 * LN_TAU - 0.5 * ln(ground * ground * (numbers[row, SPREAD] + classes[to, 4]))
    if best + top - numbers[row, LONE] - numbers[row, DENSE] < least:
        return 0.0, 0.0, 0.0
    reach2 = 0.5 * (ee + nn) + math.sqrt(0.25 * (ee - nn) ** 2 + en**2)
    away = math.sqrt(GATE2 * (reach2 + classes[to, 1]))
    window = math.sqrt(GATE2 * (numbers[row, SPREAD] + classes[to, 2]))
    return away, away * MARGIN / (METRES_PER_DEGREE * numbers[row, SHRINK]), window


@kernel
def scanned(
    row: int,
    level: Level,
    first: int,
    last: int,
    from_us: float,
    until_us: float,
    degrees: float,
    counted: bool,
    numbers: Floats,
    wholes: Ints,
    alive: Flags,
    kinds: Floats,
    least: float,
    found: Ints,
    many: int,
) -> int:
    """Put the pairs of a row in the cells from `first` to `last` behind the `many` that are `found`, and return how many.

    `degrees` is how far off they may be in latitude.
    """
    to, times, there = first >> CELL_BITS, level.times, level.rows
    if level.latest[to] < from_us:
        return many
    cells = level.classes[to + 1]
    cell = first_from(level.tops, level.classes[to], cells, first) - 1
    near, lat, lon = level.near, numbers[row, LAT], numbers[row, LON]
    nn, ee, spread = numbers[row, NN], numbers[row, EE], numbers[row, SPREAD]
    shrink, time, north = numbers[row, SHRINK], numbers[row, TIME], degrees * WIDER + ROUGH_DEGREES
    while cell + 1 < cells and level.tops[cell + 1] <= last:
        cell += 1
        if level.lasts[cell] < from_us or level.firsts[cell] > until_us:
            continue
        end = level.starts[cell + 1]
        one = first_from(times, level.starts[cell], end, from_us)
        if counted and end - one > MOST_SEEN and times[one + MOST_SEEN] <= until_us:
            return CROWD
        while one < end and times[one] <= until_us:
            at = one
            one += 1
            up = abs(near[at, 0] - lat)
            late = max(abs(times[at] / PER_SECOND - time) - ROUGH_S, 0.0)
            if up > north or late * late > ROUGHLY * (spread + near[at, 4]):
                continue
            rise = max(up - ROUGH_DEGREES, 0.0) * METRES_PER_DEGREE
            over = abs(near[at, 1] - lon)
            over = max(min(over, 360.0 - over) - ROUGH_DEGREES, 0.0)
            east = over * METRES_PER_DEGREE * max(shrink - 0.01 * up, 0.0)
            if rise * rise > ROUGHLY * (nn + near[at, 2]) or east * east > ROUGHLY * (ee + near[at, 3]):
                continue
            other = there[at]
            if not alive[other] or other == row or not near_enough(numbers, wholes, row, other, kinds, least):
                continue
            nats = weigh(numbers, wholes, row, other, kinds)
            if nats < least:
                continue
            if many == found.shape[1]:
                return FULL
            found[0, many], found[1, many] = other, round(nats * PER_NAT)
            many += 1
    return many
