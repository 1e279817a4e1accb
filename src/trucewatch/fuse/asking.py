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
    top = kinds.max() + MOST_NUMBER + SLACK_NATS
    for at in range(len(rows)):
        row, many = rows[at], FULL
        own = own_key[row] >> CELL_BITS
        wide = 2.0 * math.sqrt(2.0 * GATE2 * classes[own, 2]) * PER_SECOND
        from_us, until_us = numbers[row, TIME] * PER_SECOND - wide, numbers[row, TIME] * PER_SECOND + wide
        seen = crowd_of(both.long, own_key[row], from_us, until_us)
        if seen + crowd_of(both.late, own_key[row], from_us, until_us) > MOST_SEEN:
            return starts, found[0, :0], found[1, :0], False
        while many == FULL:
            many = starts[at]
            for side in range(2):
                if many >= 0:
                    many = asked_of(
                        row,
                        own,
                        both.long if side == 0 else both.late,
                        numbers,
                        wholes,
                        family,
                        alive,
                        classes,
                        kinds,
                        least,
                        top,
                        found,
                        many,
                    )
            if many == FULL:
                found = np.concatenate((found, np.empty_like(found)), axis=1)
        if many == CROWD:
            return starts, found[0, :0], found[1, :0], False
        starts[at + 1] = many
    many = starts[len(rows)]
    return starts, found[0, :many], found[1, :many], True


@kernel
def crowd_of(level: Level, key: int, from_us: float, until_us: float) -> int:
    """Return how many rows of a cell lie in a window."""
    keys, begins, times = level.tops, level.starts, level.times
    cell = first_from(keys, 0, len(keys), key)
    if cell == len(keys) or keys[cell] != key or times[begins[cell + 1] - 1] < from_us:
        return 0
    low = first_from(times, begins[cell], begins[cell + 1], from_us)
    return first_from(times, low, begins[cell + 1], until_us) - low


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
def asked_of(
    row: int,
    own: int,
    level: Level,
    numbers: Floats,
    wholes: Ints,
    family: Ints,
    alive: Flags,
    classes: Floats,
    kinds: Floats,
    least: float,
    top: float,
    found: Ints,
    many: int,
) -> int:
    """Put the pairs of a row on one shelf behind the `many` that are `found`; return how many there are, `FULL` or `CROWD`."""
    keys, begins, times, near = level.tops, level.starts, level.times, level.near
    cells, there = level.classes, level.rows
    lon, lat, shrink, time = numbers[row, LON], numbers[row, LAT], numbers[row, SHRINK], numbers[row, TIME]
    nn, ee, spread = numbers[row, NN], numbers[row, EE], numbers[row, SPREAD]
    for to in range(len(classes)):
        if cells[to] == cells[to + 1]:
            continue
        away, across, window = reach_of(numbers, row, classes, to, top, least)
        from_us, until_us = (
            (time - window) * PER_SECOND - SLACK_US,
            (time + window) * PER_SECOND + SLACK_US,
        )
        if away == 0.0 or level.latest[to] < from_us:
            continue
        side, degrees = classes[to, 0], away / METRES_PER_DEGREE
        for line in range(row_of(lat - degrees, side), row_of(lat + degrees, side) + 1):
            scale = columns_per_degree(line, side)
            base = key_of(family[row], line, 0) + (to << CELL_BITS)
            last = base + math.floor((lon + across) * scale)
            cell = first_from(keys, cells[to], cells[to + 1], base + math.floor((lon - across) * scale)) - 1
            while cell + 1 < cells[to + 1] and keys[cell + 1] <= last:
                cell += 1
                if level.lasts[cell] < from_us or level.firsts[cell] > until_us:
                    continue
                end = begins[cell + 1]
                at = first_from(times, begins[cell], end, from_us) - 1
                if to >= own and end - at > MOST_SEEN + 1 and times[at + 1 + MOST_SEEN] <= until_us:
                    return CROWD
                while at + 1 < end and times[at + 1] <= until_us:
                    at += 1
                    up = abs(near[at, 0] - lat)
                    late = max(abs(times[at] / PER_SECOND - time) - ROUGH_S, 0.0)
                    if late * late > ROUGHLY * (spread + near[at, 4]):
                        continue
                    rise = max(up - ROUGH_DEGREES, 0.0) * METRES_PER_DEGREE
                    if rise * rise > ROUGHLY * (nn + near[at, 2]):
                        continue
                    over = abs(near[at, 1] - lon)
                    over = max(min(over, 360.0 - over) - ROUGH_DEGREES, 0.0)
                    east = over * METRES_PER_DEGREE * max(shrink - 0.01 * up, 0.0)
                    if east * east > ROUGHLY * (ee + near[at, 3]):
                        continue
                    other = there[at]
                    if not alive[other] or other == row:
                        continue
                    if not near_enough(numbers, wholes, row, other, kinds, least):
                        continue
                    nats = weigh(numbers, wholes, row, other, kinds)
                    if nats < least:
                        continue
                    if many == found.shape[1]:
                        return FULL
                    found[0, many], found[1, many] = other, round(nats * PER_NAT)
                    many += 1
    return many
