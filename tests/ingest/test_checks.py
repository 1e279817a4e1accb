"""Numbers, places and times, by columns."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from trucewatch.ingest.checks import day, day_end, day_start, place_checks, screen, time_checks, utc

KYIV = ZoneInfo("Europe/Kyiv")


def read(text, zone):
    frame = pl.DataFrame({"row": [1], "t": [text]}, schema={"row": pl.Int64, "t": pl.String})
    kept, refused = screen(frame, time_checks("t", zone))
    return kept.select(utc("t", zone)).item() if kept.height else refused[0].reason.split(":")[0]


@pytest.mark.parametrize(
    ("text", "zone", "met"),
    [
        ("2026-01-06T18:00+02:00", None, datetime(2026, 1, 6, 16, 0, tzinfo=UTC)),
        ("2026-01-06 18:00:00.5Z", KYIV, datetime(2026, 1, 6, 18, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-01-06T18:00-0530", None, datetime(2026, 1, 6, 23, 30, tzinfo=UTC)),
        ("2023-07-01 04:10:20+00:00", None, datetime(2023, 7, 1, 4, 10, 20, tzinfo=UTC)),
        ("2026-01-06T18:00", KYIV, datetime(2026, 1, 6, 16, 0, tzinfo=UTC)),
        ("2026-07-06T18:00", KYIV, datetime(2026, 7, 6, 15, 0, tzinfo=UTC)),
        ("2026-01-06T18:00", None, "a time with no zone"),
        (
            "2026-03-29T03:30",
            KYIV,
            "a time that comes twice or not at all in Europe/Kyiv, where clocks change",
        ),
        (
            "2026-10-25T03:30",
            KYIV,
            "a time that comes twice or not at all in Europe/Kyiv, where clocks change",
        ),
        ("2026-10-25T03:30+03:00", KYIV, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-13-06T18:00", KYIV, "not an ISO 8601 time such as 2026-01-06T18"),
        ("2026-01-06T25:00", KYIV, "not an ISO 8601 time such as 2026-01-06T18"),
        ("6 January", KYIV, "not an ISO 8601 time such as 2026-01-06T18"),
        (None, KYIV, "empty"),
    ],
)
def test_a_time_says_which_moment_it_is_or_is_refused(text, zone, met):
    assert read(text, zone) == met


@pytest.mark.parametrize(
    ("on", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)]
)
def test_a_local_day_is_as_long_as_its_clock_says(on, hours):
    ends = pl.select(start=day_start(pl.lit(on), KYIV), end=day_end(pl.lit(on), KYIV)).row(0)
    assert (ends[1] - ends[0]).total_seconds() == hours * 3600


def test_a_midnight_is_a_date_and_an_hour_is_none():
    frame = pl.DataFrame(
        {"t": ["2026-01-06", "2026-01-06 00:00:00.000000", "2026-01-06T00:00", "2026-01-06 01:00"]}
    )
    assert frame.select(day("t"))["t"].to_list() == [date(2026, 1, 6)] * 3 + [None]


@pytest.mark.parametrize(
    ("lon", "lat", "reason"),
    [
        ("37.8", "48.0", None),
        ("-180", "90", None),
        ("48.0", "137.8", "latitude is beyond 90 degrees: longitude and latitude are swapped"),
        ("37.8", "91", "latitude is beyond 90 degrees: longitude and latitude are swapped"),
        ("181", "48.0", "out of range: -180 to 180 degrees"),
        ("4200000", "5300000", "out of range: -180 to 180 degrees"),
        ("nan", "48.0", "not a finite number"),
        ("inf", "48.0", "not a finite number"),
        ("37,8", "48,0", "not a number"),
        ("37.8", None, "a longitude without a latitude, or the reverse: give both"),
        (None, None, "empty: -180 to 180 degrees is needed"),
    ],
)
def test_a_place_is_degrees_or_is_refused(lon, lat, reason):
    frame = pl.DataFrame(
        {"row": [1], "x": [lon], "y": [lat]}, schema={"row": pl.Int64, "x": pl.String, "y": pl.String}
    )
    kept, refused = screen(frame, place_checks("x", "y"))
    assert kept.height + len(refused) == 1
    assert (refused[0].reason.split(";")[0] if refused else None) == reason
