"""The monitors' own reports of October 2016."""

import json
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import shapely

from trucewatch.cover.cover import cover
from trucewatch.ingest import smm
from trucewatch.model.areas import areas_from
from trucewatch.model.canonical import with_ids
from trucewatch.model.instants import Clock
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import CONTROL, WEATHER
from trucewatch.model.vocabulary import Means

KYIV = ZoneInfo("Europe/Kyiv")
CONTENT = Path(__file__).resolve().parents[2] / "src" / "trucewatch" / "content"
PROFILE = SourceProfile(
    source_id="smm",
    means=Means.HEARD,
    zone=KYIV,
    position_sigma_m=1500,
    watches="post hours",
    published=True,
)


@pytest.fixture(scope="module")
def reported(shared):
    raw = (shared / "data" / "donbas-2016" / "osce_smm_observations.csv").read_bytes()
    return with_ids(smm.parse(raw, PROFILE).accepted)


def hours(observations, day):
    features = json.loads((CONTENT / "areas" / "ua_admin1.geojson").read_text())["features"]
    areas = areas_from(
        [f["properties"]["id"] for f in features], [shapely.geometry.shape(f["geometry"]) for f in features]
    )
    found = cover(
        observations,
        {"smm": PROFILE},
        WEATHER.empty(),
        CONTROL.empty(),
        areas=areas,
        days=(Clock(zone=KYIV).day(day),),
    )
    return [
        (row["area_id"], row["held_by"], row["state"], row["hours"], row["lower_bound"])
        for row in found.iter_rows(named=True)
    ]


def test_29_october_was_watched_from_both_sides_and_four_hours_saw_nothing(reported):
    assert hours(reported, date(2016, 10, 29)) == [
        ("UA-14", "GCA", "watched_with_events", 10.5, True),
        ("UA-14", "NGCA", "watched_with_events", 10.5, True),
        ("UA-14", "GCA", "watched_with_none", 4.0, True),
    ]


def test_without_the_row_that_saw_nothing_its_four_hours_vanish(reported):
    rest = reported.filter(reported["phenomenon"] != "nothing")
    states = [state for _, _, state, _, _ in hours(rest, date(2016, 10, 29))]
    assert states == ["watched_with_events"] * 2


def test_26_october_is_covered_without_a_gap(reported):
    assert hours(reported, date(2016, 10, 26)) == [("UA-14", "GCA", "watched_with_events", 24.0, True)]


def test_a_day_whose_report_is_missing_is_unknown_and_not_quiet(reported):
    assert hours(reported, date(2016, 10, 30)) == [("UA-14", None, "unknown", None, False)]
