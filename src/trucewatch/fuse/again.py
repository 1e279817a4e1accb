"""Repeats and copies, found again around rows that came or changed.

Rules:
- what is found is what `repeats.followed` and `origins.copied` find among all rows: those look back over so many rows and no
  more, so that a change reaches no further than its last consequence and so many rows;
- where a crowd at one moment hides how far a change reaches, that is said, and nothing is found.
"""

from __future__ import annotations

import numpy as np

from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.origins import MOST_COMPARED, agree
from trucewatch.fuse.repeats import FAR, MOST_SEEN, repeats, window_s
from trucewatch.fuse.reports import Flags, Ints
from trucewatch.fuse.shelf import around, earlier
from trucewatch.model.geodesy import Floats

BEFORE, AFTER = 3 * MOST_SEEN, 6 * MOST_SEEN


@kernel
def led_again(
    new: Ints,
    long: Ints,
    long_times: Ints,
    long_rows: Ints,
    late: Ints,
    late_times: Ints,
    late_rows: Ints,
    alike: Ints,
    time: Ints,
    order: Ints,
    kept: Flags,
    leader: Ints,
    table: Floats,
    placed: Flags,
) -> tuple[Ints, bool]:
    """Let `leader` be right again after the rows `new`, and return the rows whose leader changed; False in a crowd."""
    changed, many = np.empty(64, np.int64), 0
    for row in new:
        pivot, left = row, -1  # where to go on, and how many rows at least
        while True:
            rows, first, last = around(
                long,
                long_times,
                long_rows,
                late,
                late_times,
                late_rows,
                alike[pivot],
                time[pivot],
                pivot,
                BEFORE,
                AFTER,
                order,
                kept,
            )
            begin = 0
            while begin < len(rows) and rows[begin] != pivot:
                begin += 1
            until = begin + (MOST_SEEN if left < 0 else left)
            low = max(begin - MOST_SEEN, 0) if left < 0 else begin
            if begin == len(rows) or (not first and low < MOST_SEEN):
                return changed[:many], False
            here, there = np.empty((len(rows), table.shape[1])), np.empty(len(rows), np.bool_)
            for one in range(len(rows)):
                here[one], there[one] = table[rows[one]], placed[rows[one]]
            at = low
            while at < len(rows) and at <= until and (last or at + MOST_SEEN < len(rows)):
                lead = at
                for before in range(at - 1, max(at - MOST_SEEN, 0) - 1, -1):
                    if here[at, 4] - here[before, 4] > FAR * window_s(here, at):
                        break
                    if leader[rows[before]] == rows[before] and repeats(here, before, at, there, 1.0):
                        lead = before
                if lead != at and by_chance(here, there, at) > here[at, 6]:
                    lead = at
                if leader[rows[at]] != rows[lead]:
                    leader[rows[at]] = rows[lead]
                    until = max(until, at + MOST_SEEN)
                    if many == len(changed):
                        changed = np.concatenate((changed, np.empty_like(changed)))
                    changed[many] = rows[at]
                    many += 1
                at += 1
            if at > until or at == len(rows):
                break
            if at <= begin:
                return changed[:many], False
            pivot, left = rows[at], until - at
    return changed[:many], True


@kernel
def by_chance(here: Floats, there: Flags, at: int) -> float:
    """Return what `repeats.chance` does, of rows that are all alike."""
    if not there[at]:
        return 0.0
    many = 0
    for step in (-1, 1):
        other = at + step
        while 0 <= other < len(here) and abs(other - at) <= MOST_SEEN:
            if repeats(here, other, at, there, FAR) and not repeats(here, other, at, there, 1.0):
                many += 1
            other += step
    return many / (2.0 * (FAR - 1.0))


@kernel
def copied_again(
    moved: Ints,
    long: Ints,
    long_times: Ints,
    long_rows: Ints,
    late: Ints,
    late_times: Ints,
    late_rows: Ints,
    keys: Ints,
    times: Ints,
    order: Ints,
    kept: Flags,
    original: Ints,
    table: Floats,
    wholes: Ints,
    placed: Flags,
) -> tuple[Ints, bool]:
    """Let `original` be right again after the rows `moved` of a key came, went or changed; as `led_again`.

    `kept` are the rows that can be an original or a copy.
    """
    changed, many = np.empty(64, np.int64), 0
    for row in moved:
        if keys[row] == 0:
            continue
        rows, first, last = around(
            long,
            long_times,
            long_rows,
            late,
            late_times,
            late_rows,
            keys[row],
            times[row],
            row,
            BEFORE,
            AFTER,
            order,
            kept,
        )
        at = 0
        while at < len(rows) and earlier(times[rows[at]], rows[at], times[row], row, order):
            at += 1
        clear = 0
        while at < len(rows) and clear <= MOST_COMPARED:
            seen, lead, found = 0, at - 1, at
            while lead >= 0 and seen < MOST_COMPARED:
                other = rows[lead]
                if original[other] == other:
                    seen += 1
                    if wholes[other, 1] != wholes[rows[at], 1] and agree(
                        table, wholes, placed, other, rows[at]
                    ):
                        found = lead
                        break
                lead -= 1
            if lead < 0 and not first and seen < MOST_COMPARED:
                return changed[:many], False
            if original[rows[at]] != rows[found]:
                original[rows[at]] = rows[found]
                clear = 0
                if many == len(changed):
                    changed = np.concatenate((changed, np.empty_like(changed)))
                changed[many] = rows[at]
                many += 1
            elif found == at and rows[at] != row:
                clear += 1
            at += 1
        if clear <= MOST_COMPARED and not last:
            return changed[:many], False
    return changed[:many], True
