"""What a spot might be one event with, asked of both shelves of spots.

Rules:
- what is found is what `pairing.pairs_of` finds; where a crowd would be cut short there, nothing is found here, and that
  is said;
- a class whose best possible weight at the local density is below the least listed is never looked at, nor one
  whose last spot lies before all that are near in time;
- what lies beside a spot on its shelf, in half the digits, is asked first, and never too strictly: what cannot be near
  or weigh enough is not fetched.
"""

from __future__ import annotations

import math

import numpy as np

from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.joining import counted_order
from trucewatch.fuse.pairing import CELL_BITS
from trucewatch.fuse.pairs import (
    GATE2,
    LN_TAU,
    MARGIN,
    MOST_NUMBER,
    MOST_SEEN,
    MOST_UNSURE,
    PER_NAT,
    SLACK_NATS,
    columns_per_degree,
    first_from,
    key_of,
    least_ln,
    near_enough,
    row_of,
    weigh,
)
from trucewatch.fuse.reports import Flags, Ints
from trucewatch.fuse.shelf import BESIDE, Both, Level, Singles
from trucewatch.fuse.slots import Slots
from trucewatch.fuse.spots import CODE, DENSE, EE, EN, LAT, LON, LONE, NN, SHRINK, SPREAD, TIME, UNSURE
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

PER_SECOND = 1e6
SLACK_US = 2.0
CROWD = -1
ROUGH_DEGREES = 4e-5  # what numbers of half the digits may be off by, and more
ROUGH_S = 1e-5
ROUGH_NATS = 1e-3
ROUGHLY = 1.0001 * GATE2
TOLD_FIRST = (
    LAT,
    LON,
    NN,
    EE,
    SPREAD,
    LONE,
)  # of the columns beside a spot; then the root of its ground, and its code
ROOT, TOLD = 6, 7


def asked_first(slots: Slots, rows: Ints) -> Singles:
    """Return what is asked first of each row."""
    numbers = slots.numbers[rows]
    found = np.empty((len(rows), BESIDE), dtype=np.float32)
    found[:, : len(TOLD_FIRST)] = numbers[:, TOLD_FIRST]
    found[:, ROOT] = np.sqrt(np.maximum(numbers[:, EE] * numbers[:, NN] - numbers[:, EN] ** 2, 0.0))
    found[:, TOLD] = slots.wholes[rows, CODE]
    return found


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
    most, starts = np.empty(len(rows)), np.zeros(len(rows) + 1, np.int64)
    for at in range(len(rows)):
        row = rows[at]
        most[at] = SLACK_NATS - 1.5 * LN_TAU - numbers[row, LONE] - numbers[row, DENSE]
        if numbers[row, UNSURE] <= MOST_UNSURE:
            most[at] += MOST_NUMBER
    none = np.empty((3, 0), np.int64)
    seen = seen_by(rows, numbers, own_key, both.long, classes)
    seen += seen_by(rows, numbers, own_key, both.late, classes)
    if len(rows) and seen.max() > MOST_SEEN:
        return starts, none[0], none[1], False
    above = most + most_of(rows, wholes, kinds) - least
    spans, plain = spans_of(rows, above, numbers, family, own_key, both.long, classes)
    late_spans, late_plain = spans_of(rows, above, numbers, family, own_key, both.late, classes)
    if not (plain and late_plain):
        return starts, none[0], none[1], False
    found = np.concatenate(
        (
            tried(rows, spans, both.long, numbers, wholes, alive, kinds, most, least),
            tried(rows, late_spans, both.late, numbers, wholes, alive, kinds, most, least),
        ),
        axis=1,
    )
    for at in found[0]:
        starts[at + 1] += 1
    for at in range(len(rows)):
        starts[at + 1] += starts[at]
    order = counted_order(found[0], np.arange(found.shape[1]), len(rows))
    return starts, found[1][order], found[2][order], True


@kernel
def most_of(rows: Ints, wholes: Ints, kinds: Floats) -> Floats:
    """Return the most nats that the kind of each row has with any other."""
    tops = np.empty(len(kinds))
    for code in range(len(kinds)):
        tops[code] = kinds[code].max()
    found: Floats = tops[wholes[rows, CODE]]
    return found


@kernel
def lately_from(values: Ints, low: int, high: int, wanted: float) -> int:
    """Return what `first_from` does, sooner where it is near the end."""
    step = 8
    while high - step > low and values[high - step] >= wanted:
        high -= step
        step *= 2
    return first_from(values, max(high - step, low), high, wanted)


@kernel
def seen_by(rows: Ints, numbers: Floats, own_key: Ints, level: Level, classes: Floats) -> Ints:
    """Return how many rows on a shelf are near in time in the cell of each of `rows`."""
    tops, starts, times, lasts, cells = level.tops, level.starts, level.times, level.lasts, level.classes
    found = np.zeros(len(rows), np.int64)
    for at in range(len(rows)):
        key, time = own_key[rows[at]], numbers[rows[at], TIME] * PER_SECOND
        to = key >> CELL_BITS
        wide = 2.0 * math.sqrt(2.0 * GATE2 * classes[to, 2]) * PER_SECOND
        if level.latest[to] < time - wide:
            continue
        cell = first_from(tops, cells[to], cells[to + 1], key)
        if cell < cells[to + 1] and tops[cell] == key and lasts[cell] >= time - wide:
            low = lately_from(times, starts[cell], starts[cell + 1], time - wide)
            found[at] = lately_from(times, low, starts[cell + 1], time + wide) - low
    return found


@kernel
def errors_of(numbers: Floats, row: int) -> tuple[float, float, float]:
    """Return the root of the ground of a row's place, its variance along the major axis, and in time."""
    ee, en, nn = numbers[row, EE], numbers[row, EN], numbers[row, NN]
    major2 = 0.5 * (ee + nn) + math.sqrt(0.25 * (ee - nn) ** 2 + en**2)
    return math.sqrt(max(ee * nn - en * en, 1.0)), major2, numbers[row, SPREAD]


@kernel
def reach_of(
    errors: tuple[float, float, float], classes: Floats, to: int, above: float
) -> tuple[float, float]:
    """Return how far in metres and microseconds a row looks in a class, as `pairs.reaches_of`; 0 where in vain.

    `above` is how much more than the least a pair may weigh, its place and time left out.
    """
    ground, spread = errors[0] + classes[to, 3], errors[2] + classes[to, 4]
    if above < 0.5 * least_ln(ground * ground * spread):
        return 0.0, 0.0
    window = math.sqrt(GATE2 * (errors[2] + classes[to, 2])) * PER_SECOND + SLACK_US
    return math.sqrt(GATE2 * (errors[1] + classes[to, 1])), window


@kernel
def spans_of(
    rows: Ints,
    above: Floats,
    numbers: Floats,
    family: Ints,
    own_key: Ints,
    level: Level,
    classes: Floats,
) -> tuple[Ints, bool]:
    """Return by their places among `rows` from where until where on a shelf what is near each lies; False in a crowd."""
    spans, many = np.empty((3, 8192), np.int64), 0
    tops, starts, times, firsts, lasts = level.tops, level.starts, level.times, level.firsts, level.lasts
    for at in range(len(rows)):
        row, time = rows[at], numbers[rows[at], TIME] * PER_SECOND
        lon, lat, errors = numbers[row, LON], numbers[row, LAT], errors_of(numbers, row)
        for to in range(len(classes)):
            if level.classes[to] == level.classes[to + 1]:
                continue
            away, window = reach_of(errors, classes, to, above[at])
            if away == 0.0 or level.latest[to] < time - window:
                continue
            side, degrees = classes[to, 0], away / METRES_PER_DEGREE
            across = degrees * MARGIN / numbers[row, SHRINK]
            for line in range(row_of(lat - degrees, side), row_of(lat + degrees, side) + 1):
                scale = columns_per_degree(line, side)
                base = key_of(family[row], line, 0) + (to << CELL_BITS)
                last = base + math.floor((lon + across) * scale)
                first = base + math.floor((lon - across) * scale)
                cell = first_from(tops, level.classes[to], level.classes[to + 1], first) - 1
                while cell + 1 < level.classes[to + 1] and tops[cell + 1] <= last:
                    cell += 1
                    if lasts[cell] < time - window or firsts[cell] > time + window:
                        continue
                    low = lately_from(times, starts[cell], starts[cell + 1], time - window)
                    high = low
                    while high < starts[cell + 1] and times[high] <= time + window:
                        high += 1
                    if own_key[row] >> CELL_BITS <= to and high - low > MOST_SEEN:
                        return spans, False
                    if high > low:
                        if many == spans.shape[1]:
                            spans = np.concatenate((spans, np.empty_like(spans)), axis=1)
                        spans[0, many], spans[1, many], spans[2, many] = at, low, high
                        many += 1
    return spans[:, :many], True


@kernel
def tried(
    rows: Ints,
    spans: Ints,
    level: Level,
    numbers: Floats,
    wholes: Ints,
    alive: Flags,
    kinds: Floats,
    most: Floats,
    least: float,
) -> Ints:
    """Return the pairs of `rows`, by their places, with the rows of their spans, and their gains."""
    near, times = level.near, level.times
    found, many = np.empty((3, (spans[2] - spans[1]).sum()), np.int64), 0
    for span in range(spans.shape[1]):
        row = rows[spans[0, span]]
        time, code, lon, lat = numbers[row, TIME], wholes[row, CODE], numbers[row, LON], numbers[row, LAT]
        ee, en, nn = numbers[row, EE], numbers[row, EN], numbers[row, NN]
        root = math.sqrt(max(ee * nn - en * en, 0.0))
        top = most[spans[0, span]] - least + ROUGH_NATS
        for at in range(spans[1, span], spans[2, span]):
            late = max(abs(times[at] / PER_SECOND - time) - ROUGH_S, 0.0)
            spread = numbers[row, SPREAD] + near[at, 4]
            if late * late > ROUGHLY * spread:
                continue
            up = abs(near[at, 0] - lat)
            rise = max(up - ROUGH_DEGREES, 0.0) * METRES_PER_DEGREE
            if rise * rise > ROUGHLY * (nn + near[at, 2]):
                continue
            over = abs(near[at, 1] - lon)
            over = max(min(over, 360.0 - over) - ROUGH_DEGREES, 0.0)
            east = over * METRES_PER_DEGREE * max(numbers[row, SHRINK] - 0.01 * up, 0.0)
            if east * east > ROUGHLY * (ee + near[at, 3]):
                continue
            far = max(rise * rise / (nn + near[at, 2]), east * east / (ee + near[at, 3]))
            ground = (root + near[at, ROOT]) * (root + near[at, ROOT])
            nats = 0.5 * (least_ln(ground * spread) + far + late * late / spread)
            if top + kinds[code, int(near[at, TOLD])] - near[at, 5] < nats:
                continue
            other = level.rows[at]
            if not alive[other] or other == row or not near_enough(numbers, wholes, row, other, kinds, least):
                continue
            nats = weigh(numbers, wholes, row, other, kinds)
            if nats >= least:
                found[0, many], found[1, many], found[2, many] = (
                    spans[0, span],
                    other,
                    round(nats * PER_NAT),
                )
                many += 1
    return found[:, :many]
