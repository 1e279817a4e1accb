"""Lines and zones in degrees, each one party's claim, with the time for which it holds.

Rules:
- the place is fictional: water in the Atlantic south of the Ivory Coast, with no front and nobody there;
- metres are east of the line's western end and north of its parallel (`PLANE`), shapes are in degrees;
- a zone is all within a depth of a side's own line, on that side's own ground.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import shapely

from trucewatch.model.canonical import Json
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats, Plane
from trucewatch.simulate.preset import PARTIES, Preset

PLANE = Plane(lon=-12.0, lat=0.25)
BEHIND_M = 200_000.0  # a side's ground reaches so far behind its line


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A line or a zone: its shape in degrees, whose claim it is, and when it holds, half open."""

    outline_id: str  # line-A, zone-7500-A
    party: str
    shape: shapely.Geometry
    from_utc: datetime
    to_utc: datetime
    left: str | None = None  # of a line, drawn from west to east: whose side is on its left

    def geojson(self) -> Json:
        """Return it as a GeoJSON Feature."""
        geometry: Json = json.loads(shapely.to_geojson(self.shape))
        properties: dict[str, Json] = {
            "claimed_by": self.party,
            "from": self.from_utc.isoformat(),
            "to": self.to_utc.isoformat(),
        }
        if self.left is not None:
            properties["left"] = self.left
        return {"type": "Feature", "id": self.outline_id, "geometry": geometry, "properties": properties}


def degrees(east_m: Floats, north_m: Floats) -> tuple[Floats, Floats]:
    """Return lon, lat to 6 decimals, which is a tenth of a metre."""
    shrink = np.cos(np.radians(PLANE.lat))
    lon = PLANE.lon + east_m / (METRES_PER_DEGREE * shrink)
    return np.round(lon, 6), np.round(PLANE.lat + north_m / METRES_PER_DEGREE, 6)


def outlines(preset: Preset, east: Floats, lines: tuple[Floats, Floats]) -> tuple[Outline, ...]:
    """Return each side's line and zones; `lines` are metres north at `east`, A's then B's."""
    until = preset.starts + timedelta(days=preset.days)
    found = []
    for party, north, behind in zip(PARTIES, lines, (1.0, -1.0), strict=True):
        shapes: list[tuple[str, shapely.Geometry]] = [
            (f"line-{party}", shapely.LineString(np.stack(degrees(east, north), axis=1)))
        ]
        for depth in preset.zones_m:
            shapes.append((f"zone-{depth:.0f}-{party}", _zone(east, north, behind, depth)))
        found += [
            Outline(
                outline_id=name,
                party=party,
                shape=shape,
                from_utc=preset.starts,
                to_utc=until,
                left=PARTIES[0] if name.startswith("line") else None,
            )
            for name, shape in shapes
        ]
    return tuple(found)


def grounds(preset: Preset, east: Floats, lines: tuple[Floats, Floats]) -> tuple[shapely.Geometry, ...]:
    """Return all that lies behind each side's own line, A's then B's, for 200 km."""
    over = 100.0 * preset.gap_m  # the ground goes on beyond both ends of the line
    wide = np.concatenate([[east[0] - over], east, [east[-1] + over]])
    found = []
    for north, behind in zip(lines, (1.0, -1.0), strict=True):
        held = np.concatenate([north[:1], north, north[-1:]])
        edge = np.stack(degrees(wide, held), axis=1)
        back = np.stack(degrees(wide, np.full(len(wide), behind * BEHIND_M)), axis=1)
        found.append(shapely.Polygon(np.concatenate([edge, back[::-1]])))
    return tuple(found)


def _zone(east: Floats, north: Floats, behind: float, depth_m: float) -> shapely.Geometry:
    """Return all that lies within `depth_m` of a side's own line on that side's ground."""
    line = shapely.LineString(np.stack([east, north], axis=1))
    deep = np.full(len(east), behind * BEHIND_M)
    ground = shapely.Polygon(
        np.concatenate([np.stack([east, north], axis=1), np.stack([east, deep], axis=1)[::-1]])
    )
    ring = shapely.intersection(line.buffer(depth_m, quad_segs=8), ground)
    parts = [part for part in shapely.get_parts(ring) if part.area > 1.0]
    whole = max(parts, key=lambda part: float(part.area))
    corners = shapely.get_coordinates(whole.exterior)
    return shapely.Polygon(np.stack(degrees(corners[:, 0], corners[:, 1]), axis=1))
