"""NASA FIRMS: what is published, what is kept of it, and hostile rows."""

import math
from datetime import UTC, datetime

import polars as pl
import pytest

from trucewatch.ingest.firms import parse
from trucewatch.model.canonical import with_ids
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means

PROFILE = SourceProfile(source_id="firms", means=Means.IMAGED, published=True)
VIIRS = "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight\n"
MODIS = "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_t31,frp,daynight\n"
GOOD = "48.06187,37.95356,331.2,0.4,0.37,2023-07-01,0005,N20,VIIRS,n,2.0NRT,290.1,2.63,N\n"


def seen(text, profile=PROFILE):
    return parse(text.encode(), profile)


def test_a_viirs_row_is_a_hot_pixel_for_the_six_minutes_of_its_granule():
    row = seen(VIIRS + GOOD).accepted.row(0, named=True)
    assert (row["means"], row["phenomenon"], row["sensitivity"]) == ("imaged", "thermal", "public")
    assert (row["from_utc"], row["to_utc"]) == (
        datetime(2023, 7, 1, 0, 5, tzinfo=UTC),
        datetime(2023, 7, 1, 0, 11, tzinfo=UTC),
    )
    assert (row["lon"], row["lat"]) == (37.95356, 48.06187)
    assert row["sigma_m"] == pytest.approx(
        math.hypot(math.hypot(400, 370) / math.sqrt(2) / math.sqrt(12), 70), abs=0.1
    )
    assert row["text"] == "N20 | VIIRS | confidence n | FRP 2.63 MW | daynight N"


def test_a_modis_row_has_its_own_granule_pixel_and_grade():
    row = seen(MODIS + "48.1,37.9,331,2.0,1.4,2016-10-29,5,Terra,MODIS,77,6.1,290,20.5,D\n").accepted.row(
        0, named=True
    )
    assert row["from_utc"] == datetime(2016, 10, 29, 0, 5, tzinfo=UTC)
    assert row["to_utc"] == datetime(2016, 10, 29, 0, 10, tzinfo=UTC)
    assert 498 < row["sigma_m"] < 502


def test_a_date_alone_is_the_whole_utc_day():
    row = seen("latitude,longitude,acq_date\n48.1,37.9,2023-07-01\n").accepted.row(0, named=True)
    assert (row["from_utc"], row["to_utc"]) == (
        datetime(2023, 7, 1, tzinfo=UTC),
        datetime(2023, 7, 2, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("48.06187,37.95356", "137.95356,48.06187", "latitude"),
        ("37.95356", "", "longitude"),
        ("2023-07-01", "01/07/2023", "acq_date"),
        ("2023-07-01", "", "acq_date"),
        ("0005", "2561", "acq_time"),
        ("0005", "noon", "acq_time"),
        (",n,", ",certain,", "confidence"),
        (",n,", ",101,", "confidence"),
        (",0.4,", ",-1,", "scan"),
        (",0.37,", ",=1+1,", "track"),
    ],
)
def test_each_bad_row_is_refused_for_its_reason_and_no_other(old, new, column):
    screened = seen(VIIRS + GOOD + GOOD.replace(old, new) + GOOD)
    assert screened.accepted["row"].to_list() == [1, 3]
    assert [(refusal.row, refusal.column) for refusal in screened.refused] == [(2, column)]


def test_a_cut_file_keeps_what_stands_before_the_cut():
    screened = seen((VIIRS + GOOD + GOOD)[:-20])
    assert screened.accepted["row"].to_list() == [1]
    assert [refusal.row for refusal in screened.refused] == [2]


@pytest.mark.parametrize(
    "raw", [b"", b"PAR1", "latitude,longitude,acq_date\n".encode("utf-16"), b"a,b\n1,2\n"]
)
def test_a_file_of_something_else_is_refused_whole(raw):
    screened = parse(raw, PROFILE)
    assert screened.accepted.is_empty()
    assert [refusal.row for refusal in screened.refused] == [0]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("dense-2023/firms_dates", 77_688),
        ("donbas-2016/firms_dates", 28_828),
        ("donbas-2020/firms_dates", 53_111),
        ("timed-2026/firms_full", 18_289),
    ],
)
def test_every_published_detection_is_taken(shared, name, rows):
    screened = parse((shared / "data" / f"{name}.parquet").read_bytes(), PROFILE)
    assert (screened.accepted.height, screened.refused) == (rows, ())
    assert with_ids(screened.accepted)["observation_id"].null_count() == 0


def test_the_published_moment_is_within_the_interval(shared):
    path = shared / "data" / "timed-2026" / "firms_full.parquet"
    screened = parse(path.read_bytes(), PROFILE)
    published = pl.read_parquet(path)["acq_utc"]
    assert (screened.accepted["from_utc"] == published.dt.cast_time_unit("us")).all()


def test_a_detection_is_one():
    row = seen(VIIRS + GOOD).accepted.row(0, named=True)
    assert (row["count_min"], row["count_max"]) == (1, 1)
