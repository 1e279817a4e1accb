"""The probability that a place is inside."""

import math

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.assess.place import ground_of, p_inside, quadrature
from trucewatch.model.areas import areas_from
from trucewatch.model.geodesy import ELLIPSE90, METRES_PER_DEGREE
from trucewatch.model.tables import INCIDENTS

KM = 1000 / METRES_PER_DEGREE
BOX = shapely.box(0, -0.5, 1, 0.5)
AREAS = areas_from(
    ["box", "inner", "far", "lap"],
    [BOX, shapely.box(0.2, 0, 0.4, 0.2), shapely.box(5, 5, 6, 6), shapely.box(0.9, 0, 1.5, 0.2)],
)


def at(lon=None, lat=None, sigma_m=None, area_id=None, minor_m=None, azimuth=0.0):
    ninety = None if sigma_m is None else sigma_m * ELLIPSE90
    minor = None if minor_m is None else minor_m * ELLIPSE90
    return INCIDENTS.empty().vstack(
        pl.DataFrame(
            [
                {
                    "lon": lon,
                    "lat": lat,
                    "major90_m": ninety,
                    "minor90_m": minor,
                    "azimuth_deg": azimuth,
                    "area_id": area_id,
                }
            ],
            schema={
                n: INCIDENTS.schema[n]
                for n in ("lon", "lat", "major90_m", "minor90_m", "azimuth_deg", "area_id")
            },
        ).select(
            pl.col(n)
            if n in ("lon", "lat", "major90_m", "minor90_m", "azimuth_deg", "area_id")
            else pl.lit(None, t).alias(n)
            for n, t in INCIDENTS.schema.items()
        )
    )


def p(frame, *names):
    return float(p_inside(frame, ground_of(names or ("box",), AREAS))[0])


def test_the_points_come_in_pairs_and_as_wide_as_a_standard_normal():
    x, y = quadrature()
    half = len(x) // 2
    assert np.array_equal(x[:half], -x[half:])
    assert np.array_equal(y[:half], -y[half:])
    assert np.mean(x**2) == pytest.approx(1, abs=0.05)
    assert np.mean(y**2) == pytest.approx(1, abs=0.05)


def test_a_two_kilometre_error_on_the_border_is_even():
    assert p(at(0.0, 0.0, 2000)) == 0.5


@pytest.mark.parametrize("offset_m", [-4000, -2000, -1000, 0, 500, 1000, 2000, 4000])
def test_a_straight_border_gives_the_normal_distribution(offset_m):
    exact = 0.5 * (1 + math.erf(offset_m / 2000 / math.sqrt(2)))
    assert p(at(offset_m / METRES_PER_DEGREE, 0.0, 2000)) == pytest.approx(exact, abs=0.02)


def test_two_kilometres_of_error_on_a_one_kilometre_buffer_match_numerical_integration():
    buffer = areas_from(["buffer"], [shapely.box(-1, -KM, 1, KM)])
    exact = math.erf(1000 / 2000 / math.sqrt(2))
    assert float(p_inside(at(0.0, 0.0, 2000), ground_of(("buffer",), buffer))[0]) == pytest.approx(
        exact, abs=0.02
    )


def test_a_long_ellipse_is_turned_by_its_azimuth():
    along = p(at(2 * KM, 0.0, 5000, minor_m=100, azimuth=0.0))
    across = p(at(2 * KM, 0.0, 5000, minor_m=100, azimuth=90.0))
    assert along == 1.0
    assert 0.5 < across < 0.8


@settings(deadline=None)
@given(st.floats(-0.2, 1.2), st.floats(-0.7, 0.7), st.floats(50, 20_000))
def test_far_from_the_border_the_shortcut_equals_all_the_points(lon, lat, sigma_m):
    x, y = quadrature()
    east, north = y * sigma_m, x * sigma_m
    xs = lon + east / (METRES_PER_DEGREE * math.cos(math.radians(lat)))
    slow = float(np.mean(shapely.intersects_xy(BOX, xs, lat + north / METRES_PER_DEGREE)))
    assert p(at(lon, lat, sigma_m)) == pytest.approx(slow, abs=1e-12)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (at(area_id="box"), 1.0),
        (at(area_id="inner"), 1.0),
        (at(area_id="far"), 0.0),
        (at(area_id="lap"), None),
        (at(area_id="nowhere"), None),
        (at(), None),
        (at(0.5, 0.0), None),  # a place without an error
    ],
)
def test_a_place_known_by_its_area_is_inside_outside_or_unknown(frame, expected):
    found = p(frame)
    assert math.isnan(found) if expected is None else found == expected


def test_an_outline_that_is_missing_leaves_the_place_unknown():
    assert math.isnan(p(at(0.5, 0.0, 100), "box", "missing"))


def test_two_areas_side_by_side_have_no_border_between_them():
    pair = areas_from(["w", "e"], [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    assert float(p_inside(at(1.0, 0.5, 2000), ground_of(("w", "e"), pair))[0]) == 1.0
