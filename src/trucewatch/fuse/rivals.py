"""What else two clusters might be one with: where that weighs as much, they are not joined.

Rules:
- a rival of two clusters is one that an edge ties to either, and that cannot be one with the other: a post has
  reported both, or nothing is gained by joining them; its weight is the gain of joining it where it is tied;
- rivals exclude one another, so their odds add up; the side that has more of them counts;
- odds are added as whole numbers, so that their order changes nothing.
"""

from __future__ import annotations

import numpy as np

from trucewatch.fuse.clusters import gain_of, root
from trucewatch.fuse.compiled import exp_of, kernel, ln
from trucewatch.fuse.pairs import GRAIN, PER_NAT
from trucewatch.fuse.reports import Flags, Ints
from trucewatch.model.geodesy import Floats

MOST_NATS = 25.0  # beyond, more weight changes nothing


@kernel
def ended(left: Ints, right: Ints, nodes: int) -> tuple[Ints, Ints, Ints]:
    """Return for each node its first and last end of an edge, and for each end the next; -1 is none.

    Edge `n` has the ends `2 * n` at its left node and `2 * n + 1` at its right one.
    """
    heads, tails, after = np.full(nodes, -1), np.full(nodes, -1), np.full(2 * len(left), -1)
    for end in range(2 * len(left)):
        node = left[end // 2] if end % 2 == 0 else right[end // 2]
        if heads[node] < 0:
            heads[node] = end
        else:
            after[tails[node]] = end
        tails[node] = end
    return heads, tails, after


@kernel
def spliced(heads: Ints, tails: Ints, after: Ints, a: int, b: int) -> None:
    """Put the ends of `b` behind those of `a`; both have some."""
    after[tails[a]] = heads[b]
    tails[a] = tails[b]


@kernel
def outweighed(
    gain: int,
    a: int,
    b: int,
    left: Ints,
    right: Ints,
    gains: Ints,
    parent: Ints,
    heads: Ints,
    after: Ints,
    sides: Flags,
    met: Ints,
    states: Floats,
    kinds: Floats,
    prior: Floats,
    following: Ints,
    platform: Ints,
) -> bool:
    """Say whether the rivals of the clusters `a` and `b` weigh as much as their `gain`, or more.

    `sides`, all false, says which of the two a cluster is tied to, and `met` has room for them.
    """
    many = 0
    for side in range(2):
        end = heads[a] if side == 0 else heads[b]
        while end >= 0:
            other = root(parent, right[end // 2] if end % 2 == 0 else left[end // 2])
            if other != a and other != b and gains[end // 2] > 0 and not sides[side, other]:
                if not sides[1 - side, other]:
                    met[many] = other
                    many += 1
                sides[side, other] = True
            end = after[end]
    odds = np.zeros(2, np.int64)
    for at in range(many):
        other = met[at]
        if sides[0, other] != sides[1, other]:
            side = 0 if sides[0, other] else 1
            own, third = (a, b) if side == 0 else (b, a)
            nats = gain_of(states, kinds, min(own, other), max(own, other), prior)
            if nats > 0 and (
                not apart(following, platform, third, other)
                or gain_of(states, kinds, min(third, other), max(third, other), prior) <= 0
            ):
                odds[side] += round(exp_of(min(nats, MOST_NATS)) * GRAIN)
        sides[0, other] = sides[1, other] = False
    return bool(gain <= round(ln(1.0 + max(odds[0], odds[1]) / GRAIN) * PER_NAT))


@kernel
def apart(following: Ints, platform: Ints, a: int, b: int) -> bool:
    """Say whether no post has a member in both clusters, which are rings of `following`."""
    one = a
    while True:
        other = b
        while True:
            if platform[one] == platform[other]:
                return False
            other = following[other]
            if other == b:
                break
        one = following[one]
        if one == a:
            return True
