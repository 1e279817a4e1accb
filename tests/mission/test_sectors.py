"""The outline of where an observer says that it was."""

from __future__ import annotations

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.mission.sectors import Sighted, outline
from trucewatch.model.geodesy import METRES_PER_DEGREE


def shape(lat: float, bearing: float, half: float, near: float, far: float) -> shapely.Polygon:
    rings = outline(37.0, lat, bearing, half, near, far)
    said = Sighted(
        source_id="post",
        bearing_deg=bearing,
        halfwidth_deg=half,
        nearest_m=near,
        farthest_m=far,
        rings=rings,
    )
    return said.shape


@pytest.mark.parametrize(
    ("bearing", "east", "north"),
    [(0.0, 0, 1), (90.0, 1, 0), (180.0, 0, -1), (270.0, -1, 0), (45.0, 0.7, 0.7)],
)
def test_it_lies_where_the_bearing_points(bearing: float, east: float, north: float) -> None:
    middle = 7500 / METRES_PER_DEGREE
    spot = shapely.Point(37 + east * middle / math.cos(math.radians(48)), 48 + north * middle)
    assert shape(48.0, bearing, 20, 5000, 10_000).contains(spot)
    assert not shape(48.0, bearing + 60, 20, 5000, 10_000).contains(spot)


def test_the_observer_is_outside_a_band_and_at_the_tip_of_a_wedge() -> None:
    here = shapely.Point(37, 48)
    assert not shape(48.0, 90, 20, 5000, 10_000).intersects(here)
    assert shape(48.0, 90, 20, 0, 10_000).touches(here)


def test_all_around_is_a_ring_with_its_middle_left_out() -> None:
    ring = shape(48.0, 10, 180, 2000, 9000)
    assert len(ring.interiors) == 1
    assert not ring.contains(shapely.Point(37, 48))


@given(
    st.floats(-70, 70),
    st.floats(0, 360),
    st.floats(0, 180),
    st.floats(0, 20_000),
    st.floats(10, 20_000),
)
def test_every_outline_is_a_valid_polygon_of_its_area(
    lat: float, bearing: float, half: float, near: float, wide: float
) -> None:
    found = shape(lat, bearing, half, near, near + wide)
    assert found.is_valid or found.area < 1e-6
    metres = METRES_PER_DEGREE**2 * math.cos(math.radians(lat))
    even = math.radians(max(half, 0.5)) * ((near + wide) ** 2 - near**2)
    assert found.area * metres == pytest.approx(even, rel=0.03, abs=5e5)
