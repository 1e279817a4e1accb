"""Pairs worth weighing: near enough in place and time, by two posts, of kinds that go together.

Rules:
- spots are sorted into classes by how far they err in time and place; a spot looks for others of its own
  class and of coarser ones, in cells of each class's own size, sorted by time;
- a class whose best possible weight at the local density is below the least listed is never looked at;
- a spot looks at no more than `MOST_SEEN` others in a cell, those nearest in time: a crowd at one point
  costs a bounded time.
"""

from __future__ import annotations

import math

import numpy as np

from trucewatch.fuse.compiled import cosine_of, kernel, ln
from trucewatch.fuse.reports import Ints
from trucewatch.fuse.spots import (
    CODE,
    COUNT,
    DENSE,
    EE,
    EN,
    END,
    FLAG,
    LAT,
    LON,
    LONE,
    NN,
    PLATFORM,
    SHRINK,
    SPREAD,
    START,
    TIME,
    UNSURE,
)
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

GATE2 = 3.3**2
MOST_SEEN = 128
LN_TAU = math.log(2 * math.pi)
NOTHING = -1e9
MOST_UNSURE = 100.0
COUNT_SPREAD = 2 * 0.8**2  # between the logarithms of two events' numbers
ACROSS = 1 << 22
SLOTS = 16
MARGIN = 1.01  # cells are laid out by their row's latitude, distances by the pair's
GRAIN = 1024.0
PER_NAT = GRAIN / math.log(2)


@kernel
def number_nats(apart: float, spread: float) -> float:
    """Return the nats of two numbers whose logarithms are `apart`, against any two of `COUNT_SPREAD`."""
    if spread > MOST_UNSURE:
        return 0.0
    wide = spread + COUNT_SPREAD
    return 0.5 * (ln(wide / spread) - apart * apart / spread + apart * apart / wide)


@kernel
def apart2(numbers: Floats, a: int, b: int) -> float:
    """Return the squared distance of two places in their summed standard deviations."""
    over = numbers[b, LON] - numbers[a, LON]
    if over > 180.0:
        over -= 360.0
    elif over < -180.0:
        over += 360.0
    east = over * METRES_PER_DEGREE * (numbers[a, SHRINK] + numbers[b, SHRINK]) * 0.5
    north = (numbers[b, LAT] - numbers[a, LAT]) * METRES_PER_DEGREE
    ee, en, nn = (
        numbers[a, EE] + numbers[b, EE],
        numbers[a, EN] + numbers[b, EN],
        numbers[a, NN] + numbers[b, NN],
    )
    return float((nn * east * east - 2.0 * en * east * north + ee * north * north) / (ee * nn - en * en))


@kernel
def evidence(numbers: Floats, a: int, b: int) -> float:
    """Return the nats of two places, times and numbers; `NOTHING` where their errors do not allow one event."""
    spread = numbers[a, SPREAD] + numbers[b, SPREAD]
    late = numbers[b, TIME] - numbers[a, TIME]
    if late * late > GATE2 * spread or min(numbers[a, END], numbers[b, END]) <= max(
        numbers[a, START], numbers[b, START]
    ):
        return NOTHING
    apart = apart2(numbers, a, b)
    if apart > GATE2:
        return NOTHING
    ee, en, nn = (
        numbers[a, EE] + numbers[b, EE],
        numbers[a, EN] + numbers[b, EN],
        numbers[a, NN] + numbers[b, NN],
    )
    number = number_nats(numbers[a, COUNT] - numbers[b, COUNT], numbers[a, UNSURE] + numbers[b, UNSURE])
    place = -LN_TAU - 0.5 * ln(ee * nn - en * en) - 0.5 * apart
    return float(place - 0.5 * (LN_TAU + ln(spread) + late * late / spread) + number)


@kernel
def weigh(numbers: Floats, wholes: Ints, a: int, b: int, kinds: Floats) -> float:
    """Return the nats for one event behind two spots; `NOTHING` where their errors do not allow it."""
    if wholes[a, PLATFORM] == wholes[b, PLATFORM] or wholes[a, FLAG] + wholes[b, FLAG] == 3:
        return NOTHING
    nats = evidence(numbers, a, b)
    return float(
        nats
        + kinds[wholes[a, CODE], wholes[b, CODE]]
        - numbers[a, LONE]
        - numbers[b, LONE]
        - max(numbers[a, DENSE], numbers[b, DENSE])
    )


@kernel
def columns_per_degree(row: int, side: float) -> float:
    """Return how many cells one degree of longitude is in the row of cells `row`."""
    middle = min(max((row + 0.5) * side / METRES_PER_DEGREE, -89.9), 89.9)
    return METRES_PER_DEGREE * cosine_of(middle) / side


@kernel
def column_of(lon: float, row: int, side: float) -> int:
    """Return the column of a longitude in the row of cells `row`."""
    return math.floor(lon * columns_per_degree(row, side))


@kernel
def row_of(lat: float, side: float) -> int:
    """Return the row of cells that holds a latitude."""
    return math.floor(lat * METRES_PER_DEGREE / side)


@kernel
def key_of(family: int, row: int, column: int) -> int:
    """Return the key of a cell; columns of one row follow one another."""
    return (family * ACROSS + row + ACROSS // 2) * ACROSS + column + ACROSS // 2


@kernel
def keys_of(lon: Floats, lat: Floats, family: Ints, side: Floats) -> Ints:
    """Return the key of each spot's cell, of its own class's size."""
    found = np.empty(len(lon), np.int64)
    for at in range(len(lon)):
        row = row_of(lat[at], side[at])
        found[at] = key_of(family[at], row, column_of(lon[at], row, side[at]))
    return found


@kernel
def first_from(values: Floats | Ints, low: int, high: int, wanted: float) -> int:
    """Return where the first of the sorted `values` from `low` up to `high` is that is at least `wanted`."""
    while low < high:
        middle = (low + high) // 2
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def first_beside(values: Ints, low: int, high: int, hint: int, wanted: int) -> int:
    """Return what `first_from` does, sought in widening steps around `hint`."""
    step = 1
    if hint < high and values[hint] < wanted:
        low = hint
        while hint + step < high and values[hint + step] < wanted:
            low = hint + step
            step *= 2
        high = min(high, hint + step)
    else:
        high = min(hint, high)
        while hint - step >= low and values[hint - step] >= wanted:
            high = hint - step
            step *= 2
        low = max(low, hint - step)
    return first_from(values, low, high, wanted)


@kernel
def look(
    numbers: Floats,
    wholes: Ints,
    times: Floats,
    family: Ints,
    rank: Ints,
    starts: Ints,
    keys: Ints,
    classes: Floats,
    cells_from: Ints,
    kinds: Floats,
    least: float,
    low: int,
    high: int,
) -> tuple[Ints, Ints, Ints]:
    """Return pairs of rows with their weights for the spots from `low` up to `high`."""
    left = np.empty(4096, np.int64)
    right = np.empty(4096, np.int64)
    bits = np.empty(4096, np.int64)
    many = 0
    top = kinds.max()
    hints = np.empty((len(classes), SLOTS), np.int64)
    for to in range(len(classes)):
        hints[to, :] = cells_from[to]
    for at in range(low, high):
        reach2 = 0.5 * (numbers[at, EE] + numbers[at, NN]) + math.sqrt(
            0.25 * (numbers[at, EE] - numbers[at, NN]) ** 2 + numbers[at, EN] ** 2
        )
        ground = math.sqrt(max(numbers[at, EE] * numbers[at, NN] - numbers[at, EN] * numbers[at, EN], 1.0))
        for to in range(rank[at], len(classes)):
            side, sigma2, spread = classes[to, 0], classes[to, 1], classes[to, 2]
            best = (
                -1.5 * LN_TAU - ln(ground + classes[to, 3]) - 0.5 * ln(numbers[at, SPREAD] + classes[to, 4])
            )
            if best + top - numbers[at, LONE] - numbers[at, DENSE] < least:
                continue
            reach = math.sqrt(GATE2 * (reach2 + sigma2))
            window = math.sqrt(GATE2 * (numbers[at, SPREAD] + spread))
            wide = reach * MARGIN / (METRES_PER_DEGREE * numbers[at, SHRINK])
            lowest = row_of(numbers[at, LAT] - reach / METRES_PER_DEGREE, side)
            for row in range(lowest, row_of(numbers[at, LAT] + reach / METRES_PER_DEGREE, side) + 1):
                scale = columns_per_degree(row, side)
                first = key_of(family[at], row, math.floor((numbers[at, LON] - wide) * scale))
                last = key_of(family[at], row, math.floor((numbers[at, LON] + wide) * scale))
                hint = hints[to, (row - lowest) % SLOTS]
                cell = first_beside(keys, cells_from[to], cells_from[to + 1], hint, first)
                hints[to, (row - lowest) % SLOTS] = cell
                while cell < cells_from[to + 1] and keys[cell] <= last:
                    begin = max(starts[cell], at + 1) if to == rank[at] else starts[cell]
                    end = starts[cell + 1]
                    cell += 1
                    if begin >= end:
                        continue
                    begin = first_from(times, begin, end, numbers[at, TIME] - window)
                    if end - begin > MOST_SEEN:
                        middle = first_from(times, begin, end, numbers[at, TIME])
                        begin = max(begin, middle - MOST_SEEN // 2)
                        end = min(end, begin + MOST_SEEN)
                    for other in range(begin, end):
                        if times[other] > numbers[at, TIME] + window:
                            break
                        nats = weigh(numbers, wholes, at, other, kinds)
                        if nats < least:
                            continue
                        if many == len(left):
                            left = np.concatenate((left, np.empty_like(left)))
                            right = np.concatenate((right, np.empty_like(right)))
                            bits = np.concatenate((bits, np.empty_like(bits)))
                        left[many], right[many] = at, other
                        bits[many] = round(nats * PER_NAT)
                        many += 1
    return left[:many], right[:many], bits[:many]
