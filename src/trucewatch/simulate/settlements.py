"""Places by name: what somebody says who says near which settlement it was.

Rules:
- a settlement stands for all around it: its centre is the place, however far off the event was;
- now and then the name is another's: the next but one along the front.
"""

from __future__ import annotations

import numpy as np

from trucewatch.model.geodesy import Floats
from trucewatch.simulate.draws import Ints
from trucewatch.simulate.world import World

P_OTHER_PLACE = 0.02
_NEIGHBOURS = 5


def nearest(world: World, east_m: Floats, north_m: Floats, generator: np.random.Generator) -> Ints:
    """Return the settlement by which each place would be named."""
    east = world.front.settlements["east_m"].to_numpy()
    north = world.front.settlements["north_m"].to_numpy()
    first = np.searchsorted(east, east_m)
    best, least = np.zeros(len(east_m), dtype=np.int64), np.full(len(east_m), np.inf)
    for step in range(-_NEIGHBOURS, _NEIGHBOURS):
        at = np.clip(first + step, 0, len(east) - 1)
        away = np.hypot(east[at] - east_m, north[at] - north_m)
        closer = away < least
        best, least = np.where(closer, at, best), np.where(closer, away, least)
    wrong = generator.random(len(best)) < P_OTHER_PLACE
    other = np.clip(best + np.where(generator.random(len(best)) < 0.5, 2, -2), 0, len(east) - 1)
    found: Ints = np.where(wrong, other, best)
    return found
