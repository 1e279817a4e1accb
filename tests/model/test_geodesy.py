"""A sector becomes a place with its error, by the moments of what lies in it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from trucewatch.model.geodesy import (
    COMPASS,
    ELLIPSE90,
    Ellipse,
    Plane,
    Sector,
    axes,
    covariance,
    heading_of,
    place_in_sector,
    sector_of,
)


@pytest.mark.parametrize(
    ("points", "bearing", "halfwidth"),
    [
        (["N"], 0, 11.25),
        (["E"], 90, 11.25),
        (["NNW", "N"], 348.75, 22.5),
        (["N", "NNW"], 348.75, 22.5),
        (["N", "NNE"], 11.25, 22.5),
        (["W", "NE"], 337.5, 78.75),
        (["W", "W", " w "], 270, 11.25),
        (["NNW", "N", "NNE"], 0, 33.75),
        (["SE", "SW"], 180, 56.25),
        (["N", "E", "S", "W"], None, 146.25),
        (list(COMPASS), None, 180),
    ],
)
def test_a_sector_holds_its_points_and_no_more(
    points: list[str], bearing: float | None, halfwidth: float
) -> None:
    sector = sector_of(points)
    assert sector.halfwidth_deg == halfwidth
    assert bearing is None or sector.bearing_deg == bearing


@given(st.lists(st.sampled_from(COMPASS), min_size=1, max_size=8))
def test_every_point_lies_in_its_sector_whatever_their_order(points: list[str]) -> None:
    sector = sector_of(points)
    assert sector == sector_of(sorted(points))
    for point in points:
        apart = abs((heading_of(point) - sector.bearing_deg + 180) % 360 - 180)
        assert apart <= sector.halfwidth_deg - 11.25 + 1e-9


def test_what_is_not_on_the_compass_is_no_direction() -> None:
    for points, fault in [(["NNNW"], KeyError), ([], ValueError)]:
        with pytest.raises(fault):
            sector_of(points)
    with pytest.raises(KeyError):
        heading_of("up")
    assert [heading_of(point) for point in ("N", "ESE", "nnw")] == [0, 112.5, 337.5]


SECTORS = [
    (Sector(bearing_deg=348.75, halfwidth_deg=22.5), 3_000.0, 5_000.0, 100.0),
    (Sector(bearing_deg=0.0, halfwidth_deg=11.25), 0.0, 1_000.0, 0.0),
    (Sector(bearing_deg=135.0, halfwidth_deg=56.25), 2_000.0, 4_000.0, 250.0),
    (Sector(bearing_deg=337.5, halfwidth_deg=78.75), 1_000.0, 6_000.0, 500.0),
    (Sector(bearing_deg=20.0, halfwidth_deg=180.0), 1_000.0, 6_000.0, 500.0),
    (Sector(bearing_deg=271.0, halfwidth_deg=11.25), 10_000.0, 20_000.0, 1_000.0),
]


@pytest.mark.parametrize(("sector", "nearest_m", "farthest_m", "observer_m"), SECTORS)
def test_the_place_has_the_moments_of_an_even_sector(
    sector: Sector, nearest_m: float, farthest_m: float, observer_m: float
) -> None:
    # Midpoints of equal areas: r² even between its ends, the bearing even over the sector.
    steps = (np.arange(2_000) + 0.5) / 2_000
    radius = np.sqrt(nearest_m**2 + steps * (farthest_m**2 - nearest_m**2))[:, None]
    bearing = np.radians(sector.bearing_deg + (2 * steps - 1) * sector.halfwidth_deg)[None, :]
    east, north = (radius * np.sin(bearing)).ravel(), (radius * np.cos(bearing)).ravel()
    spread = np.cov(east, north, bias=True) + observer_m**2 * np.eye(2)

    place = place_in_sector(
        lon=37.75,
        lat=48.14,
        sector=sector,
        nearest_m=nearest_m,
        farthest_m=farthest_m,
        observer_sigma_m=observer_m,
    )
    (x,), (y,) = Plane(lon=37.75, lat=48.14).metres(np.array([place.lon]), np.array([place.lat]))
    assert math.hypot(x - east.mean(), y - north.mean()) < 0.01 * farthest_m
    minor_m, major_m = np.sqrt(np.linalg.eigvalsh(spread))
    assert place.major_m == pytest.approx(major_m, rel=0.01)
    assert place.minor_m == pytest.approx(minor_m, rel=0.01)
    ee, en, nn = (float(part) for part in covariance(*_arrays(place)))
    assert np.allclose([ee, en, nn], [spread[0, 0], spread[0, 1], spread[1, 1]], atol=0.01 * major_m**2)


def _arrays(place: Ellipse) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.array(place.major_m), np.array(place.minor_m), np.array(place.azimuth_deg)


def test_a_narrow_far_sector_lies_across_and_a_wide_near_band_along_its_bearing() -> None:
    across = place_in_sector(
        lon=0,
        lat=0,
        sector=Sector(bearing_deg=30, halfwidth_deg=40),
        nearest_m=9e3,
        farthest_m=1e4,
        observer_sigma_m=0,
    )
    along = place_in_sector(
        lon=0,
        lat=0,
        sector=Sector(bearing_deg=210, halfwidth_deg=5),
        nearest_m=0,
        farthest_m=1e4,
        observer_sigma_m=0,
    )
    assert (across.azimuth_deg, along.azimuth_deg) == (120, 30)


def test_a_distance_that_is_one_number_is_a_thin_band() -> None:
    place = place_in_sector(
        lon=0,
        lat=0,
        sector=Sector(bearing_deg=0, halfwidth_deg=0),
        nearest_m=5e3,
        farthest_m=5e3,
        observer_sigma_m=0,
    )
    assert place.lat == pytest.approx(5_000.5 / 111_195, rel=1e-6)
    assert place.major_m < 1


@settings(max_examples=200)
@given(st.floats(1, 1e5), st.floats(0.01, 1), st.floats(0, 180, exclude_max=True))
def test_axes_undo_covariance(major_m: float, ratio: float, azimuth_deg: float) -> None:
    minor_m = major_m * ratio
    ee, en, nn = covariance(np.array(major_m), np.array(minor_m), np.array(azimuth_deg))
    major, minor, azimuth = axes(float(ee), float(en), float(nn))
    assert major == pytest.approx(major_m, rel=1e-9)
    assert minor == pytest.approx(minor_m, rel=1e-6)
    assert 0 <= azimuth < 180
    if ratio < 0.99:
        assert abs((azimuth - azimuth_deg + 90) % 180 - 90) < 1e-6


def test_ninety_per_cent_lie_in_the_ninety_per_cent_ellipse() -> None:
    assert 1 - math.exp(-(ELLIPSE90**2) / 2) == pytest.approx(0.9)
    normal = np.random.default_rng(7).standard_normal((200_000, 2))
    assert (np.hypot(*normal.T) <= ELLIPSE90).mean() == pytest.approx(0.9, abs=0.003)


@pytest.mark.parametrize("east_m", [-50_000.0, 0.0, 50_000.0])
@pytest.mark.parametrize("north_m", [-50_000.0, 1.0, 50_000.0])
def test_the_plane_is_off_by_less_than_half_a_per_cent(east_m: float, north_m: float) -> None:
    plane = Plane(lon=37.8, lat=48.0)
    lon, lat = plane.degrees(east_m, north_m)
    (back_east,), (back_north,) = plane.metres(np.array([lon]), np.array([lat]))
    assert (back_east, back_north) == (pytest.approx(east_m, abs=1e-6), pytest.approx(north_m, abs=1e-6))
    _, _, true_m = Geod(ellps="WGS84").inv(37.8, 48.0, lon, lat)
    assert math.hypot(east_m, north_m) == pytest.approx(true_m, rel=0.005)
