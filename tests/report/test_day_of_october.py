"""The report of real days of October 2016 says what its reports said, and no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from trucewatch.errors import RefusedError
from trucewatch.model.vocabulary import Audience, Phenomenon, Sensitivity
from trucewatch.report.daily import Day
from trucewatch.report.html import html
from trucewatch.report.machine import to_csv, to_json
from trucewatch.report.span import Span
from trucewatch.report.words import Language

Report = Callable[..., Day]


def test_hours_watched_stand_above_the_counts(the_29th: Day) -> None:
    (donetsk,) = [r for r in the_29th.regions if r.figures]
    assert [(w.held_by, w.hours, w.at_least) for w in donetsk.watched] == [
        ("GCA", 14.5, True),
        ("NGCA", 10.5, True),
    ]
    page = html(the_29th)
    assert page.index("at least 14.5 h") < page.index("333 and over")


def test_over_200_is_a_range_and_the_itemised_explosions_are_about_half_of_the_smms_own(
    the_29th: Day,
) -> None:
    (donetsk,) = [r for r in the_29th.regions if r.region == "UA-14"]
    explosions = next(f for f in donetsk.figures if f.kind is Phenomenon.EXPLOSION)
    assert explosions.raw == Span(least=333, most=None)
    (theirs,) = donetsk.totals
    assert theirs.total.note == "almost 700"
    assert theirs.itemised is not None
    assert theirs.itemised.counted == Span(least=333, most=None)
    assert theirs.itemised.beside == ((Phenomenon.AIRBURST, Span(least=21, most=21)),)
    assert "The explosions itemised here (333 and over) are about half (48 %) of that count." in html(
        the_29th
    )
    assert "airbursts 21" in html(the_29th)
    assert "200 and over" in html(the_29th)


def test_42_explosions_in_ten_and_a_half_hours_are_1_to_11_hourly_incidents(
    report_of: Report, october: pl.DataFrame
) -> None:
    day = report_of(date(2016, 10, 15), october.filter(pl.col("row") == 5))
    (figure,) = [f for r in day.regions for f in r.figures]
    assert (figure.raw, figure.hourly) == (Span(least=42, most=42), Span(least=1, most=11))


def test_looked_and_saw_nothing_is_named_with_its_hours_and_vanishes_with_its_row(
    report_of: Report, october: pl.DataFrame, the_29th: Day
) -> None:
    (looked,) = the_29th.looked
    assert (looked.sighting.row, looked.hours) == (24, 4.0)
    assert "<bdi>smm</bdi> looked for 4 h in <bdi>Donetsk</bdi> and saw nothing." in html(the_29th)
    without = report_of(
        date(2016, 10, 29), october.filter(~((pl.col("row") == 24) & (pl.col("source_id") == "smm")))
    )
    assert without.looked == ()
    assert [w.hours for w in without.watched] == [10.5, 10.5]
    assert "<bdi>smm</bdi> looked for" not in html(without)


def test_the_day_before_without_a_report_is_no_zero_and_compares_with_nothing(the_29th: Day) -> None:
    (donetsk,) = [c for c in the_29th.changes if c.region == "UA-14"]
    assert not donetsk.comparable
    assert {k.before for k in donetsk.kinds} == {None}
    assert {k.change for k in donetsk.kinds} == {None}


def test_intersecting_sectors_are_candidates_with_the_bits_for_and_against(the_31st: Day) -> None:
    weighed = {(p.left.row, p.right.row): p for p in the_31st.pairs}
    for rows in ((27, 29), (27, 30)):
        pair = weighed[rows]
        assert sum(bits for _, bits in pair.parts) == pytest.approx(pair.weight, abs=0.03)
        assert any(bits > 0 for _, bits in pair.parts)
        assert any(bits < 0 for _, bits in pair.parts)


def test_sectors_that_miss_each_other_are_not_joined(the_29th: Day) -> None:
    members = [{s.row for s in i.sightings} for i in the_29th.incidents]
    assert not any(20 in rows and rows & {21, 22, 23} for rows in members)
    assert all(i.place is not None for i in the_29th.incidents)


def test_a_restricted_observers_position_is_not_drawn(
    report_of: Report, october: pl.DataFrame, the_29th: Day
) -> None:
    assert the_29th.sheet is not None
    assert len(the_29th.sheet.posts) == 3
    kept = october.with_columns(sensitivity=pl.lit(Sensitivity.RESTRICTED.value))
    hidden = report_of(date(2016, 10, 29), kept)
    assert hidden.sheet is not None
    assert hidden.sheet.posts == ()


def test_no_audience_but_the_mission_gets_a_report(report_of: Report, october: pl.DataFrame) -> None:
    with pytest.raises(RefusedError, match="no release policy"):
        report_of(date(2016, 10, 29), october, Audience.PUBLIC)


def test_the_order_of_the_rows_does_not_change_a_byte(
    report_of: Report, october: pl.DataFrame, the_29th: Day
) -> None:
    again = report_of(date(2016, 10, 29), october.reverse())
    for language in Language:
        assert html(again, language) == html(the_29th, language)


def test_a_restricted_observers_position_is_nowhere_in_any_output(
    report_of: Report, october: pl.DataFrame
) -> None:
    canary = october.with_columns(
        sensitivity=pl.lit(Sensitivity.RESTRICTED.value),
        observer_lon=pl.when(pl.col("observer_lon").is_not_null()).then(pl.lit(37.98765)),
        observer_lat=pl.when(pl.col("observer_lat").is_not_null()).then(pl.lit(48.12345)),
    )
    day = report_of(date(2016, 10, 29), canary)
    outputs = [html(day).encode(), to_json(day), to_csv(day)]
    assert not [output for output in outputs if b"37.98765" in output or b"48.12345" in output]
    assert [looked.region for looked in day.looked] == ["UA-14"]
