"""Pairs worth weighing: near enough in place and time, by two posts, of kinds that go together.

Rules:
- a report whose best possible weight at the local density is below 0 is never looked around for: no
  pair of it could be joined;
- a place known no better than 30 km, or a time no better than a week, joins nothing but its copies;
- each report keeps its 8 best pairs, joined or not, so that a reader can see what spoke against.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trucewatch.fuse.near import Spots, near
from trucewatch.fuse.reports import Ints, Reports
from trucewatch.fuse.weights import (
    WIDE_GATE,
    Links,
    best_possible,
    fires,
    joined_up,
    town_news,
    weigh,
    worthless,
)
from trucewatch.model.geodesy import Floats

BEST = 8
COARSEST_M = 30_000.0
LONGEST_S = 7 * 86_400.0
LEAST_LISTED_BITS = -20.0
KEPT_AT_ONCE = 4_000_000
CROWD = 64


def candidates(reports: Reports, density: Floats, nodes: Ints) -> Links:
    """Return the best pairs among `nodes`, by left and right index, each once."""
    some = reports.take(nodes)
    hopeful = some.placed & (np.sqrt(some.ee + some.nn) <= COARSEST_M)
    hopeful &= some.end_s - some.start_s <= LONGEST_S
    hopeful &= best_possible(some, density[nodes]) > 0
    kept: list[Links] = [weigh(reports, density, nodes[:0], nodes[:0])]
    held = 0
    for left, right in _pairs(reports, nodes[hopeful]):
        left, right = _meeting(reports, left, right)
        fit = ~worthless(reports.take(left), reports.take(right))
        links = weigh(reports, density, left[fit], right[fit])
        fine = (links.distance2 <= WIDE_GATE) & (links.weight > LEAST_LISTED_BITS)
        kept.append(links.take(np.flatnonzero(fine)))
        held += int(fine.sum())
        if held > KEPT_AT_ONCE:
            kept = [_best(joined_up(kept))]
            held = len(kept[0].left)
    return _best(joined_up(kept))


def _meeting(reports: Reports, left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of two posts whose times meet."""
    apart = reports.platform[left] != reports.platform[right]
    left, right = left[apart], right[apart]
    starts = np.maximum(reports.start_s[left], reports.start_s[right])
    both = np.minimum(reports.end_s[left], reports.end_s[right]) > starts
    return left[both], right[both]


def _pairs(reports: Reports, nodes: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield pairs of hopeful reports, those of lone posts with many rows never among themselves."""
    crowded = _crowded(reports, nodes)
    source = reports.source[nodes]
    lone = np.isin(source, crowded)
    blocks = [(nodes[~lone], True), *((nodes[source == one], False) for one in crowded)]
    spots = [_spots(reports, block) for block, _ in blocks]
    for at, (mine, among) in enumerate(blocks):
        for to in range(at if among else at + 1, len(blocks)):
            other = blocks[to][0]
            if not len(mine) or not len(other) or _all_worthless(reports, mine, other):
                continue
            for a, b in near(spots[at], spots[to]):
                apart = a != b
                yield np.minimum(a, b)[apart], np.maximum(a, b)[apart]


def _all_worthless(reports: Reports, mine: Ints, other: Ints) -> bool:
    """Say whether every pair of the two blocks is news of a town and a fire."""
    a, b = reports.take(mine), reports.take(other)
    return bool((town_news(a).all() and fires(b).all()) or (town_news(b).all() and fires(a).all()))


def _crowded(reports: Reports, nodes: Ints) -> list[int]:
    """Return the sources that have a single post and many reports of it."""
    posts = np.unique(np.stack([reports.source[nodes], reports.platform[nodes]], axis=1), axis=0)[:, 0]
    sources, rows = np.unique(reports.source[nodes], return_counts=True)
    return [
        int(one)
        for one, many in zip(sources, rows, strict=True)
        if many > CROWD and (posts == one).sum() == 1
    ]


def _spots(reports: Reports, nodes: Ints) -> Spots:
    some = reports.take(nodes)
    half = (some.ee + some.nn) / 2
    major = np.sqrt(half + np.hypot((some.ee - some.nn) / 2, some.en))
    return Spots(
        index=nodes,
        group=some.family,
        lon=some.lon,
        lat=some.lat,
        middle_s=(some.start_s + some.end_s) / 2,
        reach_m=np.sqrt(WIDE_GATE) * major,
        reach_s=(some.end_s - some.start_s) / 2,
    )


def _best(links: Links) -> Links:
    """Return each pair once, if it is among the best of either report."""
    order = np.lexsort((links.right, links.left))
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(links.left[order]) != 0) | (np.diff(links.right[order]) != 0)
    links = links.take(order[fresh])
    many = np.arange(len(links.left))
    good = np.zeros(len(many), dtype=bool)
    for mine, other in ((links.left, links.right), (links.right, links.left)):
        ranked = np.lexsort((other, -links.weight, mine))
        starts = np.searchsorted(mine[ranked], mine[ranked])
        good[ranked[many - starts < BEST]] = True
    return links.take(np.flatnonzero(good))
