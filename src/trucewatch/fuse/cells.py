"""How many reports there are around each cell of a grid, kept while reports come and go.

Rules:
- cells are those of `density`, and so is what is around one; every cell with a report knows its sum;
- a report that comes or goes changes the sums of at most some thirty cells, and density only where a sum passes a step;
- cells that follow one another in time lie side by side in the table, as they are asked for together.
"""

from __future__ import annotations

import math

import numpy as np

from trucewatch.fuse.compiled import HALF_ROOT, cosine_of, kernel
from trucewatch.fuse.density import ACROSS, TURNS, around, block_of, cells_of
from trucewatch.fuse.growing import with_one
from trucewatch.fuse.reports import Flags, Ints
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

FULL = 2  # of the places of the table one in so many is taken at most
NONE = -1
HASHED = 0x9E3779B97F4A7C15 - (1 << 64)
KEY, SUM, COUNT, HEAD = range(4)


class Cells:
    """The cells of one grid, and the rows in each."""

    def __init__(self, side: float, turn: float, own: int, per: float) -> None:
        self.grid, self.own, self.per = (side, turn), own, per
        self.many = 0
        self.table = _empty(1 << 12)
        self.scales = scales_of(side)

    def place(self, lon: Floats, lat: Floats, time_s: Floats, family: Ints) -> Ints:
        """Return the key of each row's cell."""
        block, at = cells_of(lon, lat, time_s, family, *self.grid)
        return np.asarray(block * TURNS + at, dtype=np.int64)

    def fill(self, keys: Ints, rows: Ints, following: Ints) -> None:
        """Count `rows`, whose cells are `keys`, from nothing."""
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(keys) else order
        sums = around(ordered // TURNS, ordered % TURNS, self.grid[0])
        counts = np.diff(np.append(first, len(keys)))
        self._grow(len(first))
        self.many = len(first)
        put_cells(self.table, ordered[first], sums[first], counts)
        chain(self.table, keys, rows, following)

    def _grow(self, cells: int) -> None:
        """Make room for so many cells."""
        size = len(self.table)
        if FULL * cells <= size:
            return
        while size < FULL * cells:
            size *= 2
        before, self.table = self.table, _empty(size)
        moved(self.table, before)

    def count(self, keys: Ints, rows: Ints, signs: Ints, following: Ints, fresh: Flags) -> Ints:
        """Count `rows` that come (1) or go (-1), those that are `fresh` for the first time.

        Return the places of the cells whose step changed.
        """
        self._grow(self.many + len(keys))
        order = np.argsort(keys)
        places, self.many = counted(
            *(keys[order], rows[order], signs[order], fresh[order], self.table, self.scales),
            *(following, self.many, self.grid[0], self.own, self.per),
        )
        return places

    def sums(self, keys: Ints) -> Ints:
        """Return how many reports there are around cells that have one."""
        return sums_of(self.table, keys)


def _empty(size: int) -> Ints:
    table = np.zeros((size, 4), dtype=np.int64)
    table[:, KEY] = table[:, HEAD] = NONE
    return table


@kernel
def spot_of(table: Ints, key: int) -> int:
    """Return where in the table the cell of a key is, or would be."""
    mask = len(table) - 1
    at = ((((key >> 2) * HASHED) >> 20) + (key & 3)) & mask
    while table[at, 0] != key and table[at, 0] >= 0:
        at = (at + 1) & mask
    return at


@kernel
def put_cells(table: Ints, keys: Ints, sums: Ints, counts: Ints) -> None:
    """Put cells in the table."""
    for cell in range(len(keys)):
        at = spot_of(table, keys[cell])
        table[at, KEY], table[at, SUM], table[at, COUNT] = keys[cell], sums[cell], counts[cell]


@kernel
def moved(table: Ints, before: Ints) -> None:
    """Put all cells of the table `before` into another."""
    for cell in range(len(before)):
        if before[cell, KEY] >= 0:
            table[spot_of(table, before[cell, KEY])] = before[cell]


@kernel
def chain(table: Ints, keys: Ints, rows: Ints, following: Ints) -> None:
    """Put each row at the head of its cell."""
    for at in range(len(rows)):
        spot = spot_of(table, keys[at])
        following[rows[at]] = table[spot, HEAD]
        table[spot, HEAD] = rows[at]


@kernel
def sums_of(table: Ints, keys: Ints) -> Ints:
    """Return the sum of each cell."""
    found = np.empty(len(keys), np.int64)
    for at in range(len(keys)):
        found[at] = table[spot_of(table, keys[at]), SUM]
    return found


@kernel
def level(many: int, own: int, per: float) -> int:
    """Return the step of so many reports around, on one grid."""
    if many <= own:
        return -(1 << 20)
    part, power = math.frexp((many - own) * per)
    return power if part >= HALF_ROOT else power - 1


@kernel
def scales_of(side: float) -> Floats:
    """Return for each row of cells, from the south, its cells in a degree of longitude and its cosine, as `density` has them."""
    half = math.ceil(90.0 * METRES_PER_DEGREE / side) + 4
    found = np.empty((2 * half, 2))
    for at in range(2 * half):
        metres = min(max((at - half + 0.5) * side / METRES_PER_DEGREE, -89.9), 89.9)
        cosine = cosine_of(metres)
        found[at, 0] = METRES_PER_DEGREE * cosine / side
        found[at, 1] = cosine
    return found


@kernel
def column_near(row: int, column: int, near: int, scales: Floats, side: float) -> int:
    """Return the column in the row `near` of cells that the middle of a cell lies in."""
    half = len(scales) // 2
    middle = (column + 0.5) * side / METRES_PER_DEGREE / scales[row + half, 1]
    return math.floor(float(middle * scales[near + half, 0]))


@kernel
def beside(block: int, scales: Floats, side: float, found: Ints) -> int:
    """Put the blocks that have `block` around them into `found`, and return how many they are."""
    many = 0
    column = block % ACROSS - ACROSS // 2
    row = block // ACROSS % ACROSS - ACROSS // 2
    family = block // ACROSS // ACROSS
    for near in range(row - 1, row + 2):
        middle = column_near(row, column, near, scales, side)
        for other in range(middle - 2, middle + 3):
            if abs(column_near(near, other, row, scales, side) - column) <= 1:
                found[many] = block_of(family, near, other)
                many += 1
    return many


@kernel
def summed(table: Ints, block: int, turn: int, scales: Floats, side: float) -> int:
    """Return how many reports there are around a cell."""
    column = block % ACROSS - ACROSS // 2
    row = block // ACROSS % ACROSS - ACROSS // 2
    family, found = block // ACROSS // ACROSS, 0
    for near in range(row - 1, row + 2):
        middle = column_near(row, column, near, scales, side)
        for other in range(middle - 1, middle + 2):
            key = block_of(family, near, other) * TURNS + turn
            for step in range(-1, 2):
                spot = spot_of(table, key + step)
                if table[spot, KEY] >= 0:
                    found += table[spot, COUNT]
    return found


@kernel
def counted(
    keys: Ints,
    rows: Ints,
    signs: Ints,
    fresh: Flags,
    table: Ints,
    scales: Floats,
    following: Ints,
    many: int,
    side: float,
    own: int,
    per: float,
) -> tuple[Ints, int]:
    """Do what `Cells.count` says of rows whose keys are sorted, and return how many cells there are."""
    changed, free, blocks = np.empty(64, np.int64), 0, np.empty(15, np.int64)
    begin = 0
    while begin < len(keys):
        key, more, end = keys[begin], 0, begin
        block, turn, spot = key // TURNS, key % TURNS, spot_of(table, key)
        while end < len(keys) and keys[end] == key:
            if fresh[end]:
                if table[spot, KEY] < 0:
                    table[spot, KEY], table[spot, COUNT], table[spot, HEAD] = key, 0, NONE
                    table[spot, SUM] = summed(table, block, turn, scales, side)
                    many += 1
                following[rows[end]] = table[spot, HEAD]
                table[spot, HEAD] = rows[end]
            more += signs[end]
            end += 1
        begin = end
        table[spot, COUNT] += more
        for one in range(beside(block, scales, side, blocks)):
            for step in range(-1, 2):
                other = spot_of(table, blocks[one] * TURNS + turn + step)
                if table[other, KEY] < 0:
                    continue
                whole = table[other, SUM]
                if level(whole, own, per) != level(whole + more, own, per):
                    changed = with_one(changed, free, other)
                    free += 1
                table[other, SUM] = whole + more
    return np.unique(changed[:free]), many


@kernel
def dense_again(
    coarse: Ints,
    fine: Ints,
    coarse_table: Ints,
    coarse_next: Ints,
    fine_table: Ints,
    fine_next: Ints,
    node: Flags,
) -> Ints:
    """Return the rows in the cells at `coarse` and `fine` that are a `node`, some twice."""
    found, many = np.empty(256, np.int64), 0
    for which in range(2):
        for cell in coarse if which == 0 else fine:
            row = coarse_table[cell, HEAD] if which == 0 else fine_table[cell, HEAD]
            while row >= 0:
                if node[row]:
                    found = with_one(found, many, row)
                    many += 1
                row = coarse_next[row] if which == 0 else fine_next[row]
    return found[:many]
