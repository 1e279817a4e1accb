"""Posts that hear one fire from two sides: where it was, against known truth."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from trucewatch.fuse.fuse import fuse
from trucewatch.model.geodesy import METRES_PER_DEGREE, Sector, place_in_sector

FIRST = datetime(2027, 3, 1, tzinfo=UTC)
FIRES = 150
BANDS = [(0.0, 1_000.0), (1_000.0, 3_000.0), (3_000.0, 5_000.0), (5_000.0, 8_000.0), (8_000.0, 12_000.0)]


def heard(at: datetime, post: tuple[float, float], fire: tuple[float, float]) -> dict[str, object]:
    """Return what a post writes of a fire, both in metres: one of sixteen points and a band of distance."""
    east, north = fire[0] - post[0], fire[1] - post[1]
    away = math.hypot(east, north)
    near, far = next(band for band in BANDS if away <= band[1])
    bearing = round(math.degrees(math.atan2(east, north)) / 22.5) * 22.5 % 360
    lon, lat = post[0] / METRES_PER_DEGREE, post[1] / METRES_PER_DEGREE
    place = place_in_sector(
        lon=lon,
        lat=lat,
        sector=Sector(bearing_deg=bearing, halfwidth_deg=11.25),
        nearest_m=near,
        farthest_m=far,
        observer_sigma_m=100.0,
    )
    return {
        "from_utc": at,
        "to_utc": at + timedelta(minutes=5),
        "lon": place.lon,
        "lat": place.lat,
        "sigma_m": None,
        "major_m": place.major_m,
        "minor_m": place.minor_m,
        "azimuth_deg": place.azimuth_deg,
        "observer_lon": lon,
        "observer_lat": lat,
        "bearing_deg": bearing,
        "bearing_halfwidth_deg": 11.25,
        "distance_min_m": near,
        "distance_max_m": far,
    }


@pytest.fixture(scope="module")
def fires() -> tuple[np.ndarray, list[dict[str, object]]]:
    """Return fires half a day apart, and what two posts on either side write of each."""
    generator = np.random.Generator(np.random.PCG64(3))
    where = generator.uniform(-3_000, 3_000, (FIRES, 2))
    rows = []
    for number, (east, north) in enumerate(where):
        at, side = FIRST + timedelta(hours=12 * number), generator.uniform(0.6, 2.5)
        for turn in (0.0, side):
            off = generator.uniform(2_000, 8_000)
            post = (round(east + off * math.sin(turn), -1), round(north + off * math.cos(turn), -1))
            rows.append(heard(at, post, (east, north)))
    return where, rows


def off_m(incidents: pl.DataFrame, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how far the incidents lie from the fires, and which ellipses hold them."""
    number = ((incidents["from_utc"] - FIRST).dt.total_hours().to_numpy() / 12).round().astype(int)
    east = where[number, 0] - incidents["lon"].to_numpy() * METRES_PER_DEGREE
    north = where[number, 1] - incidents["lat"].to_numpy() * METRES_PER_DEGREE
    turn = np.radians(incidents["azimuth_deg"].to_numpy())
    along, across = east * np.sin(turn) + north * np.cos(turn), east * np.cos(turn) - north * np.sin(turn)
    inside = (along / incidents["major90_m"].to_numpy()) ** 2 + (
        across / incidents["minor90_m"].to_numpy()
    ) ** 2
    return np.hypot(east, north), inside <= 1


def test_two_sides_place_a_fire_better_than_one_and_their_ellipse_holds_it(observed, fires) -> None:
    where, rows = fires
    both = fuse(observed(rows), {}).incidents
    assert both.height <= 1.1 * FIRES
    two, held = off_m(both.filter(pl.col("n_observations") == 2), where)
    one, _ = off_m(fuse(observed(rows[::2]), {}).incidents, where)
    assert np.median(two) < 0.8 * np.median(one)
    assert 0.85 <= held.mean() <= 0.99


def test_a_fire_between_two_posts_lies_where_their_sectors_cross(observed) -> None:
    at, fire = FIRST, (0.0, 0.0)
    rows = [heard(at, (-4_000.0, 0.0), fire), heard(at, (0.0, -4_000.0), fire)]
    incident = fuse(observed(rows), {}).incidents.row(0, named=True)
    assert incident["n_observations"] == 2
    assert math.hypot(incident["lon"], incident["lat"]) * METRES_PER_DEGREE < 400
    assert incident["major90_m"] < 1_800
