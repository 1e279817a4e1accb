"""What the map on a screen asks for as one moves it: incidents or bins, how many by area, how many by time.

Rules:
- an answer has at most MOST incidents or bins: incidents while they are few, else bins of the fixed pyramid;
- an incident without a place is counted by its area, and is never a dot;
- columns of numbers, not one object an incident: a million of them stay on the server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt
import shapely

from trucewatch.mission.cells import Grid
from trucewatch.mission.columns import KINDS, VERDICTS, Columns
from trucewatch.mission.query import Query, Window
from trucewatch.mission.sectors import Sighted
from trucewatch.mission.selecting import Index
from trucewatch.mission.tallying import Tally, level_of, tally
from trucewatch.model.areas import Areas

SHOWN_SINGLY = 2_500
KIND_WORDS = tuple(kind.value for kind in KINDS)
VERDICT_WORDS = tuple(verdict.value for verdict in VERDICTS)
AROUND, LEAST_DEG = 0.12, 0.1  # room around all places, as a share and at least
WHOLE = (-180.0, -85.0, 180.0, 85.0)


def picture(columns: Columns, grid: Grid, query: Query, areas: Areas) -> Tally:
    """Return what `query` shows of the columns."""
    window = query.window or window_shown(columns)
    return tally(
        columns,
        grid,
        query,
        lambda asked: areas_touching(areas, asked),
        level=level_of(window),
        most_singly=SHOWN_SINGLY,
    )


def areas_touching(areas: Areas, window: Window) -> tuple[str, ...]:
    """Return the ids of the areas that touch a window; one over the antimeridian is two."""
    west, south, east, north = window
    parts = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    boxes = [shapely.box(left, south, right, north) for left, right in parts]
    found = zip(areas.ids, areas.outlines, strict=True)
    return tuple(name for name, outline in found if any(shapely.intersects(outline, box) for box in boxes))


def map_json(
    columns: Columns, grid: Grid, shown: Tally, mark: str, sectors: Sequence[Sighted] | None
) -> bytes:
    """Return a window as the script of the page reads it; without `sectors` none are drawn."""
    told: dict[str, object] = {
        "stamp": mark,
        "matched": shown.matched,
        "bars": {"from_us": grid.steps.from_us, "step_us": grid.steps.step_us, "counts": shown.bars},
        "areas": dict(shown.areas),
        "sectors": None if sectors is None else [one.rings for one in sectors],
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
        "kind": [KIND_WORDS[code] for code in columns.kind[at].tolist()],
        "family": columns.family[at].tolist(),
        "p_real": rounded(columns.p_real, 3),
        "verdict": [VERDICT_WORDS[code] if code >= 0 else None for code in columns.worst[at].tolist()],
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
