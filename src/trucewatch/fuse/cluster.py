"""Which reports are one event: the best join first, as long as the errors support it.

Rules:
- agglomeration over the positive pairs, the largest gain first, ties by the reports' own order; a cluster's
  state is a Gaussian in place, an interval in time, the kinds and the posts in it, and the gain of a
  join is reckoned from the two states, never from a chain of neighbours;
- a post has at most one report in an incident;
- clusters whose places lie beyond the 99 % bound, or whose times cannot meet, are never joined; nor are
  two with members that lie beyond it, or whose sectors miss each other.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trucewatch.fuse.kinds import kind_bits, trajectory_bits
from trucewatch.fuse.reports import Ints, Reports
from trucewatch.fuse.sectors import SLACK_M, gap_m
from trucewatch.fuse.weights import GATE, GROUND_M2, WINDOW_S, Links, place_bits
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

MOST_CROSSED = 256  # pairs of members looked at in a join; beyond, the states decide


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the members of a cluster say together."""

    lon: float
    lat: float
    ee: float
    en: float
    nn: float
    start_s: float
    end_s: float
    kinds: frozenset[int]
    trajectories: frozenset[int]
    source_bits: float  # of the weakest member: half the log of p_detect times p_real
    density: float  # around the member with the most unrelated reports


@dataclass(slots=True, kw_only=True)
class _Cluster:
    """A cluster as it grows."""

    state: State
    members: list[int]
    posts: set[int]


def agglomerate(reports: Reports, density: Floats, links: Links, posts: Mapping[int, frozenset[int]]) -> Ints:
    """Return for each report the smallest index in its cluster; `posts` has those of a report's copies."""
    good = np.flatnonzero((links.weight > 0) & (links.distance2 <= GATE))
    gaps = gap_m(reports.sectors.take(links.left[good]), reports.sectors.take(links.right[good]))
    good = good[gaps <= SLACK_M]
    ends = np.unique(np.concatenate([links.left[good], links.right[good]])).tolist()
    clusters = {at: _lone(reports, density, at, posts) for at in ends}
    parent = {at: at for at in ends}
    bits = _Bits(kinds=kind_bits(), trajectories=trajectory_bits())
    heap = [(-float(links.weight[at]), int(links.left[at]), int(links.right[at]), 1, 1) for at in good]
    heapq.heapify(heap)
    while heap:
        _, one, other, of_one, of_other = heapq.heappop(heap)
        a, b = sorted((_root(parent, one), _root(parent, other)))
        mine, its = clusters[a], clusters[b]
        if a == b or not mine.posts.isdisjoint(its.posts):
            continue
        if (a, b, len(mine.members), len(its.members)) != (one, other, of_one, of_other):
            gain = _gain(mine.state, its.state, bits)
            if gain > 0:
                heapq.heappush(heap, (-gain, a, b, len(mine.members), len(its.members)))
        elif _all_meet(reports, mine.members, its.members):
            clusters[a] = _together(mine, its)
            parent[b] = a
    top = np.arange(len(reports.row))
    for at in ends:
        top[at] = _root(parent, at)
    return top


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bits:
    kinds: Floats
    trajectories: Floats


def _root(parent: dict[int, int], at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at


def _lone(reports: Reports, density: Floats, at: int, posts: Mapping[int, frozenset[int]]) -> _Cluster:
    state = State(
        lon=float(reports.lon[at]),
        lat=float(reports.lat[at]),
        ee=float(reports.ee[at]),
        en=float(reports.en[at]),
        nn=float(reports.nn[at]),
        start_s=float(reports.start_s[at]),
        end_s=float(reports.end_s[at]),
        kinds=frozenset({int(reports.kind[at])}),
        trajectories=frozenset({int(reports.trajectory[at])}),
        source_bits=math.log2(float(reports.p_detect[at] * reports.p_real[at])) / 2,
        density=float(density[at]),
    )
    return _Cluster(state=state, members=[at], posts=set(posts.get(at, {int(reports.platform[at])})))


def _offset_m(a: State, b: State) -> tuple[float, float]:
    over = (b.lon - a.lon + 180) % 360 - 180
    east = over * METRES_PER_DEGREE * math.cos(math.radians((a.lat + b.lat) / 2))
    return east, (b.lat - a.lat) * METRES_PER_DEGREE


def _gain(a: State, b: State, bits: _Bits) -> float:
    """Return the bits for joining two clusters; minus infinity where the errors do not support it."""
    both_s = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    east, north = _offset_m(a, b)
    ee, en, nn = a.ee + b.ee, a.en + b.en, a.nn + b.nn
    determinant = ee * nn - en * en
    distance2 = (nn * east**2 - 2 * en * east * north + ee * north**2) / determinant
    if both_s <= 0 or distance2 > GATE:
        return -math.inf
    time = math.log2(WINDOW_S * both_s / ((a.end_s - a.start_s) * (b.end_s - b.start_s)))
    place = math.log2(GROUND_M2 / (2 * math.pi * math.sqrt(determinant))) - distance2 / (2 * math.log(2))
    kind = min(float(bits.kinds[i, j]) for i in a.kinds for j in b.kinds)
    kind += min(float(bits.trajectories[i, j]) for i in a.trajectories for j in b.trajectories)
    return time + place + kind + a.source_bits + b.source_bits - math.log2(max(a.density, b.density))


def _all_meet(reports: Reports, ones: Sequence[int], others: Sequence[int]) -> bool:
    if len(ones) * len(others) == 1 or len(ones) * len(others) > MOST_CROSSED:
        return True
    a = reports.take(np.repeat(np.array(ones), len(others)))
    b = reports.take(np.tile(np.array(others), len(ones)))
    return bool((place_bits(a, b)[1] <= GATE).all() and (gap_m(a.sectors, b.sectors) <= SLACK_M).all())


def _together(a: _Cluster, b: _Cluster) -> _Cluster:
    """Return the two as one: the product of the Gaussians, the times that both allow."""
    larger, smaller = (a, b) if len(a.members) >= len(b.members) else (b, a)
    larger.members.extend(smaller.members)
    larger.posts.update(smaller.posts)
    return _Cluster(state=_product(a.state, b.state), members=larger.members, posts=larger.posts)


def _product(a: State, b: State) -> State:
    east, north = _offset_m(a, b)
    ee, en, nn = a.ee + b.ee, a.en + b.en, a.nn + b.nn
    determinant = ee * nn - en * en
    # the gain of a Kalman update: a's covariance times the inverse of the sum
    gain_ee, gain_en = (a.ee * nn - a.en * en) / determinant, (a.en * ee - a.ee * en) / determinant
    gain_ne, gain_nn = (a.en * nn - a.nn * en) / determinant, (a.nn * ee - a.en * en) / determinant
    moved_east = gain_ee * east + gain_en * north
    moved_north = gain_ne * east + gain_nn * north
    across = METRES_PER_DEGREE * math.cos(math.radians((a.lat + b.lat) / 2))
    return State(
        lon=a.lon + moved_east / max(across, 1.0),
        lat=a.lat + moved_north / METRES_PER_DEGREE,
        ee=a.ee - gain_ee * a.ee - gain_en * a.en,
        en=a.en - gain_ee * a.en - gain_en * a.nn,
        nn=a.nn - gain_ne * a.en - gain_nn * a.nn,
        start_s=max(a.start_s, b.start_s),
        end_s=min(a.end_s, b.end_s),
        kinds=a.kinds | b.kinds,
        trajectories=a.trajectories | b.trajectories,
        source_bits=min(a.source_bits, b.source_bits),
        density=max(a.density, b.density),
    )
