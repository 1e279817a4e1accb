"""How many, under several rules at once, each a function of its own, printed side by side with its name.

Rules:
- each rule is as its user defined it; a figure is printed with its rule;
- where a source's interval is longer than a rule's window the figure is a range: 42 explosions in 10½ hours
  are 1 to 11 by the hour;
- a bound that no source stated is null: there is no number that would be true;
- unlike things have no sum: asked for one, every function here refuses;
- two figures are compared only when the hours behind both are known and much the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import polars as pl

from trucewatch.errors import InputError
from trucewatch.model.tables import COUNTS
from trucewatch.model.vocabulary import CountingRule

PLACE_GRID_DEG = 0.1
HOUR_S = 3600
DAY_S = 86_400
QUARTER = 0.25
Bounds = tuple[pl.Expr, pl.Expr]


def raw() -> Bounds:
    """Return each incident's least and most: every explosion, burst, shot and projectile as counted (OSCE SMM)."""
    return pl.col("count_min"), pl.col("count_max")


def hourly() -> Bounds:
    """Return each incident's least and most: discharges less than an hour apart are one (JFO)."""
    return _windows(HOUR_S)


def place_day() -> Bounds:
    """Return each incident's least and most: one per place and reporting day, a place being a cell of 0.1°."""
    return _windows(DAY_S)


RULES: Mapping[CountingRule, Callable[[], Bounds]] = MappingProxyType(
    {CountingRule.RAW: raw, CountingRule.HOURLY: hourly, CountingRule.PLACE_DAY: place_day}
)
"""Every rule by its name, in the order in which they are printed."""


def _windows(window_s: int) -> Bounds:
    """Return one at least, and at most as many windows as the interval has or things were counted."""
    span_s = (pl.col("to_utc") - pl.col("from_utc")).dt.total_seconds()
    most = pl.min_horizontal(pl.max_horizontal(span_s - 1, 0) // window_s + 1, pl.col("count_max"))
    return pl.lit(1), pl.max_horizontal(pl.lit(1), most)


def counts(incidents: pl.DataFrame) -> pl.DataFrame:
    """Return each incident's size under each rule."""
    told = incidents.select("incident_id", "count_min", "count_max", "from_utc", "to_utc").sort("incident_id")
    rules = sorted(RULES)
    bounds = []
    for rule in rules:
        least, most = RULES[rule]()
        bounds.append(told.select(count_min=least.cast(pl.Int64), count_max=most.cast(pl.Int64)))
    row = pl.int_range(told.height * len(rules), eager=True)
    of, by = row // len(rules), row % len(rules)
    words = pl.Series([rule.value for rule in rules])
    named = pl.DataFrame({"incident_id": told["incident_id"].gather(of), "rule": words.gather(by)})
    return COUNTS.conform(named.hstack(pl.concat(bounds)[by * told.height + of]))


def tally(incidents: pl.DataFrame, rule: CountingRule) -> tuple[int | None, int | None]:
    """Return how many `incidents` of one kind, area and day are under `rule`: at least, at most.

    None as the lower bound: no source stated a number. None as the upper: no upper bound was stated.
    Incidents at one place may be hours of one: their hourly lower bound is one a place.
    Raises InputError for incidents of more than one kind: unlike things have no sum.
    """
    kinds = sorted(incidents["phenomenon"].unique())
    if len(kinds) > 1:
        raise InputError(
            f"{' and '.join(kinds)} are unlike things and have no sum: count each kind by itself"
        )
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
