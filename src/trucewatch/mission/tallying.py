"""How many incidents a query asks for, where and when: one pass over the rows that its window can hold.

Rules:
- it counts what `selecting` finds by passes over whole columns, which is its reference in the tests, and in full precision;
- cells within the window's edges are decided by whole numbers, at an edge the degrees themselves decide;
- bins stand on a fixed pyramid, and do not jump as one moves the window;
- an answer has at most MOST bins, or names so many places singly as are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trucewatch.fuse.compiled import kernel
from trucewatch.mission.cells import Grid, Rows
from trucewatch.mission.columns import FINEST, Columns, Ints, cells_of
from trucewatch.mission.query import Query, Window
from trucewatch.mission.selecting import Bools, Index, Touching, judged_as_asked, kinds_asked, told_by
from trucewatch.mission.views import micros

MOST = 5_000
MOST_ROOM = 1 << 18  # cells that are counted in, most of them empty
BINS_ACROSS = 48  # a window is cut into at least so many bins along its longer side, at most twice as many
WHOLE = (-180.0, -90.0, 180.0, 90.0)
ALWAYS = (-(1 << 62), 1 << 62)  # from the first moment to the last
NOTHING: Bools = np.zeros(0, dtype=np.bool_)
NO_BINS: npt.NDArray[np.int32] = np.zeros((1, 1), dtype=np.int32)


Box = tuple[int, int, int, int]
"""The first column and row of cells, and the last ones."""


class Wanted(NamedTuple):
    """What a query asks of a row, as a kernel reads it; a filter of no length lets everything through."""

    edges: tuple[float, float, float, float]  # west, south, east, north in degrees
    cells: tuple[int, int, int, int]  # the same at level FINEST: west, north, east, south
    from_us: int
    to_us: int
    kinds: Bools
    judged: Bools
    told: Bools
    by_p: bool
    p_min: float
    p_max: float


class Counts(NamedTuple):
    """What a kernel counts."""

    bars: Ints  # by step of time, whatever time is asked for
    total: Ints  # one number: in the time that is asked for
    singly: npt.NDArray[np.int32]  # the first places, as far as there is room
    bins: npt.NDArray[np.int32]  # by row and column of cells
    left: int  # the first of these
    top: int
    shift: int  # from level FINEST to theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """How many incidents lie in each cell of a level of the pyramid; a cell without any has no row."""

    level: int
    x: Index
    y: Index
    count: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a query asks for, counted."""

    matched: int
    bars: tuple[int, ...]
    areas: tuple[tuple[str, int], ...]  # of those that are known to their area only
    bins: Bins | None  # None: they are few, and stand singly
    singly: Index


@kernel
def timely(begun: int, ended: int, first: int, last: int) -> bool:
    """Return whether a time touches the one that is asked for."""
    return begun < last and (ended > first or begun == ended == first)


@kernel
def clear(x: int, y: int, west: int, north: int, east: int, south: int) -> int:
    """Return 1 for a cell within the window's edges, -1 for one outside them, 0 for one at an edge."""
    if west + 1 < x < east - 1 and north + 1 < y < south - 1:
        return 1
    return -1 if x < west - 1 or x > east + 1 or y < north - 1 or y > south + 1 else 0


@kernel
def sweep(runs: Ints, rows: Rows, wanted: Wanted, to: Counts) -> None:
    """Count what in runs of rows (first, and after the last) lies in the window and is asked for."""
    at, xs, ys, bar, begun, ended, kind, judged, told, p_real, lon, lat = rows
    edges, (west, north, east, south), first_us, last_us, kinds, verdicts, sources, by_p, least, most = wanted
    bars, total, singly, bins, left, top, shift = to
    by_kind, by_verdict, by_source = kinds.size > 0, verdicts.size > 0, sources.size > 0
    for run in range(len(runs)):
        for k in range(runs[run, 0], runs[run, 1]):
            if by_kind and not kinds[kind[k]]:
                continue
            if by_verdict and not verdicts[judged[k]]:
                continue
            if by_source and not sources[told[k]]:
                continue
            if by_p and not least <= p_real[k] <= most:
                continue
            side = clear(xs[k], ys[k], west, north, east, south)
            if side < 0:
                continue
            x, y = lon[at[k]] if side == 0 else edges[0], lat[at[k]] if side == 0 else edges[1]
            if not (edges[0] <= x <= edges[2] and edges[1] <= y <= edges[3]):
                continue
            bars[bar[k]] += 1
            if timely(begun[k], ended[k], first_us, last_us):
                if total[0] < len(singly):
                    singly[total[0]] = at[k]
                total[0] += 1
                bins[(ys[k] >> shift) - top, (xs[k] >> shift) - left] += 1


def tally(
    columns: Columns,
    grid: Grid,
    query: Query,
    touching: Touching,
    *,
    level: int,
    most_singly: int,
    most_bins: int = MOST,
) -> Tally:
    """Return what `query` asks for: at most so many places singly, else bins of `level` or of a coarser one."""
    bars, total = np.zeros(max(grid.steps.count, 1), dtype=np.int64), np.zeros(1, dtype=np.int64)
    singly, found = np.zeros(most_singly, dtype=np.int32), []
    for wanted, box in () if query.areas else _swept(columns, grid, query):
        to = _counts(grid, box, wanted, level, Counts(bars, total, singly, NO_BINS, 0, 0, 0))
        sweep(_runs(grid, box), grid.rows, wanted, to)
        found.append(to)
    areas, by_area = _areas(columns, grid, query, touching, bars)
    few = bool(total[0] <= most_singly)
    return Tally(
        matched=int(total[0]) + by_area,
        bars=tuple(bars[: grid.steps.count].tolist()),
        areas=tuple(areas),
        bins=None if few else _sparse(found, most_bins),
        singly=(np.sort(singly[: total[0]]) if few else singly[:0]).astype(np.intp),
    )


def level_of(window: Window) -> int:
    """Return the level of the pyramid at which a window is cut into BINS_ACROSS bins or somewhat more."""
    west, south, east, north = window
    span = max((east - west) % 360 or 360.0, (north - south) * 1.4, 1e-6)
    return int(np.clip(np.ceil(np.log2(360.0 * BINS_ACROSS / span)), 0, FINEST))


def _parts(window: Window | None) -> Sequence[Window]:
    """Return a window as what a kernel can compare: one over the antimeridian is two."""
    if window is None:
        return (WHOLE,)
    west, south, east, north = window
    return (window,) if west <= east else ((west, south, 180.0, north), (-180.0, south, east, north))


def _swept(columns: Columns, grid: Grid, query: Query) -> Iterator[tuple[Wanted, Box]]:
    """Yield each part of a query's window, and the cells of the grid that it touches."""
    for window in _parts(query.window):
        wanted = _wanted(columns, query, window)
        box = _box(grid, wanted)
        if box is not None:
            yield wanted, box


def _wanted(columns: Columns, query: Query, window: Window) -> Wanted:
    x, y = cells_of(np.array([window[0], window[2]]), np.array([window[3], window[1]]))
    return Wanted(
        edges=window,
        cells=(int(x[0]), int(y[0]), int(x[1]), int(y[1])),
        from_us=ALWAYS[0] if query.from_utc is None else micros(query.from_utc),
        to_us=ALWAYS[1] if query.to_utc is None else micros(query.to_utc),
        kinds=kinds_asked(query) if query.kinds else NOTHING,
        judged=judged_as_asked(columns, query) if query.clauses or query.verdicts else NOTHING,
        told=told_by(columns, query) if query.sources else NOTHING,
        by_p=query.p_min > 0 or query.p_max < 1,
        p_min=query.p_min,
        p_max=query.p_max,
    )


def _box(grid: Grid, wanted: Wanted) -> Box | None:
    """Return the cells of the grid that a window touches: the first column and row, and the last ones."""
    shift = FINEST - grid.level
    west, north, east, south = (edge >> shift for edge in wanted.cells)
    first = max(west - 1 - grid.left, 0), max(north - 1 - grid.top, 0)
    last = min(east + 1 - grid.left, grid.across - 1), min(south + 1 - grid.top, grid.down - 1)
    return (*first, *last) if first[0] <= last[0] and first[1] <= last[1] else None


def _runs(grid: Grid, box: Box) -> Ints:
    """Return the rows of a box of cells: from one end of each row of cells to the other."""
    first = np.arange(box[1], box[3] + 1) * grid.across
    return np.stack([grid.start[first + box[0]], grid.start[first + box[2] + 1]], axis=1)


def _counts(grid: Grid, box: Box, wanted: Wanted, level: int, to: Counts) -> Counts:
    """Return room for the bins that lie in a box of cells and in the window."""
    own, shift = FINEST - grid.level, FINEST - level
    edges = (grid.left + box[0], grid.top + box[1], grid.left + box[2] + 1, grid.top + box[3] + 1)
    west, north, east, south = (edge << own for edge in edges)
    west, north = max(west, wanted.cells[0] - 1), max(north, wanted.cells[1] - 1)
    east, south = min(east - 1, wanted.cells[2] + 1), min(south - 1, wanted.cells[3] + 1)
    while ((east >> shift) - (west >> shift) + 1) * ((south >> shift) - (north >> shift) + 1) > MOST_ROOM:
        shift += 1
    left, top = west >> shift, north >> shift
    bins = np.zeros(((south >> shift) - top + 1, (east >> shift) - left + 1), dtype=np.int32)
    return to._replace(bins=bins, left=left, top=top, shift=shift)


def _areas(
    columns: Columns, grid: Grid, query: Query, touching: Touching, bars: Ints
) -> tuple[list[tuple[str, int]], int]:
    """Return how many without a place are asked for, by area: those that the window touches; and how many in all."""
    if grid.by_area[-1] == grid.by_area[0]:
        return [], 0
    names = columns.area_ids.tolist()
    near = {*names} if query.window is None else {*touching(query.window)}
    near &= {*query.areas} if query.areas else near
    anywhere = query.window is None and not query.areas
    wanted = _wanted(columns, query, WHOLE)._replace(cells=(-3, -3, 1, 1))
    found = []
    for number, name in enumerate(["", *names]):
        if name in near or (anywhere and not name):
            total, none = np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32)
            to = Counts(bars, total, none, np.zeros((1, 1), dtype=np.int32), -1, -1, 0)
            sweep(grid.by_area[number : number + 2].reshape(1, 2), grid.rows, wanted, to)
            found += [(name, int(total[0]))] if total[0] else []
    return [one for one in found if one[0]], sum(n for _, n in found)


def _sparse(found: Sequence[Counts], most: int) -> Bins:
    """Return the bins that hold anything, of the finest level at which they are at most so many."""
    shift = max(to.shift for to in found)
    held = [np.nonzero(to.bins) for to in found]
    both = [*zip(found, held, strict=True)]
    x = np.concatenate([(at[1] + to.left) >> (shift - to.shift) for to, at in both])
    y = np.concatenate([(at[0] + to.top) >> (shift - to.shift) for to, at in both])
    count = np.concatenate([to.bins[at].astype(np.int64) for to, at in both])
    if len(found) > 1:  # two sides of the antimeridian may lie in one coarse cell
        x, y, count = _together(x, y, count)
    while len(x) > most:
        shift += 1
        x, y, count = _together(x >> 1, y >> 1, count)
    return Bins(level=FINEST - shift, x=x, y=y, count=count)


def _together(x: Index, y: Index, count: Index) -> tuple[Index, Index, Index]:
    """Return cells, each once, with what lies in all of its kind."""
    cells, where = np.unique((y << FINEST) | x, return_inverse=True)
    summed = np.bincount(where, weights=count).astype(np.int64)
    return cells & ((1 << FINEST) - 1), cells >> FINEST, summed
