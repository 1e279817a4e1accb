"""Which reports are one event: the best join first, as long as the errors support it.

Rules:
- agglomeration over the positive pairs of each connected component, the largest gain first, ties by the
  reports' own order;
- two are not joined unless that outweighs all else that either might be one with (`rivals`);
- a post has at most one report in an incident, and an incident at most `MOST_MEMBERS` reports;
- clusters with two members whose sectors miss each other are never joined.
"""

from __future__ import annotations

import itertools

import numpy as np

from trucewatch.fuse.abreast import abreast, cut
from trucewatch.fuse.clusters import gain_of, merge, root
from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.likely import Codes
from trucewatch.fuse.pairing import Edges
from trucewatch.fuse.pairs import PER_NAT, first_from
from trucewatch.fuse.reports import Ints
from trucewatch.fuse.rivals import apart, ended, outweighed, spliced
from trucewatch.fuse.spots import CODE, PLATFORM, Spots
from trucewatch.model.geodesy import Floats

MOST_MEMBERS = 64
EDGES = 1 << 14  # of a part


@kernel
def above(gains: Ints, one: int, other: int) -> bool:
    """Say whether the edge `one` comes before the edge `other`."""
    if gains[one] != gains[other]:
        return bool(gains[one] > gains[other])
    return one < other


@kernel
def push(heap: Ints, gains: Ints, size: int, edge: int) -> None:
    """Put an edge on the heap of `size`."""
    at = size
    while at > 0:
        up = (at - 1) // 2
        if not above(gains, edge, heap[up]):
            break
        heap[at] = heap[up]
        at = up
    heap[at] = edge


@kernel
def pop(heap: Ints, gains: Ints, size: int) -> int:
    """Take the first edge off the heap of `size`."""
    first, last = heap[0], heap[size - 1]
    at, size = 0, size - 1
    while True:
        down = 2 * at + 1
        if down >= size:
            break
        if down + 1 < size and above(gains, heap[down + 1], heap[down]):
            down += 1
        if not above(gains, heap[down], last):
            break
        heap[at] = heap[down]
        at = down
    heap[at] = last
    return int(first)


@kernel
def joined(
    left: Ints,
    right: Ints,
    gains: Ints,
    states: Floats,
    kinds: Floats,
    prior: Floats,
    platform: Ints,
    following: Ints,
    barred_left: Ints,
    barred_right: Ints,
) -> Ints:
    """Return for each node of one component its cluster's root.

    `left`, `right` are its positive edges by node, in order, and `gains` their weights in parts of a bit, which
    this overwrites, as it does `states`, `kinds` and `following`, the rings of nodes that are one from the
    start. `barred_left`, `barred_right` may never be in one cluster.
    """
    nodes = len(states)
    parent, many = np.arange(nodes), np.ones(nodes, np.int64)
    heap = np.empty(len(left), np.int64)
    seen_a, seen_b = left.copy(), right.copy()
    many_a, many_b = np.ones(len(left), np.int64), np.ones(len(left), np.int64)
    heads, tails, after = ended(left, right, nodes)
    sides, met = np.zeros((2, nodes), np.bool_), np.empty(nodes, np.int64)
    size = 0
    for edge in range(len(left)):
        push(heap, gains, size, edge)
        size += 1
    while size > 0:
        edge = pop(heap, gains, size)
        size -= 1
        one, other = root(parent, left[edge]), root(parent, right[edge])
        a, b = min(one, other), max(one, other)
        if a == b or many[a] + many[b] > MOST_MEMBERS:
            continue
        if seen_a[edge] != a or seen_b[edge] != b or many_a[edge] != many[a] or many_b[edge] != many[b]:
            gains[edge] = round(gain_of(states, kinds, a, b, prior) * PER_NAT)
            seen_a[edge], seen_b[edge], many_a[edge], many_b[edge] = a, b, many[a], many[b]
            if gains[edge] > 0:
                push(heap, gains, size, edge)
                size += 1
        elif (
            apart(following, platform, a, b)
            and not crossed(parent, barred_left, barred_right, a, b)
            and not outweighed(
                *(gains[edge], a, b, left, right, gains, parent, heads, after, sides, met),
                *(states, kinds, prior, following, platform),
            )
        ):
            merge(states, kinds, a, b, prior)
            spliced(heads, tails, after, a, b)
            parent[b] = a
            many[a] += many[b]
            following[a], following[b] = following[b], following[a]
    for at in range(nodes):
        parent[at] = root(parent, at)
    return parent


@kernel
def crossed(parent: Ints, left: Ints, right: Ints, a: int, b: int) -> bool:
    """Say whether one of the barred pairs `left`, `right` would lie inside the cluster of `a` and `b`."""
    for edge in range(len(left)):
        one, other = root(parent, left[edge]), root(parent, right[edge])
        if (one == a and other == b) or (one == b and other == a):
            return True
    return False


@kernel
def components(left: Ints, right: Ints, nodes: int) -> Ints:
    """Return for each node the smallest node of its connected component."""
    parent = np.arange(nodes)
    for edge in range(len(left)):
        a, b = root(parent, left[edge]), root(parent, right[edge])
        parent[max(a, b)] = min(a, b)
    for at in range(nodes):
        parent[at] = root(parent, at)
    return parent


@kernel
def counted_order(keys: Ints, order: Ints, most: int) -> Ints:
    """Return `order` sorted by `keys`, which lie below `most`; what is equal keeps its order."""
    places = np.zeros(most + 1, np.int64)
    for key in keys:
        places[key + 1] += 1
    for at in range(most):
        places[at + 1] += places[at]
    found = np.empty_like(order)
    for one in order:
        found[places[keys[one]]] = one
        places[keys[one]] += 1
    return found


@kernel
def join(
    left: Ints,
    right: Ints,
    gains: Ints,
    barred_left: Ints,
    barred_right: Ints,
    component: Ints,
    numbers: Floats,
    wholes: Ints,
    likely: Floats,
    prior: Floats,
    copied_from: Ints,
    copied_by: Ints,
    local: Ints,
    top: Ints,
) -> None:
    """Let `top` be a node of each one's cluster; edges are positive, in the order of their component.

    `barred_left`, `barred_right`, in the order of their component too, may never be in one cluster;
    `copied_from` holds, in order, nodes that another post copied, and `copied_by` the platforms that did.
    `local` is -1 for each node, and `top` the node itself; only those of the edges' ends are written.
    """
    members = np.empty(2 * len(left), np.int64)
    low, shut = 0, 0
    while low < len(left):
        which = component[left[low]]
        high, size = low, 0
        while high < len(left) and component[left[high]] == which:
            for node in (left[high], right[high]):
                if local[node] < 0:
                    local[node] = size
                    members[size] = node
                    size += 1
            high += 1
        while shut < len(barred_left) and component[barred_left[shut]] < which:
            shut += 1
        last = shut
        while last < len(barred_left) and component[barred_left[last]] == which:
            last += 1
        if high - low == 1 and last == shut and plain(left[low], right[low], wholes, copied_from):
            top[right[low]] = left[low]
            low = high
            continue
        nodes = members[:size].copy()
        platform, following = with_copies(nodes, wholes, copied_from, copied_by)
        found = joined(
            local[left[low:high]],
            local[right[low:high]],
            gains[low:high].copy(),
            numbers[nodes],
            likely[wholes[nodes, CODE]],
            prior,
            platform,
            following,
            local[barred_left[shut:last]],
            local[barred_right[shut:last]],
        )
        for at in range(size):
            top[nodes[at]] = nodes[found[at]]
        low, shut = high, last


@kernel
def plain(left: int, right: int, wholes: Ints, copied_from: Ints) -> bool:
    """Say whether two spots that only one pair ties to anything are joined whatever else: of two posts, and not copied."""
    for node in (left, right):
        copy = first_from(copied_from, 0, len(copied_from), node)
        if copy < len(copied_from) and copied_from[copy] == node:
            return False
    return bool(wholes[left, PLATFORM] != wholes[right, PLATFORM])


@kernel
def with_copies(nodes: Ints, wholes: Ints, copied_from: Ints, copied_by: Ints) -> tuple[Ints, Ints]:
    """Return the platforms of `nodes` and of the posts that copied them, and the rings that hold both."""
    more = 0
    for node in nodes:
        low = first_from(copied_from, 0, len(copied_from), node)
        more += first_from(copied_from, low, len(copied_from), node + 1) - low
    platform, following = np.empty(len(nodes) + more, np.int64), np.arange(len(nodes) + more)
    free = len(nodes)
    for at in range(len(nodes)):
        platform[at] = wholes[nodes[at], PLATFORM]
        copy = first_from(copied_from, 0, len(copied_from), nodes[at])
        while copy < len(copied_from) and copied_from[copy] == nodes[at]:
            platform[free] = copied_by[copy]
            following[free], following[at] = following[at], free
            free += 1
            copy += 1
    return platform, following


def clustered(
    edges: Edges, barred: Edges, spots: Spots, codes: Codes, copied_from: Ints, copied_by: Ints
) -> Ints:
    """Return for each spot a spot of its cluster, by the positive `edges` and the pairs that are `barred`."""
    many = len(spots.numbers)
    component = components(edges.left, edges.right, many)
    shut = barred.take(component[barred.left] == component[barred.right])
    some, shut = _by_component(edges, component), _by_component(shut, component)
    local, top = np.full(many, -1), np.arange(many)

    def join_part(part: tuple[slice, slice]) -> None:
        own, barred = part
        join(
            some.left[own],
            some.right[own],
            some.gains[own],
            shut.left[barred],
            shut.right[barred],
            component,
            spots.numbers,
            spots.wholes,
            codes.likely,
            codes.prior,
            copied_from,
            copied_by,
            local,
            top,
        )

    abreast(join_part, _whole_components(component[some.left], component[shut.left]))
    return top


def _whole_components(edges: Ints, shut: Ints) -> list[tuple[slice, slice]]:
    """Return parts of edges and of barred pairs, of which the components are given in order; none is cut through."""
    firsts = np.unique([int(edges[part.start]) for part in cut(len(edges), EDGES)] if len(edges) else [])
    ends = [np.append(np.searchsorted(which, firsts), len(which)).tolist() for which in (edges, shut)]
    return [(slice(*own), slice(*barred)) for own, barred in zip(*map(itertools.pairwise, ends), strict=True)]


def _by_component(edges: Edges, component: Ints) -> Edges:
    order = np.arange(len(edges.left))
    for keys in (edges.right, edges.left, component[edges.left]):
        order = counted_order(keys, order, len(component))
    return edges.take(order)
