"""VIINA: unknown clock times, places that stand for more, and headlines with one origin."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from trucewatch.ingest.viina import KINDS, LAG_S, parse
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means

PROFILE = SourceProfile(source_id="viina", means=Means.TOLD, zone=ZoneInfo("Europe/Kyiv"), published=True)
HEADER = "row_id,datetime,lon,lat,place_name,event_type,headline,n_rows\n"
GOOD = "1,2023-07-01 14:20:00,37.5,48.3,Somewhere,artillery|loc,A headline,3\n"


def told(*lines, profile=PROFILE):
    return parse((HEADER + "".join(lines)).encode(), profile)


def only(*lines):
    return told(*lines).accepted.row(0, named=True)


def test_a_clock_time_is_when_it_was_told_and_it_happened_before():
    row = only(GOOD)
    assert row["reported_utc"] == row["to_utc"] == datetime(2023, 7, 1, 11, 20, tzinfo=UTC)
    assert row["to_utc"] - row["from_utc"] == timedelta(seconds=LAG_S)
    assert (row["means"], row["phenomenon"], row["weapon"]) == ("told", "explosion", "artillery")
    assert (row["count_min"], row["count_max"]) == (None, None)


def test_midnight_means_that_nobody_said_when():
    row = only(GOOD.replace("14:20:00", "00:00:00"))
    assert row["reported_utc"] is None
    assert (row["from_utc"], row["to_utc"]) == (
        datetime(2023, 6, 30, 21, tzinfo=UTC),
        datetime(2023, 7, 1, 21, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("labels", "phenomenon"),
    [
        ("loc|civcas|artillery", "explosion"),
        ("property|uav", "uav"),
        ("firefighb", "shot"),
        ("retreab", "position_change"),
        ("airalerb", "alert"),
        ("loc", "statement"),
        ("", "statement"),
    ],
)
def test_the_first_kind_of_the_list_that_a_row_bears_is_its_phenomenon(labels, phenomenon):
    assert only(GOOD.replace("artillery|loc", labels))["phenomenon"] == phenomenon


@pytest.mark.parametrize(
    ("lon", "lat", "area"),
    [
        ("30.52355", "50.450441", None),
        ("34.099413", "44.953634", "UA-43"),
        ("33.481729", "46.55783", "UA-65"),
        ("33.48173", "46.55783", "UA-65"),
        ("34.123755", "51.106236", "UA-59"),
    ],
)
def test_a_listed_centroid_keeps_its_area_or_nothing(lon, lat, area):
    row = only(GOOD.replace("37.5,48.3", f"{lon},{lat}"))
    assert (row["lon"], row["lat"], row["sigma_m"], row["area_id"]) == (None, None, None, area)


def test_a_coordinate_that_holds_much_of_the_file_may_stand_for_more_than_its_town():
    elsewhere = "".join(GOOD.replace("37.5,48.3", f"{30 + n / 100},48.9") for n in range(100))
    crowd = told(GOOD * 50, elsewhere).accepted
    assert crowd["sigma_m"].to_list() == [10_000.0] * 50 + [3_000.0] * 100
    assert told(GOOD * 49, elsewhere).accepted["sigma_m"].unique().to_list() == [3_000.0]


def test_rows_of_one_headline_have_one_origin():
    rows = told(
        GOOD, GOOD.replace("A headline", "a  HEADLINE"), GOOD.replace("A headline", "Another")
    ).accepted
    assert rows["origin"].to_list()[0] == rows["origin"].to_list()[1] != rows["origin"].to_list()[2]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("2023-07-01 14:20:00", "", "datetime"),
        ("2023-07-01 14:20:00", "yesterday", "datetime"),
        ("2023-07-01 14:20:00", "2023-02-30", "datetime"),
        ("2023-07-01 14:20:00", "2023-10-29 03:30:00", "datetime"),
        ("artillery", "rumour", "event_type"),
        ("37.5,48.3", "48.3,137.5", "lat"),
        ("37.5,48.3", ",", "lon"),
    ],
)
def test_each_bad_row_is_refused_for_its_reason_and_no_other(old, new, column):
    screened = told(GOOD, GOOD.replace(old, new), GOOD)
    assert screened.accepted["row"].to_list() == [1, 3]
    assert [(refusal.row, refusal.column) for refusal in screened.refused] == [(2, column)]


def test_without_a_zone_nothing_is_taken_and_one_line_says_so():
    screened = told(GOOD, GOOD, profile=SourceProfile(source_id="viina", means=Means.TOLD))
    assert screened.accepted.is_empty()
    assert [refusal.reason for refusal in screened.refused] == [
        "local times with no zone: set `zone` for the source"
    ]


def test_a_headline_that_looks_like_a_formula_stays_words():
    assert only(GOOD.replace("A headline", "=HYPERLINK(1)"))["text"] == "=HYPERLINK(1)"


@pytest.mark.parametrize(("name", "rows"), [("dense-2023", 31_404), ("truces-2025", 8_990)])
def test_every_published_row_is_taken(shared, name, rows):
    path = shared / "data" / name / "viina.parquet"
    screened = parse(path.read_bytes(), PROFILE)
    assert (screened.accepted.height, screened.refused) == (rows, ())
    unknown = pl.read_parquet(path)["datetime"].str.ends_with("00:00:00").sum()
    assert screened.accepted["reported_utc"].null_count() == unknown
    assert set(screened.accepted["phenomenon"]) <= {kind.value for kind in KINDS.values()}


def test_the_coded_rows_of_2026_have_a_date_only_and_no_origin(shared):
    path = shared / "data" / "timed-2026" / "viina_2026_codes.parquet"
    screened = parse(path.read_bytes(), PROFILE)
    assert (screened.accepted.height, screened.refused) == (1_487, ())
    assert screened.accepted["origin"].null_count() == 1_487
    assert set((screened.accepted["to_utc"] - screened.accepted["from_utc"]).unique()) == {timedelta(days=1)}
