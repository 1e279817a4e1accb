"""Reports as rows of numbers that lie side by side in memory, as the kernels read them.

Rules:
- times are Gaussians: an interval has the variance of an even spread, and a clock's error beside it;
- a place that is not known joins nothing but copies, nor one known no better than 30 km, nor a time no
  better than a week.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from trucewatch.fuse.abreast import abreast, cut
from trucewatch.fuse.compiled import cosine_of, kernel
from trucewatch.fuse.kinds import KINDS
from trucewatch.fuse.reports import Flags, Ints, Reports
from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import Phenomenon

COARSEST_M = 30_000.0
LONGEST_S = 7 * 86_400.0
NEWS_SIGMA_M = 1_000.0  # told and placed no better than this carries no weight with a fire
LON, LAT, SHRINK, EE, EN, NN, TIME, SPREAD, START, END, LONE, DENSE, COUNT, UNSURE = range(14)
NODE, PLATFORM, CODE, FLAG = range(4)
NEWS, FIRE_SEEN = 1, 2
PART = 2_048
ROWS = 1 << 14
Number = TypeVar("Number", np.int64, np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """Rows of numbers (`LON` to `UNSURE`) and of whole ones (`NODE` to `FLAG`)."""

    numbers: Floats
    wholes: Ints


def hopeful(reports: Reports) -> Flags:
    """Say which reports are placed and timed well enough to be weighed."""
    fit: Flags = reports.placed & (np.sqrt(reports.ee + reports.nn) <= COARSEST_M)
    return fit & (reports.end_s - reports.start_s <= LONGEST_S)


def spots_of(reports: Reports, code: Ints, lone: Floats, dense: Floats) -> Spots:
    """Return the spot of each report; `code`, `lone` and `dense` have an element a report."""
    many = len(code)
    numbers, wholes = np.empty((many, UNSURE + 1)), np.empty((many, FLAG + 1), dtype=np.int64)

    def fill(part: slice) -> None:
        some = reports.take(part)
        columns = (
            *(some.lon, some.lat, shrink(some.lat), some.ee, some.en, some.nn),
            *((some.start_s + some.end_s) / 2, some.sigma_s**2, some.start_s, some.end_s),
            *(lone[part], dense[part], some.count, some.count_spread),
        )
        news = some.told & (some.ee + some.nn > 2 * NEWS_SIGMA_M**2)
        fire = (some.kind == KINDS.index(Phenomenon.THERMAL)) & ~some.told
        at = np.arange(part.start, part.stop)
        numbers[part] = side_by_side(columns)
        wholes[part] = np.stack([at, some.platform, code[part], NEWS * news + FIRE_SEEN * fire], axis=1)

    abreast(fill, cut(many, ROWS))
    return Spots(numbers=numbers, wholes=wholes)


def side_by_side(columns: Sequence[npt.NDArray[Number]]) -> npt.NDArray[Number]:
    """Return columns as rows, a part at a time, so that what is written stays near."""
    many = len(columns[0])
    found = np.empty((many, len(columns)), dtype=columns[0].dtype)
    for low in range(0, many, PART):
        for at, column in enumerate(columns):
            found[low : low + PART, at] = column[low : low + PART]
    return found


@kernel
def shrink(lat: Floats) -> Floats:
    """Return the cosine of each latitude."""
    found = np.empty(len(lat))
    for at in range(len(lat)):
        found[at] = max(cosine_of(lat[at]), 1e-6)
    return found
