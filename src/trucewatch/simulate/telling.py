"""What a patrol writes down of what it heard: the columns of its form, in its words.

Rules:
- times are to the minute with their offset, the interval holds the true moment;
- bearings are off by 5 degrees (one standard deviation) and told as one or two of sixteen compass
  points, distances by an eighth and told as a band of whole kilometres;
- counts are exact, "about N" or "over N".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from trucewatch.model.geodesy import COMPASS
from trucewatch.model.vocabulary import Means, Phenomenon, Trajectory
from trucewatch.simulate.ground import Patrol

FORM = (
    "report",
    "from",
    "to",
    "position",
    "position_lat",
    "position_lon",
    "means",
    "phenomenon",
    "count",
    "weapon",
    "trajectory",
    "distance_min_km",
    "distance_max_km",
    "directions",
    "heading",
    "held_by",
    "remarks",
)
BEARING_SIGMA_DEG = 5.0
DISTANCE_SIGMA = 0.125
BAND_SIGMAS = 1.3  # a patrol knows how well it judges, and says a band that wide
P_SHOT_FOR_BURST = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What truly happened: one moment, one place, one kind, so many."""

    at: datetime
    east_m: float
    north_m: float
    phenomenon: Phenomenon
    count: int
    weapon: str
    trajectory: Trajectory


def told(event: Event, patrol: Patrol, generator: np.random.Generator) -> dict[str, str]:
    """Return the row of the form that `patrol` writes of `event`, its number still empty."""
    east, north = event.east_m - patrol.east_m, event.north_m - patrol.north_m
    away = math.hypot(east, north) / 1000 * math.exp(generator.normal(0.0, DISTANCE_SIGMA))
    bearing = math.degrees(math.atan2(east, north)) + generator.normal(0.0, BEARING_SIGMA_DEG)
    start = event.at - timedelta(minutes=int(generator.integers(1, 6)))
    end = event.at + timedelta(minutes=int(generator.integers(2, 7)))
    kind = event.phenomenon
    if kind is Phenomenon.BURST and generator.random() < P_SHOT_FOR_BURST:
        kind = Phenomenon.SHOT
    return _row(patrol, start, end) | {
        "means": Means.HEARD.value,
        "phenomenon": kind.value,
        "count": _count(event.count, generator),
        "weapon": event.weapon,
        "trajectory": event.trajectory.value,
        "distance_min_km": str(math.floor(away * (1 - BAND_SIGMAS * DISTANCE_SIGMA))),
        "distance_max_km": str(math.ceil(away * (1 + BAND_SIGMAS * DISTANCE_SIGMA))),
        "directions": _points(bearing, generator),
    }


def nothing(patrol: Patrol, start: datetime, end: datetime) -> dict[str, str]:
    """Return the row that says that `patrol` watched from `start` to `end` and saw and heard nothing."""
    return _row(patrol, start, end) | {
        "means": Means.SEEN.value,
        "phenomenon": Phenomenon.NOTHING.value,
        "remarks": "on watch, nothing seen or heard",
    }


def _row(patrol: Patrol, start: datetime, end: datetime) -> dict[str, str]:
    empty = dict.fromkeys(FORM, "")
    return empty | {
        "from": _minute(start),
        "to": _minute(end),
        "position": patrol.name,
        "position_lat": f"{patrol.lat:.6f}",
        "position_lon": f"{patrol.lon:.6f}",
        "held_by": patrol.held_by,
    }


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M+00:00")


def _count(count: int, generator: np.random.Generator) -> str:
    way = generator.random()
    if way < 0.7 or count < 5:
        return str(count)
    near = max(2, round(count * math.exp(generator.normal(0.0, 0.1))))
    return f"about {near}" if way < 0.85 else f"over {count - 1 - int(generator.integers(0, 2))}"


def _points(bearing_deg: float, generator: np.random.Generator) -> str:
    exact = (bearing_deg % 360) / 22.5
    first = round(exact)
    if generator.random() < 0.7:
        return COMPASS[first % 16]
    second = first + 1 if exact > first else first - 1
    return "|".join(COMPASS[point % 16] for point in sorted((first, second)))
