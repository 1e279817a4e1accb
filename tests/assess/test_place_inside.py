"""The probability that a place is inside."""

import math

import numpy as np
import polars as pl
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.assess.normal import REACH, beyond
from trucewatch.assess.place import ground_from, ground_of, p_inside
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


@pytest.mark.parametrize("x", [0.0, 0.3, 1.0, 2.5, 4.0, 8.0])
def test_the_normal_distribution_is_right_to_six_digits(x):
    assert float(beyond(np.array([x]))[0]) == pytest.approx(0.5 * math.erfc(x / math.sqrt(2)), abs=2e-7)


def test_a_two_kilometre_error_on_the_border_is_even():
    assert p(at(0.0, 0.0, 2000)) == 0.5


@pytest.mark.parametrize("offset_m", [-4000, -2000, -1000, 0, 500, 1000, 2000, 4000])
def test_a_straight_border_gives_the_normal_distribution(offset_m):
    exact = 0.5 * (1 + math.erf(offset_m / 2000 / math.sqrt(2)))
    assert p(at(offset_m / METRES_PER_DEGREE, 0.0, 2000)) == pytest.approx(exact, abs=1e-4)


def test_two_kilometres_of_error_on_a_one_kilometre_buffer_match_numerical_integration():
    buffer = areas_from(["buffer"], [shapely.box(-1, -KM, 1, KM)])
    exact = math.erf(1000 / 2000 / math.sqrt(2))
    assert float(p_inside(at(0.0, 0.0, 2000), ground_of(("buffer",), buffer))[0]) == pytest.approx(
        exact, abs=1e-4
    )


def test_a_long_ellipse_is_turned_by_its_azimuth():
    along = p(at(2 * KM, 0.0, 5000, minor_m=100, azimuth=0.0))
    across = p(at(2 * KM, 0.0, 5000, minor_m=100, azimuth=90.0))
    assert along == 1.0
    assert 0.5 < across < 0.8


def integrated(polygon, lon, lat, major_m, minor_m, azimuth, steps=400):
    """Return the probability on a grid of equal steps, out to six standard deviations."""
    x = (np.arange(steps) + 0.5) / steps * 12 - 6
    along, across = np.meshgrid(x * major_m, x * minor_m)
    weight = np.exp(-0.5 * (np.add.outer(x**2, x**2))) / (2 * math.pi) * (12 / steps) ** 2
    sine, cosine = math.sin(math.radians(azimuth)), math.cos(math.radians(azimuth))
    east, north = along * sine - across * cosine, along * cosine + across * sine
    xs = lon + east / (METRES_PER_DEGREE * math.cos(math.radians(lat)))
    return float((weight * shapely.intersects_xy(polygon, xs, lat + north / METRES_PER_DEGREE)).sum())


ANGLES = st.lists(st.floats(0.2, 3.0), min_size=3, max_size=12)


@settings(deadline=None, max_examples=60)
@given(ANGLES, st.floats(-2, 2), st.floats(-2, 2), st.floats(0.05, 1), st.floats(0, 180), st.booleans())
def test_any_shape_and_any_ellipse_match_numerical_integration(radii, east, north, thin, azimuth, holed):
    turns = np.linspace(0, 2 * math.pi, len(radii), endpoint=False)
    ring = np.column_stack([np.cos(turns), np.sin(turns)]) * np.array(radii)[:, None] * 2 * KM
    polygon = shapely.affinity.translate(shapely.Polygon(ring), 30, 48)
    if holed:
        polygon = polygon.difference(shapely.Point(30, 48).buffer(0.2 * KM))
    lon, lat = 30 + east * 2 * KM, 48 + north * 2 * KM
    place = at(lon, lat, 2000, minor_m=2000 * thin, azimuth=azimuth)
    found = float(p_inside(place, ground_from(polygon, AREAS))[0])
    assert found == pytest.approx(integrated(polygon, lon, lat, 2000, 2000 * thin, azimuth), abs=0.005)


@pytest.mark.parametrize("spot", [(0.0, 0.0), (0.0, -0.5), (1.0, 0.5), (0.5, 0.5)])
def test_a_place_on_an_edge_or_a_corner_is_shared(spot):
    corner = abs(spot[1]) == 0.5 and spot[0] in (0.0, 1.0)
    assert p(at(*spot, 200)) == pytest.approx(0.25 if corner else 0.5, abs=1e-4)


@settings(deadline=None)
@given(st.floats(-0.2, 1.2), st.floats(-0.7, 0.7), st.floats(50, 5_000))
def test_beyond_the_reach_the_centre_decides(lon, lat, sigma_m):
    away = shapely.distance(shapely.boundary(BOX), shapely.Point(lon, lat)) * METRES_PER_DEGREE
    if away > 1.1 * REACH * sigma_m / math.cos(math.radians(lat)):
        assert p(at(lon, lat, sigma_m)) == float(shapely.intersects_xy(BOX, lon, lat))


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.tuples(st.floats(-0.1, 1.1), st.floats(-0.6, 0.6), st.floats(50, 9_000)), min_size=1, max_size=9
    )
)
def test_a_place_has_the_same_probability_alone_and_among_others(rows):
    whole = pl.concat([at(*row) for row in rows])
    ground = ground_of(("box",), AREAS)
    assert p_inside(whole, ground).tolist() == [float(p_inside(at(*row), ground)[0]) for row in rows]


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
