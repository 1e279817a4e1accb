"""Places from arrival times and back azimuths, on a sphere with known truth."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from trucewatch.fuse.arrivals import GROUND, LOFTED, Arrivals, located, way
from trucewatch.fuse.fuse import fuse
from trucewatch.fuse.picks import FIXES, fixes_of, with_fixes
from trucewatch.model.tables import OBSERVATIONS

AROUND = np.array([[0.0, 2.0], [1.9, 0.6], [1.2, -1.6], [-1.2, -1.6], [-1.9, 0.6], [0.4, 0.3]])  # km
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
BANG = (0.012, 0.009)


def heard(places: np.ndarray, *, lon: float, lat: float, azimuths: bool, off: float = 0.0) -> Arrivals:
    """Return what sensors at `places`, in km about lon 0 and lat 0, have of a bang, the times a little off."""
    at_lon, at_lat = places[:, 0] / 111.195, places[:, 1] / 111.195
    many = np.full(len(places), 1.0)
    away, turn = way(at_lon, at_lat, lon * many, lat * many)
    noise = off * np.sin(np.arange(len(places)) * 2.4)
    return Arrivals(
        lon=at_lon,
        lat=at_lat,
        at_s=NOON.timestamp() + away / 343.0 + noise,
        sigma_s=0.02 * many,
        azimuth_deg=np.degrees(turn) % 360 if azimuths else np.full(len(places), np.nan),
        azimuth_sigma_deg=4.0 * many,
    )


@pytest.mark.parametrize(("off", "within_m"), [(0.0, 1.0), (0.02, 25.0)])
def test_six_sensors_around_a_bang_place_it_to_metres(off, within_m) -> None:
    (fix,) = located(heard(AROUND, lon=BANG[0], lat=BANG[1], azimuths=False, off=off), GROUND)
    assert math.hypot(fix.lon - BANG[0], fix.lat - BANG[1]) * 111_195 < within_m
    assert fix.at_s == pytest.approx(NOON.timestamp(), abs=0.2)
    assert fix.holds(*BANG)


def test_four_times_in_a_line_allow_two_places_and_an_azimuth_only_one() -> None:
    line = np.array([[-2.0, 0.0], [-0.7, 0.0], [0.6, 0.0], [2.0, 0.0]])
    both = located(heard(line, lon=0.012, lat=0.02, azimuths=False), GROUND)
    assert sorted(round(fix.lat, 3) for fix in both) == [-0.02, 0.02]
    assert [fix.p for fix in both] == pytest.approx([0.5, 0.5], abs=0.05)
    (one,) = located(heard(line, lon=0.012, lat=0.02, azimuths=True), GROUND)
    assert one.lat == pytest.approx(0.02, abs=1e-3)


def test_too_few_arrivals_are_no_place() -> None:
    two = heard(AROUND[:2], lon=BANG[0], lat=BANG[1], azimuths=False)
    assert located(two, GROUND) == ()
    assert located(two.take(np.array([0])), LOFTED) == ()


def rows(arrivals: Arrivals) -> pl.DataFrame:
    """Return arrivals as observations that say no place."""
    came = [NOON + timedelta(seconds=float(at - NOON.timestamp())) for at in arrivals.at_s]
    return OBSERVATIONS.conform(
        pl.DataFrame(
            {
                "observation_id": [f"{at:032x}" for at in range(len(came))],
                "source_id": "sensors",
                "means": "detected",
                "phenomenon": "explosion",
                "from_utc": [at - timedelta(minutes=1) for at in came],
                "to_utc": came,
                "observer_lon": arrivals.lon,
                "observer_lat": arrivals.lat,
                "sensitivity": "public",
            }
        )
    )


def test_arrivals_of_one_bang_are_one_incident_of_one_origin_where_it_was() -> None:
    two = [heard(AROUND, lon=lon, lat=BANG[1], azimuths=False) for lon in (BANG[0], -0.01)]
    late = Arrivals(
        **{name: getattr(two[1], name) for name in Arrivals.__slots__ if name != "at_s"},
        at_s=two[1].at_s + 60,
    )
    told = pl.concat([rows(two[0]), rows(late).with_columns(observation_id="f" + pl.col("observation_id"))])
    fused = fuse(told, {})
    assert fused.incidents["n_observations"].to_list() == [6, 6]
    assert fused.incidents["n_origins"].to_list() == [1, 1]
    assert sorted(fused.incidents["lon"]) == pytest.approx([-0.01, BANG[0]], abs=1e-4)
    assert fixes_of(told, {}).schema == FIXES
    assert with_fixes(told.reverse(), {}).reverse().equals(with_fixes(told, {}))


def test_where_two_places_remain_both_are_reported_and_the_fix_is_as_wide_as_both() -> None:
    line = np.array([[-2.0, 0.0], [-0.7, 0.0], [0.6, 0.0], [2.0, 0.0]])
    told = rows(heard(line, lon=0.012, lat=0.02, azimuths=False))
    assert fixes_of(told, {}).height == 2
    placed = with_fixes(told, {})
    assert placed["major_m"][0] > 2_000
    assert placed["lat"][0] == pytest.approx(0.0, abs=2e-3)


def test_what_is_placed_already_is_left_as_it_is(observed) -> None:
    told = observed([{"means": "detected"}, {"observer_lon": 0.4, "observer_lat": 0.2}])
    assert with_fixes(told, {}).equals(told)
