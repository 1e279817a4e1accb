"""Incidents in the order of the cells they lie in: what a window can hold at all is a few runs of rows.

Rules:
- a grid is a level of the fixed pyramid, as fine as MOST_CELLS over all places allow;
- in a cell rows stand by time; after all cells come those without a place, area by area;
- it holds what a kernel reads of a row, side by side, and where the row stands in the columns;
- it is worked out of the columns when these are loaded, and bears nothing that they do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trucewatch.mission.columns import FINEST, Columns, Ints

MOST_CELLS = 1 << 15
BARS = 60
STEPS_S = (60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86_400, 2 * 86_400, 7 * 86_400, 30 * 86_400)


class Rows(NamedTuple):
    """What a kernel reads of incidents, in the order of their cells."""

    at: npt.NDArray[np.int32]  # where each stands in the columns
    x: npt.NDArray[np.int32]
    y: npt.NDArray[np.int32]
    bar: npt.NDArray[np.uint8]  # in which step of time it begins
    begun_us: Ints
    ended_us: Ints
    kind: npt.NDArray[np.uint8]
    judged: npt.NDArray[np.int32]
    told: npt.NDArray[np.int32]
    p_real: npt.NDArray[np.float64]
    lon: npt.NDArray[np.float64]  # in the order of the columns, as are latitudes
    lat: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Equal steps over all the time there is."""

    from_us: int
    step_us: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Incidents by cell."""

    level: int
    left: int  # the first cell's column and row at `level`
    top: int
    across: int
    down: int
    start: Ints  # where each cell's rows begin, row by row of cells, and where the last one's end
    by_area: Ints  # the same of those without a place: first those whose area is not known either
    steps: Steps
    rows: Rows


def grid_of(columns: Columns) -> Grid:
    """Return columns in the order of cells."""
    placed = columns.x >= 0
    level, left, top, across, down = _fitted(columns, placed)
    shift, areas = FINEST - level, len(columns.area_ids) + 1
    cell = (columns.y >> shift).astype(np.int64) * across + (columns.x >> shift) - (top * across + left)
    cell[~placed] = across * down + 1 + columns.area[~placed]
    order = np.argsort(cell, kind="stable").astype(np.int32)
    ends = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=across * down + areas))])
    steps = steps_of(columns)
    return Grid(
        level=level,
        left=left,
        top=top,
        across=across,
        down=down,
        start=ends[: across * down + 1],
        by_area=ends[across * down :],
        steps=steps,
        rows=Rows(
            at=order,
            x=columns.x[order],
            y=columns.y[order],
            bar=((columns.from_us - steps.from_us) // steps.step_us).astype(np.uint8)[order],
            begun_us=columns.from_us[order],
            ended_us=columns.to_us[order],
            kind=columns.kind[order],
            judged=columns.judged[order],
            told=columns.told[order],
            p_real=columns.p_real[order],
            lon=columns.lon,
            lat=columns.lat,
        ),
    )


def steps_of(columns: Columns) -> Steps:
    """Return at most BARS steps, and one for what is left over, in all the time there is."""
    if not columns.height:
        return Steps(from_us=0, step_us=STEPS_S[0] * 1_000_000, count=0)
    first, last = int(columns.from_us[0]), int(columns.from_us[-1])
    wide = max((last - first) // BARS, 1)
    step = next((s * 1_000_000 for s in STEPS_S if s * 1_000_000 >= wide), wide)
    start = first // step * step
    return Steps(from_us=start, step_us=step, count=(last - start) // step + 1)


def _fitted(columns: Columns, placed: npt.NDArray[np.bool_]) -> tuple[int, int, int, int, int]:
    """Return the finest level at which all places lie in MOST_CELLS, and the cells that hold them."""
    if not placed.any():
        return 0, 0, 0, 1, 1
    west, east = int(columns.x[placed].min()), int(columns.x.max())
    north, south = int(columns.y[placed].min()), int(columns.y.max())
    for level in range(FINEST, 0, -1):
        shift = FINEST - level
        across, down = (east >> shift) - (west >> shift) + 1, (south >> shift) - (north >> shift) + 1
        if across * down <= MOST_CELLS:
            return level, west >> shift, north >> shift, across, down
    return 0, 0, 0, 1, 1
