"""Numbers for what is the same: rows of whole numbers told apart by a table of those met.

Rules:
- numbers go by which came first, and follow from the rows alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trucewatch.fuse.compiled import kernel

Wholes = npt.NDArray[np.int64]
LEAST = 1 << 12


@kernel
def numbered(keys: Wholes) -> tuple[Wholes, Wholes]:
    """Return a number for each column of `keys`, alike for equal ones, and the first column of each number."""
    many, size, known = keys.shape[1], LEAST, 0
    number, firsts = np.empty(many, np.int64), np.empty(many, np.int64)
    table = np.full(size, -1)
    for at in range(many):
        place = place_of(keys, at, firsts, table)
        if table[place] < 0:
            table[place] = known
            firsts[known] = at
            known += 1
        number[at] = table[place]
        if 2 * known > size:
            size *= 4
            table = np.full(size, -1)
            for one in range(known):
                table[place_of(keys, firsts[one], firsts, table)] = one
    return number, firsts[:known].copy()


@kernel
def place_of(keys: Wholes, at: int, firsts: Wholes, table: Wholes) -> int:
    """Return where in the table the column `at` is, or is to be."""
    mixed = np.uint64(0)
    for row in range(keys.shape[0]):
        mixed = (mixed ^ np.uint64(keys[row, at])) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    place = np.int64(mixed & np.uint64(len(table) - 1))
    while table[place] >= 0:
        first, same = firsts[table[place]], True
        for row in range(keys.shape[0]):
            same = same and keys[row, first] == keys[row, at]
        if same:
            break
        place = (place + 1) & (len(table) - 1)
    return int(place)
