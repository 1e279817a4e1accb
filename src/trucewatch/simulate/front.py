"""The front: a line of contact in the open sea, each side's own line, hot spots and settlements.

Rules:
- the place is fictional: water in the Atlantic south of the Ivory Coast, with no front and nobody there;
- A holds what lies north, B what lies south; between the two sides' lines lies a gap that nobody holds;
- a side's own line is its own: distances are measured from it, not from the line of contact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import shapely

from trucewatch.model.canonical import Json
from trucewatch.model.geodesy import Floats
from trucewatch.simulate.draws import Ints, stream
from trucewatch.simulate.outlines import Outline, degrees, grounds, outlines
from trucewatch.simulate.preset import PARTIES, Preset

VERTEX_M = 2_500.0
WAVES_M = ((190_000.0, 7_000.0), (67_000.0, 2_500.0), (23_000.0, 900.0))  # length and height


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The line of contact in metres; `north_m[p]` is the side p's own line at `east_m`, A then B."""

    east_m: Floats
    contact_m: Floats
    north_m: tuple[Floats, Floats]
    hot_spots: pl.DataFrame  # east_m, spread_m, weight
    settlements: pl.DataFrame  # place_id, name, lon, lat, held_by (A, B; null in the gap), east_m, north_m
    outlines: tuple[Outline, ...]
    grounds: tuple[shapely.Geometry, ...]  # what lies behind A's line, and behind B's, in degrees

    def line_at(self, side: Ints, east_m: Floats) -> Floats:
        """Return the metres north of each side's own line (0: A, 1: B) at `east_m`."""
        ours, theirs = (np.interp(east_m, self.east_m, line) for line in self.north_m)
        return np.where(side == 0, ours, theirs)

    def ground(self, east_m: Floats, north_m: Floats) -> Ints:
        """Return who holds each place: 0 is A, 1 is B, -1 nobody, in the gap."""
        both = [np.interp(east_m, self.east_m, line) for line in self.north_m]
        return np.where(north_m >= both[0], 0, np.where(north_m <= both[1], 1, -1))

    def geojson(self) -> Json:
        """Return all outlines as a GeoJSON FeatureCollection."""
        features = [one.geojson() for one in self.outlines]
        return {"type": "FeatureCollection", "mark": "EXERCISE", "features": features}


def front(preset: Preset, *, seed: int) -> Front:
    """Return the front that `seed` makes."""
    generator = stream(seed, "front")
    length = preset.length_km * 1_000
    east = np.linspace(0.0, length, int(length / VERTEX_M) + 1)
    contact = sum(
        (high * np.sin(2 * np.pi * (east / long + generator.random())) for long, high in WAVES_M),
        start=np.zeros(len(east)),
    )
    wide = preset.gap_m * np.clip(1 + 0.5 * np.sin(east / 9_000 + generator.uniform(0, 6.3)), 0.2, None)
    ours, theirs = contact + wide / 2, contact - wide / 2
    bare = Front(
        east_m=east,
        contact_m=contact,
        north_m=(ours, theirs),
        hot_spots=_hot_spots(preset, generator, length),
        settlements=pl.DataFrame(),
        outlines=outlines(preset, east, (ours, theirs)),
        grounds=grounds(preset, east, (ours, theirs)),
    )
    places = _settlements(preset, generator, length, bare)
    return replace(bare, settlements=places)


def _hot_spots(preset: Preset, generator: np.random.Generator, length: float) -> pl.DataFrame:
    many = max(2, round(preset.hot_spots_per_100_km * preset.length_km / 100))
    return pl.DataFrame(
        {
            "east_m": np.sort(generator.uniform(0.03, 0.97, many) * length).round(1),
            "spread_m": generator.uniform(1_500, 4_000, many).round(1),
            "weight": generator.lognormal(0.0, 0.8, many).round(4),
        }
    )


def _settlements(preset: Preset, generator: np.random.Generator, length: float, on: Front) -> pl.DataFrame:
    many = max(4, round(preset.settlements_per_100_km * preset.length_km / 100))
    east = np.sort(generator.uniform(0.0, length, many))
    north = np.interp(east, on.east_m, on.contact_m) + generator.normal(0.0, 7_000.0, many)
    lon, lat = degrees(east, north)
    held = [None if side < 0 else PARTIES[side] for side in on.ground(east, north).tolist()]
    return pl.DataFrame(
        {
            "place_id": [f"exercise:{at:04d}" for at in range(many)],
            "name": [f"Mark {at + 1}" for at in range(many)],
            "lon": lon,
            "lat": lat,
            "held_by": pl.Series(held, dtype=pl.String),
            "east_m": east.round(1),
            "north_m": north.round(1),
        }
    )
