"""The best pairs of spots: laid out in classes and cells, looked for side by side, and each spot's best kept.

Rules:
- classes go by powers of four of the time error and three bounds of the place error, cells by the class;
- as many parts are looked at side by side as there are processors; what they find is put in order afterwards,
  so that their number changes nothing;
- each spot keeps its `BEST` pairs, the heaviest, ties by the other's order, and those whose best it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl

from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.pairs import bounds_of, keys_of, look
from trucewatch.fuse.reports import Flags, Ints
from trucewatch.fuse.spots import EE, EN, LAT, LON, NN, SPREAD, TIME, Spots
from trucewatch.model.geodesy import Floats

BEST = 8
SIDES_M = np.array([15_000.0, 30_000.0, 100_000.0])
BOUNDS_M = np.array([1_200.0, 6_000.0])
SHORTEST_S = 8.0
FEW = 20_000
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
    many = len(laid.family)
    parts = 1 if many < FEW else 8 * pl.thread_pool_size()
    cuts = np.searchsorted(laid.starts, np.linspace(0, many, parts + 1)).tolist()
    bounds = bounds_of(laid.spots.numbers, laid.starts)

    def found(at: int) -> tuple[Ints, Ints, Ints]:
        return look(
            laid.spots.numbers,
            laid.spots.wholes,
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
            cuts[at],
            cuts[at + 1],
        )

    if parts == 1:
        return [found(0)]
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        return list(pool.map(found, range(parts)))


def _layout(spots: Spots, nodes: Ints, families: Ints) -> _Layout:
    ee, en, nn, spread = (spots.numbers[nodes, column] for column in (EE, EN, NN, SPREAD))
    family = families[nodes]
    half = (ee + nn) / 2
    major = half + np.sqrt(((ee - nn) / 2) ** 2 + en**2)
    ground = np.sqrt(np.maximum(ee * nn - en**2, 1.0))
    own = classes_of(major, spread)
    met = np.flatnonzero(np.bincount(own))
    rank = np.searchsorted(met, own)
    side = SIDES_M[met % len(SIDES_M)]
    key = keys_of(spots.numbers[nodes, LON], spots.numbers[nodes, LAT], family, side[rank])
    order = np.argsort(spots.numbers[nodes, TIME], kind="stable")
    order = order[np.argsort((key + (rank << CELL_BITS))[order], kind="stable")]
    key, rank = key[order], rank[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(key) != 0) | (np.diff(rank) != 0)
    first = np.flatnonzero(fresh)
    begins = np.searchsorted(rank, np.arange(len(met)))
    most = (np.maximum.reduceat(values[order], begins) for values in (major, spread))
    least = (np.minimum.reduceat(values[order], begins) for values in (ground, spread))
    return _Layout(
        spots=Spots(numbers=spots.numbers[nodes[order]], wholes=spots.wholes[nodes[order]]),
        order=nodes[order],
        times=spots.numbers[nodes[order], TIME],
        family=family[order],
        rank=rank.astype(np.int64),
        starts=np.append(first, len(order)),
        keys=key[first],
        classes=np.stack([side, *most, *least], axis=1),
        cells_from=np.searchsorted(rank[first], np.arange(len(met) + 1)),
    )


def classes_of(major2: Floats, spread: Floats) -> Ints:
    """Return the class of each spot by its variances, of place along the major axis and of time."""
    wide = np.searchsorted(BOUNDS_M**2, major2)
    long = np.searchsorted((SHORTEST_S * 4.0 ** np.arange(12)) ** 2, spread)
    return np.asarray(long * len(SIDES_M) + wide, dtype=np.int64)


@kernel
def best(left: Ints, right: Ints, gains: Ints, nodes: int) -> Flags:
    """Say which edges are among the `BEST` of either end."""
    starts = np.zeros(nodes + 1, np.int64)
    for edge in range(len(left)):
        starts[left[edge] + 1] += 1
        starts[right[edge] + 1] += 1
    for node in range(nodes):
        starts[node + 1] += starts[node]
    free = starts.copy()
    edges = np.empty(2 * len(left), np.int64)
    for edge in range(len(left)):
        for node in (left[edge], right[edge]):
            edges[free[node]] = edge
            free[node] += 1
    kept = np.zeros(len(left), np.bool_)
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
