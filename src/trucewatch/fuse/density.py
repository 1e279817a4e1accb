"""How many unrelated reports to expect here and now: what a coincidence is worth.

Rules:
- counted for each source and family of kinds in cells of 10 km and days, over the 27 cells around,
  leaving out the report itself; one more is added, so that silence is not certainty (Laplace);
- cells are fixed on the globe: a report elsewhere changes nothing here.
"""

from __future__ import annotations

import math

import numpy as np

from trucewatch.fuse.reports import Ints, Reports
from trucewatch.fuse.weights import GROUND_M2, WINDOW_S
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

CELLS = 27
_DAYS = 1 << 22
_ACROSS = 1 << 13
_SIDE_M = math.sqrt(GROUND_M2)


def local_density(reports: Reports, counted: Ints) -> Floats:
    """Return for each report how many others of its source fall in a day on 100 km² around it.

    Only the reports `counted` count, one for each that was repeated.
    """
    found = np.ones(len(reports.row))
    if not len(counted):
        return found / CELLS
    row = np.floor(reports.lat * METRES_PER_DEGREE / _SIDE_M).astype(np.int64)
    day = np.clip((reports.start_s + reports.end_s) / 2 // WINDOW_S + _DAYS // 2, 1, _DAYS - 2).astype(
        np.int64
    )
    stream = reports.source * 64 + reports.family
    cells, at = np.unique(_key(stream, row, _column(reports.lon, row))[counted], return_inverse=True)
    stamped = np.sort(at * _DAYS + day[counted])
    for down in (-1, 0, 1):
        for over in (-1, 0, 1):
            cell = _key(stream, row + down, _column(reports.lon, row + down) + over)
            here = np.minimum(np.searchsorted(cells, cell), len(cells) - 1)
            first, last = here * _DAYS + day - 1, here * _DAYS + day + 1
            inside = np.searchsorted(stamped, last, side="right") - np.searchsorted(stamped, first)
            found += np.where(cells[here] == cell, inside, 0)
    itself = np.zeros(len(found))
    itself[counted] = 1.0
    return np.maximum(found - itself, 1.0) / CELLS


def _column(lon: Floats, row: Ints) -> Ints:
    middle = np.clip((row + 0.5) * _SIDE_M / METRES_PER_DEGREE, -89.9, 89.9)
    column: Ints = np.floor(lon * METRES_PER_DEGREE * np.cos(np.radians(middle)) / _SIDE_M).astype(np.int64)
    return column


def _key(stream: Ints, row: Ints, column: Ints) -> Ints:
    return (stream * _ACROSS + row + _ACROSS // 2) * _ACROSS + column + _ACROSS // 2
