"""The part of what stands that lies near something: densities, lists and components, mended where a witness came or went.

Rules:
- a witness that is placed is counted; one that is placed and timed well enough has a list and a component;
- nothing is asked anew but around witnesses that came, went, or whose density changed.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TypeVar

import numpy as np

from trucewatch.fuse.asking import asked, asked_first
from trucewatch.fuse.cells import Cells, dense_again
from trucewatch.fuse.density import COARSE, FINE, OWN, per_report, steps
from trucewatch.fuse.fuse import barred_of
from trucewatch.fuse.joining import clustered, components
from trucewatch.fuse.likely import Codes
from trucewatch.fuse.lists import (
    LISTED,
    distinct,
    edges_within,
    listed,
    mended,
    neighbours_of,
    put_all,
    put_in_order,
    ringed,
    stirred,
    weighed,
    within_reach,
)
from trucewatch.fuse.numbering import Numbering
from trucewatch.fuse.pairing import (
    BEST,
    CELL_BITS,
    LEAST_LISTED_NATS,
    SIDES_M,
    Edges,
    classes_of,
    kept,
    pairs_of,
)
from trucewatch.fuse.pairs import keys_of
from trucewatch.fuse.reports import Flags, Ints
from trucewatch.fuse.roots import Roots, with_room
from trucewatch.fuse.sectors import Sectors
from trucewatch.fuse.shelf import CLASSES, Shelf, Small
from trucewatch.fuse.slots import Slots
from trucewatch.fuse.spots import DENSE, EE, EN, LAT, LON, NN, SPREAD, TIME, Spots
from trucewatch.model.geodesy import Floats

BEARING = 2  # of a sector
Some = TypeVar("Some", Ints, Flags, Small)


class Near:
    """Densities, lists and components of the witnesses among `slots`."""

    def __init__(self, slots: Slots, nodes: Ints, numbering: Numbering, roots: Roots) -> None:
        self._numbering = numbering
        per, many = per_report(), len(slots.row)
        self._per = per
        self._grids = tuple(
            Cells(*grid, own, float(one)) for grid, own, one in zip((COARSE, FINE), OWN, per, strict=True)
        )
        size = many
        self._witness = np.zeros(size, dtype=bool)
        self._witness[nodes] = True
        self._cell = [np.full(size, -1), np.full(size, -1)]
        self._next = [np.full(size, -1), np.full(size, -1)]
        self._node, self._alive = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        self._marked, self._met = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        self._near, self._gain = (
            np.zeros((size, LISTED), dtype=np.int32),
            np.zeros((size, LISTED), dtype=np.int32),
        )
        self._listed, self._over = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)
        self._place = np.zeros(size, dtype=np.int64)
        self._key = np.zeros(size, dtype=np.int64)
        self._classes = np.zeros((CLASSES, 6))
        self._classes[:, 0] = SIDES_M[np.arange(CLASSES) % len(SIDES_M)]
        self._classes[:, 3:5] = np.inf
        self._ring = np.arange(size)
        self._tally = np.zeros(size, dtype=np.int64)
        self.stirred = np.zeros(0, dtype=np.int64)
        self.cluster = np.arange(size)
        self._count_first(slots, nodes[slots.placed[nodes]])
        hoped = nodes[slots.hoped[nodes]]
        self._alive[hoped] = True
        self._space = Shelf(*self._laid(slots, hoped), hoped, asked_first(slots, hoped))
        pairs = pairs_of(_spots(slots, many), hoped, slots.family[:many], numbering.pair_nats)
        listed(
            *(pairs.left, pairs.right, pairs.gains, self._near, self._gain, self._listed, self._over),
            *(slots.order, many),
        )
        edges = kept(pairs, many)
        self._join(slots, np.arange(many), edges.take(edges.gains > 0), roots.posts)

    def _count_first(self, slots: Slots, rows: Ints) -> None:
        self._node[rows] = True
        for at, grid in enumerate(self._grids):
            self._cell[at][rows] = grid.place(*_place(slots, rows))
            grid.fill(self._cell[at][rows], rows, self._next[at])
        slots.numbers[rows, DENSE] = self._dense(rows)

    def _dense(self, rows: Ints) -> Floats:
        coarse, fine = (grid.sums(cell[rows]) for grid, cell in zip(self._grids, self._cell, strict=True))
        return steps(coarse, fine, self._per)

    def _laid(self, slots: Slots, rows: Ints) -> tuple[Ints, Ints]:
        """Return the key and the time by which rows lie in space, and let their classes know of them."""
        numbers = slots.numbers[rows]
        half = (numbers[:, EE] + numbers[:, NN]) / 2
        square = numbers[:, EE] * numbers[:, NN] - numbers[:, EN] ** 2
        major = half + np.sqrt(((numbers[:, EE] - numbers[:, NN]) / 2) ** 2 + numbers[:, EN] ** 2)
        own = classes_of(major, numbers[:, SPREAD])
        np.maximum.at(self._classes[:, 1], own, major)
        np.maximum.at(self._classes[:, 2], own, numbers[:, SPREAD])
        np.minimum.at(self._classes[:, 3], own, np.sqrt(np.maximum(square, 1.0)))
        np.minimum.at(self._classes[:, 4], own, numbers[:, SPREAD])
        self._classes[own, 5] = 1.0
        side = self._classes[own, 0]
        keys = keys_of(numbers[:, LON].copy(), numbers[:, LAT].copy(), slots.family[rows], side)
        self._key[rows] = keys + (own << CELL_BITS)
        return self._key[rows], np.round(np.clip(numbers[:, TIME], -9e11, 9e11) * 1e6).astype(np.int64)

    def edges(self, many: int) -> tuple[Ints, Ints, Ints]:
        """Return the pairs among the first `many` that are among the best of either end, and their weights."""
        rows = np.flatnonzero(self._alive[:many])
        own = np.arange(LISTED) < np.minimum(self._listed[rows], BEST)[:, None]
        left = np.repeat(rows, np.count_nonzero(own, axis=1))
        right, gains = self._near[rows][own].astype(np.int64), self._gain[rows][own].astype(np.int64)
        low, high = np.minimum(left, right), np.maximum(left, right)
        _, first = np.unique(low * many + high, return_index=True)
        return low[first], high[first], gains[first]

    def dense(self, slots: Slots, many: int) -> Floats:
        """Return the density around each of the first `many`; 0 where it is not counted."""
        return np.where(self._node[:many], slots.numbers[:many, DENSE], 0.0)

    def grow(self, many: int) -> None:
        """Make room for so many reports."""
        if many <= len(self._ring):
            return
        self._ring, self.cluster = with_room(self._ring, many), with_room(self.cluster, many)
        size = len(self._ring)
        self._cell, self._next = (
            [longer(values, size, -1) for values in pair] for pair in (self._cell, self._next)
        )
        self._listed, self._place, self._key, self._tally = (
            longer(values, size) for values in (self._listed, self._place, self._key, self._tally)
        )
        self._witness, self._node, self._alive, self._marked, self._met, self._over = (
            longer(values, size)
            for values in (
                *(self._witness, self._node, self._alive),
                *(self._marked, self._met, self._over),
            )
        )
        self._near, self._gain = longer(self._near, size), longer(self._gain, size)

    def add(self, slots: Slots, nodes: Ints, others: Ints, roots: Roots) -> bool:
        """Let `nodes` be witnesses and `others` not, and join again what they touch; False in a crowd."""
        came, went = nodes[~self._witness[nodes]], others[self._witness[others]]
        beside = nodes[self._alive[nodes]]
        self._witness[came], self._witness[went] = True, False
        numbers = slots.numbers
        went_there = went[self._node[went]]
        moved = self._recounted(slots, came[slots.placed[came]], went_there)
        gone = went[self._alive[went]]
        fresh = came[slots.hoped[came]]
        dense = self._dense(moved)
        changed = dense != numbers[moved, DENSE]
        moved, dense = moved[changed], dense[changed]
        heard = self._alive[moved]
        numbers[moved[~heard], DENSE] = dense[~heard]
        moved, dense = moved[heard], dense[heard]
        lower = dense < numbers[moved, DENSE]
        before = np.concatenate([moved, gone])
        deep = before[self._over[before]]
        found = self._asked(slots, deep)
        if found is None:
            return False
        around = np.concatenate([found[1], neighbours_of(before, self._near, self._listed)])
        numbers[moved, DENSE] = dense
        there = came[slots.placed[came]]
        numbers[there, DENSE] = self._dense(there)
        self._alive[gone], self._alive[fresh] = False, True
        self._listed[gone], self._over[gone] = 0, False
        unseen = fresh[self._key[fresh] == 0]
        self._space.add(*self._laid(slots, unseen), unseen, slots.order, asked_first(slots, unseen))
        self._space.settled(slots.order)
        deep_or_lower = lower | self._over[moved]
        again = np.concatenate([fresh, moved[deep_or_lower]])
        return self._relisted(slots, again, moved[~deep_or_lower], gone, around, roots, beside)

    def _recounted(self, slots: Slots, came: Ints, went: Ints) -> Ints:
        """Count what came and went; return witnesses whose density may have changed, without those that came."""
        rows = np.concatenate([came, went])
        signs = np.concatenate([np.ones_like(came), -np.ones_like(went)])
        self._node[went] = False
        cells = []
        for at, grid in enumerate(self._grids):
            fresh = self._cell[at][rows] < 0
            keys = self._cell[at][rows] = grid.place(*_place(slots, rows))
            cells.append(grid.count(keys, rows, signs, self._next[at], fresh))
        coarse, fine = self._grids
        moved = dense_again(
            cells[0], cells[1], coarse.table, self._next[0], fine.table, self._next[1], self._node
        )
        self._node[came] = True
        return distinct(moved)

    def _asked(self, slots: Slots, rows: Ints) -> tuple[Ints, Ints, Ints] | None:
        starts, others, gains, plain = asked(
            *(rows, slots.numbers, slots.wholes, slots.family, self._alive, self._key),
            *(self._space.both, self._classes),
            *(self._numbering.pair_nats, LEAST_LISTED_NATS),
        )
        return (starts, others, gains) if plain else None

    def _put(self, slots: Slots, rows: Ints, found: tuple[Ints, Ints, Ints]) -> None:
        put_all(rows, *found, self._near, self._gain, self._listed, self._over, slots.order)

    def _relisted(
        self, slots: Slots, again: Ints, moved: Ints, gone: Ints, around: Ints, roots: Roots, beside: Ints
    ) -> bool:
        """Ask `again`, weigh what `moved` again, and mend what is `around` these and what is `gone`."""
        found = self._asked(slots, again)
        if found is None:
            return False
        weights = weighed(
            *(moved, slots.numbers, slots.wholes, self._alive, self._near, self._listed),
            *(self._numbering.pair_nats, LEAST_LISTED_NATS),
        )
        self._put(slots, again, found)
        self._put(slots, moved, weights)
        froms = np.repeat(again, np.diff(found[0]))
        asked_first = (froms, found[1], found[2])
        both = tuple(
            np.concatenate([one, other])
            for one, other in zip(
                asked_first, (np.repeat(moved, np.diff(weights[0])), *weights[1:]), strict=True
            )
        )
        every = np.concatenate([again, moved, gone])
        self._marked[every] = True
        others = distinct(np.concatenate([around, both[1]]))
        others = others[self._alive[others] & ~self._marked[others]]
        deep, tied = self._mended(slots, others, both)
        self._marked[every] = False
        self._marked[again] = True
        deep = np.concatenate([deep, self._mended(slots, np.sort(moved), asked_first)[0]])
        self._marked[again] = False
        found = self._asked(slots, deep)
        if found is None:
            return False
        self._put(slots, deep, found)
        self._joined_again(slots, np.concatenate([every, tied, beside]), roots)
        return True

    def _mended(self, slots: Slots, rows: Ints, pairs: tuple[Ints, ...]) -> tuple[Ints, Ints]:
        """Mend the lists of `rows` by pairs of what is marked; return those that must be asked, and be joined again."""
        froms, to, gains = pairs
        order = np.argsort(to, kind="stable")
        return mended(
            *(rows, froms[order], to[order], gains[order], self._marked),
            *(self._near, self._gain, self._listed, self._over, slots.order),
        )

    def _joined_again(self, slots: Slots, touched: Ints, roots: Roots) -> None:
        rows = within_reach(touched, self._ring, self._near, self._gain, self._listed, self._met)
        rows = rows[np.argsort(slots.order[rows, 0], kind="stable")]
        put_in_order(rows, slots.order)
        self._place[rows] = np.arange(len(rows))
        left, right, gains = edges_within(rows, self._place, self._near, self._gain, self._listed)
        key, first = np.unique(left * len(rows) + right, return_index=True)
        ends = np.stack([key // max(len(rows), 1), key % max(len(rows), 1)])
        paired = np.zeros(len(rows), dtype=bool)
        paired[ends.reshape(-1)] = True
        left, right = (np.cumsum(paired) - 1)[ends]
        before, alone = self.cluster[rows], rows[~paired]
        self.cluster[alone] = self._ring[alone] = alone
        self._join(slots, rows[paired], Edges(left=left, right=right, gains=gains[first]), roots.posts)
        self.stirred = rows[stirred(before, self.cluster[rows], self._tally)]

    def _join(self, slots: Slots, rows: Ints, edges: Edges, posts: dict[int, list[int]]) -> None:
        """Join `rows`, which are in order, by their positive edges."""
        spots = Spots(numbers=slots.numbers[rows], wholes=slots.wholes[rows])
        barred = _barred(slots, rows, spots, edges)
        told = [(at, row) for at, row in enumerate(rows.tolist()) if row in posts]
        pairs = [(at, post) for at, row in told for post in posts[row]]
        copied = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        codes = Codes(
            code=spots.wholes[:, 2],
            likely=self._numbering.likely,
            prior=self._numbering.prior,
            pair_nats=self._numbering.pair_nats,
        )
        free = edges.take(~barred)
        top = clustered(free, edges.take(barred), spots, codes, copied[:, 0].copy(), copied[:, 1].copy())
        self.cluster[rows] = rows[top]
        ringed(components(edges.left, edges.right, len(rows)), rows, self._ring)


def _barred(slots: Slots, rows: Ints, spots: Spots, edges: Edges) -> Flags:
    """Say which positive edges between `rows` are between sectors that miss each other."""
    found = np.zeros(len(edges.left), dtype=bool)
    told = np.isfinite(slots.sides[rows, BEARING])
    some = np.flatnonzero(told[edges.left] & told[edges.right])
    if len(some):
        met, ends = np.unique(np.stack([edges.left[some], edges.right[some]]), return_inverse=True)
        left, right = ends.reshape(2, -1)
        sides = slots.sides[rows[met]].T.copy()
        found[some] = barred_of(
            Sectors(**{field.name: sides[at] for at, field in enumerate(fields(Sectors))}),
            Spots(numbers=spots.numbers[met], wholes=spots.wholes[met]),
            Edges(left=left, right=right, gains=edges.gains[some]),
        )
    return found


def _place(slots: Slots, rows: Ints) -> tuple[Floats, Floats, Floats, Ints]:
    numbers = slots.numbers[rows][:, (LON, LAT, TIME)].T.copy()
    return numbers[0], numbers[1], numbers[2], slots.family[rows]


def _spots(slots: Slots, many: int) -> Spots:
    return Spots(numbers=slots.numbers[:many], wholes=slots.wholes[:many])


def longer(values: Some, size: int, otherwise: int = 0) -> Some:
    """Return `values` and behind them `otherwise`; where that is 0, memory is not taken before it is written."""
    found = np.zeros((size, *values.shape[1:]), dtype=values.dtype)
    found[: len(values)] = values
    if otherwise:
        found[len(values) :] = otherwise
    return found
