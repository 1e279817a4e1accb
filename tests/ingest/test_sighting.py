"""Bearing and distance become a place with its error."""

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.ingest.sighting import COMPASS_LIST, SAID, heading, placed
from trucewatch.model.geodesy import COMPASS
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means, Phenomenon

PROFILE = SourceProfile(
    source_id="post", means=Means.HEARD, position_sigma_m=100, range_m={Phenomenon.EXPLOSION: 10_000}
)


def place(
    directions: str | None = None,
    nearest_m: float | None = None,
    farthest_m: float | None = None,
    *,
    phenomenon: str = "explosion",
    observer: tuple[float | None, float | None] = (38.0, 48.0),
    profile: SourceProfile = PROFILE,
) -> dict[str, float | None]:
    said = pl.DataFrame(
        [(*observer, directions, nearest_m, farthest_m, phenomenon)],
        orient="row",
        schema=dict(
            zip(SAID, [pl.Float64, pl.Float64, pl.String, pl.Float64, pl.Float64, pl.String], strict=True)
        ),
    )
    return placed(said, profile).row(0, named=True)


def metres(row: dict[str, float | None]) -> tuple[float, float]:
    """East and north of the observer at 38 E, 48 N."""
    assert row["lon"] is not None
    assert row["lat"] is not None
    east = (row["lon"] - 38) * 111_195 * math.cos(math.radians(48))
    return east, (row["lat"] - 48) * 111_195


@pytest.mark.parametrize(
    ("point", "east", "north"), [("N", 0, 1), ("E", 1, 0), ("S", 0, -1), ("W", -1, 0), ("NE", 0.7071, 0.7071)]
)
def test_the_place_lies_in_the_direction_said(point: str, east: float, north: float) -> None:
    found = metres(place(point, 5000, 5000))
    assert found == pytest.approx((5000 * east, 5000 * north), abs=60)


def test_one_number_of_kilometres_is_read_to_the_nearest() -> None:
    alone, band = place("N", 3000, 3000), place("N", 2500, 3500)
    assert (alone["major_m"], alone["minor_m"]) == (band["major_m"], band["minor_m"])
    assert (alone["distance_min_m"], alone["distance_max_m"]) == (3000, 3000)


def test_a_direction_alone_reaches_as_far_as_the_source_hears() -> None:
    assert metres(place("N"))[1] == pytest.approx(metres(place("N", 0, 10_000))[1], abs=0.2)
    assert place("N", phenomenon="burst")["lon"] is None


def test_opposite_directions_widen_the_sector_to_all_that_holds_both() -> None:
    row = place("W|NE", 1000, 7000)
    assert (row["bearing_deg"], row["bearing_halfwidth_deg"]) == (337.5, 78.75)


def test_nothing_seen_lies_where_the_observer_was() -> None:
    row = place(phenomenon="nothing")
    assert (row["lon"], row["lat"], row["sigma_m"]) == (38, 48, 100)


def test_without_an_observer_there_is_no_place() -> None:
    row = place("N", 1000, 2000, observer=(None, None))
    assert (row["lon"], row["bearing_deg"]) == (None, 0)


def test_declared_errors_widen_the_place_and_keep_what_was_said() -> None:
    unsure = SourceProfile(
        source_id="post", means=Means.HEARD, position_sigma_m=100, distance_factor=1.5, bearing_sigma_deg=10
    )
    sure, wide = place("N", 4000, 6000), place("N", 4000, 6000, profile=unsure)
    assert sure["major_m"] is not None
    assert wide["major_m"] is not None
    assert wide["major_m"] > sure["major_m"]
    assert (wide["bearing_halfwidth_deg"], wide["distance_max_m"]) == (11.25, 6000)


@pytest.mark.parametrize(
    ("flight", "expected"),
    [
        ("SE->NW", 315.0),
        ("S->N", 0.0),
        ("SSW->ENE", 67.5),
        ("N->NNE", None),  # no direction that the words tell
        ("SE->NW|S->N", None),
        ("mixed", None),
        ("N", None),
        ("N->", None),
        ("", None),
        (None, None),
    ],
)
def test_a_heading_is_kept_when_there_is_one(flight: str | None, expected: float | None) -> None:
    assert heading(flight) == expected


@given(
    st.lists(st.sampled_from(COMPASS), min_size=1, max_size=4),
    st.integers(0, 20),
    st.integers(0, 20),
    st.floats(-180, 180),
    st.floats(-90, 90),
)
def test_a_place_is_finite_and_on_the_globe(
    points: list[str], nearest_km: int, more_km: int, lon: float, lat: float
) -> None:
    words = "|".join(points)
    assert pl.Series([words]).str.contains(COMPASS_LIST).all()
    row = place(words, 1000.0 * nearest_km, 1000.0 * (nearest_km + more_km), observer=(lon, lat))
    if abs(lat) > 85:
        assert row["lon"] is None
        return
    assert row["lon"] is not None
    assert row["lat"] is not None
    assert abs(row["lon"]) <= 180
    assert abs(row["lat"]) <= 90
    assert row["minor_m"] is not None
    assert row["major_m"] is not None
    assert 100 <= row["minor_m"] <= row["major_m"]


@pytest.mark.parametrize("words", ["", "UP", "N|", "|N", "N,NE", "NORTH", "N||S"])
def test_what_is_no_list_of_compass_points_does_not_match(words: str) -> None:
    assert not pl.Series([words]).str.contains(COMPASS_LIST).any()
