"""Deadly events of the UCDP Georeferenced Event Dataset, CSV or Parquet as published.

Rules (numbers after the UCDP GED Codebook, `where_prec` and `date_prec`):
- an event is a *casualty* that UCDP was told of; its count is deaths, from UCDP's low to its high
  estimate, never added to another source's; text holds UCDP's ids and words, and nobody's name;
- `where_prec` 1 to 3 and 5 become a point with `SIGMA_M`, or the profile's `position_sigma_m` where that
  is larger; 4 becomes the first-order area alone, 6 and 7 neither;
- dates are local days and `date_prec` is how far they bind: an interval shorter than that
  precision allows is widened to the longest that holds the dates and fits it (`DAYS`);
- where low and high are the wrong way round, the smaller comes first and the text says so.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from trucewatch.ingest.checks import (
    Check,
    day,
    day_checks,
    day_end,
    day_start,
    number,
    number_checks,
    order_checks,
    place_checks,
    screen,
    screened,
)
from trucewatch.ingest.reading import read_any
from trucewatch.model.areas import area_of
from trucewatch.model.source import Screened, Source, SourceProfile
from trucewatch.model.vocabulary import Means, Phenomenon

REQUIRED = (
    "id",
    "type_of_violence",
    "where_prec",
    "latitude",
    "longitude",
    "date_prec",
    "date_start",
    "date_end",
    "best",
    "high",
    "low",
)
OPTIONAL = ("conflict_new_id", "dyad_new_id", "adm_1", "country", "event_clarity")
CODES = ("type_of_violence", "where_prec", "date_prec")
# Of the point: 1 an exact place, mostly a settlement's own point (a town's is off by some 2 km); 2 within
# about 25 km, evenly, which is 25/2 km an axis; 3 a second-order area's centre, taken as a disc of 40 km;
# 5 a line or an area without borders, for which the codebook states no size: our assumption.
SIGMA_M: Mapping[str, float] = {"1": 2000.0, "2": 12_500.0, "3": 20_000.0, "5": 50_000.0}
AREA_ONLY = ("4", "6", "7")  # a first-order area; a country; international waters or airspace
# The fewest and most days that each precision of date stands for: the day; 2 to 6; a week; 8 to 30 or
# the month; over a month up to a year.
DAYS: Mapping[str, tuple[int, int]] = {"1": (1, 1), "2": (2, 6), "3": (7, 7), "4": (8, 31), "5": (32, 366)}
VIOLENCE: Mapping[str, str] = {"1": "state-based", "2": "non-state", "3": "one-sided"}
MOST = 10_000_000


def parse(raw: bytes, profile: SourceProfile) -> Screened:
    """Return the deadly events in a GED file, and the rows refused with their reasons."""
    rows = read_any(raw, required=REQUIRED)
    absent = [pl.lit(None, pl.String).alias(c) for c in OPTIONAL if c not in rows.frame.columns]
    codes = [pl.col(column).str.replace(r"\.0+$", "") for column in CODES]
    whole = rows.frame.with_columns(*absent, *codes)
    names = whole["adm_1"].drop_nulls().unique().sort()
    areas = {name: area_of(name) for name in names}
    area = pl.col("adm_1").replace_strict(areas, default=None, return_dtype=pl.String)
    good, refused = screen(whole.with_columns(_area_id=area), _checks(profile))
    return screened(_observations(good, profile), [*rows.refused, *refused], profile, rows.notes)


SOURCE = Source(name="ucdp-ged", media_types=("text/csv", "application/vnd.apache.parquet"), parse=parse)


def _checks(profile: SourceProfile) -> list[Check]:
    start, end = day("date_start"), day("date_end")
    no_zone = "a local day with no zone: set `zone` for the source"
    return [
        *day_checks("date_start"),
        *day_checks("date_end"),
        Check(fails=pl.lit(profile.zone is None), reason=no_zone, column="date_start"),
        *order_checks(start, end, "date_end"),
        *place_checks("longitude", "latitude", required=False),
        _code_check("where_prec", [*SIGMA_M, *AREA_ONLY]),
        _code_check("date_prec", [*DAYS]),
        _code_check("type_of_violence", [*VIOLENCE]),
        *[check for column in ("low", "best", "high") for check in _deaths_checks(column)],
    ]


def _code_check(column: str, codes: list[str]) -> Check:
    reason = f"not a code of the GED codebook: {', '.join(sorted(codes))}"
    return Check(fails=~pl.col(column).is_in(codes).fill_null(value=False), reason=reason, column=column)


def _deaths_checks(column: str) -> list[Check]:
    part = Check(fails=number(column) % 1 != 0, reason="not a whole number", column=column)
    return [*number_checks(column, least=0, greatest=MOST, required=column != "best"), part]


def _observations(frame: pl.DataFrame, profile: SourceProfile) -> pl.DataFrame:
    sigma_m = pl.col("where_prec").replace_strict(SIGMA_M, default=None, return_dtype=pl.Float64)
    if profile.position_sigma_m is not None:
        sigma_m = pl.max_horizontal(sigma_m, profile.position_sigma_m)
    placed = pl.col("where_prec").is_in([*SIGMA_M]) & pl.col("longitude").is_not_null()
    slack = _slack_days()
    first, last = (number(column).cast(pl.Int64) for column in ("low", "high"))
    return frame.select(
        "row",
        pl.lit(Means.TOLD.value).alias("means"),
        pl.lit(Phenomenon.CASUALTY.value).alias("phenomenon"),
        day_start(day("date_start") - slack, profile.zone).alias("from_utc"),
        day_end(day("date_end") + slack, profile.zone).alias("to_utc"),
        pl.when(placed).then(number("longitude")).alias("lon"),
        pl.when(placed).then(number("latitude")).alias("lat"),
        pl.when(placed).then(sigma_m).alias("sigma_m"),
        pl.when(~placed & ~pl.col("where_prec").is_in(["6", "7"])).then("_area_id").alias("area_id"),
        pl.min_horizontal(first, last).alias("count_min"),
        pl.max_horizontal(first, last).alias("count_max"),
        _said().alias("text"),
    )


def _slack_days() -> pl.Expr:
    """Return how many days each side the interval is widened, so that every fitting range lies in it."""
    given = (day("date_end") - day("date_start")).dt.total_days() + 1
    fewest, most = (
        pl.col("date_prec").replace_strict(
            {code: bounds[at] for code, bounds in DAYS.items()}, default=None, return_dtype=pl.Int64
        )
        for at in (0, 1)
    )
    return pl.duration(days=pl.when(given < fewest).then(most - given).otherwise(0))


def _said() -> pl.Expr:
    violence = pl.col("type_of_violence").replace_strict(VIOLENCE, default=None, return_dtype=pl.String)
    turned = number("high") < number("low")
    parts = [
        pl.format("UCDP GED {}", "id"),
        pl.format("conflict {}", "conflict_new_id"),
        pl.format("dyad {}", "dyad_new_id"),
        violence,
        pl.format("deaths {} to {}", "low", "high"),
        pl.format("best {}", "best"),
        pl.when(turned).then(pl.lit("low above high in the source")),
        pl.format("where_prec {}", "where_prec"),
        pl.format("date_prec {}", "date_prec"),
        pl.format("event_clarity {}", "event_clarity"),
        pl.coalesce("adm_1", "country"),
    ]
    return pl.concat_str(parts, separator="; ", ignore_nulls=True)
