"""Pairs worth weighing: near enough in place and time, by two posts, of kinds that go together.

Rules:
- cells go by rows of latitude, and columns of one row follow one another;
- what is cheap to ask is asked first (`near_enough`), and never too strictly;
- a pair is weighed alike from both ends, to the bit.
"""

from __future__ import annotations

import math

import numpy as np

from trucewatch.fuse.compiled import cosine_of, eastward, kernel, ln
from trucewatch.fuse.reports import COUNT_SIGMA, Ints
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
ONE_BITS, NATS_PER_BIT = 0x3FF0000000000000, math.log(2) / (1 << 52)
MOST_UNSURE = 100.0
COUNT_SPREAD = 2 * 0.8**2  # between the logarithms of two events' numbers
ACROSS = 1 << 22
MARGIN = 1.01  # cells are laid out by their row's latitude, distances by the pair's
GRAIN = 1024.0
PER_NAT = GRAIN / math.log(2)
WIDER = 1.000001  # what is asked first leaves room for the last digits
SLACK_NATS = 1e-6
MOST_NUMBER = 0.5 * math.log(1 + COUNT_SPREAD / (2 * COUNT_SIGMA**2))  # nats of two numbers that agree


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
    over = eastward(numbers[a, LON], numbers[b, LON])
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
        - (numbers[a, LONE] + numbers[b, LONE])
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
def least_ln(x: float) -> float:
    """Return a number no greater than the logarithm of a positive `x`, and at most .06 less: straight between powers of two."""
    return float((np.float64(x).view(np.int64) - ONE_BITS) * NATS_PER_BIT)


@kernel
def near_enough(numbers: Floats, wholes: Ints, a: int, b: int, kinds: Floats, least: float) -> bool:
    """Say whether two spots may weigh `least` or more: what is cheap to ask, asked first, and never too strict."""
    if wholes[a, PLATFORM] == wholes[b, PLATFORM]:
        return False
    spread = numbers[a, SPREAD] + numbers[b, SPREAD]
    late = numbers[b, TIME] - numbers[a, TIME]
    if late * late > GATE2 * spread:
        return False
    north = (numbers[b, LAT] - numbers[a, LAT]) * METRES_PER_DEGREE
    nn = numbers[a, NN] + numbers[b, NN]
    if north * north > WIDER * GATE2 * nn:
        return False
    over = eastward(numbers[a, LON], numbers[b, LON])
    east = over * METRES_PER_DEGREE * (numbers[a, SHRINK] + numbers[b, SHRINK]) * 0.5
    ee = numbers[a, EE] + numbers[b, EE]
    if east * east > WIDER * GATE2 * ee:
        return False
    en = numbers[a, EN] + numbers[b, EN]
    ground = ee * nn - en * en
    far = (nn * east * east - 2.0 * en * east * north + ee * north * north) / ground
    if far > WIDER * GATE2:
        return False
    most = (
        kinds[wholes[a, CODE], wholes[b, CODE]]
        + MOST_NUMBER
        - numbers[a, LONE]
        - numbers[b, LONE]
        - max(numbers[a, DENSE], numbers[b, DENSE])
    )
    return bool(
        most - 1.5 * LN_TAU - 0.5 * (least_ln(ground * spread) + far + late * late / spread)
        > least - SLACK_NATS
    )
