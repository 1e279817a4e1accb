"""Where and when something was, in coarse steps: which of many reports can lie near some of them.

Rules:
- steps are quarters of a day, and quarters of a degree or as coarse as memory asks; near is never too narrow;
- no report is near another across the end of the map at 180 degrees, as none is weighed there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from trucewatch.fuse.reports import Flags, Ints
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

STEP_S, STEP_DEG = 21_600.0, 0.25
MOST_STEPS = 1 << 22
HIGHEST_DEG = 89.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far apart two things can be and matter to one another."""

    seconds: float
    metres: float

    def times(self, many: int) -> Reach:
        """Return so many of it after one another."""
        return Reach(seconds=many * self.seconds, metres=many * self.metres)


class Nearby:
    """Reports on a grid of time and place."""

    def __init__(self, middle_s: Floats, lon: Floats, lat: Floats) -> None:
        time, deg = STEP_S, STEP_DEG
        while True:
            at = [np.floor(values / step) for values, step in ((middle_s, time), (lon, deg), (lat, deg))]
            many = [int(steps.max() - steps.min()) + 1 if len(steps) else 1 for steps in at]
            if math.prod(many) <= MOST_STEPS:
                break
            time, deg = (2 * time, deg) if many[0] > max(many[1:]) else (time, 2 * deg)
        self._steps, self._many = (time, deg), tuple(many)
        at = [(steps - steps.min()).astype(np.int64) if len(steps) else np.zeros(0, np.int64) for steps in at]
        self.at: Ints = (at[0] * many[1] + at[1]) * many[2] + at[2]
        highest = min(float(np.abs(lat).max(initial=0.0)) + deg, HIGHEST_DEG)
        self._shrink = math.cos(math.radians(highest))

    def around(self, rows: Ints, reach: Reach) -> Flags:
        """Return the steps within reach of `rows`."""
        flags = np.zeros(math.prod(self._many), dtype=bool)
        flags[self.at[rows]] = True
        return self.wider(flags, reach)

    def wider(self, flags: Flags, reach: Reach) -> Flags:
        """Return the steps in `flags` and those within reach of them."""
        found = flags.reshape(self._many)
        deg = reach.metres / METRES_PER_DEGREE
        for axis, wide in enumerate(
            (reach.seconds / self._steps[0], deg / self._shrink / self._steps[1], deg / self._steps[1])
        ):
            found = _spread(found, axis, math.ceil(wide))
        return found.reshape(-1)


def _spread(flags: Flags, axis: int, by: int) -> Flags:
    """Return `flags` and as many as `by` to either side along an axis."""
    many = flags.shape[axis]
    by = min(by, many)
    summed = np.cumsum(flags, axis=axis, dtype=np.int32)
    after = np.minimum(np.arange(many) + by, many - 1)
    before = np.arange(many) - by - 1
    low = np.take(summed, np.maximum(before, 0), axis=axis)
    shape = [1, 1, 1]
    shape[axis] = many
    low = np.where((before >= 0).reshape(shape), low, 0)
    found: Flags = np.take(summed, after, axis=axis) > low
    return found
