"""What the members of each incident come to: counts, times, kinds and odds, incident after incident.

Rules:
- members lie side by side, sorted by incident; sums are made in the order of the reports;
- `NOT_KNOWN` stands for a null, in whole numbers and in places of rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from trucewatch.fuse.compiled import exp_of, kernel
from trucewatch.fuse.naming import Wide
from trucewatch.fuse.reports import NO_COUNT, Flags, Ints
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

NOT_KNOWN = np.iinfo(np.int64).min
SIGMAS90 = 1.6449  # on both sides of the middle: nine in ten of a Gaussian
MOST_COUNTED = 9e18  # what a column of whole numbers can hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """Reports by incident: group `n` is `order[starts[n] : starts[n + 1]]`, in the order of the reports."""

    order: Ints
    starts: Ints
    tops: Ints  # the smallest report of each
    of: Ints  # each report's group


def grouped(incident: Ints) -> Grouped:
    """Return the groups of reports, of each of which `incident` is the smallest member's."""
    top = incident == np.arange(len(incident))
    of = (np.cumsum(top) - 1)[incident]
    order, starts = laid_out(of, int(top.sum()))
    return Grouped(order=order, starts=starts, tops=np.flatnonzero(top), of=of)


@kernel
def laid_out(of: Ints, groups: int) -> tuple[Ints, Ints]:
    """Return the rows sorted by group, and where each group begins."""
    starts = np.zeros(groups + 1, np.int64)
    for group in of:
        starts[group + 1] += 1
    for group in range(groups):
        starts[group + 1] += starts[group]
    free, order = starts[:-1].copy(), np.empty(len(of), np.int64)
    for row in range(len(of)):
        order[free[of[row]]] = row
        free[of[row]] += 1
    return order, starts


@kernel
def laid_again(order: Ints, starts: Ints, groups: Ints) -> tuple[Ints, Ints]:
    """Return the rows of each of `groups`, one group after the other, and where each begins."""
    found, begins, free = np.empty(len(order), np.int64), np.zeros(len(groups) + 1, np.int64), 0
    for at in range(len(groups)):
        for place in range(starts[groups[at]], starts[groups[at] + 1]):
            found[free] = order[place]
            free += 1
        begins[at + 1] = free
    return found, begins


@kernel
def distinct(order: Ints, starts: Ints, code: Ints) -> tuple[Ints, Ints]:
    """Return the different known codes of each group, sorted, and how many each has."""
    found, many = np.empty(len(order), np.int64), np.zeros(len(starts) - 1, np.int64)
    free = 0
    for at in range(len(starts) - 1):
        first = free
        for place in range(starts[at], starts[at + 1]):
            value = code[order[place]]
            if value == NOT_KNOWN:
                continue
            to = free
            while to > first and found[to - 1] > value:
                to -= 1
            if to > first and found[to - 1] == value:
                continue
            for shifted in range(free, to, -1):
                found[shifted] = found[shifted - 1]
            found[to] = value
            free += 1
        many[at] = free - first
    return found[:free].copy(), many


@kernel
def sorted_by_id(order: Ints, starts: Ints, high: Wide, low: Wide) -> Ints:
    """Return `order` with the rows of each group sorted by their ids (Shell 1959)."""
    found = order.copy()
    for group in range(len(starts) - 1):
        begin, end = starts[group], starts[group + 1]
        step = (end - begin) // 2
        while step > 0:
            for at in range(begin + step, end):
                row, to = found[at], at
                while to - step >= begin and after(high, low, found[to - step], row):
                    found[to] = found[to - step]
                    to -= step
                found[to] = row
            step = 1 if step == 2 else step * 5 // 11
    return found


@kernel
def after(high: Wide, low: Wide, one: int, other: int) -> bool:
    """Say whether the id of `one` comes after that of `other`."""
    return bool(high[one] > high[other] or (high[one] == high[other] and low[one] > low[other]))


@kernel
def once_each(order: Ints, starts: Ints, high: Wide, low: Wide) -> tuple[Ints, Ints]:
    """Return the rows of each group, which are sorted by id, one of each id, and how many each has."""
    found, many = np.empty(len(order), np.int64), np.zeros(len(starts) - 1, np.int64)
    free = 0
    for at in range(len(starts) - 1):
        for place in range(starts[at], starts[at + 1]):
            row = order[place]
            if many[at] > 0 and high[row] == high[found[free - 1]] and low[row] == low[found[free - 1]]:
                continue
            found[free] = row
            free += 1
            many[at] += 1
    return found[:free].copy(), many


@kernel
def by_witness(witness: Ints, least: Ints, most: Ints) -> tuple[Ints, Ints]:
    """Return for each witness the least that its reports state, and the most unless one states none."""
    low, high = np.full(len(witness), NOT_KNOWN), least.copy()
    for row in range(len(witness)):
        high[row] = most[witness[row]]
    for row in range(len(witness)):
        at = witness[row]
        if least[row] != NOT_KNOWN and (low[at] == NOT_KNOWN or least[row] < low[at]):
            low[at] = least[row]
        if most[row] == NOT_KNOWN or high[at] == NOT_KNOWN:
            high[at] = NOT_KNOWN
        else:
            high[at] = max(high[at], most[row])
    return low, high


@kernel
def counted(order: Ints, starts: Ints, itself: Flags, low: Ints, high: Ints) -> Ints:
    """Return the largest of the witnesses' lower bounds, and below it the sum of their upper ones."""
    found = np.full((2, len(starts) - 1), NOT_KNOWN)
    for at in range(len(starts) - 1):
        whole, open_ended = 0, False
        for place in range(starts[at], starts[at + 1]):
            row = order[place]
            if not itself[row]:
                continue
            found[0, at] = max(found[0, at], low[row])
            open_ended = open_ended or high[row] == NOT_KNOWN
            whole += high[row]
        if not open_ended:
            found[1, at] = whole
    return found


@kernel
def ninety(order: Ints, starts: Ints, itself: Flags, count: Floats, spread: Floats) -> Ints:
    """Return the least and, below it, the greatest number of a 90 % range that the witnesses' numbers allow together.

    `count` is the logarithm of what each counted and `spread` its variance, `NO_COUNT` where it states none.
    """
    found = np.full((2, len(starts) - 1), NOT_KNOWN)
    for at in range(len(starts) - 1):
        precision, pull = 0.0, 0.0
        for place in range(starts[at], starts[at + 1]):
            row = order[place]
            if itself[row] and spread[row] < NO_COUNT:
                precision += 1.0 / spread[row]
                pull += count[row] / spread[row]
        if precision > 0.0:
            middle, wide = pull / precision, SIGMAS90 / math.sqrt(precision)
            found[0, at] = max(math.floor(min(exp_of(middle - wide), MOST_COUNTED) + 0.5), 1)
            found[1, at] = math.floor(min(exp_of(middle + wide), MOST_COUNTED) + 0.5)
    return found


@kernel
def spanned(order: Ints, starts: Ints, itself: Flags, start: Ints, end: Ints) -> Ints:
    """Return the time that all witnesses allow, or else all that they cover: its start, and below it its end."""
    found = np.empty((2, len(starts) - 1), np.int64)
    for at in range(len(starts) - 1):
        late, last = np.iinfo(np.int64).min, np.iinfo(np.int64).min
        early, first = np.iinfo(np.int64).max, np.iinfo(np.int64).max
        for place in range(starts[at], starts[at + 1]):
            row = order[place]
            if itself[row]:
                late, first = max(late, start[row]), min(first, start[row])
                early, last = min(early, end[row]), max(last, end[row])
        found[0, at] = late if late < early else first
        found[1, at] = early if late < early else last
    return found


@kernel
def first_known(order: Ints, starts: Ints, known: Flags) -> Ints:
    """Return the first row of each group that is `known`."""
    found = np.full(len(starts) - 1, NOT_KNOWN)
    for at in range(len(starts) - 1):
        for place in range(starts[at], starts[at + 1]):
            if known[order[place]]:
                found[at] = order[place]
                break
    return found


@kernel
def pulled(
    order: Ints,
    starts: Ints,
    groups: Ints,
    known: Flags,
    first: Ints,
    across: Floats,
    lon: Floats,
    lat: Floats,
    ee: Floats,
    en: Floats,
    nn: Floats,
) -> Floats:
    """Return the summed precision of each of `groups`, east, across and north, and how far it pulls from `first`, east and north.

    Sums are over its rows that are `known`, in metres; `across` has those of a degree of longitude.
    """
    found = np.zeros((5, len(groups)))
    for at in range(len(groups)):
        for place in range(starts[groups[at]], starts[groups[at] + 1]):
            row = order[place]
            if not known[row]:
                continue
            east = ((lon[row] - lon[first[at]] + 180) % 360 - 180) * across[at]
            north = (lat[row] - lat[first[at]]) * METRES_PER_DEGREE
            determinant = ee[row] * nn[row] - en[row] * en[row]
            pe, px, pn = nn[row] / determinant, -en[row] / determinant, ee[row] / determinant
            found[0, at] += pe
            found[1, at] += px
            found[2, at] += pn
            found[3, at] += pe * east + px * north
            found[4, at] += px * east + pn * north
    return found


@kernel
def agreed(order: Ints, starts: Ints, code: Ints, undetermined: int) -> Ints:
    """Return the one code that a group names, `undetermined` where it names only that."""
    found = np.full(len(starts) - 1, NOT_KNOWN)
    for at in range(len(starts) - 1):
        for place in range(starts[at], starts[at + 1]):
            value = code[order[place]]
            if value == NOT_KNOWN or (value == undetermined and found[at] != NOT_KNOWN):
                continue
            if found[at] in (NOT_KNOWN, undetermined) or found[at] == value:
                found[at] = value
            else:
                found[at] = NOT_KNOWN
                break
    return found


@kernel
def named(
    order: Ints,
    starts: Ints,
    itself: Flags,
    kind: Ints,
    strength: Floats,
    others: int,
) -> tuple[Ints, Floats]:
    """Return the kind that most witnesses name, and its probability; `strength` has the nats of each naming.

    A wrong name is one of as many kinds as `others`.
    """
    kinds = 0
    for one in kind:
        kinds = max(kinds, one + 1)
    chosen, odds = np.zeros(len(starts) - 1, np.int64), np.zeros(len(starts) - 1)
    votes, nats = np.zeros(kinds, np.int64), np.zeros(kinds)
    last, share = np.inf, 0.0  # many groups are named alike
    for at in range(len(starts) - 1):
        low, high = kinds, 0
        for place in range(starts[at], starts[at + 1]):
            row = order[place]
            if itself[row]:
                votes[kind[row]] += 1
                nats[kind[row]] += strength[row]
                low, high = min(low, kind[row]), max(high, kind[row] + 1)
        best, top, met = -1, -np.inf, 0
        for one in range(low, high):
            if votes[one] == 0:
                continue
            met += 1
            top = max(top, nats[one])
            if best < 0 or votes[one] > votes[best] or (votes[one] == votes[best] and nats[one] > nats[best]):
                best = one
        if top != last:
            last, share = top, exp_of(-top)
        whole = max(others + 1 - met, 0) * share
        for one in range(low, high):
            if votes[one] > 0:
                whole += 1.0 if nats[one] == top else exp_of(nats[one] - top)
        chosen[at], odds[at] = best, (1.0 if nats[best] == top else exp_of(nats[best] - top)) / whole
        for one in range(low, high):
            votes[one], nats[one] = 0, 0.0
    return chosen, odds


@kernel
def heard(
    order: Ints,
    starts: Ints,
    itself: Flags,
    origin: Ints,
    first: Ints,
    false: Floats,
    alone: Floats,
    source: Ints,
    copies: Ints,
) -> tuple[Ints, Floats]:
    """Return how many independent origins each group has, and the probability that not all were wrong.

    Rows of a group come by their ids; `origin` is ranked, `copies` the source that a report's own copies. Of sources that
    copy one another in a ring one is left.
    """
    many, real = np.zeros(len(starts) - 1, np.int64), np.zeros(len(starts) - 1)
    longest = 1
    for at in range(len(starts) - 1):
        longest = max(longest, starts[at + 1] - starts[at])
    rows = np.empty(longest, np.int64)
    for at in range(len(starts) - 1):
        met = 0
        for place in range(starts[at], starts[at + 1]):
            row = order[place]
            if not itself[row]:
                continue
            to = met
            while to > 0 and origin[rows[to - 1]] > origin[row]:
                to -= 1
            if to > 0 and origin[rows[to - 1]] == origin[row]:
                other = rows[to - 1]
                if first[row] < first[other] or (first[row] == first[other] and false[row] > false[other]):
                    rows[to - 1] = row
                continue
            for shifted in range(met, to, -1):
                rows[shifted] = rows[shifted - 1]
            rows[to] = row
            met += 1
        wrong, kept = 1.0, rows[0]
        for one in range(met):
            present = False
            for other in range(met):
                if copies[rows[one]] == source[rows[other]]:
                    present = True
            if not present:
                many[at] += 1
                kept = rows[one]
                wrong *= false[kept]
        if many[at] == 0:
            many[at] = 1
        real[at] = 1.0 - alone[kept] if many[at] == 1 else 1.0 - wrong
    return many, real
