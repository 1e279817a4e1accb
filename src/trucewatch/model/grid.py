"""The fixed grid that released places stand on, and the fixed steps of released times.

Rules:
- cells lie from the south pole north and from 180° W east, the same for every mission and every day: they are
  never centred on the thing, and the same place always has the same cell;
- a cell is at least as wide and as high as its side says; the cells of a smaller side lie whole in those of a
  larger one, so that two audiences together learn no more than the one with the smaller cells;
- a time leaves as the whole steps since 1970 that hold it; of two steps that are allowed (`STEPS_MINUTES`) one
  is a multiple of the other.
"""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from trucewatch.model.geodesy import METRES_PER_DEGREE

Floats = npt.NDArray[np.float64]
BANDS = 64  # of latitude, from pole to pole: in each, all cells are equally wide
BAND_DEG = 180 / BANDS
STEPS_MINUTES = (1, 5, 15, 30, 60, 180, 360, 720, 1440)
DIGITS = 6  # of a degree: a tenth of a metre
ROUNDED_UP_M = 10


def cell_centres(lon: Floats, lat: Floats, side_m: float) -> tuple[Floats, Floats]:
    """Return the centres of the cells of `side_m` that hold the points, degrees; not a number where none is known."""
    west, south, width, height = _cells(lon, lat, side_m)
    return np.round(west + width / 2, DIGITS), np.round(south + height / 2, DIGITS)


def cell_edges(lon: float, lat: float, side_m: float) -> tuple[float, float, float, float]:
    """Return west, south, east and north of the cell that holds a point, degrees."""
    west, south, width, height = _cells(np.array([lon]), np.array([lat]), side_m)
    return float(west[0]), float(south[0]), float(west[0] + width[0]), float(south[0] + height)


def side_of(side_m: float) -> float:
    """Return the height of the cells of `side_m`, metres: the least that there is from there on."""
    return BAND_DEG / _parts(side_m) * METRES_PER_DEGREE


def precision_m(side_m: float) -> float:
    """Return how far from its centre a point of a cell can be, metres: one number for all cells below 60°."""
    # the widest cells are those of the equator's edge of the band from 56.25° to 59.0625°
    widest = _widths(np.array([56.25]), side_m)[0] * math.cos(math.radians(56.25))
    half = math.hypot(BAND_DEG / _parts(side_m), widest) / 2 * METRES_PER_DEGREE
    return math.ceil(half / ROUNDED_UP_M) * float(ROUNDED_UP_M)


def floor_time(column: str, step: timedelta) -> pl.Expr:
    """Return the start of the step that holds a time."""
    return pl.col(column).dt.truncate(_every(step))


def ceil_time(column: str, step: timedelta) -> pl.Expr:
    """Return the end of the step that holds the end of an interval: a time on the edge stays."""
    down = pl.col(column).dt.truncate(_every(step))
    return pl.when(down == pl.col(column)).then(down).otherwise(down + step)


def _cells(lon: Floats, lat: Floats, side_m: float) -> tuple[Floats, Floats, Floats, float]:
    """Return west, south and width of the cells that hold the points, and the height of all, degrees."""
    height = BAND_DEG / _parts(side_m)
    row = np.minimum(np.floor((lat + 90) / height), 180 / height - 1)
    south = row * height - 90
    width = _widths(south, side_m)
    column = np.minimum(np.floor((lon + 180) / width), np.round(360 / width) - 1)
    return column * width - 180, south, width, height


def _parts(side_m: float) -> int:
    """Return in how many rows of cells a band is cut: a power of two."""
    return 1 << max(0, math.floor(math.log2(BAND_DEG * METRES_PER_DEGREE / side_m)))


def _widths(south: Floats, side_m: float) -> Floats:
    """Return the width in degrees of the cells in the band of each row: its poleward edge is as wide as high."""
    band = np.floor((south + 90) / BAND_DEG)
    poleward = np.maximum(np.abs(band * BAND_DEG - 90), np.abs((band + 1) * BAND_DEG - 90))
    around = np.maximum(1, np.floor(360 / BAND_DEG * np.cos(np.radians(poleward))))
    return 360 / (around * _parts(side_m))


def _every(step: timedelta) -> str:
    return f"{round(step.total_seconds())}s"
