"""Air-raid alerts: three kinds of file, ends that nobody set, and what repeats what."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from trucewatch.ingest.alerts import END_UNKNOWN, parse
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means

PROFILE = SourceProfile(source_id="alerts-official", means=Means.TOLD, published=True)
HEADER = "oblast,raion,hromada,level,started_at,finished_at,source\n"
GOOD = "Donetska oblast,,,oblast,2023-07-01 04:10:20+00:00,2023-07-01 05:25:38+00:00,official\n"


def warned(*lines):
    return parse((HEADER + "".join(lines)).encode(), PROFILE)


def test_an_alert_is_its_area_and_interval():
    row = warned(GOOD).accepted.row(0, named=True)
    assert (row["phenomenon"], row["area_id"], row["text"], row["lon"]) == ("alert", "UA-14", None, None)
    assert row["from_utc"] == datetime(2023, 7, 1, 4, 10, 20, tzinfo=UTC)
    assert row["to_utc"] == datetime(2023, 7, 1, 5, 25, 38, tzinfo=UTC)


def test_a_raion_has_its_oblast_as_area_and_its_name_in_the_text():
    row = warned(GOOD.replace(",,,oblast", ",Bakhmutskyi raion,,raion")).accepted.row(0, named=True)
    assert (row["area_id"], row["text"]) == ("UA-14", "Bakhmutskyi raion")


@pytest.mark.parametrize("end", ["", "2023-07-02 04:10:21+00:00", "2023-08-01 05:00:00+00:00"])
def test_an_alert_that_nobody_ended_reads_end_unknown(end):
    row = warned(GOOD.replace("2023-07-01 05:25:38+00:00", end)).accepted.row(0, named=True)
    assert row["text"] == END_UNKNOWN
    assert row["to_utc"] - row["from_utc"] == timedelta(hours=24)


def test_an_alert_of_24_hours_was_ended():
    row = warned(GOOD.replace("2023-07-01 05:25:38", "2023-07-02 04:10:20")).accepted.row(0, named=True)
    assert row["text"] is None


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("Donetska oblast", "Atlantis", "area"),
        ("Donetska oblast", "", "area"),
        ("2023-07-01 04:10:20+00:00", "2023-07-01 04:10:20", "started_at"),
        ("2023-07-01 04:10:20+00:00", "", "started_at"),
        ("2023-07-01 05:25:38+00:00", "2023-07-01 04:10:19+00:00", "finished_at"),
        ("2023-07-01 05:25:38+00:00", "later", "finished_at"),
    ],
)
def test_each_bad_row_is_refused_for_its_reason_and_no_other(old, new, column):
    screened = warned(GOOD, GOOD.replace(old, new), GOOD)
    assert screened.accepted["row"].to_list() == [1, 3]
    assert [(refusal.row, refusal.column) for refusal in screened.refused] == [(2, column)]


@pytest.mark.parametrize(
    ("name", "rows", "unended"),
    [
        ("dense-2023/alerts_official", 6_687, 0),
        ("dense-2023/alerts_volunteer", 7_219, 0),
        ("dense-2023/alerts_oblast_merged", 6_365, 0),
        ("truces-2025/alerts_oblast_merged", 2_477, 8),
    ],
)
def test_every_published_alert_is_taken(shared, name, rows, unended):
    screened = parse((shared / "data" / f"{name}.parquet").read_bytes(), PROFILE)
    assert (screened.accepted.height, screened.refused) == (rows, ())
    ended = screened.accepted.filter(pl.col("text") != END_UNKNOWN)
    if unended:
        assert rows - ended.height - screened.accepted["text"].null_count() == unended


def test_most_volunteers_rows_repeat_an_official_one_within_five_minutes(shared):
    folder = shared / "data" / "dense-2023"
    official, volunteer = (
        parse((folder / f"alerts_{kind}.parquet").read_bytes(), PROFILE).accepted.select(
            "area_id", "from_utc"
        )
        for kind in ("official", "volunteer")
    )
    near = volunteer.sort("from_utc").join_asof(
        official.sort("from_utc").with_columns(theirs="from_utc"),
        on="from_utc",
        by="area_id",
        strategy="nearest",
        tolerance="5m",
        check_sortedness=False,
    )
    assert near["theirs"].is_not_null().mean() > 0.5
