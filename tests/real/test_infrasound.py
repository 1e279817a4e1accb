"""Infrasound of two known explosions, located from what arrays detected: the truth lies in the 90 % region."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from trucewatch.fuse.arrivals import ELLIPSE90, Fix
from trucewatch.fuse.fuse import fuse
from trucewatch.fuse.picks import fixes_of
from trucewatch.model.tables import OBSERVATIONS

UTTR = (-112.896, 41.131, datetime(2004, 6, 2, 17, 23, 4, tzinfo=UTC))
HRR = (-106.334, 33.538, None)


def detections(path: Path, *, most: int | None = None) -> pl.DataFrame:
    """Return an array's detections as observations: a moment, a back azimuth, and no place."""
    rows = json.loads(path.read_text())[:most]
    came = [datetime.fromisoformat(row["Peak F-Stat Time (UTC)"]).replace(tzinfo=UTC) for row in rows]
    return OBSERVATIONS.conform(
        pl.DataFrame(
            {
                "observation_id": [f"{at:032x}" for at in range(len(rows))],
                "source_id": "arrays",
                "means": "detected",
                "phenomenon": "infrasound",
                "from_utc": [at - timedelta(hours=2) for at in came],
                "to_utc": came,
                "observer_lon": [float(row["Longitude"]) for row in rows],
                "observer_lat": [float(row["Latitude"]) for row in rows],
                "bearing_deg": [float(row["Back Azimuth"]) % 360 for row in rows],
                "sensitivity": "public",
            }
        )
    )


@pytest.mark.parametrize(
    ("name", "most", "arrays", "truth"),
    [
        ("example1.dets.json", 4, 4, UTTR),
        ("example2.dets.json", None, 3, UTTR),
        ("HRR-5.dets.json", None, 5, HRR),
    ],
)
def test_the_true_place_lies_in_the_region_that_the_arrays_give(
    shared: Path, name, most, arrays, truth
) -> None:
    told = detections(shared / "data/infrasound" / name, most=most)
    (row,) = fixes_of(told, {}).to_dicts()
    assert len(row["observations"]) == arrays
    lon, lat, at = truth
    fix = Fix(
        **{k: row[k] for k in ("lon", "lat", "major_m", "minor_m", "azimuth_deg", "p", "misfit")},
        at_s=0.0,
        sigma_s=0.0,
        off=None,
    )
    assert fix.holds(lon, lat)
    assert fix.major_m * ELLIPSE90 < 120_000
    assert at is None or abs((row["at_utc"] - at).total_seconds()) < 300
    incidents = fuse(told, {}).incidents
    assert incidents["n_observations"].to_list() == [arrays]
    assert incidents["lon"].item() == pytest.approx(row["lon"], abs=1e-5)
