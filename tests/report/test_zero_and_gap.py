"""A zero stands only where somebody watched who reports that kind of thing; else no report is at hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from trucewatch.model.canonical import with_ids
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.model.vocabulary import Means, Phenomenon
from trucewatch.report.daily import Day
from trucewatch.report.html import html
from trucewatch.report.machine import to_csv
from trucewatch.report.span import NONE_FOUND, Span

Report = Callable[..., Day]
Rows = Callable[..., pl.DataFrame]


def row(
    source_id: str,
    phenomenon: Phenomenon,
    day: date,
    *,
    means: Means = Means.IMAGED,
    count: int | None = None,
) -> dict[str, object]:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=6)
    return {
        "source_id": source_id,
        "means": means.value,
        "phenomenon": phenomenon.value,
        "from_utc": start,
        "to_utc": start + timedelta(hours=3),
        "lon": 37.8,
        "lat": 48.0,
        "sigma_m": 400.0,
        "count_min": count,
        "count_max": count,
        "sensitivity": "public",
        "row": 1,
        "text": "as given",
    }


def made(*given: dict[str, object]) -> pl.DataFrame:
    frame = pl.DataFrame(list(given))
    empty = OBSERVATIONS.empty()
    typed = frame.cast({name: empty.schema[name] for name in frame.columns})
    return with_ids(pl.concat([empty, typed], how="diagonal"))


def test_a_pass_of_a_satellite_makes_no_zero_of_explosions(report_of: Report, october: pl.DataFrame) -> None:
    heat = [row("firms-dates", Phenomenon.THERMAL, date(2016, 10, day)) for day in (28, 29)]
    day = report_of(date(2016, 10, 29), pl.concat([october, made(*heat)]))
    (donetsk,) = [c for c in day.changes if c.region == "UA-14"]
    explosions = next(k for k in donetsk.kinds if k.kind is Phenomenon.EXPLOSION)
    assert (explosions.today, explosions.before) == (Span(least=333, most=None), None)
    before = day.own[1]
    assert not before.fire_watched
    assert "of fire no report at hand" in html(day)


def test_deaths_that_somebody_told_of_make_no_zero_of_fire(report_of: Report, october: pl.DataFrame) -> None:
    told = row("ucdp-ged", Phenomenon.CASUALTY, date(2016, 10, 28), means=Means.TOLD, count=2)
    day = report_of(date(2016, 10, 29), pl.concat([october, made(told)]))
    assert day.own[1].kinds == ()
    assert not day.own[1].fire_watched


def test_a_post_that_reports_airbursts_and_heard_none_makes_a_zero(
    report_of: Report, october: pl.DataFrame
) -> None:
    heard = row("smm", Phenomenon.EXPLOSION, date(2016, 10, 28), means=Means.HEARD, count=5)
    day = report_of(date(2016, 10, 29), pl.concat([october, made(heard)]))
    (donetsk,) = [c for c in day.changes if c.region == "UA-14"]
    counts = {k.kind: (k.today, k.before) for k in donetsk.kinds}
    assert counts[Phenomenon.AIRBURST] == (Span(least=21, most=21), NONE_FOUND)
    assert counts[Phenomenon.EXPLOSION] == (Span(least=333, most=None), Span(least=5, most=5))


def test_regions_of_heat_only_stand_in_one_table(report_of: Report, october: pl.DataFrame) -> None:
    heat = row("firms-dates", Phenomenon.THERMAL, date(2016, 10, 29)) | {"lon": 30.5, "lat": 49.5}
    day = report_of(date(2016, 10, 29), pl.concat([october, made(heat)]))
    assert [(r.region, r.full) for r in day.regions] == [("UA-14", True), ("UA-09", True), ("UA-32", False)]
    page = html(day)
    assert "In 1 other region only heat from space or news" in page
    assert "hours not known</strong> watched by" not in page
    assert "in passes, times not known" in page
    assert day.incidents[0].observed
    assert not day.incidents[-1].observed


def test_the_map_is_of_what_was_observed(report_of: Report, october: pl.DataFrame, the_29th: Day) -> None:
    heat = row("firms-dates", Phenomenon.THERMAL, date(2016, 10, 29)) | {"lon": 30.5, "lat": 49.5}
    day = report_of(date(2016, 10, 29), pl.concat([october, made(heat)]))
    assert day.sheet is not None
    assert the_29th.sheet is not None
    assert day.sheet.frame == the_29th.sheet.frame
    assert day.sheet.outside == (7,)


def test_casualties_are_in_no_incident_and_bear_no_sum(report_of: Report, october: pl.DataFrame) -> None:
    given = [
        row("ucdp-ged", Phenomenon.CASUALTY, date(2016, 10, 29), means=Means.TOLD, count=n) for n in (2, 3)
    ]
    bare = [row("viina", Phenomenon.CASUALTY, date(2016, 10, 29), means=Means.TOLD) for _ in range(2)]
    day = report_of(date(2016, 10, 29), pl.concat([october, made(*given, *bare)]))
    assert Phenomenon.CASUALTY not in {i.kind for i in day.incidents}
    assert [(c.source_id, c.region, c.deaths.least) for c in day.casualties.stated] == [
        ("ucdp-ged", "UA-14", 2),
        ("ucdp-ged", "UA-14", 3),
    ]
    assert [(c.source_id, c.rows) for c in day.casualties.unnumbered] == [("viina", 2)]
    page = html(day)
    assert "coded from what others reported" in page
    assert "Reported, number not stated" in page
    assert b"deaths as stated" in to_csv(day)


def test_a_cumulative_is_no_days_total(report_of: Report, summer: pl.DataFrame) -> None:
    day = report_of(date(2020, 8, 20), summer)
    assert {t.total.span.least for r in day.regions for t in r.totals} == {153, 0}
    assert day.cumulative == ()
    assert [t.least for t in report_of(date(2020, 10, 22), summer).cumulative] == [1832]
    (tally,) = day.tallies
    assert tally.by_region == (
        ("UA-14", Span(least=153, most=153), None),
        ("UA-09", Span(least=0, most=0), None),
    )
    page = html(day)
    glance = page.split('id="glance"')[1].split("</section>")[0]
    assert re.findall(r'class="big">(\d+)</p><p><strong><bdi>(\w+)', glance) == [
        ("153", "Donetsk"),
        ("0", "Luhansk"),
    ]
    assert "Beside what the source counted, no single incident is on record." in page


def test_a_figure_of_several_days_says_so(report_of: Report, summer: pl.DataFrame) -> None:
    day = report_of(date(2020, 9, 27), summer)
    assert {t.several_days for r in day.regions for t in r.totals} == {2.0}
    page = html(day)
    assert "(in 2 days)" in page
    assert "in 2 days together, daily split unknown" in page
    assert "partly outside this reporting day" in page


def test_one_stated_figure_is_a_sentence_and_no_chart(report_of: Report, october: pl.DataFrame) -> None:
    one = october.filter((pl.col("source_id") == "smm") | pl.col("text").str.contains("almost 700"))
    page = html(report_of(date(2016, 10, 29), one))
    assert "One figure in these days:" in page
    assert "The chart in words" not in page


def test_the_volunteers_rows_repeat_the_official_ones(report_of: Report, shared: Path, rows: Rows) -> None:
    folder = shared / "data" / "dense-2023"
    found = rows(
        {
            "alerts-official": folder / "alerts_official.parquet",
            "alerts-volunteer": folder / "alerts_volunteer.parquet",
        }
    )
    official, volunteer = report_of(date(2023, 8, 15), found).alerts
    assert (official.source_id, official.copies) == ("alerts-official", None)
    assert (volunteer.source_id, volunteer.copies) == ("alerts-volunteer", "alerts-official")
    assert 0.5 < volunteer.repeats / len(volunteer.observation_ids) <= 1
    page = html(report_of(date(2023, 8, 15), found))
    assert f"{volunteer.repeats} of its {len(volunteer.observation_ids)} rows this day repeat one of" in page


def test_pixels_of_heat_do_not_crowd_out_the_pairs(report_of: Report, october: pl.DataFrame) -> None:
    heat = [
        row("firms-dates", Phenomenon.THERMAL, date(2016, 10, 31)) | {"lon": 37.8 + n / 500} for n in range(9)
    ]
    day = report_of(date(2016, 10, 31), pl.concat([october, made(*heat)]))
    assert {s.source_id for p in day.pairs for s in (p.left, p.right)} == {"smm"}
