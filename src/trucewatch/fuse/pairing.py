"""The best pairs of spots: laid out in classes and cells, looked for side by side, and each spot's best kept.

Rules:
- classes go by powers of four of the time error and three bounds of the place error, cells by the class;
- parts are looked at side by side; what they find is put in order afterwards, so that their number changes nothing;
- each spot keeps its `BEST` pairs, the heaviest, ties by the other's order, and those whose best it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trucewatch.fuse.abreast import abreast, cut
from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.looking import asked_first, bounds_of, look
from trucewatch.fuse.pairs import column_of, key_of, row_of
from trucewatch.fuse.reports import Flags, Ints
from trucewatch.fuse.spots import EE, EN, LAT, LON, NN, SPREAD, TIME, Spots
from trucewatch.model.geodesy import Floats

BEST = 8
SIDES_M = np.array([15_000.0, 30_000.0, 100_000.0])
BOUNDS_M = np.array([1_200.0, 6_000.0])
SHORTEST_S = 8.0
LENGTHS_S = np.array([SHORTEST_S * 4.0**power for power in range(12)])
SPOTS = 1 << 13  # of a part that is looked at
CELL_BITS = 54  # of the key of a cell
LEAST_LISTED_NATS = -2.8  # four bits against


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """Pairs of spots in order, left before right, with their weight in 1/1024 of a bit."""

    left: Ints
    right: Ints
    gains: Ints

    def take(self, which: Ints | Flags) -> Edges:
        """Return the edges at `which`."""
        return Edges(left=self.left[which], right=self.right[which], gains=self.gains[which])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Spots sorted by class, family, cell and time; `order` is where each was."""

    spots: Spots
    order: Ints
    times: Floats
    family: Ints
    rank: Ints
    starts: Ints
    keys: Ints
    classes: Floats
    cells_from: Ints


def edges_of(spots: Spots, nodes: Ints, family: Ints, kinds: Floats) -> Edges:
    """Return the best pairs of the spots at `nodes`, which are in order; `kinds` has the nats of every two codes."""
    return kept(pairs_of(spots, nodes, family, kinds), len(family))


def pairs_of(spots: Spots, nodes: Ints, family: Ints, kinds: Floats) -> Edges:
    """Return all pairs of the spots at `nodes` that are worth listing."""
    if len(nodes) < 2:
        none = np.zeros(0, np.int64)
        return Edges(left=none, right=none, gains=none)
    laid = _layout(spots, nodes, family)
    left, right, gains = (np.concatenate(part) for part in zip(*_looked(laid, kinds), strict=True))
    left, right = laid.order[left], laid.order[right]
    return Edges(left=np.minimum(left, right), right=np.maximum(left, right), gains=gains)


def kept(pairs: Edges, many: int) -> Edges:
    """Return those of the pairs of so `many` spots that are among the best of either end."""
    return pairs.take(best(pairs.left, pairs.right, pairs.gains, many)) if len(pairs.left) else pairs


def _looked(laid: _Layout, kinds: Floats) -> Sequence[tuple[Ints, Ints, Ints]]:
    bounds = bounds_of(laid.spots.numbers, laid.starts)
    places = asked_first(laid.spots.numbers)

    def found(part: slice) -> tuple[Ints, Ints, Ints]:
        low, high = np.searchsorted(laid.starts, (part.start, part.stop)).tolist()
        return look(
            laid.spots.numbers,
            laid.spots.wholes,
            places,
            laid.times,
            laid.family,
            laid.rank,
            laid.starts,
            laid.keys,
            bounds,
            laid.classes,
            laid.cells_from,
            kinds,
            LEAST_LISTED_NATS,
            low,
            high,
        )

    return abreast(found, cut(len(laid.family), SPOTS))


def _layout(spots: Spots, nodes: Ints, families: Ints) -> _Layout:
    own, key = (np.empty(len(nodes), dtype=np.int64) for _ in range(2))
    least_most = abreast(
        lambda part: sited(
            spots.numbers, nodes[part], families, own[part], key[part], BOUNDS_M**2, LENGTHS_S**2, SIDES_M
        ),
        cut(len(nodes)),
    )
    met = np.flatnonzero(np.bincount(own))
    rank = np.searchsorted(met, np.arange(met[-1] + 1))[own]
    order = np.argsort(spots.numbers[nodes, TIME], kind="stable")
    order = order[np.argsort((key + (rank << CELL_BITS))[order], kind="stable")]
    key, rank, rows = key[order], rank[order], nodes[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (key[1:] != key[:-1]) | (rank[1:] != rank[:-1])
    first = np.flatnonzero(fresh)
    most = np.max([values[0] for values in least_most], axis=0)[met]
    least = np.min([values[1] for values in least_most], axis=0)[met]
    numbers, wholes = (
        np.empty((len(rows), *spots.numbers.shape[1:])),
        np.empty_like(spots.wholes[: len(rows)]),
    )

    def fill(part: slice) -> None:
        numbers[part], wholes[part] = spots.numbers[rows[part]], spots.wholes[rows[part]]

    abreast(fill, cut(len(rows)))
    return _Layout(
        spots=Spots(numbers=numbers, wholes=wholes),
        order=rows,
        times=numbers[:, TIME].copy(),
        family=families[rows],
        rank=rank,
        starts=np.append(first, len(order)),
        keys=key[first],
        classes=np.column_stack([SIDES_M[met % len(SIDES_M)], most, least]),
        cells_from=np.searchsorted(rank[first], np.arange(len(met) + 1)),
    )


@kernel
def sited(
    numbers: Floats,
    nodes: Ints,
    families: Ints,
    own: Ints,
    key: Ints,
    bounds_m2: Floats,
    lengths_s2: Floats,
    sides_m: Floats,
) -> Floats:
    """Put each node's class into `own` and its cell into `key`; return the most and the least of each class.

    They are, of the place, the variance along the major axis at most and the root of the ground at least, and the variance of time.
    """
    found = np.empty((2, len(sides_m) * (len(lengths_s2) + 1), 2))
    found[0], found[1] = -np.inf, np.inf
    for at in range(len(nodes)):
        node = nodes[at]
        ee, en, nn, spread = (numbers[node, EE], numbers[node, EN], numbers[node, NN], numbers[node, SPREAD])
        major = (ee + nn) / 2 + math.sqrt(((ee - nn) / 2) ** 2 + en**2)
        wide, long = 0, 0
        while wide < len(bounds_m2) and bounds_m2[wide] < major:
            wide += 1
        while long < len(lengths_s2) and lengths_s2[long] < spread:
            long += 1
        one = long * len(sides_m) + wide
        found[0, one, 0], found[0, one, 1] = max(found[0, one, 0], major), max(found[0, one, 1], spread)
        ground = math.sqrt(max(ee * nn - en**2, 1.0))
        found[1, one, 0], found[1, one, 1] = min(found[1, one, 0], ground), min(found[1, one, 1], spread)
        row = row_of(numbers[node, LAT], sides_m[wide])
        own[at] = one
        key[at] = key_of(families[node], row, column_of(numbers[node, LON], row, sides_m[wide]))
    return found


def classes_of(major2: Floats, spread: Floats) -> Ints:
    """Return the class of each spot by its variances, of place along the major axis and of time."""
    wide = np.searchsorted(BOUNDS_M**2, major2)
    long = np.searchsorted(LENGTHS_S**2, spread)
    return np.asarray(long * len(SIDES_M) + wide, dtype=np.int64)


@kernel
def best(left: Ints, right: Ints, gains: Ints, nodes: int) -> Flags:
    """Say which edges are among the `BEST` of either end."""
    many = np.zeros(nodes, np.int64)
    for edge in range(len(left)):
        many[left[edge]] += 1
        many[right[edge]] += 1
    starts = np.zeros(nodes + 1, np.int64)
    for node in range(nodes):
        starts[node + 1] = starts[node] + (many[node] if many[node] > BEST else 0)
    edges, free = np.empty(starts[nodes], np.int64), starts.copy()
    kept = np.zeros(len(left), np.bool_)
    for edge in range(len(left)):
        for node in (left[edge], right[edge]):
            if many[node] > BEST:
                edges[free[node]] = edge
                free[node] += 1
            else:
                kept[edge] = True
    for node in range(nodes):
        own = edges[starts[node] : starts[node + 1]]
        for at in range(min(BEST, len(own))):
            top = at
            for other in range(at + 1, len(own)):
                if heavier(left, right, gains, own[other], own[top], node):
                    top = other
            own[at], own[top] = own[top], own[at]
            kept[own[at]] = True
    return kept


@kernel
def heavier(left: Ints, right: Ints, gains: Ints, one: int, other: int, node: int) -> bool:
    """Say whether `node` has its edge `one` before its edge `other`."""
    if gains[one] != gains[other]:
        return bool(gains[one] > gains[other])
    return bool(left[one] + right[one] - node < left[other] + right[other] - node)
