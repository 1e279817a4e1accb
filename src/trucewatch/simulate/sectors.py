"""Places from sectors: the row's own error, for whoever knows a direction and a distance.

Rules:
- as a patrol form is read: the place is the middle of the sector's mass, the ellipse its spread, widened by
  the error of the observer's own place.
"""

from __future__ import annotations

import numpy as np
import polars as pl

OBSERVER_SIGMA_M = 100.0


def with_places(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` with a place and an ellipse for each row that has a sector."""
    sector = frame["bearing_deg"].is_not_null().to_numpy()
    names = ("bearing_deg", "bearing_halfwidth_deg", "distance_min_m", "distance_max_m")
    bearing, half, near, far = (frame[name].fill_null(1.0).to_numpy() for name in names)
    half, far = np.radians(np.maximum(half, 0.1)), np.maximum(far, near + 1.0)
    first = 2 / 3 * (far**3 - near**3) / (far**2 - near**2)
    second = (far**2 + near**2) / 2
    sinc, double = np.sin(half) / half, np.sin(2 * half) / (2 * half)
    mean = first * sinc
    radial = second * (1 + double) / 2 - mean**2 + OBSERVER_SIGMA_M**2
    tangent = second * (1 - double) / 2 + OBSERVER_SIGMA_M**2
    across = tangent > radial
    turn = np.radians(bearing)
    found = {
        "east_m": frame["observer_east_m"].fill_null(0.0).to_numpy() + mean * np.sin(turn),
        "north_m": frame["observer_north_m"].fill_null(0.0).to_numpy() + mean * np.cos(turn),
        "major_m": np.round(np.sqrt(np.maximum(radial, tangent)), 1),
        "minor_m": np.round(np.sqrt(np.minimum(radial, tangent)), 1),
        "azimuth_deg": np.round(np.where(across, bearing + 90, bearing) % 180, 1),
    }
    held = frame.with_columns(
        pl.lit(None, pl.Float64).alias(name) for name in found if name not in frame.columns
    )
    kept = pl.Series(sector)
    return held.with_columns(
        pl.when(kept).then(pl.Series(values)).otherwise(pl.col(name)).alias(name)
        for name, values in found.items()
    )
