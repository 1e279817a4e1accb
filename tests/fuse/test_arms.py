"""What an incident was fired with, which way and how high it flew."""

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.fuse.arms import fired, flown


def told(*rows):
    schema = {
        "incident": pl.Int64,
        "weapon": pl.String,
        "calibre_mm": pl.Float64,
        "heading_deg": pl.Float64,
        "altitude_m": pl.Float64,
    }
    return pl.DataFrame([{"incident": 0} | row for row in rows], schema=schema)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"weapon": "BM-21 Grad"}], ("mlrs", 122, 122)),
        ([{"weapon": "122mm mortar"}, {"weapon": "mortar"}], ("mortar", 122, 122)),
        ([{"weapon": "mortar"}, {"weapon": "tank"}], (None, None, None)),
        ([{"weapon": "mortar"}, {"weapon": "a loud thing"}, {}], ("mortar", None, None)),
        ([{"weapon": "mortar", "calibre_mm": 82.0}, {"calibre_mm": 120.0}], ("mortar", 82, 120)),
        ([{"weapon": "T-72", "calibre_mm": 100.0}], ("tank", 100, 100)),
        ([{}], (None, None, None)),
    ],
)
def test_an_incidents_weapon_is_what_its_observations_agree_on(rows, expected):
    assert fired(told(*rows)).row(0)[1:] == expected


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        ([90.0], (90.0, 11.25)),
        ([350.0, 10.0], (0.0, 21.25)),
        ([0.0, 90.0, 45.0], (45.0, 56.25)),
        ([0.0, 180.0], (None, None)),
        ([0.0, 120.0, 240.0], (None, None)),
        ([None], (None, None)),
        ([math.nan], (None, None)),
        ([90.0, math.nan], (90.0, 11.25)),
        ([360.0, 0.0], (0.0, 11.25)),
    ],
)
def test_a_direction_is_the_smallest_sector_that_holds_all(headings, expected):
    found = flown(told(*({"heading_deg": heading} for heading in headings)))
    assert found.select("heading_deg", "heading_halfwidth_deg").row(0) == expected


def test_heights_are_the_least_and_the_greatest():
    found = flown(told({"altitude_m": 120.0}, {"altitude_m": 80.0}, {}))
    assert found.select("altitude_min_m", "altitude_max_m").row(0) == (80.0, 120.0)


@given(st.lists(st.floats(0, 359.9).map(lambda d: round(d, 1)), min_size=1, max_size=6), st.randoms())
def test_the_order_of_observations_changes_no_direction(headings, random):
    moved = random.sample(headings, len(headings))
    one, other = (flown(told(*({"heading_deg": h} for h in some))) for some in (headings, moved))
    assert one.equals(other)
