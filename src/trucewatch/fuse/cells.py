"""How many reports there are around each cell of a grid, kept while reports come and go.

Rules:
- cells are those of `density`, and so is what is around one; every cell with a report knows its sum;
- a report that comes or goes changes the sums of at most some thirty cells, and density only where a sum passes a step.
"""

from __future__ import annotations

import math

import numpy as np

from trucewatch.fuse.compiled import HALF_ROOT, kernel
from trucewatch.fuse.density import ACROSS, TURNS, around, block_of, cells_of, neighbours
from trucewatch.fuse.reports import Flags, Ints
from trucewatch.model.geodesy import Floats

FULL = 2  # of the places of the table one in so many is taken at most
NONE = -1
HASHED = 0x9E3779B97F4A7C15 - (1 << 64)


class Cells:
    """The cells of one grid, and the rows in each."""

    def __init__(self, side: float, turn: float, own: int, per: float) -> None:
        self.grid, self.own, self.per = (side, turn), own, per
        self.table = np.full(1 << 12, NONE, dtype=np.int64)
        self.keys, self.sums, self.head = (np.zeros(0, dtype=np.int64) for _ in range(3))
        self.counts = np.zeros(0, dtype=np.int64)
        self.many = 0

    def place(self, lon: Floats, lat: Floats, time_s: Floats, family: Ints) -> Ints:
        """Return the key of each row's cell."""
        block, at = cells_of(lon, lat, time_s, family, *self.grid)
        return np.asarray(block * TURNS + at, dtype=np.int64)

    def fill(self, keys: Ints, rows: Ints, following: Ints) -> Ints:
        """Count `rows`, whose cells are `keys`, from nothing; return each one's cell."""
        order = np.argsort(keys, kind="stable")
        tops, at, many = np.unique(keys, return_inverse=True, return_counts=True)
        sums = around(keys[order] // TURNS, keys[order] % TURNS, self.grid[0])
        first = np.cumsum(many) - many
        self._grow(len(tops) + (len(tops) >> 2) + 4096)
        self.many = len(tops)
        self.keys[: self.many], self.counts[: self.many] = tops, many
        self.sums[: self.many] = sums[first]
        fill(self.table, self.keys, self.many)
        chain(at, rows, self.head, following)
        return np.asarray(at, dtype=np.int64)

    def _grow(self, cells: int) -> None:
        """Make room for so many cells."""
        size = len(self.keys)
        if cells <= size:
            return
        more = np.zeros(cells - size, dtype=np.int64)
        self.keys, self.sums, self.counts = (
            np.concatenate([values, more]) for values in (self.keys, self.sums, self.counts)
        )
        self.head = np.concatenate([self.head, more + NONE])
        while len(self.table) < FULL * cells:
            self.table = np.full(2 * len(self.table), NONE, dtype=np.int64)
        self.table[:] = NONE
        fill(self.table, self.keys, self.many)

    def count(
        self, keys: Ints, rows: Ints, signs: Ints, cell: Ints, following: Ints, fresh: Flags
    ) -> tuple[Ints, Ints]:
        """Count `rows` that come (1) or go (-1); return the cells whose step changed, and the cell of each row.

        `cell` is each row's, for those that are not `fresh`.
        """
        if self.many + len(keys) > len(self.keys):
            self._grow(self.many + len(keys) + (self.many >> 2))
        moved, found, self.many = counted(
            *(keys, rows, signs, cell, fresh, self.table, self.keys, self.counts, self.sums, self.head),
            *(following, self.many, self.grid[0], self.own, self.per),
        )
        return moved, found


@kernel
def spot_of(table: Ints, keys: Ints, key: int) -> int:
    """Return where in the table the cell of a key is, or would be."""
    mask = len(table) - 1
    at = ((key * HASHED) >> 20) & mask
    while table[at] >= 0 and keys[table[at]] != key:
        at = (at + 1) & mask
    return at


@kernel
def fill(table: Ints, keys: Ints, many: int) -> None:
    """Put the first `many` cells in the table."""
    for cell in range(many):
        table[spot_of(table, keys, keys[cell])] = cell


@kernel
def chain(cell: Ints, rows: Ints, head: Ints, following: Ints) -> None:
    """Put each row at the head of its cell."""
    for at in range(len(rows)):
        following[rows[at]] = head[cell[at]]
        head[cell[at]] = rows[at]


@kernel
def level(many: int, own: int, per: float) -> int:
    """Return the step of so many reports around, on one grid."""
    if many <= own:
        return -(1 << 20)
    part, power = math.frexp((many - own) * per)
    return power if part >= HALF_ROOT else power - 1


@kernel
def beside(block: int, side: float) -> tuple[Ints, int]:
    """Return the blocks that have `block` around them, and how many they are."""
    found, many = np.empty(15, np.int64), 0
    row = block // ACROSS % ACROSS - ACROSS // 2
    family = block // ACROSS // ACROSS
    own = neighbours(block, side)
    for at in range(3):
        middle = own[3 * at + 1] % ACROSS - ACROSS // 2
        for step in range(-2, 3):
            other = block_of(family, row + at - 1, middle + step)
            for near in neighbours(other, side):
                if near == block:
                    found[many] = other
                    many += 1
    return found, many


@kernel
def counted(
    keys: Ints,
    rows: Ints,
    signs: Ints,
    cell: Ints,
    fresh: Flags,
    table: Ints,
    cells: Ints,
    counts: Ints,
    sums: Ints,
    head: Ints,
    following: Ints,
    many: int,
    side: float,
    own: int,
    per: float,
) -> tuple[Ints, Ints, int]:
    """Do what `Cells.count` says."""
    found, moved, free = np.empty(len(keys), np.int64), np.empty(64, np.int64), 0
    for at in range(len(keys)):
        block, turn = keys[at] // TURNS, keys[at] % TURNS
        if fresh[at]:
            spot = spot_of(table, cells, keys[at])
            if table[spot] < 0:
                cells[many], counts[many], sums[many], head[many] = keys[at], 0, 0, NONE
                table[spot] = many
                for near in neighbours(block, side):
                    for step in range(-1, 2):
                        other = table[spot_of(table, cells, near * TURNS + turn + step)]
                        if other >= 0:
                            sums[many] += counts[other]
                many += 1
            found[at] = table[spot]
            following[rows[at]] = head[found[at]]
            head[found[at]] = rows[at]
        else:
            found[at] = cell[at]
        if signs[at] == 0:
            continue
        counts[found[at]] += signs[at]
        blocks, wide = beside(block, side)
        for one in range(wide):
            for step in range(-1, 2):
                other = table[spot_of(table, cells, blocks[one] * TURNS + turn + step)]
                if other < 0:
                    continue
                if free == len(moved):
                    moved = np.concatenate((moved, np.empty_like(moved)))
                if level(sums[other], own, per) != level(sums[other] + signs[at], own, per):
                    moved[free] = other
                    free += 1
                sums[other] += signs[at]
    return np.unique(moved[:free]), found, many


@kernel
def dense_again(
    coarse: Ints,
    fine: Ints,
    coarse_head: Ints,
    coarse_next: Ints,
    fine_head: Ints,
    fine_next: Ints,
    node: Flags,
) -> Ints:
    """Return the rows in the cells `coarse` and `fine` that are a `node`, some twice."""
    found, many = np.empty(256, np.int64), 0
    for which in range(2):
        for cell in coarse if which == 0 else fine:
            row = coarse_head[cell] if which == 0 else fine_head[cell]
            while row >= 0:
                if node[row]:
                    if many == len(found):
                        found = np.concatenate((found, np.empty_like(found)))
                    found[many] = row
                    many += 1
                row = coarse_next[row] if which == 0 else fine_next[row]
    return found[:many]
