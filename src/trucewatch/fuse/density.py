"""How many unrelated events to expect here and now: what a coincidence is worth.

Rules:
- reports of one family of kinds are counted on two grids, of 10 km and days and of 4 km and 40 minutes, over
  the 27 cells around; one is left out on the fine grid, and the denser of the two decides, so that a burst of fire
  makes coincidences likelier while it lasts;
- cells are fixed on the globe and in time: a report elsewhere changes nothing here;
- it goes in steps, from one power of two to the next, and is the same in all of a cell: one more report seldom
  changes it.
"""

from __future__ import annotations

import math

import numpy as np

from trucewatch.fuse.abreast import abreast
from trucewatch.fuse.compiled import HALF_ROOT, LN2, cosine_of, kernel
from trucewatch.fuse.pairs import column_of, first_from, row_of
from trucewatch.fuse.reports import Ints
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

COARSE, FINE = (10_000.0, 86_400.0), (4_000.0, 2_400.0)  # metres, seconds
CELLS = 27
OWN = (0, 2)  # reports that one event makes of itself, on either grid
# Events that one more report may be of, for each report here and now: most events are told of twice or more.
EVENTS_PER_REPORT = 0.4
TURNS = 1 << 26
ACROSS = 1 << 15
MOST_FAMILIES = 1 << 5


@kernel
def block_of(family: int, row: int, column: int) -> int:
    """Return the number of a column of cells."""
    return (family * ACROSS + row + ACROSS // 2) * ACROSS + column + ACROSS // 2


@kernel
def cells_of(lon: Floats, lat: Floats, time_s: Floats, family: Ints, side: float, turn: float) -> Ints:
    """Return the block of each report, and its turn in a second row."""
    found = np.empty((2, len(lon)), np.int64)
    for at in range(len(lon)):
        row = row_of(lat[at], side)
        found[0, at] = block_of(family[at], row, column_of(lon[at], row, side))
        found[1, at] = min(max(math.floor(time_s[at] / turn) + TURNS // 2, 1), TURNS - 2)
    return found


@kernel
def neighbours(block: int, side: float) -> Ints:
    """Return the nine blocks around and including `block`."""
    column = block % ACROSS - ACROSS // 2
    row = block // ACROSS % ACROSS - ACROSS // 2
    metres = min(max((row + 0.5) * side / METRES_PER_DEGREE, -89.9), 89.9)
    middle = (column + 0.5) * side / METRES_PER_DEGREE / cosine_of(metres)
    found = np.empty(9, np.int64)
    for at in range(9):
        near = row + at // 3 - 1
        found[at] = block_of(block // ACROSS // ACROSS, near, column_of(middle, near, side) + at % 3 - 1)
    return found


@kernel
def around(block: Ints, turn: Ints, side: float) -> Ints:
    """Return how many reports lie in the 27 cells around each; rows are sorted by block and turn."""
    many = len(block)
    found = np.zeros(many, np.int64)
    begin = 0
    while begin < many:
        end = begin
        while end < many and block[end] == block[begin]:
            end += 1
        for near in neighbours(block[begin], side):
            low = first_from(block, 0, many, near)
            stop = first_from(block, low, many, near + 1)
            high = low
            for at in range(begin, end):
                while low < stop and turn[low] < turn[at] - 1:
                    low += 1
                while high < stop and turn[high] <= turn[at] + 1:
                    high += 1
                found[at] += high - low
        begin = end
    return found


@kernel
def step_of(coarse: int, fine: int, per: Floats) -> float:
    """Return the logarithm of the density of events, in steps, of so many reports around; `per` is of one on each grid."""
    near = max((coarse - OWN[0]) * per[0], (fine - OWN[1]) * per[1])
    part, power = math.frexp(near)
    return (power if part >= HALF_ROOT else power - 1) * LN2


@kernel
def steps(coarse: Ints, fine: Ints, per: Floats) -> Floats:
    """Return the step of each report."""
    found = np.empty(len(coarse))
    for at in range(len(coarse)):
        found[at] = step_of(coarse[at], fine[at], per)
    return found


def per_report() -> Floats:
    """Return the events on a square metre in a second that one report around stands for, on either grid."""
    return np.array([EVENTS_PER_REPORT / (CELLS * side * side * turn) for side, turn in (COARSE, FINE)])


def local_density(lon: Floats, lat: Floats, time_s: Floats, family: Ints) -> Floats:
    """Return for each report the logarithm of how many events are to be expected on a square metre in a second."""

    def counted(grid: tuple[float, float]) -> Ints:
        block, at = cells_of(lon, lat, time_s, family, *grid)
        order = np.argsort(block * TURNS + at)
        found = np.empty(len(lon), dtype=np.int64)
        found[order] = around(block[order], at[order], grid[0])
        return found

    coarse, fine = abreast(counted, (COARSE, FINE))
    return steps(coarse, fine, per_report())
