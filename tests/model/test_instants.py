"""Moments have zones, and a reporting day has its own cut."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import TimeError
from trucewatch.model.instants import Clock, Interval, moment

KYIV, MOSCOW, BEIRUT, UTC_ZONE = (ZoneInfo(z) for z in ("Europe/Kyiv", "Europe/Moscow", "Asia/Beirut", "UTC"))


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "start", "end", "hours"),
    [
        (date(2016, 10, 29), "2016-10-28T16:30", "2016-10-29T16:30", 24),
        (date(2016, 10, 30), "2016-10-29T16:30", "2016-10-30T17:30", 25),  # clocks go back at 04:00
        (date(2016, 10, 31), "2016-10-30T17:30", "2016-10-31T17:30", 24),
        (date(2025, 3, 30), "2025-03-29T17:30", "2025-03-30T16:30", 23),  # clocks go forward at 03:00
        (date(2025, 4, 20), "2025-04-19T16:30", "2025-04-20T16:30", 24),
    ],
)
def test_a_reporting_day_ends_on_its_date_and_may_have_23_or_25_hours(
    day: date, start: str, end: str, hours: int
) -> None:
    interval = Clock(zone=KYIV).day(day)
    assert interval == Interval(start=_utc(start), end=_utc(end))
    assert interval.hours == hours


@pytest.mark.parametrize(
    ("moment_utc", "day"),
    [
        ("2016-10-28T16:29:59.999999", date(2016, 10, 28)),
        ("2016-10-28T16:30", date(2016, 10, 29)),
        ("2016-10-29T16:29", date(2016, 10, 29)),
        ("2016-10-30T16:45", date(2016, 10, 30)),
        ("2016-10-30T17:30", date(2016, 10, 31)),
    ],
)
def test_the_cut_begins_the_next_day(moment_utc: str, day: date) -> None:
    assert Clock(zone=KYIV).day_of(_utc(moment_utc)) == day


@given(
    st.datetimes(datetime(2014, 1, 1), datetime(2027, 1, 1)),
    st.sampled_from([KYIV, MOSCOW, BEIRUT, UTC_ZONE]),
    st.sampled_from([time(19, 30), time(0), time(12)]),
)
def test_every_moment_lies_in_the_day_it_is_counted_under(at: datetime, zone: ZoneInfo, cut: time) -> None:
    clock, when = Clock(zone=zone, cut=cut), at.replace(tzinfo=UTC)
    day = clock.day_of(when)
    assert clock.day(day).contains(when)
    assert clock.day(day).end == clock.day(day + timedelta(days=1)).start


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-01-06T18:00+02:00", None, "2026-01-06T16:00"),
        ("2026-01-06T18:00Z", None, "2026-01-06T18:00"),
        ("2026-01-06T18:00+02:00", MOSCOW, "2026-01-06T16:00"),
        (" 2016-07-15 12:00 ", KYIV, "2016-07-15T09:00"),
        ("2025-04-19T18:00", MOSCOW, "2025-04-19T15:00"),
        ("2025-04-19T18:00", KYIV, "2025-04-19T15:00"),  # one offset in April
        ("2015-02-15T00:00", MOSCOW, "2015-02-14T21:00"),
        ("2015-02-15T00:00", KYIV, "2015-02-14T22:00"),  # and two in February
        ("2016-10-30T02:59:59", KYIV, "2016-10-29T23:59:59"),
        ("2016-10-30T04:00", KYIV, "2016-10-30T02:00"),
    ],
)
def test_a_time_is_read_with_its_own_offset_or_else_in_its_sources_zone(
    text: str, zone: ZoneInfo | None, utc: str
) -> None:
    assert moment(text, zone) == _utc(utc)
    assert moment(text, zone).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "zone", "said"),
    [
        ("2016-10-29T07:30", None, "has no zone: give the offset"),
        ("2016-10-30T03:30", KYIV, "comes twice in Europe/Kyiv"),
        ("2025-03-30T03:30", KYIV, "does not exist or comes twice"),
        ("29.10.2016 07:30", KYIV, "is not an ISO 8601 time"),
        ("", KYIV, "is not an ISO 8601 time"),
        ("2016-10-29T25:00", KYIV, "is not an ISO 8601 time"),
        ("0001-01-01T00:00+10:00", None, "is not an ISO 8601 time"),
        ("9999-12-31T23:59-10:00", None, "is not an ISO 8601 time"),
        ("0001-01-01T00:00", KYIV, "is not an ISO 8601 time"),
    ],
)
def test_a_time_that_could_be_two_or_none_is_refused(text: str, zone: ZoneInfo | None, said: str) -> None:
    with pytest.raises(TimeError, match=said):
        moment(text, zone)


def test_an_interval_is_half_open_and_cannot_be_naive_or_backwards() -> None:
    start = _utc("2020-07-27T00:00")
    hour = Interval(start=start, end=start + timedelta(hours=1))
    assert hour.contains(start)
    assert not hour.contains(hour.end)
    assert not Interval(start=start, end=start).contains(start)
    with pytest.raises(TimeError, match="has no zone"):
        Interval(start=start.replace(tzinfo=None), end=start)
    with pytest.raises(TimeError, match="before it starts"):
        Interval(start=hour.end, end=start)


def test_an_interval_keeps_utc_whatever_zone_it_was_given_in() -> None:
    start = datetime(2020, 7, 27, 0, 1, tzinfo=KYIV)
    interval = Interval(start=start, end=start + timedelta(hours=1))
    assert interval.start == _utc("2020-07-26T21:01")
    assert interval.start.tzinfo is UTC
