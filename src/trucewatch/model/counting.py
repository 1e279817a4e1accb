"""How many, under several rules at once.

Rules (each as its user defined it; a figure is printed with its rule, and unlike things are not summed):
- raw: every explosion, burst, shot and projectile as the sources counted them (OSCE SMM);
- hourly: discharges less than an hour apart are one incident (JFO); a source that gives only a count
  and an interval leaves a range: 42 explosions in 10½ hours are 1 to 11;
- place_day: one per place and reporting day; a place is a cell of a fixed grid of 0.1°.
A bound that no source stated is null: there is no number that would be true.
Two figures are compared only when the hours behind both are known and much the same.
"""

from __future__ import annotations

import polars as pl

from trucewatch.model.tables import COUNTS
from trucewatch.model.vocabulary import CountingRule

PLACE_GRID_DEG = 0.1
HOUR_S = 3600
QUARTER = 0.25


def counts(incidents: pl.DataFrame) -> pl.DataFrame:
    """Return each incident's size under each rule; `place_day` of one incident is the days it may fall on."""
    span_s = (pl.col("to_utc") - pl.col("from_utc")).dt.total_seconds()
    most_hourly = pl.min_horizontal(pl.max_horizontal(span_s - 1, 0) // HOUR_S + 1, pl.col("count_max"))
    rules = {
        CountingRule.RAW: (pl.col("count_min"), pl.col("count_max")),
        CountingRule.HOURLY: (pl.lit(1), pl.max_horizontal(pl.lit(1), most_hourly)),
        CountingRule.PLACE_DAY: (pl.lit(1), pl.lit(1)),
    }
    parts = [
        incidents.select(
            "incident_id",
            pl.lit(rule.value).alias("rule"),
            least.cast(pl.Int64).alias("count_min"),
            most.cast(pl.Int64).alias("count_max"),
        )
        for rule, (least, most) in rules.items()
    ]
    return COUNTS.conform(pl.concat(parts).sort("incident_id", "rule"))


def tally(incidents: pl.DataFrame, rule: CountingRule) -> tuple[int | None, int | None]:
    """Return how many `incidents` of one kind, area and day are under `rule`: at least, at most.

    None as the lower bound: no source stated a number. None as the upper: no upper bound was stated.
    Incidents at one place may be hours of one: their hourly lower bound is one a place.
    """
    if incidents.is_empty():
        return 0, 0
    own = counts(incidents).filter(pl.col("rule") == rule.value)
    least, most = own["count_min"], own["count_max"]
    high = None if most.null_count() else int(most.sum())
    if rule is CountingRule.RAW:
        return (None if least.null_count() == len(least) else int(least.sum())), high
    places = incidents.select(_cell("lon"), _cell("lat")).drop_nulls().unique().height
    unplaced = incidents["lon"].null_count()
    low = max(places, 1)
    return low, (places + unplaced if rule is CountingRule.PLACE_DAY else high)


def _cell(axis: str) -> pl.Expr:
    return (pl.col(axis) / PLACE_GRID_DEG).floor().cast(pl.Int64)


def comparable(hours: float | None, hours_before: float | None) -> bool:
    """Say whether both hours are known, above zero, and within a quarter of the larger."""
    if hours is None or hours_before is None:
        return False
    most, least = max(hours, hours_before), min(hours, hours_before)
    return least > 0 and most - least <= QUARTER * most
