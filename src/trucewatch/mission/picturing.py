"""What the map on a screen asks for as one moves it: incidents or bins, how many by area, how many by time.

Rules:
- an answer has at most MOST incidents or bins: incidents while they are few, else bins of the fixed pyramid;
- an incident without a place is counted by its area, and is never a dot;
- columns of numbers, not one object an incident: a million of them stay on the server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt
import shapely

from trucewatch.mission.columns import KINDS, VERDICTS, Columns
from trucewatch.mission.query import Query, Window
from trucewatch.mission.selecting import (
    Bins,
    Index,
    areas_of,
    bins_of,
    during,
    level_of,
    matching,
    placed,
    times_of,
)
from trucewatch.model.areas import Areas

SHOWN_SINGLY = 2_500
BARS = 60
STEPS_S = (60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86_400, 2 * 86_400, 7 * 86_400, 30 * 86_400)
AROUND, LEAST_DEG = 0.12, 0.1  # room around all places, as a share and at least
WHOLE = (-180.0, -85.0, 180.0, 85.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """How many incidents begin in each step of time."""

    from_us: int
    step_us: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a window shows."""

    kept: Index  # what the query asks for
    bars: Bars
    areas: tuple[tuple[str, int], ...]
    bins: Bins | None  # None: they are shown singly
    singly: Index


def picture(columns: Columns, query: Query, areas: Areas) -> Picture:
    """Return what `query` shows of the columns."""

    def touching(window: Window) -> Sequence[str]:
        return areas_touching(areas, window)

    whenever = matching(columns, query, touching)
    kept = during(columns, whenever, query)
    at = placed(columns, kept)
    few = len(at) <= SHOWN_SINGLY
    window = query.window or window_shown(columns)
    return Picture(
        kept=kept,
        bars=bars_of(columns, whenever),
        areas=tuple(areas_of(columns, kept)),
        bins=None if few else bins_of(columns, at, level_of(window)),
        singly=at if few else at[:0],
    )


def bars_of(columns: Columns, kept: Index) -> Bars:
    """Return how many of `kept` begin when, in at most BARS steps over all the time there is."""
    if not columns.height:
        return Bars(from_us=0, step_us=STEPS_S[0] * 1_000_000, counts=())
    first, last = int(columns.from_us[0]), int(columns.from_us[-1])
    wide = max((last - first) // BARS, 1)
    step = next((s * 1_000_000 for s in STEPS_S if s * 1_000_000 >= wide), wide)
    start = first // step * step
    edges = list(range(start, last + step + 1, step))
    return Bars(from_us=start, step_us=step, counts=tuple(times_of(columns, kept, edges)))


def areas_touching(areas: Areas, window: Window) -> tuple[str, ...]:
    """Return the ids of the areas that touch a window; one over the antimeridian is two."""
    west, south, east, north = window
    parts = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    boxes = [shapely.box(left, south, right, north) for left, right in parts]
    found = zip(areas.ids, areas.outlines, strict=True)
    return tuple(name for name, outline in found if any(shapely.intersects(outline, box) for box in boxes))


def map_json(columns: Columns, shown: Picture, mark: str) -> bytes:
    """Return a window as the script of the page reads it."""
    told: dict[str, object] = {
        "stamp": mark,
        "matched": len(shown.kept),
        "bars": {"from_us": shown.bars.from_us, "step_us": shown.bars.step_us, "counts": shown.bars.counts},
        "areas": dict(shown.areas),
    }
    if shown.bins is not None:
        bins = shown.bins
        told["bins"] = {
            "level": bins.level,
            "x": bins.x.tolist(),
            "y": bins.y.tolist(),
            "n": bins.count.tolist(),
        }
    else:
        told["incidents"] = _singly(columns, shown.singly)
    return msgspec.json.encode(told)


def _singly(columns: Columns, at: Index) -> Mapping[str, object]:
    def rounded(values: npt.NDArray[np.floating], digits: int) -> list[float | None]:
        here = np.round(values[at].astype(np.float64), digits)
        return [None if value != value else value for value in here.tolist()]

    return {
        "row": columns.row[at].tolist(),
        "lon": rounded(columns.lon, 6),
        "lat": rounded(columns.lat, 6),
        "major90_m": rounded(columns.major90_m, 0),
        "minor90_m": rounded(columns.minor90_m, 0),
        "azimuth_deg": rounded(columns.azimuth_deg, 1),
        "kind": [KINDS[code].value for code in columns.kind[at].tolist()],
        "family": columns.family[at].tolist(),
        "p_real": rounded(columns.p_real, 3),
        "verdict": [VERDICTS[code].value if code >= 0 else None for code in columns.worst[at].tolist()],
        "from_s": (columns.from_us[at] // 1_000_000).tolist(),
        "to_s": (columns.to_us[at] // 1_000_000).tolist(),
    }


def window_shown(columns: Columns) -> Window:
    """Return a window with all places in it and room around them, the whole map when there is none."""
    west, south, east, north = (float(edge) for edge in columns.bounds)
    if west != west:
        return WHOLE
    wide, high = max((east - west) * AROUND, LEAST_DEG), max((north - south) * AROUND, LEAST_DEG)
    return (
        max(west - wide, -180.0),
        max(south - high, -85.0),
        min(east + wide, 180.0),
        min(north + high, 85.0),
    )
