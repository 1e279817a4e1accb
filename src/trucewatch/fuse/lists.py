"""What each spot might be one event with: kept by spot, and asked again only around what changed.

Rules:
- a spot's list is all that weighs the least listed or more; where that is more than `LISTED`, it is its `BEST`, and the
  spot is asked anew whenever one of its neighbours changes;
- a list holds what `pairing.pairs_of` finds (`asking`).
"""

from __future__ import annotations

import numpy as np

from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.growing import with_one
from trucewatch.fuse.pairing import BEST
from trucewatch.fuse.pairs import PER_NAT, weigh
from trucewatch.fuse.reports import Flags, Ints
from trucewatch.fuse.shelf import Small, sooner
from trucewatch.model.geodesy import Floats

LISTED = 16


def distinct(values: Ints) -> Ints:
    """Return the different values, sorted: what `np.unique` gives, of few in a tenth of the time."""
    ordered = np.sort(values)
    fresh = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered[fresh]


@kernel
def put(
    row: int, others: Ints, gains: Ints, near: Small, gain: Small, many: Ints, over: Flags, order: Ints
) -> None:
    """Let the list of a row be of `others`, all that it might be one event with."""
    over[row] = len(others) > LISTED
    most = BEST if over[row] else len(others)
    taken = np.zeros(len(others), np.bool_)
    for at in range(most):
        top = -1
        for one in range(len(others)):
            if not taken[one] and (
                top < 0
                or gains[one] > gains[top]
                or (gains[one] == gains[top] and sooner(order, others[one], others[top]))
            ):
                top = one
        taken[top] = True
        near[row, at], gain[row, at] = others[top], gains[top]
    many[row] = most


@kernel
def listed(
    left: Ints,
    right: Ints,
    gains: Ints,
    near: Small,
    gain: Small,
    many: Ints,
    over: Flags,
    order: Ints,
    nodes: int,
) -> None:
    """Fill the lists with pairs."""
    starts = np.zeros(nodes + 1, np.int64)
    for edge in range(len(left)):
        starts[left[edge] + 1] += 1
        starts[right[edge] + 1] += 1
    for node in range(nodes):
        starts[node + 1] += starts[node]
    free = starts[:-1].copy()
    others, worth = np.empty(2 * len(left), np.int64), np.empty(2 * len(left), np.int64)
    for edge in range(len(left)):
        for turn in range(2):
            node, other = (left[edge], right[edge]) if turn == 0 else (right[edge], left[edge])
            others[free[node]], worth[free[node]] = other, gains[edge]
            free[node] += 1
    for node in range(nodes):
        low, high = starts[node], starts[node + 1]
        if high > low:
            put(node, others[low:high], worth[low:high], near, gain, many, over, order)


@kernel
def put_all(
    rows: Ints,
    starts: Ints,
    others: Ints,
    gains: Ints,
    near: Small,
    gain: Small,
    many: Ints,
    over: Flags,
    order: Ints,
) -> None:
    """Let the lists of `rows` be what was `asked`."""
    for at in range(len(rows)):
        low, high = starts[at], starts[at + 1]
        put(rows[at], others[low:high], gains[low:high], near, gain, many, over, order)


@kernel
def weighed(
    rows: Ints,
    numbers: Floats,
    wholes: Ints,
    alive: Flags,
    near: Small,
    many: Ints,
    kinds: Floats,
    least: float,
) -> tuple[Ints, Ints, Ints]:
    """Return what `asked` does of rows that are no nearer to anything than they were: their lists, weighed again."""
    starts = np.zeros(len(rows) + 1, np.int64)
    others, gains, free = np.empty(LISTED * len(rows), np.int64), np.empty(LISTED * len(rows), np.int64), 0
    for at in range(len(rows)):
        row = rows[at]
        for one in range(many[row]):
            other = near[row, one]
            if not alive[other]:
                continue
            nats = weigh(numbers, wholes, row, other, kinds)
            if nats >= least:
                others[free], gains[free] = other, round(nats * PER_NAT)
                free += 1
        starts[at + 1] = free
    return starts, others[:free], gains[:free]


@kernel
def neighbours_of(rows: Ints, near: Small, many: Ints) -> Ints:
    """Return all that is on the lists of `rows`, some twice."""
    found, free = np.empty(LISTED * len(rows), np.int64), 0
    for row in rows:
        for one in range(many[row]):
            found[free] = near[row, one]
            free += 1
    return found[:free]


@kernel
def mended(
    rows: Ints,
    froms: Ints,
    to: Ints,
    gains: Ints,
    moved: Flags,
    near: Small,
    gain: Small,
    many: Ints,
    over: Flags,
    order: Ints,
) -> tuple[Ints, Ints]:
    """Mend the lists of `rows` by the pairs `froms`, `to` of what `moved`; return those that must be asked anew.

    And those that have other positive pairs than they had, or may have. `rows` are sorted, and the pairs by `to`.
    """
    again, free, pair = np.empty(len(rows), np.int64), 0, 0
    tied, many_tied = np.empty(len(rows), np.int64), 0
    for row in rows:
        other_ties = over[row]
        while pair < len(to) and to[pair] < row:
            pair += 1
        end = pair
        while end < len(to) and to[end] == row:
            end += 1
        others, worth = np.empty(many[row] + end - pair, np.int64), np.empty(many[row] + end - pair, np.int64)
        size = 0
        for one in range(many[row]):
            if not moved[near[row, one]]:
                others[size], worth[size] = near[row, one], gain[row, one]
                size += 1
            elif gain[row, one] > 0:
                other_ties = True
        for one in range(pair, end):
            others[size], worth[size] = froms[one], gains[one]
            other_ties |= gains[one] > 0
            size += 1
        pair = end
        if over[row] or size > LISTED:
            again[free] = row
            free += 1
        else:
            put(row, others[:size], worth[:size], near, gain, many, over, order)
        if other_ties or size > LISTED:
            tied[many_tied] = row
            many_tied += 1
    return again[:free], tied[:many_tied]


@kernel
def within_reach(rows: Ints, ring: Ints, near: Small, gain: Small, many: Ints, met: Flags) -> Ints:
    """Return all rows of the components of `rows` and of what is on their lists; `met` is all False, and is left so."""
    found, free = np.empty(1024, np.int64), 0
    for row in rows:
        for one in range(-1, many[row]):
            if one >= 0 and gain[row, one] <= 0:
                break
            at = row if one < 0 else near[row, one]
            while not met[at]:
                met[at] = True
                found = with_one(found, free, at)
                free += 1
                at = ring[at]
    for one in range(free):
        met[found[one]] = False
    return found[:free]


@kernel
def edges_within(rows: Ints, place: Ints, near: Small, gain: Small, many: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the positive pairs that are among the `BEST` of either end, by their `place` among `rows`, some twice."""
    left, right, gains, free = (
        np.empty(BEST * len(rows), np.int64),
        np.empty(BEST * len(rows), np.int64),
        np.empty(BEST * len(rows), np.int64),
        0,
    )
    for row in rows:
        for one in range(min(many[row], BEST)):
            if gain[row, one] <= 0:
                break
            a, b = place[row], place[near[row, one]]
            left[free], right[free], gains[free] = min(a, b), max(a, b), gain[row, one]
            free += 1
    return left[:free], right[:free], gains[:free]


@kernel
def ringed(component: Ints, rows: Ints, ring: Ints) -> None:
    """Let the rings be of the rows of one component each."""
    for row in rows:
        ring[row] = row
    for at in range(len(rows)):
        if component[at] != at:
            first, row = rows[component[at]], rows[at]
            ring[row], ring[first] = ring[first], row


@kernel
def put_in_order(rows: Ints, order: Ints) -> None:
    """Let rows, which come by the first that they are in order of, be in order where that is equal."""
    for at in range(1, len(rows)):
        row, to = rows[at], at
        while to > 0 and order[rows[to - 1], 0] == order[row, 0] and sooner(order, row, rows[to - 1]):
            rows[to] = rows[to - 1]
            to -= 1
        rows[to] = row


@kernel
def stirred(before: Ints, after: Ints, tally: Ints) -> Flags:
    """Say which rows are in a cluster that is not what it was; `tally` is all 0, and is left so."""
    many = len(before)
    found, size, own, same = (
        np.zeros(many, np.bool_),
        np.empty(many, np.int64),
        np.empty(many, np.int64),
        np.ones(many, np.bool_),
    )
    for at in range(many):
        tally[before[at]] += 1
    for at in range(many):
        size[at] = tally[before[at]]
    for at in range(many):
        tally[before[at]] = 0
    for at in range(many):
        if tally[after[at]] == 0:
            own[at] = at
            tally[after[at]] = at + 1
        else:
            own[at] = tally[after[at]] - 1
            same[own[at]] &= before[at] == before[own[at]]
    for at in range(many):
        tally[after[at]] = 0
    members = np.zeros(many, np.int64)
    for at in range(many):
        members[own[at]] += 1
    for at in range(many):
        found[at] = not same[own[at]] or members[own[at]] != size[at]
    return found
