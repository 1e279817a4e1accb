"""A report is held to itself and to the gazetteer: one report spoiled for each rule, and real days that hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from trucewatch.mission.content import gazetteer
from trucewatch.report.daily import Day
from trucewatch.report.lint import ARITHMETIC, Rule, lint
from trucewatch.report.sheet import Named
from trucewatch.report.span import Span

PLACES = gazetteer()
Spoiled = Callable[[Day], Day]


def first(day: Day, **changes: object) -> Day:
    """Return the day with the first region's first figure changed."""
    region, *rest = day.regions
    figure, *more = region.figures
    return replace(day, regions=(replace(region, figures=(replace(figure, **changes), *more)), *rest))


def in_a_block(day: Day) -> Day:
    series, *rest = day.series
    at, block = next((n, b) for n, b in enumerate(series.blocks) if b.by_region)
    blocks = list(series.blocks)
    blocks[at] = replace(block, span=Span(least=999, most=999))
    return replace(day, series=(replace(series, blocks=tuple(blocks)), *rest))


def in_a_tally(day: Day) -> Day:
    tally, *rest = day.tallies
    (region, _, several), *others = tally.by_region
    parts = ((region, Span(least=7, most=8), several), *others)
    return replace(day, tallies=(replace(tally, by_region=parts), *rest))


def in_a_change(day: Day) -> Day:
    change, *rest = day.changes
    kind, *more = change.kinds
    wrong = replace(
        kind,
        today=Span(least=5, most=5),
        before=Span(least=3, most=3),
        change=Span(least=1, most=1),
    )
    return replace(day, changes=(replace(change, kinds=(wrong, *more)), *rest))


def in_the_map(day: Day) -> Day:
    assert day.sheet
    return replace(day, sheet=replace(day.sheet, placed=(*day.sheet.placed, day.sheet.placed[0])))


def named(day: Day, name: str) -> Day:
    assert day.sheet
    spot = next(iter(PLACES.values()))
    return replace(day, sheet=replace(day.sheet, names=(Named(lon=spot.lon, lat=spot.lat, name=name),)))


def renamed_region(day: Day) -> Day:
    region, *rest = day.regions
    return replace(day, regions=(replace(region, region="UA-99"), *rest))


@pytest.mark.parametrize(
    ("spoiled", "rule", "where"),
    [
        (lambda day: first(day, raw=Span(least=1, most=2)), Rule.SUM, "/raw"),
        (lambda day: first(day, incidents=Span(least=0, most=99)), Rule.COUNT, "/incidents"),
        (lambda day: first(day, incident_ids=("x",)), Rule.COUNT, "/ids"),
        (lambda day: replace(day, regions=(replace(day.regions[0], observed=77), *day.regions[1:])), Rule.COUNT, "/observed"),
        (lambda day: replace(day, incidents=day.incidents[:-1]), Rule.COUNT, "figures/all/incidents"),
        (lambda day: replace(day, incidents=(*day.incidents[:-1], replace(day.incidents[-1], number=99))), Rule.COUNT, "incidents/numbers"),
        (in_a_block, Rule.SUM, "series/"),
        (in_a_tally, Rule.SUM, "totals/"),
        (in_a_change, Rule.SUM, "change/"),
        (in_the_map, Rule.COUNT, "map/incidents"),
        (lambda day: named(day, "Nowhere"), Rule.NAME, "map/Nowhere"),
        (renamed_region, Rule.NAME, "figures/UA-99"),
    ],
)  # fmt: skip
def test_a_spoiled_report_is_caught_and_its_number_named(
    the_29th: Day, october: pl.DataFrame, spoiled: Spoiled, rule: Rule, where: str
) -> None:
    found = [one for one in lint(spoiled(the_29th), october, PLACES) if one.rule is rule]
    assert [one for one in found if where in one.where], found
    assert all("\n" not in one.line and one.line.startswith(f"{rule.value}: ") for one in found)


@pytest.mark.parametrize(
    ("changed", "rule", "said"),
    [
        ({"bearing_deg": 180.0}, Rule.BEARING, "said at 180°"),
        ({"distance_min_m": 40_000.0, "distance_max_m": 41_000.0}, Rule.DISTANCE, "said 40 to 41 km away"),
        ({"distance_min_m": 0.0, "distance_max_m": 10.0}, Rule.DISTANCE, "said 0 to 0.01 km away"),
        ({"observer_lon": 36.0, "lon": None, "lat": None}, Rule.PLACE, "its words name "),
    ],
)
def test_a_place_that_its_words_do_not_fit_is_caught(
    the_29th: Day, october: pl.DataFrame, changed: dict[str, float | None], rule: Rule, said: str
) -> None:
    moved = october.with_columns(pl.lit(value, pl.Float64).alias(name) for name, value in changed.items())
    found = [one for one in lint(the_29th, moved, PLACES) if one.rule is rule]
    assert found
    assert all(said in one.said for one in found)
    assert not {one.rule for one in found} & ARITHMETIC


def test_a_place_of_another_spot_is_no_name_of_this_one(the_29th: Day, october: pl.DataFrame) -> None:
    for place in list(PLACES.values())[:3]:
        name = place.spellings[0][0]
        spot, wrong = Named(lon=place.lon, lat=place.lat, name=name), Named(lon=0, lat=0, name=name)
        for shown, said in ((spot, []), (wrong, [f"name: map/{name}: is known there by no name"])):
            assert the_29th.sheet
            day = replace(the_29th, sheet=replace(the_29th.sheet, names=(shown,)))
            assert [one.line for one in lint(day, october, PLACES)] == said


def test_real_days_hold(the_29th: Day, the_31st: Day, october: pl.DataFrame) -> None:
    assert lint(the_29th, october, PLACES) == ()
    assert lint(the_31st, october, PLACES) == ()


def test_a_day_without_anything_holds(report_of: Callable[..., Day], october: pl.DataFrame) -> None:
    assert lint(report_of(date(2017, 1, 1), october), october, PLACES) == ()
