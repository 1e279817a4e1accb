"""Repeats and copies, found again around rows that came or changed.

Rules:
- what is found is what `repeats.followed` and `origins.copied` find among all rows: those look back over so many rows and no
  more, so that a change reaches no further than its last consequence and so many rows;
- repeats reach no further than a pause that is longer than the windows of their source; what has no like where it is
  within that pause is left alone;
- where a crowd at one moment hides how far a change reaches, that is said, and nothing is found.
"""

from __future__ import annotations

import math

import numpy as np

from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.growing import with_one
from trucewatch.fuse.origins import MOST_COMPARED, agree
from trucewatch.fuse.repeats import FAR, MOST_SEEN, PLACE_SIGMAS, repeats, window_s
from trucewatch.fuse.reports import Flags, Ints
from trucewatch.fuse.shelf import Both, Small, place_of, places_of, walked
from trucewatch.fuse.spots import EE, EN, END, LAT, LON, NN, PLATFORM, SHRINK, START, TIME
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

BEFORE, AFTER = 3 * MOST_SEEN, 6 * MOST_SEEN
FEW_ALIKE = MOST_SEEN // 4  # of a key each way on each shelf
FEW_BEFORE, FEW_AFTER = MOST_COMPARED + 8, MOST_COMPARED + 8
PAUSE = (
    10.0 * 1.6 * math.sqrt(2.0) * 1e6
)  # microseconds for each second of the widest error of a source's times
LONGEST = 1 << 62
ASIDE = (
    1.001 * math.sqrt(2.0) * PLACE_SIGMAS / METRES_PER_DEGREE
)  # degrees of latitude that repeats may be apart


@kernel
def led_again(
    new: Ints,
    both: Both,
    alike: Ints,
    order: Ints,
    leader: Ints,
    numbers: Floats,
    own: Floats,
    placed: Flags,
    kept: Flags,
    widest: Floats,
) -> tuple[Ints, Ints, bool]:
    """Let `leader` be right again after the rows `new`; return the rows whose leader changed, what it was; False in a crowd.

    `widest` is for each of `new` the widest error of its source's times, in seconds.
    """
    changed, former, many = np.empty(64, np.int64), np.empty(64, np.int64), 0
    keys, times, rows_there = both.long.keys, both.long.times, both.long.rows
    late_keys, late_times, late_rows = both.late.keys, both.late.times, both.late.rows
    for which in range(len(new)):
        pivot, left = new[which], -1  # where to go on, and how many rows at least
        gap = int(min(PAUSE * widest[which] + 2e6, 1e18))
        key, time = alike[pivot], order[pivot, 0]
        one = place_of(keys, times, rows_there, key, time, pivot, order)
        other = place_of(late_keys, late_times, late_rows, key, time, pivot, order)
        if lonely(keys, times, rows_there, one, key, pivot, gap, order, numbers, placed) and lonely(
            late_keys, late_times, late_rows, other, key, pivot, gap, order, numbers, placed
        ):
            continue
        places = one, other
        while True:
            key, time = alike[pivot], order[pivot, 0]
            sooner, first = walked(both, places, key, time, pivot, -1, BEFORE, gap, order, kept)
            later, last = walked(both, places, key, time, pivot, 1, AFTER, gap, order, kept)
            begin = len(sooner)
            if begin + len(later) == 0:
                break
            low, until = begin, begin + left
            if left < 0:
                low, until = touched(sooner, later, order, time, gap)
            if not first and low < MOST_SEEN:
                return changed[:many], former[:many], False
            rows = np.concatenate((sooner[::-1], new[which : which + 1], later))
            rows[begin] = pivot
            here, there = said(rows, numbers, own, placed)
            at = low
            while at < len(rows) and at <= until and (last or at + MOST_SEEN < len(rows)):
                lead, far, aside = at, FAR * window_s(here, at), ASIDE * here[at, 3]
                for before in range(at - 1, max(at - MOST_SEEN, 0) - 1, -1):
                    if here[at, 4] - here[before, 4] > far:
                        break
                    if abs(here[at, 1] - here[before, 1]) > aside:
                        continue
                    if leader[rows[before]] == rows[before] and repeats(here, before, at, there, 1.0):
                        lead = before
                if lead != at and by_chance(here, there, at) > here[at, 6]:
                    lead = at
                if leader[rows[at]] != rows[lead]:
                    changed = with_one(changed, many, rows[at])
                    former = with_one(former, many, leader[rows[at]])
                    many += 1
                    leader[rows[at]] = rows[lead]
                    until = max(until, at + MOST_SEEN)
                at += 1
            if at > until or at == len(rows):
                break
            if at <= begin:
                return changed[:many], former[:many], False
            pivot, left = rows[at], until - at
            places = places_of(both, alike[pivot], order[pivot, 0], pivot, order)
    return changed[:many], former[:many], True


@kernel
def lonely(
    keys: Ints,
    times: Ints,
    rows: Small,
    at: int,
    key: int,
    row: int,
    gap: int,
    order: Ints,
    numbers: Floats,
    placed: Flags,
) -> bool:
    """Say whether few other rows of a key are within `gap` of a row, whose place on a shelf is `at`, and none of them where it is.

    Such a row repeats none and no other repeats it; nor is it one too many for another to be seen.
    """
    for step in (-1, 1):
        near = at - 1 if step < 0 else at
        for _ in range(FEW_ALIKE):
            if not 0 <= near < len(keys) or keys[near] != key or abs(times[near] - order[row, 0]) > gap:
                break
            other = rows[near]
            if step < 0 and numbers[other, TIME] > numbers[row, TIME]:
                return False  # what comes after would look past the one and not past the other
            if other != row and placed[other] == placed[row] and in_place(numbers, other, row):
                return False
            near += step
        else:
            return False
    return True


@kernel
def touched(sooner: Ints, later: Ints, order: Ints, time: int, gap: int) -> tuple[int, int]:
    """Return from where until where rows that came before and after one at a moment may feel that it came."""
    before, after = 0, 0
    while before < min(len(sooner), MOST_SEEN) and time - order[sooner[before], 0] <= gap:
        before += 1
    while after < min(len(later), MOST_SEEN) and order[later[after], 0] - time <= gap:
        after += 1
    return len(sooner) - before, len(sooner) + after


@kernel
def in_place(numbers: Floats, a: int, b: int) -> bool:
    """Say whether two rows may be as near to one another as repeats are."""
    over = abs(numbers[b, LON] - numbers[a, LON])
    east = min(over, 360.0 - over) * METRES_PER_DEGREE * (numbers[a, SHRINK] + numbers[b, SHRINK]) * 0.5
    north = (numbers[b, LAT] - numbers[a, LAT]) * METRES_PER_DEGREE
    spread = min(numbers[a, EE] + numbers[a, NN], numbers[b, EE] + numbers[b, NN])
    return bool(east * east + north * north <= 1.001 * PLACE_SIGMAS * PLACE_SIGMAS * spread)


@kernel
def said(rows: Ints, numbers: Floats, own: Floats, placed: Flags) -> tuple[Floats, Flags]:
    """Return the rows of `repeats.saying`, and which are placed."""
    here, there = np.empty((len(rows), 7)), np.empty(len(rows), np.bool_)
    for at in range(len(rows)):
        row = rows[at]
        here[at, 0], here[at, 1], here[at, 2] = numbers[row, LON], numbers[row, LAT], numbers[row, SHRINK]
        here[at, 3] = math.sqrt((numbers[row, EE] + numbers[row, NN]) / 2)
        here[at, 4], here[at, 5], here[at, 6] = numbers[row, TIME], own[row, 0], own[row, 1]
        there[at] = placed[row]
    return here, there


@kernel
def by_chance(here: Floats, there: Flags, at: int) -> float:
    """Return what `repeats.chance` does, of rows that are all alike."""
    if not there[at]:
        return 0.0
    many, aside = 0, ASIDE * here[at, 3]
    for step in (-1, 1):
        other = at + step
        while 0 <= other < len(here) and abs(other - at) <= MOST_SEEN:
            if abs(here[at, 1] - here[other, 1]) <= aside and repeats(here, other, at, there, FAR):
                many += not repeats(here, other, at, there, 1.0)
            other += step
    return many / (2.0 * (FAR - 1.0))


@kernel
def copied_again(
    moved: Ints,
    both: Both,
    keys: Ints,
    times: Ints,
    order: Ints,
    kept: Flags,
    original: Ints,
    numbers: Floats,
    wholes: Ints,
    family: Ints,
    area: Ints,
    placed: Flags,
) -> tuple[Ints, Ints, bool]:
    """Let `original` be right again after the rows `moved` of a key came, went or changed; as `led_again`.

    `kept` are the rows that can be an original or a copy.
    """
    changed, former, many = np.empty(64, np.int64), np.empty(64, np.int64), 0
    for row in moved:
        reached, done, places = 0, False, places_of(both, keys[row], times[row], row, order)
        for before, after in ((FEW_BEFORE, FEW_AFTER), (BEFORE, AFTER)):
            sooner, first = walked(both, places, keys[row], times[row], row, -1, before, LONGEST, order, kept)
            later, last = walked(both, places, keys[row], times[row], row, 1, after, LONGEST, order, kept)
            begin = len(sooner)
            middle = np.full(1 if kept[row] else 0, row)
            rows = np.concatenate((sooner[::-1], middle, later))
            table, marks, there = placing_of(rows, numbers, wholes, family, area, placed)
            at, clear, done = begin, 0, True
            while at < len(rows) and (clear <= MOST_COMPARED or at - begin < reached):
                seen, lead, found = 0, at - 1, at
                while lead >= 0 and seen < MOST_COMPARED:
                    if original[rows[lead]] == rows[lead]:
                        seen += 1
                        if marks[lead, 1] != marks[at, 1] and agree(table, marks, there, lead, at):
                            found = lead
                            break
                    lead -= 1
                if lead < 0 and not first and seen < MOST_COMPARED:
                    done = False
                    break
                if original[rows[at]] != rows[found]:
                    changed = with_one(changed, many, rows[at])
                    former = with_one(former, many, original[rows[at]])
                    many += 1
                    original[rows[at]] = rows[found]
                    clear = 0
                elif found == at and rows[at] != row:
                    clear += 1
                at += 1
            done = done and (clear > MOST_COMPARED or last)
            reached = at - begin
            if done:
                break
        if not done:
            return changed[:many], former[:many], False
    return changed[:many], former[:many], True


@kernel
def placing_of(
    rows: Ints, numbers: Floats, wholes: Ints, family: Ints, area: Ints, placed: Flags
) -> tuple[Floats, Ints, Flags]:
    """Return the rows of `origins.placing`, the whole numbers that `origins.agree` reads, and which are placed."""
    table, marks = np.empty((len(rows), 8)), np.zeros((len(rows), 4), np.int64)
    there = np.empty(len(rows), np.bool_)
    for at in range(len(rows)):
        row = rows[at]
        table[at, 0], table[at, 1], table[at, 2] = numbers[row, LON], numbers[row, LAT], numbers[row, SHRINK]
        table[at, 3], table[at, 4], table[at, 5] = numbers[row, EE], numbers[row, EN], numbers[row, NN]
        table[at, 6], table[at, 7] = numbers[row, START], numbers[row, END]
        marks[at, 1], marks[at, 2], marks[at, 3] = wholes[row, PLATFORM], family[row], area[row]
        there[at] = placed[row]
    return table, marks, there
